package restore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// State is every plan of this record. The zero value is the state before the first event.
type State struct {
	all   map[string]*Plan // by the ID in lower case: IDs are unique ignoring case
	order []ID             // in the order of adoption
}

// Apply makes the fact true in the state. It cannot fail: what is an event has been decided.
func Apply(s State, e Event, at access.Stamp) State {
	switch e := e.(type) {
	case Adopted:
		return s.applyAdopted(e, at)
	case StepStarted:
		s.set(e.Plan, e.Step, at, func(x *Step) { x.State, x.StartedAt = StepRunning, at.HappenedAt })
	case StepFinished:
		s.set(e.Plan, e.Step, at, func(x *Step) { x.State, x.DoneAt = StepDone, at.HappenedAt })
	case Granted:
		s.set(e.Plan, e.Step, at, func(x *Step) { x.grant(Decision{By: e.By, At: at.HappenedAt, Seq: at.Seq}) })
	case GatePassed:
		s.set(e.Plan, e.Step, at, func(x *Step) { x.State, x.DoneAt = StepDone, at.HappenedAt })
	case Denied:
		s.set(e.Plan, e.Step, at, func(x *Step) { x.deny(Decision{By: e.By, At: at.HappenedAt, Seq: at.Seq}) })
	case Completed:
		p := s.all[key(e.Plan)]
		p.State, p.DoneAt, p.Seq = PlanCompleted, at.HappenedAt, at.Seq
	default:
		panic(fmt.Sprintf("restore cannot apply %T", e))
	}
	return s
}

func (s State) applyAdopted(e Adopted, at access.Stamp) State {
	if s.all == nil {
		s.all = map[string]*Plan{}
	}
	p := &Plan{ID: e.ID, Incident: e.Incident, Cells: e.Cells, State: PlanRunning, Basis: e.Basis, By: at.By, AdoptedAt: at.HappenedAt, First: at.Seq, Seq: at.Seq}
	for _, planned := range e.Steps {
		p.Steps = append(p.Steps, Step{Planned: planned, State: StepOpen, Seq: at.Seq})
	}
	for _, id := range e.Supersedes {
		old := s.all[key(id)]
		old.State, old.Seq = PlanSuperseded, at.Seq
	}
	s.all[key(e.ID)] = p
	s.order = append(s.order, e.ID)
	return s
}

func (s State) set(plan ID, step StepID, at access.Stamp, change func(*Step)) {
	p := s.all[key(plan)]
	x := &p.Steps[p.step(step)]
	change(x)
	x.Seq, p.Seq = at.Seq, at.Seq
}

func (s *Step) grant(d Decision) {
	if len(s.Granted) == 0 {
		s.State, s.StartedAt = StepRunning, d.At
	}
	s.Granted = append(s.Granted, d)
}

func (s *Step) deny(d Decision) {
	s.State, s.StartedAt, s.Granted, s.Denied = StepOpen, time.Time{}, nil, &d
}

// All gives every plan, in the order of adoption, as copies.
func (s State) All() []Plan {
	all := make([]Plan, len(s.order))
	for n, id := range s.order {
		all[n], _ = s.Find(id)
	}
	return all
}

// Find gives a copy of the plan, and whether there is one.
func (s State) Find(id ID) (Plan, bool) {
	p, ok := s.all[key(id)]
	if !ok {
		return Plan{}, false
	}
	c := *p
	c.Cells, c.Steps = slices.Clone(p.Cells), slices.Clone(p.Steps)
	for n := range c.Steps {
		x := &c.Steps[n]
		x.Granted = slices.Clone(x.Granted)
		if x.Denied != nil {
			denied := *x.Denied
			x.Denied = &denied
		}
	}
	return c, true
}

// For gives the running plan that brings this cell back, and whether there is one. There is never more than one.
func (s State) For(c catalogue.CellID) (Plan, bool) {
	for _, id := range s.order {
		if p := s.all[key(id)]; p.State == PlanRunning && p.covers(c) {
			return s.Find(id)
		}
	}
	return Plan{}, false
}

func key(id ID) string { return strings.ToLower(string(id)) }

func (s State) nextID() ID {
	for n := len(s.order) + 1; ; n++ {
		if id := ID(fmt.Sprintf("p-%d", n)); s.all[key(id)] == nil {
			return id
		}
	}
}

func (s State) find(id ID) (*Plan, error) {
	if p := s.all[key(id)]; p != nil {
		return p, nil
	}
	return nil, fault.New(fault.NotFound, "restore.unknown", "could not find plan %q", id)
}
