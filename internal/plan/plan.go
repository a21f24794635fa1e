// Package plan says in which order work is done and when each piece begins: a [Problem] goes in, a [Plan] comes out. It knows pieces of work, what must be done before what,
// teams with so many heads at each time, gates that somebody must open, and services that are back when their work is done. It refuses to know what the work is for, who decides,
// what time of day it is and in which time zone: a minute is a number. Only readers turn moments into minutes, and keep the moment of minute 0 for those who print dates.
//
// Everything is whole minutes and whole numbers; what is drawn comes from a generator of its own with a seed. So the same problem, seed and number of schedules give the same plan,
// byte for byte, on every machine.
//
// Start at [Problem], then [Solve]. The way of a problem: [ReadProblem], [ReadPSPLIB] or [ReadPatterson] → compile.go (dense arrays, findings about what cannot be planned) →
// a starting order (rule.go) → search (makespan.go, strand.go, anneal.go, stir.go, tariff.go, justify.go), each of whose steps is one pass of the serial schedule generation (pass.go) over profiles (profile.go).
package plan

import "fmt"

// Error says why there is no plan at all. What is wrong with a part of a problem is a [Finding], and the rest is planned.
type Error struct {
	Code string // `plan.header`, `plan.empty`, …: what programs compare
	Line int    // of the file, from 1; 0 means the whole
	Col  int
	Path string // of the thing, as a JSON pointer into the file, where only that is known
	text string
}

// Error is the sentence about it.
func (e *Error) Error() string { return e.text }

func failed(code string, line, col int, format string, args ...any) *Error {
	return &Error{Code: code, Line: line, Col: col, text: fmt.Sprintf(format, args...)}
}

func (e *Error) about(path string) *Error {
	e.Path = path
	return e
}

// Finding is one thing that is wrong with a problem: what, where, and what to do about it. An error leaves the thing and all that waits for it out of the plan; a warning does not.
type Finding struct {
	Warning bool
	Code    string
	Path    string // of the thing, as a JSON pointer into the problem
	Message string
	Hint    string
	Unknown string // the id that is not there, where it is one: perhaps it is only mistyped
	alike   alike
}

// Plan says when each task begins. It is also a file: the answer of `plan solve`, and what `plan check` reads.
type Plan struct {
	Schema    string                `json:"schema"` // blackstart/plan/1
	Objective Objective             `json:"objective"`
	Makespan  int64                 `json:"makespan"`  // the minute in which all dated tasks are done
	Seed      uint64                `json:"seed"`      // of the search
	Schedules int                   `json:"schedules"` // how many passes of generation it took
	Start     map[string]int64      `json:"start"`     // of each dated task
	Pieces    map[string][]Span     `json:"pieces,omitempty"`
	Back      map[string]int64      `json:"back,omitempty"`            // when each dated service is back
	Behind    map[string]BehindGate `json:"behind,omitempty"`          // tasks that wait for a gate of which nobody knows when it opens
	Waiting   map[string]BehindGate `json:"services_behind,omitempty"` // services that do
	Assumed   *int64                `json:"assumed,omitempty"`         // the minute in which, for the plan's sake, the unknown gates were taken to open
	LeftOut   []string              `json:"left_out,omitempty"`        // tasks that cannot be planned; the findings say why
	Order     []string              `json:"order,omitempty"`           // the list that made the plan, where it is another one than the begins tell
}

// Objective is what the plan was made to keep small. Bound is a number that no plan can go below, Method how it was found.
type Objective struct {
	Kind   string `json:"kind"` // makespan, weighted or cost
	Value  int64  `json:"value"`
	Bound  int64  `json:"bound"`
	Method string `json:"method"`
}

// Span is a piece of work: from From up to, but without, Until.
type Span struct {
	From  int64 `json:"from"`
	Until int64 `json:"until"`
}

// BehindGate is a time that is no date: so many minutes after the last of these gates has opened.
type BehindGate struct {
	Gates []string `json:"gates"`
	Plus  int64    `json:"plus"`
}
