package plan

import (
	"math/bits"
	"slices"
)

// run is one worker's memory.
type run struct {
	*pass
	*simulation
	tally             *tally
	made              int32   // how many schedules it has generated: the mark of what it notes in lets
	driver            []int32 // whom a task waited for last; -1 for nobody
	lets              []lets  // of each profile
	homeless          []int64
	critical, weighed []int64
	load              []int64
}

func (s *simulation) newRun(t *tally) *run {
	mine, size := *s.network, s.size() // what is drawn is the worker's own, the rest is read by all
	mine.minutes, mine.held, mine.release, mine.free = slices.Clone(mine.minutes), slices.Clone(mine.held), slices.Clone(mine.release), slices.Clone(mine.free)
	r := &run{pass: newPass(&mine), simulation: s, tally: t, driver: make([]int32, size), homeless: make([]int64, size), critical: make([]int64, size), weighed: make([]int64, size), load: make([]int64, size)}
	holding := make([]int, len(mine.base))
	for _, d := range mine.needs.all {
		holding[d.profile]++
	}
	for _, tasks := range holding {
		r.lets = append(r.lets, newLets(tasks))
	}
	return r
}

// once makes run k. It ends when all dated work of the plan is over; where some of that finds no place it never ends, and waits for the first such task.
func (r *run) once(k int, seed uint64) {
	n := r.net
	r.draw(k, seed)
	if n.near == nil || !r.generate(n.near) {
		r.generate(n.base)
	}
	last, lastTask := n.start, int32(-1)
	for j := range int32(n.size()) {
		if !n.behind[j] && r.planned[j] && min(r.end[j], never) > last {
			last, lastTask = min(r.end[j], never), j
		}
		if r.start[j] >= never && r.driver[j] < 0 {
			r.homeless[j]++
		}
	}
	r.tally.ends[k] = last
	for j := lastTask; j >= 0; j = r.driver[j] {
		r.critical[j]++
	}
	r.services(k)
}

// generate is that of [pass], of the tasks in their order, and finds whom each waited for: the last of its predecessors, or whoever let heads go in the minute in which it began. What finds no
// place waits for what has none before it.
func (r *run) generate(base []profile) (whole bool) {
	n := r.net
	r.made++
	r.reset(base)
	r.given()
	whole = true
	for j := range int32(n.size()) {
		if r.driver[j] = -1; n.fixed[j] {
			r.start[j], r.end[j] = n.at[j], n.at[j]+n.minutes[j]
			continue
		}
		ready := n.release[j]
		for _, l := range n.before.of(j) {
			if at := r.end[l.task] + l.lag; at > ready || at == ready && r.driver[j] < 0 {
				ready, r.driver[j] = at, l.task
			}
		}
		if r.begin(j, ready); r.start[j] >= never {
			if whole = false; ready < never {
				r.unheld(j)
			}
			if r.start[j] >= never {
				continue
			}
		}
		if n.held[j] > 0 {
			r.handOver(j, ready)
		}
	}
	return whole
}

// given takes the heads of what has a time for as long as it was drawn to last. What they held before the start is over.
func (r *run) given() {
	n := r.net
	for _, j := range r.givens {
		from, until := max(n.at[j], n.start), n.at[j]+n.held[j]
		for _, d := range n.needs.of(j) {
			if from < until {
				r.work[d.profile].occupy(from, until-from, d.heads)
			}
		}
	}
}

// unheld places what finds no place after the minute before which the plan does not begin it: rather too early than never, as in [pass]. If there is none then either, it waits for nobody.
func (r *run) unheld(j int32) {
	r.driver[j] = -1
	if free := r.net.free; free != nil {
		r.begin(j, r.ready(j, free[j]))
	}
}

// handOver notes from whom a task has its heads, if it waited for any, and when it lets them go.
func (r *run) handOver(j int32, ready int64) {
	n := r.net
	for _, d := range n.needs.of(j) {
		l := &r.lets[d.profile]
		if r.start[j] > ready {
			if s := l.slot(r.start[j], r.made); s.run == r.made {
				r.driver[j] = s.task
			}
		}
		over := r.end[j] - n.minutes[j] + n.held[j]
		*l.slot(over, r.made) = letting{over, r.made, j}
	}
}

// lets says of a profile which task let heads go in which minute; of several, the last in the list. It is a table with open places, asked and told millions of times.
type lets struct {
	slots []letting
	shift int
}

// letting counts for nothing unless its mark is that of the run.
type letting struct {
	minute    int64
	run, task int32
}

func newLets(tasks int) lets {
	size := bits.Len(uint(2*tasks) | 1) // half of the places stay open
	return lets{make([]letting, 1<<size), 64 - size}
}

// slot is the place of a minute: of that mark and minute, or open.
func (l *lets) slot(minute int64, run int32) *letting {
	for i := uint64(minute) * golden >> l.shift; ; i++ {
		s := &l.slots[i&uint64(len(l.slots)-1)]
		if s.run != run || s.minute == minute {
			return s
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
		r.tally.backs.put(i, k, back)
		if by >= 0 {
			r.load[by] += l.weight
		}
	}
	for j := len(r.load) - 1; j >= 0; j-- { // whoever is waited for stands before in the list, so its load is whole when its turn comes
		r.weighed[j] += r.load[j]
		if d := r.driver[j]; d >= 0 {
			r.load[d] += r.load[j]
		}
	}
}
