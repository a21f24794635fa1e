package plan

import (
	"cmp"
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sync"
)

// RangesSchema marks the answer of `plan ranges`.
const RangesSchema = "blackstart/plan-ranges/1"

// Ranges says what becomes of a plan when durations and gates turn out otherwise, over many runs: each draws every duration and opening anew between its bounds (triangular, the likely one
// at the top) and generates the schedule again in the plan's order: whoever comes first in the plan gets people first, as soon as what it waits for is over and their shift has begun.
type Ranges struct {
	Schema   string                 `json:"schema"`
	Runs     int                    `json:"runs"`
	Seed     uint64                 `json:"seed"`
	Makespan Quantiles              `json:"makespan"`
	Back     map[string]BackRange   `json:"back"` // services
	Tasks    map[string]Criticality `json:"tasks"`
}

// Quantiles are minutes that half, and nine tenths, of the runs keep (nearest rank).
type Quantiles struct {
	Planned int64 `json:"planned"`
	P50     int64 `json:"p50"`
	P90     int64 `json:"p90"`
}

// BackRange is when a service is back. With gates the minutes are counted from their opening, for nobody knows when that is.
type BackRange struct {
	Quantiles
	Behind bool `json:"behind,omitzero"`
}

// Criticality says how much hangs on a task, in thousandths of all runs: End of those in which a delay of it delays the end of everything, Weight of the customers' weight that waits for it.
type Criticality struct {
	End    int `json:"end"`
	Weight int `json:"weight"`
}

// Simulate runs a plan many times. The result depends on nothing but problem, plan, runs and seed.
func Simulate(p *Problem, made *Plan, runs int, seed uint64) (*Ranges, error) {
	n, err := p.compile()
	if err != nil {
		return nil, err
	}
	if runs < 1 || runs > MaxRuns {
		return nil, failed("plan.runs", 0, 0, "%d runs, want 1 to %d", runs, MaxRuns)
	}
	o, err := n.follow(made)
	if err != nil {
		return nil, err
	}
	t := o.tally(runs, seed)
	r := &Ranges{Schema: RangesSchema, Runs: runs, Seed: seed, Back: map[string]BackRange{}, Tasks: make(map[string]Criticality, len(o.list))}
	r.Makespan = quantiles(made.Makespan, t.ends)
	for i := range n.losses {
		o.back(r, t, i, made)
	}
	for _, j := range o.list {
		c := Criticality{End: int(t.critical[j] * 1000 / int64(runs))}
		if t.weight > 0 {
			c.Weight = int(t.weighed[j] * 1000 / (t.weight * int64(runs)))
		}
		r.Tasks[p.Tasks[n.place[j]].ID] = c
	}
	return r, nil
}

func (o *orderOfPlan) back(r *Ranges, t *tally, i int, made *Plan) {
	id := o.net.problem.Services[o.net.losses[i].service].ID
	if planned, dated := made.Back[id]; dated {
		r.Back[id] = BackRange{Quantiles: quantiles(planned, t.backs[i])}
	} else if b, behind := made.Behind["service:"+id]; behind {
		for k := range t.backs[i] {
			t.backs[i][k] -= o.assumed
		}
		r.Back[id] = BackRange{Quantiles: quantiles(b.Plus, t.backs[i]), Behind: true}
	}
}

func quantiles(planned int64, all []int64) Quantiles {
	sorted := slices.Sorted(slices.Values(all))
	rank := func(percent int) int64 { return sorted[max(0, (len(sorted)*percent+99)/100-1)] }
	return Quantiles{Planned: planned, P50: rank(50), P90: rank(90)}
}

// orderOfPlan is what is left of a plan when its times are forgotten: who comes before whom. A partial order alone, of predecessors and of people who go from work to work, would be faster
// to run; but where shifts come and go it says too little about who works by night, and a plan that was kept to the minute came out a third longer.
type orderOfPlan struct {
	net     *network
	list    []int32
	assumed int64
}

