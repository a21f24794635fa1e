package plan

import (
	"math/bits"
	"slices"
)

// annealing is the search over lists for any objective and any calendar. A step moves a task with those it cannot be parted from; one that makes things worse is taken with a
// probability that falls with the damage and with the time that is left (Kirkpatrick, Gelatt and Vecchi 1983). The list is never sorted by its own schedule: what a list wants beyond
// what its schedule shows is worth keeping; sorting it doubled the gap.
type annealing struct {
	*hunt
	kind  string
	pass  *pass
	probe *pass // of stirs
	trial []int32
	*strand
	marked []bool // memory of pull and push: false between calls
	moved  []int32
	fixed  int     // the first so many of now are not moved: their times are given
	kept   int     // the first so many, these included, seldom: their starts are promised
	first  []bool  // which these are
	warm   []int32 // an order to begin with, if there is one
	damage int64   // sum of the first harms
	harms  int64   // how many

	justification *justification // made when it is first wanted
}

const (
	hottest  = 5    // percent of a usual damage that is the temperature at the beginning
	sampled  = 100  // damages that say what is usual
	nearby   = 30   // places by which a task is moved, at most; one more for each perPlace tasks
	perPlace = 25   // of 7,000 tasks, thirty places are nothing
	chained  = 20   // percent of the moves that are made on the chain that keeps a service waiting
	lookBack = 60   // places before a task in which what blocks it is looked for
	deepest  = 50   // links of such a chain that are followed
	scale    = 1024 // of fractions
	moves    = 1    // in one step, on average; one more for each perMove tasks beyond crowd
	crowd    = 300
	perMove  = 100 // of 7,000 tasks, two at a time would never reach most within a thousand schedules
	perTask  = 4   // moves for each task that a short search makes at least
	drifts   = 50  // moves in a row that change no schedule, at most: where people are never short none does
	broken   = 10  // percent of the moves that may touch a promise
	atOnce   = 8   // part of the tasks that one step moves at most
	ripe     = 300 // thousandths of the passes left from which on each best schedule is justified where there are calendars: before, the order of a schedule is worse to go on with than its list
)

func newAnnealing(h *hunt, kind string) *annealing {
	n := h.net.size()
	a := &annealing{hunt: h, kind: kind, pass: newPass(h.net), probe: newPass(h.net), strand: newStrand(n), trial: make([]int32, n), marked: make([]bool, n)}
	a.first = slices.Clone(h.net.fixed)
	a.fixed = a.keep()
	for _, p := range h.net.promises {
		a.first[p.task] = true
	}
	for j := range int32(n) {
		waits := func(l link) bool { return !a.first[l.task] }
		a.first[j] = a.first[j] && (h.net.fixed[j] || !slices.ContainsFunc(h.net.before.of(j), waits)) // a promise that waits for what was not promised keeps its place
	}
	a.kept = a.keep()
	return a
}

// keep counts what goes first.
func (a *annealing) keep() int {
	count := 0
	for _, first := range a.first {
		if first {
			count++
		}
	}
	return count
}

// step makes the trial: the list with some moves. What cannot change the schedule is no trial: without calendars that is sure before anything is generated; such a move is made, and
// another one is drawn. Of the moves on j120 that was nearly half, on j60 two thirds. Of several moves at once one nearly always does.
func (a *annealing) step(perStep int, flat bool) {
	for range drifts {
		copy(a.trial, a.now)
		for range a.random.between(1, 2*perStep-1) {
			a.move(a.trial)
		}
		if !flat || perStep > moves || a.stirs() {
			return
		}
		a.list(a.trial)
	}
}

// perStep is how many moves one step makes on average: the more, the more tasks there are, and the fewer schedules are left to try them in.
func (a *annealing) perStep() int {
	n := len(a.now) - a.fixed
	return min(max(moves+max(0, n-crowd)/perMove, n*perTask/max(1, a.budget-a.used)), 1+n/atOnce)
}

// setOut takes the best of the starting orders: that of an earlier plan, the single rule, the order of the problem, and for costs those of many tariffs.
func (a *annealing) setOut(strands int) {
	if a.warm != nil {
		a.try(a.warm)
	}
	a.try(a.net.startingOrder(a.kind))
	a.try(a.net.firstInFirstOut())
	if a.kind != KindMakespan && len(a.net.losses) > 0 {
		a.haggle(a.net.closures(), strands)
	}
	a.lowest = a.cost
}

func (a *annealing) try(list []int32) {
	if a.over() {
		return
	}
	if cost := a.worth(a.ordered(list)); cost < a.cost {
		a.accept(list, cost)
	}
}

// worth generates a list and says what it costs.
func (a *annealing) worth(list []int32) int64 {
	a.pass.run(list)
	a.used++
	cost := int64(0)
	if a.kind == KindMakespan {
		cost = a.net.span(a.pass.end)
	} else {
		cost = a.net.cost(a.pass.end)
	}
	cost += a.net.broken(a.pass.start)
	if cost < a.value {
		a.value = cost
		a.best = append(a.best[:0], list...)
	}
	return cost
}

func (a *annealing) accept(list []int32, cost int64) {
	a.cost, a.never = cost, a.pass.never
	a.list(list)
	copy(a.start, a.pass.start)
	copy(a.end, a.pass.end)
}

// list goes on from a list.
func (a *annealing) list(list []int32) {
	copy(a.now, list)
	for i, j := range a.now {
		a.at[j] = int32(i)
	}
}

// ordered is a list with what is fixed at the front, so that no move is wasted on it, and behind that what is promised, so that nothing else takes its people.
func (a *annealing) ordered(list []int32) []int32 {
	if a.kept == 0 {
		return list
	}
	rank := func(j int32) int {
		switch {
		case a.net.fixed[j]:
			return 0
		case a.first[j]:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(list, func(x, y int32) int { return rank(x) - rank(y) })
	return list
}

// bears draws whether a damage is taken, with so much of the time left.
func (a *annealing) bears(damage, left int64) bool {
	if a.harms < sampled {
		a.damage, a.harms = a.damage+damage, a.harms+1
	}
	heat := a.damage / a.harms * hottest / 100 * left / scale
	return min(damage, maxTime/scale)*scale <= heat*rarity(a.random.next())
}

// rarity is about -1024·log₂ of the fraction of 2⁶⁴ that the bits are: leading zeros, then ten bits taken as straight between two powers.
func rarity(u uint64) int64 {
	zeros := bits.LeadingZeros64(u)
	return int64(zeros)*scale + scale - int64(u<<(zeros+1)>>54)
}
