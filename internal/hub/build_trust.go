package hub

import (
	"slices"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// trustState says how the trust root stands, under the read lock.
func (s *State) trustState() TrustState {
	root := s.Order.Root
	t := TrustState{
		Version: root.Version, Ruled: s.Order.Ruled(), Known: root.Version == 0 || s.trusted(), People: root.People(),
		Missing: max(0, order.CutManyPeople-root.People()), Behind: len(s.Order.Behind(root.Version)), Agents: len(s.Order.Agents()),
	}
	t.Differs = root.Version > 0 && !root.Same(s.wantedRoot())
	if o, ok := s.Order.RootProposed(); ok {
		t.Order, t.Waits = string(o.Order.ID), o.Phase == order.PhaseDrafted
	}
	return t
}

// rootView is a root as people read it.
func rootView(r order.Root, who *names) RootView {
	v := RootView{Version: r.Version, Origin: r.Origin, Threshold: r.Threshold, People: r.People()}
	for _, k := range r.Hub {
		v.Hubs = append(v.Hubs, k.Fingerprint())
	}
	for _, a := range r.Approvers {
		l := keyLine(a, who)
		l.InRoot = true
		v.Keys = append(v.Keys, l)
	}
	return v
}

func keyLine(a order.Approver, who *names) KeyLine {
	return KeyLine{Person: who.of(a.Person), Actor: string(a.Person), Organisation: a.Organisation, Kind: string(a.Kind), Fingerprint: a.Fingerprint(), MustVerify: a.MustVerify, RP: a.RP}
}

// names says whether the root names this key as this person's.
func (v RootView) names(l KeyLine) bool {
	return slices.ContainsFunc(v.Keys, func(k KeyLine) bool { return k.Fingerprint == l.Fingerprint && k.Actor == l.Actor })
}

// trustChange is what an order of class trust changes against the root in force; nil for other orders. Once it is in force itself, that is nothing.
func trustChange(d draftOrder, who *names) *TrustChange {
	p, ok := d.standing.Order.NewTrust()
	if !ok {
		return nil
	}
	c := &TrustChange{From: rootView(d.root, who), To: rootView(p.Root, who), CA: p.CA, Behind: d.behind}
	for _, k := range c.To.Keys {
		if !c.From.names(k) {
			c.Added = append(c.Added, k)
		}
	}
	for _, k := range c.From.Keys {
		if !c.To.names(k) {
			c.Removed = append(c.Removed, k)
		}
	}
	c.NewHub = !slices.Equal(c.From.Hubs, c.To.Hubs)
	for _, a := range p.Hubs {
		c.Addresses = append(c.Addresses, a.String())
	}
	return c
}

// passkeysOf gives the passkeys with which the person can approve here: enrolled, and in the root in force.
func (s *State) passkeysOf(reader access.Actor) []PasskeyRef {
	id, _ := reader.User()
	p, _ := s.Access.Find(id)
	var refs []PasskeyRef
	for _, k := range p.Keys {
		named := slices.ContainsFunc(s.Order.Root.Approvers, func(a order.Approver) bool { return a.Person == reader && a.Fingerprint() == k.Fingerprint() })
		if k.Kind == seal.Passkey && named {
			refs = append(refs, PasskeyRef{Credential: k.Credential, Fingerprint: k.Fingerprint(), RP: k.RP})
		}
	}
	return refs
}
