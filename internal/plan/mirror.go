package plan

import "slices"

// mirror is the network with time turned round, for tasks that are placed as late as possible: successors go first, minute t becomes -t. There is none where minutes differ from each
// other: with calendars, fixed tasks or release times. So nothing pauses either: that happens only where a calendar falls.
func (n *network) mirror() *network {
	m := &network{problem: n.problem, place: n.place, minutes: n.minutes, held: n.held, pauses: make([]bool, n.size()), fixed: n.fixed, at: n.at, behind: n.behind,
		before: n.after, after: n.before, needs: n.needs, base: n.base, factors: n.factors, start: minTime}
	m.lead, m.release = make([]int64, n.size()), make([]int64, n.size())
	for j := range m.lead {
		m.lead[j] = n.minutes[j] - n.held[j]
	}
	return m
}

// uniform says whether every minute is like any other, so that the network has a mirror.
func (n *network) uniform() bool {
	if slices.Contains(n.fixed, true) || slices.ContainsFunc(n.release, func(r int64) bool { return r != n.start }) {
		return false
	}
	for k := range n.base {
		if len(n.base[k].at) > 2 {
			return false
		}
	}
	return true
}
