package plan

import (
	"cmp"
	"math/bits"
	"slices"
)

// list finds the teams that are needed, and what the calendar gives of each.
func (l *lagrange) list() {
	n, all := l.net, int64(0)
	l.rate, l.sums = make([]int64, l.length), make([]int64, l.length+1)
	need := make([]int64, lanes*len(n.base))
	for i := range l.choices {
		if j := l.choices[i].task; j >= 0 {
			for _, d := range n.needs.of(j) {
				for lane := range lanes {
					need[lanes*int(d.profile)+lane] += int64(d.heads>>(16*lane)&0x7fff) * n.held[j]
				}
			}
		}
	}
	for k, work := range need {
		if all += work; work == 0 {
			continue
		}
		t := pricedTeam{number: k, used: make([]int64, l.length), price: make([]int64, l.length), best: make([]int64, l.length), way: make([]int64, l.length)}
		for s := range l.length {
			t.supply = append(t.supply, l.gives(k, s))
			all += t.supply[s]
		}
		l.teams = append(l.teams, t)
	}
	l.most = boundless / 8 / (all + 1)
}

// gives is how many head minutes the calendar has of a team in a step. Where begins are counted as if they were the step's, its last minute stands for all.
func (l *lagrange) gives(team int, step int64) (sum int64) {
	p, lane := &l.net.base[team/lanes], 16*(team%lanes)
	if l.aligned {
		return int64(p.free[p.stretch(l.at(step+1)-1)]>>lane&0x7fff) * l.unit
	}
	from, until := max(l.at(step), l.net.start), l.at(step+1)
	for i := p.stretch(from); p.at[i] < until; i++ {
		sum += int64(p.free[i]>>lane&0x7fff) * (min(until, p.at[i+1]) - max(from, p.at[i]))
	}
	return sum
}

// chargePausing enters, for each step in which the work may end, the least that as many minutes up to then cost: those of the cheapest steps.
func (l *lagrange) chargePausing(c *choice, room []int64) {
	whole, rest := int(l.net.held[c.task]/l.unit), l.net.held[c.task]%l.unit
	base := l.step(c.ready)
	var cheap []int64 // the rates of so many steps and one more
	sum, next := int64(0), base
	for t := c.first; t < l.length; t++ {
		for ; next < l.counted(t); next++ {
			if !c.open[next-base] {
				continue
			}
			at, _ := slices.BinarySearch(cheap, l.rate[next])
			if cheap, sum = slices.Insert(cheap, at, l.rate[next]), sum+l.rate[next]; len(cheap) > whole+1 {
				cheap, sum = cheap[:whole+1], sum-cheap[whole+1]
			}
		}
		cost := sum * l.unit
		if len(cheap) > whole { // the dearest one is for the rest
			cost -= cheap[whole] * (l.unit - rest)
		}
		room[2*(t-c.first)] += cost
	}
}

// counted is the step from which on no work counts that ends in step t.
func (l *lagrange) counted(t int64) int64 {
	if l.aligned {
		return t
	}
	return t + 1
}

// takePausing adds what work holds that ends in a step.
func (l *lagrange) takePausing(c *choice, t int64) {
	base, left := l.step(c.ready), l.net.held[c.task]
	var steps []int64
	for s := base; s < l.counted(t); s++ {
		if c.open[s-base] {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b int64) int { return cmp.Compare(l.rate[a], l.rate[b]) })
	for _, s := range steps {
		minutes := min(left, l.unit)
		l.uses(c.task, s, minutes)
		if left -= minutes; left == 0 {
			return
		}
	}
}

// improve moves the prices of what is wanted too much up and those of the rest down, by Polyak's step towards a value that is so far away. It says whether anything moved.
func (l *lagrange) improve(gap, step int64) bool {
	shift, norm := l.turn(), int64(0)
	for k := range l.teams {
		p := &l.teams[k]
		for t, w := range p.way {
			if w > 0 || p.price[t] > 0 {
				norm += (w >> shift) * (w >> shift)
			}
		}
	}
	if norm == 0 || gap <= 0 {
		return false
	}
	moved := false
	for k := range l.teams {
		p := &l.teams[k]
		for t, w := range p.way {
			by := times(gap/fullStep*step, w>>shift, norm) >> shift
			before := p.price[t]
			p.price[t] = min(max(0, before+by), l.most)
			moved = moved || p.price[t] != before
		}
	}
	return moved
}

// turn bends the way towards what is wanted too much now, and says by how many bits it is to be shortened so that its square fits.
func (l *lagrange) turn() (shift int) {
	longest := int64(1)
	for k := range l.teams {
		p := &l.teams[k]
		for t := range p.way {
			p.way[t] = p.used[t] - p.supply[t] + p.way[t]*keptWay/4
			longest = max(longest, p.way[t], -p.way[t])
		}
	}
	return max(0, bits.Len64(uint64(longest))-20)
}

// times is a·b/c in 128 bits, for a ≥ 0 and c > 0; as large as fits where it would not.
func times(a, b, c int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(max(b, -b)))
	if hi >= uint64(c) {
		hi, lo = uint64(c)-1, 1<<64-1
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	r := int64(min(q, uint64(boundless)))
	if b < 0 {
		return -r
	}
	return r
}
