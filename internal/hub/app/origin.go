package app

import (
	"net"
	"slices"
	"strings"
)

// Origins are the addresses with names under which this program is reached, as browsers write them: those given first, then localhost. Passkeys are
// bound to one of them. Literal addresses are not among them.
func (a *App) Origins() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.origins)
}

// originsOf gives the origins of one listener. Without TLS it is a bare one (RFC 6454, section 6.2, for the form).
func originsOf(l net.Listener, names []string) []string {
	scheme, standard := "https", "443"
	if _, bare := l.(*net.TCPListener); bare {
		scheme, standard = "http", "80"
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return nil // no TCP: nobody calls it by name
	}
	var all []string
	for _, name := range append(slices.Clone(names), nameLocalhost) {
		if net.ParseIP(name) != nil || strings.ContainsRune(name, '*') {
			continue
		}
		origin := scheme + "://" + strings.ToLower(name)
		if port != standard {
			origin += ":" + port
		}
		if !slices.Contains(all, origin) {
			all = append(all, origin)
		}
	}
	return all
}
