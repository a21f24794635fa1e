package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"blackstart/examples"
	"blackstart/internal/edge/drill"
	"blackstart/internal/fault"
	"blackstart/internal/hub/app"
	"blackstart/internal/hub/scenario"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/catalogue"
)

// DrillCmd plays scenarios. What it calls again by itself stands below it, hidden.
type DrillCmd struct {
	Play  DrillPlayCmd  `cmd:"" default:"withargs" help:"Play a scenario: the whole program, with people, hosts and time of its own."`
	Stage DrillStageCmd `cmd:"" hidden:"" help:"Try whether a stage of namespaces can be built here."`
	Host  DrillHostCmd  `cmd:"" hidden:"" help:"Be a host of the stage."`
	Agent DrillAgentCmd `cmd:"" hidden:"" help:"Be the agent of a host of the stage."`
}

// DrillPlayCmd plays one scenario.
type DrillPlayCmd struct {
	Scenario string   `arg:"" default:"first-light" help:"An embedded scenario by name, or a file."`
	Headless bool     `help:"End when it is played, with a table; otherwise the board stays open until interrupted."`
	Keep     bool     `help:"Keep the data directory where none was named."`
	Data     string   `type:"path" help:"Data directory; a drill for life. A drill that was killed goes on there."`
	Report   string   `type:"path" placeholder:"FILE.md|FILE.json" help:"Write the report."`
	CopyTo   []string `type:"path" placeholder:"DIR" help:"Keep an encrypted copy of the record in this directory, as serve does."`
	Simulate bool     `help:"Simulate the hosts instead of building them in namespaces."`
	Listen   string   `default:"127.0.0.1:8450" help:"Address of the board, on loopback. With --headless there is none."`
	Lang     string   `enum:"de,en" default:"en" help:"Language of the steps: de or en."`
	Check    bool     `help:"Only check the scenario."`
	Schema   bool     `help:"Print the JSON schema of scenarios."`
	Inside   bool     `hidden:"" help:"We are in namespaces of our own; the board's listener was inherited."`
}

// Run plays the scenario.
func (c DrillPlayCmd) Run(io *IO) error {
	if c.Schema {
		_, err := io.Out.Write(scenario.Schema())
		return err
	}
	s, bundle, findings, err := c.load()
	if err != nil {
		return err
	}
	for _, f := range findings {
		fmt.Fprintln(io.Err, f)
	}
	switch {
	case s == nil:
		return Exit(fault.ExitNegative)
	case c.Check:
		_, err := fmt.Fprintf(io.Out, "%s: %d people, %d steps, in order\n", s.Name, len(s.People), len(s.Steps))
		return err
	case c.Report != "" && filepath.Ext(c.Report) != ".md" && filepath.Ext(c.Report) != ".json":
		return fault.New(fault.Invalid, "drill.report", "could not write the report to %s: its name ends neither in .md nor in .json", c.Report)
	}
	c.Keep = c.Keep || c.Data != "" && !c.Inside // who names a directory wants to have it
	if c.Data == "" {
		if c.Data, err = os.MkdirTemp("", "blackstart-drill-"); err != nil {
			return fault.New(fault.Unavailable, "drill.data", "could not make a data directory: %w", err)
		}
		if !c.Keep {
			defer os.RemoveAll(c.Data) // a drill's own; a leftover in the temporary directory harms nobody
		}
	}
	board, err := c.board(io.Ctx)
	if err != nil {
		return err
	}
	if !c.Inside && !c.Simulate {
		err := drill.Stageable(io.Ctx)
		if err == nil {
			return c.inside(io, board)
		}
		fmt.Fprintf(io.Err, "The hosts are only simulated, since no stage can be built here: %v\n", err)
		c.Simulate = true
	}
	return c.play(io, s, bundle, board)
}

