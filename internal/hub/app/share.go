package app

import (
	"net"
	"net/netip"
	"sync"
)

// share divides places among networks without knowing how many will come: a network is let in while it holds fewer places than are free (dynamic
// threshold, Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). One network alone gets half of them; n that take all they can
// leave one part in n+1 free. So whoever comes newly finds a place, and nobody needs to be told apart as friend or foe.
type share struct {
	places int

	mu    sync.Mutex // guards what follows
	taken int
	by    map[netip.Prefix]int
}

func newShare(places int) *share { return &share{places: places, by: map[netip.Prefix]int{}} }

// enter takes a place for the network; whoever got one must leave.
func (s *share) enter(n netip.Prefix) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by[n] >= s.places-s.taken {
		return false
	}
	s.taken++
	s.by[n]++
	return true
}

func (s *share) leave(n netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	if s.by[n]--; s.by[n] == 0 {
		delete(s.by, n) // or the table would keep every address that ever called
	}
}

// networkOf is who shares a remote address: the address itself, for IPv6 its /64. What is no address is one network.
func networkOf(remote string) netip.Prefix {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	a := at.Addr().Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = networkBits6
	}
	p, _ := a.Prefix(bits) // the bits are the address's own
	return p
}

// gate is a listener that lets in only who has a place. Whoever has none is hung up on at once: an answer would cost what is short.
type gate struct {
	net.Listener
	share *share
}

func (g gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		n := networkOf(c.RemoteAddr().String())
		if g.share.enter(n) {
			return &guest{Conn: c, leave: sync.OnceFunc(func() { g.share.leave(n) })}, nil
		}
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0) // a reset: the kernel need not remember it either
		}
		c.Close()
	}
}

// guest is a connection that holds a place until it is closed.
type guest struct {
	net.Conn
	leave func()
}

func (g *guest) Close() error {
	defer g.leave()
	return g.Conn.Close()
}
