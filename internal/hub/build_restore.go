package hub

import (
	"context"
	"slices"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/restore"
)

// Restore builds the way back: the newest running plan, and what is off.
func (h *Hub) Restore(ctx context.Context, reader access.Actor) (RestoreView, error) {
	var p restore.Plan
	var found, may, stale bool
	var off []cell.ID
	sc, err := h.scene(ctx, func(s *State) {
		if p, found = s.planInForce(); found {
			stale = s.movedOn(p)
		}
		off, may = s.away(), s.Access.May(reader, restore.Grant{}.Name()) == nil
	})
	v := RestoreView{Frame: sc.frame}
	if err != nil {
		return v, err
	}
	for _, id := range off {
		v.Off = append(v.Off, sc.sight.neighbour(id, ""))
	}
	if !found {
		return v, nil
	}
	who := h.names(ctx)
	v.Plan, v.Since, v.By, v.Stale = string(p.ID), p.AdoptedAt, who.of(p.By), stale
	for n := range p.Steps {
		line, err := h.stepLine(ctx, p, n, who)
		if err != nil {
			return v, err
		}
		if line.Gate != nil {
			line.Gate.MayDecide = may && n == p.Due() && undecided(p.Steps[n], reader)
		}
		v.Steps = append(v.Steps, line)
	}
	return v, nil
}

// planInForce is the newest plan that is worked by.
func (s *State) planInForce() (restore.Plan, bool) {
	for _, p := range slices.Backward(s.Restore.All()) {
		if p.State == restore.PlanRunning {
			return p, true
		}
	}
	return restore.Plan{}, false
}

// movedOn says whether the plan no longer fits what is the case: one of its cells was taken off anew since its adoption, or one that no running plan
// brings back is away. Progress on the plan itself changes cells too, and makes nothing stale.
func (s *State) movedOn(p restore.Plan) bool {
	for _, id := range s.away() {
		x, _ := s.Cell.Find(id)
		by, planned := s.Restore.For(id)
		if !planned || by.ID == p.ID && gone(x.Mode, cell.Unknown) && x.Since.After(p.AdoptedAt) {
			return true
		}
	}
	return false
}

// stepLine builds one step. Which cells a step works on stands only with the step that connects them: before it all steps are for all.
func (h *Hub) stepLine(ctx context.Context, p restore.Plan, n int, who *names) (StepLine, error) {
	s := p.Steps[n]
	line := StepLine{
		ID: string(s.ID), Name: label(s.Title), Team: s.Team, Kind: string(s.Kind), State: stepState(p, n), Seq: s.Seq,
		Expect: Expected{From: s.PlannedStart, To: s.PlannedEnd},
	}
	if s.Kind == restore.Connect {
		for _, id := range p.Cells {
			line.Cells = append(line.Cells, string(id))
		}
	}
	if s.Kind != restore.Gate {
		return line, nil
	}
	line.Gate = &GateLine{Passed: s.State == restore.StepDone, Needed: restore.Needed}
	if s.Denied != nil {
		why, err := h.whyDenied(ctx, s.Denied.Seq)
		if err != nil {
			return line, err
		}
		line.Gate.Decisions = append(line.Gate.Decisions, GateDecision{By: who.of(s.Denied.By), Why: why, At: s.Denied.At, Seq: s.Denied.Seq})
	}
	for _, d := range s.Granted {
		line.Gate.Decisions = append(line.Gate.Decisions, GateDecision{By: who.of(d.By), Yes: true, At: d.At, Seq: d.Seq})
	}
	return line, nil
}

// stepState is how a step stands for those who look whether it is their turn.
func stepState(p restore.Plan, n int) string {
	switch {
	case p.Steps[n].State != restore.StepOpen:
		return string(p.Steps[n].State)
	case n == p.Due():
		return "ready"
	}
	return "waiting"
}

func (h *Hub) whyDenied(ctx context.Context, seq uint64) (string, error) {
	entry, err := h.log.Entry(ctx, seq)
	if err != nil {
		return "", err
	}
	e, err := Decode(entry)
	if denied, ok := e.(restore.Denied); err == nil && ok {
		return denied.Private.Reason, nil
	}
	return "", err
}

// undecided says whether the reader is a person who has not said yes at this gate.
func undecided(s restore.Step, reader access.Actor) bool {
	_, isUser := reader.User()
	return isUser && !slices.ContainsFunc(s.Granted, func(d restore.Decision) bool { return lower(d.By) == lower(reader) })
}
