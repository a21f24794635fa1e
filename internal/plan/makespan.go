package plan

// evolution is the search for a short makespan where time can be turned round: two populations, one of schedules in which everything is as early as possible and one of the mirror.
// Each child of one population is generated into the other one, so that every generation is a justification too (Debels and Vanhoucke 2005; decomposition left away).
type evolution struct {
	*hunt
	sides [2]side
	keys  []int64
	share []int64 // of each task: what part of its teams it keeps busy, in 1/1000, summed over teams
}

// side is one direction of time.
type side struct {
	net  *network
	pass *pass
	pop  []*schedule
}

// schedule is a member of a population, in the time of its side: what it calls its begins may be another side's ends.
type schedule struct {
	start, end []int64
	span       int64
}

// hunt is what all searches share: a budget of passes, a generator, and the best so far.
type hunt struct {
	net    *network
	random *random
	sorter sorter
	budget int
	used   int
	bound  int64 // no schedule is better
	best   []int32
	value  int64
}

func (h *hunt) over() bool { return h.used >= h.budget || h.value <= h.bound }

func newEvolution(h *hunt) *evolution {
	e := &evolution{hunt: h, keys: make([]int64, h.net.size()), share: h.net.shares()}
	m := h.net.mirror()
	e.sides[0] = side{net: h.net, pass: newPass(h.net)}
	e.sides[1] = side{net: m, pass: newPass(m)}
	return e
}

// shares is how much of its teams each task keeps busy.
func (n *network) shares() []int64 {
	share := make([]int64, n.size())
	for j := range share {
		for _, d := range n.needs.of(int32(j)) {
			have := n.base[d.profile].free[0]
			for team := range lanes {
				if h := int64(have >> (16 * team) & 0x7fff); h > 0 {
					share[j] += 1000 * int64(d.heads>>(16*team)&0x7fff) / h
				}
			}
		}
	}
	return share
}

// generate runs one pass on a side and notes whether it is the best.
func (e *evolution) generate(k int, list []int32) *schedule {
	s := e.sides[k].pass
	s.run(list)
	e.used++
	first, last := int64(maxTime), int64(minTime)
	for j := range s.end {
		first, last = min(first, s.start[j]), max(last, s.end[j])
	}
	c := &schedule{start: append([]int64(nil), s.start...), end: append([]int64(nil), s.end...), span: last - first}
	if c.span < e.value {
		e.value = c.span
		if k == 0 {
			e.best = append(e.best[:0], list...)
		} else {
			e.mirrored(c)
		}
	}
	return c
}

// mirrored keeps the list of a schedule that was made backwards: in the order of its begins a pass makes one that is no longer.
func (e *evolution) mirrored(c *schedule) {
	e.best = append(e.best[:0], e.sorter.descending(c.end)...)
}

// run evolves until the budget is used up.
func (e *evolution) run(size int) {
	e.found(size)
	for k := 0; !e.over(); k = 1 - k {
		e.generation(k)
	}
}

// found makes the first populations.
func (e *evolution) found(size int) {
	tails := e.net.tails()
	heads := e.net.heads()
	for i := 0; i < size && !e.over(); i++ {
		for j := range e.keys {
			e.keys[j] = -tails[j]*1000 - e.net.minutes[j]*1000
			if i > 0 {
				e.keys[j] = e.keys[j] * int64(700+e.random.below(600)) / 1000
			}
		}
		_ = heads
		a := e.generate(0, e.sorter.lawful(e.net, e.keys))
		e.sides[0].pop = append(e.sides[0].pop, a)
		if !e.over() {
			e.sides[1].pop = append(e.sides[1].pop, e.generate(1, e.sorter.descending(a.end)))
		}
	}
}

// generation makes one child of each member of side k, on the other side.
func (e *evolution) generation(k int) {
	pop, other := e.sides[k].pop, e.sides[1-k].pop
	for i := range pop {
		if e.over() || i >= len(other) {
			return
		}
		father := pop[i]
		mother := e.tournament(pop, i)
		if e.random.below(2) == 0 {
			father, mother = mother, father
		}
		e.cross(father, mother)
		c := e.generate(1-k, e.back(k))
		if c.span <= other[i].span {
			other[i] = c
		} else if e.random.below(100) < 5 && other[i].span > e.value {
			other[i] = c
		}
	}
}

// back makes keys of side k into a list for the other side.
func (e *evolution) back(k int) []int32 {
	for j := range e.keys {
		e.keys[j] = -(e.keys[j] + 2*e.net.minutes[j])
	}
	return e.sorter.lawful(e.sides[1-k].net, e.keys)
}

func (e *evolution) tournament(pop []*schedule, not int) *schedule {
	a, b := pop[e.random.below(len(pop))], pop[e.random.below(len(pop))]
	if b.span < a.span {
		return b
	}
	return a
}

// cross puts the keys of a child together: from the father what begins in the stretch of time in which his teams are busiest, and round it the order of the mother.
func (e *evolution) cross(father, mother *schedule) {
	from, until := e.peak(father)
	for j := range e.keys {
		switch at := father.start[j]; {
		case at >= from && at < until:
			e.keys[j] = 2 * at
		case mother.start[j] < from:
			e.keys[j] = 2*mother.start[j] - 1<<32
		default:
			e.keys[j] = 2*mother.start[j] + 1<<32
		}
	}
}

// peak is the busiest of a few stretches, whose length is between a quarter and three quarters of the whole.
func (e *evolution) peak(s *schedule) (from, until int64) {
	first := int64(maxTime)
	for j := range s.start {
		first = min(first, s.start[j])
	}
	length := max(1, s.span*int64(e.random.between(250, 750))/1000)
	most := int64(-1)
	for range 3 {
		at := first + int64(e.random.below(int(s.span-length)+1))
		var busy int64
		for j := range s.start {
			if o := min(s.end[j], at+length) - max(s.start[j], at); o > 0 {
				busy += o * e.share[j]
			}
		}
		if busy > most {
			most, from, until = busy, at, at+length
		}
	}
	return from, until
}
