package picture

// section begins a part: its name, below that the words of time, and lines of time down to its end.
func (s *sheet) section(name string, height int) {
	s.text("part", 16, s.y+14, normal, 0, "start", name)
	if s.made.Assumed != nil {
		s.namesOfGates(s.y+14, max(wide(name, normal), left))
	}
	s.y += 36
	s.axis(height)
}

// namesOfGates says at the line what everything beyond it waits for: to its right where there is more room, else to its left, but never on the section's name.
func (s *sheet) namesOfGates(y int, taken float64) {
	words, x := s.gate(s.unknown()), s.x(s.edge)
	begin := x - wide(words, small)/2
	begin = max(min(begin, width-right-wide(words, small)), 16+taken+gap)
	s.text("gate", begin, y, small, int(width-begin), "start", words)
}

// unknown are the gates that something waits for, in the problem's order.
func (s *sheet) unknown() []string {
	waits := map[string]bool{}
	for _, b := range s.made.Behind {
		for _, id := range b.Gates {
			waits[id] = true
		}
	}
	var ids []string
	for i := range s.problem.Tasks {
		if id := s.problem.Tasks[i].ID; waits[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

type tick struct {
	at    int64
	words string
}

// ticks are the lines of time: by date up to the line of the gates, from there on by distance from it.
func (s *sheet) ticks() []tick {
	step := s.step()
	var ticks []tick
	for at := s.firstTick(step); at <= s.until && (s.made.Assumed == nil || at < s.edge); at += step {
		ticks = append(ticks, tick{at, s.moment(at, step)})
	}
	if s.made.Assumed == nil {
		return ticks
	}
	ticks = append(ticks, tick{s.edge, s.say("Tor", "gate")})
	for at := s.edge + step; at <= s.until; at += step {
		ticks = append(ticks, tick{at, s.say("Tor + ", "gate + ") + s.span(at-s.edge)})
	}
	return ticks
}

// axis draws the lines of time with their words above, and what lies behind unknown gates on another ground.
func (s *sheet) axis(height int) {
	limit := float64(width)
	if s.made.Assumed != nil {
		from := s.x(s.edge)
		s.rect("unknown", from, width-right-from, s.y, height, "#f1f2f4", s.say("erst wenn ein Tor aufgeht, von dem niemand weiß, wann", "only once a gate opens of which nobody knows when"))
		limit, _ = s.place(tick{s.edge, s.say("Tor", "gate")})
	}
	nowFrom, nowUntil := s.now(height, limit)
	free := 0.0
	for _, t := range s.ticks() {
		x, gate := s.x(t.at), s.made.Assumed != nil && t.at == s.edge
		if gate {
			s.line("gate", x, x, s.y, s.y+height, "#b3261e")
			limit = width
		} else {
			s.line("tick", x, x, s.y, s.y+height, "#d3d8d4")
		}
		begin, end := s.place(t)
		if gate || begin >= free && end <= limit-2 && (end < nowFrom || begin > nowUntil) { // a word that does not fit beside its neighbours is left out
			s.text("when", begin, s.y-3, small, 0, "start", t.words)
			free = end + 8
		}
	}
}

// replanned says whether something had begun before the plan was made: then it matters where now is.
func (s *sheet) replanned() bool { return s.from < s.problem.Start }

// now draws the ground of what is behind and the line where it ends, and gives the room that its words take: no other words stand there. They end before those of the gates.
func (s *sheet) now(height int, limit float64) (begin, end float64) {
	if !s.replanned() {
		return 0, 0
	}
	at := tick{s.problem.Start, s.say("jetzt, ", "now, ") + s.moment(s.problem.Start, 1)}
	x := s.x(at.at)
	s.rect("past", left, x-left, s.y, height, "#f3efe4", s.say("vorbei", "over"))
	s.line("now", x, x, s.y, s.y+height, "#0b57d0")
	begin, end = s.place(at)
	if over := end - limit + 2; over > 0 {
		begin, end = begin-over, end-over
	}
	s.text("now", begin, s.y-3, small, 0, "start", at.words)
	return begin - 8, end + 8
}

// place is where a tick's words begin and end: in the middle of its line, but on the paper, and not on the names to its left.
func (s *sheet) place(t tick) (begin, end float64) {
	w := wide(t.words, small)
	begin = max(left, min(s.x(t.at)-w/2, width-10-w))
	return begin, begin + w
}
