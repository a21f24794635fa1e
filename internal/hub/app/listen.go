package app

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"

	"blackstart/internal/fault"
)

// Listen opens a listener. Without TLS it must be on a literal loopback address: a password never crosses a network in the clear.
func Listen(ctx context.Context, address string, c *tls.Config) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fault.New(fault.Invalid, "app.address", "could not listen on %q: %w", address, err).Hinted("write HOST:PORT, for example 127.0.0.1:8443")
	}
	if ip := net.ParseIP(host); c == nil && (ip == nil || !ip.IsLoopback()) {
		return nil, fault.New(fault.Invalid, "app.plain", "could not listen on %s without TLS: it is no loopback address", address).
			Hinted("add --tls self, or listen on 127.0.0.1")
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "app.listen", "could not listen on %s: %w", address, err)
	}
	if c != nil {
		return secured{l, c}, nil
	}
	return l, nil // bare, so that a drill can hand it into its namespaces
}

// secured is a listener whose TLS begins when it is served.
type secured struct {
	net.Listener
	config *tls.Config
}

// gated puts the gate on a listener: under TLS, so that whoever is turned away costs no handshake, and with TLS outermost, or the server could not
// see that HTTP/2 was agreed on.
func (a *App) gated(l net.Listener) net.Listener {
	if s, ok := l.(secured); ok {
		return tls.NewListener(gate{s.Listener, a.conns}, s.config)
	}
	return gate{l, a.conns}
}

// Addresses are the literal addresses under which this program is reached: those of its listeners, and for one that listens on every address
// those of the machine. Agents are given them at their enrolment, since they use no DNS.
func (a *App) Addresses() []netip.AddrPort {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []netip.AddrPort
	for _, l := range a.serving {
		at, err := netip.ParseAddrPort(l.String())
		switch {
		case err != nil: // no TCP listener
		case at.Addr().IsUnspecified():
			all = append(all, onEveryAddress(at.Port())...)
		default:
			all = append(all, at)
		}
	}
	return all
}

// onEveryAddress gives the machine's own addresses with the port, without those that mean something only on their own link or machine.
func onEveryAddress(port uint16) []netip.AddrPort {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var all []netip.AddrPort
	for _, a := range addrs {
		if p, err := netip.ParsePrefix(a.String()); err == nil && !p.Addr().IsLinkLocalUnicast() && !p.Addr().IsLoopback() {
			all = append(all, netip.AddrPortFrom(p.Addr().Unmap(), port))
		}
	}
	return all
}

// LocalNames are the names under which a listener on the address is reached from this machine and, if it listens on every address, from others:
// what its certificate must carry beside the names that people use. Agents dial literal addresses, so these are names too.
func LocalNames(address string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	host, _, _ := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	switch {
	case host == "" || ip != nil && ip.IsUnspecified():
		for _, a := range onEveryAddress(0) {
			names = append(names, a.Addr().String())
		}
	case ip != nil:
		names = append(names, host)
	}
	return names
}
