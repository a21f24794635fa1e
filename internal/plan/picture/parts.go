package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// head says what this is.
func (s *sheet) head() {
	s.text("title", 16, 28, large, width-32, "start", cmp.Or(strings.Trim(s.problem.Name, "[]"), s.say("Wiederanlauf", "Restoration")))
	o := s.made.Objective
	done := s.date(s.made.Makespan)
	if b := s.options.Begin; !b.IsZero() {
		done += b.Format(" (UTC-07:00)")
	}
	s.text("sub", 16, 48, normal, width-32, "start", fmt.Sprintf(s.say("%d Aufgaben, %d Teams, fertig: %s.", "%d tasks, %d teams, done: %s."), len(s.bars), len(s.problem.Teams), done))
	words := s.say("Ziel %s: %d, untere Schranke %d (%s). %d Pläne geprüft, Startwert %d.", "Objective %s: %d, lower bound %d (%s). %d schedules, seed %d.")
	s.text("sub", 16, 64, small, width-32, "start", fmt.Sprintf(words, s.word(o.Kind), o.Value, o.Bound, s.word(o.Method), s.made.Schedules, s.made.Seed))
	s.y = 82
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
	fmt.Fprintf(s, `<path class="rise" fill="%s" d="M%.1f %.1f`, s.fill(n), s.x(l.start), bottom)
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
	marks, rows := s.heaviest()
	words := s.say("Gewicht der Kunden, das zurück ist, und die schwersten Dienste", "Weight of customers that is back, and the heaviest services")
	if s.replanned() {
		words += s.say(", die noch aus sind", " that are still out")
	}
	s.section(words, height+rows*markRow)
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
		edge = s.edge
	}
	fmt.Fprintf(s, `H%.1fV%dZ"/>`+"\n", s.x(edge), s.y+height)
	if later > 0 {
		s.text("later", width-right, s.y+height-6, small, 0, "end", fmt.Sprintf(s.say("%d %% warten auf ein Tor", "%d %% wait for a gate"), (later*100+all/2)/all))
	}
	s.y += height
	s.marks(marks)
	s.y += rows*markRow + gap
}
