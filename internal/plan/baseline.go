package plan

import (
	"cmp"
	"slices"
)

// StrictWaves plans without searching, as recovery tools with groups do: all tasks of one dependency level, then, when the last of them is over, the next level. Within a level what carries
// the most weight itself goes first. It is there to be compared with.
func StrictWaves(p *Problem) (*Plan, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	levels, weights, list := n.levels(), n.ownWeights(), n.firstInFirstOut()
	slices.SortFunc(list, func(a, b int32) int {
		return cmp.Or(cmp.Compare(levels[a], levels[b]), cmp.Compare(weights[b], weights[a]), cmp.Compare(a, b))
	})
	n.free = slices.Clone(n.release)
	s := newPass(n)
	for from := 0; from < len(list); { // a pass per level: those before it keep their times, since nothing behind them in the list can move them
		s.run(list)
		over, level := n.start, levels[list[from]]
		for ; from < len(list) && levels[list[from]] == level; from++ {
			if j := list[from]; s.end[j] < never && !n.behind[j] { // nobody waits for a gate of which nobody knows when it opens
				over = max(over, s.end[j])
			}
		}
		for _, j := range list[from:] {
			n.release[j] = max(n.release[j], over)
		}
	}
	made := n.plan(list, 1, Options{Kind: KindCost})
	return made, n.findings, nil
}

// levels are, of each task, how many it stands behind: 0 for what waits for nothing.
func (n *network) levels() []int32 {
	levels := make([]int32, n.size())
	for j := range levels {
		for _, l := range n.before.of(int32(j)) {
			levels[j] = max(levels[j], levels[l.task]+1)
		}
	}
	return levels
}

// ownWeights are, of each task, the weights of the services in whose set it is.
func (n *network) ownWeights() []int64 {
	weights := make([]int64, n.size())
	for i := range n.losses {
		for _, j := range n.losses[i].set {
			weights[j] += n.losses[i].weight
		}
	}
	return weights
}

// LargestWeightFirst plans without searching, as people do who serve the best contract first: the service with the largest weight, with all that it waits for; then the next.
// It is there to be compared with.
func LargestWeightFirst(p *Problem) (*Plan, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	services := make([]int, len(n.losses))
	for s := range services {
		services[s] = s
	}
	slices.SortStableFunc(services, func(a, b int) int { return cmp.Compare(n.losses[b].weight, n.losses[a].weight) })
	u := newUnlocking(n.closures(), n.weights(), n.labour())
	for _, s := range services {
		u.append(int32(s))
	}
	for j := range int32(n.size()) {
		u.place(j)
	}
	made := n.plan(u.list, 1, Options{Kind: KindCost})
	return made, n.findings, nil
}
