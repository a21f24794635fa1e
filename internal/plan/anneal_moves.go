package plan

// move changes a list.
func (a *annealing) move(list []int32) {
	if a.random.below(100) < chained && a.hasten(list) {
		return
	}
	if a.fixed == len(list) {
		return
	}
	from := a.kept
	if a.kept == len(list) || a.kept > a.fixed && a.random.below(100) < broken {
		from = a.fixed
	}
	i, reach := a.random.between(from, len(list)-1), nearby+(len(list)-from)/perPlace
	to := min(max(i+a.random.between(-reach, reach), from), len(list)-1)
	if to < i {
		a.pull(list, i, to)
	} else {
		a.push(list, i, to)
	}
}

// hasten follows, from a service that is drawn, the chain that makes it late: from a task to the one it waits for, or to one that keeps its team busy. There, by a coin, the task is put
// before the one that was first. It says whether it found such a place.
func (a *annealing) hasten(list []int32) bool {
	j := a.lateTask()
	for range deepest {
		if j < 0 {
			return false
		}
		by, until := a.lastBefore(j)
		if until >= a.start[j] {
			j = by
			continue
		}
		by = a.blocker(j)
		if by >= 0 && a.first[by] {
			return false
		}
		if by >= 0 && a.random.below(2) == 0 {
			a.pull(list, int(a.at[j]), int(a.at[by]))
			return true
		}
		j = by
	}
	return false
}

// lateTask is the last task of a service, or of the whole; -1 if there is none.
func (a *annealing) lateTask() int32 {
	late := int32(-1)
	if a.kind == KindMakespan || len(a.net.losses) == 0 {
		for j := range int32(len(a.end)) {
			if late < 0 || a.end[j] > a.end[late] {
				late = j
			}
		}
		return late
	}
	for _, j := range a.net.losses[a.random.below(len(a.net.losses))].set {
		if late < 0 || a.end[j] > a.end[late] {
			late = j
		}
	}
	return late
}

// lastBefore is the predecessor that a task could not begin before, and until when; -1 if it is its release.
func (a *annealing) lastBefore(j int32) (by int32, until int64) {
	by, until = -1, a.net.release[j]
	for _, l := range a.net.before.of(j) {
		if e := a.end[l.task] + l.lag; e >= until {
			by, until = l.task, e
		}
	}
	return by, until
}

// blocker draws one of those before a task in the list that end when it begins and use a team that it uses; -1 if there is none.
func (a *annealing) blocker(j int32) int32 {
	pick, count := int32(-1), 0
	for k := int(a.at[j]) - 1; k >= max(0, int(a.at[j])-lookBack); k-- {
		if o := a.now[k]; a.end[o] == a.start[j] && a.net.rivals(o, j) {
			if count++; a.random.below(count) == 0 {
				pick = o
			}
		}
	}
	return pick
}

// rivals says whether two tasks use the same team.
func (n *network) rivals(a, b int32) bool {
	for _, x := range n.needs.of(a) {
		for _, y := range n.needs.of(b) {
			if x.profile == y.profile && lanesUsed(x.heads)&lanesUsed(y.heads) != 0 {
				return true
			}
		}
	}
	return false
}

// lanesUsed has the guard bit of each lane that is not 0.
func lanesUsed(heads uint64) uint64 { return (heads + ^guards) & guards }

// pull moves the task at place i before the one at place to, with those of the tasks between that it waits for.
func (a *annealing) pull(list []int32, i, to int) {
	a.marked[list[i]] = true
	a.moved = a.moved[:0]
	w := i
	for k := i; k >= to; k-- {
		o := list[k]
		if !a.marked[o] {
			list[w] = o
			w--
			continue
		}
		a.moved = append(a.moved, o)
		for _, l := range a.net.before.of(o) {
			a.marked[l.task] = true
		}
	}
	for k, o := range a.moved {
		list[w-k] = o
	}
	a.unmark(&a.net.before)
}

// push moves the task at place i behind the one at place to, with those of the tasks between that wait for it.
func (a *annealing) push(list []int32, i, to int) {
	a.marked[list[i]] = true
	a.moved = a.moved[:0]
	w := i
	for k := i; k <= to; k++ {
		o := list[k]
		if !a.marked[o] {
			list[w] = o
			w++
			continue
		}
		a.moved = append(a.moved, o)
		for _, l := range a.net.after.of(o) {
			a.marked[l.task] = true
		}
	}
	for k, o := range a.moved {
		list[w+k] = o
	}
	a.unmark(&a.net.after)
}

func (a *annealing) unmark(links *links) {
	for _, o := range a.moved {
		a.marked[o] = false
		for _, l := range links.of(o) {
			a.marked[l.task] = false
		}
	}
}