// follow finds the order behind a plan.
func (n *network) follow(made *Plan) (*orderOfPlan, error) {
	if err := made.Fits(n.problem); err != nil {
		return nil, err
	}
	o := &orderOfPlan{net: n, assumed: n.assumed}
	if made.Assumed != nil {
		o.assumed = *made.Assumed
	}
	start := make([]int64, n.size())
	for j := range int32(n.size()) {
		id := n.problem.Tasks[n.place[j]].ID
		at, dated := made.Start[id]
		b, behind := made.Behind[id]
		switch {
		case behind:
			at = o.assumed + b.Plus
		case !dated && slices.Contains(made.LeftOut, id):
			at = never
		case !dated:
			return nil, failed("plan.other", 0, 0, "the plan says nothing of task %s: it is for another problem", quoted(id))
		}
		start[j] = at
		o.list = append(o.list, j)
	}
	slices.SortFunc(o.list, func(a, b int32) int { return cmp.Or(cmp.Compare(start[a], start[b]), cmp.Compare(a, b)) })
	return o, n.follows(o.list)
}

// follows says whether each task stands in the list behind what it waits for.
func (n *network) follows(list []int32) error {
	at := make([]int, n.size())
	for k, j := range list {
		at[j] = k
	}
	for j := range int32(n.size()) {
		for _, l := range n.before.of(j) {
			if at[l.task] > at[j] && !n.fixed[j] {
				return failed("plan.other", 0, 0, "in the plan task %s begins before what it waits for: it is no plan for this problem", quoted(n.problem.Tasks[n.place[j]].ID))
			}
		}
	}
	return nil
}

// tally is what the runs came to.
type tally struct {
	ends     []int64   // of each run
	backs    [][]int64 // of each service, of each run
	critical []int64   // of each task, runs in which the end of everything waits for it
	weighed  []int64   // of each task, weight of the services that wait for it, over all runs
	weight   int64     // of all services
}

// tally makes the runs, on as many cores as there are; which core made a run changes nothing, since each has a generator of its own.
func (o *orderOfPlan) tally(runs int, seed uint64) *tally {
	n := o.net
	t := &tally{ends: make([]int64, runs), backs: make([][]int64, len(n.losses)), critical: make([]int64, n.size()), weighed: make([]int64, n.size())}
	for i := range t.backs {
		t.backs[i] = make([]int64, runs)
		t.weight += n.losses[i].weight
	}
	var all sync.WaitGroup
	var mu sync.Mutex // guards the sums in t while a worker adds its own
	workers := min(runtime.GOMAXPROCS(0), runs, maxWorkers)
	for w := range workers {
		all.Go(func() {
			r := o.newRun(t)
			for k := w; k < runs; k += workers {
				r.once(k, seed, o.net)
			}
			mu.Lock()
			defer mu.Unlock()
			for j := range r.critical {
				t.critical[j] += r.critical[j]
				t.weighed[j] += r.weighed[j]
			}
		})
	}
	all.Wait()
	return t
}

// run is one worker's memory.
type run struct {
	*pass
	list              []int32
	tally             *tally
	driver            []int32           // whom a task waited for last; -1 for nobody
	lets              []map[int64]int32 // of each profile: by the minute, the last task that let heads go
	critical, weighed []int64
	load              []int64
}

func (o *orderOfPlan) newRun(t *tally) *run {
	mine, size := *o.net, o.net.size() // what is drawn is the worker's own, the rest is read by all
	mine.minutes, mine.held, mine.release = make([]int64, size), make([]int64, size), make([]int64, size)
	r := &run{pass: newPass(&mine), list: o.list, tally: t, driver: make([]int32, size), critical: make([]int64, size), weighed: make([]int64, size), load: make([]int64, size)}
	for range mine.base {
		r.lets = append(r.lets, map[int64]int32{})
	}
	copy(mine.release, o.net.release)
	return r
}

