package cell

import (
	"fmt"
	"iter"
	"slices"

	"blackstart/internal/subject/access"
)

// State is every cell of the adopted catalogue. The zero value is a house without a catalogue: it has no cells.
type State struct {
	cells map[ID]*Cell
	order []ID // sorted
}

// Establish gives the state the cells of a newly adopted catalogue, sorted. Known cells stay as they are; cells that the catalogue dropped
// are gone (the catalogue refuses to drop what is in use); new ones begin in regular mode, unobserved. It is no event: it follows from the adoption.
func Establish(s State, ids []ID) State {
	cells := make(map[ID]*Cell, len(ids))
	for _, id := range ids {
		if x := s.cells[id]; x != nil {
			cells[id] = x
		} else {
			cells[id] = &Cell{ID: id, Condition: Unknown, Mode: Regular, Cause: CauseUnknown}
		}
	}
	order := slices.Clone(ids)
	slices.Sort(order)
	return State{cells: cells, order: order}
}

// Apply makes the fact true in the state. Cells that a later catalogue dropped are passed over: the record outlives them.
func Apply(s State, e Event, at access.Stamp) State {
	switch e := e.(type) {
	case Observed:
		s.set(e.Cells, at, func(x *Cell) { x.Condition, x.Seen = e.Condition, at.HappenedAt })
	case Changed:
		s.set(e.Cells, at, func(x *Cell) {
			x.Mode, x.Cause, x.Since, x.Decided = e.Mode, e.Cause, at.HappenedAt, e.Decided
			if e.Mode == Regular || e.Mode == Off || e.Mode == Blocked {
				x.Gate = "" // back to the start, or done: either way the gates begin anew
			}
		})
	case Held:
		s.set(e.Cells, at, func(x *Cell) { x.Holds = append(x.Holds, e.Hold) })
	case Released:
		s.set(e.Cells, at, func(x *Cell) { x.Holds = slices.DeleteFunc(x.Holds, func(h Hold) bool { return h == e.Hold }) })
	case Passed:
		s.set(e.Cells, at, func(x *Cell) { x.Gate = e.Gate })
	default:
		panic(fmt.Sprintf("cell cannot apply %T", e))
	}
	return s
}

func (s State) set(ids []ID, at access.Stamp, change func(*Cell)) {
	for _, id := range ids {
		if x := s.cells[id]; x != nil {
			change(x)
			x.Seq = at.Seq
		}
	}
}

// Find gives the cell, and whether there is one.
func (s State) Find(id ID) (Cell, bool) {
	x, ok := s.cells[id]
	if !ok {
		return Cell{}, false
	}
	c := *x
	c.Holds = slices.Clone(x.Holds)
	return c, true
}

// All goes through every cell, sorted by ID. What it gives must not be changed.
func (s State) All() iter.Seq[*Cell] {
	return func(yield func(*Cell) bool) {
		for _, id := range s.order {
			if !yield(s.cells[id]) {
				return
			}
		}
	}
}

// Len is the number of cells.
func (s State) Len() int { return len(s.order) }

// HeldBy gives the cells on which the hold lies, sorted.
func (s State) HeldBy(h Hold) []ID {
	var ids []ID
	for x := range s.All() {
		if x.HeldBy(h) {
			ids = append(ids, x.ID)
		}
	}
	return ids
}
