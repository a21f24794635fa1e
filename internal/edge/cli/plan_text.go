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

// printSummary says what never comes back and what has no date, when all else is done, how much is back when, who waits longest, and whom everybody waits for.
func printSummary(w *paper, p *plan.Problem, made *plan.Plan) {
	outlook := newOutlook(p, made)
	w.now(p)
	w.printMissing(outlook)
	fmt.Fprintf(w, "%s\t%s", outlook.done(), w.at(outlook.end))
	if w.ours {
		fmt.Fprintf(w, "\t%s", w.distance(p, outlook.end))
	}
	fmt.Fprintln(w)
	if len(p.Services) > 0 {
		w.printShares(outlook)
		w.printLate(outlook)
		printWorst(w, outlook)
		printLongest(w, outlook)
	}
	printBusiest(w, p, made)
	printReliefs(w, p, made)
	o := made.Objective
	fmt.Fprintf(w, "%s\t%s", o.Kind, w.value(o.Kind, o.Value))
	if o.Kind == plan.KindCost && len(p.Services) > 0 {
		fmt.Fprintf(w, "\tweight × minutes of outage, more of them beyond RTO and MTPD%s", outlook.counted())
	}
	fmt.Fprintf(w, "\nlower bound\t%s\t%s\nschedules\t%d, seed %d\n\n", w.value(o.Kind, o.Bound), inCell(o.Method), made.Schedules, made.Seed)
}

// done is what is over at the end: all, or all but what the plan leaves out or cannot date.
func (o *outlook) done() string {
	if len(o.made.LeftOut)+len(o.made.Behind) > 0 {
		return "all else is done"
	}
	return "all is done"
}

// counted says of which services the cost is, where it is not that of all.
func (o *outlook) counted() string {
	if len(o.waiting)+len(o.lost) == 0 {
		return ""
	}
	return fmt.Sprintf(", of the %s with a date", plural(len(o.dated), "service"))
}

// shares are how much of the weight people ask about.
var shares = []struct {
	tenths int64
	name   string
}{{5, "half is back"}, {9, "nine tenths are"}}

// printShares says when half, and nine tenths, of the weight of all services is back.
func (w *paper) printShares(o *outlook) {
	for _, share := range shares {
		when := "no date"
		if minute, known := o.share(share.tenths); known {
			when = w.at(minute)
		}
		fmt.Fprintf(w, "%s\t%s\tby customers' weight", share.name, when)
		if when == "no date" {
			fmt.Fprintf(w, ": only %s have a date", percent(weightOf(o.dated), o.weight))
		}
		fmt.Fprintln(w)
	}
}

// printLate counts what comes back later than was promised, or can be borne.
func (w *paper) printLate(o *outlook) {
	late, unsure, promised := o.beyond(rto)
	unbearable, unclear, limited := o.beyond(mtpd)
	if promised+limited > 0 {
		fmt.Fprintf(w, "too late\t%s beyond RTO, %s beyond MTPD\n", outOf(late, unsure, promised, " services"), outOf(unbearable, unclear, limited, ""))
	}
}

// outOf is how many of all, and of how many nobody knows.
func outOf(many, unknown, all int, what string) string {
	words := fmt.Sprintf("%s of %s%s", thousands(many), thousands(all), what)
	if unknown > 0 {
		words += fmt.Sprintf(" (%s more may be)", thousands(unknown))
	}
	return words
}

// mostNamed is how many services and teams the summary names.
const mostNamed = 3

// printLongest names who waits longest.
func printLongest(w *paper, o *outlook) {
	longest := slices.Clone(o.dated)
	slices.SortStableFunc(longest, func(a, b *plan.Service) int { return cmp.Compare(o.out(b), o.out(a)) })
	label := "longest outages"
	for _, s := range longest[:min(len(longest), mostNamed)] {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", label, w.since(o.out(s)), inCell(s.ID), inCell(s.Name))
		label = ""
	}
}

// printWorst names whose time beyond what can be borne weighs most.
func printWorst(w *paper, o *outlook) {
	beyond := func(s *plan.Service) int64 { return o.out(s) - s.MTPD }
	worst := slices.DeleteFunc(slices.Clone(o.dated), func(s *plan.Service) bool { return s.MTPD <= 0 || beyond(s) <= 0 })
	slices.SortStableFunc(worst, func(a, b *plan.Service) int { return cmp.Compare(b.Weight*beyond(b), a.Weight*beyond(a)) })
	label := "worst of these"
	for _, s := range worst[:min(len(worst), mostNamed)] {
		fmt.Fprintf(w, "%s\t%s beyond MTPD\t%s\t%s\n", label, w.since(beyond(s)), inCell(s.ID), inCell(s.Name))
		label = ""
	}
}

// out is how long a dated service is out.
func (o *outlook) out(s *plan.Service) int64 { return o.made.Back[s.ID] - s.Since }

// printBusiest names the teams that have least time to spare.
func printBusiest(w *paper, p *plan.Problem, made *plan.Plan) {
	if words := busiest(p, made); len(words) > 0 {
		fmt.Fprintf(w, "busiest teams\t%s of their time until all is done\n", strings.Join(words, ", "))
	}
}

