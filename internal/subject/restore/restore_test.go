package restore

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

var (
	ten   = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	anna  = access.Stamp{By: "user:anna", At: ten.Add(time.Minute), HappenedAt: ten}
	ben   = access.Stamp{By: "user:ben", At: ten.Add(time.Minute), HappenedAt: ten}
	cells = []catalogue.CellID{"S1@bkk-ahornwerk", "S2@bkk-ahornwerk"}

	reinstall = Planned{ID: "reinstall", Title: catalogue.Text{De: "Neu aufsetzen", En: "Reinstall"}, Team: "server", Kind: Work, Minutes: 60}
	clearance = Planned{ID: "clearance", Title: catalogue.Text{De: "Forensische Freigabe", En: "Forensic clearance"}, Kind: Gate}
	connect   = Planned{ID: "connect", Title: catalogue.Text{De: "Verbinden", En: "Connect"}, Team: "net", Kind: Connect, Minutes: 15}
	steps     = []Planned{reinstall, clearance, connect}

	adopt    = Adopt{Incident: "inc-1", Cells: []catalogue.CellID{cells[1], cells[0], cells[1]}, Steps: steps, Basis: 7, Known: true, Current: 7}
	adopted  = Adopted{ID: "p-1", Incident: "inc-1", Cells: cells, Steps: steps, Basis: 7}
	started  = StepStarted{"p-1", "reinstall"}
	finished = StepFinished{"p-1", "reinstall"}
	first    = Granted{"p-1", "clearance", "user:ben"}
	second   = Granted{"p-1", "clearance", "user:anna"}
	passed   = GatePassed{"p-1", "clearance", []access.Actor{"user:ben", "user:anna"}}
	denied   = Denied{"p-1", "clearance", "user:cleo", DeniedPrivate{"beacons again"}}
	linking  = StepStarted{"p-1", "connect"}
	linked   = StepFinished{"p-1", "connect"}
	over     = Completed{"p-1"}

	whole  = []Event{adopted, started, finished, first, second, passed, linking, linked, over}
	atGate = whole[:3]
)

func after(events []Event, more ...Event) []Event { return slices.Concat(events, more) }

func with(change func(*Adopt)) Adopt {
	c := adopt
	c.Steps = slices.Clone(steps)
	change(&c)
	return c
}

// fold is the state after the events, numbered from 1 as the record would.
func fold(events ...Event) State {
	var s State
	for n, e := range events {
		at := anna
		at.Seq = uint64(n + 1)
		s = Apply(s, e, at)
	}
	return s
}

