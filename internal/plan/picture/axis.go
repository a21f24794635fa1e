package picture

import "fmt"

// section begins a part: its name, below that the words of time and the signs on it, and lines of time down to its end.
func (s *sheet) section(name string, height int) {
	s.text("part", 16, s.y+14, normal, width-32, "start", name)
	s.y += 36
	if len(s.signs) > 0 {
		s.y += signRow
	}
	s.axis(height)
}

// signRow is the height of the row between the words of time and the chart, in which signs have their words: so they take none of the room of dates.
const signRow = 14

type tick struct {
	at    int64
	words string
	first bool // it begins a day among hours: it has its words before others have theirs
}

// ticks are the lines of time: by date as far as dates go, and beyond an unknown gate by distance from it.
func (s *sheet) ticks() (ticks []tick) {
	step := s.step()
	for at := s.firstTick(step); at <= s.dates; at += step {
		words, first := s.tickWords(at, step, len(ticks) == 0)
		ticks = append(ticks, tick{at, words, first})
	}
	if s.made.Assumed != nil {
		for at := s.edge + step; at <= s.until; at += step {
			ticks = append(ticks, tick{at, s.say("Tor + ", "gate + ") + s.span(at-s.edge), false})
		}
	}
	return ticks
}

// axis draws the lines of time with their words above, and what lies behind unknown gates on another ground.
func (s *sheet) axis(height int) {
	s.grounds(height)
	top, ticks := s.y, s.ticks()
	if len(s.signs) > 0 {
		top -= signRow
	}
	for _, t := range ticks {
		s.line("tick", s.x(t.at), s.x(t.at), top, s.y+height, "#d3d8d4")
	}
	var taken places
	for _, first := range []bool{true, false} {
		for _, t := range ticks {
			begin, end := s.place(t.at, t.words)
			if t.first == first && taken.take(begin, end) { // a word that does not fit beside its neighbours is left out
				s.text("when", begin, top-3, small, 0, "start", t.words)
			}
		}
	}
	s.drawSigns(height)
}

// grounds are what is behind, what nobody knows the length of, and what comes after that.
func (s *sheet) grounds(height int) {
	if s.replanned() {
		s.rect("past", left, s.x(s.problem.Start)-left, s.y, height, "#f3efe4", s.say("vorbei", "over"))
	}
	if s.made.Assumed != nil {
		from, edge := s.x(s.dates), s.x(s.edge)
		s.rect("torn", from, edge-from, s.y, height, "url(#plan-torn)", s.say("so lange, bis das Tor aufgeht: niemand weiß, wie lange", "until the gate opens: nobody knows how long"))
		s.rect("unknown", edge, width-right-edge, s.y, height, "#f1f2f4", s.say("erst wenn ein Tor aufgeht, von dem niemand weiß, wann", "only once a gate opens of which nobody knows when"))
	}
}

// replanned says whether something had begun before the plan was made: then it matters where now is.
func (s *sheet) replanned() bool { return s.from < s.problem.Start }

// drawSigns draws the line of each sign, and its words where no other sign's stand.
func (s *sheet) drawSigns(height int) {
	var taken places
	for _, g := range s.signs {
		x := s.x(g.at)
		fmt.Fprintf(s, `<line class="%s" x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"%s><title>%s</title></line>`+"\n", g.class, x, x, s.y-2, s.y+height, g.stroke, g.dash, escaped(g.words))
		begin, end := s.place(g.at, g.words)
		if taken.take(begin, end) {
			s.text(g.class, begin, s.y-4, small, 0, "start", g.words)
		}
	}
}

// place is where words at a moment begin and end: in the middle above it, but on the paper, and not on the names to its left.
func (s *sheet) place(at int64, words string) (begin, end float64) {
	w := wide(words, small)
	begin = max(left, min(s.x(at)-w/2, width-10-w))
	return begin, begin + w
}

// places are stretches of a row of words that are taken.
type places [][2]float64

// take takes a stretch if it is free, with some room to its neighbours.
func (p *places) take(begin, end float64) bool {
	const room = 8
	for _, q := range *p {
		if begin < q[1]+room && q[0] < end+room {
			return false
		}
	}
	*p = append(*p, [2]float64{begin, end})
	return true
}
