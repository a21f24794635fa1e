package plan

import (
	"math"
	"math/bits"
	"slices"
)

// run is one worker's memory.
type run struct {
	*pass
	order             *orderOfPlan
	tally             *tally
	driver            []int32           // whom a task waited for last; -1 for nobody
	lets              []map[int64]int32 // of each profile: by the minute, the last task that let heads go
	homeless          []int64
	critical, weighed []int64
	load              []int64
}

func (o *orderOfPlan) newRun(t *tally) *run {
	mine, size := *o.net, o.net.size() // what is drawn is the worker's own, the rest is read by all
	mine.free = nil
	mine.minutes, mine.held, mine.release = make([]int64, size), make([]int64, size), make([]int64, size)
	mine.class, mine.classes = nil, 0
	r := &run{pass: newPass(&mine), order: o, tally: t, driver: make([]int32, size), homeless: make([]int64, size), critical: make([]int64, size), weighed: make([]int64, size), load: make([]int64, size)}
	for range mine.base {
		r.lets = append(r.lets, map[int64]int32{})
	}
	copy(mine.release, o.net.release)
	return r
}

// once makes run k. It ends when all dated work of the plan is over; where some of that finds no place it never ends, and waits for the first such task.
func (r *run) once(k int, seed uint64, likely *network) {
	n := r.net
	chance := newRandom(seed ^ uint64(k+1)*0x9e3779b97f4a7c15)
	for j := range int32(n.size()) {
		r.draw(j, chance, likely)
	}
	r.run(r.order.list)
	last, lastTask := n.start, int32(-1)
	for _, m := range r.lets {
		clear(m)
	}
	for _, j := range r.order.list {
		r.drive(j)
		if !n.behind[j] && r.order.planned[j] && min(r.end[j], never) > last {
			last, lastTask = min(r.end[j], never), j
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
	minutes := likely.minutes[j]
	switch {
	case t.State == StateDone:
	case t.State == StateRunning:
		minutes = max(chance.triangular(t.Minutes), n.start-*t.At)
	default:
		minutes = chance.triangular(t.Minutes)
	}
	r.lasts(j, minutes, likely)
	if t.Opens != nil && !t.Opens.Unknown && t.State == "" {
		n.release[j] = max(r.order.hold[j], t.release(n.start, chance.triangular(t.Opens.Range)))
	}
}

// lasts gives a task its duration, and keeps its heads accordingly.
func (r *run) lasts(j int32, minutes int64, likely *network) {
	n := r.net
	t := &n.problem.Tasks[n.place[j]]
	n.minutes[j], n.held[j] = minutes, minutes
	switch {
	case likely.held[j] == 0:
		n.held[j] = 0
	case t.Attend == AttendStart:
		n.held[j] = min(t.AttendMinutes, minutes)
	}
}

// drive finds whom a task waited for: the last of its predecessors, or whoever let heads go in the minute in which it began. What finds no place waits for what has none before it.
func (r *run) drive(j int32) {
	n, ready := r.net, r.net.release[j]
	r.driver[j] = -1
	if n.fixed[j] {
		return
	}
	for _, l := range n.before.of(j) {
		if at := r.end[l.task] + l.lag; at > ready || at == ready && r.driver[j] < 0 {
			ready, r.driver[j] = at, l.task
		}
	}
	if r.start[j] >= never {
		if ready < never {
			r.driver[j] = -1
			r.homeless[j]++
		}
		return
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
			if at := min(r.end[j], never); at > back {
				back, by = at, j
			}
		}
		r.tally.backs[i][k] = back
		if by >= 0 {
			r.load[by] += l.weight
		}
	}
	for _, j := range slices.Backward(r.order.list) { // whoever is waited for stands before in the list, so its load is whole when its turn comes
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
	if whole > math.MaxUint32 { // its products would not fit: an opening between -MaxMoment and MaxMoment is drawn in steps of four minutes
		return x.Min + 4*r.triangular(Range{Likely: int64(rise / 4), Max: int64(whole / 4)})
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
	r := min(uint64(math.Sqrt(float64(n))), math.MaxUint32) // the square of anything above does not fit
	for r*r > n {
		r--
	}
	for r < math.MaxUint32 && (r+1)*(r+1) <= n {
		r++
	}
	return r
}
