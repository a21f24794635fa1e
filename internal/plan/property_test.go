package plan

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// Whatever the seed: the search never ends above the best of its starting orders, and never below its bound.
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
		if v := made.Objective; v.Value > rule.Objective.Value || v.Value < v.Bound {
			t.Fatalf("%d, starting order %d, bound %d", v.Value, rule.Objective.Value, v.Bound)
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

// Readers take anything, and what they take can be compiled.
func FuzzReaders(f *testing.F) {
	f.Add([]byte("4 1\n1\n0 0 2 2 3\n2 1 1 4\n3 1 1 4\n0 0 0\n"))
	f.Add([]byte(`{"schema":"blackstart/plan-problem/1","tasks":[{"id":"a","minutes":{"min":1,"likely":2,"max":3},"after":[{"task":"a","lag":3}],"opens":"unknown"}]}`))
	f.Add([]byte("jobs (incl. supersource/sink ): 1\n- renewable : 0 R\n- nonrenewable : 0 N\n- doubly constrained : 0 D\nPRECEDENCE RELATIONS:\njobnr.\n1 1 0\nREQUESTS/DURATIONS:\njobnr.\n---\n1 1 0\nRESOURCEAVAILABILITIES:\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func() (*Problem, error){
			func() (*Problem, error) { return ReadProblem(data) },
			func() (*Problem, error) { return ReadPSPLIB("f", data) },
			func() (*Problem, error) { return ReadPatterson("f", data) },
		} {
			p, err := read()
			if err != nil || len(p.Tasks) > 200 || len(p.Teams) > 50 {
				continue
			}
			if _, _, err := Solve(p, Options{Schedules: 3}); err != nil {
				t.Errorf("it was read but not planned: %v", err)
			}
			if again, err := p.Marshal(); err == nil {
				if back, err := ReadProblem(again); err == nil {
					if twice, _ := back.Marshal(); !bytes.Equal(again, twice) {
						t.Errorf("written twice, two files")
					}
				}
			}
		}
	})
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
