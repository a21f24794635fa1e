package plan

import "slices"

// drop is a minute in which heads fall away by the calendar, of the teams in the mask.
type drop struct {
	at   int64
	mask uint64
}

// beginPausing places a task whose work with people may pause: it works whenever its heads are free, but leaves off only where heads fall away by the calendar. Work that would be
// cut short by other work does not begin; so nobody is called for the ten minutes before somebody else needs them.
func (s *pass) beginPausing(j int32, from int64, needs []need) {
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
		if piece < left && !n.dropsAt(until, needs) {
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

// works keeps the heads busy for one piece.
func (s *pass) works(j int32, piece Span, needs []need) {
	for _, d := range needs {
		p := &s.work[d.profile]
		p.take(p.stretch(piece.From), piece.From, piece.Until-piece.From, d.heads)
	}
	if s.pieces != nil {
		s.pieces[j] = append(s.pieces[j], piece)
	}
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

func (n *network) dropsAt(minute int64, needs []need) bool {
	for _, d := range needs {
		i, found := slices.BinarySearchFunc(n.drops[d.profile], minute, func(e drop, m int64) int { return int(min(max(e.at-m, -1), 1)) })
		if found && n.drops[d.profile][i].mask&d.heads != 0 {
			return true
		}
	}
	return false
}
