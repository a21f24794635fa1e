package hub

import "time"

// RestoreView is the plan back, step by step.
type RestoreView struct {
	Frame Frame
	Plan  string // id of the plan in force, empty when there is none
	Since time.Time
	By    string
	Stale bool // the state moved on since the plan was made
	Steps []StepLine
	Off   []NeedLine // cells that are off, from which a plan can be made
}

// StepLine is one step of the plan.
type StepLine struct {
	ID     string
	Name   Label
	Cells  []string
	Team   string
	Kind   string    // work, gate or connect
	State  string    // waiting, ready (it may begin), running, done
	Gate   *GateLine // only for a gate
	Expect Expected
	Seq    uint64
}

// GateLine is what a step of kind gate waits for: it opens when Needed different people said yes.
type GateLine struct {
	Passed    bool
	Needed    int
	Decisions []GateDecision
	MayDecide bool // the reader may decide and has not done so
}

// GateDecision is one person's word at a gate.
type GateDecision struct {
	By  string
	Yes bool
	Why string
	At  time.Time
	Seq uint64
}

// Expected is an honest time: a range with a confidence, or unknown (both zero). Earlier ranges stay visible.
type Expected struct {
	From, To   time.Time
	Confidence int // percent
	Earlier    []Expected
}

// Known says whether there is an expected time at all.
func (e Expected) Known() bool { return !e.To.IsZero() }