// Every row is a decision: what was, what is asked, by whom, and the facts or the code of the fault that answer.
func TestDecide(t *testing.T) {
	by := func(a access.Actor) access.Stamp { return access.Stamp{By: a, At: anna.At, HappenedAt: ten} }
	timedSteps := slices.Clone(steps)
	for n, hour := range []int{0, 1, 1} {
		timedSteps[n].PlannedStart = ten.Add(time.Duration(hour) * time.Hour)
		timedSteps[n].PlannedEnd = timedSteps[n].PlannedStart.Add(time.Duration(steps[n].Minutes) * time.Minute)
	}
	again := adopted
	again.ID, again.Supersedes = "p-2", []ID{"p-1"}
	fresh := adopted
	fresh.ID = "p-2"
	alone := adopted
	alone.Steps = steps[:2]
	for name, row := range map[string]struct {
		given []Event
		when  Command
		by    access.Stamp
		then  []Event
		fault string
	}{
		"adopt":                      {nil, adopt, anna, []Event{adopted}, ""},
		"adopt with times":           {nil, with(func(c *Adopt) { c.Starts = []time.Time{ten, ten.Add(time.Hour), ten.Add(time.Hour)} }), anna, []Event{Adopted{ID: "p-1", Incident: "inc-1", Cells: cells, Steps: timedSteps, Basis: 7}}, ""},
		"times of a client are lost": {nil, with(func(c *Adopt) { c.Steps = timedSteps }), anna, []Event{adopted}, ""},
		"adopt a newer plan":         {whole[:2], adopt, anna, []Event{again}, ""},
		"adopt after the last":       {whole, adopt, anna, []Event{fresh}, ""},
		"adopt half of another":      {whole[:1], with(func(c *Adopt) { c.Cells = cells[:1] }), anna, nil, "restore.overlap"},
		"adopt for other cells":      {whole[:1], with(func(c *Adopt) { c.Cells = []catalogue.CellID{"S3@x"} }), anna, []Event{Adopted{ID: "p-2", Incident: "inc-1", Cells: []catalogue.CellID{"S3@x"}, Steps: steps, Basis: 7}}, ""},
		"adopt on an old basis":      {nil, with(func(c *Adopt) { c.Current = 8 }), anna, nil, "restore.stale"},
		"adopt under a used id":      {whole, with(func(c *Adopt) { c.ID = "P-1" }), anna, nil, "restore.exists"},
		"adopt under a bad id":       {nil, with(func(c *Adopt) { c.ID = "a b" }), anna, nil, "id.form"},
		"adopt for no incident":      {nil, with(func(c *Adopt) { c.Incident = "" }), anna, nil, "id.form"},
		"adopt for an unknown one":   {nil, with(func(c *Adopt) { c.Known = false }), anna, nil, "incident.unknown"},
		"adopt for no cells":         {nil, with(func(c *Adopt) { c.Cells = nil }), anna, nil, "restore.cells"},
		"adopt for too many cells":   {nil, with(func(c *Adopt) { c.Cells = make([]catalogue.CellID, MaxCells+1) }), anna, nil, "restore.cells"},
		"adopt nothing to do":        {nil, with(func(c *Adopt) { c.Steps = nil }), anna, nil, "restore.steps"},
		"adopt too much to do":       {nil, with(func(c *Adopt) { c.Steps = make([]Planned, MaxSteps+1) }), anna, nil, "restore.steps"},
		"adopt with a time too few":  {nil, with(func(c *Adopt) { c.Starts = []time.Time{ten} }), anna, nil, "restore.starts"},
		"adopt a step twice":         {nil, with(func(c *Adopt) { c.Steps[2].ID = "REINSTALL" }), anna, nil, "restore.step_exists"},
		"adopt a step without an id": {nil, with(func(c *Adopt) { c.Steps[0].ID = "" }), anna, nil, "id.form"},
		"adopt an unknown kind":      {nil, with(func(c *Adopt) { c.Steps[0].Kind = "wait" }), anna, nil, "restore.no_such_kind"},
		"adopt work of nobody":       {nil, with(func(c *Adopt) { c.Steps[0].Team = "" }), anna, nil, "id.form"},
		"adopt time backwards":       {nil, with(func(c *Adopt) { c.Steps[0].Minutes = -1 }), anna, nil, "restore.minutes"},
		"adopt a step of two years":  {nil, with(func(c *Adopt) { c.Steps[0].Minutes = 2 * MaxMinutes }), anna, nil, "restore.minutes"},
		"adopt without German":       {nil, with(func(c *Adopt) { c.Steps[0].Title.De = "" }), anna, nil, "text.empty"},
		"adopt without English":      {nil, with(func(c *Adopt) { c.Steps[0].Title.En = "" }), anna, nil, "text.empty"},
		"adopt with a novel":         {nil, with(func(c *Adopt) { c.Steps[0].Title.En = strings.Repeat("x", MaxTitle+1) }), anna, nil, "text.too_long"},
		"adopt in Latin-1":           {nil, with(func(c *Adopt) { c.Steps[0].Title.De = "\xf6" }), anna, nil, "text.encoding"},
		"adopt connecting unguarded": {nil, with(func(c *Adopt) { c.Steps = []Planned{reinstall, connect, clearance} }), anna, nil, "restore.no_gate"},

		"start":                         {whole[:1], Start{"P-1", "Reinstall"}, anna, []Event{started}, ""},
		"start twice":                   {whole[:2], Start{"p-1", "reinstall"}, anna, nil, "restore.started"},
		"start out of turn":             {whole[:1], Start{"p-1", "connect"}, anna, nil, "restore.not_due"},
		"start before the gate":         {after(atGate, first), Start{"p-1", "connect"}, anna, nil, "restore.not_due"},
		"start what is done":            {atGate, Start{"p-1", "reinstall"}, anna, nil, "restore.done"},
		"start a gate":                  {atGate, Start{"p-1", "clearance"}, anna, nil, "restore.is_gate"},
		"start a step of no plan":       {whole[:1], Start{"p-1", "lunch"}, anna, nil, "restore.unknown_step"},
		"start in no plan":              {nil, Start{"p-1", "reinstall"}, anna, nil, "restore.unknown"},
		"start in a superseded plan":    {after(whole[:1], again), Start{"p-1", "reinstall"}, anna, nil, "restore.not_running"},
		"start in a completed plan":     {whole, Start{"p-1", "reinstall"}, anna, nil, "restore.not_running"},
		"finish":                        {whole[:2], Finish{Plan: "P-1", Step: "reinstall"}, anna, []Event{finished}, ""},
		"finish what nobody started":    {whole[:1], Finish{Plan: "p-1", Step: "reinstall"}, anna, nil, "restore.not_started"},
		"finish a gate":                 {atGate, Finish{Plan: "p-1", Step: "clearance"}, anna, nil, "restore.is_gate"},
		"finish a gate half granted":    {after(atGate, first), Finish{Plan: "p-1", Step: "clearance"}, anna, nil, "restore.is_gate"},
		"connect and complete":          {whole[:7], Finish{Plan: "p-1", Step: "connect", Connected: true}, anna, []Event{linked, over}, ""},
		"connect what nobody saw open":  {whole[:7], Finish{Plan: "p-1", Step: "connect"}, anna, nil, "restore.not_connected"},
		"grant, first person":           {atGate, Grant{"p-1", "CLEARANCE"}, ben, []Event{first}, ""},
		"grant, second person":          {after(atGate, first), Grant{"p-1", "clearance"}, anna, []Event{second, passed}, ""},
		"grant twice":                   {after(atGate, first), Grant{"p-1", "clearance"}, ben, nil, "restore.same_person"},
		"grant twice in another case":   {after(atGate, first), Grant{"p-1", "clearance"}, by("user:BEN"), nil, "restore.same_person"},
		"grant the last step":           {[]Event{alone, started, finished, first}, Grant{"p-1", "clearance"}, anna, []Event{second, passed, over}, ""},
		"grant by a reaction":           {atGate, Grant{"p-1", "clearance"}, by(access.ByReaction), nil, "restore.not_a_person"},
		"grant by the console":          {atGate, Grant{"p-1", "clearance"}, by(access.ByConsole), nil, "restore.not_a_person"},
		"grant by an agent":             {atGate, Grant{"p-1", "clearance"}, by(access.AgentActor("web-01")), nil, "restore.not_a_person"},
		"grant by nobody":               {atGate, Grant{"p-1", "clearance"}, by("user:"), nil, "restore.not_a_person"},
		"grant before its turn":         {whole[:1], Grant{"p-1", "clearance"}, ben, nil, "restore.not_due"},
		"grant what was passed":         {whole[:6], Grant{"p-1", "clearance"}, by("user:cleo"), nil, "restore.done"},
		"grant what is no gate":         {whole[:1], Grant{"p-1", "reinstall"}, ben, nil, "restore.no_gate_here"},
		"grant after a denial":          {after(atGate, first, denied), Grant{"p-1", "clearance"}, ben, []Event{first}, ""},
		"a denial takes one grant away": {after(atGate, first, denied), Grant{"p-1", "clearance"}, anna, []Event{second}, ""},
		"deny":                          {atGate, Deny{"p-1", "clearance", "beacons again"}, by("user:cleo"), []Event{denied}, ""},
		"deny after having granted":     {after(atGate, first), Deny{"p-1", "clearance", "beacons again"}, ben, []Event{Denied{"p-1", "clearance", "user:ben", DeniedPrivate{"beacons again"}}}, ""},
		"deny without a reason":         {atGate, Deny{"p-1", "clearance", ""}, ben, nil, "text.empty"},
		"deny by a follower":            {atGate, Deny{"p-1", "clearance", "x"}, by(access.ByFollower), nil, "restore.not_a_person"},
		"deny what was passed":          {whole[:6], Deny{"p-1", "clearance", "x"}, ben, nil, "restore.done"},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := Decide(fold(row.given...), row.when, row.by)
			if diff := cmp.Diff(row.then, events); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			var f *fault.Fault
			if errors.As(err, &f); (f == nil) != (row.fault == "") || f != nil && f.Code != row.fault {
				t.Errorf("fault = %v, want code %q", err, row.fault)
			}
			if row.fault == "restore.stale" && fault.KindOf(err) != fault.Stale {
				t.Errorf("an old basis is of kind %v, want stale", fault.KindOf(err))
			}
			for _, e := range events {
				if !slices.Contains(Emits[row.when.Name()], e.Kind()) {
					t.Errorf("%s led to %s, which Emits does not say", row.when.Name(), e.Kind())
				}
			}
		})
	}
}

