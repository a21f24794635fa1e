package plan

import (
	"testing"

	"pgregory.net/rapid"
)

// optimum tries every order.
func optimum(p *Problem, above int64) int64 {
	o := &oracle{p: p, kind: KindCost, below: above, at: make([]int64, len(p.Tasks)), busy: map[[2]int64]int64{}}
	for i := range o.at {
		o.at[i] = -1
	}
	for o.below > 0 && o.better() {
		o.below--
	}
	return o.below
}

// climbed is the bound without the value of the plan to hold it down, and what it is to stay below.
func climbed(t interface{ Fatal(...any) }, p *Problem, made *Plan, arcs int64) (int64, *lagrange) {
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
		return 0, nil
	}
	return l.climb(made.Objective.Value + 50), l
}

// Whatever the prices, and however coarse the steps of time: no bound is above the best plan. Calendars, lags, gates, fixed tasks, services of several tasks.
func TestStrongBoundIsBelowTheOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64Range(0, 100_000).Draw(t, "problem"))
		if len(p.Tasks) > 6 {
			t.Skip("takes too long to enumerate")
		}
		if rapid.Bool().Draw(t, "moment") { // nothing says that shifts and durations have a measure in common
			for i := range p.Tasks {
				p.Tasks[i].Minutes = Exactly(2 * p.Tasks[i].Minutes.Likely)
			}
		}
		made, _, err := Solve(p, Options{Schedules: 1000, Seed: 1})
		if err != nil || len(made.LeftOut) > 0 {
			t.Skip("has a task without room")
		}
		best := optimum(p, made.Objective.Value)
		arcs := rapid.Int64Range(4, 400).Draw(t, "arcs")
		if bound, _ := climbed(t, p, made, arcs); bound > best {
			t.Fatalf("with %d arcs the bound is %d, the best plan costs %d", arcs, bound, best)
		}
	})
}
