package hub

import (
	"fmt"
	"maps"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// State is what all subjects know, side by side. It is folded from the record and changed by nothing else.
type State struct {
	House     House
	Access    access.State
	Incident  incident.State
	Catalogue catalogue.State
	Cell      cell.State
	Contain   contain.State
	Order     order.State
	Restore   restore.State
	Status    statuspage.State

	done   map[string]span // keys of requests that were done; a request without a key is never in it
	keyed  string          // the key remembered last
	failed []uint64        // numbers of reactions that failed
}

// span is the entries that a request made, first to last, with who made it and the kind of the first entry: a key used for something else is refused.
type span struct {
	first, last uint64
	by          access.Actor
	kind        string
}

// House is what the record says about itself.
type House struct {
	Drill  bool
	Origin string
	Key    seal.Key // the hub's public key in force
	Since  uint64   // the entry from which on it is
}

// decide asks the command's subject. A new subject gets its line here, in apply, in codec.go and, if others must know of its events, in reaction.go.
func (s *State) decide(c Command, at access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case access.Command:
		return events(access.Decide(s.Access, c, at))
	case incident.Command:
		return events(incident.Decide(s.Incident, c, at))
	case catalogue.Command:
		return events(catalogue.Decide(s.Catalogue, c, at))
	case cell.Command:
		return events(cell.Decide(s.Cell, c, at))
	case contain.Command:
		return events(contain.Decide(s.Contain, c, at))
	case order.Command:
		return events(order.Decide(s.Order, c, at))
	case restore.Command:
		return events(restore.Decide(s.Restore, c, at))
	case statuspage.Command:
		return events(statuspage.Decide(s.Status, c, at))
	}
	panic(fmt.Sprintf("no subject decides %T", c))
}

// emits is what kinds of events each command can lead to, over all subjects.
var emits = func() map[string][]string {
	all := map[string][]string{}
	for _, m := range []map[string][]string{access.Emits, catalogue.Emits, cell.Emits, contain.Emits, incident.Emits, order.Emits, restore.Emits, statuspage.Emits} {
		maps.Copy(all, m)
	}
	return all
}()

// apply makes an event true in its subject's state, and lets the hub's own indexes follow.
func (h *Hub) apply(e Event, at access.Stamp) {
	s := &h.state
	switch e := e.(type) {
	case access.Event:
		s.Access = access.Apply(s.Access, e, at)
	case incident.Event:
		s.Incident = incident.Apply(s.Incident, e, at)
	case catalogue.Event:
		s.Catalogue = catalogue.Apply(s.Catalogue, e, at)
		h.attach(e)
	case cell.Event:
		s.Cell = cell.Apply(s.Cell, e, at)
	case contain.Event:
		s.Contain = contain.Apply(s.Contain, e, at)
	case order.Event:
		s.Order = order.Apply(s.Order, e, at)
	case restore.Event:
		s.Restore = restore.Apply(s.Restore, e, at)
	case statuspage.Event:
		s.Status = statuspage.Apply(s.Status, e, at)
	case houseEvent:
		s.applyHouse(e, at)
	default:
		panic(fmt.Sprintf("no subject applies %T", e))
	}
	h.index.add(e, at.Seq)
}

// events turns one subject's events into everybody's.
func events[E Event](list []E, err error) ([]Event, error) {
	all := make([]Event, len(list))
	for n, e := range list {
		all[n] = e
	}
	return all, err
}
