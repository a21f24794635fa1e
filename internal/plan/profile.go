package plan

import (
	"math"
	"slices"
)

// profile is how many heads of up to four teams are free at which time: one word per stretch of time in which nothing changes, sixteen bits per team, of which the highest is a guard
// that is always 1. Subtracting a need clears the guard of every team that has too few, so one subtraction and one comparison answer for all four.
type profile struct {
	at   []int64  // when a stretch begins; the first is before everything, the last is after everything and has nobody
	free []uint64 // as long as at
}

const (
	lanes   = 4
	guards  = uint64(0x8000_8000_8000_8000)
	minTime = math.MinInt64 / 4
	maxTime = math.MaxInt64 / 4
)

// lane puts a number of heads at a team's place in the word.
func lane(team int, heads int64) uint64 { return uint64(heads) << (16 * (team % lanes)) }

func (p *profile) reset(base *profile) {
	p.at = append(p.at[:0], base.at...)
	p.free = append(p.free[:0], base.free...)
}

// stretch is the place of the stretch in which the minute lies. The search takes no branch that a processor would have to guess.
func (p *profile) stretch(minute int64) int {
	at, lo := p.at, 0
	for n := len(at); n > 1; {
		half := n >> 1
		if at[lo+half] <= minute {
			lo += half
		}
		n -= half
	}
	return lo
}

// fit is the first minute from which on so many heads are free for so many minutes without a break, and its stretch; never if there is none.
func (p *profile) fit(from, minutes int64, need uint64) (int64, int) {
	at, free := p.at, p.free
	for i := p.stretch(from); ; {
		for (free[i]-need)&guards != guards {
			if i++; i == len(at) {
				return never, i
			}
			from = at[i]
		}
		k := i + 1
		for until := from + minutes; at[k] < until; k++ {
			if (free[k]-need)&guards != guards {
				break
			}
		}
		if at[k] >= from+minutes {
			return from, i
		}
		i, from = k, at[k]
	}
}

// take keeps heads busy from a minute on; i is the stretch of that minute. It gives the stretch of the minute in which that ends. Stretches that have become alike are made one: where
// everybody is at work, whoever comes takes the place of whoever goes, and the next search is past them all in one step.
func (p *profile) take(i int, from, minutes int64, need uint64) int {
	if minutes == 0 {
		return i
	}
	until := from + minutes
	switch less := p.free[i] - need; {
	case p.at[i] < from:
		if until == p.at[i+1] && p.free[i+1] == less {
			p.at[i+1] = from // the next stretch begins earlier
			return i + 1
		}
		i++
		p.split(i, from)
	case i > 0 && p.free[i-1] == less:
		for ; p.at[i+1] < until; i++ { // the one before lasts longer, and all others move up
			p.at[i], p.free[i] = p.at[i+1], p.free[i+1]-need
		}
		if until < p.at[i+1] {
			p.at[i] = until
			return i
		}
		i = p.join(i) + 1
	}
	for ; p.at[i] < until; i++ {
		if p.at[i+1] > until {
			p.split(i+1, until)
		}
		p.free[i] -= need
	}
	if p.free[i-1] == p.free[i] {
		return p.join(i)
	}
	return i
}

// join makes stretch i a part of the one before it.
func (p *profile) join(i int) int {
	p.at = slices.Delete(p.at, i, i+1)
	p.free = slices.Delete(p.free, i, i+1)
	return i - 1
}

// split begins a new stretch at place i, equal to the one before it.
func (p *profile) split(i int, minute int64) {
	p.at, p.free = append(p.at, 0), append(p.free, 0)
	copy(p.at[i+1:], p.at[i:])
	copy(p.free[i:], p.free[i-1:])
	p.at[i] = minute
}

// occupy is take for what is already decided: where fewer heads are left than it holds, none are left. It says whether that happened.
func (p *profile) occupy(from, minutes int64, need uint64) (over bool) {
	i := p.stretch(from)
	if p.at[i] < from {
		i++
		p.split(i, from)
	}
	for until := from + minutes; p.at[i] < until; i++ {
		if p.at[i+1] > until {
			p.split(i+1, until)
		}
		for team := range lanes {
			mask := uint64(0x7fff) << (16 * team)
			if p.free[i]&mask < need&mask {
				p.free[i] &^= mask
				over = true
			} else {
				p.free[i] -= need & mask
			}
		}
	}
	return over
}
