package restore

import (
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// adopt checks the plan as a whole, then what it is based on, then which plans it takes over from.
func (s State) adopt(c Adopt) ([]Event, error) {
	if c.ID == "" {
		c.ID = s.nextID()
	}
	if err := s.adoptable(c); err != nil {
		return nil, err
	}
	if err := checkSteps(c.Steps); err != nil {
		return nil, err
	}
	if c.Basis < c.Current {
		return nil, fault.New(fault.Stale, "restore.stale", "could not adopt plan %s: it was made on entry %d, and entry %d changed what it depends on", c.ID, c.Basis, c.Current).
			Hinted("plan again on what is the case now")
	}
	cells := slices.Compact(slices.Sorted(slices.Values(c.Cells)))
	over, err := s.supersedes(c.ID, cells)
	if err != nil {
		return nil, err
	}
	return []Event{Adopted{ID: c.ID, Incident: c.Incident, Cells: cells, Steps: timed(c.Steps, c.Starts), Basis: c.Basis, Supersedes: over}}, nil
}

func (s State) adoptable(c Adopt) error {
	if err := access.CheckID("plan", string(c.ID)); err != nil {
		return err
	}
	if err := access.CheckID("incident", string(c.Incident)); err != nil {
		return err
	}
	switch {
	case !c.Known:
		return fault.New(fault.NotFound, "incident.unknown", "could not adopt plan %s: there is no incident %s", c.ID, c.Incident)
	case s.all[key(c.ID)] != nil:
		return fault.New(fault.Conflict, "restore.exists", "could not adopt plan %s: it exists already", c.ID)
	case len(s.order) >= MaxPlans:
		return fault.New(fault.Conflict, "restore.too_many", "could not adopt plan %s: there are %d already", c.ID, len(s.order))
	case len(c.Cells) == 0 || len(c.Cells) > MaxCells:
		return fault.New(fault.Invalid, "restore.cells", "could not adopt plan %s: it brings back %d cells, want 1 to %d", c.ID, len(c.Cells), MaxCells)
	case len(c.Steps) == 0 || len(c.Steps) > MaxSteps:
		return fault.New(fault.Invalid, "restore.steps", "could not adopt plan %s: it has %d steps, want 1 to %d", c.ID, len(c.Steps), MaxSteps)
	case len(c.Starts) != 0 && len(c.Starts) != len(c.Steps):
		return fault.New(fault.Invalid, "restore.starts", "could not adopt plan %s: %d planned times for %d steps", c.ID, len(c.Starts), len(c.Steps))
	}
	return nil
}

// checkSteps refuses steps that cannot be worked by. A gate must stand before anything is connected, or one person's plan could open what two must.
func checkSteps(steps []Planned) error {
	used, gate := map[string]bool{}, false
	for _, p := range steps {
		if err := checkStep(p); err != nil {
			return err
		}
		if used[strings.ToLower(string(p.ID))] {
			return fault.New(fault.Invalid, "restore.step_exists", "could not take step %s: the plan has it twice", p.ID)
		}
		used[strings.ToLower(string(p.ID))] = true
		gate = gate || p.Kind == Gate
		if p.Kind == Connect && !gate {
			return fault.New(fault.Invalid, "restore.no_gate", "could not take step %s: it connects, and no gate stands before it", p.ID).Hinted("put a step of kind gate before it")
		}
	}
	return nil
}

func checkStep(p Planned) error {
	if err := access.CheckID("step", string(p.ID)); err != nil {
		return err
	}
	if !slices.Contains(Kinds, p.Kind) {
		return fault.New(fault.Invalid, "restore.no_such_kind", "could not take step %s: its kind %q is none of %v", p.ID, p.Kind, Kinds)
	}
	if p.Minutes < 0 || p.Minutes > MaxMinutes {
		return fault.New(fault.Invalid, "restore.minutes", "could not take step %s: it takes %d minutes, want 0 to %d", p.ID, p.Minutes, MaxMinutes)
	}
	if p.Kind == Work || p.Team != "" {
		if err := access.CheckID("team", p.Team); err != nil {
			return err
		}
	}
	if err := access.CheckText("German title", p.Title.De, MaxTitle); err != nil {
		return err
	}
	return access.CheckText("English title", p.Title.En, MaxTitle)
}

// supersedes gives the running plans that the new one takes over from. A plan that it would cover only in part is refused: half a plan can neither go on nor end.
func (s State) supersedes(id ID, cells []catalogue.CellID) ([]ID, error) {
	fresh := Plan{Cells: cells}
	var over []ID
	for _, other := range s.order {
		p := s.all[key(other)]
		if p.State != PlanRunning || !slices.ContainsFunc(p.Cells, fresh.covers) {
			continue
		}
		if left := slices.IndexFunc(p.Cells, func(c catalogue.CellID) bool { return !fresh.covers(c) }); left >= 0 {
			return nil, fault.New(fault.Conflict, "restore.overlap", "could not adopt plan %s: plan %s shares cells with it but brings back %s too", id, p.ID, p.Cells[left]).
				Hinted("cover all cells of plan %s, or none", p.ID)
		}
		over = append(over, p.ID)
	}
	return over, nil
}

// timed gives the steps their planned times, and takes away whatever was written there before.
func timed(steps []Planned, starts []time.Time) []Planned {
	out := slices.Clone(steps)
	for n := range out {
		out[n].PlannedStart, out[n].PlannedEnd = time.Time{}, time.Time{}
		if len(starts) > 0 && !starts[n].IsZero() {
			out[n].PlannedStart = starts[n].UTC()
			out[n].PlannedEnd = out[n].PlannedStart.Add(time.Duration(out[n].Minutes) * time.Minute)
		}
	}
	return out
}
