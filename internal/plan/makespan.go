package plan

import "slices"

// evolution is the search for a short makespan where time can be turned round: two populations, one of schedules in which everything is as early as possible and one of the mirror.
// Each child of one population is generated into the other one, so that every generation is a justification too and costs one pass (the idea of the bi-population genetic algorithm of
// Debels and Vanhoucke 2005). What is ours: short stretches of the father's, taken where he gets more done than the mother, room between members, less of it and fewer members as the budget
// runs out, a shaken copy of a parent for a child that is there already, and sizes that grow with the budget.
type evolution struct {
	*hunt
	sides [2]side
	keys  []int64
	share []int64 // of each task, what it takes of its teams, those that are short of heads above all
}

// side is one direction of time.
type side struct {
	net  *network
	pass *pass
	pop  []*schedule
}

// schedule is a member of a population, in the time of its side.
type schedule struct {
	start, end []int64
	first      int64 // when it begins
	span       int64 // from its first begin to its last end
	late       int64 // work in the last part of it: of two equally long, the one with less of it is nearer to a shorter one
}

const (
	shortest, longest      = 100, 500  // thousandths of the makespan that a child takes from its father: more of it, and children are copies
	mildest, wildest       = 20, 50    // percent of the tasks whose keys are drawn anew in a shaken copy
	smallest, largest      = 20, 2000  // members of a population at the beginning
	kept                   = 20        // percent of them at the end: most schedules are spent on the best, once the many have shown where these are
	firstDraw, firstSpread = 500, 1000 // thousandths by which the priorities of the first members vary: 0.5 to 1.5
	lastPart               = 30        // percent of a schedule
	wide, narrow           = 120, 30   // ten-thousandths of the makespan by which the begins of two members differ in the mean, at least: at the beginning, at the end
	offers                 = 2         // stretches from which the better is taken
	scarcity               = 4         // power of a team's load with which its work counts: 2 gains half as much
)

func newEvolution(h *hunt) *evolution {
	m := h.net.mirror()
	return &evolution{hunt: h, keys: make([]int64, h.net.size()), share: h.net.shortages(), sides: [2]side{{net: h.net, pass: newPass(h.net)}, {net: m, pass: newPass(m)}}}
}

// members is the size of a population at the beginning: 79 for 5,000 schedules, 368 for 50,000. It grows as the budget to the power of ⅔.
func members(budget int) int {
	cube, size := uint64(min(budget, 1<<30))*uint64(min(budget, 1<<30))/50, uint64(1)
	for (size+1)*(size+1)*(size+1) <= cube && size < largest {
		size++
	}
	return max(smallest, int(size))
}

// run evolves until the budget is used up.
func (e *evolution) run() {
	size := members(e.budget)
	e.found(size)
	for k := 0; !e.over(); k = 1 - k {
		e.dismiss(e.fading(int64(size), int64(size)*kept/100))
		e.generation(k)
	}
}

// fading goes from one value to another as the budget is used up.
func (e *evolution) fading(from, to int64) int64 {
	return from + (to-from)*int64(e.used)/int64(e.budget)
}

// dismiss leaves out the worst members until no population has more than so many (linear reduction, as Tanabe and Fukunaga 2014 do it in differential evolution).
func (e *evolution) dismiss(most int64) {
	for k := range e.sides {
		for s := &e.sides[k]; int64(len(s.pop)) > most; {
			w := worst(s.pop)
			s.pop = slices.Delete(s.pop, w, w+1)
		}
	}
}

func worst(pop []*schedule) (w int) {
	for i, s := range pop {
		if pop[w].better(s) {
			w = i
		}
	}
	return w
}

// found makes the first populations: by the length of the chain behind each task, which is varied, and by justifying the result.
func (e *evolution) found(size int) {
	tails := e.net.tails(nil)
	for i := 0; i < size && !e.over(); i++ {
		for j := range e.keys {
			e.keys[j] = -(tails[j] + e.net.minutes[j]) * 32
			if i > 0 {
				e.keys[j] = e.keys[j] * int64(firstDraw+e.random.below(firstSpread)) / 1000
			}
		}
		a := e.generate(0, e.sorter.lawful(e.net, e.keys))
		e.sides[0].pop = append(e.sides[0].pop, a)
		e.sides[1].pop = append(e.sides[1].pop, a)
		if !e.over() {
			e.sides[1].pop[i] = e.generate(1, e.sorter.descending(a.end))
		}
	}
}

// generate runs one pass on a side and notes whether it is the best.
func (e *evolution) generate(k int, list []int32) *schedule {
	s := e.sides[k].pass
	s.run(list)
	e.used++
	c := newSchedule(s.start, s.end, e.share)
	if c.span < e.value {
		e.value = c.span
		e.keep(k, list, c)
	}
	return c
}

func newSchedule(start, end, share []int64) *schedule {
	c := &schedule{start: append([]int64(nil), start...), end: append([]int64(nil), end...), first: maxTime}
	last := int64(minTime)
	for j := range end {
		c.first, last = min(c.first, start[j]), max(last, end[j])
	}
	c.span = last - c.first
	c.late = c.work(last-c.span*lastPart/100, last, share)
	return c
}

// work is what a schedule gets done from one minute up to another, each task by its share.
func (c *schedule) work(from, until int64, share []int64) (sum int64) {
	for j, at := range c.start {
		if both := min(c.end[j], until) - max(at, from); both > 0 {
			sum += both * share[j]
		}
	}
	return sum
}

