package agent

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/order"
)

// Isolation cuts the host off and opens it again. Whatever implements it keeps three promises, which the conformance suite checks:
// a change happens as a whole or not at all; the cut ends by itself when its lease is not renewed, whoever has died meanwhile;
// and everything may be asked for twice.
type Isolation interface {
	// Apply cuts the host off under the rules, in place of whatever rules stood before.
	Apply(ctx context.Context, r Rules) error
	// Renew sets the lease of a standing cut to a new length, counted from now. It fails when nothing stands.
	Renew(ctx context.Context, lease time.Duration) error
	// Release opens the host.
	Release(ctx context.Context) error
	// Current says how the host stands now, read back from where the cut is held.
	Current(ctx context.Context) (Current, error)
}

// Current is how an isolation stands.
type Current struct {
	Active bool          // traffic is being dropped, by exactly the rules that were applied
	Left   time.Duration // until the cut ends by itself
	Text   string        // the rules as text, evidence for people
}

// Rules is what a cut leaves open: loopback, the hub, IPv6 neighbour discovery, and the renewal of the DHCP lease with the servers that gave it.
// DNS stays closed; a resolver that answers for everything is a tunnel.
type Rules struct {
	Hubs  []netip.AddrPort // literal addresses, since there is no name resolution behind the cut
	DHCP  []netip.Addr     // IPv4 servers of the present leases; empty where addresses are fixed
	Lease time.Duration
}

// check refuses rules that would lock the hub out: nobody could open the host again before the lease is over.
func (r Rules) check() error {
	if len(r.Hubs) == 0 {
		return noHub("no address of the hub is known")
	}
	for _, h := range r.Hubs {
		if a := h.Addr(); !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || h.Port() == 0 {
			return noHub("%s is not an address that the hub can be reached at", h)
		}
	}
	if r.Lease < minLease {
		return noHub("a lease of %s would be over before it is active", r.Lease)
	}
	return nil
}

func noHub(format string, args ...any) error {
	return fault.New(fault.Conflict, string(order.NoHubAddress), "could not cut the host off: "+format, args...)
}

// pass is one thing that stays open, seen from the host: peers are outside, own is inside. Zero members match anything. Over TCP only the host may begin:
// otherwise whoever has the hub's address and port could reach every service of the host from there.
type pass struct {
	loopback bool
	proto    uint8 // IP protocol number (IANA)
	peer     netip.Addr
	peerPort uint16
	ownPort  uint16
	icmpType uint8
}

const (
	protoTCP    = 6
	protoUDP    = 17
	protoICMPv6 = 58
	hopLimit    = 255 // of neighbour discovery: nothing that crossed a router still has it (RFC 4861, section 6.1.1)
	tcpSyn      = 0x02
	tcpAck      = 0x10 // RFC 9293, section 3.1
	dhcpServer  = 67   // RFC 2131, section 4.1
	dhcpClient  = 68
)

// passes is what the rules leave open, in the order in which the kernel looks.
func (r Rules) passes() []pass {
	open := []pass{{loopback: true}}
	for _, h := range r.Hubs {
		open = append(open, pass{proto: protoTCP, peer: h.Addr().Unmap(), peerPort: h.Port()})
	}
	for t := uint8(133); t <= 136; t++ { // RFC 4861, section 4: router and neighbour solicitation and advertisement; without them an IPv6 hub is lost within a minute
		open = append(open, pass{proto: protoICMPv6, icmpType: t})
	}
	for _, server := range r.DHCP {
		open = append(open, pass{proto: protoUDP, peer: server.Unmap(), peerPort: dhcpServer, ownPort: dhcpClient})
	}
	return open
}

// begins is the flags, of SYN and ACK, by which the peer would begin a connection: its own SYN coming in, our answer to it going out.
// Neither ever belongs to a connection that the host began.
func begins(in bool) (flags byte, text string) {
	if in {
		return tcpSyn, "syn"
	}
	return tcpSyn | tcpAck, "syn|ack"
}

// text says the pass in the words of nft, for one direction.
func (p pass) text(in bool) string {
	if p.loopback {
		return map[bool]string{true: `iifname "lo" accept`, false: `oifname "lo" accept`}[in]
	}
	peer, own := map[bool]string{true: "saddr", false: "daddr"}[in], "dport"
	peerPort := "sport"
	if !in {
		own, peerPort = "sport", "dport"
	}
	var b strings.Builder
	if p.peer.IsValid() {
		fmt.Fprintf(&b, "%s %s %s ", map[bool]string{true: "ip", false: "ip6"}[p.peer.Is4()], peer, p.peer)
	}
	name := map[uint8]string{protoTCP: "tcp", protoUDP: "udp", protoICMPv6: "icmpv6"}[p.proto]
	if p.icmpType != 0 {
		fmt.Fprintf(&b, "ip6 hoplimit %d %s type %d ", hopLimit, name, p.icmpType)
	}
	if p.peerPort != 0 {
		fmt.Fprintf(&b, "%s %s %d ", name, peerPort, p.peerPort)
	}
	if p.ownPort != 0 {
		fmt.Fprintf(&b, "%s %s %d ", name, own, p.ownPort)
	}
	if p.proto == protoTCP {
		_, flags := begins(in)
		fmt.Fprintf(&b, "tcp flags & (syn|ack) != %s ", flags)
	}
	return b.String() + "accept"
}

// text is the whole table in the words of nft. It is written from the same passes as the batch for the kernel.
func (r Rules) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "table inet %s {\n", tableName)
	for _, c := range []struct {
		name string
		in   bool
		open []pass
	}{{"input", true, r.passes()}, {"output", false, r.passes()}, {"forward", true, nil}} {
		fmt.Fprintf(&b, " chain %s { type filter hook %s priority %d; policy accept;\n", c.name, c.name, priority)
		for _, p := range c.open {
			fmt.Fprintf(&b, "  %s\n", p.text(c.in))
		}
		fmt.Fprintf(&b, "  meta nfproto @%s drop\n }\n", leaseSet)
	}
	return b.String() + "}\n"
}

const (
	tableName = "blackstart"
	leaseSet  = "lease"
	priority  = -300 // before connection tracking, so that established connections are cut too
)