func busiest(p *plan.Problem, made *plan.Plan) (words []string) {
	loads := p.Loads(made)
	for _, l := range loads[:min(len(loads), mostNamed)] {
		words = append(words, fmt.Sprintf("%s %s", inCell(l.Team), percent(l.Work, l.Room)))
	}
	return words
}

// leastRelief is the part of the objective below which nobody hires: a thousandth, which is also less than the search is sure of.
const leastRelief = 1000

// printReliefs names the teams in which one more head helps most: not always those that are busiest.
func printReliefs(w *paper, p *plan.Problem, made *plan.Plan) {
	saves := " % of the " + made.Objective.Kind
	if made.Objective.Kind == plan.KindMakespan {
		saves = " % of the time until all is done"
	}
	var words []string
	for _, r := range p.Reliefs(made) {
		switch {
		case r.Services > 0:
			words = append(words, fmt.Sprintf("in %s brings back %s", inCell(r.Team), plural(r.Services, "service")))
		case r.Saved >= r.Of/leastRelief:
			words = append(words, fmt.Sprintf("in %s saves %.1f%s", inCell(r.Team), 100*float64(r.Saved)/float64(max(1, r.Of)), saves))
			saves = " %"
		}
	}
	if len(words) > 0 {
		fmt.Fprintf(w, "one more head\t%s; one in each shift\n", strings.Join(words[:min(len(words), mostNamed)], ", "))
	}
}

// datedServices are the services that have a date, by when they are back.
func datedServices(p *plan.Problem, made *plan.Plan) []*plan.Service {
	dated := slices.DeleteFunc(p.OwnServices(), func(s *plan.Service) bool { _, known := made.Back[s.ID]; return !known })
	slices.SortStableFunc(dated, func(a, b *plan.Service) int { return cmp.Compare(made.Back[a.ID], made.Back[b.ID]) })
	return dated
}

// printBack prints the services by when they are back; those without a date, and those that never come, are last.
func printBack(w *paper, p *plan.Problem, made *plan.Plan) {
	o := newOutlook(p, made)
	here, back := o.dated, 0
	if !w.all {
		over := servicesOver(p)
		here = slices.DeleteFunc(slices.Clone(here), func(s *plan.Service) bool { return over[s.ID] })
		back = len(o.dated) - len(here)
	}
	all, dated := slices.Concat(here, o.waiting, o.lost), len(here)
	if len(all)+back == 0 {
		return
	}
	fmt.Fprintln(w, "back\toutage\t\tservice\tname")
	w.rows(len(all), "services", func(i int) {
		s := all[i]
		if i >= dated {
			when, opens := w.undated(made, made.Waiting[s.ID])
			fmt.Fprintf(w, "%s\t%s\t\t%s\t%s\n", when, opens, inCell(s.ID), inCell(s.Name))
			return
		}
		out := made.Back[s.ID] - s.Since
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", w.at(made.Back[s.ID]), w.since(out), w.late(s, out), inCell(s.ID), inCell(s.Name))
	})
	w.already(back, "service", "back")
	fmt.Fprintln(w)
}

// servicesOver are the services whose whole set is done. A date that has passed is not enough: what takes longer than was thought is planned to end now.
func servicesOver(p *plan.Problem) map[string]bool {
	done, over := map[string]bool{}, map[string]bool{}
	for _, t := range p.OwnTasks() {
		done[t.ID] = t.State == plan.StateDone
	}
	for _, s := range p.OwnServices() {
		over[s.ID] = !slices.ContainsFunc(s.Set, func(id string) bool { return !done[id] })
	}
	return over
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
	for _, t := range p.OwnTasks() {
		if _, behind := made.Behind[t.ID]; behind {
			all = append(all, t)
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
			when, until = w.undated(made, made.Behind[t.ID])
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", when, until, w.needed(t), inCell(t.ID), inCell(t.Name))
	})
	w.already(done, "task", "done")
}

// needed are the people whom a task keeps, and for how long, if it goes on without them.
func (w *paper) needed(t *plan.Task) string {
	if t.Attend == plan.AttendNone {
		return ""
	}
	var words []string
	for _, n := range t.Heads {
		words = append(words, fmt.Sprintf("%d %s", n.Heads, n.Team))
	}
	if t.Attend == plan.AttendStart && len(words) > 0 && t.AttendMinutes < t.Minutes.Likely {
		words[len(words)-1] += " for " + w.since(t.AttendMinutes)
	}
	return inCell(strings.Join(words, ", "))
}

// byStart are the dated tasks in order of time.
func byStart(p *plan.Problem, made *plan.Plan) []*plan.Task {
	tasks := slices.DeleteFunc(p.OwnTasks(), func(t *plan.Task) bool { _, dated := made.Start[t.ID]; return !dated })
	slices.SortStableFunc(tasks, func(a, b *plan.Task) int { return cmp.Compare(made.Start[a.ID], made.Start[b.ID]) })
	return tasks
}
