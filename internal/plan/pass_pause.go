package plan

import (
	"cmp"
	"slices"
)

// drop is a minute in which heads fall away by the calendar, of the teams in the mask.
type drop struct {
	at   int64
	mask uint64
}

// beginPausing places a task whose work with people may pause: it works whenever its heads are free, but leaves off only where heads fall away by the calendar. Work that would be
// cut short by other work does not begin; so nobody is called for the ten minutes before somebody else needs them. Where the rest finds no place, nothing of it keeps anybody busy.
func (s *pass) beginPausing(j int32, from int64, needs []need) {
	s.laid = s.laid[:0]
	if s.net.held[j] == 0 { // drawn so in a run of a simulation
		s.start[j], s.end[j] = from, from+s.net.minutes[j]
		return
	}
	if len(needs) == 1 {
		s.pauseAlone(j, from, needs[0])
	} else {
		s.pauseTogether(j, from, needs)
	}
	if s.start[j] >= never {
		s.giveBack(needs)
	} else if s.pieces != nil {
		s.pieces[j] = slices.Clone(s.laid)
	}
}

// undo lets the heads of a task go again.
func (s *pass) undo(j int32) {
	if !s.net.pauses[j] {
		s.laid = append(s.laid[:0], Span{s.start[j], s.start[j] + s.net.held[j]})
	}
	s.giveBack(s.net.needs.of(j))
}

// giveBack lets the heads go that the pieces of a task have taken.
func (s *pass) giveBack(needs []need) {
	for _, piece := range s.laid {
		for _, d := range needs {
			p := &s.work[d.profile]
			p.take(p.stretch(piece.From), piece.From, piece.Until-piece.From, -d.heads)
		}
	}
}

// pauseTogether is beginPausing with several profiles.
func (s *pass) pauseTogether(j int32, from int64, needs []need) {
	n := s.net
	left, began := n.held[j], false
	var last int64
	for at := from; left > 0; {
		var until int64
		at, until = s.freeTogether(at, needs)
		if at == never {
			s.start[j], s.end[j] = never, never
			return
		}
		piece := min(until-at, left)
		if piece < left && !slices.ContainsFunc(needs, func(d need) bool { return falls(n.dropsFrom(until, d), until, d) }) {
			at = until
			continue
		}
		if !began {
			s.start[j], began = at, true
		}
		s.works(j, Span{at, at + piece}, needs)
		left, at, last = left-piece, at+piece, at+piece
	}
	s.end[j] = last + n.minutes[j] - n.held[j]
}

// pauseAlone is beginPausing with one profile, along which it walks once.
func (s *pass) pauseAlone(j int32, from int64, d need) {
	n, p := s.net, &s.work[d.profile]
	at, i, left := from, p.stretch(from), n.held[j]
	drops := n.dropsFrom(from, d)
	s.start[j], s.end[j] = never, never
	for {
		for (p.free[i]-d.heads)&guards != guards {
			if i++; i == len(p.at) {
				s.start[j] = never
				return
			}
			at = p.at[i]
		}
		k := i + 1
		for p.at[k] < at+left && (p.free[k]-d.heads)&guards == guards {
			k++
		}
		piece := min(p.at[k]-at, left)
		for len(drops) > 0 && drops[0].at < p.at[k] {
			drops = drops[1:]
		}
		if piece < left && !falls(drops, p.at[k], d) {
			i, at = k, p.at[k]
			continue
		}
		if s.start[j] >= never {
			s.start[j] = at
		}
		s.laid = append(s.laid, Span{at, at + piece})
		i = p.take(i, at, piece, d.heads)
		if left, at = left-piece, at+piece; left == 0 {
			s.end[j] = at + n.minutes[j] - n.held[j]
			return
		}
	}
}

// works keeps the heads busy for one piece.
func (s *pass) works(j int32, piece Span, needs []need) {
	for _, d := range needs {
		p := &s.work[d.profile]
		p.take(p.stretch(piece.From), piece.From, piece.Until-piece.From, d.heads)
	}
	s.laid = append(s.laid, piece)
}

// freeTogether is the first minute from which on all have the heads, and until when.
func (s *pass) freeTogether(at int64, needs []need) (from, until int64) {
	for calm := 0; calm < len(needs); {
		for _, d := range needs {
			next, _ := s.work[d.profile].fit(at, 1, d.heads)
			if calm++; next != at {
				at, calm = next, 1
			}
			if at == never {
				return never, never
			}
			if calm == len(needs) {
				break
			}
		}
	}
	until = maxTime
	for _, d := range needs {
		until = min(until, s.work[d.profile].freeUntil(at, d.heads))
	}
	return at, until
}

// freeUntil is the first minute from which on fewer heads are free; they are free at the given one.
func (p *profile) freeUntil(minute int64, need uint64) int64 {
	i := p.stretch(minute)
	for (p.free[i]-need)&guards == guards {
		i++
	}
	return p.at[i]
}

// dropsFrom are those of a profile from a minute on.
func (n *network) dropsFrom(minute int64, d need) []drop {
	drops := n.drops[d.profile]
	i, _ := slices.BinarySearchFunc(drops, minute, func(e drop, m int64) int { return cmp.Compare(e.at, m) })
	return drops[i:]
}

// falls says whether the next drop is in that minute and takes heads of a team that is needed.
func falls(drops []drop, minute int64, d need) bool {
	return len(drops) > 0 && drops[0].at == minute && drops[0].mask&d.heads != 0
}
