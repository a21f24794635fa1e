package cell

import "blackstart/internal/subject/access"

// Event is what can be a fact about cells. An act on many cells is one event with all their ids, up to [MaxCells].
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Observed says in which condition the cells were found.
type Observed struct {
	Cells     []ID      `json:"cells"`
	Condition Condition `json:"condition"`
	Source    string    `json:"source"` // `probe`, or `person` when somebody said so
}

// Changed says how the cells are run from now on, and why.
type Changed struct {
	Cells     []ID           `json:"cells"`
	Mode      Mode           `json:"mode"`
	Cause     Cause          `json:"cause"`
	Decided   access.Actor   `json:"decided"`
	Selection string         `json:"selection,omitzero"` // what was chosen, as it was written: `host:web-01`, `site:rz-sued`
	Private   ChangedPrivate `json:"-"`
}

// ChangedPrivate is the reason in free words.
type ChangedPrivate struct {
	Reason string `json:"reason"`
}

// Held says that the cells cannot be regular until the hold is released.
type Held struct {
	Cells []ID `json:"cells"`
	Hold  Hold `json:"hold"`
}

// Released says that the hold no longer lies on the cells.
type Released struct {
	Cells []ID `json:"cells"`
	Hold  Hold `json:"hold"`
}

// Passed says that the cells passed a gate on their way back.
type Passed struct {
	Cells []ID   `json:"cells"`
	Gate  string `json:"gate"`
}

func (Observed) Kind() string { return "cell.observed" }
func (Changed) Kind() string  { return "cell.changed" }
func (Held) Kind() string     { return "cell.held" }
func (Released) Kind() string { return "cell.released" }
func (Passed) Kind() string   { return "cell.passed" }

func (Observed) event() {}
func (Changed) event()  {}
func (Held) event()     {}
func (Released) event() {}
func (Passed) event()   {}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (c *Changed) PrivatePart() any { return &c.Private }
