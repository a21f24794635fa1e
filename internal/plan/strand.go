package plan

import (
	"cmp"
	"math/bits"
	"slices"
)

// strand is a list that is annealed.
type strand struct {
	now    []int32
	cost   int64
	lowest int64   // of all its lists
	never  int     // tasks for which it has no time
	start  []int64 // its schedule
	end    []int64
	at     []int32 // of each task, its place
}

const (
	perStrand   = 5 // passes per task and strand, at least
	mostStrands = 8 // beyond it nothing was gained
)

func newStrand(n int) *strand {
	return &strand{now: make([]int32, n), cost: maxTime, start: make([]int64, n), end: make([]int64, n), at: make([]int32, n)}
}

// run anneals some lists, each from orders of its own, and drops the worse half of them again and again, until the budget is used up. Each round has the same part of it. Where the budget
// is large for the number of tasks, what an annealing ends with depends more on where it began than on how long it takes: on j60 and j120 this saves a third of a percent. That the fit
// go on is known as successive halving (Karnin, Koren and Somekh 2013).
func (a *annealing) run() {
	count := a.strands()
	var all []*strand
	for range count {
		a.strand = newStrand(len(a.now))
		a.setOut(count)
		all = append(all, a.strand)
	}
	share, path, gone := (a.budget-a.used)/bits.Len(uint(count)), 1, 0
	for q := count; q > 0; q /= 2 {
		path += share / q
	}
	for q := count; q > 0; q /= 2 {
		for _, s := range all {
			passes := share / q
			if q == 1 {
				passes = a.budget - a.used // with what division left
			}
			a.strand = s
			a.anneal(passes, path-gone, path)
		}
		gone += share / q
		slices.SortStableFunc(all, func(x, y *strand) int { return cmp.Or(cmp.Compare(x.never, y.never), cmp.Compare(x.cost, y.cost)) })
		all = all[:max(1, q/2)]
	}
}

// strands is how many lists are annealed: a power of two.
func (a *annealing) strands() int {
	count := 1
	for count < mostStrands && a.budget >= 2*count*perStrand*(len(a.now)-a.fixed) {
		count *= 2
	}
	return count
}

// anneal takes so many passes, where a list that is not dropped takes so many more from here on, and so many on its whole path.
func (a *annealing) anneal(passes, ahead, path int) {
	perStep, flat := a.perStep(), a.net.flat()
	for begun := a.used; a.used-begun < passes && !a.over(); {
		a.step(perStep, flat)
		cost := a.worth(a.trial)
		left := int64(ahead-(a.used-begun)) * scale / int64(path)
		if a.pass.never > a.never || a.pass.never == a.never && cost > a.cost && !a.bears(cost-a.cost, left) {
			continue // what leaves out more is no harm that could be weighed: it costs thousands of years
		}
		a.accept(a.trial, cost)
		if cost < a.lowest && (flat || left*1000 < ripe*scale) {
			a.justify()
		}
		a.lowest = min(a.lowest, a.cost)
	}
}
