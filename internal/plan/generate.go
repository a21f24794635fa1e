package plan

import (
	"fmt"
	"slices"
)

// Shape says how big a generated problem is. Cells are services of customers: what is shared stands below them.
type Shape struct {
	Customers int
	Services  int // cells in all, spread over the customers
	Seed      uint64
}

const (
	maxGenerated = 200_000 // cells: a problem of more than MaxTasks is not worth writing
	week         = 7 * 24 * 60
)

// layer is one step of the ladder on which a provider comes back.
type layer struct {
	name   string
	team   string
	heads  int64 // most that one task needs
	short  int64 // minutes
	long   int64
	per100 int64 // shared things for every hundred cells, at least one
}

// ladder is the order of dependency at a provider: nothing works without the network, nobody logs on without identity and time, and so on up to the customer's application.
var ladder = []layer{
	{"network", "network", 2, 60, 480, 2},
	{"identity", "identity", 2, 120, 600, 1},
	{"storage", "storage", 2, 180, 900, 3},
	{"database", "database", 1, 60, 480, 8},
	{"middleware", "platform", 1, 45, 240, 12},
}

// Generate makes a problem shaped like a provider whose customers all went dark at once: shared layers, each on some things of the one below, and on top a cell per customer and
// application. A cell is restored from backup (machine time, attended at its start), cleaned, started and tested; one in twenty waits for a gate. Teams work in shifts.
// The same shape gives the same problem.
func Generate(s Shape) (*Problem, error) {
	if s.Customers < 1 || s.Services < 1 || s.Services > maxGenerated || s.Customers > s.Services {
		return nil, failed("plan.shape", 0, 0, "%d customers and %d services, want at least one customer, as many services, and at most %d", s.Customers, s.Services, maxGenerated)
	}
	g := &generator{Problem: &Problem{Schema: ProblemSchema, Name: fmt.Sprintf("provider-%d-%d-%d", s.Customers, s.Services, s.Seed)}, random: newRandom(s.Seed), shape: s}
	g.crews()
	g.shared()
	for i := range s.Services {
		g.cell(i)
	}
	return g.Problem, nil
}

type generator struct {
	*Problem
	random *random
	shape  Shape
	layers [][]string // ids of the last task of each shared thing, per layer
}

// crews makes the teams: some round the clock with fewer heads at night, some by day, forensics from day 3 on.
func (g *generator) crews() {
	scale := func(per100 int64) int64 { return min(max(2, per100*int64(g.shape.Services)/100), MaxHeads) }
	night := func(id string, day int64) Team {
		return Team{ID: id, Heads: (day + 1) / 2, Shifts: []Shift{{From: 6 * 60, Until: 22 * 60, Heads: day, Every: 24 * 60}}}
	}
	g.Teams = []Team{night("network", scale(1)), night("identity", scale(1)), night("storage", scale(2)), night("database", scale(3)), night("platform", scale(4)), night("apps", scale(6)),
		{ID: "test", Shifts: []Shift{{From: 7 * 60, Until: 19 * 60, Heads: scale(4), Every: 24 * 60}}, Heads: 0},
		{ID: "forensics", Heads: scale(2), Shifts: []Shift{{From: -week, Until: 2 * 24 * 60, Heads: 1}}},
	}
	g.Teams[6].Heads = 1 // somebody is always on call
}

// task adds one. What can last longer than its people ever stay may pause.
func (g *generator) task(id, layer string, minutes Range, needs []Need, after ...string) *Task {
	t := Task{ID: id, Layer: layer, Minutes: minutes, Heads: needs, Pausable: slices.ContainsFunc(needs, func(n Need) bool { return minutes.Max > g.stay(n) })}
	for _, a := range after {
		t.After = append(t.After, Link{Task: a})
	}
	g.Tasks = append(g.Tasks, t)
	return &g.Tasks[len(g.Tasks)-1]
}

// stay is for how many minutes on end a team has so many heads, at best.
func (g *generator) stay(n Need) (longest int64) {
	t := g.Teams[slices.IndexFunc(g.Teams, func(t Team) bool { return t.ID == n.Team })]
	if t.Heads >= n.Heads {
		return MaxMinutes
	}
	for _, s := range t.Shifts {
		if s.Heads >= n.Heads {
			longest = max(longest, s.Until-s.From)
		}
	}
	return longest
}

// about is a duration in quarters of an hour, with a range round it.
func (g *generator) about(short, long int64) Range {
	likely := 15 * int64(g.random.between(int(short/15), int(long/15)))
	return Range{Min: likely * 2 / 3, Likely: likely, Max: likely * 5 / 2}
}

// shared makes the layers below the cells: each thing is rebuilt, then checked.
func (g *generator) shared() {
	for depth, l := range ladder {
		count := int(max(1, l.per100*int64(g.shape.Services)/100))
		var done []string
		for i := range count {
			id := fmt.Sprintf("%s-%d", l.name, i+1)
			g.task(id, l.name, g.about(l.short, l.long), []Need{{l.team, int64(g.random.between(1, int(l.heads)))}}, g.below(depth, 2)...)
			g.task(id+"-check", l.name, Exactly(30), []Need{{"test", 1}}, id).Pausable = true
			done = append(done, id+"-check")
		}
		g.layers = append(g.layers, done)
	}
}

// below draws one to most things of the layer below.
func (g *generator) below(depth, most int) []string {
	if depth == 0 {
		return nil
	}
	things := g.layers[depth-1]
	var ids []string
	for range g.random.between(1, most) {
		id := things[g.random.below(len(things))]
		if len(ids) == 0 || ids[0] != id {
			ids = append(ids, id)
		}
	}
	return ids
}

// cell makes the tasks of one customer's service, and the service.
func (g *generator) cell(i int) {
	id := fmt.Sprintf("cell-%d", i+1)
	copying := g.task(id+"-restore", "application", g.about(120, 840), []Need{{"storage", 1}}, g.below(3, 1)...)
	copying.Attend, copying.AttendMinutes = AttendStart, 15
	after := append(g.below(4, 1), id+"-restore")
	g.task(id+"-scan", "application", g.about(30, 120), nil, id+"-restore").Attend = AttendNone
	g.task(id+"-clean", "application", g.about(30, 120), []Need{{"platform", 1}}, id+"-scan").Pausable = true
	g.task(id+"-database", "application", g.about(30, 180), []Need{{"database", 1}}, after...)
	g.task(id+"-settings", "application", g.about(15, 60), []Need{{"apps", 1}}, id+"-clean")
	g.task(id+"-start", "application", g.about(30, 150), []Need{{"apps", 1}}, append(g.below(5, 1), id+"-settings", id+"-database")...)
	last := id + "-start"
	if g.random.below(20) == 0 {
		g.task(id+"-gate", "application", Exactly(30), []Need{{"forensics", 1}}, last).Opens = &Opening{Range: Exactly(int64(g.random.below(3 * 24 * 60)))}
		last = id + "-gate"
	}
	g.task(id+"-test", "application", g.about(15, 60), []Need{{"test", 1}}, last)
	g.serve(i, id)
}

// serve adds the service with a contract class, promises and the customer's own order.
func (g *generator) serve(i int, id string) {
	class := min(g.random.below(9), 4)
	hours := []int64{4, 8, 24, 72, 168}[class]
	g.Services = append(g.Services, Service{ID: id, Name: fmt.Sprintf("customer-%d", i%g.shape.Customers+1), Set: []string{id + "-test"}, Since: -120,
		Weight: []int64{16, 8, 4, 2, 1}[class] * int64(g.random.between(1, 4)), RTO: 60 * hours, MTPD: 180 * hours})
}
