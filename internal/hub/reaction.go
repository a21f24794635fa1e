package hub

import (
	"fmt"
	"slices"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
)

// reaction is one consequence: when an event of kind on is applied, the commands that make gives are decided in the same pass. All that make
// gives bear the name then. It sees the state with the event applied; it must not change it.
type reaction struct {
	on, then, why string
	make          func(*State, Event, access.Stamp) []Command
}

// reactions are all consequences in the house; there is no other place for one. A test proves that they form a DAG, so that no pass can run
// for ever, and docs/reactions.md shows the diagram drawn from this table.
var reactions = []reaction{
	on("access.key_enrolled", "order.trust", "until somebody is bound by the trust root, it names whoever has a key here", trustApprovers[access.KeyEnrolled]),
	on("access.key_removed", "order.trust", "until somebody is bound by the trust root, a key taken back leaves it", trustApprovers[access.KeyRemoved]),
	on("access.user_removed", "order.trust", "until somebody is bound by the trust root, who has left leaves it", trustApprovers[access.UserRemoved]),
	on("access.expired", "order.trust", "until somebody is bound by the trust root, so does whoever's time is over", trustApprovers[access.Expired]),

	on("contain.proposed", "order.draft", "a measure is carried out by an order, never by hand", func(s *State, e contain.Proposed, _ access.Stamp) []Command {
		return []Command{draftFor(s, e.ID, order.Isolate, "cut")}
	}),
	on("contain.opening", "order.draft", "loosening is an order too, and a graver one", func(s *State, e contain.Opening, at access.Stamp) []Command {
		return []Command{draftFor(s, e.ID, order.Release, fmt.Sprintf("open-%d", at.Seq))}
	}),
	on("order.drafted", "contain.bind", "the measure knows the order that carries it out", func(s *State, e order.Drafted, _ access.Stamp) []Command {
		if e.Measure == "" {
			return nil
		}
		o, _ := s.Order.Order(e.ID)
		return []Command{contain.Bind{ID: contain.ID(e.Measure), Order: string(e.ID), Direction: directionOf[o.Order.Verb]}}
	}),
	on("order.executed", "contain.enforce", "the agent says it has cut; now it must be proved from outside", func(s *State, e order.HostExecuted, _ access.Stamp) []Command {
		m, ok := measureOf(s, e.ID, order.Isolate)
		if !ok {
			return nil
		}
		return []Command{contain.Enforce{ID: m, Order: string(e.ID)}}
	}),
	on("order.executed", "contain.lift", "the agent says it has opened; now it must be proved from outside", func(s *State, e order.HostExecuted, _ access.Stamp) []Command {
		m, ok := measureOf(s, e.ID, order.Release)
		if !ok {
			return nil
		}
		return []Command{contain.Lift{ID: m, Order: string(e.ID)}}
	}),
	on("order.refused", "contain.fail", "an order that the host refused carries nothing out", func(s *State, e order.HostRefused, _ access.Stamp) []Command {
		return failMeasure(s, e.ID, string(e.Code))
	}),
	on("order.unknown", "contain.fail", "an order of unknown outcome must be looked at by people", func(s *State, e order.HostUnsure, _ access.Stamp) []Command {
		return failMeasure(s, e.ID, string(e.Code))
	}),
	on("order.expired", "contain.fail", "an order that ran out carries nothing out", func(s *State, e order.RanOut, _ access.Stamp) []Command {
		if len(e.Waiting) == 0 {
			return nil
		}
		return failMeasure(s, e.ID, "expired")
	}),

	on("order.withdrawn", "contain.fail", "an order that was withdrawn carries nothing out", func(s *State, e order.Withdrawn, _ access.Stamp) []Command {
		return failMeasure(s, e.ID, "withdrawn")
	}),
	on("contain.withdrawn", "order.withdraw", "who takes a measure back takes its order back", func(s *State, e contain.Withdrawn, _ access.Stamp) []Command {
		if o, ok := s.Order.Order(order.ID(e.Order)); !ok || o.Phase == order.PhaseWithdrawn || o.Phase == order.PhaseExpired {
			return nil
		}
		return []Command{order.Withdraw{ID: order.ID(e.Order), Reason: "measure " + string(e.ID) + " was withdrawn"}}
	}),

	on("contain.verified", "cell.change", "what is cut off is off, for everybody to see", func(s *State, e contain.Verified, _ access.Stamp) []Command {
		m, ids := s.cellsOf(e.ID, func(c cell.Cell) bool { return c.Mode != cell.Off && c.Mode.May(cell.Off) })
		return onCells(ids, cell.Change{Cells: ids, Mode: cell.Off, Cause: cell.Precaution, Decided: m.By, Selection: string(m.Host), Reason: "measure " + string(m.ID)})
	}),
	on("contain.verified", "cell.place_hold", "the incident holds its cells until it lets them go", func(s *State, e contain.Verified, _ access.Stamp) []Command {
		m, _ := s.Contain.Find(e.ID)
		hold := holdOf(string(m.Incident))
		_, ids := s.cellsOf(e.ID, func(c cell.Cell) bool { return !c.HeldBy(hold) })
		return onCells(ids, cell.Place{Cells: ids, Hold: hold})
	}),
	on("contain.verified", "cell.observe", "the probes from outside found them unreachable", func(s *State, e contain.Verified, _ access.Stamp) []Command {
		_, ids := s.cellsOf(e.ID, func(c cell.Cell) bool { return c.Condition != cell.Failed })
		return onCells(ids, cell.Observe{Cells: ids, Condition: cell.Failed, Source: "probe"})
	}),
	on("contain.reopened", "cell.observe", "the probes from outside found them working", func(s *State, e contain.Reopened, _ access.Stamp) []Command {
		_, ids := s.cellsOf(e.ID, func(c cell.Cell) bool { return c.Condition != cell.Normal && !s.cutElsewhere(c.ID, e.ID) })
		return onCells(ids, cell.Observe{Cells: ids, Condition: cell.Normal, Source: "probe"})
	}),
	on("contain.reopened", "cell.change", "reachable again is not regular yet: they return, and are observed", func(s *State, e contain.Reopened, _ access.Stamp) []Command {
		m, ids := s.cellsOf(e.ID, func(c cell.Cell) bool { return c.Mode == cell.Off && !s.cutElsewhere(c.ID, e.ID) })
		return onCells(ids, cell.Change{Cells: ids, Mode: cell.Returning, Cause: cell.Precaution, Decided: m.By, Selection: string(m.Host), Reason: "measure " + string(m.ID)})
	}),

	on("restore.gate_passed", "cell.pass_gate", "progress of a cell is the last gate it passed", func(s *State, e restore.GatePassed, _ access.Stamp) []Command {
		p, _ := s.Restore.Find(e.Plan)
		ids := s.those(p.Cells, func(c cell.Cell) bool { return c.Gate != string(e.Step) })
		return onCells(ids, cell.Pass{Cells: ids, Gate: string(e.Step)})
	}),
	on("restore.completed", "cell.release_hold", "the plan is done: the incident lets its cells go", func(s *State, e restore.Completed, _ access.Stamp) []Command {
		p, _ := s.Restore.Find(e.Plan)
		hold := holdOf(string(p.Incident))
		ids := s.those(p.Cells, func(c cell.Cell) bool { return c.HeldBy(hold) })
		return onCells(ids, cell.Release{Cells: ids, Hold: hold})
	}),
	on("restore.completed", "cell.change", "what returned and is held by nobody else is regular again", func(s *State, e restore.Completed, _ access.Stamp) []Command {
		p, _ := s.Restore.Find(e.Plan)
		hold := holdOf(string(p.Incident))
		ids := s.those(p.Cells, func(c cell.Cell) bool {
			others := slices.ContainsFunc(c.Holds, func(h cell.Hold) bool { return h != hold })
			return c.Mode.May(cell.Regular) && !others
		})
		return onCells(ids, cell.Change{Cells: ids, Mode: cell.Regular, Cause: cell.Planned, Selection: "plan:" + string(e.Plan)})
	}),
}

