package hub

import (
	"testing"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/seal/sealtest"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
)

// A stolen session of a lead can name approvers, and commands nobody by it: neither the agents of today nor those of tomorrow, until the people agree.
func TestTrustChangesByItsPeopleOnly(t *testing.T) {
	p := ready(t)
	before := p.TrustRoot()
	mallory := sealtest.NewSSH("ssh-ed25519", 66)
	p.as("user:anna", access.AddUser{ID: "mallory", RealName: "M", Roles: []access.Role{access.Approver}})
	p.as("user:anna", access.EnrolKey{User: "mallory", Public: mallory.Line()})
	if now := p.TrustRoot(); !now.Same(before) || now.Version != before.Version {
		t.Fatal("a lead alone changed whom agents obey")
	}
	if _, err := p.OfferEnrolment(t.Context(), "user:anna", "host:late"); err != nil {
		t.Fatal(err)
	}
	v, err := p.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s := v.Trust; !s.Ruled || !s.Known || !s.Differs || s.Order != "" || s.Missing != 1 || v.Root.People != 2 || v.Root.Seq == 0 {
		t.Errorf("trust %+v, root %+v", s, v.Root)
	}
	if last := v.Keys[len(v.Keys)-1]; last.InRoot || last.Kind != "sshsig" || last.Actor != "user:mallory" {
		t.Errorf("mallory's key: %+v", last)
	}

	p.as("user:anna", order.ProposeRoot{Reason: "one more approver"})
	o, err := p.Order(t.Context(), "trust-"+next(before), "user:benno")
	if err != nil {
		t.Fatal(err)
	}
	if !o.MayApprove || o.Needed != 2 || o.Trust == nil || len(o.Trust.Added) != 1 || len(o.Trust.Removed) != 0 || o.Trust.NewHub || o.Hash != order.Hash(o.Payload) {
		t.Fatalf("%+v", o.Trust)
	}
	p.approve(order.ID(o.ID), "benno", "cleo")
	p.carry(order.ID(o.ID), webHost)
	if v, err = p.People(t.Context()); err != nil || v.Trust.Differs || v.Trust.Behind != 0 || v.Trust.Missing != 0 || v.Root.Version != before.Version+1 || v.Hosts[0].Root != before.Version+1 {
		t.Errorf("%v: trust %+v, hosts %+v", err, v.Trust, v.Hosts)
	}
	if list, err := p.OrderList(t.Context()); err != nil || len(list.Done) != 1 || list.Done[0].State != "executed" {
		t.Errorf("%v: %+v", err, list)
	}
}

func next(r order.Root) string { return string(rune('0' + r.Version + 1)) }

// Who is removed here counts no more here, at once; that agents still believe them, the page says.
func TestRemovedApproverCountsNoMore(t *testing.T) {
	p := ready(t)
	p.as("user:anna", incident.Open{Title: "x"})
	p.as("user:anna", proposal)
	e, err := p.OrderEnvelope("m-1-cut")
	if err != nil {
		t.Fatal(err)
	}
	p.as("user:anna", access.RemoveKey{User: "benno", Fingerprint: p.keys["benno"].Public().Fingerprint()})
	_, err = p.Do(t.Context(), Request{Actor: "user:benno", Command: order.Approve{ID: "m-1-cut", Approval: seal.Approve(p.keys["benno"], e.PayloadType, e.Payload)}})
	if fault.CodeOf(err) != "order.revoked" {
		t.Errorf("%v", err)
	}
	if v, _ := p.Order(t.Context(), "m-1-cut", "user:benno"); v.MayApprove {
		t.Error("the page offers him to approve")
	}
	if v, _ := p.People(t.Context()); !v.Trust.Differs {
		t.Errorf("trust %+v", v.Trust)
	}
}

// The hub's key and an agent's are no person's, in whatever dress.
func TestMachinesApproveNothing(t *testing.T) {
	p := ready(t)
	for name, key := range map[string]*seal.Signer{"hub": p.key, "agent": p.keys[string(webHost)]} {
		_, err := p.Do(t.Context(), Request{Actor: "user:anna", Command: access.EnrolKey{User: "benno", Public: sealtest.SSHLine(key.Public())}})
		if fault.CodeOf(err) != "access.key_taken" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// After a takeover before the first agent nobody is bound, so the root follows the hub's new key; with agents only the people can say so.
func TestRootFollowsATakeoverUntilItIsRuled(t *testing.T) {
	next, err := seal.Generate("next")
	if err != nil {
		t.Fatal(err)
	}
	p := play(t)
	p.staff()
	p.state.House.Key = next.Public()
	if _, err := p.OfferEnrolment(t.Context(), "user:anna", webHost); err != nil || p.TrustRoot().Hub[0] != next.Public() {
		t.Errorf("%v: the root names %v", err, p.TrustRoot().Hub)
	}
	p = ready(t)
	p.state.House.Key = next.Public()
	if _, err := p.OfferEnrolment(t.Context(), "user:anna", "host:late"); fault.CodeOf(err) != "agent.hub_unknown" {
		t.Errorf("%v", err)
	}
}
