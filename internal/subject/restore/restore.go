// Package restore knows the way back: plans of steps in order, who works on them, and the gates between them that two different people must open.
// It refuses to know how times are planned, whether a host is cut off, and in which mode cells are run: planned times, and whether everything is connected again,
// come in with the commands.
//
// Start at [Plan]. The law is short: a step is worked on only when all steps before it are done, and nothing is connected before a gate.
package restore

import (
	"slices"
	"strings"
	"time"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// ID names a plan, `p-1` when nobody chose a better one.
type ID string

// StepID names a step within its plan, `reinstall`.
type StepID string

// Kind says what is done in a step.
type Kind string

const (
	Work    Kind = "work"    // people or agents do something
	Gate    Kind = "gate"    // two different people decide (Freigabepunkt)
	Connect Kind = "connect" // the host is opened again; done only when that was seen from outside
)

// Kinds are all kinds.
var Kinds = []Kind{Work, Gate, Connect}

// Needed is how many different people must grant before a gate is passed: loosening needs two.
const Needed = 2

// Planned is a step as it was planned. The times are what was expected at the adoption; both are zero when nobody could say.
type Planned struct {
	ID           StepID         `json:"id"`
	Title        catalogue.Text `json:"title"`
	Team         string         `json:"team,omitempty"` // required for work
	Kind         Kind           `json:"kind"`
	Minutes      int64          `json:"minutes"`
	PlannedStart time.Time      `json:"planned_start,omitzero"`
	PlannedEnd   time.Time      `json:"planned_end,omitzero"`
}

// StepState says how far a step is.
type StepState string

const (
	StepOpen    StepState = "open"
	StepRunning StepState = "running"
	StepDone    StepState = "done"
)

// Decision is one person's word at a gate. The reason of a denial is read from the private part of the entry.
type Decision struct {
	By  access.Actor
	At  time.Time // when it was said
	Seq uint64    // number of the entry
}

// Step is a planned step as it stands.
type Step struct {
	Planned
	State     StepState
	StartedAt time.Time // for a gate: the first grant that counts
	DoneAt    time.Time
	Granted   []Decision // grants that count: a denial clears them
	Denied    *Decision  // the newest denial; it stays visible to those who grant after it
	Seq       uint64     // number of the entry that changed it last
}

// PlanState says how far a plan is.
type PlanState string

const (
	PlanRunning    PlanState = "running"
	PlanCompleted  PlanState = "completed"
	PlanSuperseded PlanState = "superseded" // a newer plan covers its cells
)

// Plan is one adopted plan as it stands (Wiederanlaufplan).
type Plan struct {
	ID        ID
	Incident  incident.ID
	Cells     []catalogue.CellID // sorted
	Steps     []Step
	State     PlanState
	Basis     uint64 // number of the entry on which the planning rested
	By        access.Actor
	AdoptedAt time.Time
	DoneAt    time.Time // when the last step was done; zero before
	First     uint64    // number of the entry that adopted it
	Seq       uint64    // number of the entry that changed it last
}

// Pending names the gate that must be passed before the next thing is connected, and says whether there is one that still bars the way. In a plan that
// connects nothing every gate bars: what it brings back must not be opened past it. A plan that is superseded or completed bars nothing.
func (p Plan) Pending() (gate string, open bool) {
	if p.State != PlanRunning {
		return "", false
	}
	connects := false
	for _, s := range p.Steps {
		switch {
		case s.Kind == Gate && s.State != StepDone && gate == "":
			gate = string(s.ID)
		case s.Kind == Connect && s.State != StepDone:
			return gate, gate != ""
		case s.Kind == Connect:
			connects = true
		}
	}
	if connects { // all is connected
		return "", false
	}
	return gate, gate != ""
}

// Due is the first step that is not done, -1 when all are.
func (p Plan) Due() int {
	return slices.IndexFunc(p.Steps, func(s Step) bool { return s.State != StepDone })
}

// covers says whether the plan brings this cell back; cells are sorted.
func (p Plan) covers(c catalogue.CellID) bool {
	_, found := slices.BinarySearch(p.Cells, c)
	return found
}

func (p Plan) step(id StepID) int {
	return slices.IndexFunc(p.Steps, func(s Step) bool { return same(string(s.ID), string(id)) })
}

func (s Step) grantedBy(a access.Actor) bool {
	return slices.ContainsFunc(s.Granted, func(d Decision) bool { return same(string(d.By), string(a)) })
}

// same compares ids as they are meant: ignoring case, or one person could be two.
func same(a, b string) bool { return strings.EqualFold(a, b) }
