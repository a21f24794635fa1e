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
	near int      // the stretch that was asked for last: the next one mostly is not far
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
	p.near = 0
}

// stretch is the place of the stretch in which the minute lies. It is looked for from the last one on, in steps that double, and then between.
func (p *profile) stretch(minute int64) int {
	at, lo, hi := p.at, p.near, p.near+1
	if at[lo] <= minute {
		for step := 1; hi < len(at) && at[hi] <= minute; step *= 2 {
			lo, hi = hi, hi+step
		}
		hi = min(hi, len(at))
	} else {
		for step := 1; lo > 0 && at[lo] > minute; step *= 2 {
			lo, hi = max(0, lo-step), lo
		}
	}
	for hi-lo > 1 {
		if mid := int(uint(lo+hi) >> 1); at[mid] <= minute {
			lo = mid
		} else {
			hi = mid
		}
	}
	p.near = lo
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

// take keeps heads busy from a minute on; i is the stretch of that minute. It gives the stretch that comes next.
func (p *profile) take(i int, from, minutes int64, need uint64) int {
	if p.at[i] < from {
		i++
		p.split(i, from)
	}
	until := from + minutes
	for p.at[i] < until {
		if p.at[i+1] > until {
			p.split(i+1, until)
		}
		p.free[i] -= need
		i++
	}
	return i
}

// split begins a new stretch at place i, equal to the one before it.
func (p *profile) split(i int, minute int64) {
	p.at = slices.Insert(p.at, i, minute)
	p.free = slices.Insert(p.free, i, p.free[i-1])
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
