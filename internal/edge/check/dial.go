package check

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"

	"blackstart/internal/subject/probe"
)

// dialer dials for one look. The hub stands where attackers would like to stand, and what it looks at is written in a catalogue (SSRF). So every
// address is judged when it is dialled, after any name was resolved: a name cannot mean one address when it is checked and another when it is used.
func dialer(s probe.Spec) *net.Dialer {
	literal := s.Literal()
	return &net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("could not look at %s: it is no address", address)
		}
		return permitted(at.Addr(), literal)
	}}
}

// nat64 is where an IPv6-only network reaches IPv4 addresses (RFC 6052, section 2.1): the last four bytes are what is really dialled.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// metadata is where clouds tell a machine its secrets, as far as it is not link-local.
var metadata = []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("192.0.0.192")}

// permitted refuses addresses at which no customer's service stands. This machine itself may be looked at only when the catalogue names its
// loopback address literally, on purpose: a name that leads there is somebody's trick. Private networks are what is looked at.
func permitted(a netip.Addr, literal bool) error {
	a = a.Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	switch {
	case a.IsUnspecified(), a.IsMulticast(), a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return fmt.Errorf("could not look at %s: it is the address of no single machine", a)
	case a.IsLinkLocalUnicast(), slices.Contains(metadata, a):
		return fmt.Errorf("could not look at %s: link-local addresses and those of cloud metadata are never looked at", a)
	case a.IsLoopback() && !literal:
		return fmt.Errorf("could not look at %s: a name that leads to this machine is not followed; name the address itself if you mean it", a)
	}
	return nil
}