// once makes run k.
func (r *run) once(k int, seed uint64, likely *network) {
	n := r.net
	chance := newRandom(seed ^ uint64(k+1)*0x9e3779b97f4a7c15)
	for j := range int32(n.size()) {
		r.draw(j, chance, likely)
	}
	r.run(r.list)
	last, lastTask := n.start, int32(-1)
	for _, m := range r.lets {
		clear(m)
	}
	for _, j := range r.list {
		r.drive(j)
		if !n.behind[j] && r.end[j] < never && r.end[j] > last {
			last, lastTask = r.end[j], j
		}
	}
	r.tally.ends[k] = last
	for j := lastTask; j >= 0; j = r.driver[j] {
		r.critical[j]++
	}
	r.services(k)
}

// draw gives a task its duration and its release in this run.
func (r *run) draw(j int32, chance *random, likely *network) {
	n := r.net
	t := &n.problem.Tasks[n.place[j]]
	n.minutes[j] = likely.minutes[j]
	switch {
	case t.State == StateDone:
	case t.State == StateRunning:
		n.minutes[j] = max(chance.triangular(t.Minutes), n.start-*t.At)
	default:
		n.minutes[j] = chance.triangular(t.Minutes)
	}
	switch n.held[j] = n.minutes[j]; {
	case likely.held[j] == 0:
		n.held[j] = 0
	case t.Attend == AttendStart:
		n.held[j] = min(t.AttendMinutes, n.minutes[j])
	}
	if t.Opens != nil && !t.Opens.Unknown && t.State == "" {
		n.release[j] = max(n.start, chance.triangular(t.Opens.Range))
		if t.Earliest != nil {
			n.release[j] = max(n.release[j], *t.Earliest)
		}
	}
}

// drive finds whom a task waited for: the last of its predecessors, or whoever let heads go in the minute in which it began.
func (r *run) drive(j int32) {
	n, ready := r.net, r.net.release[j]
	r.driver[j] = -1
	if n.fixed[j] || r.start[j] >= never {
		return
	}
	for _, l := range n.before.of(j) {
		if at := r.end[l.task] + l.lag; at > ready || at == ready && r.driver[j] < 0 {
			ready, r.driver[j] = at, l.task
		}
	}
	for _, d := range n.needs.of(j) {
		if by, ok := r.lets[d.profile][r.start[j]]; ok && r.start[j] > ready && n.held[j] > 0 {
			r.driver[j] = by
		}
		if n.held[j] > 0 {
			r.lets[d.profile][r.end[j]-n.minutes[j]+n.held[j]] = j
		}
	}
}

// services notes when each is back, and whose work that waited for.
func (r *run) services(k int) {
	clear(r.load)
	for i := range r.net.losses {
		l := &r.net.losses[i]
		back, by := l.since, int32(-1)
		for _, j := range l.set {
			if r.end[j] > back {
				back, by = r.end[j], j
			}
		}
		r.tally.backs[i][k] = back
		if by >= 0 {
			r.load[by] += l.weight
		}
	}
	for _, j := range slices.Backward(r.list) { // whoever is waited for stands before in the list, so its load is whole when its turn comes
		r.weighed[j] += r.load[j]
		if d := r.driver[j]; d >= 0 {
			r.load[d] += r.load[j]
		}
	}
}

// triangular draws from a range, the likely value being the most frequent: the inverse of the distribution function, in whole numbers.
func (r *random) triangular(x Range) int64 {
	whole, rise, fall := uint64(x.Max-x.Min), uint64(x.Likely-x.Min), uint64(x.Max-x.Likely)
	if whole == 0 {
		return x.Likely
	}
	if whole > math.MaxUint32 { // thousands of years: its products would not fit
		return x.Likely
	}
	u := r.next()
	if part, _ := bits.Mul64(u, whole); part < rise {
		square, _ := bits.Mul64(u, whole*rise)
		return x.Min + int64(squareRoot(square))
	}
	square, _ := bits.Mul64(^u, whole*fall)
	return x.Max - int64(squareRoot(square))
}

// squareRoot is the whole part. The machine's root of a float is exact to the last bit on every machine (IEEE 754), and whole numbers put right what the float could not hold.
func squareRoot(n uint64) uint64 {
	r := uint64(math.Sqrt(float64(n)))
	for r*r > n {
		r--
	}
	for (r+1)*(r+1) <= n {
		r++
	}
	return r
}
