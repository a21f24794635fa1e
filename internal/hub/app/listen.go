package app

import (
	"context"
	"crypto/tls"
	"net"

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
		l = tls.NewListener(l, c)
	}
	return l, nil
}
