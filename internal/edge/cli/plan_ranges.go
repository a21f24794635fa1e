package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"blackstart/internal/plan"
)

// PlanRangesCmd is `plan ranges`.
type PlanRangesCmd struct {
	File string `arg:"" help:"Problem, as it was solved: .json, .sm or .rcp."`
	Plan string `arg:"" help:"Plan, as 'plan solve --json' prints it."`
	Runs int    `default:"1000" help:"How many times everything is drawn anew."`
	Seed uint64 `default:"1" help:"Seed of the draws: the same seed gives the same answer."`
	Salt string `default:"dev" help:"Of a plan made with the weighted objective: salt of the derived services."`

	PlanDates `embed:""`
	PlanRows  `embed:""`
}

// Run simulates and prints when services are back.
func (c *PlanRangesCmd) Run(io *IO) error {
	if c.Runs < 1 || c.Runs > plan.MaxRuns {
		return Usage("could not simulate %d runs: want 1 to %d", c.Runs, plan.MaxRuns)
	}
	p, source, err := readPlanProblem(io, c.File)
	if err != nil {
		return err
	}
	if err := c.date(c.File, p); err != nil {
		return err
	}
	data, err := readFile(io.In, c.Plan, maxProblem)
	if err != nil {
		return err
	}
	made, err := plan.ReadPlan(data)
	if err != nil {
		return badProblem(io, c.Plan, err)
	}
	if made.Objective.Kind == plan.KindWeighted {
		if err := p.Weigh(c.Salt); err != nil {
			return badProblem(io, c.File, err)
		}
	}
	r, found, err := plan.Simulate(p, made, c.Runs, c.Seed)
	if err != nil {
		return badProblem(io, c.Plan, err)
	}
	if io.JSON {
		err = printJSON(io, r)
	} else {
		err = printRanges(newPaper(io, p, c.PlanRows), p, made, r)
	}
	if err != nil {
		return err
	}
	return planVerdict(io, planFindings(c.File, p, source, found))
}

// printRanges says when services are back, in the order of the plan, then what they hang on.
func printRanges(w *paper, p *plan.Problem, made *plan.Plan, r *plan.Ranges) error {
	w.heading()
	w.now(p)
	w.printMissing(newOutlook(p, made))
	fmt.Fprintf(w, "runs\t%s, seed %d\n\n", thousands(r.Runs), r.Seed)
	names := map[string]string{}
	for _, s := range p.OwnServices() {
		names[s.ID] = s.Name
	}
	fmt.Fprintf(w, "back as planned\tin half of the runs by\tin nine tenths by\t\tservice\tname\n")
	everything := "everything"
	if len(made.LeftOut)+len(made.Behind) > 0 {
		everything = "everything else"
	}
	printQuantiles(w, r.Makespan, r.Runs, w.at, everything, "")
	ids := slices.SortedFunc(maps.Keys(r.Back), func(a, b string) int {
		x, y := r.Back[a], r.Back[b]
		switch {
		case x.Behind && !y.Behind:
			return 1
		case y.Behind && !x.Behind:
			return -1
		}
		return cmp.Or(cmp.Compare(x.Planned, y.Planned), cmp.Compare(a, b))
	})
	planned := len(ids)
	if !w.all {
		over := servicesOver(p)
		ids = slices.DeleteFunc(ids, func(id string) bool { return over[id] })
	}
	w.rows(len(ids), "services", func(i int) {
		b, when := r.Back[ids[i]], w.at
		if b.Behind {
			when = func(minute int64) string { return "gate + " + w.since(minute) }
		}
		printQuantiles(w, b.Quantiles, r.Runs, when, ids[i], names[ids[i]])
	})
	w.already(planned-len(ids), "service", "back")
	printCritical(w, p, r)
	return w.close()
}

// printCritical names the tasks on which most hangs.
func printCritical(w *paper, p *plan.Problem, r *plan.Ranges) {
	tasks := slices.Collect(maps.Keys(r.Tasks))
	slices.SortFunc(tasks, func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Tasks[b].Weight, r.Tasks[a].Weight), cmp.Compare(r.Tasks[b].End, r.Tasks[a].End), cmp.Compare(a, b))
	})
	names := map[string]string{}
	for _, t := range p.OwnTasks() {
		names[t.ID] = t.Name
	}
	fmt.Fprintf(w, "\nof the customers' weight\tof the end of everything\thangs on\tname\n")
	w.rows(len(tasks), "tasks", func(i int) {
		c := r.Tasks[tasks[i]]
		fmt.Fprintf(w, "%.1f %%\t%.1f %%\t%s\t%s\n", float64(c.Weight)/10, float64(c.End)/10, inCell(tasks[i]), inCell(names[tasks[i]]))
	})
}

// printQuantiles prints one line, and says in how many runs there is no end.
func printQuantiles(w *paper, q plan.Quantiles, runs int, when func(int64) string, id, name string) {
	by := func(at *int64) string {
		if at == nil {
			return "–"
		}
		return when(*at)
	}
	never := ""
	if q.Never > 0 {
		never = fmt.Sprintf("in %d of %d not at all", q.Never, runs)
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", when(q.Planned), by(q.P50), by(q.P90), never, inCell(id), inCell(name))
}
