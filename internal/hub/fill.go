package hub

import (
	"slices"
	"time"

	"blackstart/internal/plan"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// fill gives a command what its subject must know of its siblings, as values of the subject's own types. Subjects do not know each other;
// this is the one place where a question of one is answered from another's state, under the same lock that the decision is taken under.
// Whatever a client wrote into these fields is overwritten.
func (h *Hub) fill(c Command, at access.Stamp) Command {
	s := &h.state
	switch c := c.(type) {
	case incident.Open:
		c.Lead = s.knownLead(c.Lead)
		return c
	case incident.SetLead:
		c.Lead = s.knownLead(c.Lead)
		return c
	case incident.Close:
		c.Held = len(s.Cell.HeldBy(holdOf(string(s.Incident.Canonical(c.Incident)))))
		return c
	case access.EnrolKey:
		c.Taken = append(s.Order.Root.Hub, s.House.Key)
		for _, a := range s.Order.Agents() {
			c.Taken = append(c.Taken, a.Key)
		}
		return c
	case access.AddUser:
		c.Unknown = s.unknown(c.Given)
		return c
	case access.Invite:
		c.Unknown, c.Expires = s.unknown(c.Given), at.At.Add(inviteLife)
		return c
	case access.Give:
		c.Unknown = s.unknown(c.Things)
		return c
	case access.Shred:
		c.Parts = h.parts(c.Entries)
		return c
	case order.Approve:
		c.Revoked = s.revoked()
		return c
	case order.ProposeRoot:
		c.Root = s.wantedRoot()
		return c
	case catalogue.Adopt:
		c.InUse, c.Dropped = s.inUse(), nil
		if next := h.bundles[c.SHA256]; next != nil && s.Catalogue.Current != nil {
			c.Dropped = catalogue.Dropped(s.Catalogue.Current, next)
		}
		return c
	case contain.Propose:
		return s.fillPropose(c)
	case statuspage.Publish:
		c.Incident, c.Known = s.Incident.Canonical(c.Incident), s.Incident.Has(string(c.Incident))
		return c
	case contain.Open:
		c.GateOpen = s.gateBefore(c.ID)
		return c
	case restore.Adopt:
		c.Known, c.Incident = s.Incident.Has(string(c.Incident)), s.Incident.Canonical(c.Incident)
		c.Current, c.Starts = s.lastChange(c.Cells), expectStarts(c.Steps, at.HappenedAt)
		return c
	case restore.Finish:
		c.Connected = s.connected(c.Plan)
		return c
	}
	return c
}

// knownLead keeps a lead who is a person of this house, in the house's spelling. Anybody else becomes somebody whom the subject refuses by name.
func (s *State) knownLead(a access.Actor) access.Actor {
	id, isUser := a.User()
	if !isUser {
		return a
	}
	if p, ok := s.Access.Find(id); ok {
		return p.Actor()
	}
	return access.Actor("unknown user " + id)
}

// inUse are the references that a new catalogue must not drop: cells that are not as they were at the start, and hosts with an agent.
func (s *State) inUse() []catalogue.Ref {
	var refs []catalogue.Ref
	for x := range s.Cell.All() {
		if x.Mode != cell.Regular || len(x.Holds) > 0 {
			refs = append(refs, catalogue.NewRef(catalogue.RefCell, string(x.ID)))
		}
	}
	for _, a := range s.Order.Agents() {
		refs = append(refs, catalogue.Ref(a.Host))
	}
	return refs
}

// fillPropose adds what goes down with the host, as the people who approve will see it.
func (s *State) fillPropose(c contain.Propose) Command {
	if c.Incident == "" {
		c.Incident = s.Incident.RunningID() // whoever names none means the one that runs
	}
	i, ok := s.Incident.Find(c.Incident)
	c.Incident = s.Incident.Canonical(c.Incident)
	c.IncidentOpen = ok && i.Open()
	c.Known, c.Cells, c.Lost, c.Degraded, c.Customers = false, nil, 0, 0, 0
	cat := s.Catalogue.Current
	if cat == nil {
		return c
	}
	cells, err := cat.CellIDs(c.Host)
	if err != nil {
		return c
	}
	c.Known, c.Cells = true, cells
	if im, err := cat.Impact([]catalogue.Ref{c.Host}); err == nil {
		c.Lost, c.Degraded, c.Customers = im.Totals.Lost, im.Totals.Degraded, im.Totals.Customers
	}
	return c
}

// gateBefore names the gate that must be passed before the measure's host may be opened: that of the plan which brings its cells back.
func (s *State) gateBefore(id contain.ID) string {
	m, ok := s.Contain.Find(id)
	if !ok {
		return ""
	}
	for _, p := range s.Restore.All() {
		if !shareAny(p.Cells, m.Cells) {
			continue
		}
		if gate, open := p.Pending(); open {
			return gate
		}
	}
	return ""
}

// expectStarts says when each step is expected to begin when the steps are done one after the other; nil when nobody can say.
func expectStarts(steps []restore.Planned, from time.Time) []time.Time {
	p := plan.Problem{Schema: plan.ProblemSchema, Start: from.Unix() / 60}
	for n, s := range steps {
		t := plan.Task{ID: string(s.ID), Minutes: plan.Exactly(s.Minutes)}
		if s.Team != "" {
			t.Heads = []plan.Need{{Team: s.Team, Heads: 1}}
			if !slices.ContainsFunc(p.Teams, func(known plan.Team) bool { return known.ID == s.Team }) {
				p.Teams = append(p.Teams, plan.Team{ID: s.Team, Heads: 1})
			}
		}
		if n > 0 {
			t.After = []plan.Link{{Task: string(steps[n-1].ID)}}
		}
		p.Tasks = append(p.Tasks, t)
	}
	made, _, err := plan.FirstInFirstOut(&p)
	if err != nil || len(made.LeftOut) > 0 {
		return nil // what is wrong with the steps the subject says better
	}
	starts := make([]time.Time, len(steps))
	for n, s := range steps {
		starts[n] = time.Unix(60*made.Start[string(s.ID)], 0).UTC()
	}
	return starts
}

// connected says whether every measure on the plan's cells has been taken back and found open from outside.
func (s *State) connected(id restore.ID) bool {
	p, ok := s.Restore.Find(id)
	if !ok {
		return false
	}
	for _, m := range s.Contain.All() {
		if shareAny(p.Cells, m.Cells) && inForce(m.Stage) {
			return false
		}
	}
	return true
}

// inForce says whether a host is cut off, or may be, since nobody has seen it open from outside.
func inForce(s contain.Stage) bool {
	switch s {
	case contain.StageEnforced, contain.StageVerified, contain.StageContradicted, contain.StageOpening, contain.StageLifted:
		return true
	}
	return false
}

// lastChange is the number of the newest entry that changed one of the cells: a plan made before it is stale.
func (s *State) lastChange(ids []cell.ID) uint64 {
	var last uint64
	for _, id := range ids {
		if x, ok := s.Cell.Find(id); ok {
			last = max(last, x.Seq)
		}
	}
	return last
}

func shareAny(a, b []cell.ID) bool {
	in := make(map[cell.ID]bool, len(a))
	for _, id := range a {
		in[id] = true
	}
	for _, id := range b {
		if in[id] {
			return true
		}
	}
	return false
}
