package plan

import (
	"math/bits"
	"slices"
)

// unlocks is the starting order for costs: again and again the service with the highest rate per work of what is still missing of its closure (its set and all these wait for), and
// then that closure. What serves no service comes last. The rate of a service is what a minute costs; work is counted per task.
func (n *network) unlocks(rates, work []int64) []int32 {
	u := newUnlocking(n, rates, work)
	for s, ok := u.next(); ok; s, ok = u.next() {
		u.append(s)
	}
	for j := range int32(n.size()) {
		u.place(j)
	}
	return u.list
}

// weights are the rates of services that are not late yet.
func (n *network) weights() []int64 {
	rates := make([]int64, len(n.losses))
	for s := range rates {
		rates[s] = n.losses[s].weight
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

// squeezed is labour in which a team counts the more, the more there is to do for it: what is scarce should go where it unlocks most.
func (n *network) squeezed() []int64 {
	load := make([]int64, lanes*len(n.base))
	most := n.mostHeads()
	each := func(f func(j, team int, minutes int64)) {
		for j := range n.minutes {
			for _, d := range n.needs.of(int32(j)) {
				for team := range lanes {
					if h := int64(d.heads >> (16 * team) & 0x7fff); h > 0 {
						k := lanes*int(d.profile) + team
						f(j, k, 1000*h*n.held[j]/max(1, most[k]))
					}
				}
			}
		}
	}
	each(func(_, team int, minutes int64) { load[team] += minutes })
	highest := max(1, slices.Max(append(load, 1)))
	work := make([]int64, n.size())
	each(func(j, team int, minutes int64) {
		part := load[team] * 1000 / highest
		work[j] += minutes * (part * part / 1000) / 1000
	})
	for j := range work {
		work[j] += 1 + n.minutes[j]/10
	}
	return work
}

// unlocking is the state of that order while it grows.
type unlocking struct {
	net     *network
	rates   []int64   // of each service
	work    []int64   // of each task, what it takes of its teams
	closure [][]int32 // of each service, in order of numbers
	users   links     // of each task, the services in whose closure it is
	missing []int64   // of each service, work not yet placed
	placed  []bool
	list    []int32
	heap    sorter
}

const unlockScale = 1 << 40 // weight per work as a whole number: the highest sorts first

func newUnlocking(n *network, rates, work []int64) *unlocking {
	u := &unlocking{net: n, rates: rates, work: work, closure: make([][]int32, len(n.losses)), missing: make([]int64, len(n.losses)), placed: make([]bool, n.size())}
	mark := make([]int32, n.size())
	to := make([]link, 0, n.size())
	of := make([]int32, 0, n.size())
	for s := range n.losses {
		u.closure[s] = n.closureOf(n.losses[s].set, mark, int32(s+1))
		for _, j := range u.closure[s] {
			u.missing[s] += u.work[j]
			to, of = append(to, link{task: j}), append(of, int32(s))
		}
	}
	u.users = usersOf(n.size(), to, of)
	for s := range n.losses {
		u.offer(int32(s))
	}
	return u
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

// closureOf is a set with all that it waits for, lawfully ordered. mark tells one call from the other.
func (n *network) closureOf(set []int32, seen []int32, mark int32) []int32 {
	var closure []int32
	var visit func(j int32)
	visit = func(j int32) {
		if seen[j] == mark {
			return
		}
		seen[j] = mark
		for _, l := range n.before.of(j) {
			visit(l.task)
		}
		closure = append(closure, j)
	}
	for _, j := range set {
		visit(j)
	}
	return closure
}

// offer puts a service into the heap with its present worth; what was offered before with less is passed over later.
func (u *unlocking) offer(s int32) {
	hi, lo := bits.Mul64(uint64(u.rates[s]), unlockScale)
	worth := uint64(unlockScale)
	if missing := uint64(u.missing[s]) + 1; hi < missing {
		worth, _ = bits.Div64(hi, lo, missing)
	}
	u.heap.push(word(-int64(min(worth, unlockScale)), s))
}

// next takes the service that is worth most.
func (u *unlocking) next() (int32, bool) {
	for len(u.heap.heap) > 0 {
		w := u.heap.pop()
		s := int32(w & (1<<numberBits - 1))
		if u.closure[s] != nil {
			return s, true
		}
	}
	return 0, false
}

// append places what is missing of a service's closure.
func (u *unlocking) append(s int32) {
	closure := u.closure[s]
	u.closure[s] = nil
	for _, j := range closure {
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
		if u.missing[user.task] -= u.work[j]; u.closure[user.task] != nil {
			u.offer(user.task)
		}
	}
}
