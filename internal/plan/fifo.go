package plan

import (
	"container/heap"
	"slices"
	"sort"
)

// FirstInFirstOut serves tasks in the order in which they stand: whichever is the first whose predecessors have their slots gets its own, as early as these
// and its team allow. A later task may fill a pause that no earlier one could use; it never delays an earlier one. The error is an [*Error].
func FirstInFirstOut(p Problem) (Schedule, error) {
	n, err := read(p)
	if err != nil {
		return Schedule{}, err
	}
	s := Schedule{Slots: make([]Slot, len(p.Tasks)), End: p.Start}
	teams := map[string]*calendar{}
	for i := range n.inOrder {
		t := p.Tasks[i]
		begin := p.Start
		for _, j := range n.before[i] {
			begin = max(begin, s.Slots[j].End)
		}
		if t.Team != "" {
			if teams[t.Team] == nil {
				teams[t.Team] = &calendar{}
			}
			begin = teams[t.Team].book(begin, t.Minutes)
		}
		s.Slots[i] = Slot{ID: t.ID, Start: begin, End: begin + t.Minutes}
		s.End = max(s.End, begin+t.Minutes)
	}
	return s, nil
}

// inOrder goes through the places of all tasks: always the first one whose predecessors were all given before.
func (n network) inOrder(yield func(int) bool) {
	waits := make([]int, len(n.before))
	var ready queue
	for i, before := range n.before {
		if waits[i] = len(before); waits[i] == 0 {
			ready.IntSlice = append(ready.IntSlice, i)
		}
	}
	for ready.Len() > 0 {
		i := heap.Pop(&ready).(int)
		if !yield(i) {
			return
		}
		for _, j := range n.after[i] {
			if waits[j]--; waits[j] == 0 {
				heap.Push(&ready, j)
			}
		}
	}
}

// queue gives the lowest place first.
type queue struct{ sort.IntSlice }

// Push adds a place; for package heap.
func (q *queue) Push(x any) { q.IntSlice = append(q.IntSlice, x.(int)) }

// Pop removes the last place; for package heap.
func (q *queue) Pop() any {
	last := len(q.IntSlice) - 1
	x := q.IntSlice[last]
	q.IntSlice = q.IntSlice[:last]
	return x
}

// calendar is when a team is busy, in order, without overlaps.
type calendar struct{ busy []Slot }

// book finds the first pause of that length from a minute on, and takes it.
func (c *calendar) book(from, minutes int64) int64 {
	at, _ := slices.BinarySearchFunc(c.busy, from, func(s Slot, from int64) int {
		if s.End <= from {
			return -1
		}
		return 1
	})
	for ; at < len(c.busy) && c.busy[at].Start < from+minutes; at++ {
		from = max(from, c.busy[at].End)
	}
	if minutes > 0 { // a mark keeps nobody busy
		c.busy = slices.Insert(c.busy, at, Slot{Start: from, End: from + minutes})
	}
	return from
}
