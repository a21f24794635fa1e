package plan

import (
	"maps"
	"testing"
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

// Where nothing happened nothing moves.
func TestShiftingMovesNothingWithoutAReason(t *testing.T) {
	for seed := range uint64(4) {
		p, err := Generate(Shape{Customers: 5, Services: 40, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		old, _, err := Solve(p, Options{Schedules: 100, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		shifted, _, err := ShiftRight(p, p, old, KindCost)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(shifted.Start, old.Start) {
			t.Errorf("seed %d: shifting moves %d of %d starts though nothing happened", seed, len(Compare(p, old, shifted, Notice{}).Tasks), len(old.Start))
		}
	}
}