func TestApply(t *testing.T) {
	got, ok := fold(after(whole[:3], denied, first, second, passed)...).Find("P-1")
	want := Plan{ID: "p-1", Incident: "inc-1", Cells: cells, State: PlanRunning, Basis: 7, By: "user:anna", AdoptedAt: ten, First: 1, Seq: 7, Steps: []Step{
		{Planned: reinstall, State: StepDone, StartedAt: ten, DoneAt: ten, Seq: 3},
		{Planned: clearance, State: StepDone, StartedAt: ten, DoneAt: ten, Seq: 7, Denied: &Decision{"user:cleo", ten, 4},
			Granted: []Decision{{"user:ben", ten, 5}, {"user:anna", ten, 6}}},
		{Planned: connect, State: StepOpen, Seq: 1},
	}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	done, _ := fold(whole...).Find("p-1")
	if done.State != PlanCompleted || done.DoneAt != ten || done.Due() != -1 {
		t.Errorf("after its last step the plan is %s since %v, due %d", done.State, done.DoneAt, done.Due())
	}
}

// Pending is what keeps a host from being opened.
func TestPending(t *testing.T) {
	twice := adopted
	twice.Steps = append(slices.Clone(steps), Planned{ID: "acceptance", Kind: Gate, Title: clearance.Title}, Planned{ID: "connect-2", Kind: Connect, Title: connect.Title})
	nothing := adopted
	nothing.Steps = steps[:2]
	again := adopted
	again.ID, again.Supersedes = "p-2", []ID{"p-1"}
	for name, row := range map[string]struct {
		given []Event
		gate  string
	}{
		"at the start":                        {whole[:1], "clearance"},
		"at the gate":                         {atGate, "clearance"},
		"half granted":                        {after(atGate, first), "clearance"},
		"denied":                              {after(atGate, first, denied), "clearance"},
		"passed":                              {whole[:6], ""},
		"connected":                           {whole[:8], ""},
		"completed":                           {whole, ""},
		"passed, a later gate is not at hand": {append([]Event{twice}, whole[1:6]...), ""},
		"connected, the next gate bars":       {append([]Event{twice}, whole[1:8]...), "acceptance"},
		"a plan that connects nothing":        {[]Event{nothing, started}, "clearance"},
		"superseded":                          {after(whole[:1], again), ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := fold(row.given...).Find("p-1")
			if gate, open := p.Pending(); gate != row.gate || open != (row.gate != "") {
				t.Errorf("pending = %q, %v, want %q", gate, open, row.gate)
			}
		})
	}
}

