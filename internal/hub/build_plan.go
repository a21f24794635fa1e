package hub

import (
	"cmp"
	"context"
	"slices"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/restore"
)

// PlanBack makes a plan over what the incident holds and nobody brings back yet, as a command ready to be given: first in, first out, by the restore steps
// that the catalogue names for the services, then a gate, then connecting. Basis is the sequence number of what the planner looked at.
func (h *Hub) PlanBack(_ context.Context, id string, basis uint64) (c Command, err error) {
	h.read(func(s *State) {
		cells := s.unplanned(incident.ID(id))
		if len(cells) == 0 {
			err = fault.New(fault.Conflict, "restore.nothing_off", "could not plan the way back of incident %q: it holds nothing that no plan brings back", id)
			return
		}
		ids := make([]cell.ID, len(cells))
		for n, x := range cells {
			ids[n] = x.ID
		}
		c = restore.Adopt{Incident: incident.ID(id), Cells: ids, Steps: stepsFor(s.Catalogue.Current, ids), Basis: basis}
	})
	return c, err
}

// unplanned are the cells that the incident holds, that are away and in no running plan, by the time when they went.
func (s *State) unplanned(id incident.ID) []cell.Cell {
	var all []cell.Cell
	for _, c := range s.away() {
		x, _ := s.Cell.Find(c)
		if _, planned := s.Restore.For(c); !planned && x.HeldBy(holdOf(string(id))) {
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(a, b cell.Cell) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	return all
}

// stepsFor puts the restore steps of the services in order, each service once. A service without steps gets one in which somebody looks; nobody can say how
// long that takes, so it takes no planned time. Of the catalogue's hours the upper bound counts: an expected time that is missed costs more than one that is kept early.
func stepsFor(c *catalogue.Catalogue, ids []cell.ID) []restore.Planned {
	var steps []restore.Planned
	seen := map[string]bool{}
	for _, id := range ids {
		s, ok := c.Service(id.Service())
		if !ok || seen[s.ID] {
			continue
		}
		seen[s.ID] = true
		for _, r := range s.Restore {
			steps = append(steps, restore.Planned{ID: restore.StepID(s.ID + "-" + r.ID), Title: r.Name, Team: r.Team, Kind: restore.Work, Minutes: int64(r.High) * 60})
		}
		if len(s.Restore) == 0 {
			title := catalogue.Text{De: "Prüfen: " + s.Name.De, En: "Check: " + s.Name.En}
			steps = append(steps, restore.Planned{ID: restore.StepID(s.ID + "-check"), Title: title, Team: string(access.IT), Kind: restore.Work})
		}
	}
	return append(steps,
		restore.Planned{ID: "release", Title: catalogue.Text{De: "Freigabe zum Verbinden", En: "Release for connecting"}, Kind: restore.Gate},
		restore.Planned{ID: "connect", Title: catalogue.Text{De: "Wieder verbinden", En: "Connect again"}, Kind: restore.Connect},
	)
}
