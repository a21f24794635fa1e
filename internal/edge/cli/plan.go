package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
	"blackstart/internal/subject/catalogue"
)

// PlanCmd solves problems of restoration: in which order, by whom, when.
type PlanCmd struct {
	Solve     PlanSolveCmd     `cmd:"" help:"Plan a problem: our JSON, PSPLIB's .sm or Patterson's .rcp."`
	Replan    PlanReplanCmd    `cmd:"" help:"Plan the rest anew after what has happened, or ask what if: what begins otherwise, what that costs and saves."`
	Ranges    PlanRangesCmd    `cmd:"" help:"Say how likely a plan keeps its times: when services are back in half, and in nine tenths, of many runs."`
	Show      PlanShowCmd      `cmd:"" help:"Print a plan that is there already, as 'plan solve' prints it."`
	Draw      PlanDrawCmd      `cmd:"" help:"Draw a plan that is there already, for paper or a screen."`
	Problem   PlanProblemCmd   `cmd:"" help:"Print the problem of bringing back what went off, made from a catalogue."`
	Check     PlanCheckCmd     `cmd:"" help:"Say whether a plan keeps what its problem demands: a second opinion that shares no code with the solver."`
	Bench     PlanBenchCmd     `cmd:"" help:"Judge the planner by public instances with known bounds."`
	Reference PlanReferenceCmd `cmd:"" help:"Make the reference table of the weighted objective, from long runs."`
	Generate  PlanGenerateCmd  `cmd:"" help:"Make a problem shaped like a provider."`
}

// unlessStopped ends a command at an interrupt, whatever it is about: planning keeps nothing that could be left half done, and what was searched until then depends on the machine.
func unlessStopped(io IO, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	select {
	case err := <-done:
		return err
	case <-io.Ctx.Done():
		return fault.New(fault.Unavailable, "plan.stopped", "could not finish: stopped").Hinted("fewer --schedules, or --runs, take less time")
	}
}

// maxProblem is more than a million tasks need, in bytes.
const maxProblem = 1 << 30

// readPlanProblem reads a problem by the extension of its file. The data is kept for the places of findings; it is nil where the format has none.
func readPlanProblem(io *IO, path string) (*plan.Problem, []byte, error) {
	data, err := readFile(io.In, path, maxProblem)
	if err != nil {
		return nil, nil, err
	}
	return readProblemData(io, path, data)
}

func readProblemData(io *IO, path string, data []byte) (p *plan.Problem, source []byte, err error) {
	name, extension := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), strings.ToLower(filepath.Ext(path))
	switch extension {
	case ".sm":
		p, err = plan.ReadPSPLIB(name, data)
	case ".rcp":
		p, err = plan.ReadPatterson(name, data)
	default:
		p, err = plan.ReadProblem(data)
	}
	if err != nil {
		return nil, nil, badProblem(io, path, err)
	}
	if extension == ".sm" || extension == ".rcp" {
		data = nil
	}
	return p, data, nil
}

// vacant looks before the work whether the files that are wanted can be written: a problem without its plan, or with one from before, misleads the next command.
func vacant(paths ...string) error {
	named, taken := map[string]bool{}, []string(nil)
	for _, path := range paths {
		if path == "" {
			continue
		}
		if named[path] {
			return Usage("could not write problem, plan or picture into one file, %s", path)
		}
		named[path] = true
		if _, err := os.Lstat(path); err == nil {
			taken = append(taken, path)
		}
	}
	if len(taken) > 0 {
		return occupied(taken...)
	}
	return nil
}

// writePlan writes a plan if a file for it is named.
func writePlan(path string, made *plan.Plan) error {
	if path == "" {
		return nil
	}
	data, err := made.Marshal()
	if err != nil {
		return fault.New(fault.Internal, "plan.print", "could not write the plan: %w", err)
	}
	return writeNew(path, data, 0o644)
}

// badProblem prints the place of what makes a file useless, as every command reports on files.
func badProblem(io *IO, path string, err error) error {
	var e *plan.Error
	if !errors.As(err, &e) {
		return err
	}
	return cannotUse(io, fault.Finding{File: path, Line: e.Line, Col: e.Col, Code: e.Code, Message: e.Error()})
}

// badEvents is badProblem for what is wrong with events as such, whose place is found by what it is about; minutes are dates too, where the problem knows.
func badEvents(io *IO, path string, told []byte, p *plan.Problem, err error) error {
	var e *plan.Error
	if !errors.As(err, &e) {
		return err
	}
	f := planFindings(path, p, told, []plan.Finding{{Code: e.Code, Path: e.Path, Message: e.Error()}})
	return cannotUse(io, f[0])
}

// cannotUse says what is wrong with a file that cannot be used at all, and ends the command. Without a place it is the whole file.
func cannotUse(io *IO, f fault.Finding) error {
	f.Level, f.Line, f.Col = fault.Error, max(1, f.Line), max(1, f.Col)
	fmt.Fprintln(io.Err, oneLine(f.String()))
	fmt.Fprintf(io.Err, "blackstart: could not use %s: nothing was done\n", plainText(f.File))
	return Exit(fault.ExitNegative)
}

// planFindings turns what the solver found into findings with line and column. The data is nil for a problem of the old formats, which knows its lines itself.
func planFindings(path string, p *plan.Problem, data []byte, found []plan.Finding) []fault.Finding {
	if len(found) == 0 {
		return nil
	}
	pointers := map[string]bool{}
	for _, f := range found {
		for at := f.Path; at != ""; at = parent(at) { // what is missing is missed in what should hold it
			pointers[at] = true
		}
	}
	places := map[string][2]int{}
	if data != nil {
		places = plan.Places(data, pointers)
	}
	var findings []fault.Finding
	tips := mostTips
	for _, f := range found {
		level := fault.Error
		if f.Warning {
			level = fault.Warning
		}
		at := [2]int{p.Line(f.Path), 1}
		for pointer := f.Path; pointer != "" && data != nil; pointer = parent(pointer) {
			if found, there := places[pointer]; there {
				at = found
				break
			}
		}
		if f.Unknown != "" && tips > 0 {
			tips--
			f.Hint = mistyped(p, f)
		}
		findings = append(findings, fault.Finding{Level: level, File: path, Line: at[0], Col: at[1], Code: f.Code, Message: withDates(p.Begin, f.Message), Hint: f.Hint})
	}
	return findings
}

// mostTips is for how many ids a nearest one is looked for: with a million tasks each takes a second.
const mostTips = 5

// mistyped adds to a hint which id was meant, if one is near.
func mistyped(p *plan.Problem, f plan.Finding) string {
	var known []string
	if f.Code == "plan.unknown_team" {
		for i := range p.Teams {
			known = append(known, p.Teams[i].ID)
		}
	} else {
		for i := range p.Tasks {
			known = append(known, p.Tasks[i].ID)
		}
	}
	near, found := catalogue.Nearest(f.Unknown, known)
	switch {
	case !found:
		return f.Hint
	case f.Hint == "":
		return "did you mean " + inCell(near) + "?"
	}
	return "did you mean " + inCell(near) + "? " + f.Hint
}

// parent is the pointer of what holds the thing.
func parent(pointer string) string { return pointer[:max(0, strings.LastIndexByte(pointer, '/'))] }

// planVerdict prints findings and says how the command ends because of them: what was left out makes the answer incomplete.
func planVerdict(io *IO, findings []fault.Finding) error {
	printFindings(io.Err, "", findings)
	if fault.HasErrors(findings) || io.Strict && len(findings) > 0 {
		return Exit(fault.ExitNegative)
	}
	return nil
}
