package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
	"blackstart/internal/plan/picture"
)

// PlanSolveCmd is `plan solve`.
type PlanSolveCmd struct {
	File      string `arg:"" help:"Problem: .json, .sm or .rcp."`
	Schedules int    `default:"5000" help:"How many schedules to generate; more is better and takes longer."`
	Seed      uint64 `default:"1" help:"Seed of the search: the same seed gives the same plan."`
	Objective string `enum:"makespan,weighted,cost," default:"" help:"What to keep small: makespan, weighted (derived services), cost. Default: makespan for .sm and .rcp, cost for .json."`
	Salt      string `default:"dev" help:"For the weighted objective: salt of the derived services."`
	Bound     string `enum:"weak,strong" default:"weak" help:"Lower bound of costs (${enum}). The strong one takes seconds to minutes, and is there for up to 2,000 tasks."`

	SVG   string    `name:"svg" placeholder:"FILE" help:"Draw the plan into a new file: waves, weight that is back, teams."`
	Begin time.Time `help:"For the picture: the moment of minute 0 (RFC 3339). Without it hours and days are counted."`
	Lang  string    `enum:"de,en" default:"en" help:"For the picture: its language (${enum})."`
}

// Run plans and prints the plan.
func (c *PlanSolveCmd) Run(io *IO) error {
	if c.Schedules < 1 {
		return Usage("could not plan with %d schedules: want at least 1", c.Schedules)
	}
	if c.SVG == "" && !c.Begin.IsZero() {
		return Usage("could not date the plan: --begin is of the picture (--svg FILE), the text counts minutes")
	}
	p, data, err := readPlanProblem(io, c.File)
	if err != nil {
		return err
	}
	kind := planKind(c.Objective, data != nil)
	if kind == plan.KindWeighted {
		if err := p.Weigh(c.Salt); err != nil {
			return badProblem(io, c.File, err)
		}
	}
	made, found, err := plan.Solve(p, plan.Options{Kind: kind, Schedules: c.Schedules, Seed: c.Seed, Strong: c.Bound == "strong"})
	if err != nil {
		return badProblem(io, c.File, err)
	}
	if err := printPlan(io, p, made); err != nil {
		return err
	}
	verdict := planVerdict(io, planFindings(c.File, p, data, found))
	if c.SVG != "" { // only now: that a picture cannot be written takes nobody the plan
		if err := writeNew(c.SVG, picture.SVG(p, made, picture.Options{Begin: c.Begin, German: c.Lang == "de"}), 0o644); err != nil {
			return err
		}
	}
	return verdict
}

// planKind is the objective if none was named.
func planKind(objective string, own bool) string {
	switch {
	case objective != "":
		return objective
	case own:
		return plan.KindCost
	}
	return plan.KindMakespan
}

// printPlan prints a plan as the object that it is, or as a table in order of time.
func printPlan(io *IO, p *plan.Problem, made *plan.Plan) error {
	if io.JSON {
		return printJSON(io, made)
	}
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%d\nlower bound\t%d (%s)\nmakespan\t%d\nschedules\t%d, seed %d\n\n", made.Objective.Kind, made.Objective.Value, made.Objective.Bound, made.Objective.Method, made.Makespan, made.Schedules, made.Seed)
	printBack(w, p, made)
	fmt.Fprintln(w, "start\ttask\tname")
	for _, t := range byStart(p, made) {
		fmt.Fprintf(w, "%d\t%s\t%s\n", made.Start[t.ID], plainText(t.ID), plainText(t.Name))
	}
	for _, t := range p.Tasks {
		if b, behind := made.Behind[t.ID]; behind {
			fmt.Fprintf(w, "%s\t%s\t%s\n", afterGate(b), plainText(t.ID), plainText(t.Name))
		}
	}
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the plan: %w", err)
	}
	return nil
}

// printBack prints the services by when they are back; those without a date come last.
func printBack(w *tabwriter.Writer, p *plan.Problem, made *plan.Plan) {
	if len(made.Back)+len(made.Waiting) == 0 {
		return
	}
	var dated []plan.Service
	for _, s := range p.Services {
		if _, known := made.Back[s.ID]; known {
			dated = append(dated, s)
		}
	}
	slices.SortStableFunc(dated, func(a, b plan.Service) int { return cmp.Compare(made.Back[a.ID], made.Back[b.ID]) })
	fmt.Fprintln(w, "back\tservice\tname")
	for _, s := range dated {
		fmt.Fprintf(w, "%d\t%s\t%s\n", made.Back[s.ID], plainText(s.ID), plainText(s.Name))
	}
	for _, s := range p.Services {
		if b, waits := made.Waiting[s.ID]; waits {
			fmt.Fprintf(w, "%s\t%s\t%s\n", afterGate(b), plainText(s.ID), plainText(s.Name))
		}
	}
	fmt.Fprintln(w)
}

// afterGate is a time that is no date, as people read it.
func afterGate(b plan.BehindGate) string {
	return fmt.Sprintf("gate %s + %d", plainText(strings.Join(b.Gates, ", ")), b.Plus)
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