// keep notes a list for the best schedule. Of one that was made backwards it is the order of its begins: with that, a pass makes one that is no longer.
func (e *evolution) keep(k int, list []int32, c *schedule) {
	if k == 1 {
		keys := make([]int64, len(c.end))
		for j := range keys {
			keys[j] = -c.end[j]
		}
		var s sorter
		list = s.ascending(keys)
	}
	e.best = append(e.best[:0], list...)
}

// generation makes one child of each member of side k, on the other side.
func (e *evolution) generation(k int) {
	pop := e.sides[k].pop
	for i := 0; i < len(pop) && !e.over(); i++ {
		father, mother := pop[i], tournament(e.random, pop, i)
		if e.random.below(2) == 0 {
			father, mother = mother, father
		}
		e.cross(father, mother)
		if !e.settle(1-k, e.generate(1-k, e.turned(k))) && !e.over() {
			e.shake(pop[i])
			other := e.sides[1-k].pop
			other[worst(other)] = e.generate(1-k, e.turned(k)) // however long it is: where nothing new comes, to go on costs more than a bad member
		}
	}
}

// settle gives a child a place: that of the member that it would crowd, or else of the worst one, if it is not worse. What keeps few schedules from filling the population is known as
// clearing or crowding (De Jong 1975); without it the members are near copies of each other long before the budget is used up. It says no if the child is nothing new.
func (e *evolution) settle(k int, c *schedule) (fresh bool) {
	pop := e.sides[k].pop
	near, apart := -1, max(1, c.span*int64(len(c.start))*e.fading(wide, narrow)/10_000)
	for i, o := range pop {
		if d := c.distance(o, apart); d < apart {
			near, apart = i, d
		}
	}
	switch {
	case apart == 0:
		return false
	case near < 0:
		near = worst(pop)
	}
	if c.span <= pop[near].span {
		pop[near] = c
	}
	return true
}

// distance is by how much the begins of two schedules differ, summed up until it reaches a limit.
func (c *schedule) distance(o *schedule, limit int64) (sum int64) {
	shift := o.first - c.first
	for j, at := range c.start {
		d := at + shift - o.start[j]
		if sum += max(d, -d); sum >= limit {
			break
		}
	}
	return sum
}

// better says whether a schedule is shorter than another one, or as long and has less to do at its end.
func (c *schedule) better(o *schedule) bool {
	return c.span < o.span || c.span == o.span && c.late < o.late
}

// tournament draws the better of two members that are not the i-th.
func tournament(r *random, pop []*schedule, i int) *schedule {
	draw := func() *schedule { return pop[(i+1+r.below(len(pop)-1))%len(pop)] }
	a, b := draw(), draw()
	if b.better(a) {
		return b
	}
	return a
}

// cross puts the keys of a child together: from the father what begins in a stretch of time, and before and after it the order of the mother.
func (e *evolution) cross(father, mother *schedule) {
	from, length := e.stretch(father, mother)
	for j := range e.keys {
		switch at := father.start[j]; {
		case at >= from && at < from+length:
			e.keys[j] = 2 * at
		case mother.start[j] < from:
			e.keys[j] = 2*mother.start[j] - 1<<34 // before every begin of the father's
		default:
			e.keys[j] = 2*mother.start[j] + 1<<34
		}
	}
}

// stretch draws some stretches of time and takes the one in which the father is most ahead of the mother, in work per minute. That good parts of a schedule show in how full they are is
// from the peak crossover of Valls, Ballestín and Quintanilla 2008; to look at the father alone did not help.
func (e *evolution) stretch(father, mother *schedule) (from, length int64) {
	most := int64(minTime)
	for range offers {
		l := max(1, father.span*int64(e.random.between(shortest, longest))/1000)
		f := father.first + int64(e.random.below(int(father.span-l)+1))
		if ahead := (father.work(f, f+l, e.share) - mother.work(f, f+l, e.share)) / l; ahead > most {
			most, from, length = ahead, f, l
		}
	}
	return from, length
}

// shake gives keys that are a member's, but for some tasks, which go somewhere up to half its span away.
func (e *evolution) shake(s *schedule) {
	rate := e.random.between(mildest, wildest)
	for j := range e.keys {
		e.keys[j] = 2 * s.start[j]
		if e.random.below(100) < rate {
			e.keys[j] += int64(e.random.below(int(s.span)+1)) - s.span/2
		}
	}
}

// turned makes keys of side k, which are double begins, into a list for the other side, where what ends last goes first.
func (e *evolution) turned(k int) []int32 {
	for j := range e.keys {
		e.keys[j] = -(e.keys[j] + 2*e.net.minutes[j])
	}
	return e.sorter.lawful(e.sides[1-k].net, e.keys)
}

// shortages is how much of its teams each task keeps busy, where a team counts the less the less it has to do: who is never short of heads does not make the plan long. Goncharov 2025
// (arXiv 2502.18330) ranks resources by such a measure too.
func (n *network) shortages() []int64 {
	load, top := make([]int64, lanes*len(n.base)), int64(1)
	n.eachShare(func(j, team int, share int64) {
		load[team] += share * n.minutes[j]
		top = max(top, load[team])
	})
	short := make([]int64, n.size())
	n.eachShare(func(j, team int, share int64) {
		for range scarcity {
			share = share * load[team] / top
		}
		short[j] += share
	})
	return short
}
