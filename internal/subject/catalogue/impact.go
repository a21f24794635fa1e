package catalogue

import (
	"cmp"
	"slices"

	"blackstart/internal/fault"
)

// Effect says what going off does to a cell.
type Effect string

// The effects. Lost: the cell is off itself, a hard need is lost, or all of an any-of group. Degraded: a soft need is lost, a hard need degraded,
// or all of an any-of group degraded or lost.
const (
	Lost     Effect = "lost"
	Degraded Effect = "degraded"
)

// Impact is what is lost, for whom, if something goes off; the JSON form is `blackstart/impact/1`.
type Impact struct {
	Schema    string           `json:"schema"`
	Catalogue string           `json:"catalogue"` // revision
	Off       []Ref            `json:"off"`
	Cells     []CellImpact     `json:"cells"`     // in the order of the catalogue
	Customers []CustomerImpact `json:"customers"` // heaviest first, then by id
	Totals    Totals           `json:"totals"`
}

// CellImpact is one cell that is lost or degraded. Via names its direct needs that cause it; it is empty for what is switched off itself.
type CellImpact struct {
	Cell      CellID   `json:"cell"`
	Effect    Effect   `json:"effect"`
	Via       []CellID `json:"via"`
	Customers []string `json:"customers"`
}

// CustomerImpact is what one customer loses.
type CustomerImpact struct {
	ID       string   `json:"id"`
	Lost     []CellID `json:"lost"`
	Degraded []CellID `json:"degraded"`
	Weight   int      `json:"weight"`
}

// Totals counts. Weight is that of the customers who lose at least one cell.
type Totals struct {
	Cells     int `json:"cells"` // in the catalogue
	Lost      int `json:"lost"`
	Degraded  int `json:"degraded"`
	Customers int `json:"customers"` // who lose or keep less of something
	Weight    int `json:"weight"`
}

// Impact works out what is lost and degraded when all of off goes off together. References that point at nothing are NotFound, those that cannot be switched off Invalid.
// It takes time in proportion to what is affected, plus one pass over the cells.
func (c *Catalogue) Impact(off []Ref) (Impact, error) {
	w := newWave(&c.graph)
	for _, r := range off {
		cells, err := c.CellsOf(r)
		if err != nil {
			return Impact{}, err
		}
		for _, i := range cells {
			w.lose(i)
		}
	}
	w.off = len(w.lost)
	w.spread()
	return c.impactOf(slices.Clone(off), w), nil
}

// CellsOf gives the numbers of the cells that go off with a reference: see [Catalogue.CellIDs] for their names.
// A host takes the cells it carries with it; a customer those of environments that serve nobody else.
func (c *Catalogue) CellsOf(r Ref) ([]int32, error) {
	if _, err := ParseRef(string(r)); err != nil {
		return nil, err
	}
	g := &c.graph
	if r.Kind() == RefCell {
		i, ok := g.byID[CellID(r.ID())]
		if !ok {
			return nil, c.unknown(r)
		}
		return []int32{i}, nil
	}
	n, ok := c.index[r]
	if !ok {
		return nil, c.unknown(r)
	}
	switch r.Kind() {
	case RefSite:
		return g.where(func(i int32) bool { return c.Environments[g.env[i]].Site == r.ID() }), nil
	case RefService:
		return g.where(func(i int32) bool { return g.service[i] == int32(n) }), nil
	case RefEnv:
		return g.where(func(i int32) bool { return g.env[i] == int32(n) }), nil
	case RefCustomer:
		return g.where(func(i int32) bool {
			list := g.customers[g.env[i]]
			return len(list) == 1 && list[0] == int32(n)
		}), nil
	case RefHost:
		return c.hostCells(&c.Hosts[n]), nil
	}
	return nil, fault.New(fault.Invalid, "catalogue.ref", "%s cannot be switched off", r).Hinted("name a site, service, env, cell, customer or host")
}

