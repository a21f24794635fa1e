package cell

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Command is what may be asked of cells. Each works on a selection of many.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Observe records a condition. Cells that are in that condition already are passed over.
type Observe struct {
	Cells     []ID      `json:"cells"`
	Condition Condition `json:"condition"`
	Source    string    `json:"source"` // `probe` or `person`
}

// Change records how the cells are run. Cells that are run so already are passed over; if the law of change forbids it for one, none is changed.
type Change struct {
	Cells     []ID         `json:"cells"`
	Mode      Mode         `json:"mode"`
	Cause     Cause        `json:"cause"`
	Decided   access.Actor `json:"decided,omitempty"` // empty: whoever enters it
	Selection string       `json:"selection,omitempty"`
	Reason    string       `json:"reason,omitempty"`
}

// Place puts a hold on the cells that do not have it yet.
type Place struct {
	Cells []ID `json:"cells"`
	Hold  Hold `json:"hold"`
}

// Release takes a hold off the cells that have it.
type Release struct {
	Cells []ID `json:"cells"`
	Hold  Hold `json:"hold"`
}

// Pass records a gate passed.
type Pass struct {
	Cells []ID   `json:"cells"`
	Gate  string `json:"gate"`
}

func (Observe) Name() string { return "cell.observe" }
func (Change) Name() string  { return "cell.change" }
func (Place) Name() string   { return "cell.place_hold" }
func (Release) Name() string { return "cell.release_hold" }
func (Pass) Name() string    { return "cell.pass_gate" }

func (Observe) command() {}
func (Change) command()  {}
func (Place) command()   {}
func (Release) command() {}
func (Pass) command()    {}

// Emits says which events each command can lead to.
var Emits = map[string][]string{
	"cell.observe":      {"cell.observed"},
	"cell.change":       {"cell.changed"},
	"cell.place_hold":   {"cell.held"},
	"cell.release_hold": {"cell.released"},
	"cell.pass_gate":    {"cell.passed"},
}

// Decide answers a command with the facts it makes, or with the reason why not. A command that would change nothing is a conflict: whoever
// asked believes something about the cells that is not so.
func Decide(s State, c Command, at access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Observe:
		return s.observe(c)
	case Change:
		return s.change(c, at)
	case Place:
		return s.place(c)
	case Release:
		return s.release(c)
	case Pass:
		return s.pass(c)
	}
	panic(fmt.Sprintf("cell cannot decide %T", c))
}

func (s State) observe(c Observe) ([]Event, error) {
	if !slices.Contains(Conditions, c.Condition) {
		return nil, fault.New(fault.Invalid, "cell.no_such_condition", "could not record the condition %q: it is none of %v", c.Condition, Conditions)
	}
	if c.Source != "probe" && c.Source != "person" {
		return nil, fault.New(fault.Invalid, "cell.no_such_source", "could not record a condition seen by %q: it is neither probe nor person", c.Source)
	}
	return s.onEach(c.Cells, "observe", func(x *Cell) bool { return x.Condition != c.Condition },
		func(ids []ID) Event { return Observed{Cells: ids, Condition: c.Condition, Source: c.Source} })
}

func (s State) change(c Change, at access.Stamp) ([]Event, error) {
	if !slices.Contains(Modes, c.Mode) {
		return nil, fault.New(fault.Invalid, "cell.no_such_mode", "could not change to mode %q: it is none of %v", c.Mode, Modes)
	}
	if !slices.Contains(Causes, c.Cause) {
		return nil, fault.New(fault.Invalid, "cell.no_such_cause", "could not change to mode %s: the cause %q is none of %v", c.Mode, c.Cause, Causes)
	}
	if len(c.Reason) > MaxReason || len(c.Selection) > MaxReason {
		return nil, fault.New(fault.Invalid, "text.too_long", "could not take the reason or selection: %d and %d bytes, at most %d", len(c.Reason), len(c.Selection), MaxReason)
	}
	if !utf8.ValidString(c.Reason) || !utf8.ValidString(c.Selection) {
		return nil, fault.New(fault.Invalid, "text.encoding", "could not take the reason or selection: it is not UTF-8")
	}
	if err := s.lawful(c); err != nil {
		return nil, err
	}
	if c.Decided == "" {
		c.Decided = at.By
	}
	return s.onEach(c.Cells, "change", func(x *Cell) bool { return x.Mode != c.Mode }, func(ids []ID) Event {
		return Changed{Cells: ids, Mode: c.Mode, Cause: c.Cause, Decided: c.Decided, Selection: c.Selection, Private: ChangedPrivate{Reason: c.Reason}}
	})
}

