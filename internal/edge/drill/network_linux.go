package drill

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"

	"blackstart/internal/fault"
)

// hubV4 and hubV6 are the hub's own addresses on the stage, in ranges where no real host can be: benchmarking (RFC 2544, RFC 6890) and an unroutable
// unique local prefix (RFC 4193).
var (
	hubV4 = netip.MustParseAddr("198.18.0.1")
	hubV6 = netip.MustParseAddr("fd62:6c61:636b::1")
)

func hubAddresses() []netip.AddrPort { return []netip.AddrPort{netip.AddrPortFrom(hubV4, agentPort)} }

// readyNet makes the namespace that we are in the hub's: loopback up, with the hub's addresses on it.
func readyNet() error {
	if err := mustBeEmpty(); err != nil {
		return err
	}
	lo, err := netlink.LinkByName("lo")
	if err != nil {
		return badNet("find loopback", err)
	}
	if err := netlink.LinkSetUp(lo); err != nil {
		return badNet("set loopback up", err)
	}
	return assign(netlink.AddrAdd, lo, hubV4)
}

// mustBeEmpty refuses to build a stage where there is a network already: the commands that build one are hidden, not locked, and a drill must
// never put an address or a rule on a real machine.
func mustBeEmpty() error {
	links, err := netlink.LinkList()
	if err != nil {
		return badNet("list links", err)
	}
	for _, l := range links {
		if a := l.Attrs(); a.Flags&net.FlagLoopback == 0 && a.Flags&net.FlagUp != 0 {
			return fault.New(fault.Forbidden, "drill.real_network", "could not build a stage here: %s is up, so this is a real network", a.Name)
		}
	}
	return nil
}

// tryLink makes a pair of links and removes it.
func tryLink() error {
	v := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "try"}, PeerName: "try-peer"}
	if err := netlink.LinkAdd(v); err != nil {
		return badNet("make a pair of links", err)
	}
	return netlink.LinkDel(v)
}

// connect joins the network namespace of a process to ours by a pair of links: its side bears exactly the host's addresses, ours is the way to them.
func connect(n, pid int, addresses []netip.Addr) error {
	ns, err := netns.GetFromPid(pid)
	if err != nil {
		return badNet("open the namespace of the host", err)
	}
	defer ns.Close()
	near := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: fmt.Sprintf("host%d", n)}, PeerName: fmt.Sprintf("peer%d", n), PeerNamespace: netlink.NsFd(int(ns))}
	if err := netlink.LinkAdd(near); err != nil {
		return badNet("make a pair of links", err)
	}
	if err := netlink.LinkSetUp(near); err != nil {
		return badNet("set the link up", err)
	}
	if err := inHost(ns, near.PeerName, addresses); err != nil {
		return err
	}
	for _, a := range addresses {
		if err := netlink.RouteAdd(&netlink.Route{LinkIndex: near.Index, Dst: single(a), Src: hubFor(a), Scope: netlink.SCOPE_LINK}); err != nil {
			return badNet("make the way to "+a.String(), err)
		}
	}
	return nil
}

// inHost sets up the host's side.
func inHost(ns netns.NsHandle, name string, addresses []netip.Addr) error {
	h, err := netlink.NewHandleAt(ns)
	if err != nil {
		return badNet("work in the namespace of the host", err)
	}
	defer h.Close()
	lo, err := h.LinkByName("lo")
	if err == nil {
		err = h.LinkSetUp(lo)
	}
	if err != nil {
		return badNet("set the host's loopback up", err)
	}
	far, err := h.LinkByName(name)
	if err == nil {
		err = h.LinkSetUp(far)
	}
	if err != nil {
		return badNet("set the host's link up", err)
	}
	for _, a := range addresses {
		if err := assign(h.AddrAdd, far, a); err != nil {
			return err
		}
	}
	for _, a := range addresses {
		hub := hubFor(a)
		to, _ := netip.AddrFromSlice(hub)
		err := h.RouteAdd(&netlink.Route{LinkIndex: far.Attrs().Index, Dst: single(to.Unmap()), Scope: netlink.SCOPE_LINK})
		if err != nil && !errors.Is(err, syscall.EEXIST) { // several addresses share the way to the hub
			return badNet("make the host's way to the hub", err)
		}
	}
	return nil
}

// assign puts an address on a link; for IPv6 without waiting for duplicates, since nobody else is on the line.
func assign(add func(netlink.Link, *netlink.Addr) error, l netlink.Link, a netip.Addr) error {
	addr := &netlink.Addr{IPNet: single(a)}
	if a.Is6() {
		addr.Flags = unix.IFA_F_NODAD
	}
	if err := add(l, addr); err != nil && !errors.Is(err, syscall.EEXIST) {
		return badNet("assign "+a.String(), err)
	}
	return nil
}

// single is the network of one address.
func single(a netip.Addr) *net.IPNet {
	return &net.IPNet{IP: a.AsSlice(), Mask: net.CIDRMask(a.BitLen(), a.BitLen())}
}

// hubFor is the hub's address in the family of a.
func hubFor(a netip.Addr) net.IP {
	if a.Is4() {
		return hubV4.AsSlice()
	}
	return hubV6.AsSlice()
}

func badNet(what string, err error) error {
	return fault.New(fault.Unavailable, "drill.network", "could not %s: %w", what, err)
}
