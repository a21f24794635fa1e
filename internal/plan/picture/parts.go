package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/plan"
)

// head says what this is.
func (s *sheet) head() {
	s.text("title", 16, 28, large, width-32, "start", cmp.Or(strings.Trim(s.problem.Name, "[]"), s.say("Wiederanlauf", "Restoration")))
	o := s.made.Objective
	words := s.say("%d Aufgaben, %d Teams, fertig nach %s. Ziel %s: %d, untere Schranke %d (%s). %d Pläne geprüft, Startwert %d.", "%d tasks, %d teams, done after %s. Objective %s: %d, lower bound %d (%s). %d schedules, seed %d.")
	s.text("sub", 16, 48, normal, width-32, "start", fmt.Sprintf(words, len(s.bars), len(s.problem.Teams), s.span(s.made.Makespan-s.problem.Start), o.Kind, o.Value, o.Bound, o.Method, s.made.Schedules, s.made.Seed))
	s.y = 66
}

// section begins a part: its name, and lines for the time down to its end.
func (s *sheet) section(name string, height int) {
	s.text("part", 16, s.y+14, normal, 0, "start", name)
	s.y += 24
	s.axis(height)
}

// axis draws the lines of time with their words above, and what lies behind unknown gates on another ground.
func (s *sheet) axis(height int) {
	if s.made.Assumed != nil {
		from := s.x(*s.made.Assumed)
		s.rect("unknown", from, width-right-from, s.y, height, "#f1f2f4", s.say("erst wenn ein Tor aufgeht, von dem niemand weiß, wann", "only once a gate opens of which nobody knows when"))
	}
	step := s.step()
	for at := s.firstTick(step); at <= s.until; at += step {
		if s.made.Assumed != nil && at > *s.made.Assumed {
			break
		}
		s.line("tick", s.x(at), s.x(at), s.y, s.y+height, "#d3d8d4")
		s.text("when", s.x(at), s.y-3, small, 0, "middle", s.moment(at, step))
	}
	if a := s.made.Assumed; a != nil {
		s.line("gate", s.x(*a), s.x(*a), s.y, s.y+height, "#b3261e")
		for at := *a + step; at <= s.until; at += step {
			s.line("tick", s.x(at), s.x(at), s.y, s.y+height, "#d3d8d4")
			s.text("when", s.x(at), s.y-3, small, 0, "middle", s.say("Tor + ", "gate + ")+s.span(at-*a))
		}
	}
}

// waves draws each layer from its first begin to its last end, filled up as its tasks get done: where one layer waits for the whole of another, a staircase shows; here it seldom does.
func (s *sheet) waves() {
	const height = 18
	s.section(s.say("Wellen nach Schicht", "Waves by layer"), len(s.layers)*(height+4))
	for n, l := range s.layers {
		s.text("layer", left-8, s.y+13, small, left-24, "end", fmt.Sprintf("%s (%d)", cmp.Or(l.name, s.say("ohne Schicht", "no layer")), len(l.bars)))
		s.rect("band", s.x(l.start), s.x(l.end)-s.x(l.start), s.y, height, "#e6e9e6", "")
		s.rise(n, l, height)
		s.y += height + 4
	}
	s.y += gap
}

// rise draws the share of a layer's tasks that are over, as steps in its band.
func (s *sheet) rise(n int, l layer, height int) {
	ends := make([]int64, 0, len(l.bars))
	for _, i := range l.bars {
		ends = append(ends, s.bars[i].end)
	}
	slices.Sort(ends)
	bottom := float64(s.y + height)
	fmt.Fprintf(s, `<path class="rise" fill="%s" d="M%.1f %.1f`, hues[n%len(hues)], s.x(l.start), bottom)
	for k, end := range ends {
		if k+1 < len(ends) && s.x(ends[k+1])-s.x(end) < 0.3 {
			continue // nobody would see it
		}
		fmt.Fprintf(s, `H%.1fV%.1f`, s.x(end), bottom-float64(height*(k+1))/float64(len(ends)))
	}
	fmt.Fprintf(s, `V%.1fZ"/>`+"\n", bottom)
}

