package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

// PlanCheckCmd is `plan check`.
type PlanCheckCmd struct {
	File string `arg:"" help:"Problem: .json, .sm or .rcp."`
	Plan string `arg:"" help:"Plan, as 'plan solve --json' prints it."`
	Salt string `default:"dev" help:"For a plan of the weighted objective: salt of the derived services."`

	PlanDates `embed:""`
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
	p := plan.Problem{Begin: plan.BeginOf(problem)} // whatever else it says, and whatever is wrong with it, is for the second opinion alone
	if err := c.date(c.File, &p); err != nil {
		return err
	}
	valid, findings, err := c.judge(io, problem, made, p.Begin)
	if err == Exit(fault.ExitNegative) {
		return Exit(fault.ExitFailed) // 1 is the verdict on a plan that was read
	}
	if err != nil {
		return err
	}
	return c.answer(io, valid, findings)
}

// judge asks for the second opinion; begin is the moment of minute 0, if there is one. A file that it cannot read is told of.
func (c *PlanCheckCmd) judge(io *IO, problem, made []byte, begin time.Time) (bool, []fault.Finding, error) {
	extension := strings.ToLower(filepath.Ext(c.File))
	options := check.Options{Salt: c.Salt}
	if extension == ".sm" || extension == ".rcp" {
		options.Name = strings.TrimSuffix(filepath.Base(c.File), filepath.Ext(c.File))
	}
	found, err := check.Plan(problem, extension, made, options)
	var bad *check.Unreadable
	switch {
	case errors.As(err, &bad):
		f := fault.Finding{File: c.Plan, Line: bad.Line, Col: bad.Col, Message: bad.Error()}
		if bad.Problem {
			f.File = c.File
		}
		return false, nil, cannotUse(io, f)
	case err != nil:
		return false, nil, fault.New(fault.Internal, "plan.check", "could not check %s: %w", c.Plan, err)
	}
	return check.Valid(found), checkFindings(c.Plan, made, found, begin), nil
}

func (c *PlanCheckCmd) answer(io *IO, valid bool, findings []fault.Finding) error {
	if io.JSON {
		if err := printJSON(io, planChecked{Schema: "blackstart/plan-check/1", Valid: valid, Findings: findings}); err != nil {
			return err
		}
	} else if printFindings(io.Out, "", summed(findings)); valid {
		fmt.Fprintf(io.Out, "%s is a valid plan for %s%s\n", plainText(c.Plan), plainText(c.File), but(findings))
	}
	if !valid || io.Strict && len(findings) > 0 {
		return Exit(fault.ExitNegative)
	}
	return nil
}

// summed says in one line why tasks are left out, where they are more than anybody reads: for want of one person it may be hundreds. JSON has each.
func summed(findings []fault.Finding) []fault.Finding {
	reason := func(f fault.Finding) string { return f.Message[strings.LastIndex(f.Message, ": ")+1:] }
	many, told := map[string]int{}, map[string]int{}
	for _, f := range findings {
		if f.Code == leftOut {
			many[reason(f)]++
		}
	}
	var few []fault.Finding
	for _, f := range findings {
		more := many[reason(f)] - mostNamed
		if told[reason(f)]++; f.Code != leftOut || more <= 0 || told[reason(f)] < mostNamed {
			few = append(few, f)
		} else if told[reason(f)] == mostNamed {
			f.Message += fmt.Sprintf("; and so with %d more: --json has them", more)
			few = append(few, f)
		}
	}
	return few
}

// leftOut is the code of what a plan leaves out though the problem has it.
const leftOut = "check.left_out"

// but says what a valid plan does not do.
func but(findings []fault.Finding) string {
	many := 0
	for _, f := range findings {
		if f.Code == leftOut {
			many++
		}
	}
	if many == 0 {
		return ""
	}
	return fmt.Sprintf(", but it leaves out %s", plural(many, "task"))
}

// checkFindings gives each finding its place: where the plan says when the task begins, or when the service is back.
func checkFindings(path string, made []byte, found []check.Finding, begin time.Time) []fault.Finding {
	findings := []fault.Finding{}
	pointers := map[string]bool{}
	for _, f := range found {
		for _, p := range saidOf(f.Task) {
			pointers[p] = true
		}
	}
	places := plan.Places(made, pointers)
	for _, f := range found {
		level, message := fault.Error, withDates(begin, f.Message)
		if f.Warning {
			level = fault.Warning
		}
		if f.Task != "" {
			message = inCell(f.Task) + ": " + message
		}
		at := [2]int{1, 1}
		for _, p := range saidOf(f.Task) {
			if found, there := places[p]; there {
				at = found
			}
		}
		findings = append(findings, fault.Finding{Level: level, File: path, Line: at[0], Col: at[1], Code: f.Code, Message: message})
	}
	return findings
}

// saidOf are the pointers at which a plan may say something of a task or a service; where there is more than one, the last counts.
func saidOf(id string) []string {
	if id == "" {
		return nil
	}
	word := strings.NewReplacer("~", "~0", "/", "~1").Replace(id) // RFC 6901, section 3
	return []string{"/services_behind/" + word, "/back/" + word, "/behind/" + word, "/pieces/" + word, "/start/" + word}
}
