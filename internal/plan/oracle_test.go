package plan

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
)

// small draws a problem that can be tried out: up to nine tasks and three teams with everything that a problem may have. Half of them have calendars; gates, some of which nobody knows
// when they open, lags, releases, work that is fixed or runs, that needs several teams, is attended at its start or never, or may pause, are spread over all.
func small(seed uint64) *Problem {
	r := newRandom(seed)
	p := &Problem{Schema: ProblemSchema, Name: fmt.Sprint("small-", seed), Start: int64(r.between(-1, 1) * 20)}
	for k := range r.between(2, 3) {
		p.Teams = append(p.Teams, Team{ID: "abc"[k : k+1], Heads: int64(r.between(1, 3-k))})
	}
	if seed%2 == 0 {
		p.Teams[0].Shifts = []Shift{{From: p.Start + int64(r.between(1, 4)), Until: p.Start + int64(r.between(5, 7)), Heads: int64(r.between(0, 3))}}
		p.Teams[1].Shifts = []Shift{{From: p.Start + 2, Until: p.Start + 4, Heads: 0, Every: int64(r.between(8, 12))}}
	}
	n := r.between(3, 9)
	for i := range n {
		p.Tasks = append(p.Tasks, smallTask(r, p, i))
	}
	for _, t := range p.Tasks {
		p.Services = append(p.Services, Service{ID: "s" + t.ID, Set: []string{t.ID}, Weight: int64(r.below(6)), Since: p.Start - int64(r.below(5)), RTO: int64(r.below(9)), MTPD: int64(8 + r.below(9))})
	}
	if seed%3 == 0 { // most problems have fewer services than tasks, and some with a set
		p.Services = p.Services[n/2:]
		p.Services[0].Set = append(p.Services[0].Set, "1")
	}
	if seed%5 == 0 {
		p.Factors = &Factors{RTO: int64(r.below(4)), MTPD: int64(r.below(9))}
	}
	return p
}

func smallTask(r *random, p *Problem, i int) Task {
	t := Task{ID: fmt.Sprint(i + 1), Minutes: Exactly(int64(r.between(0, 5)))}
	for k, team := range p.Teams {
		if k == i%2 || r.below(4) == 0 {
			t.Heads = append(t.Heads, Need{team.ID, int64(r.between(1, int(team.Heads)))})
		}
	}
	for k := range i {
		if r.below(5) == 0 {
			t.After = append(t.After, Link{Task: fmt.Sprint(k + 1), Lag: int64(max(0, r.between(-6, 2)))})
		}
	}
	at := p.Start + int64(r.below(8))
	switch r.below(14) {
	case 0:
		t.Opens = &Opening{Range: Exactly(at)}
	case 1:
		t.Earliest = &at
	case 2, 3:
		t.Attend = AttendNone
		if t.AttendMinutes = int64(r.below(3)); t.AttendMinutes > 0 {
			t.Attend = AttendStart
		}
	case 4:
		t.Attend = AttendNone
	case 5:
		t.Opens = &Opening{Unknown: true}
	case 6:
		t.State, t.At = StateFixed, &at
	case 7:
		at = p.Start - 1
		t.State, t.At = StateRunning, &at
	}
	t.Pausable = r.below(4) == 0
	return t
}

// oracle tries every order in which pieces of work can be begun, each as early as it then can be, minute by minute; work that may pause can be left off at every fall of the calendar,
// and its rest is a piece of its own. It knows nothing of lists, profiles or searches. Some schedule of this kind is the best of all: from one that is not, take its pieces by their begins;
// moving each to the left, or beginning it earlier, takes nothing from those before it and gives to those behind it (Sprecher, Kolisch and Drexl 1995, for work in one piece).
type oracle struct {
	p       *Problem
	kind    string
	whole   bool // the pieces of a task are begun one after the other, as in a list of tasks
	below   int64
	assumed int64     // minute, from the start, in which the unknown gates open
	free    [][]int64 // heads of each team, minute by minute from the start
	falls   [][]bool  // whether a team has fewer heads by the calendar than the minute before
	tasks   []tried
	seen    map[string]bool // partial schedules that lead to nothing better
}

// tried is a task while the oracle tries. Minutes count from the start.
type tried struct {
	minutes, held, release int64
	needs                  [][2]int64 // team, heads
	after                  [][2]int64 // task, lag
	pausable, given        bool
	behind                 bool
	left, until            int64 // minutes of people's work that are left, and the end of its last piece
	begun                  bool
}

const oracleHorizon = 250