func TestFor(t *testing.T) {
	again := adopted
	again.ID, again.Supersedes = "p-2", []ID{"p-1"}
	s := fold(adopted, again)
	if p, ok := s.For("S2@bkk-ahornwerk"); !ok || p.ID != "p-2" {
		t.Errorf("the cell's plan is %q, %v, want the newer one", p.ID, ok)
	}
	if p, ok := s.For("S9@bkk-ahornwerk"); ok {
		t.Errorf("a cell of no plan has plan %s", p.ID)
	}
}

// What is handed out is a copy: a page that sorts or cuts it must not change the state.
func TestFindGivesCopies(t *testing.T) {
	s := fold(after(atGate, denied, first)...)
	p := s.All()[0]
	p.Cells[0], p.Steps[0].State, p.Steps[1].Granted[0].By, p.Steps[1].Denied.By = "X@y", StepOpen, "user:eve", "user:eve"
	if diff := cmp.Diff(fold(after(atGate, denied, first)...).All(), s.All()); diff != "" {
		t.Errorf("the state changed through a copy:\n%s", diff)
	}
}

// Whatever is asked by whomever in whatever order: a decision never panics, steps are done in order, a gate is passed only by two different people,
// nothing is connected before a gate, and no cell is in two running plans.
func TestAnySequenceOfCommands(t *testing.T) {
	actors := []access.Actor{"user:anna", "user:ANNA", "user:ben", "user:cleo", "agent:web-01", access.ByReaction}
	rapid.Check(t, func(t *rapid.T) {
		var s State
		for n := range rapid.IntRange(1, 80).Draw(t, "commands") {
			plan, step := ID(fmt.Sprintf("p-%d", rapid.IntRange(1, 3).Draw(t, "plan"))), rapid.SampledFrom(steps).Draw(t, "step").ID
			c := rapid.SampledFrom([]Command{
				adopt, with(func(c *Adopt) { c.Cells = cells[:rapid.IntRange(1, 2).Draw(t, "cells")] }),
				Start{plan, step}, Finish{plan, step, rapid.Bool().Draw(t, "connected")}, Grant{plan, step}, Grant{plan, step}, Deny{plan, step, "x"},
			}).Draw(t, "command")
			at := access.Stamp{By: rapid.SampledFrom(actors).Draw(t, "by"), At: ten, HappenedAt: ten, Seq: uint64(n + 1)}
			events, err := Decide(s, c, at)
			if (err == nil) != (len(events) > 0) {
				t.Fatalf("%#v gave %d events and the error %v", c, len(events), err)
			}
			for _, e := range events {
				s = Apply(s, e, at)
			}
			checkState(t, s)
		}
	})
}

