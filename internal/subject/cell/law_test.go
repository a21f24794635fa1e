package cell

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// unseen are the modes from which the way to regular must be observed: in them nobody has used the cell as it should be.
var unseen = []Mode{Limited, Off, Blocked, Interim, Basic, Replaced}

// The table of modes: every mode stands in it, none follows itself, none is a dead end, and all can be left for good.
func TestLawOfChange(t *testing.T) {
	for _, m := range Modes {
		follow := m.Next()
		if len(follow) == 0 || slices.Contains(follow, m) {
			t.Errorf("after %s may come %v", m, follow)
		}
		for _, to := range Modes {
			if m.May(to) != slices.Contains(follow, to) {
				t.Errorf("May and Next disagree on %s → %s", m, to)
			}
		}
		if !reaches(m, Regular, nil) {
			t.Errorf("from %s nothing leads to regular", m)
		}
		if m != Off && !m.May(Off) {
			t.Errorf("%s cannot be cut off at once", m)
		}
	}
	if len(next) != len(Modes) || len(wordOfMode) != len(Modes)-1 {
		t.Errorf("%d modes, %d rows in the law, %d words", len(Modes), len(next), len(wordOfMode))
	}
}

// Whatever way a cell goes round, from what is unseen it comes to regular by returning only.
func TestNoWayBackUnseen(t *testing.T) {
	for _, m := range unseen {
		if reaches(m, Regular, []Mode{Returning}) {
			t.Errorf("%s becomes regular without returning", m)
		}
	}
}

// reaches says whether the law leads from one mode to another without touching those that are shut.
func reaches(from, to Mode, shut []Mode) bool {
	seen, todo := map[Mode]bool{from: true}, []Mode{from}
	for len(todo) > 0 {
		m := todo[0]
		todo = todo[1:]
		for _, n := range m.Next() {
			if n == to {
				return true
			}
			if !seen[n] && !slices.Contains(shut, n) {
				seen[n], todo = true, append(todo, n)
			}
		}
	}
	return false
}

// Whatever is asked in whatever order: a decision never panics, one that is taken changes something, every change is lawful, a held cell never becomes
// regular, and the same events give the same state when they are folded again.
func TestAnySequenceOfCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, again := Establish(State{}, house), Establish(State{}, house)
		var facts []Event
		for n := range rapid.IntRange(1, 60).Draw(t, "steps") {
			c := drawCommand(t)
			at := anna
			at.Seq = uint64(n + 1)
			before := slices.Collect(cellsOf(s))
			events, err := Decide(s, c, at)
			if (err == nil) != (len(events) > 0) {
				t.Fatalf("%#v gave %d events and the error %v", c, len(events), err)
			}
			for _, e := range events {
				s = Apply(s, e, at)
				facts = append(facts, e)
				again = Apply(again, e, at)
			}
			checkChange(t, before, s)
		}
		if diff := cmp.Diff(slices.Collect(cellsOf(s)), slices.Collect(cellsOf(again))); diff != "" {
			t.Fatalf("%d events folded again give another state:\n%s", len(facts), diff)
		}
	})
}

func drawCommand(t *rapid.T) Command {
	ids := rapid.SliceOfN(rapid.SampledFrom(append(slices.Clone(house), "S9@x")), 0, 3).Draw(t, "cells")
	h := rapid.SampledFrom([]Hold{hold, other, {By: "fate", Ref: "x"}}).Draw(t, "hold")
	return rapid.SampledFrom([]Command{
		Observe{ids, rapid.SampledFrom(append(slices.Clone(Conditions), "sleepy")).Draw(t, "condition"), "probe"},
		Change{Cells: ids, Mode: rapid.SampledFrom(append(slices.Clone(Modes), "asleep")).Draw(t, "mode"), Cause: Planned},
		Place{ids, h}, Release{ids, h}, Pass{ids, "clearance"},
	}).Draw(t, "command")
}

func checkChange(t *rapid.T, before []Cell, s State) {
	t.Helper()
	for _, was := range before {
		is, _ := s.Find(was.ID)
		if is.Mode == was.Mode {
			continue
		}
		if !was.Mode.May(is.Mode) {
			t.Fatalf("cell %s went from %s to %s", is.ID, was.Mode, is.Mode)
		}
		if is.Mode == Regular && len(was.Holds) > 0 {
			t.Fatalf("cell %s became regular while held by %v", is.ID, was.Holds)
		}
	}
}

// A page's word never looks better than the mode, the condition or what a cell's needs do to it.
func TestWord(t *testing.T) {
	for _, m := range Modes {
		for _, c := range Conditions {
			for _, e := range []Effect{"", "degraded", "lost"} {
				w := Cell{Mode: m, Condition: c}.Word(e)
				if (w == WordOperational) != (m == Regular && c == Normal && e == "") {
					t.Errorf("%s, %s and %q are shown as %s", m, c, e, w)
				}
				if m == Regular && (c == Failed || e == "lost") && w != WordOutage {
					t.Errorf("%s, %s and %q are shown as %s", m, c, e, w)
				}
				if m != Regular && w != wordOfMode[m] {
					t.Errorf("%s is shown as %s, not as decided", m, w)
				}
			}
		}
	}
}
