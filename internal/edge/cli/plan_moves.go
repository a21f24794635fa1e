package cli

import (
	"cmp"
	"fmt"
	"slices"

	"blackstart/internal/plan"
)

// printServices prints which services come back at another time, what hurts most first: what comes no more, or nobody knows when, then weight × delay.
func (c *comparison) printServices(now *plan.Problem) {
	moves, services := slices.Clone(c.Diff.Services), map[string]*plan.Service{}
	for i := range now.Services {
		services[now.Services[i].ID] = &now.Services[i]
	}
	slices.SortStableFunc(moves, func(a, b plan.Move) int { return worse(a, b, services) })
	later, earlier := directions(moves)
	fmt.Fprintf(c, "services: %d later, %d earlier", later, earlier)
	if !same(moves) {
		fmt.Fprintf(c, ", %s", dates(moves))
	}
	fmt.Fprintf(c, "; what hurts most comes first\n\nback now\tbefore\t\t\tservice\tname\n")
	if len(moves) == 0 {
		fmt.Fprintln(c, "nothing moves")
	}
	c.rows(len(moves), "services", func(i int) {
		m, s := moves[i], services[moves[i].ID]
		fmt.Fprintf(c, "%s\t%s\t%s\t%s\t%s\t%s\n", c.service(m.To, c.Plan, s), c.service(m.From, c.old, s), c.by(m), newly(m, s), inCell(m.ID), inCell(s.Name))
	})
}

// worse is the order of harm: no date any more, the heavier first; then weight × delay.
func worse(a, b plan.Move, services map[string]*plan.Service) int {
	lost := func(m plan.Move) int {
		if m.To == nil {
			return 1
		}
		return 0
	}
	harm := func(m plan.Move) int64 {
		switch weight := services[m.ID].Weight; {
		case m.To == nil:
			return weight
		case m.From == nil:
			return 0
		default:
			return weight * (*m.To - *m.From)
		}
	}
	return cmp.Or(cmp.Compare(lost(b), lost(a)), cmp.Compare(harm(b), harm(a)))
}

// newly says which limit is broken that was not before.
func newly(m plan.Move, s *plan.Service) string {
	breaks := func(limit int64) bool {
		return limit > 0 && m.From != nil && *m.From-s.Since <= limit && (m.To == nil || *m.To-s.Since > limit)
	}
	switch {
	case m.To == nil && m.From != nil:
		return ""
	case breaks(s.MTPD):
		return "newly beyond MTPD"
	case breaks(s.RTO):
		return "newly beyond RTO"
	}
	return ""
}

// service is when a service is back, in one of the plans.
func (c *comparison) service(minute *int64, made *plan.Plan, s *plan.Service) string {
	if minute != nil {
		return c.at(*minute)
	}
	when, _ := c.undated(made, made.Waiting[s.ID])
	return when
}

// by is how far something moves.
func (c *comparison) by(m plan.Move) string {
	if m.From == nil || m.To == nil {
		return ""
	}
	return c.moved(*m.To - *m.From)
}

// directions counts the services that come back later, and earlier, than they were to.
func directions(services []plan.Move) (later, earlier int) {
	for _, m := range services {
		switch {
		case m.From == nil || m.To == nil:
		case *m.To > *m.From:
			later++
		default:
			earlier++
		}
	}
	return later, earlier
}

// printTasks prints which tasks begin at another time: first those that have no date any more, then by the new time, since what comes first has to be told first.
func (c *comparison) printTasks(now *plan.Problem) {
	moves, names := slices.Clone(c.Diff.Tasks), map[string]string{}
	for _, t := range now.OwnTasks() {
		names[t.ID] = t.Name
	}
	slices.SortStableFunc(moves, func(a, b plan.Move) int {
		switch {
		case a.To != nil && b.To != nil:
			return cmp.Compare(*a.To, *b.To)
		case a.To != nil:
			return 1
		case b.To != nil:
			return -1
		}
		return 0
	})
	fmt.Fprintf(c, "\nbegins now\tbefore\t\ttask\tname\n")
	if len(moves) == 0 {
		fmt.Fprintln(c, "nothing moves")
	}
	c.rows(len(moves), "tasks", func(i int) {
		m, by := moves[i], c.by(moves[i])
		if m.GoesOn {
			by = "goes on"
		}
		fmt.Fprintf(c, "%s\t%s\t%s\t%s\t%s\n", c.task(m.To, c.Plan, m.ID), c.task(m.From, c.old, m.ID), by, inCell(m.ID), inCell(names[m.ID]))
	})
}

// task is when a task begins, in one of the plans.
func (c *comparison) task(minute *int64, made *plan.Plan, id string) string {
	if minute != nil {
		return c.at(*minute)
	}
	when, _ := c.undated(made, made.Behind[id])
	return when
}
