package hub

import (
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
)

// rules is the order of precedence of the "what now" line: the first that has an answer gives it. What went wrong comes before what waits for a person,
// that before what waits for a machine, and all that before something new is begun. Within a rule the oldest comes first.
//
//	catalogue  no catalogue: without one nothing can be cut off, and nobody can say who is concerned
//	peace      no incident is open
//	lead       nobody leads
//	refused    a host is not as its agent says, or its release failed
//	approve    an order waits for people
//	gate       a gate of the way back waits for people
//	wait       an order is on its way
//	verify     an agent has done it, the look from outside is missing
//	step       a step of the way back can start or is under way
//	refused    the newest cut failed, and nothing else is going on
//	release    hosts are cut off, or cells not regular, and no plan brings them back
//	cut        nothing was ever contained
//	close      all is back
var rules = []func(*State, incident.Incident) (NextStep, bool){
	nextLead, nextContradiction, nextApproval, nextGate, nextUnderway, nextProof, nextPlanned, nextFailed, nextRelease, nextCut, nextClose,
}

// next is the one thing to do next.
func (s *State) next() NextStep {
	i, open := s.Incident.Running()
	switch {
	case s.Catalogue.Current == nil:
		return NextStep{Kind: NextCatalogue}
	case !open:
		return NextStep{Kind: NextPeace}
	}
	for _, rule := range rules {
		if n, ok := rule(s, i); ok {
			return n
		}
	}
	return NextStep{Kind: NextClose, Ref: string(i.ID), Name: Label{DE: i.Title}}
}

func nextLead(s *State, i incident.Incident) (NextStep, bool) {
	id, isUser := i.Lead.User()
	_, here := s.Access.Find(id)
	return NextStep{Kind: NextLead, Ref: string(i.ID), Name: Label{DE: i.Title}}, !isUser || !here
}

func nextContradiction(s *State, i incident.Incident) (NextStep, bool) {
	for _, m := range s.measures(i.ID) {
		switch {
		case m.Stage == contain.StageContradicted && m.Executed == contain.ToOpen:
			return s.ofOrder(NextRefused, m.OpenOrder), true
		case m.Stage == contain.StageContradicted:
			return s.ofOrder(NextRefused, m.CutOrder), true
		case m.Stage == contain.StageVerified && m.Code != "":
			return s.ofOrder(NextRefused, m.OpenOrder), true // a failed release falls back to what was; its code stays
		}
	}
	return NextStep{}, false
}

func nextApproval(s *State, _ incident.Incident) (NextStep, bool) {
	for _, o := range s.Order.Orders() {
		if need, _ := s.Order.Root.Quorum(o.Order.Class); o.Phase == order.PhaseDrafted {
			n := s.ofOrder(NextApprove, string(o.Order.ID))
			n.Count = max(0, need-len(o.Approvals))
			return n, true
		}
	}
	return NextStep{}, false
}

func nextGate(s *State, i incident.Incident) (NextStep, bool) {
	for _, p := range s.plans(i.ID) {
		if n := p.Due(); n >= 0 && p.Steps[n].Kind == restore.Gate {
			return NextStep{Kind: NextGate, Ref: string(p.Steps[n].ID), Name: label(p.Steps[n].Title), Count: restore.Needed - len(p.Steps[n].Granted)}, true
		}
	}
	return NextStep{}, false
}

func nextUnderway(s *State, _ incident.Incident) (NextStep, bool) {
	for _, o := range s.Order.Orders() {
		if o.Order.Verb == order.Trust {
			continue // hosts that are off take it when they come; nobody waits for that
		}
		switch stateOf(o, 0) {
		case orderReady, orderIssued, orderAccepted:
			return s.ofOrder(NextWait, string(o.Order.ID)), true
		}
	}
	return NextStep{}, false
}

func nextProof(s *State, i incident.Incident) (NextStep, bool) {
	for _, m := range s.measures(i.ID) {
		switch m.Stage {
		case contain.StageEnforced:
			return s.ofOrder(NextVerify, m.CutOrder), true
		case contain.StageLifted:
			return s.ofOrder(NextVerify, m.OpenOrder), true
		}
	}
	return NextStep{}, false
}

func nextPlanned(s *State, i incident.Incident) (NextStep, bool) {
	for _, p := range s.plans(i.ID) {
		if n := p.Due(); n >= 0 {
			return NextStep{Kind: NextStepDue, Ref: string(p.Steps[n].ID), Name: label(p.Steps[n].Title)}, true
		}
	}
	return NextStep{}, false
}

// nextFailed looks only at the newest measure: after a failed cut people either try again or go on.
func nextFailed(s *State, i incident.Incident) (NextStep, bool) {
	all := s.measures(i.ID)
	if len(all) == 0 || all[len(all)-1].Stage != contain.StageFailed {
		return NextStep{}, false
	}
	return s.ofOrder(NextRefused, all[len(all)-1].CutOrder), true
}

// nextRelease counts hosts; cells that were switched off by hand have none, and need a way back all the same.
func nextRelease(s *State, i incident.Incident) (NextStep, bool) {
	hosts := 0
	for _, m := range s.measures(i.ID) {
		if inForce(m.Stage) {
			hosts++
		}
	}
	return NextStep{Kind: NextRelease, Count: hosts}, hosts > 0 || len(s.away()) > 0
}

func nextCut(s *State, i incident.Incident) (NextStep, bool) {
	for _, m := range s.measures(i.ID) {
		if m.Executed != "" {
			return NextStep{}, false
		}
	}
	for x := range s.Cell.All() {
		if !x.Since.IsZero() && !x.Since.Before(i.OpenedAt) {
			return NextStep{}, false // switched off by hand, and back
		}
	}
	return NextStep{Kind: NextCut}, true
}

func nextClose(_ *State, i incident.Incident) (NextStep, bool) {
	return NextStep{Kind: NextClose, Ref: string(i.ID), Name: Label{DE: i.Title}}, true
}

// ofOrder names an order by what it does to whom: its id says that to nobody.
func (s *State) ofOrder(kind NextKind, id string) NextStep {
	n := NextStep{Kind: kind, Ref: id}
	if o, ok := s.Order.Order(order.ID(id)); ok {
		n.Verb = string(o.Order.Verb)
		for _, t := range o.Order.Targets {
			n.Hosts = append(n.Hosts, t.ID())
		}
	}
	return n
}

// measures are those of one incident, oldest first.
func (s *State) measures(id incident.ID) []contain.Measure {
	var all []contain.Measure
	for _, m := range s.Contain.All() {
		if m.Incident == id {
			all = append(all, m)
		}
	}
	return all
}

// plans are the running plans of one incident, oldest first.
func (s *State) plans(id incident.ID) []restore.Plan {
	var all []restore.Plan
	for _, p := range s.Restore.All() {
		if p.Incident == id && p.State == restore.PlanRunning {
			all = append(all, p)
		}
	}
	return all
}

// away are the cells that a decision took out of regular service and that must come back: all but those in planned maintenance and those replaced for good.
func (s *State) away() []cell.ID {
	var ids []cell.ID
	for x := range s.Cell.All() {
		switch x.Mode {
		case cell.Regular, cell.Maintenance, cell.Replaced:
		default:
			ids = append(ids, x.ID)
		}
	}
	return ids
}

// isHouse says whether somebody works here and may read the record: everybody but customers' contacts and strangers.
func (s *State) isHouse(a access.Actor) bool { return s.Access.May(a, "GET /journal/{seq}") == nil }
