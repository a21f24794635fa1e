package agent

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/nftables"
	"github.com/google/nftables/expr"
	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"

	"blackstart/internal/fault"
	"blackstart/internal/subject/order"
)

// Kernel is the isolation by nftables: one table of our own, exchanged in one transaction, whose drop rules look into a set with two elements
// that the kernel itself removes when the lease is over. It needs CAP_NET_ADMIN and nothing else: no nft binary, no process that stays alive.
type Kernel struct {
	ns int // network namespace, 0 for our own

	mu      sync.Mutex // guards what follows
	applied Rules
	print   string // how the kernel reads our rules back; a table that reads otherwise was changed by someone else
}

// NewKernel makes the isolation of this host's own network namespace.
func NewKernel() (Isolation, error) { return &Kernel{}, nil }

// Apply exchanges the table in one transaction: when the kernel refuses any part of it, the old rules stand.
func (k *Kernel) Apply(ctx context.Context, r Rules) error {
	if err := r.check(); err != nil {
		return err
	}
	if err := k.notTheHub(r); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	c, err := k.conn(ctx)
	if err != nil {
		return err
	}
	if err := build(c, r); err != nil {
		return notApplied(err)
	}
	if err := c.Flush(); err != nil {
		return notApplied(err)
	}
	k.applied = r
	k.print, err = fingerprint(c)
	return err
}

// notTheHub refuses to cut off the machine that the hub runs on: with it everybody would lose the hub, and every other host its way back.
func (k *Kernel) notTheHub(r Rules) error {
	if k.ns != 0 {
		return nil // another namespace than ours, which only a test has
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return notApplied(err)
	}
	for _, h := range r.Hubs {
		at := h.Addr().Unmap().WithZone("")
		here := at.IsLoopback() || slices.ContainsFunc(own, func(a net.Addr) bool {
			mine, err := netip.ParsePrefix(a.String())
			return err == nil && mine.Addr().Unmap() == at
		})
		if here {
			return fault.New(fault.Conflict, string(order.HubHere), "could not cut the host off: the hub at %s is this very machine", h).Hinted("move the hub to another machine first")
		}
	}
	return nil
}

// build puts the whole transaction together: the table away, if there is one, and anew.
func build(c *nftables.Conn, r Rules) error {
	c.DelTable(c.AddTable(table())) // adding first makes deleting succeed when there is none
	t := c.AddTable(table())
	set := &nftables.Set{Table: t, Name: leaseSet, KeyType: nftables.TypeNFProto, HasTimeout: true}
	if err := c.AddSet(set, leaseElements(r.Lease)); err != nil {
		return err
	}
	for _, h := range hooks {
		chain := c.AddChain(&nftables.Chain{Table: t, Name: h.name, Type: nftables.ChainTypeFilter, Hooknum: h.hook, Priority: nftables.ChainPriorityRef(priority)})
		if h.passes {
			for _, p := range r.passes() {
				c.AddRule(&nftables.Rule{Table: t, Chain: chain, Exprs: p.exprs(h.in)})
			}
		}
		c.AddRule(&nftables.Rule{Table: t, Chain: chain, Exprs: dropWhileLeased(set)})
	}
	return nil
}

// hooks are the three ways of a packet. What the host forwards for others, containers say, is dropped whole.
var hooks = []struct {
	name       string
	hook       *nftables.ChainHook
	in, passes bool
}{
	{"input", nftables.ChainHookInput, true, true},
	{"output", nftables.ChainHookOutput, false, true},
	{"forward", nftables.ChainHookForward, true, false},
}

func table() *nftables.Table {
	return &nftables.Table{Family: nftables.TableFamilyINet, Name: tableName}
}

// leaseElements are the two families a packet can be of; while the kernel holds them in the set, packets are dropped.
func leaseElements(lease time.Duration) []nftables.SetElement {
	return []nftables.SetElement{{Key: []byte{unix.NFPROTO_IPV4}, Timeout: lease}, {Key: []byte{unix.NFPROTO_IPV6}, Timeout: lease}}
}

