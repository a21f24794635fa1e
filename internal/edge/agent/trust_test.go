package agent

import (
	"context"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"blackstart/internal/edge/wire"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/seal/sealtest"
	"blackstart/internal/subject/order"
)

const newHubSeed = 8

// joins lets somebody with a passkey into the root.
func joins(c *order.ProposeRoot) {
	c.Root.Approvers = append(c.Root.Approvers[:len(c.Root.Approvers):len(c.Root.Approvers)], order.Approver{PersonKey: sealtest.NewPasskey(6, true).Key(), Person: "user:carl"})
}

// taken is the root on disk.
func (h *house) taken() (root order.Root) {
	h.t.Helper()
	must(h.t, read(h.cfg.Dir, rootFile, &root))
	return root
}

// An agent takes the root that the people of its own approved, obeys the new people at once, and keeps it over a restart. A standing cut is not touched.
func TestTrustIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		h.hub.trust(joins)
		h.after(time.Second)
		h.wants("receipts", h.hub.heard("trust-2"), "accepted executed")
		h.wants("agents behind", len(h.hub.state.Behind(2)), 0)
		h.wants("version", h.taken().Version, uint64(2))
		h.wants("active", h.active(), true)
		stop()
		defer h.run()()
		passkey := sealtest.NewPasskey(6, true)
		h.hub.do(order.Draft{ID: "o-2", Verb: order.Release, Targets: []order.Host{self}, Reason: "r"})
		o, _ := h.hub.state.Order("o-2")
		h.hub.do(order.Approve{ID: "o-2", Approval: passkey.Approve(order.PayloadType, o.Envelope.Payload)})
		h.hub.do(order.Approve{ID: "o-2", Approval: seal.Approve(signer(t, annaSeed), order.PayloadType, o.Envelope.Payload)})
		h.hub.do(order.Issue{ID: "o-2", Signature: h.hub.Seal(order.PayloadType, o.Envelope.Payload).Signatures[0]})
		h.after(time.Second)
		h.wants("active after a release by file and passkey", h.active(), false)
	})
}

// A crash between "accepted" and the new root on disk: the agent takes it up again, and does not obey half of it.
func TestCrashInTrust(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		e := h.hub.trust(joins)
		a, unlock, err := open(h.cfg)
		must(t, err)
		a.memory.remember(job{Hash: order.Hash(e.Payload), Order: e})
		must(t, a.save())
		unlock() // the power goes here
		h.wants("version", h.taken().Version, uint64(1))
		defer h.run()()
		h.after(time.Second)
		h.wants("version after the start", h.taken().Version, uint64(2))
		h.wants("receipts", h.hub.heard("trust-2"), "executed")
	})
}

// Only a newer root of the same house, approved by enough of the old people, is taken.
func TestTrustRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		good := h.hub.trust(joins)
		h.cfg.Hub = &absent{}
		apply := func(e seal.Envelope) order.Code {
			t.Helper()
			got, err := Apply(t.Context(), h.cfg, e.Marshal())
			must(t, err)
			r, err := order.ParseReceipt(got)
			must(t, err)
			return r.Code
		}
		alone := good
		alone.Approvals = good.Approvals[:1]
		h.wants("one person", apply(alone), order.Unapproved)
		drill := newHub(t, time.Now) // the same people, in a drill
		root := drill.state.Root
		root.Origin = "drill/test"
		drill.state = order.State{}
		drill.do(order.SetRoot{Root: root})
		drill.do(order.OfferEnrolment{Host: self, TokenHash: order.TokenHash(token)})
		drill.do(order.Enrol{Host: self, Key: signer(t, agentSeed).Public(), Token: token})
		drill.state.Root.Version = 9
		h.wants("approved in a drill", apply(drill.trust(joins)), order.OtherHost)
		h.wants("version", h.taken().Version, uint64(1))
		h.wants("two people", apply(good), order.None)
		h.wants("version", h.taken().Version, uint64(2))
		h.wants("once more", apply(good), order.None) // known: the same receipt again
	})
}

// After a takeover another key answers at the hub's address. The agent believes nothing of it but the order by which people make it known; then it obeys.
func TestTrustOfANewHubByWire(t *testing.T) {
	hub := newHub(t, time.Now)
	server := httptest.NewTLSServer(wire.Handler(hub))
	defer server.Close()
	address := netip.MustParseAddrPort(server.Listener.Addr().String())
	dir := filepath.Join(t.TempDir(), "agent")
	pin := wire.PinOf(server.Certificate())
	_, err := Enrol(t.Context(), dir, address, pin, self, token)
	must(t, err)
	hub.mu.Lock()
	hub.seed = newHubSeed
	hub.mu.Unlock()

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	iso := NewSimulated(time.Now)
	go func() { done <- Run(ctx, Config{Dir: dir, Isolation: iso, Simulated: true}) }()
	defer func() { cancel(); must(t, <-done) }()

	elsewhere := netip.MustParseAddrPort("[::1]:1")
	hub.trust(func(c *order.ProposeRoot) {
		c.Root.Hub, c.Root.Origin = []seal.Key{signer(t, newHubSeed).Public()}, "second"
		c.Hubs, c.CA = []netip.AddrPort{elsewhere, address}, pin.String()
	})
	for hub.heard("trust-2") != "accepted executed" { // the receipts come by the line to the new hub
		if t.Context().Err() != nil {
			t.Fatal("the test ends without the agent")
		}
		time.Sleep(10 * time.Millisecond)
	}
	hub.cut("o-1", 600, 120, order.EndHold)
	for hub.heard("o-1") != "accepted executed" {
		time.Sleep(10 * time.Millisecond)
	}
	s, err := Look(dir)
	must(t, err)
	if s.Root != 2 || len(s.Hubs) != 2 || s.Hubs[0] != elsewhere {
		t.Errorf("the agent stands at %+v", s)
	}
}

// A standing cut opens for the new addresses, or the new hub could never open the host.
func TestTrustMovesTheCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		moved := netip.MustParseAddrPort("192.0.2.7:8443")
		h.hub.trust(func(c *order.ProposeRoot) { c.Hubs = []netip.AddrPort{moved} })
		h.after(time.Second)
		stop()
		h.wants("active", h.active(), true)
		if rules := h.iso.Simulated.rules; rules == nil || len(rules.Hubs) != 1 || rules.Hubs[0] != moved {
			t.Errorf("the cut is open for %+v", rules)
		}
	})
}
