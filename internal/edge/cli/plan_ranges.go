package cli

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// PlanRangesCmd is `plan ranges`.
type PlanRangesCmd struct {
	File string `arg:"" help:"Problem, as it was solved: .json, .sm or .rcp."`
	Plan string `arg:"" help:"Plan, as 'plan solve --json' prints it."`
	Runs int    `default:"1000" help:"How many times everything is drawn anew."`
	Seed uint64 `default:"1" help:"Seed of the draws: the same seed gives the same answer."`
	Salt string `default:"dev" help:"Of a plan made with the weighted objective: salt of the derived services."`
}

// mostCritical is how many tasks the text names; JSON has all.
const mostCritical = 10

// Run simulates and prints when services are back.
func (c *PlanRangesCmd) Run(io *IO) error {
	if c.Runs < 1 || c.Runs > plan.MaxRuns {
		return Usage("could not simulate %d runs: want 1 to %d", c.Runs, plan.MaxRuns)
	}
	p, source, err := readPlanProblem(io, c.File)
	if err != nil {
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
		err = printRanges(io, r)
	}
	if err != nil {
		return err
	}
	return planVerdict(io, planFindings(c.File, p, source, found))
}

func printRanges(io *IO, r *plan.Ranges) error {
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d runs, seed %d\n\nback after minute\tplanned\tin half of the runs\tin nine tenths\n", r.Runs, r.Seed)
	printQuantiles(w, "everything", "", r.Makespan, r.Runs)
	for _, id := range slices.Sorted(maps.Keys(r.Back)) {
		b, gate := r.Back[id], ""
		if b.Behind {
			gate = "gate + "
		}
		printQuantiles(w, plainText(id), gate, b.Quantiles, r.Runs)
	}
	tasks := slices.Collect(maps.Keys(r.Tasks))
	slices.SortFunc(tasks, func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Tasks[b].Weight, r.Tasks[a].Weight), cmp.Compare(r.Tasks[b].End, r.Tasks[a].End), cmp.Compare(a, b))
	})
	fmt.Fprintf(w, "\nmost hangs on\tof the customers' weight\tof the end of everything\n")
	for _, id := range tasks[:min(mostCritical, len(tasks))] {
		fmt.Fprintf(w, "%s\t%.1f %%\t%.1f %%\n", plainText(id), float64(r.Tasks[id].Weight)/10, float64(r.Tasks[id].End)/10)
	}
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the ranges: %w", err)
	}
	return nil
}

// printQuantiles prints one line, and says in how many runs there is no end.
func printQuantiles(w *tabwriter.Writer, id, gate string, q plan.Quantiles, runs int) {
	minute := func(at *int64) string {
		if at == nil {
			return "–"
		}
		return fmt.Sprintf("%s%d", gate, *at)
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s", id, minute(&q.Planned), minute(q.P50), minute(q.P90))
	if q.Never > 0 {
		fmt.Fprintf(w, "\tin %d of %d runs not at all", q.Never, runs)
	}
	fmt.Fprintln(w)
}
