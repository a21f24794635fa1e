package hub

import (
	"context"
	"slices"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// Cell builds one cell with its neighbours and its history, newest change first.
func (h *Hub) Cell(ctx context.Context, service, env string) (CellView, error) {
	id := catalogue.NewCellID(service, env)
	var x cell.Cell
	var known bool
	var seqs []uint64
	sc, err := h.scene(ctx, func(s *State) {
		x, known = s.Cell.Find(id)
		seqs = slices.Clone(h.index.byRef[catalogue.NewRef(catalogue.RefCell, string(id))])
	})
	if err != nil {
		return CellView{}, err
	}
	if !known {
		return CellView{}, fault.New(fault.NotFound, "cell.unknown", "could not show cell %s: the adopted catalogue has none of that name", id)
	}
	history, err := h.entries(ctx, seqs)
	if err != nil {
		return CellView{}, err
	}
	v := cellView(sc, x)
	v.Holds = h.holds(ctx, x, history)
	v.History = h.changes(ctx, x.ID, history)
	return v, nil
}

func cellView(sc scene, x cell.Cell) CellView {
	g, c := sc.sight.cells[x.ID], sc.sight.cat
	v := CellView{
		Frame: sc.frame, Cell: string(x.ID), Service: serviceOf(c, x.ID.Service()), Env: envOf(c, x.ID.Env()), State: g.Shown(),
		Condition: string(x.Condition), Mode: string(x.Mode), Progress: x.Gate, Cause: string(g.Cause), Since: g.Since, Seq: g.Seq,
	}
	if e, ok := c.Env(x.ID.Env()); ok {
		v.Site = siteOf(c, e.Site)
	}
	for _, id := range c.CustomersOf(x.ID) {
		v.Customers = append(v.Customers, clientOf(c, id))
	}
	for _, id := range c.NeedsOf(x.ID) {
		v.Needs = append(v.Needs, sc.sight.neighbour(id, needKind(c, x.ID, id)))
	}
	for _, id := range sc.sight.layout.neededBy[x.ID] {
		v.NeededBy = append(v.NeededBy, sc.sight.neighbour(id, needKind(c, id, x.ID)))
	}
	return v
}

func (g *sight) neighbour(id cell.ID, kind string) NeedLine {
	return NeedLine{Cell: string(id), Name: serviceOf(g.cat, id.Service()).Name, Kind: kind, State: g.cells[id].Shown()}
}

// needKind says how the user needs the other cell: hard, soft or any.
func needKind(c *catalogue.Catalogue, user, needed cell.ID) string {
	s, ok := c.Service(user.Service())
	switch {
	case ok && slices.Contains(s.Needs.Hard, needed.Service()):
		return "hard"
	case ok && slices.Contains(s.Needs.Soft, needed.Service()):
		return "soft"
	}
	return "any"
}

// holds names for each hold the entry that placed it.
func (h *Hub) holds(ctx context.Context, x cell.Cell, history []journal.Entry) []HoldLine {
	var lines []HoldLine
	who := h.names(ctx)
	for _, hold := range x.Holds {
		line := HoldLine{Kind: string(hold.By), Ref: hold.Ref}
		for _, entry := range history {
			if e, err := Decode(entry); err == nil {
				if held, ok := e.(cell.Held); ok && held.Hold == hold {
					line.Since, line.By, line.Seq = entry.HappenedAt, who.of(access.Actor(entry.Actor)), entry.Seq
				}
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// changes plays the cell's own entries again and says what each led to. What others did to it meanwhile is no change of its own.
func (h *Hub) changes(ctx context.Context, id cell.ID, history []journal.Entry) []CellChange {
	var all []CellChange
	who, alone := h.names(ctx), cell.Establish(cell.State{}, []cell.ID{id})
	for _, entry := range history {
		e, err := Decode(entry)
		own, ok := e.(cell.Event)
		if err != nil || !ok {
			continue
		}
		alone = cell.Apply(alone, own, stampOf(entry))
		x, _ := alone.Find(id)
		change := CellChange{Fact: factOf(entry, who), State: shownOf[x.Word("")]}
		if _, ok := e.(cell.Changed); ok {
			change.Cause = string(x.Cause)
		}
		all = append(all, change)
	}
	slices.Reverse(all)
	return all[:min(len(all), maxHistory)]
}

func stampOf(e journal.Entry) access.Stamp {
	return access.Stamp{By: access.Actor(e.Actor), At: e.At, HappenedAt: e.HappenedAt, Seq: e.Seq}
}
