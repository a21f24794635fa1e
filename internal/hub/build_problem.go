package hub

import (
	"slices"
	"strings"
	"time"

	"blackstart/internal/plan"
	"blackstart/internal/subject/catalogue"
)

// Shifts as teams.yaml counts them, in minutes of a day and of a week.
const (
	dayBegins = 7 * 60
	dayEnds   = 19 * 60
	week      = 7 * 24 * 60
)

// ProblemOf puts the way back of what went off into the words of the solver; docs/planning.md, "From a catalogue", says how. Off are cells, sites, hosts …, as in [catalogue.Catalogue.Impact];
// minute 0 of the problem is begin, whose zone is that of the shifts and of the dates that are printed later.
func ProblemOf(c *catalogue.Catalogue, off []catalogue.Ref, begin time.Time) (*plan.Problem, error) {
	im, err := c.Impact(off)
	if err != nil {
		return nil, err
	}
	begin = plan.Written(begin) // the machine's zone, and the night in which its clocks change, make no other problem
	names := make([]string, len(off))
	for i, ref := range off {
		names[i] = string(ref)
	}
	b := problemBuilder{catalogue: c, problem: &plan.Problem{Schema: plan.ProblemSchema, Name: strings.Join(names, ", "), Begin: begin}, last: map[catalogue.CellID]string{}, lost: map[catalogue.CellID]bool{}}
	for _, t := range c.Teams {
		b.problem.Teams = append(b.problem.Teams, rota(t, begin))
	}
	var rebuilt []catalogue.CellID
	for _, x := range im.Cells {
		if x.Effect != catalogue.Lost {
			continue
		}
		if b.lost[x.Cell] = true; len(x.Via) == 0 {
			rebuilt = append(rebuilt, x.Cell)
		}
	}
	for _, id := range rebuilt {
		b.last[id] = b.mark(id)
	}
	for _, id := range rebuilt {
		b.rebuild(id)
	}
	for _, x := range im.Cells {
		if x.Effect == catalogue.Lost {
			b.miss(x)
		}
	}
	return b.problem, nil
}

// LeftAside are the services of a problem whose catalogue demands what [ProblemOf] does not map: gates to be passed, of those that are built anew, and clocks, days of the calendar by which a
// service that people miss must be back. Both in the order of the catalogue.
func LeftAside(c *catalogue.Catalogue, p *plan.Problem) (gates, clocks []string) {
	rebuilt, missed := map[string]bool{}, map[string]bool{}
	for i := range p.Tasks {
		cell, _, _ := strings.Cut(p.Tasks[i].ID, "/")
		rebuilt[catalogue.CellID(cell).Service()] = true
	}
	for i := range p.Services {
		missed[catalogue.CellID(p.Services[i].ID).Service()] = true
	}
	for i := range c.Services {
		s := &c.Services[i]
		if rebuilt[s.ID] && s.Gates != "" {
			gates = append(gates, s.ID)
		}
		if missed[s.ID] && s.Clock != (catalogue.Text{}) {
			clocks = append(clocks, s.ID)
		}
	}
	return gates, clocks
}

type problemBuilder struct {
	catalogue *catalogue.Catalogue
	problem   *plan.Problem
	last      map[catalogue.CellID]string // the task after which a cell that went off works again
	lost      map[catalogue.CellID]bool
}

// mark is the id of the task whose end means that the cell works.
func (b *problemBuilder) mark(id catalogue.CellID) string { return string(id) + "/works" }

// rebuild adds the tasks of a cell that went off: the restore steps of its service one after the other, once everything works that it cannot do without, then a mark.
func (b *problemBuilder) rebuild(id catalogue.CellID) {
	s, _ := b.catalogue.Service(id.Service()) // a cell of the catalogue has a service of it
	before := b.needed(id, map[catalogue.CellID]bool{})
	for _, step := range s.Restore {
		t := plan.Task{
			ID: string(id) + "/" + step.ID, Name: step.Name.De, Layer: string(s.Class), After: links(before), Pausable: true,
			Minutes: plan.Range{Min: 60 * int64(step.Low), Likely: 30 * int64(step.Low+step.High), Max: 60 * int64(step.High)},
			Heads:   []plan.Need{{Team: step.Team, Heads: int64(step.Heads)}},
		}
		b.problem.Tasks = append(b.problem.Tasks, t)
		before = []string{t.ID}
	}
	b.problem.Tasks = append(b.problem.Tasks, plan.Task{ID: b.mark(id), Name: s.Name.De, Layer: string(s.Class), After: links(before)})
}

