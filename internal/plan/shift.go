package plan

import "slices"

// ShiftRight is the plan that comes about when nobody thinks (right shift of what is affected: Abumaizar and Svestka 1997): nothing begins earlier than it was to, everybody goes from work to
// work as the old plan of the problem as it was had them go, and what no longer fits moves to the right. Only what would find no place there begins earlier. It is there to be compared with.
func ShiftRight(was, p *Problem, old *Plan, kind string) (*Plan, []Finding, error) {
	before, err := was.compile()
	if err != nil {
		return nil, nil, err
	}
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	n.notBefore(old)
	list, waits, o := n.orderOfBegins(old), before.handOvers(old), Options{Kind: kind, Seed: old.Seed}
	if !before.madeByBegins(old) {
		list = n.orderOf(old)
	}
	for {
		handed := n.handedOn(list, waits)
		made := handed.plan(list, 1, o)
		left := without(waits, made.LeftOut)
		if len(left) == len(waits) {
			made.Objective.Bound, made.Objective.Method = n.bound(o, made.Objective.Value, n.unplaced(made.LeftOut)) // of the problem itself, where nobody need take over from anybody
			n.keep(made, list)
			return made, handed.findings, nil
		}
		waits = left
	}
}

// InOldOrder is the plan of the old order: nothing begins earlier than it was to, and who comes first in the old plan gets people first, but nobody waits for people that others have who are
// late. It is a better rival than [ShiftRight], and needs a tool.
func InOldOrder(p *Problem, old *Plan, kind string) (*Plan, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	n.notBefore(old)
	made := n.plan(n.orderOf(old), 1, Options{Kind: kind, Seed: old.Seed})
	return made, n.findings, nil
}

// madeByBegins says whether the order of a plan's begins makes that plan. In it everybody comes after whom they take over from; but where work pauses it may make another one.
func (n *network) madeByBegins(old *Plan) bool {
	n.notBefore(old)
	s, list := newPass(n), n.orderOfBegins(old)
	s.run(list)
	return !slices.ContainsFunc(list, func(j int32) bool {
		at, planned := old.Start[n.id(j)]
		return planned && s.start[j] != at
	})
}

// notBefore keeps every task from beginning earlier than it was to, if that was a minute of which a problem may speak.
func (n *network) notBefore(old *Plan) {
	n.free = slices.Clone(n.release)
	for j := range n.release {
		if at, planned := old.Start[n.id(int32(j))]; planned && at <= MaxMoment {
			n.release[j] = max(n.release[j], at)
		}
	}
}

// handedOn is the network in which who takes over waits. What has begun waits for nobody, and nobody for what comes later in the list, or for a gate of which nobody knows any more
// when it opens.
func (n *network) handedOn(list []int32, waits []handOver) *network {
	byID, turn := make(map[string]int32, n.size()), make([]int, n.size())
	for i, j := range list {
		byID[n.id(j)], turn[j] = j, i
	}
	more := make([][]link, n.size())
	for _, w := range waits {
		from, known := byID[w.from]
		if to, planned := byID[w.to]; known && planned && !n.fixed[to] && !n.behind[from] && turn[from] < turn[to] {
			more[to] = append(more[to], link{from, n.lead[from] + n.held[from] - n.minutes[from]})
		}
	}
	handed := *n
	handed.before = links{first: make([]int32, n.size()+1)}
	for j := range int32(n.size()) {
		handed.before.to = append(append(handed.before.to, n.before.of(j)...), more[j]...)
		handed.before.first[j+1] = int32(len(handed.before.to))
	}
	handed.after = handed.before.reversed(n.size())
	return &handed
}

// without are the hand-overs between work that still has a place: nobody waits for what never ends, nor until no place is left.
func without(waits []handOver, out []string) []handOver {
	left := set(out)
	return slices.DeleteFunc(slices.Clone(waits), func(w handOver) bool { return left[w.from] || left[w.to] })
}

// unplaced has never for each task that is left out.
func (n *network) unplaced(out []string) []int64 {
	start, left := make([]int64, n.size()), set(out)
	for j := range start {
		if left[n.id(int32(j))] {
			start[j] = never
		}
	}
	return start
}

func set(ids []string) map[string]bool {
	s := make(map[string]bool, len(ids))
	for _, id := range ids {
		s[id] = true
	}
	return s
}
