package hub

import (
	"cmp"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// index finds the entries about a thing. It is derived from the record and keeps numbers only; texts are read from the record.
type index struct {
	byRef map[catalogue.Ref][]uint64 // cell:…, order:…
	kinds map[string]int             // how many entries there are of each kind
	news  uint64                     // the newest publication
	gone  map[uint64]uint64          // the entries whose private part was erased, and the entry that says so
}

func newIndex() index {
	return index{byRef: map[catalogue.Ref][]uint64{}, kinds: map[string]int{}, gone: map[uint64]uint64{}}
}

func (x *index) add(e Event, seq uint64) {
	x.kinds[e.Kind()]++
	for _, r := range about(e) {
		x.byRef[r] = append(x.byRef[r], seq)
	}
	switch e := e.(type) {
	case statuspage.Published:
		x.news = seq
	case access.Shredded:
		for _, n := range e.Entries {
			x.gone[n] = seq
		}
	}
}

// incidentOf is the incident that an event belongs to: what it says itself or what it is about, else that of its cause, else the one that runs.
func (s *State) incidentOf(e Event, inherited string) string {
	own := ""
	switch e := e.(type) {
	case incident.Event:
		own = string(incident.Of(e))
	case contain.Event:
		id, named := contain.Of(e)
		if own = string(named); own == "" {
			m, _ := s.Contain.Find(id)
			own = string(m.Incident)
		}
	case order.Drafted: // not in the state yet
		own = e.Incident
	case order.Event:
		if o, ok := s.Order.Order(order.Of(e)); ok {
			own = o.Incident
		}
	case restore.Event:
		id, named := restore.Of(e)
		if own = string(named); own == "" {
			p, _ := s.Restore.Find(id)
			own = string(p.Incident)
		}
	case statuspage.Published:
		own = string(e.Incident)
	}
	return cmp.Or(own, inherited, string(s.Incident.RunningID()))
}

// about gives what an event is about, as references.
func about(e Event) []catalogue.Ref {
	switch e := e.(type) {
	case cell.Observed:
		return cellRefs(e.Cells)
	case cell.Changed:
		return cellRefs(e.Cells)
	case cell.Held:
		return cellRefs(e.Cells)
	case cell.Released:
		return cellRefs(e.Cells)
	case cell.Passed:
		return cellRefs(e.Cells)
	case order.Event:
		if id := order.Of(e); id != "" {
			return []catalogue.Ref{refOf("order", string(id))}
		}
	}
	return nil
}

func refOf(kind, id string) catalogue.Ref { return catalogue.Ref(kind + ":" + id) }

func cellRefs(ids []cell.ID) []catalogue.Ref {
	refs := make([]catalogue.Ref, len(ids))
	for n, id := range ids {
		refs[n] = catalogue.NewRef(catalogue.RefCell, string(id))
	}
	return refs
}
