package cli

import (
	"fmt"
	"strings"

	"blackstart/internal/plan"
)

// comparison is a re-plan as people read it: what was to be, and what is to be now.
type comparison struct {
	*paper
	*replanned
	old           *plan.Plan
	before, after *outlook
}

// print says first what does not come back any more, then what the two plans come to, then which services come back at another time, then which tasks begin at another time.
func (r *replanned) print(io *IO, was, now *plan.Problem, old *plan.Plan, notice plan.Notice, rows PlanRows) error {
	if io.JSON {
		return printJSON(io, r)
	}
	c := &comparison{paper: newPaper(io, now, rows), replanned: r, old: old, before: newOutlook(was, old), after: newOutlook(now, r.Plan)}
	c.heading()
	fmt.Fprintf(c, "now\t%s\n", c.at(now.Start))
	c.printMissing(c.after)
	c.printOutlooks(now)
	c.printCosts(now)
	printReliefs(c.paper, now, r.Plan)
	if notice.Minutes > 0 {
		fmt.Fprintf(c, "promised: %s within %s, %d at another time now, %.0f by shifting\n", plural(r.Diff.Promised, "start"), c.since(notice.Minutes), r.Diff.Broken, r.Forced*float64(r.Diff.Promised))
	}
	c.printServices(now)
	c.printTasks(now)
	return c.close()
}

// printOutlooks says of both plans what people ask first.
func (c *comparison) printOutlooks(now *plan.Problem) {
	b, a := c.before, c.after
	fmt.Fprintf(c, "\n\tbefore\tnow\n")
	c.printCounts("never back", len(b.lost), len(a.lost))
	c.printCounts("no date", len(b.waiting), len(a.waiting))
	fmt.Fprintf(c, "%s\t%s\t%s\t%s\n", a.done(), c.at(b.end), c.at(a.end), c.sooner(a.end-b.end))
	if len(now.Services) == 0 {
		return
	}
	for _, share := range shares {
		from, was := b.share(share.tenths)
		to, is := a.share(share.tenths)
		fmt.Fprintf(c, "%s\t%s\t%s\t%s\n", share.name, c.may(was, from), c.may(is, to), c.both(was && is, to-from))
	}
	c.printLimits("beyond RTO", rto)
	c.printLimits("beyond MTPD", mtpd)
	c.printBusiest(now)
}

// may is a minute that may not be known.
func (c *comparison) may(known bool, minute int64) string {
	if known {
		return c.at(minute)
	}
	return "no date"
}

func (c *comparison) both(known bool, minutes int64) string {
	if known {
		return c.moved(minutes)
	}
	return ""
}

// printCounts prints a number of services, where there are any.
func (c *comparison) printCounts(label string, before, now int) {
	if before+now > 0 {
		fmt.Fprintf(c, "%s\t%s\t%s\t%s\n", label, plural(before, "service"), plural(now, "service"), change(before, now))
	}
}

func (c *comparison) printLimits(label string, limit func(*plan.Service) int64) {
	was, unsure, all := c.before.beyond(limit)
	is, unclear, many := c.after.beyond(limit)
	if all+many > 0 {
		fmt.Fprintf(c, "%s\t%s\t%s\t%s\n", label, outOf(was, unsure, all, ""), outOf(is, unclear, many, ""), change(was, is))
	}
}

func change(before, now int) string {
	if before == now {
		return "as before"
	}
	return signed(int64(now - before))
}

// printBusiest names the busiest teams of both plans.
func (c *comparison) printBusiest(now *plan.Problem) {
	b, a := busiest(c.before.problem, c.old), busiest(now, c.Plan)
	for i := range max(len(b), len(a)) {
		label, was, is := "", "", ""
		if i == 0 {
			label = "busiest teams"
		}
		if i < len(b) {
			was = b[i]
		}
		if i < len(a) {
			is = a[i]
		}
		fmt.Fprintf(c, "%s\t%s\t%s\n", label, was, is)
	}
}

// printCosts compares the costs: those of different services only as far as they are of the same.
func (c *comparison) printCosts(now *plan.Problem) {
	o := c.Plan.Objective
	fmt.Fprintf(c, "%s\t%s\t%s\t%s\n", o.Kind, c.value(o.Kind, c.Diff.From), c.value(o.Kind, c.Diff.To), c.saved(now))
	c.printRival("shifting everything right", c.Shifted, c.shifted)
	c.printRival("in the old order", c.Ordered, c.ordered)
}

// saved is what the new plan is dearer, or cheaper.
func (c *comparison) saved(now *plan.Problem) string {
	if c.Plan.Objective.Kind == plan.KindMakespan {
		return c.sooner(c.Diff.To - c.Diff.From)
	}
	if same(c.Diff.Services) {
		return difference(c.Diff.From, c.Diff.To)
	}
	from, to := c.shared(now)
	return fmt.Sprintf("not of the same services: %s; of those that have one in both plans %s", dates(c.Diff.Services), difference(from, to))
}

// sooner is how far the end moves, if it is the end of the same tasks.
func (c *comparison) sooner(minutes int64) string {
	if same(c.Diff.Tasks) {
		return c.moved(minutes)
	}
	return "not of the same tasks: " + dates(c.Diff.Tasks)
}

// shared is the cost, before and now, of the services that have a date in both plans.
func (c *comparison) shared(now *plan.Problem) (from, to int64) {
	for _, s := range c.after.dated {
		if back, dated := c.old.Back[s.ID]; dated {
			from, to = from+now.Cost(s, back), to+now.Cost(s, c.Plan.Back[s.ID])
		}
	}
	return from, to
}

// difference is one of costs, and how much that is of the first.
func difference(from, to int64) string {
	if from == to {
		return "as before"
	}
	percents := fmt.Sprintf("%+.1f %%", 100*float64(to-from)/float64(max(1, from)))
	return fmt.Sprintf("%s (%s)", signed(to-from), strings.ReplaceAll(percents, "-", "−"))
}

// printRival says how much dearer another plan is than the new one: of all, and of what is still to come.
func (c *comparison) printRival(name string, value int64, rival *plan.Plan) {
	kind := c.Plan.Objective.Kind
	fmt.Fprintf(c, "%s\t\t%s\t", name, c.value(kind, value))
	switch other := plan.Compare(c.after.problem, c.Plan, rival, plan.Notice{}).Services; {
	case !same(other):
		fmt.Fprintf(c, "not of the same services: %s\n", dates(other))
	case kind == plan.KindMakespan:
		fmt.Fprintf(c, "%s\n", c.moved(value-c.Diff.To))
	default:
		of, ahead := c.dearer(value)
		fmt.Fprintf(c, "%.1f %% dearer than this plan, %.1f %% of what is still to come\n", of, ahead)
	}
}

// came counts what has come by a date, and what has none any more.
func came(moves []plan.Move) (came, went int) {
	for _, m := range moves {
		switch {
		case m.From == nil:
			came++
		case m.To == nil:
			went++
		}
	}
	return came, went
}

// same says whether the same things have a date.
func same(moves []plan.Move) bool {
	came, went := came(moves)
	return came+went == 0
}

// dates says how many have come by a date, and have lost it.
func dates(moves []plan.Move) string {
	var words []string
	came, went := came(moves)
	if went > 0 {
		words = append(words, fmt.Sprintf("%d with no date any more", went))
	}
	if came > 0 {
		words = append(words, fmt.Sprintf("%d with a date only now", came))
	}
	return strings.Join(words, ", ")
}
