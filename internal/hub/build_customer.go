package hub

import (
	"context"
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/statuspage"
)

// Customer builds one customer's page: the public page, and what concerns the cells they have or use. Reasons and people stay inside; of other customers
// it knows nothing but the public counts. While an incident is open nobody is told that all is well: that it does not touch them is not known before it ends.
func (h *Hub) Customer(ctx context.Context, id string) (CustomerView, error) {
	var all []told
	var seqs []uint64
	var known bool
	sc := h.stage(func(s *State) {
		all = s.told()
		if s.Catalogue.Current == nil {
			return
		}
		var c *catalogue.Customer
		if c, known = s.Catalogue.Current.Customer(id); known {
			id = c.ID // as the catalogue spells it, however it was typed
		}
		for _, own := range h.sightOf(s).layout.ofClient[id] {
			seqs = append(seqs, h.index.byRef[catalogue.NewRef(catalogue.RefCell, string(own))]...)
		}
	})
	if !known {
		return CustomerView{}, fault.New(fault.NotFound, "catalogue.unknown", "could not find customer %q", id)
	}
	public, err := h.publicView(ctx, sc, all)
	if err != nil {
		return CustomerView{}, err
	}
	c, _ := sc.sight.cat.Customer(id)
	cells := sc.sight.layout.ofClient[id]
	v := CustomerView{Public: public, Customer: clientOf(sc.sight.cat, id), Weight: thousands(c.Weight)}
	v.Worst = shownOfLevel[statuspage.Banner(sc.sight.wordsOf(cells), sc.open)]
	for _, own := range cells {
		v.Cells = append(v.Cells, sc.sight.customerCell(id, own))
	}
	v.Facts, err = h.ownFacts(ctx, seqs, cells)
	return v, err
}

func (g *sight) customerCell(client string, id cell.ID) CustomerCell {
	x := g.cells[id]
	return CustomerCell{
		Cell: string(id), Service: serviceOf(g.cat, id.Service()), State: x.Shown(), Cause: string(x.Cause),
		Shared: g.layout.shared(client, id), Since: x.Since, Seq: x.Seq,
	}
}

// ownFacts gives the newest changes of these cells, as kinds, times and the customer's own part of each. What was decided about many names nobody else.
func (h *Hub) ownFacts(ctx context.Context, seqs []uint64, cells []cell.ID) ([]Fact, error) {
	slices.Sort(seqs)
	seqs = slices.Compact(seqs)
	slices.Reverse(seqs)
	entries, err := h.entries(ctx, seqs[:min(len(seqs), maxOwnFacts)])
	if err != nil {
		return nil, err
	}
	own := make(map[cell.ID]bool, len(cells))
	for _, id := range cells {
		own[id] = true
	}
	var facts []Fact
	for _, entry := range entries {
		if f, ok := ownFact(entry, own); ok {
			facts = append(facts, f)
		}
	}
	return facts, nil
}

// ownFact is a change as a customer may read it. Holds are the house's own business: they say who keeps a cell, not how it is.
func ownFact(entry journal.Entry, own map[cell.ID]bool) (Fact, bool) {
	f := Fact{Seq: entry.Seq, At: entry.At, HappenedAt: entry.HappenedAt, Kind: entry.Kind}
	e, err := Decode(entry)
	if err != nil {
		return f, false
	}
	var ids []cell.ID
	var what string
	switch e := e.(type) {
	case cell.Observed:
		ids, what = e.Cells, string(e.Condition)
	case cell.Changed:
		ids, what = e.Cells, string(e.Mode)
	case cell.Passed:
		ids = e.Cells // which gate it was is the name of a step in the house's own plan
	default:
		return f, false
	}
	mine := slices.DeleteFunc(slices.Clone(ids), func(id cell.ID) bool { return !own[id] })
	slices.SortFunc(mine, func(a, b cell.ID) int { return strings.Compare(string(a), string(b)) })
	f.Refs = named(mine, "", what)
	return f, len(mine) > 0
}
