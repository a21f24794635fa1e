package plan

import (
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// Who is late keeps those waiting who were to take over from them; in the old order somebody else goes.
func TestShiftingKeepsWhoTakesOverFromWhom(t *testing.T) {
	one := []Need{{"ops", 1}}
	was := &Problem{Teams: []Team{{ID: "ops", Heads: 2}}, Tasks: []Task{
		{ID: "a", Minutes: Exactly(60), Heads: one}, {ID: "b", Minutes: Exactly(10), Heads: one},
		{ID: "c", Minutes: Exactly(20), Heads: one, After: []Link{{Task: "b"}}}, {ID: "d", Minutes: Exactly(5), Heads: one, After: []Link{{Task: "a"}}}}}
	old := &Plan{Start: map[string]int64{"a": 0, "b": 0, "c": 10, "d": 60}}
	now := *was
	now.Tasks = append([]Task(nil), was.Tasks...)
	now.Tasks[1].Minutes = Exactly(100)
	shifted, _, err := ShiftRight(was, &now, old, KindMakespan)
	if err != nil {
		t.Fatal(err)
	}
	if want := (map[string]int64{"a": 0, "b": 0, "c": 100, "d": 120}); !maps.Equal(shifted.Start, want) {
		t.Errorf("shifted: %v, want %v: whoever does d does c before", shifted.Start, want)
	}
	ordered, _, err := InOldOrder(&now, old, KindMakespan)
	if err != nil {
		t.Fatal(err)
	}
	if want := (map[string]int64{"a": 0, "b": 0, "c": 100, "d": 60}); !maps.Equal(ordered.Start, want) {
		t.Errorf("in the old order: %v, want %v: whoever did a does d", ordered.Start, want)
	}
}

// Nobody waits for work that cannot be done any more.
func TestShiftingPassesByWhatHasNoPlace(t *testing.T) {
	one := []Need{{"ops", 1}}
	was := &Problem{Teams: []Team{{ID: "ops", Shifts: []Shift{{From: 0, Until: 100, Heads: 1}}}}, Tasks: []Task{
		{ID: "a", Minutes: Exactly(10), Heads: one}, {ID: "b", Minutes: Exactly(10), Heads: one}}}
	old := &Plan{Start: map[string]int64{"a": 0, "b": 10}}
	now := *was
	now.Tasks = append([]Task(nil), was.Tasks...)
	now.Tasks[0].Minutes = Exactly(101)
	shifted, _, err := ShiftRight(was, &now, old, KindMakespan)
	if err != nil {
		t.Fatal(err)
	}
	if want := (map[string]int64{"b": 10}); !maps.Equal(shifted.Start, want) {
		t.Errorf("shifted: %v, want %v", shifted.Start, want)
	}
}

// Who takes over from whom does not depend on people who come long after all is over.
func TestTakingOverGoesByWhoIsThere(t *testing.T) {
	one := []Need{{"ops", 1}}
	for name, shifts := range map[string][]Shift{"without shifts": nil, "with a shift far away": {{From: 1000, Until: 1010, Heads: 10}}} {
		was := &Problem{Teams: []Team{{ID: "ops", Heads: 2, Shifts: shifts}}, Tasks: []Task{
			{ID: "a", Minutes: Exactly(10), Heads: one}, {ID: "b", Minutes: Exactly(10), Heads: one},
			{ID: "c", Minutes: Exactly(10), Heads: one}, {ID: "d", Minutes: Exactly(10), Heads: one}}}
		now := *was
		now.Tasks = append([]Task(nil), was.Tasks...)
		now.Tasks[0].Minutes = Exactly(60)
		shifted, _, err := ShiftRight(was, &now, &Plan{Start: map[string]int64{"a": 0, "b": 0, "c": 10, "d": 10}}, KindMakespan)
		if err != nil {
			t.Fatal(err)
		}
		if want := (map[string]int64{"a": 0, "b": 0, "c": 60, "d": 10}); !maps.Equal(shifted.Start, want) {
			t.Errorf("%s: %v, want %v", name, shifted.Start, want)
		}
	}
}

// Who works by night takes over from nobody who went home in the evening.
func TestWhoLeavesHandsNothingOver(t *testing.T) {
	one := []Need{{"ops", 1}}
	was := &Problem{Teams: []Team{{ID: "ops", Heads: 3, Shifts: []Shift{{From: 20, Until: 40, Heads: 2}}}}, Tasks: []Task{
		{ID: "a", Minutes: Exactly(10), Heads: one}, {ID: "b", Minutes: Exactly(15), Heads: one}, {ID: "c", Minutes: Exactly(18), Heads: one}, {ID: "night", Minutes: Exactly(10), Heads: one}}}
	now := *was
	now.Tasks = append([]Task(nil), was.Tasks...)
	now.Tasks[0].Minutes = Exactly(30)
	shifted, _, err := ShiftRight(was, &now, &Plan{Start: map[string]int64{"a": 0, "b": 0, "c": 0, "night": 20}}, KindMakespan)
	if err != nil {
		t.Fatal(err)
	}
	if want := (map[string]int64{"a": 0, "b": 0, "c": 0, "night": 20}); !maps.Equal(shifted.Start, want) {
		t.Errorf("%v, want %v: who did a goes home, who did b stays", shifted.Start, want)
	}
}

// Nobody waits for people of a gate of which nobody knows any more when it opens.
func TestShiftingWaitsForNoUnknownGate(t *testing.T) {
	one := []Need{{"ops", 1}}
	was := &Problem{Teams: []Team{{ID: "ops", Heads: 1}}, Tasks: []Task{
		{ID: "gate", Minutes: Exactly(10), Heads: one, Opens: &Opening{Range: Exactly(10)}}, {ID: "x", Minutes: Exactly(10), Heads: one}, {ID: "long", Minutes: Exactly(1000)}}}
	now := *was
	now.Tasks = append([]Task(nil), was.Tasks...)
	now.Tasks[0].Opens = &Opening{Unknown: true}
	shifted, _, err := ShiftRight(was, &now, &Plan{Start: map[string]int64{"gate": 10, "x": 25, "long": 0}}, KindMakespan)
	if err != nil {
		t.Fatal(err)
	}
	if want := (map[string]int64{"x": 25, "long": 0}); !maps.Equal(shifted.Start, want) {
		t.Errorf("%v, want %v", shifted.Start, want)
	}
}

// Where nothing happened nothing moves, whatever calendars, pauses and gates there are.
func TestShiftingMovesNothingWithoutAReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64().Draw(t, "problem"))
		kind := rapid.SampledFrom([]string{KindCost, KindMakespan}).Draw(t, "kind")
		old := planned(t)(Solve(p, Options{Kind: kind, Schedules: rapid.IntRange(1, 60).Draw(t, "schedules"), Seed: 1}))
		for name, again := range map[string]*Plan{"shifted": planned(t)(ShiftRight(p, p, old, kind)), "in the old order": planned(t)(InOldOrder(p, old, kind))} {
			if !maps.Equal(again.Start, old.Start) || !maps.Equal(again.Back, old.Back) {
				t.Errorf("%s: %v, want %v", name, again.Start, old.Start)
			}
		}
	})
}
