package cli

import (
	"blackstart/internal/plan"
)

// PlanSolveCmd is `plan solve`.
type PlanSolveCmd struct {
	File      string `arg:"" help:"Problem: .json, .sm or .rcp."`
	Schedules int    `default:"5000" help:"How many schedules to generate; more is better and takes longer."`
	Seed      uint64 `default:"1" help:"Seed of the search: the same seed gives the same plan."`
	Objective string `enum:"makespan,weighted,cost," default:"" help:"What to keep small: makespan, weighted (derived services), cost. Default: makespan for .sm and .rcp, cost for .json."`
	Salt      string `default:"dev" help:"For the weighted objective: salt of the derived services."`
	Bound     string `enum:"weak,strong" default:"weak" help:"Lower bound of costs (${enum}). The strong one takes seconds to minutes, and is there for up to 2,000 tasks."`

	PlanOut string `placeholder:"FILE" help:"Write the plan into a new file, for 'plan check', 'show', 'draw', 'ranges' and 'replan'."`

	PlanDates `embed:""`
	PlanRows  `embed:""`
	PlanDrawn `embed:""`
}

// Run plans and prints the plan.
func (c *PlanSolveCmd) Run(io *IO) error {
	if c.Schedules < 1 {
		return Usage("could not plan with %d schedules: want at least 1", c.Schedules)
	}
	if err := c.usage(); err != nil {
		return err
	}
	if err := vacant(c.PlanOut, c.SVG); err != nil {
		return err
	}
	p, data, err := readPlanProblem(io, c.File)
	if err != nil {
		return err
	}
	if err := c.date(c.File, p); err != nil {
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
	unwritten := writePlan(c.PlanOut, made) // before the text, whose reader may hang up after a line
	if err := printPlan(io, p, made, c.PlanRows); err != nil {
		return err
	}
	verdict := planVerdict(io, planFindings(c.File, p, data, found))
	if unwritten != nil {
		return unwritten
	}
	if err := c.draw(p, made); err != nil { // only now: that a picture cannot be written takes nobody the plan
		return err
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
