package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/plan"
)

// printPlan prints a plan as the object that it is, or for people: first what they ask first, then when services are back and tasks begin, in order of time.
func printPlan(io *IO, p *plan.Problem, made *plan.Plan, rows PlanRows) error {
	if io.JSON {
		return printJSON(io, made)
	}
	w := newPaper(io, p, rows)
	w.heading()
	printSummary(w, p, made)
	printBack(w, p, made)
	printStarts(w, p, made)
	return w.close()
}

// printSummary says when all is done, how much is back when, who waits longest, what has no date, and whom everybody waits for.
func printSummary(w *paper, p *plan.Problem, made *plan.Plan) {
	o := made.Objective
	fmt.Fprintf(w, "all is done\t%s", w.at(made.Makespan))
	if w.ours {
		fmt.Fprintf(w, "\t%s from the start", w.since(made.Makespan-p.Start))
	}
	fmt.Fprintln(w)
	if dated := datedServices(p, made); len(dated) > 0 {
		printShares(w, dated, made)
		printLate(w, dated, made)
		printLongest(w, dated, made)
	}
	if len(made.Waiting) > 0 {
		fmt.Fprintf(w, "no date\t%s, behind gates of which nobody knows when they open\n", plural(len(made.Waiting), "service"))
	}
	if len(made.LeftOut) > 0 {
		fmt.Fprintf(w, "left out\t%s\n", plural(len(made.LeftOut), "task"))
	}
	printBusiest(w, p, made)
	fmt.Fprintf(w, "%s\t%d\nlower bound\t%d (%s)\nschedules\t%d, seed %d\n\n", o.Kind, o.Value, o.Bound, o.Method, made.Schedules, made.Seed)
}

// printShares says when half, and nine tenths, of the customers' weight is back.
func printShares(w *paper, dated []*plan.Service, made *plan.Plan) {
	weight, sum := int64(0), int64(0)
	for _, s := range dated {
		weight += s.Weight
	}
	shares := []struct {
		tenths int64
		name   string
	}{{5, "half is back"}, {9, "nine tenths are"}}
	for _, s := range dated {
		for sum += s.Weight; len(shares) > 0 && 10*sum >= shares[0].tenths*weight; shares = shares[1:] {
			fmt.Fprintf(w, "%s\t%s\tby customers' weight\n", shares[0].name, w.at(made.Back[s.ID]))
		}
	}
}

// printLate counts what comes back later than was promised, or can be borne.
func printLate(w *paper, dated []*plan.Service, made *plan.Plan) {
	var rto, mtpd, late, unbearable int
	for _, s := range dated {
		out := made.Back[s.ID] - s.Since
		if s.RTO > 0 {
			if rto++; out > s.RTO {
				late++
			}
		}
		if s.MTPD > 0 {
			if mtpd++; out > s.MTPD {
				unbearable++
			}
		}
	}
	if rto+mtpd > 0 {
		fmt.Fprintf(w, "too late\t%d of %d services beyond RTO, %d of %d beyond MTPD\n", late, rto, unbearable, mtpd)
	}
}

// mostNamed is how many services and teams the summary names.
const mostNamed = 3

// printLongest names who waits longest.
func printLongest(w *paper, dated []*plan.Service, made *plan.Plan) {
	longest := slices.Clone(dated)
	slices.SortStableFunc(longest, func(a, b *plan.Service) int { return cmp.Compare(made.Back[b.ID]-b.Since, made.Back[a.ID]-a.Since) })
	label := "longest outages"
	for _, s := range longest[:min(len(longest), mostNamed)] {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", label, w.since(made.Back[s.ID]-s.Since), inCell(s.ID), inCell(s.Name))
		label = ""
	}
}

// printBusiest names the teams that have least time to spare: one more head there helps most.
func printBusiest(w *paper, p *plan.Problem, made *plan.Plan) {
	var words []string
	for _, l := range p.Loads(made) {
		if len(words) < mostNamed {
			words = append(words, fmt.Sprintf("%s %s", inCell(l.Team), percent(l.Work, l.Room)))
		}
	}
	if len(words) > 0 {
		fmt.Fprintf(w, "busiest teams\t%s of their time until all is done\n", strings.Join(words, ", "))
	}
}

