package plan

import (
	"cmp"
	"container/heap"
	"slices"
)

// handOver is from whom a task gets heads, both by their ids.
type handOver struct{ from, to string }

// handOvers says who takes over from whom by a plan: whoever has been free for longest goes first, so that as few as can be wait for somebody late.
func (n *network) handOvers(old *Plan) (waits []handOver) {
	teams := make([]hands, lanes*len(n.base))
	calendars := n.base
	if n.bare != nil {
		calendars = n.bare
	}
	for _, j := range n.byStart(old) {
		t := &n.problem.Tasks[n.place[j]]
		at := old.Start[t.ID]
		busy, _ := old.Placed(t, at, n.start)
		for _, d := range n.needs.of(j) {
			for team := range lanes {
				heads := int64(d.heads >> (16 * team) & 0x7fff)
				if heads == 0 {
					continue
				}
				c := &teams[lanes*int(d.profile)+team]
				c.follow(&calendars[d.profile], team, at)
				for _, from := range c.take(heads, at) {
					waits = append(waits, handOver{from, t.ID})
				}
				heap.Push(&c.pool, freed{busy[len(busy)-1].Until, heads, t.ID})
			}
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

// hands are the people of a team who are free as a plan goes on.
type hands struct {
	pool
	heads   int64 // by the calendar
	stretch int   // of the calendar, the next
	owed    int64 // heads that should have left, but work
}

// follow lets heads come and go by the calendar up to a minute. Who has been free for longest leaves first.
func (c *hands) follow(p *profile, team int, until int64) {
	for ; c.stretch < len(p.at)-1 && p.at[c.stretch] <= until; c.stretch++ {
		heads := int64(p.free[c.stretch] >> (16 * team) & 0x7fff)
		more := heads - c.heads - c.owed
		c.heads, c.owed = heads, 0
		if more > 0 {
			heap.Push(&c.pool, freed{p.at[c.stretch], more, ""})
		}
		for more < 0 && len(c.pool) > 0 && c.pool[0].minute <= p.at[c.stretch] {
			gone := min(-more, c.pool[0].heads)
			c.take(gone, p.at[c.stretch])
			more += gone
		}
		c.owed = max(0, -more)
	}
}

// freed are heads that became free in a minute, by which task.
type freed struct {
	minute int64
	heads  int64
	by     string // empty: they came by the calendar
}

// pool are free heads, those first that have been free for longest.
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
