package plan

import (
	"fmt"
	"testing"
)

// small draws a problem that can be enumerated: up to nine tasks, two teams, half of them with a calendar, some with a gate, a release, a lag or a fixed task.
func small(seed uint64) *Problem {
	r := newRandom(seed)
	p := &Problem{Schema: ProblemSchema, Name: fmt.Sprint("small-", seed), Teams: []Team{{ID: "a", Heads: int64(r.between(1, 3))}, {ID: "b", Heads: int64(r.between(1, 2))}}}
	if seed%2 == 0 {
		p.Teams[0].Shifts = []Shift{{From: int64(r.between(1, 4)), Until: int64(r.between(5, 7)), Heads: int64(r.between(0, 3))}}
		p.Teams[1].Shifts = []Shift{{From: 2, Until: 4, Heads: 0, Every: int64(r.between(8, 12))}}
	}
	n := r.between(3, 9)
	for i := range n {
		t := Task{ID: fmt.Sprint(i + 1), Minutes: Exactly(int64(r.between(0, 4))), Heads: []Need{{"ab"[i%2 : i%2+1], 1}}}
		if r.below(4) == 0 {
			t.Heads = []Need{{"a", int64(r.between(1, int(p.Teams[0].Heads)))}, {"b", 1}}
		}
		for k := range i {
			if r.below(5) == 0 {
				t.After = append(t.After, Link{Task: fmt.Sprint(k + 1), Lag: int64(max(0, r.between(-6, 2)))})
			}
		}
		switch r.below(12) {
		case 0:
			t.Opens = &Opening{Range: Exactly(int64(r.below(8)))}
		case 1:
			at := int64(r.below(6))
			t.Earliest = &at
		case 2:
			t.Attend, t.AttendMinutes = AttendStart, 1
		}
		p.Tasks = append(p.Tasks, t)
		p.Services = append(p.Services, Service{ID: "s" + t.ID, Set: []string{t.ID}, Weight: int64(r.below(6)), RTO: int64(r.below(9)), MTPD: int64(8 + r.below(9))})
	}
	if seed%3 == 0 { // most problems have fewer services than tasks, and some with a set
		p.Services = p.Services[n/2:]
		p.Services[0].Set = append(p.Services[0].Set, "1")
	}
	return p
}

// oracle tries every order of the tasks, each as early as it then can be, minute by minute. It knows nothing of lists, profiles or searches. For objectives that never get better by being
// later one of these schedules is the best of all (Sprecher, Kolisch and Drexl 1995). It says whether one costs less.
type oracle struct {
	p     *Problem
	kind  string
	below int64
	at    []int64 // begin of each task; -1
	busy  map[[2]int64]int64
}

const oracleHorizon = 200

func (o *oracle) better() bool {
	if o.optimistic() >= o.below {
		return false
	}
	done := true
	for i := range o.p.Tasks {
		if o.at[i] >= 0 {
			continue
		}
		done = false
		t := o.earliest(i)
		for t < oracleHorizon && !o.free(i, t) {
			t++
		}
		if t >= oracleHorizon {
			continue
		}
		o.hold(i, t, 1)
		o.at[i] = t
		found := o.better()
		o.at[i] = -1
		o.hold(i, t, -1)
		if found {
			return true
		}
	}
	return done
}

// earliest is the horizon while a predecessor has no time.
func (o *oracle) earliest(i int) int64 {
	t := &o.p.Tasks[i]
	from := int64(0)
	if t.Earliest != nil {
		from = *t.Earliest
	}
	if t.Opens != nil {
		from = max(from, t.Opens.Range.Likely)
	}
	for _, l := range t.After {
		k := o.index(l.Task)
		if o.at[k] < 0 {
			return oracleHorizon
		}
		from = max(from, o.at[k]+o.p.Tasks[k].Minutes.Likely+l.Lag)
	}
	return from
}

