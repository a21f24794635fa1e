package plan

import "testing"

// Work that may pause and is drawn as none at all is over when it could begin, not before everything.
func TestNoWorkMayPauseToo(t *testing.T) {
	for _, heads := range [][]Need{{{"x", 1}}, {{"x", 1}, {"y", 1}}} {
		p := &Problem{Teams: []Team{{ID: "x", Heads: 1}, {ID: "y", Heads: 1}}, Tasks: []Task{
			{ID: "a", Minutes: Exactly(1000)}, {ID: "b", Minutes: Range{0, 1, 2}, Heads: heads, Pausable: true, After: []Link{{Task: "a"}}}, {ID: "c", Minutes: Exactly(10), After: []Link{{Task: "b"}}},
		}, Services: []Service{{ID: "s", Set: []string{"c"}, Weight: 1}}}
		made, _, err := Solve(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := Simulate(p, made, 500, 1)
		if err != nil {
			t.Fatal(err)
		}
		if at := *r.Back["s"].P50; at < 1010 || at > 1012 {
			t.Errorf("with %d teams the service is back in minute %d, want about 1011", len(heads), at)
		}
	}
}

// Where work can miss its window, leaving it out is no harm that heats the search: heavier weights find what lighter ones find.
func TestHeavyWeightsFindTheSame(t *testing.T) {
	problem := func(factor int64) *Problem {
		p := &Problem{Teams: []Team{{ID: "x", Shifts: []Shift{{From: 0, Until: 300, Heads: 2}}}, {ID: "y", Heads: 2}}}
		r := newRandom(7)
		for i := range 30 {
			id, team := string(rune('A'+i)), []string{"x", "y"}[i%2]
			p.Tasks = append(p.Tasks, Task{ID: id, Minutes: Exactly(int64(r.between(5, 40))), Heads: []Need{{team, int64(r.between(1, 2))}}})
			p.Services = append(p.Services, Service{ID: id, Set: []string{id}, Weight: factor * int64(r.between(1, 9))})
		}
		return p
	}
	value := func(factor int64) int64 {
		made, _, err := Solve(problem(factor), Options{Schedules: 1500, Seed: 1})
		if err != nil || len(made.LeftOut) > 0 {
			t.Fatal(err, made.LeftOut)
		}
		return made.Objective.Value / factor
	}
	if light, heavy := value(1000), value(100_000); heavy > light+light/50 {
		t.Errorf("a thousand times the weights cost %d, a hundred thousand times %d", light, heavy)
	}
}
