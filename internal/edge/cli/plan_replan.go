package cli

import (
	"fmt"
	"os"
	"text/tabwriter"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// PlanReplanCmd is `plan replan`.
type PlanReplanCmd struct {
	File       string `arg:"" help:"Problem, as it was solved: .json, .sm or .rcp."`
	Plan       string `arg:"" help:"Plan that was adopted, as 'plan solve --json' prints it."`
	Events     string `required:"" placeholder:"FILE" help:"What has happened by now (blackstart/plan-events/1), or what would."`
	Schedules  int    `default:"1000" help:"How many schedules to generate."`
	Seed       uint64 `default:"1" help:"Seed of the search: the same seed gives the same plan."`
	Salt       string `default:"dev" help:"For a plan of the weighted objective: salt of the derived services."`
	ProblemOut string `placeholder:"FILE" help:"Write the problem as it is now into a new file, for 'plan check' and the next 'plan replan'."`
	PlanOut    string `placeholder:"FILE" help:"Write the new plan into a new file."`
}

// replanned is the answer of `plan replan --json`.
type replanned struct {
	Schema  string     `json:"schema"` // blackstart/plan-replan/1
	Plan    *plan.Plan `json:"plan"`
	Diff    *plan.Diff `json:"diff"`
	Shifted int64      `json:"shifted"`   // the objective if everybody goes from work to work as the old plan had them go and what no longer fits moves to the right
	Ordered int64      `json:"old_order"` // the objective if the old order is kept, but nobody waits for those who are late
	Moved   float64    `json:"moved"`     // share of the tasks due within the notice that begin at another time, 0 to 1
	Forced  float64    `json:"forced"`    // the same if everything is shifted right: what no longer fits in any case
}

// Run plans anew and prints what is different.
func (c *PlanReplanCmd) Run(io *IO) error {
	if c.Schedules < 1 {
		return Usage("could not plan with %d schedules: want at least 1", c.Schedules)
	}
	if err := c.vacant(); err != nil {
		return err
	}
	p, data, old, err := c.read(io)
	if err != nil {
		return err
	}
	told, err := readFile(io.In, c.Events, maxProblem)
	if err != nil {
		return err
	}
	events, err := plan.ReadEvents(told)
	if err != nil {
		return badProblem(io, c.Events, err)
	}
	now, senseless, err := events.Change(p, old)
	if err != nil {
		return badProblem(io, c.Events, err)
	}
	answer, found, err := again(p, now, old, events.Notice, c.Schedules, c.Seed)
	if err != nil {
		return badProblem(io, c.File, err)
	}
	unwritten := c.write(now, answer.Plan) // before the answer, whose reader may hang up after a line
	if err := answer.print(io, now, events.Notice); err != nil {
		return err
	}
	verdict := planVerdict(io, append(planFindings(c.Events, p, told, senseless), planFindings(c.File, p, data, found)...))
	if unwritten != nil { // only now: that a file cannot be written takes nobody the answer
		return unwritten
	}
	return verdict
}

// read reads problem and plan. Services that were derived for the plan are derived again; from then on they are services like any others, since the rule looks at durations that may change.
func (c *PlanReplanCmd) read(io *IO) (*plan.Problem, []byte, *plan.Plan, error) {
	p, data, err := readPlanProblem(io, c.File)
	if err != nil {
		return nil, nil, nil, err
	}
	made, err := readFile(io.In, c.Plan, maxProblem)
	if err != nil {
		return nil, nil, nil, err
	}
	old, err := plan.ReadPlan(made)
	if err != nil {
		return nil, nil, nil, badProblem(io, c.Plan, err)
	}
	if err := old.Fits(p); err != nil {
		return nil, nil, nil, badProblem(io, c.Plan, err)
	}
	if old.Objective.Kind == plan.KindWeighted {
		if err := p.Weigh(c.Salt); err != nil {
			return nil, nil, nil, badProblem(io, c.File, err)
		}
		old.Objective.Kind = plan.KindCost
	}
	return p, data, old, nil
}

// vacant looks before the work whether both files can be written: a problem without its plan, or with one from before, misleads the next command.
func (c *PlanReplanCmd) vacant() error {
	if c.ProblemOut != "" && c.ProblemOut == c.PlanOut {
		return Usage("could not write problem and plan into one file, %s", c.PlanOut)
	}
	for _, path := range []string{c.ProblemOut, c.PlanOut} {
		if _, err := os.Lstat(path); path != "" && err == nil {
			return occupied(path)
		}
	}
	return nil
}

// write writes the files that were asked for, both or none: what the next command needs.
func (c *PlanReplanCmd) write(now *plan.Problem, made *plan.Plan) error {
	if c.ProblemOut != "" {
		now.Schema = plan.ProblemSchema
		data, err := now.Marshal()
		if err != nil {
			return fault.New(fault.Internal, "plan.print", "could not write the problem as it is now: %w", err)
		}
		if err := writeNew(c.ProblemOut, data, 0o644); err != nil {
			return err
		}
	}
	if c.PlanOut == "" {
		return nil
	}
	data, err := made.Marshal()
	if err != nil {
		return fault.New(fault.Internal, "plan.print", "could not write the plan: %w", err)
	}
	err = writeNew(c.PlanOut, data, 0o644)
	if err != nil && c.ProblemOut != "" {
		_ = os.Remove(c.ProblemOut) // what counts is said: that the plan could not be written
	}
	return err
}

// again plans anew, and shifts to the right for comparison.
func again(was, now *plan.Problem, old *plan.Plan, notice plan.Notice, schedules int, seed uint64) (*replanned, []plan.Finding, error) {
	shifted, _, err := plan.ShiftRight(was, now, old, old.Objective.Kind)
	if err != nil {
		return nil, nil, err
	}
	ordered, _, err := plan.InOldOrder(now, old, old.Objective.Kind)
	if err != nil {
		return nil, nil, err
	}
	made, diff, found, err := plan.Replan(now, old, plan.Options{Kind: old.Objective.Kind, Schedules: schedules, Seed: seed}, notice)
	if err != nil {
		return nil, nil, err
	}
	share := func(d *plan.Diff) float64 { return float64(d.Broken) / float64(max(1, d.Promised)) }
	return &replanned{Schema: "blackstart/plan-replan/1", Plan: made, Diff: diff, Shifted: shifted.Objective.Value, Ordered: ordered.Objective.Value,
		Moved: share(diff), Forced: share(plan.Compare(now, old, shifted, notice))}, found, nil
}

// dearer is by how many percent another plan costs more than the new one: of all, and of what is still to come.
func (r *replanned) dearer(other int64) (of, ahead float64) {
	more := 100 * float64(other-r.Diff.To)
	return more / float64(max(1, r.Diff.To)), more / float64(max(1, r.Diff.To-r.Diff.Sunk))
}

// print says first what it costs, then which services come back at another time, then which tasks begin at another time.
func (r *replanned) print(io *IO, p *plan.Problem, notice plan.Notice) error {
	if io.JSON {
		return printJSON(io, r)
	}
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	d, kind := r.Diff, r.Plan.Objective.Kind
	fmt.Fprintf(w, "%s before\t%d\n%s now\t%d\t%+d\n", kind, d.From, kind, d.To, d.To-d.From)
	r.printRival(w, "shifting everything right", r.Shifted)
	r.printRival(w, "in the old order", r.Ordered)
	if came, went := dates(d.Services); came+went > 0 {
		fmt.Fprintf(w, "these costs are not of the same services: %d have a date now that had none, %d have none now that had one\n", came, went)
	}
	fmt.Fprintf(w, "due within %d min\t%d\t%d move\t%.0f would by shifting\n", notice.Minutes, d.Promised, d.Broken, r.Forced*float64(d.Promised))
	fmt.Fprintf(w, "\nservice back\tbefore\tnow\n")
	names := map[string]string{}
	for _, s := range p.Services {
		names[s.ID] = s.Name
	}
	printMoves(w, d.Services, names)
	for _, t := range p.Tasks {
		names[t.ID] = t.Name
	}
	fmt.Fprintf(w, "\ntask begins\tbefore\tnow\n")
	printMoves(w, d.Tasks, names)
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the plan: %w", err)
	}
	return nil
}

func (r *replanned) printRival(w *tabwriter.Writer, name string, value int64) {
	of, ahead := r.dearer(value)
	fmt.Fprintf(w, "%s\t%d\t%+d\t%.1f %% dearer than this plan, %.1f %% of what is still to come\n", name, value, value-r.Diff.From, of, ahead)
}

// dates counts the services that have come by a date and those that have lost it: a gate that becomes known brings costs with it which were there before, but were not counted.
func dates(services []plan.Move) (came, went int) {
	for _, m := range services {
		switch {
		case m.From == nil:
			came++
		case m.To == nil:
			went++
		}
	}
	return came, went
}

func printMoves(w *tabwriter.Writer, moves []plan.Move, names map[string]string) {
	for _, m := range moves {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", plainText(m.ID), minuteOrNone(m.From), minuteOrNone(m.To), plainText(names[m.ID]))
	}
	if len(moves) == 0 {
		fmt.Fprintln(w, "nothing moves")
	}
}

func minuteOrNone(at *int64) string {
	if at == nil {
		return "no date"
	}
	return fmt.Sprint(*at)
}
