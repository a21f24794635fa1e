package statuspage

import (
	"slices"
	"strings"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// Part is one cell as a view may show it.
type Part struct {
	Cell      catalogue.CellID
	Word      cell.Word
	Visible   bool     // false: the view must look as if the cell did not exist
	Customers []string // ids of those for whom it runs; they are counted, never named
}

// Service is one service over all visible cells.
type Service struct {
	ID       string
	Worst    Level
	Affected int // customers for whom at least one cell of it is not operational
	Of       int // customers who have it
}

// Page is a derived view: the banner and its services, sorted by id.
type Page struct {
	Banner   Level
	Services []Service
}

// View derives a page from the parts that are visible. incidentOpen says whether an open incident touches what the view shows.
func View(parts []Part, incidentOpen bool) Page {
	visible := slices.DeleteFunc(slices.Clone(parts), func(p Part) bool { return !p.Visible })
	words := make([]cell.Word, len(visible))
	for n, p := range visible {
		words[n] = p.Word
	}
	return Page{Banner: Banner(words, incidentOpen), Services: services(visible)}
}

// Banner is the worst of what is visible in a view. While an incident touches the view, and where there is nothing to be seen, it is never operational:
// a green page over an open incident is the one mistake that readers do not forgive.
func Banner(words []cell.Word, incidentOpen bool) Level {
	worst := Operational
	if incidentOpen || len(words) == 0 {
		worst = Unknown
	}
	for _, w := range words {
		worst = Worse(worst, LevelOf(w))
	}
	return worst
}

// services rolls the parts up by service.
func services(parts []Part) []Service {
	byID := map[string]*tally{}
	for _, p := range parts {
		id := p.Cell.Service()
		if byID[id] == nil {
			byID[id] = &tally{worst: Operational, customers: map[string]bool{}}
		}
		byID[id].add(p)
	}
	var out []Service
	for id, t := range byID {
		out = append(out, Service{ID: id, Worst: t.worst, Affected: t.affected(), Of: len(t.customers)})
	}
	slices.SortFunc(out, func(a, b Service) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// tally is one service while it is counted: its customers, each with whether it is affected.
type tally struct {
	worst     Level
	customers map[string]bool
}

func (t *tally) add(p Part) {
	level := LevelOf(p.Word)
	t.worst = Worse(t.worst, level)
	for _, c := range p.Customers {
		t.customers[c] = t.customers[c] || level != Operational && level != Unknown // what nobody has looked at is not known to affect anybody
	}
}

func (t *tally) affected() int {
	n := 0
	for _, hit := range t.customers {
		if hit {
			n++
		}
	}
	return n
}
