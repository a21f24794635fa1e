// Package drill knows how a scenario gets a stage: a hub over a data directory that is a drill for life, hosts with a service and a real agent in
// network namespaces of their own, or hosts that are only simulated where namespaces are not allowed. Everything a drill can do outside the hub ends
// on that stage: its one effect, the look from outside, reaches the stage's own addresses and nothing else.
//
// Start at [Run]. The stage proper is stage.go; namespaces.go and simulated.go are the two kinds of it.
package drill

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/hub/app"
	"blackstart/internal/hub/scenario"
	"blackstart/internal/subject/catalogue"
)

// Config is what a drill is run with.
type Config struct {
	Scenario *scenario.Scenario
	Bundle   []byte   // of its catalogue
	Data     string   // data directory; a drill for life
	Simulate bool     // the hosts are only simulated
	CopyTo   []string // directories that are kept as copies of the record
	Board    net.Listener
	Pages    func(*app.App) http.Handler // needed only with a board
	Tell     func(scenario.Progress)
}

// Drill is a drill that was played, whose board is still open.
type Drill struct {
	Summary  scenario.Summary
	Report   Report
	app      *app.App
	stage    *stage
	clock    *scenario.Clock
	scenario *scenario.Scenario
	papers   papers
}

// Run plays the scenario to its end and leaves the board open. Whoever runs a drill must call [Drill.Close], unless there is an error, which may be a
// *[scenario.Failed].
func Run(ctx context.Context, c Config) (_ *Drill, err error) {
	cat, findings := catalogue.Open(c.Bundle)
	if cat == nil {
		return nil, fault.New(fault.Invalid, "drill.catalogue", "could not use the catalogue: %s", findings[0])
	}
	d := &Drill{clock: scenario.NewClock(c.Scenario.Start), scenario: c.Scenario, papers: papers{c.Data}}
	d.stage = newStage(c, cat)
	if c.Pages == nil {
		c.Pages = func(*app.App) http.Handler { return http.NotFoundHandler() }
	}
	d.app, err = app.Start(ctx, app.Config{Data: c.Data, Drill: true, CopyTo: c.CopyTo, Clock: d.clock, Effects: hub.Effects{Probe: d.stage.probe}, Handler: c.Pages})
	if err != nil {
		return nil, err
	}
	if err := d.play(ctx, c); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

func (d *Drill) play(ctx context.Context, c Config) (err error) {
	d.stage.hub = d.app.Hub
	if err := d.papers.belongTo(c.Scenario.Name); err != nil {
		return err
	}
	if c.Board != nil {
		d.app.Serve(c.Board)
	}
	d.Summary, err = scenario.Run(ctx, scenario.Config{
		Scenario: c.Scenario, Bundle: c.Bundle, Clock: d.clock, House: d.app.Hub, Stage: d.stage,
		Key: d.papers.key, Password: d.papers.password, Tell: c.Tell,
	})
	if err != nil {
		return err
	}
	d.Report, err = d.report(ctx, c.Simulate)
	d.clock.Flow() // from here on people look around, at their own pace
	return err
}

// SignIns gives the passwords of the people who took part. They open nothing but this drill.
func (d *Drill) SignIns() (map[string]string, error) {
	all := map[string]string{}
	for _, p := range d.scenario.People {
		password, err := d.papers.password(p.ID)
		if err != nil {
			return nil, err
		}
		all[p.ID] = password
	}
	return all, nil
}

// Close ends the hosts, then the hub.
func (d *Drill) Close() error {
	err := d.stage.close()
	d.app.Stop()
	return errors.Join(err, d.app.Wait())
}

// Read reads a scenario file within its bound.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxScenario {
		return nil, fault.New(fault.Invalid, "drill.size", "could not read %s: it has more than %d bytes", path, maxScenario)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "drill.file", "could not read the scenario: %w", err).Hinted("name an embedded one, such as first-light, or a file")
	}
	return data, nil
}

// agentDir is where the agent of a host keeps its key and memory.
func agentDir(data, host string) string { return filepath.Join(data, "stage", host) }