// on makes a row of the table for one type of event.
func on[E Event](kind, then, why string, react func(*State, E, access.Stamp) []Command) reaction {
	return reaction{on: kind, then: then, why: why, make: func(s *State, e Event, at access.Stamp) []Command { return react(s, e.(E), at) }}
}

// byKind is the table by the kind of the event.
var byKind = func() map[string][]reaction {
	m := map[string][]reaction{}
	for _, r := range reactions {
		m[r.on] = append(m[r.on], r)
	}
	return m
}()

// consequence is a command that is to be decided in the running pass, with the one it is decided for and the reason.
type consequence struct {
	command  Command
	at       access.Stamp
	cause    string // `key:…` for what was asked for, `entry:N` for what followed from an entry
	incident string
}

const (
	keyPrefix   = "key:"
	entryPrefix = "entry:"
)

func keyCause(key string) string {
	if key == "" {
		return ""
	}
	return keyPrefix + key
}

// react gives what follows from an event, in the order of the table.
func (s *State) react(e Event, at access.Stamp, incident string) []consequence {
	var all []consequence
	for _, r := range byKind[e.Kind()] {
		for _, c := range r.make(s, e, at) {
			by := access.Stamp{By: access.ByReaction, At: at.At, HappenedAt: at.HappenedAt}
			all = append(all, consequence{command: c, at: by, cause: fmt.Sprintf("%s%d", entryPrefix, at.Seq), incident: incident})
		}
	}
	return all
}