func (o *oracle) index(id string) int {
	for i := range o.p.Tasks {
		if o.p.Tasks[i].ID == id {
			return i
		}
	}
	panic(id)
}

func (o *oracle) heldMinutes(i int) int64 {
	if t := &o.p.Tasks[i]; t.Attend == AttendStart {
		return min(t.AttendMinutes, t.Minutes.Likely)
	}
	return o.p.Tasks[i].Minutes.Likely
}

func (o *oracle) free(i int, at int64) bool {
	for _, d := range o.p.Tasks[i].Heads {
		team := int64(d.Team[0] - 'a')
		for m := at; m < at+o.heldMinutes(i); m++ {
			if o.busy[[2]int64{team, m}]+d.Heads > headsAt(&o.p.Teams[team], m) {
				return false
			}
		}
	}
	return true
}

func headsAt(t *Team, minute int64) int64 {
	for _, s := range t.Shifts {
		m := minute
		if s.Every > 0 && m >= s.From {
			m = s.From + (m-s.From)%s.Every
		}
		if m >= s.From && m < s.Until {
			return s.Heads
		}
	}
	return t.Heads
}

func (o *oracle) hold(i int, at, sign int64) {
	for _, d := range o.p.Tasks[i].Heads {
		for m := at; m < at+o.heldMinutes(i); m++ {
			o.busy[[2]int64{int64(d.Team[0] - 'a'), m}] += sign * d.Heads
		}
	}
}

// optimistic is the objective if whatever has no time yet began as soon as precedence allows.
func (o *oracle) optimistic() int64 {
	end := make([]int64, len(o.p.Tasks))
	var latest int64
	for i := range o.p.Tasks { // predecessors stand before
		begin := o.at[i]
		if begin < 0 {
			begin = 0
			for _, l := range o.p.Tasks[i].After {
				begin = max(begin, end[o.index(l.Task)]+l.Lag)
			}
			if e := o.p.Tasks[i].Earliest; e != nil {
				begin = max(begin, *e)
			}
			if g := o.p.Tasks[i].Opens; g != nil {
				begin = max(begin, g.Range.Likely)
			}
		}
		end[i] = begin + o.p.Tasks[i].Minutes.Likely
		latest = max(latest, end[i])
	}
	if o.kind == KindMakespan {
		return latest
	}
	var sum int64
	for _, s := range o.p.Services {
		var back int64
		for _, id := range s.Set {
			back = max(back, end[o.index(id)])
		}
		sum += s.Weight * back
		if s.RTO > 0 {
			sum += s.Weight * max(0, back-s.RTO)
		}
		if s.MTPD > 0 {
			sum += 4 * s.Weight * max(0, back-s.MTPD)
		}
	}
	return sum
}

// On 500 problems small enough to be tried out, no schedule at all is better than the one that the search finds; for both objectives.
func TestSmallProblemsAreSolvedToTheOptimum(t *testing.T) {
	count := uint64(500)
	if testing.Short() {
		count = 50
	}
	for seed := range count {
		for _, kind := range []string{KindCost, KindMakespan} {
			p := small(seed)
			got, findings, err := Solve(p, Options{Kind: kind, Schedules: 3000, Seed: 1})
			if err != nil || len(got.LeftOut) > 0 {
				t.Errorf("problem %d: %v %v %v", seed, err, findings, got.LeftOut)
				continue
			}
			o := &oracle{p: p, kind: kind, below: got.Objective.Value, at: make([]int64, len(p.Tasks)), busy: map[[2]int64]int64{}}
			for i := range o.at {
				o.at[i] = -1
			}
			if o.better() {
				t.Errorf("problem %d, %s: there is a schedule better than %d", seed, kind, got.Objective.Value)
			}
			if got.Objective.Bound > got.Objective.Value {
				t.Errorf("problem %d, %s: the bound %d is above the value %d", seed, kind, got.Objective.Bound, got.Objective.Value)
			}
		}
	}
}
