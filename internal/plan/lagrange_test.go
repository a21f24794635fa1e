package plan

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// optimum tries everything, beginning with a plan.
func optimum(p *Problem, made *Plan) int64 {
	o := newOracle(p, KindCost, made)
	for o.better() {
		o.below--
	}
	return o.below
}

// dated leaves out the services that wait for a gate of which nobody knows when it opens: they are in the search, but in no cost that is shown, and in no bound.
func dated(p *Problem, made *Plan) *Problem {
	q := *p
	q.Services = slices.DeleteFunc(slices.Clone(p.Services), func(s Service) bool { _, behind := made.Waiting[s.ID]; return behind })
	return &q
}

// climbed is the bound without the value of the plan to hold it down, and what it is to stay below.
func climbed(t interface{ Fatal(...any) }, p *Problem, made *Plan, arcs int64) int64 {
	n, err := p.compile()
	if err != nil {
		t.Fatal(err)
	}
	start := make([]int64, n.size())
	for j := range start {
		at, dated := made.Start[n.id(int32(j))]
		if start[j] = at; !dated {
			start[j] = n.start
		}
	}
	l, ok := n.relaxed(arcs, made.Objective.Value, start, n.heads())
	if !ok {
		return 0
	}
	return l.climb(made.Objective.Value + 50)
}

// Whatever the prices, and however coarse the steps of time: no bound is above the best plan. Calendars, lags, gates, pauses, fixed tasks, services of several tasks.
func TestStrongBoundIsBelowTheOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64Range(0, 1_000_000).Draw(t, "problem"))
		if len(p.Tasks) > 7 {
			t.Skip("takes too long to try out")
		}
		if rapid.Bool().Draw(t, "even") { // what has a measure in common is counted in another way than what has none
			for i := range p.Tasks {
				p.Tasks[i].Minutes = Exactly(2 * p.Tasks[i].Minutes.Likely)
			}
		}
		made, _, err := Solve(p, Options{Schedules: 500, Seed: 1})
		if err != nil || len(made.LeftOut) > 0 {
			t.Skip("has a task without room")
		}
		p = dated(p, made)
		if made, _, err = Solve(p, Options{Schedules: 500, Seed: 1}); err != nil {
			t.Fatal(err)
		}
		if made.Makespan > p.Start+oracleHorizon/2 {
			t.Skip("fits only when the calendars have ended, after more than a year: beyond what the oracle sees, and half a million minutes to relax")
		}
		arcs := rapid.SampledFrom([]int64{5, 20, 80, maxArcs}).Draw(t, "arcs")
		bound, best := climbed(t, p, made, arcs), optimum(p, made)
		if bound > best {
			t.Fatalf("with %d arcs the bound is %d, the best plan costs %d", arcs, bound, best)
		}
	})
}
