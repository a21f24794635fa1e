package cli

import (
	"fmt"
	"os"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
	"blackstart/internal/plan/picture"
)

// PlanDrawn is how the commands that make plans are told to draw them.
type PlanDrawn struct {
	SVG  string `name:"svg" placeholder:"FILE" help:"Draw the plan into a new file: waves, weight that is back, teams; after a re-plan also what is over and what is not."`
	Lang string `enum:"de,en" default:"en" help:"Language of the picture (${enum})."`
}

// vacant looks before the work whether the picture can be written.
func (d PlanDrawn) vacant() error { return vacant(d.SVG) }

func vacant(paths ...string) error {
	for _, path := range paths {
		if _, err := os.Lstat(path); path != "" && err == nil {
			return occupied(path)
		}
	}
	return nil
}

// draw draws a plan if a picture is wanted.
func (d PlanDrawn) draw(p *plan.Problem, made *plan.Plan) error {
	if d.SVG == "" {
		return nil
	}
	return writeNew(d.SVG, picture.SVG(p, made, picture.Options{German: d.Lang == "de"}), 0o644)
}

// PlanDrawCmd is `plan draw`.
type PlanDrawCmd struct {
	File string `arg:"" help:"Problem: .json, .sm or .rcp."`
	Plan string `arg:"" help:"Plan, as 'plan solve --json' prints it, or 'plan replan --plan-out' writes it."`
	SVG  string `name:"svg" required:"" placeholder:"FILE" help:"Draw into this new file."`
	Lang string `enum:"de,en" default:"en" help:"Language of the picture (${enum})."`
	Salt string `default:"dev" help:"For a plan of the weighted objective: salt of the derived services."`

	PlanDates `embed:""`
}

type planDrawn struct {
	Schema string `json:"schema"`
	SVG    string `json:"svg"`
}

// Run draws a plan that keeps what its problem demands. One that does not would be a picture of what cannot happen: what is wrong is printed instead.
func (c *PlanDrawCmd) Run(io *IO) error {
	drawn := PlanDrawn{SVG: c.SVG, Lang: c.Lang}
	if err := drawn.vacant(); err != nil {
		return err
	}
	p, made, err := c.read(io)
	if err != nil {
		return err
	}
	if err := drawn.draw(p, made); err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, planDrawn{Schema: "blackstart/plan-draw/1", SVG: c.SVG})
	}
	fmt.Fprintf(io.Out, "drew %s into %s\n", plainText(c.Plan), plainText(c.SVG))
	return nil
}

// read reads problem and plan, and asks the second opinion whether they belong together.
func (c *PlanDrawCmd) read(io *IO) (*plan.Problem, *plan.Plan, error) {
	problem, err := readFile(io.In, c.File, maxProblem)
	if err != nil {
		return nil, nil, err
	}
	p, _, err := readProblemData(io, c.File, problem)
	if err != nil {
		return nil, nil, err
	}
	data, err := readFile(io.In, c.Plan, maxProblem)
	if err != nil {
		return nil, nil, err
	}
	made, err := plan.ReadPlan(data)
	if err != nil {
		return nil, nil, badProblem(io, c.Plan, err)
	}
	second := PlanCheckCmd{File: c.File, Plan: c.Plan, Salt: c.Salt, PlanDates: c.PlanDates}
	valid, findings, err := second.judge(io, problem, data)
	if err != nil {
		return nil, nil, err
	}
	if !valid {
		printFindings(io.Err, "", findings)
		fmt.Fprintf(io.Err, "blackstart: could not draw %s: it is no valid plan for %s\n", plainText(c.Plan), plainText(c.File))
		return nil, nil, Exit(fault.ExitNegative)
	}
	if made.Objective.Kind == plan.KindWeighted {
		err = p.Weigh(c.Salt)
	}
	c.date(p)
	return p, made, err
}