// board is the listener for the pages: inherited, or opened here, or none.
func (c DrillPlayCmd) board(ctx context.Context) (net.Listener, error) {
	switch {
	case c.Headless:
		return nil, nil
	case c.Inside:
		return drill.Inherited()
	}
	return app.Listen(ctx, c.Listen, nil)
}

// inside runs the same command again in namespaces of its own, and ends as that one ends.
func (c DrillPlayCmd) inside(io *IO, board net.Listener) error {
	args := []string{"drill", "play", c.Scenario, "--inside", "--data", c.Data, "--listen", c.Listen, "--lang", c.Lang}
	if io.JSON {
		args = append([]string{"--json"}, args...)
	}
	if c.Headless {
		args = append(args, "--headless")
	}
	if c.Keep {
		args = append(args, "--keep")
	}
	if c.Report != "" {
		args = append(args, "--report", c.Report)
	}
	for _, dir := range c.CopyTo {
		args = append(args, "--copy-to", dir)
	}
	code, err := drill.Inside(io.Ctx, args, board, io.Out, io.Err)
	if err == nil && code != 0 {
		return Exit(code)
	}
	return err
}

// load reads and checks the scenario with its catalogue. Without a scenario the findings say why.
func (c DrillPlayCmd) load() (*scenario.Scenario, []byte, []fault.Finding, error) {
	data, err := fs.ReadFile(examples.Files, c.Scenario+"/"+c.Scenario+".yaml")
	name := c.Scenario
	if err != nil {
		if data, err = drill.Read(c.Scenario); err != nil {
			return nil, nil, nil, err
		}
	}
	s, findings := scenario.Parse(name, data)
	if s == nil {
		return nil, nil, findings, nil
	}
	files, err := fs.Sub(examples.Files, s.Catalogue)
	if _, missing := fs.Stat(examples.Files, s.Catalogue); err != nil || missing != nil {
		beside, err := os.OpenRoot(filepath.Dir(c.Scenario)) // a scenario may come from anybody: it reads nothing but what lies beside it
		if err != nil {
			return nil, nil, nil, unreadable(c.Scenario, err)
		}
		defer beside.Close()
		if files, err = fs.Sub(beside.FS(), s.Catalogue); err != nil {
			return nil, nil, nil, unreadable(s.Catalogue, err)
		}
	}
	cat, faults := catalogue.Load(files)
	if cat == nil {
		return nil, nil, append(findings, faults...), nil
	}
	if findings = append(findings, s.Against(cat)...); fault.HasErrors(findings) {
		return nil, nil, findings, nil
	}
	bundle, err := catalogue.Pack(files)
	return s, bundle, findings, err
}

// play plays, reports, and leaves the board open.
func (c DrillPlayCmd) play(io *IO, s *scenario.Scenario, bundle []byte, board net.Listener) error {
	begun := time.Now()
	config := drill.Config{Scenario: s, Bundle: bundle, Data: c.Data, Simulate: c.Simulate, CopyTo: c.CopyTo, Board: board, Tell: c.teller(io)}
	if board != nil {
		config.Pages = handler("", io.logger())
	}
	d, err := drill.Run(io.Ctx, config)
	var failed *scenario.Failed
	if errors.As(err, &failed) {
		fmt.Fprintf(io.Err, "blackstart: %v\n", err)
		return Exit(fault.ExitNegative)
	}
	if err != nil {
		return err
	}
	err = c.finish(io, d, time.Since(begun))
	if err == nil && board != nil {
		if err = c.invite(io, d, s, board); err == nil {
			<-io.Ctx.Done()
		}
	}
	return errors.Join(err, d.Close())
}

// teller prints a line per step.
func (c DrillPlayCmd) teller(io *IO) func(scenario.Progress) {
	if io.JSON {
		return nil
	}
	return func(p scenario.Progress) {
		mark := "✓"
		if p.Skipped {
			mark = "="
		}
		fmt.Fprintf(io.Out, "%s  %-12s %s %s\n", p.At.Format("02.01. 15:04:05Z"), p.Who.ID, mark, p.Step.Title.In(c.Lang))
	}
}