// datedServices are the services that have a date, by when they are back.
func datedServices(p *plan.Problem, made *plan.Plan) []*plan.Service {
	var dated []*plan.Service
	for i := range p.Services {
		if _, known := made.Back[p.Services[i].ID]; known {
			dated = append(dated, &p.Services[i])
		}
	}
	slices.SortStableFunc(dated, func(a, b *plan.Service) int { return cmp.Compare(made.Back[a.ID], made.Back[b.ID]) })
	return dated
}

// printBack prints the services by when they are back; those without a date come last.
func printBack(w *paper, p *plan.Problem, made *plan.Plan) {
	if len(made.Back)+len(made.Waiting) == 0 {
		return
	}
	all := datedServices(p, made)
	dated := len(all)
	for i := range p.Services {
		if _, waits := made.Waiting[p.Services[i].ID]; waits {
			all = append(all, &p.Services[i])
		}
	}
	back := 0
	if !w.all {
		for back < dated && made.Back[all[back].ID] <= p.Start {
			back++
		}
	}
	all, dated = all[back:], dated-back
	fmt.Fprintln(w, "back\toutage\t\tservice\tname")
	w.rows(len(all), "services", func(i int) {
		s := all[i]
		if i >= dated {
			fmt.Fprintf(w, "%s\t\t\t%s\t%s\n", w.gate(made.Waiting[s.ID]), inCell(s.ID), inCell(s.Name))
			return
		}
		out, late := made.Back[s.ID]-s.Since, ""
		switch {
		case s.MTPD > 0 && out > s.MTPD:
			late = "beyond MTPD"
		case s.RTO > 0 && out > s.RTO:
			late = "beyond RTO"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", w.at(made.Back[s.ID]), w.since(out), late, inCell(s.ID), inCell(s.Name))
	})
	w.already(back, "service", "back")
	fmt.Fprintln(w)
}

// printStarts prints the tasks by when they begin; what is over already only if everything is to be printed.
func printStarts(w *paper, p *plan.Problem, made *plan.Plan) {
	all := byStart(p, made)
	done := 0
	if !w.all {
		all = slices.DeleteFunc(all, func(t *plan.Task) bool {
			if t.State == plan.StateDone {
				done++
			}
			return t.State == plan.StateDone
		})
	}
	dated := len(all)
	for i := range p.Tasks {
		if _, behind := made.Behind[p.Tasks[i].ID]; behind {
			all = append(all, &p.Tasks[i])
		}
	}
	fmt.Fprintln(w, "start\tover\tteams\ttask\tname")
	w.rows(len(all), "tasks", func(i int) {
		t := all[i]
		when, until := "", ""
		if i < dated {
			_, over := made.Placed(t, made.Start[t.ID], p.Start)
			when, until = w.at(made.Start[t.ID]), w.at(over)
		} else {
			when = w.gate(made.Behind[t.ID])
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", when, until, needed(t), inCell(t.ID), inCell(t.Name))
	})
	w.already(done, "task", "done")
}

// needed are the people whom a task keeps.
func needed(t *plan.Task) string {
	var words []string
	for _, n := range t.Heads {
		words = append(words, fmt.Sprintf("%d %s", n.Heads, n.Team))
	}
	return inCell(strings.Join(words, ", "))
}

// byStart are the dated tasks in order of time.
func byStart(p *plan.Problem, made *plan.Plan) []*plan.Task {
	var tasks []*plan.Task
	for i := range p.Tasks {
		if _, dated := made.Start[p.Tasks[i].ID]; dated {
			tasks = append(tasks, &p.Tasks[i])
		}
	}
	slices.SortStableFunc(tasks, func(a, b *plan.Task) int { return cmp.Compare(made.Start[a.ID], made.Start[b.ID]) })
	return tasks
}
