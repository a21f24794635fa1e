package cli

import (
	"fmt"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
	"blackstart/internal/plan/picture"
)

// PlanDrawn is how the commands that make plans are told to draw them.
type PlanDrawn struct {
	SVG  string `name:"svg" placeholder:"FILE" help:"Draw the plan into a new file: waves, weight that is back, teams; after a re-plan also what is over and what is not."`
	Lang string `enum:"de,en" default:"en" help:"Language of the picture (${enum})."`
}

// draw draws a plan if a picture is wanted.
func (d PlanDrawn) draw(p *plan.Problem, made *plan.Plan) error {
	if d.SVG == "" {
		return nil
	}
	return writeNew(d.SVG, picture.SVG(p, made, picture.Options{German: d.Lang == "de"}), 0o644)
}

// usage refuses a language for a picture that nobody wants: who gives it may take the text for German.
func (d PlanDrawn) usage() error {
	if d.SVG == "" && d.Lang != "en" {
		return Usage("could not use --lang %s: it is of the picture, say --svg FILE too", d.Lang)
	}
	return nil
}

// PlanStored is how the commands that only read a plan are told which.
type PlanStored struct {
	File string `arg:"" help:"Problem: .json, .sm or .rcp."`
	Plan string `arg:"" help:"Plan, as 'plan solve --plan-out' or 'plan replan --plan-out' writes it."`
	Salt string `default:"dev" help:"For a plan of the weighted objective: salt of the derived services."`

	PlanDates `embed:""`
}

// PlanDrawCmd is `plan draw`.
type PlanDrawCmd struct {
	PlanStored `embed:""`

	SVG  string `name:"svg" required:"" placeholder:"FILE" help:"Draw into this new file."`
	Lang string `enum:"de,en" default:"en" help:"Language of the picture (${enum})."`
}

type planDrawn struct {
	Schema string `json:"schema"` // blackstart/plan-draw/1
	SVG    string `json:"svg"`
}

// Run draws a plan.
func (c *PlanDrawCmd) Run(io *IO) error {
	drawn := PlanDrawn{SVG: c.SVG, Lang: c.Lang}
	if err := vacant(c.SVG); err != nil {
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

// PlanShowCmd is `plan show`.
type PlanShowCmd struct {
	PlanStored `embed:""`
	PlanRows   `embed:""`
}

// Run prints a plan.
func (c *PlanShowCmd) Run(io *IO) error {
	p, made, err := c.read(io)
	if err != nil {
		return err
	}
	return printPlan(io, p, made, c.PlanRows)
}

// read reads problem and plan, and asks the second opinion whether they belong together: a plan that does not keep what its problem demands would be read as what cannot happen.
func (c *PlanStored) read(io *IO) (*plan.Problem, *plan.Plan, error) {
	problem, err := readFile(io.In, c.File, maxProblem)
	if err != nil {
		return nil, nil, err
	}
	p, _, err := readProblemData(io, c.File, problem)
	if err != nil {
		return nil, nil, err
	}
	if err := c.date(c.File, p); err != nil {
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
	second := PlanCheckCmd{File: c.File, Plan: c.Plan, Salt: c.Salt}
	valid, findings, err := second.judge(io, problem, data, p.Begin)
	if err != nil {
		return nil, nil, err
	}
	if !valid {
		printFindings(io.Err, "", findings)
		fmt.Fprintf(io.Err, "blackstart: could not use %s: it is no valid plan for %s\n", plainText(c.Plan), plainText(c.File))
		return nil, nil, Exit(fault.ExitNegative)
	}
	if made.Objective.Kind == plan.KindWeighted {
		err = p.Weigh(c.Salt)
	}
	return p, made, err
}
