package app

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
)

// names are under what a listener is called. A page of the attacker's whose name they let point at this machine (DNS rebinding) runs in the
// visitor's browser, inside the visitor's network, as the same origin as ours: only the name in its requests gives it away.
type names struct{ certificate x509.Certificate }

// knownAs takes names and literal addresses. This machine's own name for itself is always known.
func knownAs(list []string) names {
	var n names
	for _, name := range append([]string{nameLocalhost, "127.0.0.1", "::1"}, list...) {
		if ip := net.ParseIP(name); ip != nil {
			n.certificate.IPAddresses = append(n.certificate.IPAddresses, ip)
		} else {
			n.certificate.DNSNames = append(n.certificate.DNSNames, name)
		}
	}
	return n
}

// has says whether a request calls one of the names, by the rule for names in certificates (RFC 9110, section 4.3.5), or the very address that it
// came to: that cannot be rebound. A program that gives no name (HTTP/1.0) is no browser.
func (n names) has(r *http.Request) bool {
	host := hostOf(r)
	if host == "" || n.certificate.VerifyHostname(host) == nil {
		return true
	}
	called, err := netip.ParseAddr(host)
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if err != nil || !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap().WithZone("") == called.Unmap()
}