// CellIDs gives the names of the cells that go off with a reference, in the order of the catalogue.
func (c *Catalogue) CellIDs(r Ref) ([]CellID, error) {
	numbers, err := c.CellsOf(r)
	if err != nil {
		return nil, err
	}
	return c.names(numbers), nil
}

func (c *Catalogue) names(numbers []int32) []CellID {
	out := make([]CellID, len(numbers))
	for i, n := range numbers {
		out[i] = c.graph.cells[n]
	}
	return out
}

func (c *Catalogue) hostCells(h *Host) []int32 {
	var out []int32
	for _, id := range h.Cells() {
		out = append(out, c.graph.byID[id])
	}
	slices.Sort(out)
	return out
}

func (c *Catalogue) unknown(r Ref) error {
	var known []string
	for k := range c.index {
		if k.Kind() == r.Kind() {
			known = append(known, string(k))
		}
	}
	if r.Kind() == RefCell {
		for _, id := range c.graph.cells {
			known = append(known, string(NewRef(RefCell, string(id))))
		}
	}
	slices.Sort(known)
	f := fault.New(fault.NotFound, "catalogue.unknown", "%s is not in the catalogue", r)
	if hint := suggest(string(r), known); hint != "" {
		f = f.Hinted("%s", hint)
	}
	return f
}

func (g *graph) where(is func(int32) bool) []int32 {
	var out []int32
	for i := range int32(len(g.cells)) {
		if is(i) {
			out = append(out, i)
		}
	}
	return out
}

// impactOf turns the numbers into the answer.
func (c *Catalogue) impactOf(off []Ref, w *wave) Impact {
	g := &c.graph
	im := Impact{Schema: "blackstart/impact/1", Catalogue: c.sha256, Off: off, Totals: Totals{Cells: len(g.cells)}}
	direct := make([]bool, len(g.cells))
	for _, i := range w.lost[:w.off] {
		direct[i] = true
	}
	im.Cells = make([]CellImpact, 0, len(w.lost)+len(w.degraded))
	byCustomer := make([]CustomerImpact, len(c.Customers))
	for i, s := range w.state {
		if s == unharmed {
			continue
		}
		ci := CellImpact{Cell: g.cells[i], Effect: Lost, Via: []CellID{}, Customers: c.Environments[g.env[i]].Customers}
		if s == degraded {
			ci.Effect = Degraded
		}
		if !direct[i] {
			ci.Via = c.names(w.causes(int32(i)))
		}
		if ci.Customers == nil {
			ci.Customers = []string{}
		}
		im.Cells = append(im.Cells, ci)
		for _, k := range g.customers[g.env[i]] {
			byCustomer[k].add(ci)
		}
	}
	im.Totals.Lost, im.Totals.Degraded = len(w.lost), len(w.degraded)
	c.customersOf(&im, byCustomer)
	return im
}

func (m *CustomerImpact) add(ci CellImpact) {
	if ci.Effect == Lost {
		m.Lost = append(m.Lost, ci.Cell)
		return
	}
	m.Degraded = append(m.Degraded, ci.Cell)
}

func (c *Catalogue) customersOf(im *Impact, all []CustomerImpact) {
	im.Customers = []CustomerImpact{}
	for k, m := range all {
		if len(m.Lost)+len(m.Degraded) == 0 {
			continue
		}
		m.ID, m.Weight = c.Customers[k].ID, c.Customers[k].Weight
		if len(m.Lost) > 0 {
			im.Totals.Weight += m.Weight
		}
		m.Lost, m.Degraded = orEmpty(m.Lost), orEmpty(m.Degraded)
		im.Customers = append(im.Customers, m)
	}
	im.Totals.Customers = len(im.Customers)
	slices.SortFunc(im.Customers, func(a, b CustomerImpact) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.ID, b.ID)) })
}

// orEmpty keeps `[]` in JSON where a nil slice would still be one, but a reader of Go code would have to know.
func orEmpty(list []CellID) []CellID {
	if list == nil {
		return []CellID{}
	}
	return list
}
