package plan

import "testing"

// Waves wait for the last of the level before, contracts for nobody but their own work: with one head, who pays less waits; the search finds what is best for both.
func TestBaselinesDoWhatTheySay(t *testing.T) {
	one := []Need{{"x", 1}}
	p := &Problem{Teams: []Team{{ID: "x", Heads: 1}}, Tasks: []Task{
		{ID: "base", Minutes: Exactly(1), Heads: one}, {ID: "long", Minutes: Exactly(100), Heads: one}, {ID: "quick", Minutes: Exactly(1), Heads: one, After: []Link{{Task: "base"}}},
	}, Services: []Service{{ID: "gold", Set: []string{"long"}, Weight: 3}, {ID: "wood", Set: []string{"quick"}, Weight: 2}}}
	for name, c := range map[string]struct {
		plan func(*Problem) (*Plan, []Finding, error)
		want map[string]int64
	}{
		"waves":   {StrictWaves, map[string]int64{"long": 0, "base": 100, "quick": 101}},
		"largest": {byWeight(false), map[string]int64{"long": 0, "base": 100, "quick": 101}},
		"behind":  {byWeight(true), map[string]int64{"long": 0, "base": 100, "quick": 101}},
		"search":  {func(p *Problem) (*Plan, []Finding, error) { return Solve(p, Options{Schedules: 50}) }, map[string]int64{"base": 0, "quick": 1, "long": 2}},
	} {
		made, _, err := c.plan(p)
		if err != nil {
			t.Fatal(err)
		}
		for id, at := range c.want {
			if made.Start[id] != at {
				t.Errorf("%s: %s begins in %d, want %d", name, id, made.Start[id], at)
			}
		}
	}
	p.Tasks[1].Heads, p.Tasks[2].Heads = nil, nil // nobody stands in anybody's way: only waves still wait
	waves, _, _ := StrictWaves(p)
	quick, _, _ := LargestWeightFirst(p, false)
	if waves.Start["quick"] != 100 || quick.Start["quick"] != 1 {
		t.Errorf("quick begins in %d by waves, %d by weight, want 100 and 1", waves.Start["quick"], quick.Start["quick"])
	}
}

func byWeight(inherit bool) func(*Problem) (*Plan, []Finding, error) {
	return func(p *Problem) (*Plan, []Finding, error) { return LargestWeightFirst(p, inherit) }
}

// Without inheritance, what carries nothing itself comes last, whoever waits behind it.
func TestLargestWeightBehind(t *testing.T) {
	one := []Need{{"x", 1}}
	p := &Problem{Teams: []Team{{ID: "x", Heads: 1}}, Tasks: []Task{
		{ID: "small", Minutes: Exactly(10), Heads: one}, {ID: "base", Minutes: Exactly(1), Heads: one}, {ID: "great", Minutes: Exactly(1), Heads: one, After: []Link{{Task: "base"}}},
	}, Services: []Service{{ID: "s", Set: []string{"small"}, Weight: 1}, {ID: "g", Set: []string{"great"}, Weight: 9}}}
	for inherit, want := range map[bool]int64{false: 12, true: 2} {
		if made, _, _ := LargestWeightFirst(p, inherit); made.Back["g"] != want {
			t.Errorf("inherit %v: the great one is back in %d, want %d", inherit, made.Back["g"], want)
		}
	}
}
