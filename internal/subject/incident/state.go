package incident

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// State is every incident of this record. The zero value is the state before the first event.
type State struct {
	all   map[ID]*Incident // keyed by the ID in lower case: IDs are unique ignoring case
	order []ID             // in the order of opening
}

// Apply makes the fact true in the state. It cannot fail: what is an event has been decided.
func Apply(s State, e Event, at access.Stamp) State {
	switch e := e.(type) {
	case Opened:
		if s.all == nil {
			s.all = map[ID]*Incident{}
		}
		s.all[key(e.ID)] = &Incident{ID: e.ID, Title: e.Title, Lead: e.Lead, OpenedAt: at.HappenedAt, Anchors: map[Anchor]time.Time{}}
		s.order = append(s.order, e.ID)
	case Anchored:
		s.all[key(e.Incident)].Anchors[e.Anchor] = e.Moment
	case Led:
		s.all[key(e.Incident)].Lead = e.Lead
	case Logged:
		i := s.all[key(e.Incident)]
		i.Log = append(i.Log, at.Seq)
	case Closed:
		i := s.all[key(e.Incident)]
		i.ClosedAt, i.OpenLeft, i.CloseSeq = at.HappenedAt, e.OpenPoints, at.Seq
	default:
		panic(fmt.Sprintf("incident cannot apply %T", e))
	}
	return s
}

// All gives every incident, in the order of opening, as copies.
func (s State) All() []Incident {
	all := make([]Incident, len(s.order))
	for n, id := range s.order {
		all[n], _ = s.Find(id)
	}
	return all
}

// Find gives a copy of the incident, and whether there is one.
func (s State) Find(id ID) (Incident, bool) {
	i, ok := s.all[key(id)]
	if !ok {
		return Incident{}, false
	}
	c := *i
	c.Anchors, c.Log = maps.Clone(i.Anchors), slices.Clone(i.Log)
	return c, true
}

// Has says whether there is an incident of that name.
func (s State) Has(id string) bool { return s.exists(ID(id)) }

// RunningID is the ID of the incident that [State.Running] gives, empty when there is none.
func (s State) RunningID() ID {
	for _, id := range slices.Backward(s.order) {
		if s.all[key(id)].Open() {
			return id
		}
	}
	return ""
}

// Canonical is the ID as it was given when the incident was opened; IDs are compared ignoring case but written in one way.
func (s State) Canonical(id ID) ID {
	if i := s.all[key(id)]; i != nil {
		return i.ID
	}
	return id
}

// Running gives the incident that a house usually means by "the incident": the newest that is open.
func (s State) Running() (Incident, bool) {
	return s.Find(s.RunningID())
}

func key(id ID) ID { return ID(strings.ToLower(string(id))) }

func (s State) exists(id ID) bool { return s.all[key(id)] != nil }

func (s State) nextID() ID {
	for n := len(s.order) + 1; ; n++ {
		if id := ID(fmt.Sprintf("inc-%d", n)); !s.exists(id) {
			return id
		}
	}
}

func (s State) find(id ID) (*Incident, error) {
	if i := s.all[key(id)]; i != nil {
		return i, nil
	}
	return nil, fault.New(fault.NotFound, "incident.unknown", "could not find incident %q", id).Hinted("'blackstart incident open' opens one")
}

func (s State) findOpen(id ID) (*Incident, error) {
	i, err := s.find(id)
	if err == nil && !i.Open() {
		return nil, fault.New(fault.Conflict, "incident.closed", "could not change incident %s: it was closed", id).Hinted("a log line can still be added; what begins anew is a new incident")
	}
	return i, err
}
