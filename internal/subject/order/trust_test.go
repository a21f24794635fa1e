package order

import (
	"net/netip"
	"testing"
	"time"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/seal/sealtest"
)

// carl comes with an SSH key, dora with a passkey.
var (
	carl = Approver{PersonKey: sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 6).Key(), Person: "user:carl", Organisation: "forensics"}
	dora = Approver{PersonKey: sealtest.NewPasskey(7, true).Key(), Person: "user:dora", Organisation: "insurer"}
)

const newHubSeed = 8

func (d *desk) propose(t testing.TB, root Root, more ...func(*ProposeRoot)) error {
	t.Helper()
	c := ProposeRoot{Reason: "carl joins", Root: root}
	for _, f := range more {
		f(&c)
	}
	return d.do(c)
}

func with(root Root, more ...Approver) Root {
	root.Approvers = append(append([]Approver{}, root.Approvers...), more...)
	return root
}

// agentOf is what the agent does with what it is handed: it obeys, takes the root, and says so.
func (d *desk) agentTakes(t testing.TB, root Root, counter uint64) Root {
	t.Helper()
	for _, e := range d.state.For(self) {
		o, err := Verify(e, root, self, Last{}, d.now)
		if err != nil {
			t.Fatalf("handed out, but refused: %v", err)
		}
		if p, ok := o.NewTrust(); ok {
			root = p.Root
		}
		must(t, d.do(Receive{receipt(t, Receipt{Counter: counter, Order: o.ID, OrderHash: d.hash(o.ID), Status: Executed})}))
		counter++
	}
	return root
}

// The whole way of a change of trust: nothing changes until the people of the old root agree, then new agents get the new root, and old ones take it.
func TestLifeOfATrustRoot(t *testing.T) {
	d := open(t)
	old := d.state.Root
	must(t, d.propose(t, with(old, carl, dora)))
	must(t, d.do(draftCut)) // drafted later, done sooner: it must not overtake the root
	must(t, d.approveBy(t, "o-1", annaSeed))
	must(t, d.issue(t, "o-1"))
	d.agentTakes(t, old, 1)

	must(t, d.approveBy(t, "trust-2", annaSeed))
	wantCode(t, "one person", d.issue(t, "trust-2"), "order.phase")
	o, _ := d.state.Order("trust-2")
	wantCode(t, "by whom it names", d.do(Approve{ID: "trust-2", Approval: sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 6).Approve(PayloadType, o.Envelope.Payload)}), string(UnknownKey))
	must(t, d.approveBy(t, "trust-2", benSeed))
	if d.state.Root.Version != 1 {
		t.Fatal("the root changed before the order went out")
	}
	must(t, d.issue(t, "trust-2"))
	if d.state.Root.Version != 2 || d.state.Root.People() != 4 || len(d.state.Behind(2)) != 1 {
		t.Fatalf("root %d of %d people, behind: %v", d.state.Root.Version, d.state.Root.People(), d.state.Behind(2))
	}
	must(t, d.do(OfferEnrolment{Host: "host:late", TokenHash: TokenHash(token)}))
	must(t, d.do(Enrol{"host:late", signer(t, 7).Public(), token}))
	if len(d.state.For("host:late")) != 0 {
		t.Error("an agent that enrolled with the new root is handed the order for it")
	}

	obeyed := d.agentTakes(t, old, 10)
	if obeyed.Version != 2 || len(d.state.Behind(2)) != 0 || len(d.state.For(self)) != 0 {
		t.Fatalf("the agent obeys root %d, behind: %v", obeyed.Version, d.state.Behind(2))
	}
	must(t, d.do(draftRelease))
	if _, err := Verify(d.approved(t, "o-2", carl, dora), obeyed, self, Last{}, d.now); err != nil {
		t.Errorf("the new people are not obeyed: %v", err)
	}
	wantCode(t, "the old root again", errOf(Verify(d.state.envelope("trust-2"), obeyed, self, Last{}, d.now)), string(Overtaken))
}

func errOf(_ Order, err error) error { return err }

func (s State) envelope(id ID) seal.Envelope { o, _ := s.Order(id); return o.Envelope }

// approved is the order with the approvals of carl's and dora's devices and the hub's signature.
func (d *desk) approved(t testing.TB, id ID, _ ...Approver) seal.Envelope {
	e := d.state.envelope(id)
	e.Approvals = []seal.Approval{sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 6).Approve(PayloadType, e.Payload), sealtest.NewPasskey(7, true).Approve(PayloadType, e.Payload)}
	e.Sign(signer(t, hubSeed))
	return e
}

