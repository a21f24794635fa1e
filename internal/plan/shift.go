package plan

import (
	"cmp"
	"container/heap"
	"slices"
)

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
	list, waits, o := n.orderOf(old), before.handOvers(old), Options{Kind: kind, Seed: old.Seed}
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

// notBefore keeps every task from beginning earlier than it was to, if that was a minute of which a problem may speak.
func (n *network) notBefore(old *Plan) {
	n.free = slices.Clone(n.release)
	for j := range n.release {
		if at, planned := old.Start[n.id(int32(j))]; planned && at <= MaxMoment {
			n.release[j] = max(n.release[j], at)
		}
	}
}

// handOver is from whom a task gets heads, both by their ids.
type handOver struct{ from, to string }

// handOvers says who takes over from whom by a plan: whoever has been free for longest goes first, so that as few as can be wait for somebody late.
func (n *network) handOvers(old *Plan) (waits []handOver) {
	pools := map[string]*pool{}
	for _, t := range n.problem.Teams {
		pools[t.ID] = &pool{{minute: minTime, heads: t.most()}}
	}
	for _, j := range n.byStart(old) {
		t := &n.problem.Tasks[n.place[j]]
		at, free := old.Start[t.ID], n.freeAgain(j, old)
		for _, d := range t.Heads {
			for _, from := range pools[d.Team].take(d.Heads, at) {
				waits = append(waits, handOver{from, t.ID})
			}
			heap.Push(pools[d.Team], freed{free, d.Heads, t.ID})
		}
	}
	return waits
}

// byStart are the tasks that keep people busy and have a date, as they begin.
func (n *network) byStart(old *Plan) []int32 {
	var list []int32
	for j := range int32(n.size()) {
		if _, planned := old.Start[n.id(j)]; planned && n.held[j] > 0 {
			list = append(list, j)
		}
	}
	slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(old.Start[n.id(a)], old.Start[n.id(b)]) })
	return list
}

// freeAgain is when a task of a plan lets its people go.
func (n *network) freeAgain(j int32, old *Plan) int64 {
	id := n.id(j)
	if pieces := old.Pieces[id]; len(pieces) > 0 {
		return pieces[len(pieces)-1].Until
	}
	return old.Start[id] + n.held[j]
}

// handedOn is the network in which who takes over waits. What has begun waits for nobody, and nobody for what comes later in the list.
func (n *network) handedOn(list []int32, waits []handOver) *network {
	byID, turn := make(map[string]int32, n.size()), make([]int, n.size())
	for i, j := range list {
		byID[n.id(j)], turn[j] = j, i
	}
	more := make([][]link, n.size())
	for _, w := range waits {
		from, known := byID[w.from]
		if to, planned := byID[w.to]; known && planned && !n.fixed[to] && turn[from] < turn[to] {
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

// most is how many heads a team has at its best.
func (t *Team) most() int64 {
	most := t.Heads
	for _, s := range t.Shifts {
		most = max(most, s.Heads)
	}
	return most
}

// freed are heads that became free in a minute, by which task.
type freed struct {
	minute int64
	heads  int64
	by     string // empty: they were free from the beginning
}

// pool are the free heads of a team, those first that have been free for longest.
type pool []freed

func (p pool) Len() int { return len(p) }
func (p pool) Less(i, k int) bool {
	return cmp.Or(cmp.Compare(p[i].minute, p[k].minute), cmp.Compare(p[i].by, p[k].by)) < 0
}
func (p pool) Swap(i, k int) { p[i], p[k] = p[k], p[i] }
func (p *pool) Push(x any)   { *p = append(*p, x.(freed)) }
func (p *pool) Pop() any {
	last := (*p)[len(*p)-1]
	*p = (*p)[:len(*p)-1]
	return last
}

// take takes heads that are free in that minute and says from whom. Where the calendar gave more than there ever were, the rest come from nowhere.
func (p *pool) take(heads, at int64) (from []string) {
	for heads > 0 && len(*p) > 0 && (*p)[0].minute <= at {
		first := &(*p)[0]
		if first.by != "" {
			from = append(from, first.by)
		}
		if first.heads > heads {
			first.heads -= heads
			return from
		}
		heads -= first.heads
		heap.Pop(p)
	}
	return from
}
