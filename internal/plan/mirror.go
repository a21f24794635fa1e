package plan

import "slices"

// mirror is the network with time turned round, for tasks that are placed as late as possible: successors go first, minute t becomes -t. Its release times are left open. Where time is
// uniform, a schedule of the mirror is one of the network; with calendars it shows what can wait how long, since work that pauses does so elsewhere when it is looked at from behind.
func (n *network) mirror() *network {
	m := &network{problem: n.problem, place: n.place, minutes: n.minutes, held: n.held, pauses: make([]bool, n.size()), fixed: n.fixed, behind: n.behind,
		before: n.after, after: n.before, needs: n.needs, base: mirrored(n.base), near: mirrored(n.near), factors: n.factors, start: minTime}
	m.lead, m.release, m.at = make([]int64, n.size()), make([]int64, n.size()), make([]int64, n.size())
	for j, flat := 0, n.flat(); j < n.size(); j++ {
		m.lead[j] = n.minutes[j] - n.held[j]
		m.at[j] = -n.at[j] - n.minutes[j]
		m.pauses[j] = n.pauses[j] && m.lead[j] == 0 && !flat // nothing pauses where no calendar falls
	}
	for k := range m.base {
		m.drops = append(m.drops, m.base[k].drops())
	}
	return m
}

func mirrored(profiles []profile) []profile {
	var turned []profile
	for _, p := range profiles {
		q := profile{at: []int64{minTime}}
		for i := len(p.at) - 2; i >= 0; i-- {
			q.free = append(q.free, p.free[i])
			q.at = append(q.at, -p.at[i])
		}
		q.at[len(q.at)-1] = maxTime
		turned = append(turned, profile{at: q.at, free: append(q.free, guards)})
	}
	return turned
}

// drops are the minutes in which heads fall away.
func (p *profile) drops() []drop {
	var drops []drop
	for i := 1; i < len(p.at)-1; i++ {
		d := drop{at: p.at[i]}
		for team := range lanes {
			if mask := uint64(0x7fff) << (16 * team); p.free[i]&mask < p.free[i-1]&mask {
				d.mask |= mask
			}
		}
		if d.mask != 0 {
			drops = append(drops, d)
		}
	}
	return drops
}

// uniform says whether every minute is like any other, so that a schedule of the mirror is one of the network.
func (n *network) uniform() bool {
	return !slices.Contains(n.fixed, true) && !slices.ContainsFunc(n.release, func(r int64) bool { return r != n.start }) && n.flat()
}

// flat says whether each team always has the same heads.
func (n *network) flat() bool {
	return !slices.ContainsFunc(n.base, func(p profile) bool { return len(p.at) > 2 })
}
