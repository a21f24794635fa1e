package hub

import (
	"slices"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// layout is what follows from a catalogue alone and does not change with the state: where each service stands for each environment, who uses which
// cell, and who needs whom. It is made once per revision and immutable.
type layout struct {
	cat      *catalogue.Catalogue
	services []Choice // the columns
	rows     []layoutRow
	ofClient map[string][]cell.ID // the cells of a customer: own ones in the order of the catalogue, then those they use elsewhere
	users    map[cell.ID][]string // the customers of a cell, by ID, of those who only use it too
	neededBy map[cell.ID][]cell.ID
}

// layoutRow is one environment with a place for each service.
type layoutRow struct {
	site   string
	env    Choice
	kind   string
	client []string
	places []place // as services
}

// place says where a service stands for an environment; the zero place is none.
type place struct {
	kind SlotKind
	cell cell.ID
}

func newLayout(c *catalogue.Catalogue) *layout {
	l := &layout{cat: c, ofClient: map[string][]cell.ID{}, users: map[cell.ID][]string{}, neededBy: map[cell.ID][]cell.ID{}}
	column := make(map[string]int, len(c.Services))
	for n, s := range c.Services {
		l.services = append(l.services, Choice{ID: s.ID, Name: label(s.Name)})
		column[s.ID] = n
	}
	cells := map[string][]cell.ID{} // by environment
	for _, id := range c.Cells() {
		cells[id.Env()] = append(cells[id.Env()], id)
		for _, need := range c.NeedsOf(id) {
			l.neededBy[need] = append(l.neededBy[need], id)
		}
	}
	for n := range c.Environments {
		e := &c.Environments[n]
		elsewhere := used(c, e.ID, cells[e.ID])
		l.rows = append(l.rows, rowOf(e, len(c.Services), column, cells[e.ID], elsewhere))
		for _, client := range e.Customers {
			l.serve(client, cells[e.ID], elsewhere)
		}
	}
	l.sort()
	return l
}

// used gives the cells outside the environment that its cells need, directly or through others, nearest first.
func used(c *catalogue.Catalogue, env string, own []cell.ID) []cell.ID {
	var out []cell.ID
	seen := map[cell.ID]bool{}
	next := slices.Clone(own)
	for n := 0; n < len(next); n++ {
		for _, need := range c.NeedsOf(next[n]) {
			if need.Env() != env && !seen[need] {
				seen[need] = true
				next, out = append(next, need), append(out, need)
			}
		}
	}
	return out
}

func rowOf(e *catalogue.Environment, columns int, column map[string]int, own, elsewhere []cell.ID) layoutRow {
	r := layoutRow{site: e.Site, env: Choice{ID: e.ID, Name: label(e.Name)}, kind: string(e.Kind), client: e.Customers, places: make([]place, columns)}
	for _, id := range own {
		r.places[column[id.Service()]] = place{SlotOwn, id}
	}
	for _, id := range elsewhere {
		if p := &r.places[column[id.Service()]]; p.kind == SlotEmpty { // nearest first: what is used directly stands before what it rests on
			*p = place{SlotShared, id}
		}
	}
	return r
}

func (l *layout) serve(client string, own, elsewhere []cell.ID) {
	for _, list := range [][]cell.ID{own, elsewhere} {
		for _, id := range list {
			if !slices.Contains(l.ofClient[client], id) {
				l.ofClient[client] = append(l.ofClient[client], id)
			}
		}
	}
}

// sort brings a customer's own cells to the front, and turns the table.
func (l *layout) sort() {
	for client, ids := range l.ofClient {
		slices.SortStableFunc(ids, func(a, b cell.ID) int { return rankBool(l.shared(client, a)) - rankBool(l.shared(client, b)) })
	}
	for _, c := range l.cat.Customers {
		for _, id := range l.ofClient[c.ID] {
			l.users[id] = append(l.users[id], c.ID)
		}
	}
}

// shared says whether the cell runs for others too, or elsewhere, as this customer sees it.
func (l *layout) shared(client string, id cell.ID) bool {
	of := l.cat.CustomersOf(id)
	return len(of) != 1 || of[0] != client
}

func rankBool(b bool) int {
	if b {
		return 1
	}
	return 0
}

func label(t catalogue.Text) Label { return Label{DE: t.De, EN: t.En} }

// serviceOf, envOf, siteOf, clientOf and hostOf name a thing of the catalogue; what is not in it is called by its ID.

func serviceOf(c *catalogue.Catalogue, id string) Choice {
	if s, ok := c.Service(id); ok {
		return Choice{ID: id, Name: label(s.Name)}
	}
	return Choice{ID: id}
}

func envOf(c *catalogue.Catalogue, id string) Choice {
	if e, ok := c.Env(id); ok {
		return Choice{ID: id, Name: label(e.Name)}
	}
	return Choice{ID: id}
}

func siteOf(c *catalogue.Catalogue, id string) Choice {
	if s, ok := c.Site(id); ok {
		return Choice{ID: id, Name: label(s.Name)}
	}
	return Choice{ID: id}
}

func clientOf(c *catalogue.Catalogue, id string) Choice {
	if k, ok := c.Customer(id); ok {
		return Choice{ID: id, Name: Label{DE: k.Name}}
	}
	return Choice{ID: id}
}

// thousands is a weight as views carry it.
func thousands(weight int) int { return (weight + 500) / 1000 }