// trustApprovers sets the trust root to the people of this house. Once it is ruled only an order of class trust changes it, which somebody must propose.
func trustApprovers[E Event](s *State, _ E, _ access.Stamp) []Command {
	if s.Order.Ruled() {
		return nil
	}
	root := s.wantedRoot()
	root.Version = s.Order.Root.Version + 1
	return []Command{order.SetRoot{Root: root}}
}

// onCells leaves the command out when it would touch no cell: a host that carries none, or cells that are so already, have no consequences.
func onCells(ids []cell.ID, c Command) []Command {
	if len(ids) == 0 {
		return nil
	}
	return []Command{c}
}

// cellsOf gives a measure and those of its cells that take part.
func (s *State) cellsOf(id contain.ID, takesPart func(cell.Cell) bool) (contain.Measure, []cell.ID) {
	m, _ := s.Contain.Find(id)
	return m, s.those(m.Cells, takesPart)
}

func (s *State) those(ids []cell.ID, takePart func(cell.Cell) bool) []cell.ID {
	var list []cell.ID
	for _, id := range ids {
		if c, ok := s.Cell.Find(id); ok && takePart(c) {
			list = append(list, id)
		}
	}
	return list
}

// cutElsewhere says whether another host that carries the cell is still cut off, or may be.
func (s *State) cutElsewhere(id cell.ID, but contain.ID) bool {
	return slices.ContainsFunc(s.Contain.All(), func(m contain.Measure) bool {
		return m.ID != but && inForce(m.Stage) && slices.Contains(m.Cells, id)
	})
}

func holdOf(incident string) cell.Hold { return cell.Hold{By: cell.ByIncident, Ref: incident} }

// draftFor puts a measure's order into words. The order is named after the measure, so that a person who reads one finds the other. What people
// wrote as a reason stays with the measure, in a part that can be shredded: an order is signed and stays as it is.
func draftFor(s *State, id contain.ID, verb order.Verb, what string) Command {
	m, _ := s.Contain.Find(id)
	return order.Draft{
		ID: order.ID(string(id) + "-" + what), Verb: verb, Targets: []order.Host{order.Host(m.Host)},
		Reason: fmt.Sprintf("measure %s, entry %d", id, m.Seq), Measure: string(id), Incident: string(m.Incident),
	}
}

// measureOf gives the measure that an order with this verb carries out; with verb "" whatever its verb is.
func measureOf(s *State, id order.ID, verb order.Verb) (contain.ID, bool) {
	o, ok := s.Order.Order(id)
	if !ok || o.Measure == "" || verb != "" && o.Order.Verb != verb {
		return "", false
	}
	return contain.ID(o.Measure), true
}

// failMeasure tells the measure that its order came to nothing, if it still waits for that order.
func failMeasure(s *State, id order.ID, code string) []Command {
	measure, ok := measureOf(s, id, "")
	if !ok {
		return nil
	}
	if m, ok := s.Contain.Find(measure); ok && m.Awaits(string(id)) {
		return []Command{contain.Fail{ID: measure, Order: string(id), Code: code}}
	}
	return nil
}

// directionOf says which way an order's verb moves a measure.
var directionOf = map[order.Verb]contain.Direction{order.Isolate: contain.ToCut, order.Release: contain.ToOpen}
