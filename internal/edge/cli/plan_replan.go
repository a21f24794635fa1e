package cli

import (
	"os"

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

	PlanDates `embed:""`
	PlanRows  `embed:""`
	PlanDrawn `embed:""`
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

	shifted, ordered *plan.Plan // what is compared with
}

// Help shows what an events file looks like, for those who have to write one at night.
func (c *PlanReplanCmd) Help() string {
	return "Events, for example (every list may be left out; moments want a problem with \"begin\", else say minutes):\n\n" + someEvents
}

const someEvents = ` {"schema": "blackstart/plan-events/1",
  "now": "2026-11-25T09:10:00+01:00", "as_planned": true,
  "done": [{"task": "dns", "at": "2026-11-25T02:00:00+01:00", "over": "2026-11-25T03:30:00+01:00"}],
  "running": [{"task": "directory", "left": 240}],
  "paused": [{"task": "copy", "left": 60}],
  "slipped": [{"task": "start-mail", "minutes": 600}],
  "opens": [{"task": "forensics", "opens": "2026-11-26T12:00:00+01:00"}],
  "teams": [{"id": "storage", "heads": 2}],
  "heads": [{"team": "network", "by": -1, "until": "2026-11-26T06:00:00+01:00"}],
  "notice": {"minutes": 60, "price": 1000}}`

// Run plans anew and prints what is different.
func (c *PlanReplanCmd) Run(io *IO) error {
	if c.Schedules < 1 {
		return Usage("could not plan with %d schedules: want at least 1", c.Schedules)
	}
	if err := c.usage(); err != nil {
		return err
	}
	if err := vacant(c.ProblemOut, c.PlanOut, c.SVG); err != nil {
		return err
	}
	p, data, old, err := c.read(io)
	if err != nil {
		return err
	}
	fresh, err := old.Meet(p)
	if err != nil {
		return badProblem(io, c.Plan, err)
	}
	told, err := readFile(io.In, c.Events, maxProblem)
	if err != nil {
		return err
	}
	events, err := plan.ReadEvents(told, p.Begin)
	if err != nil {
		return badProblem(io, c.Events, err)
	}
	now, senseless, err := events.Change(p, old)
	if err != nil {
		return badEvents(io, c.Events, told, p, err)
	}
	answer, found, err := again(p, now, old, events.Notice, c.Schedules, c.Seed)
	if err != nil {
		return badProblem(io, c.File, err)
	}
	unwritten := c.write(now, answer.Plan) // before the answer, whose reader may hang up after a line
	if err := answer.print(io, p, now, old, events.Notice, c.PlanRows); err != nil {
		return err
	}
	caused, own := events.Caused(p, now, found)
	verdict := planVerdict(io, append(planFindings(c.Events, p, told, append(senseless, caused...)), planFindings(c.File, p, data, append(fresh, own...))...))
	if unwritten != nil { // only now: that a file cannot be written takes nobody the answer
		return unwritten
	}
	if err := c.draw(now, answer.Plan); err != nil {
		return err
	}
	return verdict
}

// read reads problem and plan. Services that were derived for the plan are derived again; from then on they are services like any others, since the rule looks at durations that may change.
func (c *PlanReplanCmd) read(io *IO) (*plan.Problem, []byte, *plan.Plan, error) {
	p, data, err := readPlanProblem(io, c.File)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := c.date(c.File, p); err != nil {
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
	if old.Objective.Kind == plan.KindWeighted {
		if err := p.Weigh(c.Salt); err != nil {
			return nil, nil, nil, badProblem(io, c.File, err)
		}
		old.Objective.Kind = plan.KindCost
	}
	return p, data, old, nil
}

// write writes the files that were asked for, both or none: what the next command needs.
func (c *PlanReplanCmd) write(now *plan.Problem, made *plan.Plan) error {
	if c.ProblemOut != "" {
		ours := *now
		ours.Schema = plan.ProblemSchema
		data, err := ours.Marshal()
		if err != nil {
			return fault.New(fault.Internal, "plan.print", "could not write the problem as it is now: %w", err)
		}
		if err := writeNew(c.ProblemOut, data, 0o644); err != nil {
			return err
		}
	}
	err := writePlan(c.PlanOut, made)
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
	return &replanned{shifted: shifted, ordered: ordered, Schema: "blackstart/plan-replan/1", Plan: made, Diff: diff, Shifted: shifted.Objective.Value, Ordered: ordered.Objective.Value,
		Moved: share(diff), Forced: share(plan.Compare(now, old, shifted, notice))}, found, nil
}

// dearer is by how many percent another plan costs more than the new one: of all, and of what is still to come.
func (r *replanned) dearer(other int64) (of, ahead float64) {
	more := 100 * float64(other-r.Diff.To)
	return more / float64(max(1, r.Diff.To)), more / float64(max(1, r.Diff.To-r.Diff.Sunk))
}