// back draws how much of the customers' weight is back when.
func (s *sheet) back() {
	type step struct{ at, weight int64 }
	var steps []step
	all, later := int64(0), int64(0)
	for _, v := range s.problem.Services {
		all += v.Weight
		switch at, dated := s.made.Back[v.ID]; {
		case dated:
			steps = append(steps, step{at, v.Weight})
		default:
			later += v.Weight
		}
	}
	if all == 0 {
		return
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.at, b.at) })
	const height = 90
	s.section(s.say("Gewicht der Kunden, das zurück ist", "Weight of customers that is back"), height)
	for _, percent := range []int{25, 50, 75, 100} {
		y := s.y + height - height*percent/100
		s.line("tick", left, width-right, y, y, "#e6e9e6")
		s.text("share", left-8, y+4, small, 0, "end", fmt.Sprintf("%d %%", percent))
	}
	fmt.Fprintf(s, `<path class="back" fill="#5aa469" fill-opacity="0.45" stroke="#1a7f37" d="M%.1f %d`, s.x(s.from), s.y+height)
	sum := int64(0)
	for _, v := range steps {
		sum += v.weight
		fmt.Fprintf(s, `H%.1fV%.1f`, max(s.x(v.at), left), float64(s.y+height)-float64(height)*float64(sum)/float64(all))
	}
	edge := s.until
	if s.made.Assumed != nil {
		edge = *s.made.Assumed
	}
	fmt.Fprintf(s, `H%.1fV%dZ"/>`+"\n", s.x(edge), s.y+height)
	if later > 0 {
		s.text("later", width-right, s.y+height-6, small, 0, "end", fmt.Sprintf(s.say("%d %% warten auf ein Tor", "%d %% wait for a gate"), (later*100+all/2)/all))
	}
	s.y += height + gap
}

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
	type lane struct {
		name string
		bars []int
		rows []int // of each bar
		many int
	}
	var all []lane
	height := 0
	add := func(id, name string) {
		if len(lanes[id]) == 0 {
			return
		}
		rows, many := s.stack(lanes[id])
		all = append(all, lane{name, lanes[id], rows, many})
		height += max(many*row, 16) + 6
	}
	for _, t := range s.problem.Teams {
		add(t.ID, fmt.Sprintf("%s (%d)", t.ID, most(t)))
	}
	add("", s.say("niemand nötig", "needs nobody"))
	s.section(s.say("Wer arbeitet woran (Team, höchste Kopfzahl)", "Who works on what (team, most heads)"), height)
	for _, l := range all {
		h := max(l.many*row, 16)
		s.line("lane", 16, width-right, s.y-3, s.y-3, "#d3d8d4")
		s.text("team", left-8, s.y+12, small, left-24, "end", l.name)
		for k, i := range l.bars {
			s.work(&s.bars[i], s.y+l.rows[k]*row)
		}
		s.y += h + 6
	}
	s.y += gap
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
	hue, class := hues[b.layer%len(hues)], "work"
	if b.behind {
		class = "work behind"
	}
	name := cmp.Or(b.task.Name, b.task.ID)
	title := fmt.Sprintf("%s (%s): %s – %s", name, b.task.ID, s.when(b.start, b.behind), s.when(b.end, b.behind))
	x, wide := s.x(b.start), s.x(b.end)-s.x(b.start)
	fmt.Fprintf(s, `<g class="%s" fill="%s">`, class, hue)
	fmt.Fprintf(s, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill-opacity="0.35"><title>%s</title></rect>`, x, y, max(wide-0.5, 0.6), row-1, escaped(title))
	for _, p := range b.pieces {
		if p.Until > p.From {
			fmt.Fprintf(s, `<rect x="%.1f" y="%d" width="%.1f" height="%d"/>`, s.x(p.From), y, max(s.x(p.Until)-s.x(p.From)-0.5, 0.6), row-1)
		}
	}
	s.WriteString("</g>\n")
	if wide > 60 && len(b.pieces) == 1 && b.pieces[0].Until == b.end { // white letters want a full bar
		fmt.Fprintf(s, `<text class="name" x="%.1f" y="%d" font-size="8" fill="#ffffff">%s</text>`+"\n", x+2, y+row-2, escaped(clip(b.task.ID, int(wide/4.6))))
	}
}

func clip(words string, most int) string {
	if r := []rune(words); len(r) > most {
		return string(r[:max(0, most-1)]) + "…"
	}
	return words
}

// legend says which colour is which layer.
func (s *sheet) legend() {
	x := 16.0
	for n, l := range s.layers {
		name := cmp.Or(l.name, s.say("ohne Schicht", "no layer"))
		s.rect("key", x, 12, s.y, 10, hues[n%len(hues)], "")
		s.text("key", x+18, s.y+9, small, 0, "start", name)
		x += 36 + float64(letter*len([]rune(name)))
	}
	s.y += 24
}
