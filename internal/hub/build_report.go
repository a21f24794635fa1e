package hub

import (
	"context"
	"slices"
	"strings"

	"blackstart/internal/subject/incident"
)

// Report builds the after-action report of an incident, as far as it has come.
func (h *Hub) Report(ctx context.Context, id string) (ReportView, error) {
	var i incident.Incident
	var found bool
	var orders []draftOrder
	sc, err := h.scene(ctx, func(s *State) {
		if i, found = s.Incident.Find(incident.ID(id)); !found {
			return
		}
		for _, o := range s.Order.Orders() {
			if strings.EqualFold(o.Incident, string(i.ID)) {
				orders = append(orders, h.takeOrder(s, o, ""))
			}
		}
	})
	v := ReportView{Frame: sc.frame}
	switch {
	case err != nil:
		return v, err
	case !found:
		return v, unknownIncident(id)
	}
	if v.Incident, err = h.incidentLine(ctx, i); err != nil {
		return v, err
	}
	if v.Timeline, err = h.timeline(ctx, i.ID, sc.frame.Version); err != nil {
		return v, err
	}
	for _, d := range orders {
		o, err := h.orderView(ctx, sc, d)
		if err != nil {
			return v, err
		}
		v.Orders = append(v.Orders, o)
	}
	if v.Open, err = h.openPoints(ctx, i.CloseSeq); err != nil {
		return v, err
	}
	return v, h.losses(ctx, sc, &v)
}

// timeline is the story of the incident, oldest first.
func (h *Hub) timeline(ctx context.Context, id incident.ID, version uint64) ([]Fact, error) {
	var seqs []uint64
	if err := h.registered(ctx, func(r *register) { seqs = upTo(r.stories[lower(id)], version) }); err != nil {
		return nil, err
	}
	facts, err := h.facts(ctx, seqs[:min(len(seqs), maxTimeline)])
	slices.SortStableFunc(facts, func(a, b Fact) int { return a.HappenedAt.Compare(b.HappenedAt) }) // what was entered late stands where it happened
	return facts, err
}

// openPoints reads what was left open from the closing entry; none while the incident runs.
func (h *Hub) openPoints(ctx context.Context, seq uint64) ([]string, error) {
	if seq == 0 {
		return nil, nil
	}
	entry, err := h.log.Entry(ctx, seq)
	if err != nil {
		return nil, err
	}
	e, err := Decode(entry)
	closed, _ := e.(incident.Closed)
	return closed.Private.OpenPoints, err
}

// losses adds who was without what. Only outages that began in entries of this incident count; their end may lie after its close.
func (h *Hub) losses(ctx context.Context, sc scene, v *ReportView) error {
	if sc.sight.cat == nil {
		return nil
	}
	w := newWatcher(sc.sight.cat)
	if err := h.cellEvents(ctx, sc.frame.Version, w.see); err != nil {
		return err
	}
	cells, customers := map[string]bool{}, map[string]bool{}
	for _, o := range w.outages {
		if !strings.EqualFold(o.incident, v.Incident.ID) {
			continue
		}
		cells[string(o.cell)] = true
		for _, client := range sc.sight.cat.CustomersOf(o.cell) {
			customers[client] = true
			v.Outages = append(v.Outages, o.line(sc.sight.cat, client))
		}
	}
	v.Cells, v.Clients = len(cells), len(customers)
	return nil
}