func checkState(t *rapid.T, s State) {
	t.Helper()
	owner := map[catalogue.CellID]ID{}
	for _, p := range s.All() {
		for n, x := range p.Steps {
			if n > 0 && x.State != StepOpen && p.Steps[n-1].State != StepDone {
				t.Fatalf("plan %s: step %s is %s before step %s is done", p.ID, x.ID, x.State, p.Steps[n-1].ID)
			}
			if x.Kind == Gate && x.State == StepDone && !twoPeople(x.Granted) {
				t.Fatalf("plan %s: gate %s was passed by %v", p.ID, x.ID, x.Granted)
			}
		}
		if (p.State == PlanCompleted) != (p.Due() < 0) {
			t.Fatalf("plan %s is %s, its first step not done is %d", p.ID, p.State, p.Due())
		}
		for _, c := range p.Cells {
			if p.State == PlanRunning && owner[c] != "" {
				t.Fatalf("cell %s is in the running plans %s and %s", c, owner[c], p.ID)
			}
			if p.State == PlanRunning {
				owner[c] = p.ID
			}
		}
	}
}

func twoPeople(granted []Decision) bool {
	people := map[string]bool{}
	for _, d := range granted {
		if id, user := d.By.User(); user {
			people[strings.ToLower(id)] = true
		}
	}
	return len(people) == Needed && len(granted) == Needed
}
