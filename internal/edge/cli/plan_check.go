package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/plan/check"
)

// PlanCheckCmd is `plan check`.
type PlanCheckCmd struct {
	File string `arg:"" help:"Problem: .json, .sm or .rcp."`
	Plan string `arg:"" help:"Plan, as 'plan solve --json' prints it."`
	Salt string `default:"dev" help:"For a plan of the weighted objective: salt of the derived services."`
}

type planChecked struct {
	Schema   string          `json:"schema"`
	Valid    bool            `json:"valid"`
	Findings []fault.Finding `json:"findings"`
}

// Run checks and prints what it finds; a plan that breaks a rule is a negative verdict.
func (c *PlanCheckCmd) Run(io *IO) error {
	problem, err := readFile(io.In, c.File, maxProblem)
	if err != nil {
		return err
	}
	made, err := readFile(io.In, c.Plan, maxProblem)
	if err != nil {
		return err
	}
	extension := filepath.Ext(c.File)
	options := check.Options{Salt: c.Salt}
	if extension == ".sm" || extension == ".rcp" {
		options.Name = strings.TrimSuffix(filepath.Base(c.File), extension)
	}
	found, err := check.Plan(problem, extension, made, options)
	if err != nil {
		return fault.New(fault.Invalid, "plan.check", "could not check %s: %w", c.Plan, err)
	}
	return c.answer(io, check.Valid(found), checkFindings(c.Plan, found))
}

func (c *PlanCheckCmd) answer(io *IO, valid bool, findings []fault.Finding) error {
	if io.JSON {
		if err := printJSON(io, planChecked{Schema: "blackstart/plan-check/1", Valid: valid, Findings: findings}); err != nil {
			return err
		}
	} else if printFindings(io.Out, "", findings); valid {
		fmt.Fprintf(io.Out, "%s is a valid plan for %s\n", plainText(c.Plan), plainText(c.File))
	}
	if !valid || io.Strict && len(findings) > 0 {
		return Exit(fault.ExitNegative)
	}
	return nil
}

func checkFindings(path string, found []check.Finding) []fault.Finding {
	findings := []fault.Finding{}
	for _, f := range found {
		level, message := fault.Error, f.Message
		if f.Warning {
			level = fault.Warning
		}
		if f.Task != "" {
			message = plainText(f.Task) + ": " + message
		}
		findings = append(findings, fault.Finding{Level: level, File: path, Code: f.Code, Message: message})
	}
	return findings
}
