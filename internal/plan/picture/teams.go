package picture

import (
	"cmp"
	"fmt"
	"slices"

	"blackstart/internal/plan"
)

// teams draws each team with as many rows as it does things at the same time; then what needs nobody.
func (s *sheet) teams() {
	lanes := map[string][]int{}
	for i, b := range s.bars {
		if b.end == b.start {
			continue // a mark is no work
		}
		if len(b.task.Heads) == 0 {
			lanes[""] = append(lanes[""], i)
		}
		for _, n := range b.task.Heads {
			lanes[n.Team] = append(lanes[n.Team], i)
		}
	}
	out := s.outOf()
	type lane struct {
		name   string
		bars   []int
		rows   []int // of each bar
		out    int   // tasks that are left out
		height int
	}
	var all []lane
	height := 0
	add := func(id, name string) {
		if len(lanes[id]) == 0 && out[id] == 0 {
			return
		}
		rows, many := s.stack(lanes[id])
		l := lane{name, lanes[id], rows, out[id], max(many*row, 16)}
		if l.out > 0 {
			l.height = max(l.height, 28)
		}
		all = append(all, l)
		height += l.height + 6
	}
	for _, t := range s.problem.Teams {
		add(t.ID, fmt.Sprintf("%s (%d)", t.ID, most(t)))
	}
	add("", s.say("niemand nötig", "needs nobody"))
	s.section(s.say("Wer arbeitet woran (Team, höchste Kopfzahl)", "Who works on what (team, most heads)"), height)
	for _, l := range all {
		s.line("lane", 16, width-right, s.y-3, s.y-3, "#d3d8d4")
		s.text("team", left-8, s.y+12, small, left-24, "end", l.name)
		if l.out > 0 {
			fmt.Fprintf(s, `<text class="trouble" x="%d" y="%d" font-size="%d" text-anchor="end" fill="#a3130b">%s</text>`+"\n", left-8, s.y+25, small, fmt.Sprintf(s.say("%s nicht eingeplant", "%s left out"), grouped(int64(l.out))))
		}
		next := map[int]float64{} // where the bar to the right begins, by row
		for k, i := range slices.Backward(l.bars) {
			room, taken := next[l.rows[k]]
			if !taken {
				if room = width - right; s.made.Assumed != nil && len(s.bars[i].gates) == 0 {
					room = s.x(s.dates)
				}
			}
			s.work(&s.bars[i], s.y+l.rows[k]*row)
			s.name(&s.bars[i], s.y+l.rows[k]*row, room)
			next[l.rows[k]] = s.x(s.bars[i].start)
		}
		s.y += l.height + 6
	}
	s.y += gap
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

// work draws one task: full where it keeps heads, pale where it goes on by itself or pauses.
func (s *sheet) work(b *bar, y int) {
	class := "work"
	if len(b.gates) > 0 {
		class = "work behind"
	}
	title := fmt.Sprintf("%s (%s): %s – %s", s.names[b.task.ID], b.task.ID, s.when(b.start, b.gates), s.when(b.end, b.gates))
	x, wide := s.x(b.start), s.x(b.end)-s.x(b.start)
	fmt.Fprintf(s, `<g class="%s" fill="%s">`, class, s.fill(b.layer))
	fmt.Fprintf(s, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill-opacity="0.3" stroke="%s" stroke-width="0.4"><title>%s</title></rect>`, x, y, max(wide-0.5, 0.6), row-1, hueOf(b.layer).fill, escaped(title))
	for _, p := range b.pieces {
		if p.Until > p.From {
			fmt.Fprintf(s, `<rect x="%.1f" y="%d" width="%.1f" height="%d"/>`, s.x(p.From), y, max(s.x(p.Until)-s.x(p.From)-0.5, 0.6), row-1)
		}
	}
	s.WriteString("</g>\n")
}

// leastName is the room below which the begin of a name says nothing: some eight letters.
const leastName = 45

// name writes a task's name on its bar, or beside it where the row is free; what has its name in common with others is told apart by its id where there is room.
func (s *sheet) name(b *bar, y int, next float64) {
	name := s.names[b.task.ID]
	long := name
	if s.many[name] > 1 {
		long = name + " · " + b.task.ID
	}
	x, end := s.x(b.start)+2, s.x(b.end)
	on, beside := end-x-2, next-end-6
	switch {
	case wide(long, tiny) <= on:
		s.onBar(b, x, y, long)
	case wide(long, tiny) <= beside:
		s.text("name", end+3, y+row-3, tiny, 0, "start", long)
	case wide(name, tiny) <= on:
		s.onBar(b, x, y, name)
	case wide(name, tiny) <= beside:
		s.text("name", end+3, y+row-3, tiny, 0, "start", name)
	case on >= leastName && on >= beside:
		s.onBar(b, x, y, clip(name, tiny, on))
	case beside >= leastName:
		s.text("name", end+3, y+row-3, tiny, 0, "start", clip(name, tiny, beside))
	}
}

// onBar writes on a full bar in the ink of its hue, and on one with pale or hatched parts in black that a white rim sets off.
func (s *sheet) onBar(b *bar, x float64, y int, words string) {
	style := `fill="#16191d" stroke="#ffffff" stroke-width="2.5" stroke-linejoin="round" paint-order="stroke"`
	if p := b.pieces; len(p) == 1 && p[0].Until == b.end && hatchOf(b.layer) < 0 {
		style = fmt.Sprintf(`fill="%s"`, hueOf(b.layer).ink)
	}
	fmt.Fprintf(s, `<text class="name" x="%.1f" y="%d" font-size="%d" %s>%s</text>`+"\n", x, y+row-3, tiny, style, escaped(words))
}
