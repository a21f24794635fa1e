package plan

import (
	"math/bits"
	"slices"
)

// unlocks is the starting order for costs: again and again the service with the highest rate per work of what is still missing of its closure (its set and all these wait for), and
// then that closure. What serves no service comes last. The rate of a service is what a minute costs; work is counted per task.
func (n *network) unlocks(c *closures, rates, work []int64) []int32 {
	u := newUnlocking(c, rates, work)
	for s, ok := u.next(); ok; s, ok = u.next() {
		u.append(s)
	}
	for j := range int32(n.size()) {
		u.place(j)
	}
	if c.cut {
		return n.inOrder(u.list)
	}
	return u.list
}

// inOrder is a list made lawful.
func (n *network) inOrder(list []int32) []int32 {
	keys := make([]int64, n.size())
	for i, j := range list {
		keys[j] = int64(i)
	}
	var s sorter
	return s.lawful(n, keys)
}

// evenRate is the unit of rates: a minute that costs 1. A search makes services count by fractions more or less.
const evenRate = 1024

// weights are the rates of services that are not late yet.
func (n *network) weights() []int64 {
	rates := make([]int64, len(n.losses))
	for s := range rates {
		rates[s] = n.losses[s].weight * evenRate
	}
	return rates
}

// ratesAt are the rates at the minute in which each service is back by a schedule: beyond RTO and MTPD a minute costs more.
func (n *network) ratesAt(end []int64) []int64 {
	rates := n.weights()
	for s := range n.losses {
		l := &n.losses[s]
		switch back, _ := n.back(l, end); {
		case back > l.dead:
			rates[s] *= 1 + n.factors.RTO + n.factors.MTPD
		case back > l.due:
			rates[s] *= 1 + n.factors.RTO
		}
	}
	return rates
}

// labour is the work of each task: its share of its teams times the minutes it holds them.
func (n *network) labour() []int64 {
	work := n.shares()
	for j := range work {
		work[j] = work[j]*n.held[j] + n.minutes[j] + 1
	}
	return work
}

// closures are what services wait for.
type closures struct {
	of    [][]int32 // of each service, in an order in which nothing comes before what it waits for
	users links     // of each task, the services in whose closure it is
	cut   bool      // of some services it is the set alone
}

// closures finds them. Of services after the first that does not fit into maxClosures tasks in all it keeps the sets alone: a chain of 100,000 services would have five thousand million tasks in them.
func (n *network) closures() *closures {
	c := &closures{of: make([][]int32, len(n.losses))}
	seen := make([]int32, n.size())
	var to []link
	var of []int32
	for s := range n.losses {
		whole := false
		if c.of[s] = n.losses[s].set; !c.cut {
			c.of[s], whole = n.closureOf(n.losses[s].set, seen, int32(s+1), max(0, maxClosures-len(to)))
		}
		c.cut = c.cut || !whole
		for _, j := range c.of[s] {
			to, of = append(to, link{task: j}), append(of, int32(s))
		}
	}
	c.users = usersOf(n.size(), to, of)
	return c
}

// usersOf turns "service s uses task j" round.
func usersOf(size int, to []link, of []int32) links {
	r := links{first: make([]int32, size+1), to: make([]link, len(to))}
	for _, l := range to {
		r.first[l.task+1]++
	}
	for j := range size {
		r.first[j+1] += r.first[j]
	}
	fill := append([]int32(nil), r.first...)
	for i, l := range to {
		r.to[fill[l.task]] = link{task: of[i]}
		fill[l.task]++
	}
	return r
}

// closureOf is a set with all that it waits for, lawfully ordered; the set alone if it were more than so many. mark tells one call from the other.
func (n *network) closureOf(set []int32, seen []int32, mark int32, most int) (closure []int32, whole bool) {
	todo := slices.Clone(set)
	for len(todo) > 0 && len(closure) <= most {
		j := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[j] == mark {
			continue
		}
		seen[j] = mark
		closure = append(closure, j)
		for _, l := range n.before.of(j) {
			todo = append(todo, l.task)
		}
	}
	if len(closure) > most {
		return set, false
	}
	slices.Sort(closure) // numbers break no precedence
	return closure, true
}

// unlocking is the state of that order while it grows.
type unlocking struct {
	*closures
	rates   []int64 // of each service
	work    []int64 // of each task, what it takes of its teams
	missing []int64 // of each service, work not yet placed
	done    []bool  // services
	placed  []bool
	list    []int32
	heap    sorter
}

func newUnlocking(c *closures, rates, work []int64) *unlocking {
	u := &unlocking{closures: c, rates: rates, work: work, missing: make([]int64, len(rates)), done: make([]bool, len(rates)), placed: make([]bool, len(work)), list: make([]int32, 0, len(work))}
	for s := range c.of {
		for _, j := range c.of[s] {
			u.missing[s] += work[j]
		}
		u.offer(int32(s))
	}
	return u
}

// offer puts a service into the heap with its present worth; what was offered before with less is passed over later.
func (u *unlocking) offer(s int32) {
	u.heap.push(word(-quotient(uint64(u.rates[s]), uint64(u.missing[s])+1), s))
}

// quotient sorts like a divided by b, however big they are: the exponent of two, then 33 bits.
func quotient(a, b uint64) int64 {
	if a == 0 {
		return -1 << 41 // below every exponent
	}
	za, zb := bits.LeadingZeros64(a), bits.LeadingZeros64(b)
	q, _ := bits.Div64(a<<za>>1, a<<za<<63, b<<zb)
	zq := bits.LeadingZeros64(q)
	return int64(zb-za-zq)<<33 + int64(q<<zq<<1>>31)
}

// next takes the service that is worth most.
func (u *unlocking) next() (int32, bool) {
	for len(u.heap.heap) > 0 {
		w := u.heap.pop()
		s := int32(w & (1<<numberBits - 1))
		if !u.done[s] {
			return s, true
		}
	}
	return 0, false
}

// append places what is missing of a service's closure.
func (u *unlocking) append(s int32) {
	u.done[s] = true
	for _, j := range u.of[s] {
		u.place(j)
	}
}

func (u *unlocking) place(j int32) {
	if u.placed[j] {
		return
	}
	u.placed[j] = true
	u.list = append(u.list, j)
	for _, user := range u.users.of(j) {
		if u.missing[user.task] -= u.work[j]; !u.done[user.task] {
			u.offer(user.task)
		}
	}
}
