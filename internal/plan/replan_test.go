package plan

import "testing"

// advance plays a plan until a minute: what began by then is done or running, a fifth of the rest takes longer than thought.
func advance(p *Problem, made *Plan, now int64) (changed *Problem) {
	q := *p
	q.Start = now
	q.Tasks = append([]Task(nil), p.Tasks...)
	for i := range q.Tasks {
		t := &q.Tasks[i]
		at, planned := made.Start[t.ID]
		if !planned || at >= now {
			continue
		}
		begun := at
		t.State, t.At = StateRunning, &begun
		if at+t.Minutes.Likely <= now && made.Pieces[t.ID] == nil {
			t.State = StateDone
		}
	}
	q.Slip("dev")
	return &q
}

// After slips: what has begun stays where it was, and thinking again is no worse than shifting everything to the right.
func TestReplanKeepsWhatHasBegunAndBeatsShifting(t *testing.T) {
	p, err := Generate(Shape{Customers: 5, Services: 30, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	old, _, err := Solve(p, Options{Schedules: 500, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	changed := advance(p, old, 600)
	shifted, _, err := ShiftRight(p, changed, old, KindCost)
	if err != nil {
		t.Fatal(err)
	}
	made, diff, _, err := Replan(changed, old, Options{Schedules: 500, Seed: 1}, Notice{Minutes: 60, Price: 5000})
	if err != nil {
		t.Fatal(err)
	}
	for i := range changed.Tasks {
		if c := &changed.Tasks[i]; c.State != "" && made.Start[c.ID] != *c.At {
			t.Errorf("task %s began in %d and is now planned for %d", c.ID, *c.At, made.Start[c.ID])
		}
	}
	if made.Objective.Value > shifted.Objective.Value {
		t.Errorf("thinking costs %d, shifting %d", made.Objective.Value, shifted.Objective.Value)
	}
	if free := made.Objective.Value - diff.Sunk; diff.Sunk <= 0 || free <= 0 {
		t.Errorf("of a cost of %d, %d lies behind: want some behind and some ahead", made.Objective.Value, diff.Sunk)
	}
	t.Logf("shifted %d, planned anew %d, promised %d, broken %d", shifted.Objective.Value, made.Objective.Value, diff.Promised, diff.Broken)
}

// Where a promise is dear, no start moves that would not move by shifting alone: what is promised gets its people first.
func TestDearPromisesAreKept(t *testing.T) {
	promised := 0
	for seed := range uint64(5) {
		p, err := Generate(Shape{Customers: 10, Services: 60, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		old, _, err := Solve(p, Options{Schedules: 300, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		changed, notice := advance(p, old, 1500), Notice{Minutes: 480, Price: MaxPrice}
		shifted, _, err := ShiftRight(p, changed, old, KindCost)
		if err != nil {
			t.Fatal(err)
		}
		_, diff, _, err := Replan(changed, old, Options{Schedules: 200, Seed: seed}, notice)
		if err != nil {
			t.Fatal(err)
		}
		if forced := Compare(changed, old, shifted, notice).Broken; diff.Broken > forced {
			t.Errorf("seed %d: of %d promised starts %d move, %d by shifting alone", seed, diff.Promised, diff.Broken, forced)
		}
		promised += diff.Promised
	}
	if promised < 10 {
		t.Errorf("only %d starts were promised: too few to say anything", promised)
	}
}
