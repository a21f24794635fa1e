package plan

import (
	"math"
	"math/bits"
)

// die is a duration, or an opening, that is drawn anew in each run.
type die struct {
	task     int32
	turn     uint64 // its number among all that could be drawn for the problem: so a task has the same luck in every plan of it
	sides    Range
	least    int64 // of what runs: the minutes that have passed
	attended int64 // minutes for which it keeps its heads, at most
}

// dice finds what is uncertain. What is not keeps what the network says.
func (s *simulation) dice() {
	for j := range int32(s.size()) {
		t, turn := s.task(j), 2*uint64(s.place[j])
		if t.State != StateDone && t.Minutes.Min < t.Minutes.Max {
			d := die{task: j, turn: turn, sides: t.Minutes, attended: s.attended(j)}
			if t.State == StateRunning {
				d.least = s.start - *t.At
			}
			s.durations = append(s.durations, d)
		}
		if t.State == "" && t.Opens != nil && !t.Opens.Unknown {
			s.openings = append(s.openings, die{task: j, turn: turn + 1, sides: t.Opens.Range})
		}
	}
}

// attended is for how many minutes a task keeps its heads, at most. What likely takes no time is a mark and keeps nobody busy in the plan, so it does in no run.
func (s *simulation) attended(j int32) int64 {
	switch t := s.task(j); {
	case s.held[j] == 0:
		return 0
	case t.Attend == AttendStart:
		return t.AttendMinutes
	}
	return maxTime
}

// draw gives tasks their durations, and gates their openings, in run k. Every run has a number of its own to draw with, or the draws of the next would be those of this one, moved by one.
func (r *run) draw(k int, seed uint64) {
	n, luck := r.net, newRandom(seed+uint64(k)*golden).next()
	for i := range r.durations {
		d := &r.durations[i]
		minutes := d.sides.atLeast(d.least, drawn(luck, d.turn))
		n.minutes[d.task], n.held[d.task] = minutes, min(minutes, d.attended)
	}
	for i := range r.openings {
		d := &r.openings[i]
		opens := r.task(d.task).release(n.start, d.sides.quantile(drawn(luck, d.turn)))
		if n.release[d.task] = max(opens, r.hold[d.task]); n.free != nil {
			n.free[d.task] = opens
		}
	}
}

// drawn is one of the draws of a run.
func drawn(run, turn uint64) uint64 { return newRandom(run + turn*golden).next() }

// quantile is the inverse of the triangular distribution function, in whole numbers, the likely value being the most frequent. What it is asked for is a part of 2⁶⁴.
func (x Range) quantile(part uint64) int64 {
	whole, rise, fall := uint64(x.Max-x.Min), uint64(x.Likely-x.Min), uint64(x.Max-x.Likely)
	if whole == 0 {
		return x.Likely
	}
	if whole > math.MaxUint32 { // its products would not fit: an opening between -MaxMoment and MaxMoment is drawn in steps of four minutes
		return x.Min + 4*Range{Likely: int64(rise / 4), Max: int64(whole / 4)}.quantile(part)
	}
	if at, _ := bits.Mul64(part, whole); at < rise {
		square, _ := bits.Mul64(part, whole*rise)
		return x.Min + int64(squareRoot(square))
	}
	square, _ := bits.Mul64(^part, whole*fall)
	return x.Max - int64(squareRoot(square))
}

// atLeast is the quantile of what is known to be no shorter than that: of a task that still runs after so many minutes, the shorter durations are out. Who runs longer than ever thought is over
// now.
func (x Range) atLeast(least int64, part uint64) int64 {
	switch {
	case least <= x.Min:
		return x.quantile(part)
	case least >= x.Max:
		return least
	case least >= x.Likely: // what is left of the falling side is a triangle again
		return Range{least, least, x.Max}.quantile(part)
	}
	gone := uint64(least - x.Min)
	out, _ := bits.Div64(gone*gone, 0, uint64(x.Max-x.Min)*uint64(x.Likely-x.Min)) // the part of 2⁶⁴ that is shorter
	left, _ := bits.Mul64(part, -out)
	return max(least, x.quantile(out+left))
}

// squareRoot is the whole part. The machine's root of a float is exact to the last bit on every machine (IEEE 754), and whole numbers put right what the float could not hold.
func squareRoot(n uint64) uint64 {
	r := min(uint64(math.Sqrt(float64(n))), math.MaxUint32) // the square of anything above does not fit
	for r*r > n {
		r--
	}
	for r < math.MaxUint32 && (r+1)*(r+1) <= n {
		r++
	}
	return r
}
