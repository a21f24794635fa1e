package plan

import (
	"cmp"
	"slices"
)

// teamCost is a bound for the cost from one team alone: its heads as one machine that is so many times as fast and may be interrupted. On it, weight per work first (Smith 1956, with
// release times) makes the weighted mean busy times smallest (Goemans 1997), and no task is over before its mean busy time and half of what it holds. Services that do not need the team
// are back as soon as precedence allows. ok is false where the numbers would not fit.
func (n *network) teamCost(team int, heads int64, ends []int64) (cost int64, ok bool) {
	var jobs []job
	at := map[int32]int{} // of each task, its job: one that brings several services back is done once
	cost = n.datedCost(ends)
	for i := range n.losses {
		l := &n.losses[i]
		j, work := n.hardest(l, team)
		back, behind := n.back(l, ends)
		if work == 0 || behind || back >= never {
			continue
		}
		k, shared := at[j]
		if !shared {
			k = len(jobs)
			at[j] = k
			jobs = append(jobs, job{release: ends[j] - n.minutes[j] + n.lead[j] - n.start, work: work})
		}
		jobs[k].weight += l.weight
		cost += l.weight * (n.start + n.minutes[j] - back - (n.held[j]+1)/2) // instead of back: what is added below, from n.start on
	}
	busy, ok := weightPerWork(jobs, heads)
	return cost + busy, ok
}

// job is what one service wants of a team.
type job struct{ release, work, weight int64 }

// hardest is the task of a service that takes most of a team.
func (n *network) hardest(l *loss, team int) (task int32, work int64) {
	for _, j := range l.set {
		for _, d := range n.needs.of(j) {
			if w := int64(d.heads>>(16*(team%lanes))&0x7fff) * n.held[j]; int(d.profile) == team/lanes && w > work && !n.fixed[j] && !n.pauses[j] && !n.behind[j] {
				task, work = j, w
			}
		}
	}
	return task, work
}

// weightPerWork gives the smallest sum of weight × mean busy time, rounded down, on a machine that does so much work a minute. Time is counted in units of work.
func weightPerWork(jobs []job, heads int64) (sum int64, ok bool) {
	slices.SortStableFunc(jobs, func(a, b job) int { return cmp.Compare(a.release, b.release) })
	var ready sorter
	ranks := rankJobs(jobs)
	left, busy := make([]int64, len(jobs)), make([]int64, len(jobs))
	var total int64
	for i, j := range jobs {
		left[i], total = j.work, total+j.work
		if total > 1<<29 || j.release*heads > 1<<29 {
			return 0, false
		}
	}
	for now, next := int64(0), 0; next < len(jobs) || len(ready.heap) > 0; {
		if len(ready.heap) == 0 {
			now = max(now, jobs[next].release*heads)
		}
		for ; next < len(jobs) && jobs[next].release*heads <= now; next++ {
			ready.push(word(ranks[next], int32(next)))
		}
		i := int32(ready.pop() & (1<<numberBits - 1))
		piece := left[i]
		if next < len(jobs) {
			piece = min(piece, jobs[next].release*heads-now)
		}
		busy[i] += piece * (2*now + piece)
		now += piece
		if left[i] -= piece; left[i] > 0 {
			ready.push(word(ranks[i], i))
		}
	}
	for i, j := range jobs {
		sum += j.weight * (busy[i] / j.work) / (2 * heads)
	}
	return sum, true
}

// rankJobs gives each job its place by weight per work, compared exactly: an order that is nearly right would give a number that is no bound.
func rankJobs(jobs []job) []int64 {
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(jobs[b].weight*jobs[a].work, jobs[a].weight*jobs[b].work) })
	ranks := make([]int64, len(jobs))
	for rank, i := range order {
		ranks[i] = int64(rank)
	}
	return ranks
}

// teamSpan is a bound for the makespan from one team alone: all its work, after the shortest way to it and before the shortest way from it.
func (n *network) teamSpan(team int, heads int64, ends, tails []int64) int64 {
	var work int64
	way, rest := int64(maxTime), int64(maxTime)
	for j := range int32(n.size()) {
		for _, d := range n.needs.of(j) {
			if h := int64(d.heads >> (16 * (team % lanes)) & 0x7fff); int(d.profile) == team/lanes && h > 0 && !n.behind[j] && !n.fixed[j] && ends[j] < never {
				work += h * n.held[j]
				way = min(way, ends[j]-n.minutes[j]+n.lead[j])
				rest = min(rest, tails[j]+n.minutes[j]-n.held[j]-n.lead[j])
			}
		}
	}
	if work == 0 {
		return n.start
	}
	return way + (work+heads-1)/heads + rest
}
