package contain

import (
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// Decide answers a command with the facts it makes, or with the reason why not.
func Decide(s State, c Command, _ access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Propose:
		return s.propose(c)
	case Bind:
		return s.bind(c)
	case Enforce:
		return s.enforce(c)
	case Check:
		return s.check(c)
	case Open:
		return s.open(c)
	case Lift:
		return s.lift(c)
	case Fail:
		return s.fail(c)
	case Withdraw:
		return s.withdraw(c)
	}
	panic(fmt.Sprintf("contain cannot decide %T", c))
}

func (s State) propose(c Propose) ([]Event, error) {
	if c.ID == "" {
		c.ID = s.nextID()
	}
	if err := s.proposable(c); err != nil {
		return nil, err
	}
	if err := access.CheckText("reason", c.Reason, MaxReason); err != nil {
		return nil, err
	}
	cells := slices.Compact(slices.Sorted(slices.Values(c.Cells)))
	return []Event{Proposed{ID: c.ID, Incident: c.Incident, Host: c.Host, Cells: cells, Lost: c.Lost, Degraded: c.Degraded, Customers: c.Customers,
		Private: ProposedPrivate{Reason: c.Reason}}}, nil
}

// proposable refuses a cut that nobody could weigh: of what is not in the catalogue, outside an incident, or of a host that is cut off already.
func (s State) proposable(c Propose) error {
	if err := access.CheckID("measure", string(c.ID)); err != nil {
		return err
	}
	if s.all[key(c.ID)] != nil {
		return fault.New(fault.Conflict, "contain.exists", "could not propose measure %s: it exists already", c.ID)
	}
	if ref, err := catalogue.ParseRef(string(c.Host)); err != nil || ref.Kind() != catalogue.RefHost {
		return fault.New(fault.Invalid, "contain.no_host", "could not propose to cut off %q: it is no reference to a host", c.Host).Hinted("write host:ID")
	}
	live := s.liveOn(c.Host)
	switch {
	case !c.Known:
		return fault.New(fault.NotFound, "contain.unknown_host", "could not propose to cut off %s: the adopted catalogue has no such host, so nobody could say who loses what", c.Host).
			Hinted("add it to the catalogue and adopt that, or cut it off by hand and log it")
	case !c.IncidentOpen:
		return fault.New(fault.Conflict, "contain.incident_closed", "could not propose to cut off %s: incident %q is not open", c.Host, c.Incident)
	case live != nil:
		return fault.New(fault.Conflict, "contain.live", "could not propose to cut off %s: measure %s is %s", c.Host, live.ID, live.Stage).Hinted("go on with %s, or withdraw it", live.ID)
	case len(s.order) >= MaxMeasures:
		return fault.New(fault.Conflict, "contain.too_many", "could not propose measure %s: there are %d already", c.ID, len(s.order))
	case len(c.Cells) > MaxCells:
		return fault.New(fault.Invalid, "contain.too_many_cells", "could not propose to cut off %s: it carries %d cells, at most %d", c.Host, len(c.Cells), MaxCells)
	}
	return nil
}

func (s State) bind(c Bind) ([]Event, error) {
	m, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if err := access.CheckID("order", c.Order); err != nil {
		return nil, err
	}
	d, waits := m.pending()
	if !waits || d != c.Direction {
		return nil, m.wrongStage("take an order to "+string(c.Direction)+" for", StageProposed, StageOpening)
	}
	if m.ordered(d) != "" {
		return nil, fault.New(fault.Conflict, "contain.ordered", "could not take order %s for measure %s: order %s was drafted for it", c.Order, c.ID, m.ordered(d))
	}
	if owner, taken := s.orders[key(c.Order)]; taken {
		return nil, fault.New(fault.Conflict, "contain.order_taken", "could not take order %s for measure %s: it belongs to measure %s", c.Order, c.ID, owner.measure)
	}
	return []Event{Ordered{ID: m.ID, Order: c.Order, Direction: d}}, nil
}

// enforce is refused only when the order is not this measure's or was carried out before.
func (s State) enforce(c Enforce) ([]Event, error) {
	m, err := s.findOrdered(c.ID, c.Order, ToCut)
	if err != nil {
		return nil, err
	}
	if m.Executed != "" {
		return nil, m.wrongStage("enforce", StageProposed, StageWithdrawn, StageFailed)
	}
	return []Event{Enforced{ID: m.ID, Order: c.Order}}, nil
}

// lift is refused only when the order is not this measure's, or the host was not cut off by it.
func (s State) lift(c Lift) ([]Event, error) {
	m, err := s.findOrdered(c.ID, c.Order, ToOpen)
	if err != nil {
		return nil, err
	}
	if m.Stage != StageOpening && (m.Executed != ToCut || m.Over()) {
		return nil, m.wrongStage("lift", StageOpening, StageEnforced, StageVerified, StageContradicted)
	}
	return []Event{Lifted{ID: m.ID, Order: c.Order}}, nil
}

// open needs a host that an agent has cut off, whether or not that is proved: what was done must always be possible to undo.
func (s State) open(c Open) ([]Event, error) {
	m, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if !m.in(StageEnforced, StageVerified, StageContradicted) {
		return nil, m.wrongStage("open", StageEnforced, StageVerified, StageContradicted)
	}
	if c.GateOpen != "" {
		return nil, fault.New(fault.Conflict, "contain.gate_open", "could not open %s: the gate %q has not been passed", m.Host, c.GateOpen).Hinted("the restore plan shows who has to decide")
	}
	if err := access.CheckText("reason", c.Reason, MaxReason); err != nil {
		return nil, err
	}
	return []Event{Opening{ID: m.ID, Private: OpeningPrivate{Reason: c.Reason}}}, nil
}

func (s State) fail(c Fail) ([]Event, error) {
	m, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if err := access.CheckID("code", c.Code); err != nil {
		return nil, err
	}
	d, waits := m.pending()
	if !waits {
		return nil, m.wrongStage("fail", StageProposed, StageOpening)
	}
	if !m.Awaits(c.Order) {
		return nil, notItsOrder(m, c.Order)
	}
	return []Event{Failed{ID: m.ID, Order: c.Order, Direction: d, Code: c.Code}}, nil
}

func (s State) withdraw(c Withdraw) ([]Event, error) {
	m, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	d, waits := m.pending()
	if !waits {
		return nil, m.wrongStage("withdraw", StageProposed, StageOpening)
	}
	if err := access.CheckText("reason", c.Reason, MaxReason); err != nil {
		return nil, err
	}
	return []Event{Withdrawn{ID: m.ID, Direction: d, Order: m.ordered(d), Private: WithdrawnPrivate{Reason: c.Reason}}}, nil
}

// wrongStage says that the measure is not where it must be for what was asked.
func (m Measure) wrongStage(verb string, wanted ...Stage) error {
	words := make([]string, len(wanted))
	for n, w := range wanted {
		words[n] = string(w)
	}
	return fault.New(fault.Conflict, "contain.stage", "could not %s measure %s: it is %s, not %s", verb, m.ID, m.Stage, strings.Join(words, " or "))
}

func notItsOrder(m *Measure, order string) error {
	return fault.New(fault.Conflict, "contain.other_order", "could not take a receipt of order %q for measure %s: that is not its order", order, m.ID)
}
