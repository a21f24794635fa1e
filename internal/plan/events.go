package plan

import (
	"fmt"
	"slices"
)

// Events is what has become of a plan by some minute, told by people or by a program that watches the work. What it does not mention has not begun, unless AsPlanned says otherwise.
// The same file asks "what if": with now at the problem's start and only what would be different.
type Events struct {
	Schema    string         `json:"schema"` // blackstart/plan-events/1
	Now       int64          `json:"now"`
	AsPlanned bool           `json:"as_planned,omitzero"` // what is not mentioned began, went on and ended as the plan said
	Done      []Ended        `json:"done,omitempty"`
	Running   []Begun        `json:"running,omitempty"`
	Paused    []Interrupted  `json:"paused,omitempty"`
	Slipped   []Prolonged    `json:"slipped,omitempty"`
	Opens     []GateReported `json:"opens,omitempty"`
	Teams     []Team         `json:"teams,omitempty"` // these calendars take the place of what was known; a team that is not there yet comes in
	Slip      string         `json:"slip,omitempty"`  // for measurements: salt of the rule by which tasks that are not mentioned take longer, see [Problem.Slip]
	Notice    Notice         `json:"notice,omitzero"`
}

// EventsSchema marks an events file.
const EventsSchema = "blackstart/plan-events/1"

// Ended is a task that is over. Where a number is missing, the plan's holds.
type Ended struct {
	Task    string `json:"task"`
	At      *int64 `json:"at,omitempty"`      // when it began
	Minutes *int64 `json:"minutes,omitempty"` // from begin to end
}

// Begun is a task that goes on.
type Begun struct {
	Task string `json:"task"`
	At   *int64 `json:"at,omitempty"`   // when it began; missing: as planned
	Left *int64 `json:"left,omitempty"` // minutes it still takes, as people think now; missing: what is left of its likely ones
}

// Interrupted is a task that was begun and is not being worked on. What is left of it is planned like a task that has not begun.
type Interrupted struct {
	Task string `json:"task"`
	Left int64  `json:"left"`
}

// Prolonged is a task that has not begun and will take so many minutes.
type Prolonged struct {
	Task    string `json:"task"`
	Minutes int64  `json:"minutes"`
}

// GateReported is a gate of which it is now known, or no longer known, when it may be decided about.
type GateReported struct {
	Task  string  `json:"task"`
	Opens Opening `json:"opens"`
}

// ReadEvents reads an events file as strictly as [ReadProblem] does.
func ReadEvents(data []byte) (*Events, error) {
	var e Events
	if err := readJSON(data, &e, &e.Schema, EventsSchema); err != nil {
		return nil, err
	}
	return &e, nil
}

// Change gives what a problem has become; the problem itself stays as it is. Findings point into the events: one that makes no sense is left aside, the others count. The error is an
// [*Error]: time does not go back, and a promise has a price within bounds.
func (e *Events) Change(p *Problem, old *Plan) (*Problem, []Finding, error) {
	if e.Now < p.Start || e.Now > MaxMoment/2 {
		return nil, nil, failed("plan.events_now", 0, 0, "now is minute %d, want %d, where the problem starts, to %d: time does not go back", e.Now, p.Start, MaxMoment/2)
	}
	if n := e.Notice; n.Minutes < 0 || n.Minutes > MaxMinutes || n.Price < 0 || n.Price > MaxPrice {
		return nil, nil, failed("plan.events_notice", 0, 0, "the notice is %d minutes at a price of %d, want 0 to %d at 0 to %d", n.Minutes, n.Price, MaxMinutes, MaxPrice)
	}
	q := *p
	q.Start, q.Tasks, q.Teams = e.Now, slices.Clone(p.Tasks), slices.Clone(p.Teams)
	c := &change{Problem: &q, was: p, events: e, old: old, byID: make(map[string]int, len(p.Tasks)), told: map[string]bool{}}
	for i := range p.Tasks {
		if _, twice := c.byID[p.Tasks[i].ID]; !twice {
			c.byID[p.Tasks[i].ID] = i
		}
	}
	c.apply()
	return c.Problem, c.findings, nil
}

// change is a problem on its way from before to after.
type change struct {
	*Problem
	was      *Problem
	events   *Events
	old      *Plan
	byID     map[string]int
	told     map[string]bool // tasks that an event was about
	findings []Finding
	later    []func() // what events say, once all are known to make sense
}

func (c *change) apply() {
	for k, d := range c.events.Done {
		c.about("done", k, d.Task, func(t *Task, where string) { c.done(t, d, where) })
	}
	for k, r := range c.events.Running {
		c.about("running", k, r.Task, func(t *Task, where string) { c.running(t, r, where) })
	}
	for k, i := range c.events.Paused {
		c.about("paused", k, i.Task, func(t *Task, where string) { c.paused(t, i, where) })
	}
	for k, s := range c.events.Slipped {
		c.about("slipped", k, s.Task, func(t *Task, where string) { c.slipped(t, s, where) })
	}
	if c.events.AsPlanned {
		c.asPlanned()
	}
	if c.events.Slip != "" {
		c.Slip(c.events.Slip)
	}
	for _, f := range c.later {
		f()
	}
	c.gates()
	c.teams()
}

func (c *change) find(code, path, format string, args ...any) {
	switch {
	case len(c.findings) < maxFindings:
		c.findings = append(c.findings, Finding{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Hint: "this event is left aside"})
	case len(c.findings) == maxFindings:
		c.findings = append(c.findings, Finding{Code: "plan.more", Message: "and more findings about events"})
	}
}