// dropWhileLeased is `meta nfproto @lease drop`.
func dropWhileLeased(set *nftables.Set) []expr.Any {
	return []expr.Any{
		&expr.Meta{Key: expr.MetaKeyNFPROTO, Register: 1},
		&expr.Lookup{SourceRegister: 1, SetName: set.Name, SetID: set.ID},
		&expr.Verdict{Kind: expr.VerdictDrop},
	}
}

// exprs is the pass for one direction, in the kernel's terms.
func (p pass) exprs(in bool) []expr.Any {
	if p.loopback {
		key := expr.MetaKeyOIFNAME
		if in {
			key = expr.MetaKeyIIFNAME
		}
		return append(metaIs(key, append([]byte("lo"), make([]byte, unix.IFNAMSIZ-2)...)), accept)
	}
	var e []expr.Any
	if p.peer.IsValid() {
		e = append(e, addressIs(p.peer, in)...)
	}
	e = append(e, metaIs(expr.MetaKeyL4PROTO, []byte{p.proto})...)
	if p.icmpType != 0 {
		const hop = 7 // offset of the hop limit (RFC 8200, section 3)
		e = append(e, metaIs(expr.MetaKeyNFPROTO, []byte{unix.NFPROTO_IPV6})...)
		e = append(e, payloadIs(expr.PayloadBaseNetworkHeader, hop, []byte{hopLimit})...)
		e = append(e, payloadIs(expr.PayloadBaseTransportHeader, 0, []byte{p.icmpType})...)
	}
	const source, destination = 0, 2 // offsets of the ports in TCP and UDP (RFC 9293, section 3.1; RFC 768)
	peer, own := uint32(source), uint32(destination)
	if !in {
		peer, own = own, peer
	}
	if p.peerPort != 0 {
		e = append(e, payloadIs(expr.PayloadBaseTransportHeader, peer, binary.BigEndian.AppendUint16(nil, p.peerPort))...)
	}
	if p.ownPort != 0 {
		e = append(e, payloadIs(expr.PayloadBaseTransportHeader, own, binary.BigEndian.AppendUint16(nil, p.ownPort))...)
	}
	if p.proto == protoTCP {
		e = append(e, doesNotBegin(in)...)
	}
	return append(e, accept)
}

// doesNotBegin matches the segments by which the peer does not begin a connection. The flags stand in byte 13 of the header (RFC 9293, section 3.1).
func doesNotBegin(in bool) []expr.Any {
	flags, _ := begins(in)
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 13, Len: 1},
		&expr.Bitwise{SourceRegister: 1, DestRegister: 1, Len: 1, Mask: []byte{tcpSyn | tcpAck}, Xor: []byte{0}},
		&expr.Cmp{Op: expr.CmpOpNeq, Register: 1, Data: []byte{flags}},
	}
}

var accept = &expr.Verdict{Kind: expr.VerdictAccept}

// addressIs matches the peer: the source of what comes in, the destination of what goes out (RFC 791, section 3.1; RFC 8200, section 3).
func addressIs(a netip.Addr, in bool) []expr.Any {
	family, offset := byte(unix.NFPROTO_IPV4), map[bool]uint32{true: 12, false: 16}[in]
	if a.Is6() {
		family, offset = unix.NFPROTO_IPV6, map[bool]uint32{true: 8, false: 24}[in]
	}
	return append(metaIs(expr.MetaKeyNFPROTO, []byte{family}), payloadIs(expr.PayloadBaseNetworkHeader, offset, a.AsSlice())...)
}

func metaIs(key expr.MetaKey, want []byte) []expr.Any {
	return []expr.Any{&expr.Meta{Key: key, Register: 1}, &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: want}}
}

func payloadIs(base expr.PayloadBase, offset uint32, want []byte) []expr.Any {
	return []expr.Any{&expr.Payload{DestRegister: 1, Base: base, Offset: offset, Len: uint32(len(want))}, &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: want}}
}