// After a takeover the hub has another key. Agents take the order that names it although no hub they know signed it: the people are the authority.
func TestTrustOfANewHub(t *testing.T) {
	d := open(t)
	next := d.state.Root
	next.Origin, next.Hub = "blackstart/second", []seal.Key{signer(t, newHubSeed).Public()}
	must(t, d.propose(t, next, func(c *ProposeRoot) {
		c.Hubs, c.CA = []netip.AddrPort{netip.MustParseAddrPort("192.0.2.7:8443")}, "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	}))
	must(t, d.approveBy(t, "trust-2", annaSeed))
	must(t, d.approveBy(t, "trust-2", benSeed))
	signed := func(seed byte) Issue {
		e := seal.Envelope{PayloadType: PayloadType, Payload: d.state.envelope("trust-2").Payload}
		e.Sign(signer(t, seed))
		return Issue{"trust-2", e.Signatures[0]}
	}
	wantCode(t, "a stranger's hub", d.do(signed(strangerSeed)), string(NotHub))
	old := d.state.Root
	must(t, d.do(signed(newHubSeed)))
	if d.agentTakes(t, old, 1).Origin != "blackstart/second" {
		t.Error("the agent obeys the old hub")
	}
	must(t, d.do(draftCut))
	must(t, d.approveBy(t, "o-1", annaSeed))
	wantCode(t, "an order of the old hub", d.issue(t, "o-1"), string(NotHub))
}

func TestProposeRootRefusals(t *testing.T) {
	fresh := &desk{now: start}
	must(t, fresh.do(SetRoot{testRoot(t)}))
	wantCode(t, "nobody is bound", fresh.propose(t, testRoot(t)), "order.root_free")
	d := open(t)
	root := d.state.Root
	wantCode(t, "the same again", d.propose(t, root), "order.root_same")
	alone := root
	alone.Approvers = alone.Approvers[:2] // anna's two keys
	wantCode(t, "one person", d.propose(t, alone), "order.root_dead")
	wantCode(t, "more than there are", d.propose(t, root, func(c *ProposeRoot) { c.Threshold = 3 }), "order.root_dead")
	wantCode(t, "a hub that approves", d.propose(t, with(root, Approver{PersonKey: sealtest.NewSSH("ssh-ed25519", hubSeed).Key(), Person: "user:eve"})), string(Malformed))
	wantCode(t, "no reason", d.propose(t, with(root, carl), func(c *ProposeRoot) { c.Reason = "" }), string(Malformed))
	wantCode(t, "nowhere", d.propose(t, with(root, carl), func(c *ProposeRoot) { c.Hubs = []netip.AddrPort{netip.MustParseAddrPort("0.0.0.0:1")} }), string(Malformed))
	wantCode(t, "no fingerprint", d.propose(t, with(root, carl), func(c *ProposeRoot) { c.CA = "abc" }), string(Malformed))
	many := root
	for seed := byte(20); seed < 60; seed++ {
		many = with(many, Approver{PersonKey: sealtest.NewPasskey(seed, true).Key(), Person: "user:u"})
	}
	wantCode(t, "too large", d.propose(t, many), "order.root_size")
}

// Of two proposals side by side one must go, and its version is never used again.
func TestProposalsReplaceEachOther(t *testing.T) {
	d := open(t)
	must(t, d.propose(t, with(d.state.Root, carl)))
	must(t, d.approveBy(t, "trust-2", annaSeed))
	must(t, d.propose(t, with(d.state.Root, dora)))
	wantCode(t, "the first one", d.approveBy(t, "trust-2", benSeed), "order.phase")
	must(t, d.approveBy(t, "trust-3", annaSeed))
	must(t, d.approveBy(t, "trust-3", benSeed))
	must(t, d.issue(t, "trust-3"))
	if want := "drafted approved withdrawn drafted approved approved ready issued root_changed"; d.kinds() != want {
		t.Errorf("facts are %s, want %s", d.kinds(), want)
	}
	d.now, d.facts = d.now.Add(MaxLife), nil
	must(t, d.do(Tick{}))
	if late, ok := d.facts[0].(RanOut); !ok || len(late.Waiting) != 1 || late.Waiting[0] != self {
		t.Errorf("who waits for the root is not said: %+v", d.facts)
	}
	must(t, d.propose(t, d.state.Root)) // the same once more, for the agent that missed it
}

// A key taken back here counts no more, though the root still names it; and an approval that waited loses its force with the root that it was given under.
func TestRevoked(t *testing.T) {
	d := open(t)
	must(t, d.do(draftRelease))
	a := seal.Approve(signer(t, annaSeed), PayloadType, d.state.envelope("o-2").Payload)
	wantCode(t, "taken back", d.do(Approve{ID: "o-2", Approval: a, Revoked: []string{a.KeyID}}), "order.revoked")
	must(t, d.approveBy(t, "o-2", annaSeed))
	late := seal.Approve(signer(t, benSeed), PayloadType, d.state.envelope("o-2").Payload)
	wantCode(t, "the one before was taken back", d.do(Approve{ID: "o-2", Approval: late, Revoked: []string{a.KeyID}}), "order.spoiled")
	must(t, d.approveBy(t, "o-2", benSeed))
	without := d.state.Root
	without.Approvers = append([]Approver{carl}, without.Approvers[:2]...)
	must(t, d.propose(t, without))
	must(t, d.approveBy(t, "trust-2", annaSeed))
	must(t, d.approveBy(t, "trust-2", benSeed))
	must(t, d.issue(t, "trust-2"))
	wantCode(t, "approver has left", d.issue(t, "o-2"), "order.root_moved")
}

// Many hosts at once only where three people have keys: two of them could be in the cut-off part.
func TestCutManyIsLocked(t *testing.T) {
	d := open(t)
	many := Draft{ID: "m", Verb: Isolate, Targets: []Host{self, "host:b"}, Reason: "spreads"}
	must(t, d.do(OfferEnrolment{Host: "host:b", TokenHash: TokenHash(token)}))
	must(t, d.do(Enrol{"host:b", signer(t, 7).Public(), token}))
	wantCode(t, "two people", d.do(many), "order.cut_many_locked")
	d.state.Root = with(d.state.Root, carl)
	must(t, d.do(many))
	d.now = d.now.Add(time.Second)
}
