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

// LargestWeightFirst plans without searching, by the rule of that name: of the tasks that could come next, the one that carries the largest weight itself; of equals, the first in the
// problem. With inherit a task also counts the largest weight that waits behind it, as people do who do everything for their best contracts first. It is there to be compared with.
func LargestWeightFirst(p *Problem, inherit bool) (*Plan, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	keys := make([]int64, n.size())
	for i := range n.losses {
		for _, j := range n.losses[i].set {
			keys[j] = min(keys[j], -n.losses[i].weight)
		}
	}
	for j := int32(n.size()) - 1; j >= 0 && inherit; j-- {
		for _, l := range n.after.of(j) {
			keys[j] = min(keys[j], keys[l.task])
		}
	}
	var s sorter
	return n.plan(s.lawful(n, keys), 1, Options{Kind: KindCost}), n.findings, nil
}