// Renew exchanges the timed elements in one transaction, so that no packet sees an empty set.
func (k *Kernel) Renew(ctx context.Context, lease time.Duration) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, err := k.conn(ctx)
	if err != nil {
		return err
	}
	switch stands, err := standing(c); {
	case err != nil:
		return err
	case !stands:
		return nothingStands()
	}
	set := &nftables.Set{Table: table(), Name: leaseSet, KeyType: nftables.TypeNFProto, HasTimeout: true}
	c.FlushSet(set)
	if err := c.SetAddElements(set, leaseElements(lease)); err != nil {
		return notApplied(err)
	}
	if err := c.Flush(); err != nil {
		return notApplied(err)
	}
	return nil
}

// Release removes the table.
func (k *Kernel) Release(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, err := k.conn(ctx)
	if err != nil {
		return err
	}
	c.DelTable(c.AddTable(table()))
	if err := c.Flush(); err != nil {
		return notApplied(err)
	}
	k.print = ""
	return nil
}

// Current reads table, rules and lease back from the kernel.
func (k *Kernel) Current(ctx context.Context) (Current, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, err := k.conn(ctx)
	if err != nil {
		return Current{}, err
	}
	if stands, err := standing(c); err != nil || !stands {
		return Current{}, err
	}
	elements, err := c.GetSetElements(&nftables.Set{Table: table(), Name: leaseSet})
	if err != nil {
		return Current{}, nil // the table is there without our set: someone else's hand, so nothing of ours is active
	}
	if len(elements) < len(leaseElements(0)) {
		return Current{}, nil
	}
	print, err := fingerprint(c)
	if err != nil || k.print != "" && print != k.print {
		return Current{}, err
	}
	current := Current{Active: true, Left: min(elements[0].Expires, elements[1].Expires)}
	if k.print != "" {
		current.Text = k.applied.text()
	}
	return current, nil
}

// standing says whether our table exists.
func standing(c *nftables.Conn) (bool, error) {
	tables, err := c.ListTablesOfFamily(nftables.TableFamilyINet)
	if err != nil {
		return false, notApplied(err)
	}
	for _, t := range tables {
		if t.Name == tableName {
			return true, nil
		}
	}
	return false, nil
}

// fingerprint is how the kernel reads our chains and rules back, without the handles and counters that change by themselves.
func fingerprint(c *nftables.Conn) (string, error) {
	chains, err := c.ListChainsOfTableFamily(nftables.TableFamilyINet)
	if err != nil {
		return "", notApplied(err)
	}
	var b strings.Builder
	for _, chain := range chains {
		if chain.Table.Name != tableName {
			continue
		}
		if chain.Hooknum != nil && chain.Priority != nil {
			fmt.Fprintf(&b, "%s %d %d\n", chain.Name, *chain.Hooknum, *chain.Priority)
		}
		rules, err := c.GetRules(chain.Table, chain)
		if err != nil {
			return "", notApplied(err)
		}
		for _, r := range rules {
			for _, e := range r.Exprs {
				fmt.Fprintf(&b, "%T%+v", e, e)
			}
			b.WriteByte('\n')
		}
	}
	return b.String(), nil
}

// conn opens a netlink connection that cannot hang: the kernel answers at once or not at all.
func (k *Kernel) conn(ctx context.Context) (*nftables.Conn, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(netlinkWait)
	}
	c, err := nftables.New(nftables.WithNetNSFd(k.ns), nftables.WithSockOptions(func(c *netlink.Conn) error { return c.SetDeadline(deadline) }))
	if err != nil {
		return nil, notApplied(err)
	}
	return c, nil
}

func notApplied(err error) error {
	return fault.New(fault.Unavailable, string(order.NotApplied), "could not change the packet filter: %w", err).Hinted("the agent needs CAP_NET_ADMIN and a kernel with nf_tables")
}