// needed are the marks after which a cell can work: of each group of its needs that has lost all members, that of the first one. A cell that did not go off itself stands for what it needs.
func (b *problemBuilder) needed(id catalogue.CellID, seen map[catalogue.CellID]bool) (marks []string) {
	for _, group := range b.catalogue.MustOf(id) {
		if slices.ContainsFunc(group, func(m catalogue.CellID) bool { return !b.lost[m] }) || seen[group[0]] {
			continue
		}
		first := group[0]
		seen[first] = true
		if mark, off := b.last[first]; off {
			marks = append(marks, mark)
		} else {
			marks = append(marks, b.needed(first, seen)...)
		}
	}
	return marks
}

func links(ids []string) []plan.Link {
	var all []plan.Link
	for _, id := range ids {
		all = append(all, plan.Link{Task: id})
	}
	return all
}

// miss adds a lost cell that has customers as a service that people wait for. It is out since minute 0.
func (b *problemBuilder) miss(x catalogue.CellImpact) {
	s, _ := b.catalogue.Service(x.Cell.Service())
	v := plan.Service{ID: string(x.Cell), Name: s.Name.De, RTO: 60 * int64(s.RTO), MTPD: 60 * int64(s.MTPD)}
	for _, id := range x.Customers {
		c, _ := b.catalogue.Customer(id)
		v.Weight += weightOf(s, c)
	}
	if v.Weight == 0 {
		return
	}
	if mark, off := b.last[x.Cell]; off {
		v.Set = []string{mark}
	} else {
		v.Set = b.needed(x.Cell, map[catalogue.CellID]bool{})
	}
	b.problem.Services = append(b.problem.Services, v)
}

// weightOf is the default rule of weights: 16, 8, 4, 2, 1 for priority 1 to 5, times the square root of a thousand persons, times up to 2 for what stands first in the customer's own order;
// in whole numbers, rounded, and at least 1 for a customer with persons.
func weightOf(s *catalogue.Service, c *catalogue.Customer) int64 {
	if c.Weight <= 0 {
		return 0
	}
	factor := int64(1) << max(0, 5-s.Priority)
	places := int64(len(c.Order))
	wish := places // what stands nowhere in the order counts once
	if i := slices.Index(c.Order, s.ID); i >= 0 {
		wish = 2*places - int64(i)
	}
	if places == 0 {
		wish, places = 1, 1
	}
	tenfold := factor * root(int64(c.Weight)/10) * wish // the root of a tenth is ten times the root of a thousandth
	return max(1, (tenfold+5*places)/(10*places))
}

// root is the whole part of a square root.
func root(n int64) int64 {
	r := int64(0)
	for bit := int64(1) << 20; bit > 0; bit >>= 1 {
		if (r+bit)*(r+bit) <= n {
			r += bit
		}
	}
	return r
}

// rota writes a team's shifts from the beginning of the problem on: by day from 7 to 19 on Monday to Friday and at weekends, else the night's heads. It repeats every week; the hour that a change
// of the clocks adds or takes is left aside.
func rota(t catalogue.Team, begin time.Time) plan.Team {
	team := plan.Team{ID: t.ID, Heads: int64(t.Night)}
	midnight := time.Date(begin.Year(), begin.Month(), begin.Day(), 0, 0, 0, 0, begin.Location())
	for day := range 7 {
		at := midnight.AddDate(0, 0, day)
		heads := int64(t.Day)
		if w := at.Weekday(); w == time.Saturday || w == time.Sunday {
			heads = int64(t.Weekend)
		}
		from := int64(at.Sub(begin)/time.Minute) + dayBegins
		team.Shifts = append(team.Shifts, plan.Shift{From: from, Until: from + dayEnds - dayBegins, Heads: heads, Every: week})
	}
	return team
}
