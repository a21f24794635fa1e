package plan

// heads gives, of each task, the earliest minute in which it can be over if teams had no end of heads: precedence, lags and release times only.
func (n *network) heads() []int64 {
	end := make([]int64, n.size())
	for j := range int32(n.size()) {
		if n.fixed[j] {
			end[j] = n.at[j] + n.minutes[j]
			continue
		}
		from := n.release[j]
		for _, l := range n.before.of(j) {
			from = max(from, end[l.task]+l.lag)
		}
		end[j] = from + n.minutes[j]
	}
	return end
}

// tails gives, of each task, the minutes from its end to the end of the longest chain that waits for it.
func (n *network) tails() []int64 {
	tail := make([]int64, n.size())
	for j := int32(n.size()) - 1; j >= 0; j-- {
		for _, l := range n.after.of(j) {
			tail[j] = max(tail[j], l.lag+n.minutes[l.task]+tail[l.task])
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
