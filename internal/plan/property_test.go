package plan

import (
	"testing"

	"pgregory.net/rapid"
)

// Whatever the seed: the search never ends above the best of its starting orders, and never below its bound. Behind unknown gates the objective is more than what the plan shows of it,
// so the oracle counts.
func TestCostIsNeverAboveTheStartingOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64Range(0, 10_000).Draw(t, "problem"))
		kind := rapid.SampledFrom([]string{KindCost, KindMakespan}).Draw(t, "kind")
		made, _, err := Solve(p, Options{Kind: kind, Schedules: rapid.IntRange(2, 60).Draw(t, "schedules"), Seed: rapid.Uint64().Draw(t, "seed")})
		if err != nil {
			t.Fatal(err)
		}
		rule, _, err := Solve(p, Options{Kind: kind, Schedules: 1})
		if err != nil {
			t.Fatal(err)
		}
		if value, start := newOracle(p, kind, made).below, newOracle(p, kind, rule).below; value > start || made.Objective.Value < made.Objective.Bound {
			t.Fatalf("%d, starting order %d; shown %+v", value, start, made.Objective)
		}
	})
}

// What a problem may say at most still gives a cost that is a number, also while the search counts what has no room.
func TestTheDearestProblem(t *testing.T) {
	late := MaxMoment
	p := &Problem{Teams: []Team{{ID: "x", Heads: 1}, {ID: "y", Shifts: []Shift{{From: 0, Until: 2, Heads: 1}}}}, Tasks: []Task{{ID: "a", Earliest: &late}, {ID: "b", Minutes: Exactly(3), Heads: []Need{{"y", 1}}}},
		Factors: &Factors{RTO: MaxFactor, MTPD: MaxFactor}, Services: []Service{{ID: "s", Set: []string{"a"}, Since: -MaxMoment, Weight: MaxWeights, RTO: 1, MTPD: 1}}}
	out := 2 * MaxMoment
	made, _, err := Solve(p, Options{Schedules: 20})
	if want := MaxWeights * (out + 2*MaxFactor*(out-1)); err != nil || made.Objective.Value != want || want < 0 {
		t.Errorf("%v: it costs %d, want %d", err, made.Objective.Value, want)
	}
	p.Services[0].Set = []string{"b"}
	n, err := p.compile()
	if err != nil {
		t.Fatal(err)
	}
	if cost := n.cost([]int64{never, never}); cost < out*MaxWeights {
		t.Errorf("what has no room costs %d", cost)
	}
}

// A bound stays one where a task brings several services back, and where the plan's end has a fixed task or one behind an unknown gate for a successor.
func TestBoundsOfSharedAndUndatedWork(t *testing.T) {
	at := int64(0)
	for name, p := range map[string]*Problem{
		"shared": {Teams: []Team{{ID: "x", Heads: 2}}, Tasks: []Task{{ID: "t", Minutes: Exactly(11), Heads: []Need{{"x", 2}}}},
			Services: []Service{{ID: "a", Set: []string{"t"}, Weight: 1}, {ID: "b", Set: []string{"t"}, Weight: 4}}},
		"gate":  {Teams: []Team{{ID: "x", Heads: 1}}, Tasks: []Task{{ID: "t", Minutes: Exactly(5), Heads: []Need{{"x", 1}}}, {ID: "g", Minutes: Exactly(9), After: []Link{{Task: "t"}}, Opens: &Opening{Unknown: true}}}},
		"fixed": {Teams: []Team{{ID: "x", Heads: 1}}, Tasks: []Task{{ID: "t", Minutes: Exactly(5), Heads: []Need{{"x", 1}}}, {ID: "f", Minutes: Exactly(9), After: []Link{{Task: "t"}}, State: StateFixed, At: &at}}},
	} {
		for _, kind := range []string{KindCost, KindMakespan} {
			made, _, err := Solve(p, Options{Kind: kind})
			if err != nil || made.Objective.Bound > made.Objective.Value {
				t.Errorf("%s: %v %+v", name, err, made.Objective)
			}
		}
	}
}