// lawful refuses the whole change when the law of change or a hold forbids it for one cell, and names the first.
func (s State) lawful(c Change) error {
	for _, id := range c.Cells {
		x := s.cells[id]
		switch {
		case x == nil || x.Mode == c.Mode: // unknown cells are refused later, with all others
		case !x.Mode.May(c.Mode):
			return fault.New(fault.Conflict, "cell.unlawful", "could not change cell %s from %s to %s", id, x.Mode, c.Mode).Hinted("from %s it may become %s", x.Mode, join(x.Mode.Next()))
		case c.Mode == Regular && len(x.Holds) > 0:
			return fault.New(fault.Conflict, "cell.held", "could not make cell %s regular: it is held by %s %s", id, x.Holds[0].By, x.Holds[0].Ref).Hinted("release the hold first")
		}
	}
	return nil
}

func (s State) place(c Place) ([]Event, error) {
	if err := checkHold(c.Hold); err != nil {
		return nil, err
	}
	return s.onEach(c.Cells, "hold", func(x *Cell) bool { return !x.HeldBy(c.Hold) }, func(ids []ID) Event { return Held{Cells: ids, Hold: c.Hold} })
}

func (s State) release(c Release) ([]Event, error) {
	if err := checkHold(c.Hold); err != nil {
		return nil, err
	}
	return s.onEach(c.Cells, "release", func(x *Cell) bool { return x.HeldBy(c.Hold) }, func(ids []ID) Event { return Released{Cells: ids, Hold: c.Hold} })
}

func (s State) pass(c Pass) ([]Event, error) {
	if err := access.CheckID("gate", c.Gate); err != nil {
		return nil, err
	}
	return s.onEach(c.Cells, "pass", func(x *Cell) bool { return x.Gate != c.Gate }, func(ids []ID) Event { return Passed{Cells: ids, Gate: c.Gate} })
}

func checkHold(h Hold) error {
	if !slices.Contains(HoldKinds, h.By) {
		return fault.New(fault.Invalid, "cell.no_such_hold", "could not hold by %q: it is none of %v", h.By, HoldKinds)
	}
	return access.CheckID("hold", h.Ref)
}

// onEach makes one event for every [MaxCells] of the chosen cells that would change. Unknown cells refuse the whole.
func (s State) onEach(chosen []ID, verb string, changes func(*Cell) bool, event func([]ID) Event) ([]Event, error) {
	if len(chosen) > MaxChosen {
		return nil, fault.New(fault.Invalid, "cell.too_many", "could not %s %d cells at once: at most %d", verb, len(chosen), MaxChosen)
	}
	var touched []ID
	for _, id := range chosen {
		x := s.cells[id]
		if x == nil {
			return nil, fault.New(fault.NotFound, "cell.unknown", "could not %s cell %s: the adopted catalogue has none of that name", verb, id)
		}
		if changes(x) {
			touched = append(touched, id)
		}
	}
	slices.Sort(touched)
	touched = slices.Compact(touched)
	if len(touched) == 0 {
		return nil, fault.New(fault.Conflict, "cell.nothing", "could not %s any of %d cells: all are so already", verb, len(chosen))
	}
	var events []Event
	for part := range slices.Chunk(touched, MaxCells) {
		events = append(events, event(part))
	}
	return events, nil
}

func join(modes []Mode) string {
	words := make([]string, len(modes))
	for n, m := range modes {
		words[n] = string(m)
	}
	return strings.Join(words, ", ")
}
