package picture

import (
	"cmp"
	"fmt"
	"slices"

	"blackstart/internal/plan"
)

// lane is a team's part of the chart.
type lane struct {
	team   *plan.Team // nil: needs nobody
	name   string
	bars   []int
	rows   []int // of each bar
	out    int   // tasks that are left out
	height int
}

// Measures of lanes: leastLane holds a name, leastTwo one with what is left out below it.
const (
	leastLane = 16
	leastTwo  = 28
	laneGap   = 6
)

// teams draws each team with as many rows as it does things at the same time; then what needs nobody.
func (s *sheet) teams() {
	lanes := s.lanes()
	height := 0
	for _, l := range lanes {
		height += l.height + laneGap
	}
	s.section(s.say("Wer arbeitet woran (Team, höchste Kopfzahl)", "Who works on what (team, most heads)"), height)
	for _, l := range lanes {
		if l.team != nil {
			s.nights(l.team, l.height+laneGap)
		}
		s.line("lane", 16, width-right, s.y-3, s.y-3, "#d3d8d4")
		s.text("team", left-8, s.y+12, small, left-24, "end", l.name)
		if l.out > 0 {
			fmt.Fprintf(s, `<text class="trouble" x="%d" y="%d" font-size="%d" text-anchor="end" fill="#a3130b">%s</text>`+"\n", left-8, s.y+25, small, fmt.Sprintf(s.say("%s nicht eingeplant", "%s left out"), grouped(int64(l.out))))
		}
		s.lane(l)
		s.y += l.height + laneGap
	}
	s.y += gap
}

// lanes are those of the teams that have something to do, or had if it were not left out, in the problem's order.
func (s *sheet) lanes() (lanes []lane) {
	bars, out := map[string][]int{}, s.outOf()
	for i, b := range s.bars {
		if b.end == b.start {
			continue // a mark is no work
		}
		if len(b.task.Heads) == 0 {
			bars[""] = append(bars[""], i)
		}
		for _, n := range b.task.Heads {
			bars[n.Team] = append(bars[n.Team], i)
		}
	}
	add := func(team *plan.Team, id, name string) {
		if len(bars[id]) == 0 && out[id] == 0 {
			return
		}
		rows, many := s.stack(bars[id])
		l := lane{team, name, bars[id], rows, out[id], max(many*row, leastLane)}
		if l.out > 0 {
			l.height = max(l.height, leastTwo)
		}
		lanes = append(lanes, l)
	}
	for i := range s.problem.Teams {
		t := &s.problem.Teams[i]
		add(t, t.ID, fmt.Sprintf("%s (%d)", t.ID, most(*t)))
	}
	add(nil, "", s.say("niemand nötig", "needs nobody"))
	return lanes
}

// lane draws a team's bars, then their names, from right to left, since a name may go as far as the bar to its right; but none with a date into the time that nobody knows.
func (s *sheet) lane(l lane) {
	for k, i := range slices.Backward(l.bars) {
		s.work(&s.bars[i], s.y+l.rows[k]*row)
	}
	s.hatch()
	next := map[int]float64{} // where the bar to the right begins, by row
	for k, i := range slices.Backward(l.bars) {
		b := &s.bars[i]
		room, taken := next[l.rows[k]]
		if !taken {
			room = width - right
		}
		if s.made.Assumed != nil && len(b.gates) == 0 {
			room = min(room, s.x(s.dates))
		}
		s.name(b, s.y+l.rows[k]*row, room)
		next[l.rows[k]] = s.x(b.start)
	}
}

// outOf counts the work that the plan leaves out, by team: who looks for a team finds it, though it has nothing to do.
func (s *sheet) outOf() map[string]int {
	out := map[string]int{}
	for i := range s.problem.Tasks {
		t := &s.problem.Tasks[i]
		if !s.left[t.ID] || t.Minutes.Likely == 0 {
			continue
		}
		if len(t.Heads) == 0 {
			out[""]++
		}
		for _, n := range t.Heads {
			out[n.Team]++
		}
	}
	return out
}

func most(t plan.Team) int64 {
	heads := t.Heads
	for _, f := range t.Shifts {
		heads = max(heads, f.Heads)
	}
	return heads
}

// stack gives each bar the first row that is free; bars are taken by their begin.
func (s *sheet) stack(bars []int) (rows []int, many int) {
	slices.SortStableFunc(bars, func(a, b int) int { return cmp.Compare(s.bars[a].start, s.bars[b].start) })
	var free []int64
	for _, i := range bars {
		k := slices.IndexFunc(free, func(until int64) bool { return until <= s.bars[i].start })
		if k < 0 {
			k, free = len(free), append(free, 0)
		}
		free[k] = s.bars[i].end
		rows = append(rows, k)
	}
	return rows, len(free)
}

// hairline is the gap between two bars, so that those that follow at once are two.
const hairline = 0.8

// work draws one task: full where it keeps heads, pale where it goes on by itself or pauses, with a dark outline where the end hangs on it.
func (s *sheet) work(b *bar, y int) {
	class, outline := "work", fmt.Sprintf(`stroke="%s" stroke-width="0.4"`, hueOf(b.layer).fill)
	if len(b.gates) > 0 {
		class = "work behind"
	}
	if b.hangs {
		outline = `stroke="#16191d" stroke-width="1.4"`
	}
	title := fmt.Sprintf("%s (%s): %s – %s", s.names[b.task.ID], b.task.ID, s.when(b.start, b.gates), s.when(b.end, b.gates))
	x, wide := s.x(b.start), s.x(b.end)-s.x(b.start)
	fmt.Fprintf(s, `<g class="%s" fill="%s">`, class, hueOf(b.layer).fill)
	fmt.Fprintf(s, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill-opacity="0.3" %s><title>%s</title></rect>`, x, y, max(wide-hairline, 0.6), row-1, outline, escaped(title))
	for _, p := range b.pieces {
		if p.Until > p.From {
			s.piece(b.layer, s.x(p.From), y, max(s.x(p.Until)-s.x(p.From)-hairline, 0.6))
		}
	}
	s.WriteString("</g>\n")
}

// piece draws a stretch of work; one of a hatched layer waits for [sheet.hatch].
func (s *sheet) piece(layer int, x float64, y int, wide float64) {
	if hatchOf(layer) < 0 {
		fmt.Fprintf(s, `<rect x="%.1f" y="%d" width="%.1f" height="%d"/>`, x, y, wide, row-1)
		return
	}
	s.hatched[layer] = fmt.Appendf(s.hatched[layer], "M%.1f %dh%.1fv%dh-%.1fz", x, y, wide, row-1, wide)
}

// hatch draws all hatched pieces of each layer at once: a print of thousands that are each hatched takes minutes and tens of megabytes.
func (s *sheet) hatch() {
	for n := range s.layers {
		if path := s.hatched[n]; len(path) > 0 {
			fmt.Fprintf(s, `<path class="work" fill="%s" pointer-events="none" d="%s"/>`+"\n", s.fill(n), path)
		}
	}
	clear(s.hatched)
}
