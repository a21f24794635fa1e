package plan

// stirs says whether the trial's schedule could be another one than that of the list, where there are no calendars. Tasks get their times one after the other, so it is the same up to the
// first task that now begins earlier; and none can but one that now comes before some that it came behind, and only where these kept it waiting. Nothing is generated for that.
func (a *annealing) stirs() bool {
	lo, hi := 0, len(a.now)-1
	for lo < hi && a.trial[lo] == a.now[lo] {
		lo++
	}
	for hi > lo && a.trial[hi] == a.now[hi] {
		hi--
	}
	for k := lo; k < hi; k++ {
		j := a.trial[k]
		if a.net.fixed[j] {
			continue
		}
		if from := a.earliest(j); from < a.start[j] && a.overtakes(j, from, a.trial[k+1:hi+1]) && a.opens(j, from, a.trial[:k]) {
			return true
		}
	}
	return false
}

// earliest is when a task could begin if nobody else needed its teams.
func (a *annealing) earliest(j int32) int64 {
	_, until := a.lastBefore(j)
	return until
}

// overtakes says whether among those now behind a task is one it came behind and that was at work with its team while it waited.
func (a *annealing) overtakes(j int32, from int64, behind []int32) bool {
	for _, o := range behind {
		if a.at[o] < a.at[j] && a.within(o, from, a.start[j]) && a.net.rivals(o, j) {
			return true
		}
	}
	return false
}

// within says whether a task holds its heads at some minute between two.
func (a *annealing) within(o int32, from, until int64) bool {
	return a.start[o] < until && a.start[o]+a.net.held[o] > from
}

// opens says whether a task finds a place before its time with no one at work but those ahead of it, at their times. Those that begin after it was to begin leave it that place.
func (a *annealing) opens(j int32, from int64, ahead []int32) bool {
	n, s := a.net, a.probe
	for _, d := range n.needs.of(j) {
		s.work[d.profile].reset(&n.base[d.profile])
	}
	for _, o := range ahead {
		if n.fixed[o] || !a.within(o, from, a.start[j]) || !n.rivals(o, j) {
			continue
		}
		for _, d := range n.needs.of(o) {
			for _, e := range n.needs.of(j) {
				if p := &s.work[d.profile]; d.profile == e.profile {
					p.take(p.stretch(a.start[o]), a.start[o], n.held[o], d.heads)
				}
			}
		}
	}
	s.begin(j, from)
	return s.start[j] < a.start[j]
}
