package contain

import (
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// State is every measure of this record. The zero value is the state before the first event.
type State struct {
	all    map[string]*Measure   // by the ID in lower case: IDs are unique ignoring case
	order  []ID                  // in the order of proposal
	onHost map[string][]*Measure // by the host in lower case, in the order of proposal
	orders map[string]bound      // every order that ever belonged to a measure, by its id in lower case
}

// bound says what an order is for.
type bound struct {
	measure   ID
	direction Direction
}

// Apply makes the fact true in the state. It cannot fail: what is an event has been decided.
func Apply(s State, e Event, at access.Stamp) State {
	switch e := e.(type) {
	case Proposed:
		return s.applyProposed(e, at)
	case Ordered:
		s.set(e.ID, at, func(m *Measure) { m.bind(e) })
		s.orders[key(e.Order)] = bound{e.ID, e.Direction}
	case Enforced:
		s.supersede(e.ID, at)
		s.set(e.ID, at, func(m *Measure) { m.Stage, m.Executed, m.EnforcedAt, m.Code = StageEnforced, ToCut, at.HappenedAt, "" })
	case Verified:
		s.set(e.ID, at, func(m *Measure) {
			m.Stage, m.Probes, m.Detail, m.VerifiedAt = StageVerified, e.Probes, "", at.HappenedAt
		})
	case Contradicted:
		s.set(e.ID, at, func(m *Measure) { m.Stage, m.Probes, m.Detail = StageContradicted, e.Probes, e.Detail })
	case Opening:
		s.set(e.ID, at, func(m *Measure) { m.before, m.Stage, m.OpenOrder, m.Code = m.Stage, StageOpening, "", "" })
	case Lifted:
		s.set(e.ID, at, func(m *Measure) {
			m.Stage, m.Executed, m.LiftedAt, m.Code, m.Detail = StageLifted, ToOpen, at.HappenedAt, "", ""
		})
	case Reopened:
		s.set(e.ID, at, func(m *Measure) {
			m.Stage, m.Probes, m.Detail, m.ReopenedAt = StageReopened, e.Probes, "", at.HappenedAt
		})
	case Failed:
		s.set(e.ID, at, func(m *Measure) { m.Code = e.Code; m.fallBack(e.Direction, StageFailed) })
	case Withdrawn:
		s.set(e.ID, at, func(m *Measure) { m.fallBack(e.Direction, StageWithdrawn) })
	default:
		panic(fmt.Sprintf("contain cannot apply %T", e))
	}
	return s
}

func (s State) applyProposed(e Proposed, at access.Stamp) State {
	if s.all == nil {
		s.all, s.onHost, s.orders = map[string]*Measure{}, map[string][]*Measure{}, map[string]bound{}
	}
	m := &Measure{ID: e.ID, Incident: e.Incident, Host: e.Host, Stage: StageProposed, Cells: e.Cells, Lost: e.Lost, Degraded: e.Degraded, Customers: e.Customers,
		By: at.By, ProposedAt: at.HappenedAt, First: at.Seq, Seq: at.Seq}
	s.all[key(e.ID)] = m
	s.onHost[key(e.Host)] = append(s.onHost[key(e.Host)], m)
	s.order = append(s.order, e.ID)
	return s
}

func (s State) set(id ID, at access.Stamp, change func(*Measure)) {
	m := s.all[key(id)]
	change(m)
	m.Seq = at.Seq
}

// supersede ends what other measures on the host of this one had done; a mere proposal stays.
func (s State) supersede(id ID, at access.Stamp) {
	m := s.all[key(id)]
	for _, other := range s.onHost[key(m.Host)] {
		if other != m && other.Executed != "" && !other.Over() {
			other.Stage, other.Seq = StageSuperseded, at.Seq
		}
	}
}

// bind keeps the order of the pending proposal.
func (m *Measure) bind(e Ordered) {
	if e.Direction == ToCut {
		m.CutOrder = e.Order
	} else {
		m.OpenOrder = e.Order
	}
}

// fallBack ends a proposal that was not carried out: a cut is over, a release leaves the host as it was.
func (m *Measure) fallBack(d Direction, over Stage) {
	if d == ToCut {
		m.Stage = over
	} else {
		m.Stage = m.before
	}
}

// All gives every measure, in the order of proposal, as copies.
func (s State) All() []Measure {
	all := make([]Measure, len(s.order))
	for n, id := range s.order {
		all[n], _ = s.Find(id)
	}
	return all
}

// Find gives a copy of the measure, and whether there is one.
func (s State) Find(id ID) (Measure, bool) {
	m, ok := s.all[key(id)]
	if !ok {
		return Measure{}, false
	}
	c := *m
	c.Cells, c.Probes = slices.Clone(m.Cells), slices.Clone(m.Probes)
	return c, true
}

// OfOrder gives the measure that the order belongs to and which way it moves the host; false when it belongs to none.
func (s State) OfOrder(order string) (Measure, Direction, bool) {
	b, ok := s.orders[key(order)]
	if !ok {
		return Measure{}, "", false
	}
	m, _ := s.Find(b.measure)
	return m, b.direction, true
}

// On gives the live measure of the host, and whether there is one.
func (s State) On(host catalogue.Ref) (Measure, bool) {
	if m := s.liveOn(host); m != nil {
		return s.Find(m.ID)
	}
	return Measure{}, false
}

func (s State) liveOn(host catalogue.Ref) *Measure {
	for _, m := range slices.Backward(s.onHost[key(host)]) {
		if m.Live() {
			return m
		}
	}
	return nil
}

func key[T ~string](id T) string { return strings.ToLower(string(id)) }

func same(a, b string) bool { return a != "" && strings.EqualFold(a, b) }

func (s State) nextID() ID {
	for n := len(s.order) + 1; ; n++ {
		if id := ID(fmt.Sprintf("m-%d", n)); s.all[key(id)] == nil {
			return id
		}
	}
}

func (s State) find(id ID) (*Measure, error) {
	if m := s.all[key(id)]; m != nil {
		return m, nil
	}
	return nil, fault.New(fault.NotFound, "contain.unknown", "could not find measure %q", id)
}

// findOrdered finds the measure to which this order in this direction belongs, be it the newest of its orders or an earlier one.
func (s State) findOrdered(id ID, order string, d Direction) (*Measure, error) {
	m, err := s.find(id)
	if err != nil {
		return nil, err
	}
	if s.orders[key(order)] != (bound{m.ID, d}) {
		return nil, notItsOrder(m, order)
	}
	return m, nil
}
