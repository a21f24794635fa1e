package plan

// bound is a number below which no plan of the same tasks can be, and how it was found; value and start are those of a plan. The strong one is tried if it is wanted.
func (n *network) bound(o Options, value int64, start []int64) (int64, string) {
	ends := n.heads()
	for j := range start {
		if start[j] >= never { // it has no room, and neither has what waits for it
			ends[j] = never
		}
	}
	tails := n.tails(ends)
	best, method := n.datedCost(ends), "critical path"
	if o.Kind == KindMakespan {
		best = n.datedMakespan(ends)
	}
	for team, heads := range n.mostHeads() {
		if b, ok := n.teamBound(o.Kind, team, heads, ends, tails); ok && b > best {
			best, method = b, "work of one team"
		}
	}
	if o.Strong && o.Kind != KindMakespan {
		if b, ok := n.lagrangian(value, start, ends); ok && b > best {
			return b, "Lagrangian by minimum cuts"
		}
	}
	return best, method + " (weak)"
}

func (n *network) teamBound(kind string, team int, heads int64, ends, tails []int64) (int64, bool) {
	switch {
	case heads == 0:
		return 0, false
	case kind == KindMakespan:
		return n.teamSpan(team, heads, ends, tails), true
	}
	return n.teamCost(team, heads, ends)
}

// heads gives, of each task, the earliest minute in which it can be over if teams had no end of heads: precedence, lags and release times only.
func (n *network) heads() []int64 {
	end := make([]int64, n.size())
	for j := range int32(n.size()) {
		if n.fixed[j] {
			end[j] = n.at[j] + n.minutes[j]
			continue
		}
		from := n.release[j]
		if n.free != nil {
			from = n.free[j]
		}
		for _, l := range n.before.of(j) {
			from = max(from, end[l.task]+l.lag)
		}
		end[j] = from + n.minutes[j]
	}
	return end
}

// tails gives, of each task, the minutes from its end to the end of the longest chain that waits for it. What is fixed waits for nobody, what waits for an
// unknown gate has no end, nor has what never ends by ends, if they are given.
func (n *network) tails(ends []int64) []int64 {
	tail := make([]int64, n.size())
	for j := int32(n.size()) - 1; j >= 0; j-- {
		for _, l := range n.after.of(j) {
			if !n.fixed[l.task] && (n.behind[j] || !n.behind[l.task]) && (ends == nil || ends[l.task] < never) {
				tail[j] = max(tail[j], l.lag+n.minutes[l.task]+tail[l.task])
			}
		}
	}
	return tail
}

// criticalPath is the minutes from the start to the end of the longest chain.
func (n *network) criticalPath() int64 { return n.makespan(n.heads()) - n.start }

// CriticalPath is the length of the longest chain of a problem, release times included; 0 if there is none.
func CriticalPath(p *Problem) int64 {
	n, err := p.compile()
	if err != nil {
		return 0
	}
	return n.criticalPath()
}
