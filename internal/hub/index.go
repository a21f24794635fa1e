package hub

import (
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/statuspage"
)

// index finds the entries about a thing. It is derived from the record and keeps numbers only; texts are read from the record.
type index struct {
	byRef map[catalogue.Ref][]uint64 // cell:…, order:…
	kinds map[string]int             // how many entries there are of each kind
	news  uint64                     // the newest publication
}

func newIndex() index {
	return index{byRef: map[catalogue.Ref][]uint64{}, kinds: map[string]int{}}
}

func (x *index) add(e Event, seq uint64) {
	x.kinds[e.Kind()]++
	for _, r := range about(e) {
		x.byRef[r] = append(x.byRef[r], seq)
	}
	if _, ok := e.(statuspage.Published); ok {
		x.news = seq
	}
}

// incidentOf is the incident that an event belongs to: what it says itself, else that of its cause, else the one that runs.
func (s *State) incidentOf(e Event, inherited string) string {
	switch e := e.(type) {
	case incident.Opened:
		return string(e.ID)
	case incident.Anchored:
		return string(e.Incident)
	case incident.Led:
		return string(e.Incident)
	case incident.Logged:
		return string(e.Incident)
	case incident.Closed:
		return string(e.Incident)
	}
	if inherited != "" {
		return inherited
	}
	running, _ := s.Incident.Running()
	return string(running.ID)
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
	case order.Drafted:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.Approved:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.Ready:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.Issued:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.HostAccepted:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.HostExecuted:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.HostRefused:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.HostUnsure:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.HostReleased:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.Withdrawn:
		return []catalogue.Ref{refOf("order", string(e.ID))}
	case order.RanOut:
		return []catalogue.Ref{refOf("order", string(e.ID))}
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
