package hub

import (
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// wantedRoot is the trust root as the people, keys and hub of this house would have it. It has no version: what is in force is another matter ([order.State.Root]).
func (s *State) wantedRoot() order.Root {
	root := order.Root{Origin: s.House.Origin, Hub: []seal.Key{s.House.Key}, Threshold: max(s.Order.Root.Threshold, trustThreshold)}
	for _, p := range s.Access.All() {
		for _, k := range p.Keys {
			root.Approvers = append(root.Approvers, order.Approver{PersonKey: k.PersonKey, Person: p.Actor(), Organisation: p.Organisation})
		}
	}
	return root
}

// revoked are the keys that the root in force names and this house no longer takes: their people have left, or the keys were lost.
func (s *State) revoked() []string {
	held := map[string]bool{}
	for _, a := range s.wantedRoot().Approvers {
		held[holding(a)] = true
	}
	var gone []string
	for _, a := range s.Order.Root.Approvers {
		if !held[holding(a)] {
			gone = append(gone, a.Fingerprint())
		}
	}
	return gone
}

// holding is a key together with whose it is.
func holding(a order.Approver) string { return string(a.Person) + " " + a.Fingerprint() }

// trusted says whether the root in force names this house's key: after a takeover it does not, and no agent obeys what is signed here.
func (s *State) trusted() bool {
	for _, k := range s.Order.Root.Hub {
		if k == s.House.Key {
			return true
		}
	}
	return false
}