func newOracle(p *Problem, kind string, made *Plan) *oracle {
	o := &oracle{p: p, kind: kind, seen: map[string]bool{}}
	if made.Assumed != nil {
		o.assumed = *made.Assumed - p.Start
	}
	for k := range p.Teams {
		free, falls := make([]int64, oracleHorizon), make([]bool, oracleHorizon)
		for m := range free {
			free[m] = headsAt(&p.Teams[k], p.Start+int64(m))
			falls[m] = free[m] < headsAt(&p.Teams[k], p.Start+int64(m)-1)
		}
		o.free, o.falls = append(o.free, free), append(o.falls, falls)
	}
	for i := range p.Tasks {
		o.tasks = append(o.tasks, o.read(&p.Tasks[i]))
	}
	o.below = o.value(made)
	return o
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

func (o *oracle) read(t *Task) tried {
	x := tried{minutes: t.Minutes.Likely, pausable: t.Pausable, given: t.State != ""}
	for _, d := range t.Heads {
		x.needs = append(x.needs, [2]int64{int64(d.Team[0] - 'a'), d.Heads})
	}
	for _, l := range t.After {
		before := slices.IndexFunc(o.p.Tasks, func(b Task) bool { return b.ID == l.Task })
		x.after = append(x.after, [2]int64{int64(before), l.Lag})
		x.behind = x.behind || o.tasks[before].behind && !x.given
	}
	if t.Earliest != nil {
		x.release = max(x.release, *t.Earliest-o.p.Start)
	}
	if t.Opens != nil && !t.Opens.Unknown {
		x.release = max(x.release, t.Opens.Range.Likely-o.p.Start)
	}
	if x.behind = x.behind || t.Opens != nil && t.Opens.Unknown && !x.given; x.behind {
		x.release = max(x.release, o.assumed)
	}
	if t.State == StateRunning { // it is over no earlier than now
		x.minutes = max(x.minutes, o.p.Start-*t.At)
	}
	switch t.Attend {
	case AttendNone:
	case AttendStart:
		x.held = min(t.AttendMinutes, x.minutes)
	default:
		x.held = x.minutes
	}
	if x.left = x.held; x.given {
		from := *t.At - o.p.Start
		for m := max(0, from); m < from+x.held; m++ {
			o.hold(&x, m, 1)
		}
		x.begun, x.left, x.until = true, 0, from+x.held
	}
	return x
}

func (x *tried) end() int64 { return x.until + x.minutes - x.held }

// hold takes heads for a minute, or gives them back; what is given may take more than there is.
func (o *oracle) hold(x *tried, minute, sign int64) {
	for _, d := range x.needs {
		o.free[d[0]][minute] -= sign * d[1]
	}
}

func (o *oracle) fits(x *tried, minute int64) bool {
	return !slices.ContainsFunc(x.needs, func(d [2]int64) bool { return o.free[d[0]][minute] < d[1] })
}

func (o *oracle) fall(x *tried, minute int64) bool {
	return slices.ContainsFunc(x.needs, func(d [2]int64) bool { return o.falls[d[0]][minute] })
}

// better says whether some way to go on costs less than below.
func (o *oracle) better() bool {
	if o.optimistic() >= o.below {
		return false
	}
	key := make([]byte, 0, 3*len(o.tasks))
	done := true
	for i := range o.tasks {
		x := &o.tasks[i]
		key = append(key, byte(x.left), byte(x.until), byte(x.until>>8))
		done = done && x.begun && x.left == 0
	}
	if done || o.seen[string(key)] {
		return done
	}
	apart := o.whole && slices.ContainsFunc(o.tasks, func(x tried) bool { return x.begun && x.left > 0 })
	for i := range o.tasks {
		if x := &o.tasks[i]; (!x.begun && !apart || x.left > 0 && x.begun) && o.ready(x) && o.piece(x) {
			return true
		}
	}
	o.seen[string(key)] = true // only now: what leads to nothing
	return false
}

func (o *oracle) ready(x *tried) bool {
	return !slices.ContainsFunc(x.after, func(l [2]int64) bool { b := &o.tasks[l[0]]; return !b.begun || b.left > 0 })
}

// piece tries the next piece of a task at the first minute at which there can be one, to each minute to which it can go from there.
func (o *oracle) piece(x *tried) bool {
	from := x.release
	for _, l := range x.after {
		from = max(from, o.tasks[l[0]].end()+l[1])
	}
	if x.begun {
		from = x.until
	}
	was := *x
	for ; from < oracleHorizon-20; from++ {
		var untils []int64
		m := from
		for ; m < from+x.left && o.fits(x, m); m++ {
			if x.pausable && m > from && o.fall(x, m) {
				untils = append(untils, m)
			}
		}
		if m == from+x.left || x.pausable && m > from && o.fall(x, m) {
			untils = append(untils, m)
		}
		for _, until := range slices.Backward(untils) {
			if o.try(x, was, from, until) {
				return true
			}
		}
		if len(untils) > 0 {
			return false
		}
	}
	return false
}

func (o *oracle) try(x *tried, was tried, from, until int64) bool {
	for m := from; m < until; m++ {
		o.hold(x, m, 1)
	}
	x.begun, x.left, x.until = true, x.left-(until-from), until
	found := o.better()
	*x = was
	for m := from; m < until; m++ {
		o.hold(x, m, -1)
	}
	return found
}

// optimistic is the objective if whatever has no time yet began as soon as precedence allows.
func (o *oracle) optimistic() int64 {
	end := make([]int64, len(o.tasks))
	for i := range o.tasks { // predecessors stand before
		switch x := &o.tasks[i]; {
		case x.begun:
			end[i] = x.end() + x.left
		default:
			end[i] = x.release
			for _, l := range x.after {
				end[i] = max(end[i], end[l[0]]+l[1])
			}
			end[i] += x.minutes
		}
	}
	return o.objective(end)
}

// objective is what the search is to keep small: of costs, those behind unknown gates too; of the makespan, the end of what has dates and the end of all.
func (o *oracle) objective(end []int64) (sum int64) {
	if o.kind == KindMakespan {
		dated, all, behind := int64(0), int64(0), false
		for i := range end {
			all, behind = max(all, end[i]), behind || o.tasks[i].behind
			if !o.tasks[i].behind {
				dated = max(dated, end[i])
			}
		}
		if behind {
			return dated + all
		}
		return dated
	}
	f := Factors{RTO: 1, MTPD: 4}
	if o.p.Factors != nil {
		f = *o.p.Factors
	}
	for _, s := range o.p.Services {
		out := int64(0)
		for _, id := range s.Set {
			i := slices.IndexFunc(o.p.Tasks, func(t Task) bool { return t.ID == id })
			out = max(out, o.p.Start+end[i]-s.Since)
		}
		sum += s.Weight * out
		if s.RTO > 0 {
			sum += f.RTO * s.Weight * max(0, out-s.RTO)
		}
		if s.MTPD > 0 {
			sum += f.MTPD * s.Weight * max(0, out-s.MTPD)
		}
	}
	return sum
}

// value is the objective of a plan.
func (o *oracle) value(made *Plan) int64 {
	end := make([]int64, len(o.tasks))
	for i := range o.tasks {
		x, id := &o.tasks[i], o.p.Tasks[i].ID
		at := made.Start[id] - o.p.Start
		if x.behind {
			at = o.assumed + made.Behind[id].Plus
		}
		if end[i] = at + x.minutes; len(made.Pieces[id]) > 0 {
			end[i] = made.Pieces[id][len(made.Pieces[id])-1].Until - o.p.Start + x.minutes - x.held
		}
	}
	return o.objective(end)
}

// parted are the problems whose best schedule has the pieces of a paused task on both sides of a task that waits for another one between them. A list of tasks has no place for that
// (docs/planning.md, "What falls short"): the oracle confirms that of all lists the plan's is the best.
var parted = []string{"358 makespan"}

// On 500 problems small enough to be tried out, no schedule at all is better than the one that the search finds; for both objectives.
func TestSmallProblemsAreSolvedToTheOptimum(t *testing.T) {
	count := uint64(500)
	if testing.Short() {
		count = 50
	}
	for seed := range count {
		for _, kind := range []string{KindCost, KindMakespan} {
			switch o := againstOracle(t, seed, kind); {
			case !o.better():
			case slices.Contains(parted, fmt.Sprint(seed, " ", kind)):
				o = againstOracle(t, seed, kind)
				if o.whole = true; o.better() {
					t.Errorf("problem %d, %s: there is a list with a better schedule", seed, kind)
				}
			default:
				t.Errorf("problem %d, %s: there is a better schedule", seed, kind)
			}
		}
	}
}

// How often a plan of 2,000 schedules is not the best, on as many problems as ORACLE says.
func TestHowManySmallProblemsAreSolved(t *testing.T) {
	count, err := strconv.ParseUint(os.Getenv("ORACLE"), 10, 32)
	if err != nil {
		t.Skip("set ORACLE to a number of problems: 5,000 take three minutes")
	}
	missed, lists := 0, 0
	for seed := range count {
		for _, kind := range []string{KindCost, KindMakespan} {
			if !againstOracle(t, seed, kind).better() {
				continue
			}
			missed++
			o := againstOracle(t, seed, kind)
			if o.whole = true; o.better() {
				lists++
			}
			t.Logf("problem %d, %s: there is a better schedule", seed, kind)
		}
	}
	t.Logf("%d plans, %d not the best, %d of them not even with paused work in one place of the list", 2*count, missed, lists)
}

// againstOracle solves a problem and gives an oracle that looks for something better.
func againstOracle(t *testing.T, seed uint64, kind string) *oracle {
	t.Helper()
	p := small(seed)
	got, findings, err := Solve(p, Options{Kind: kind, Schedules: 2000, Seed: 1})
	if err != nil || len(got.LeftOut) > 0 {
		t.Fatalf("problem %d: %v %v %v", seed, err, findings, got.LeftOut)
	}
	if got.Objective.Bound > got.Objective.Value {
		t.Errorf("problem %d, %s: the bound %d is above the value %d", seed, kind, got.Objective.Bound, got.Objective.Value)
	}
	return newOracle(p, kind, got)
}
