package plan

import "testing"

// What does not stir gives the same schedule, and what gives another one stirs.
func TestWhatStirs(t *testing.T) {
	for seed := range uint64(40) {
		r := newRandom(seed)
		n, err := scarce(r).compile()
		if err != nil {
			t.Fatal(err)
		}
		a := newAnnealing(newHunt(n, Options{Kind: KindCost, Schedules: 1000, Seed: seed}), KindCost)
		a.try(n.startingOrder(KindCost))
		same, other := 0, 0
		for range 300 {
			copy(a.trial, a.now)
			a.move(a.trial)
			stirs := a.stirs()
			cost := a.worth(a.trial)
			changed := false
			for j := range a.start {
				changed = changed || a.start[j] != a.pass.start[j]
			}
			if stirs != changed {
				t.Fatalf("seed %d: stirs %v, but the schedule changed: %v", seed, stirs, changed)
			}
			if changed {
				other++
			} else {
				same++
			}
			a.accept(a.trial, cost)
		}
		if same == 0 || other == 0 {
			t.Fatalf("seed %d: %d moves changed nothing and %d something: want both", seed, same, other)
		}
	}
}

// scarce is a drawn problem without calendars: teams of several machine words, lags, gates, work that may pause or needs people at its beginning only.
func scarce(r *random) *Problem {
	p := &Problem{}
	for i := range 6 {
		p.Teams = append(p.Teams, Team{ID: string(rune('u' + i)), Heads: int64(r.between(2, 4))})
	}
	for i := range 26 {
		t := Task{ID: string(rune('A' + i)), Minutes: Exactly(int64(r.between(0, 9))), Pausable: r.below(3) == 0}
		for k := range 1 + r.below(2) {
			t.Heads = append(t.Heads, Need{p.Teams[(i+3*k+r.below(3))%6].ID, int64(r.between(1, 2))})
		}
		if len(t.Heads) == 2 && t.Heads[0].Team == t.Heads[1].Team {
			t.Heads = t.Heads[:1]
		}
		if r.below(4) == 0 {
			t.Attend, t.AttendMinutes = AttendStart, t.Minutes.Likely/2
		}
		if i > 0 && r.below(2) == 0 {
			t.After = []Link{{Task: p.Tasks[r.below(i)].ID, Lag: int64(r.below(3))}}
		}
		p.Tasks = append(p.Tasks, t)
		p.Services = append(p.Services, Service{ID: t.ID, Set: []string{t.ID}, Weight: int64(r.between(0, 9))})
	}
	return p
}