// drillReport is the summary for programs.
type drillReport struct {
	Schema    string          `json:"schema"`
	Scenario  string          `json:"scenario"`
	Simulated bool            `json:"simulated"`
	Steps     int             `json:"steps"`
	Skipped   int             `json:"skipped"` // done before a restart
	Virtual   string          `json:"virtual"` // time that passed in the drill
	RealMS    int64           `json:"real_ms"`
	Entries   uint64          `json:"entries"`
	Head      string          `json:"head"`
	Data      string          `json:"data,omitempty"` // empty when it is removed
	Verdict   journal.Verdict `json:"verdict"`
}

// finish writes the report and prints the table.
func (c DrillPlayCmd) finish(io *IO, d *drill.Drill, took time.Duration) error {
	if err := c.write(d.Report); err != nil {
		return err
	}
	v := d.Summary
	r := drillReport{Schema: "blackstart/drill/1", Scenario: d.Report.Scenario, Simulated: d.Report.Simulated, Steps: v.Steps, Skipped: v.Skipped,
		Virtual: v.To.Sub(v.From).String(), RealMS: took.Milliseconds(), Entries: v.Head.Size, Head: v.Head.Short(), Verdict: v.Verdict}
	if c.Keep {
		r.Data = c.Data
	}
	if io.JSON {
		return printJSON(io, r)
	}
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nsteps\t%d\nvirtual time\t%s\nreal time\t%s\nhosts\t%s\njournal\t%d entries, head %s\nverify\t%s\n", r.Steps, r.Virtual, took.Round(10*time.Millisecond), hostsWord(r.Simulated), r.Entries, r.Head, verdictWord(r.Verdict))
	for _, kept := range [][2]string{{"data", r.Data}, {"report", c.Report}} {
		if kept[1] != "" {
			fmt.Fprintf(w, "%s\t%s\n", kept[0], kept[1])
		}
	}
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "drill.print", "could not print the table: %w", err)
	}
	if !r.Verdict.OK {
		return Exit(fault.ExitNegative)
	}
	return nil
}

func hostsWord(simulated bool) string {
	if simulated {
		return "SIMULATED, nothing was really cut off"
	}
	return "in namespaces, really cut off"
}

func verdictWord(v journal.Verdict) string {
	if v.OK {
		return "ok"
	}
	return "FAILED at " + v.Where + ": " + v.Why
}

// write writes the report by the extension of its name.
func (c DrillPlayCmd) write(r drill.Report) error {
	if c.Report == "" {
		return nil
	}
	data := r.Markdown()
	if strings.HasSuffix(c.Report, ".json") {
		var err error
		if data, err = r.JSON(); err != nil {
			return err
		}
	}
	if err := os.WriteFile(c.Report, data, 0o600); err != nil {
		return fault.New(fault.Unavailable, "drill.report", "could not write the report: %w", err)
	}
	return nil
}

// invite says where the board is and how to get in.
func (c DrillPlayCmd) invite(io *IO, d *drill.Drill, s *scenario.Scenario, board net.Listener) error {
	passwords, err := d.SignIns()
	if err != nil || io.JSON {
		return err
	}
	fmt.Fprintf(io.Out, "\nThe board is open at %s/ until Ctrl-C. It is a drill, so here are the passwords:\n", ServeCmd{}.base(board.Addr()))
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0)
	for _, p := range s.People {
		roles := make([]string, len(p.Roles))
		for n, r := range p.Roles {
			roles[n] = string(r)
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", p.ID, passwords[p.ID], p.Name, strings.Join(roles, ", "))
	}
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "drill.print", "could not print who takes part: %w", err)
	}
	_, err = fmt.Fprintf(io.Out, "The approvers' keys are in %s.\n", filepath.Join(c.Data, "people"))
	return err
}
