package plan

import (
	"math"
	"slices"
	"time"
)

// Events is what has become of a plan by some minute, told by people or by a program that watches the work. What it does not mention has not begun, unless AsPlanned says otherwise.
// The same file asks "what if": with now at the problem's start and only what would be different.
type Events struct {
	Schema    string         `json:"schema"`              // blackstart/plan-events/1
	Now       int64          `json:"now"`                 // [ReadEvents] wants it said
	AsPlanned bool           `json:"as_planned,omitzero"` // what is not mentioned began, went on and ended as the plan said
	Done      []Ended        `json:"done,omitempty"`
	Running   []Begun        `json:"running,omitempty"`
	Paused    []Interrupted  `json:"paused,omitempty"`
	Slipped   []Prolonged    `json:"slipped,omitempty"`
	Opens     []GateReported `json:"opens,omitempty"`
	Teams     []Team         `json:"teams,omitempty"` // these calendars take the place of what was known; a team that is not there yet comes in if a task needs it
	Heads     []Joined       `json:"heads,omitempty"` // on top of the calendars as they are then
	Slip      string         `json:"slip,omitempty"`  // for measurements: salt of the rule by which tasks that are not mentioned take longer, see [Problem.Slip]
	Notice    Notice         `json:"notice,omitzero"`
}

// EventsSchema marks an events file.
const EventsSchema = "blackstart/plan-events/1"

// Ended is a task that is over. Two of the three numbers say the third; where too few are there, the plan's hold.
type Ended struct {
	Task    string `json:"task"`
	At      *int64 `json:"at,omitempty"`      // when it began
	Over    *int64 `json:"over,omitempty"`    // when it was over; alone: begun as planned, or, if that makes no sense, as long before as it was to take
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
	Left *int64 `json:"left"` // a pointer, since a number that was forgotten is not 0
}

// Prolonged is a task that takes so many minutes in all, those that were worked on it included. If it has begun by what is known, or as planned, it goes on.
type Prolonged struct {
	Task    string `json:"task"`
	Minutes *int64 `json:"minutes"`
}

// GateReported is a gate of which it is now known, or no longer known, when it may be decided about.
type GateReported struct {
	Task  string   `json:"task"`
	Opens *Opening `json:"opens"`
}

// Joined is so many heads more of a team, or fewer, from From up to, but without, Until: on top of what its calendar says then. Several add up, and no team has fewer than none.
type Joined struct {
	Team  string `json:"team"`
	By    *int64 `json:"by"`
	From  *int64 `json:"from,omitempty"`  // missing: now
	Until *int64 `json:"until,omitempty"` // missing: for good
}

// unsaid is the minute of an events file that does not say when now is; none can mean it, since it is far before the first one.
const unsaid = math.MinInt64

// ReadEvents reads an events file as strictly as [ReadProblem] does. Its moments are counted from the problem's begin; without one, which is the zero time, it must speak in minutes.
func ReadEvents(data []byte, begin time.Time) (*Events, error) {
	data = unmarked(data)
	e := Events{Now: unsaid}
	err := readJSON(data, &e, &e.Schema, EventsSchema)
	if err != nil && e.Schema == EventsSchema {
		if data, err = inMinutes(data, begin); err == nil {
			e = Events{Now: unsaid}
			err = readJSON(data, &e, &e.Schema, EventsSchema)
		}
	}
	switch {
	case err != nil:
		return nil, err
	case e.Now == unsaid: // the problem's start would be a lie as soon as time has passed
		return nil, failed("plan.events_now", 1, 1, "nothing says when \"now\" is: say it, or, to ask what if, say the problem's start")
	}
	return &e, nil
}

// Change gives what a problem has become; the problem itself stays as it is. Findings point into the events: one that makes no sense is left aside, the others count. The error is an
// [*Error]: time does not go back, and a promise has a price within bounds.
func (e *Events) Change(p *Problem, old *Plan) (*Problem, []Finding, error) {
	if e.Now < p.Start || e.Now > MaxMoment/2 {
		return nil, nil, failed("plan.events_now", 0, 0, "now is minute %d, want minute %d, where the problem starts, up to minute %d: time does not go back", e.Now, p.Start, MaxMoment/2).about("/now")
	}
	if n := e.Notice; n.Minutes < 0 || n.Minutes > MaxMinutes || n.Price < 0 || n.Price > MaxPrice {
		return nil, nil, failed("plan.events_notice", 0, 0, "the notice is %d minutes at a price of %d, want 0 to %d at 0 to %d", n.Minutes, n.Price, MaxMinutes, MaxPrice).about("/notice")
	}
	q := *p
	q.Start, q.Tasks, q.Teams, q.aside = e.Now, slices.Clone(p.Tasks), slices.Clone(p.Teams), map[string]bool{}
	c := &change{Problem: &q, was: p, events: e, old: old, byID: make(map[string]int, len(p.Tasks)), heard: map[string]bool{}, told: map[string]bool{}, longer: map[string]bool{}}
	for i := range p.Tasks {
		if _, twice := c.byID[p.Tasks[i].ID]; !twice {
			c.byID[p.Tasks[i].ID] = i
		}
	}
	if err := c.apply(); err != nil {
		return nil, nil, err
	}
	return c.Problem, c.findings, nil
}
