package hub

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/statuspage"
)

// Board builds the matrix. Counts are over all cells, whatever the filter; the filter takes away rows, and columns in which nothing is left.
func (h *Hub) Board(ctx context.Context, f BoardFilter) (BoardView, error) {
	var v BoardView
	sc, err := h.scene(ctx, func(s *State) { v.Next = s.next() })
	if err != nil {
		return v, err
	}
	v.Frame, v.Filter, v.Empty = sc.frame, f, sc.sight.cat == nil
	v.Worst = shownOfLevel[statuspage.Banner(sc.sight.words(), sc.open)]
	if v.Empty {
		return v, nil
	}
	v.Counts = sc.sight.counts()
	v.Sites, v.Clients, v.All = sites(sc.sight.layout), clients(sc.sight.layout), sc.sight.layout.services
	v.Services, v.Groups = sc.sight.matrix(f)
	return v, nil
}

// Chosen gives the cells of its own that the board shows under a filter, sorted, and the filter in words: what an act on "the cells shown" is about.
func (h *Hub) Chosen(ctx context.Context, f BoardFilter) (ids []cell.ID, selection string, err error) {
	v, err := h.Board(ctx, f)
	if err != nil {
		return nil, "", err
	}
	for _, g := range v.Groups {
		for _, r := range g.Rows {
			for n, s := range r.Slots {
				if s.Kind == SlotOwn && (f.State == "" || s.State == f.State) {
					ids = append(ids, catalogue.NewCellID(v.Services[n].ID, r.Env.ID))
				}
			}
		}
	}
	slices.Sort(ids)
	return ids, f.inWords(), nil
}

// inWords is the filter as references: `site:rz-sued state:unknown`, or `all`.
func (f BoardFilter) inWords() string {
	var words []string
	for _, w := range []struct{ kind, id string }{{"site", f.Site}, {"customer", f.Customer}, {"service", f.Service}, {"state", string(f.State)}} {
		if w.id != "" {
			words = append(words, w.kind+":"+w.id)
		}
	}
	return cmp.Or(strings.Join(words, " "), "all")
}

// words are the words of all cells.
func (g *sight) words() []cell.Word {
	words := make([]cell.Word, 0, len(g.cells))
	for _, x := range g.cells {
		words = append(words, x.Word)
	}
	return words
}

// severity is the order of words from the best to the worst. It goes with the ranks of the status page; within one rank, what outsiders ask about first is worse.
var severity = []Shown{
	ShownOperational, ShownReplaced, ShownUnknown, ShownMaintenance, ShownLimited, ShownInterim, ShownDegraded, ShownReturning,
	ShownPartial, ShownBasic, ShownBlocked, ShownOutage, ShownOff,
}

func (g *sight) counts() []StateCount {
	n := map[Shown]int{}
	for _, x := range g.cells {
		n[x.Shown()]++
	}
	var all []StateCount
	for _, s := range slices.Backward(severity) {
		if n[s] > 0 {
			all = append(all, StateCount{State: s, Cells: n[s]})
		}
	}
	return all
}

func sites(l *layout) []Choice {
	all := make([]Choice, 0, len(l.cat.Sites))
	for _, s := range l.cat.Sites {
		all = append(all, Choice{ID: s.ID, Name: label(s.Name)})
	}
	return all
}

func clients(l *layout) []Choice {
	all := make([]Choice, 0, len(l.cat.Customers))
	for _, c := range l.cat.Customers {
		all = append(all, Choice{ID: c.ID, Name: Label{DE: c.Name}})
	}
	return all
}

// matrix gives the columns and the rows that the filter lets pass, by site in the order of the catalogue.
func (g *sight) matrix(f BoardFilter) ([]Choice, []BoardGroup) {
	columns := g.columns(f)
	var services []Choice
	for _, n := range columns {
		services = append(services, g.layout.services[n])
	}
	var groups []BoardGroup
	for _, site := range sites(g.layout) {
		group := BoardGroup{Site: site}
		for n := range g.layout.rows {
			r := &g.layout.rows[n]
			if r.site == site.ID && g.passes(f, r, columns) {
				group.Rows = append(group.Rows, BoardRow{Env: r.env, Kind: r.kind, Slots: g.slots(r, columns)})
			}
		}
		if len(group.Rows) > 0 {
			groups = append(groups, group)
		}
	}
	return services, groups
}

// columns are the services, by number, that have something to show under the filter.
func (g *sight) columns(f BoardFilter) []int {
	all := make([]int, len(g.layout.services))
	for n := range all {
		all[n] = n
	}
	return slices.DeleteFunc(all, func(n int) bool {
		if f.Service != "" && g.layout.services[n].ID != f.Service {
			return true
		}
		return !slices.ContainsFunc(g.layout.rows, func(r layoutRow) bool { return g.passes(f, &r, []int{n}) })
	})
}

// passes says whether the row has something to show in these columns: a cell of its own if a state or service is asked for, else anything.
func (g *sight) passes(f BoardFilter, r *layoutRow, columns []int) bool {
	if f.Site != "" && r.site != f.Site || f.Customer != "" && !slices.Contains(r.client, f.Customer) {
		return false
	}
	return slices.ContainsFunc(columns, func(n int) bool {
		p := r.places[n]
		switch {
		case f.State != "":
			return p.kind == SlotOwn && g.cells[p.cell].Shown() == f.State
		case f.Service != "":
			return p.kind != SlotEmpty
		}
		return p.kind != SlotEmpty || f == (BoardFilter{})
	})
}

func (g *sight) slots(r *layoutRow, columns []int) []Slot {
	slots := make([]Slot, len(columns))
	for at, n := range columns {
		p := r.places[n]
		if p.kind == SlotEmpty {
			continue
		}
		x := g.cells[p.cell]
		slots[at] = Slot{Kind: p.kind, State: x.Shown(), Seq: x.Seq}
		if p.kind == SlotShared {
			slots[at].Env = p.cell.Env()
		}
	}
	return slots
}
