package picture

import (
	"cmp"
	"fmt"
	"slices"
)

// mostMarks is how many services are named: more would be read by nobody, and take more paper than the curve.
const mostMarks = 10

// markRow is the height of one row of names; mostMark the room that one name gets.
const (
	markRow  = 14
	mostMark = 520
)

// mark is a service that comes back, with its place on paper.
type mark struct {
	at         int64
	weight     int64
	words      string
	row        int
	begin, end float64 // of its words
}

// heaviest are the services with the most weight that come back on this sheet, each in a row where it stands on no other.
func (s *sheet) heaviest() (marks []mark, rows int) {
	for _, v := range s.services {
		if m, ok := s.markOf(v, cmp.Or(v.Name, v.ID)); ok {
			marks = append(marks, m)
		}
	}
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(b.weight, a.weight) })
	marks = marks[:min(len(marks), mostMarks)]
	slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.begin, b.begin) })
	var free []float64
	for i := range marks {
		m := &marks[i]
		m.row = slices.IndexFunc(free, func(end float64) bool { return end < m.begin })
		if m.row < 0 {
			m.row, free = len(free), append(free, 0)
		}
		free[m.row] = m.end + 8
	}
	return marks, len(free)
}

// markOf says when a service is back, and where that is written: right of its moment, or left where the paper ends. What is back already has no mark: it is what comes next that people look for.
func (s *sheet) markOf(v service, name string) (mark, bool) {
	var gates []string
	if v.fate == waits {
		gates = s.gatesOf(v.Service)
	}
	if v.fate == never || v.at < s.problem.Start || v.at > s.until {
		return mark{}, false
	}
	when, id := s.brief(v.at, gates), ""
	when += s.beyond(v)
	room := mostMark - wide(when, small)
	if s.many[name] > 1 { // then the id says whose it is
		id = " · " + clip(v.ID, small, room*2/3)
	}
	m := mark{at: v.at, weight: v.Weight, words: clip(name, small, room-wide(id, small)) + id + ", " + when}
	x, w := s.x(v.at), wide(m.words, small)
	m.begin, m.end = x-6, x+8+w
	if m.end > width-4 {
		m.begin, m.end = x-8-w, x+6
	}
	return m, true
}

// beyond says by how much a service with a date comes too late, by the worse of its limits.
func (s *sheet) beyond(v service) string {
	switch out := v.at - v.Since; {
	case v.fate != dated:
	case v.MTPD > 0 && out > v.MTPD:
		return ", " + s.span(out-v.MTPD) + s.say(" über MTPD", " beyond MTPD")
	case v.RTO > 0 && out > v.RTO:
		return ", " + s.span(out-v.RTO) + s.say(" über RTO", " beyond RTO")
	}
	return ""
}

// marks draws them below the curve.
func (s *sheet) marks(marks []mark) {
	for _, m := range marks {
		x, y := s.x(m.at), s.y+m.row*markRow+8
		fmt.Fprintf(s, `<path class="mark" fill="#16191d" d="M%.1f %dl4 4l-4 4l-4 -4Z"/>`+"\n", x, y-4)
		if m.begin < x-6 {
			s.over("mark", x-8, y+4, "end", m.words)
		} else {
			s.over("mark", x+8, y+4, "start", m.words)
		}
	}
}