// about finds the task of an event.
func (c *change) about(list string, k int, id string, say func(*Task, string)) {
	where := fmt.Sprintf("/%s/%d", list, k)
	i, known := c.byID[id]
	switch {
	case !known:
		c.find("plan.unknown_task", where+"/task", "there is no task %s in the problem", quoted(id))
	case c.told[id]:
		c.find("plan.duplicate", where+"/task", "task %s was told of before", quoted(id))
	case c.Tasks[i].State == StateDone:
		c.find("plan.events_state", where, "task %s was done before", quoted(id))
	default:
		c.told[id] = true
		c.later = append(c.later, func() { say(&c.Tasks[i], where) })
	}
}

// begin is when a task began: as told, as known, or as planned. It says whether that makes sense.
func (c *change) begin(t *Task, told *int64, where string) (at int64, ok bool) {
	planned, dated := c.old.Start[t.ID]
	switch {
	case told != nil:
		at = *told
	case t.At != nil:
		at = *t.At
	case dated:
		at = planned
	default:
		c.find("plan.events_state", where, "task %s has no time in the plan: say when it began (\"at\")", quoted(t.ID))
		return 0, false
	}
	if at > c.Start || at < -MaxMoment {
		c.find("plan.events_time", where, "task %s began in minute %d, want a minute up to now, which is %d", quoted(t.ID), at, c.Start)
		return 0, false
	}
	return at, true
}

func (c *change) done(t *Task, d Ended, where string) {
	at, ok := c.begin(t, d.At, where)
	if !ok {
		return
	}
	minutes := c.planned(c.byID[t.ID])
	if d.Minutes != nil {
		minutes = *d.Minutes
	}
	switch {
	case minutes < 0:
		c.find("plan.events_time", where, "task %s was over %d minutes before it began", quoted(t.ID), -minutes)
	case minutes > c.Start-at:
		c.find("plan.events_time", where, "task %s, begun in minute %d, takes %d minutes, but only %d have passed", quoted(t.ID), at, minutes, c.Start-at)
	default:
		t.State, t.At, t.Minutes = StateDone, &at, Exactly(minutes)
	}
}

func (c *change) running(t *Task, r Begun, where string) {
	at, ok := c.begin(t, r.At, where)
	switch {
	case !ok:
	case r.Left != nil && (*r.Left < 0 || *r.Left > MaxMinutes):
		c.find("plan.events_time", where, "task %s takes another %d minutes, want 0 to %d", quoted(t.ID), *r.Left, MaxMinutes)
	default:
		if t.State, t.At = StateRunning, &at; r.Left != nil {
			t.Minutes = Exactly(c.Start - at + *r.Left)
		}
	}
}

func (c *change) paused(t *Task, i Interrupted, where string) {
	switch {
	case i.Left < 0 || i.Left > MaxMinutes:
		c.find("plan.events_time", where, "task %s takes another %d minutes, want 0 to %d", quoted(t.ID), i.Left, MaxMinutes)
	case t.Attend == AttendStart:
		c.find("plan.events_state", where, "task %s is attended only at its start and goes on by itself: it runs or is done", quoted(t.ID))
	default:
		t.State, t.At, t.Minutes = "", nil, Exactly(i.Left)
	}
}

func (c *change) slipped(t *Task, s Prolonged, where string) {
	switch {
	case s.Minutes < 0 || s.Minutes > MaxMinutes:
		c.find("plan.events_time", where, "task %s takes %d minutes, want 0 to %d", quoted(t.ID), s.Minutes, MaxMinutes)
	default:
		t.Minutes = t.Minutes.reaching(s.Minutes)
	}
}

// reaching is a range with another likely value.
func (r Range) reaching(likely int64) Range {
	return Range{Min: min(r.Min, likely), Likely: likely, Max: max(r.Max, likely)}
}

// planned is how long a task takes by the plan, from begin to end, pauses included.
func (c *change) planned(i int) int64 {
	t := &c.was.Tasks[i]
	pieces := c.old.Pieces[t.ID]
	if len(pieces) == 0 {
		return t.Minutes.Likely
	}
	return pieces[len(pieces)-1].Until - pieces[0].From + t.Minutes.Likely - worked(pieces, minTime)
}

// worked is how many minutes of the pieces are left from a minute on.
func worked(pieces []Span, from int64) int64 {
	sum := int64(0)
	for _, s := range pieces {
		sum += max(0, s.Until-max(s.From, from))
	}
	return sum
}

// asPlanned lets what nobody told of begin, pause and end as the plan said. A task with pieces still before it is put aside: when they are worked on is thought about again.
func (c *change) asPlanned() {
	for i := range c.Tasks {
		t := &c.Tasks[i]
		at, dated := c.old.Start[t.ID]
		if c.told[t.ID] || !dated || at >= c.Start || t.State == StateDone {
			continue
		}
		left := worked(c.old.Pieces[t.ID], c.Start)
		switch {
		case at+c.planned(i) <= c.Start:
			t.State, t.At, t.Minutes = StateDone, &at, Exactly(c.planned(i))
		case left > 0 && t.Attend != AttendStart:
			t.Minutes = t.Minutes.reaching(left)
		default:
			t.State, t.At = StateRunning, &at
			t.Minutes = t.Minutes.reaching(c.planned(i))
		}
	}
}

func (c *change) gates() {
	for k, g := range c.events.Opens {
		i, known := c.byID[g.Task]
		if !known || c.was.Tasks[i].Opens == nil {
			c.find("plan.unknown_task", fmt.Sprintf("/opens/%d/task", k), "there is no gate %s in the problem", quoted(g.Task))
			continue
		}
		c.Tasks[i].Opens = &g.Opens
	}
}

func (c *change) teams() {
	for _, t := range c.events.Teams {
		if i := slices.IndexFunc(c.Teams, func(o Team) bool { return o.ID == t.ID }); i >= 0 {
			c.Teams[i] = t
		} else {
			c.Teams = append(c.Teams, t)
		}
	}
}
