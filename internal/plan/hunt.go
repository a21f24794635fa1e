package plan

// hunt is what all searches share: a budget of passes, a generator, and the best list so far.
type hunt struct {
	net    *network
	random *random
	sorter sorter
	budget int
	used   int
	bound  int64 // no schedule is better: there the search ends
	best   []int32
	value  int64
}

func newHunt(n *network, o Options) *hunt {
	h := &hunt{net: n, random: newRandom(o.Seed), budget: o.Schedules - 1, value: maxTime} // the last pass is the one that makes the plan of the best list
	if o.Kind == KindMakespan {
		h.bound = minTime // a makespan is a minute and may lie before 0; a cost never does
	}
	return h
}

func (h *hunt) over() bool { return h.used >= h.budget || h.value <= h.bound }

// search finds a good list and says how many passes that took.
func (n *network) search(o Options) (list []int32, used int) {
	h := newHunt(n, o)
	h.best = n.startingOrder(o.Kind)
	switch {
	case n.size() == 0:
		return h.best, 0
	case o.Kind == KindMakespan && n.uniform():
		h.bound = n.criticalPath()
		newEvolution(h).run()
	default:
		newAnnealing(h, o.Kind).run()
	}
	return h.best, h.used + 1
}

// span is what a search for a short makespan keeps small: the minute in which all that has dates is done, and, where something waits for an unknown gate, the one in which that is done
// too, once each. What has no room at all does not count, or nothing else would.
func (n *network) span(end []int64) int64 {
	dated, all, waits := n.start, n.start, false
	for j, e := range end {
		switch {
		case e >= never:
			continue
		case n.behind[j]:
			waits = true
		default:
			dated = max(dated, e)
		}
		all = max(all, e)
	}
	if waits {
		return dated + all
	}
	return dated
}

// startingOrder is the best single rule for an objective.
func (n *network) startingOrder(kind string) []int32 {
	if kind != KindMakespan {
		return n.unlocks(n.closures(), n.weights(), n.labour())
	}
	keys := n.tails(nil)
	for j := range keys {
		keys[j] = -keys[j] - n.minutes[j]
	}
	var s sorter
	return s.lawful(n, keys)
}
