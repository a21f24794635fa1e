package picture

import (
	"cmp"
	"fmt"
	"slices"
)

// change is that weight comes to a curve, or leaves it.
type change struct{ at, weight int64 }

const curve = 90 // height of the part of weights

// back draws how much of the customers' weight is back when, from below; and hanging from above how much is out longer than was promised, and than can be borne. What is between them is out, in time.
func (s *sheet) back() {
	if s.whole() == 0 {
		return
	}
	marks, rows := s.heaviest()
	s.section(s.backName(), curve+rows*markRow)
	for _, percent := range []int{25, 50, 75, 100} {
		y := s.y + curve - curve*percent/100
		s.line("tick", left, width-right, y, y, "#e6e9e6")
		s.text("share", left-8, y+4, small, 0, "end", fmt.Sprintf("%d %%", percent))
	}
	var comes []change
	for _, v := range s.services {
		if v.fate == dated {
			comes = append(comes, change{v.at, v.Weight})
		}
	}
	s.curve(comes, s.y+curve, -1, `class="back" fill="#5aa469" fill-opacity="0.45" stroke="#1a7f37"`)
	s.curve(s.late(service.rto), s.y, 1, `class="late" fill="#f0b84f" fill-opacity="0.55"`)
	s.curve(s.late(service.mtpd), s.y, 1, `class="dead" fill="#7a1f1a" fill-opacity="0.55"`)
	s.y += curve
	s.marks(marks)
	s.y += rows*markRow + gap
}

// backName says what the curve is, and which weight it never reaches for which reason.
func (s *sheet) backName() string {
	words := s.say("Gewicht der Kunden, das zurück ist", "Weight of customers that is back")
	if many, percent := s.share(waits); many > 0 {
		words += fmt.Sprintf(s.say("; %s %% warten auf ein Tor", "; %s %% wait for a gate"), percent)
	}
	if many, percent := s.share(never); many > 0 {
		words += fmt.Sprintf(s.say("; %s %% kommen nicht zurück", "; %s %% do not come back"), percent)
	}
	words += s.say("; und die schwersten Dienste", "; and the heaviest services")
	if s.replanned() {
		words += s.say(", die noch aus sind", " that are still out")
	}
	return words
}

// late are the changes of the weight that is out longer than a limit of minutes, where there is one. What has no date is out as far as dates go.
func (s *sheet) late(limit func(service) int64) (changes []change) {
	for _, v := range s.services {
		due, until := v.Since+limit(v), s.dates
		if v.fate == dated {
			until = v.at
		}
		if limit(v) > 0 && due < until {
			changes = append(changes, change{due, v.Weight}, change{until, -v.Weight})
		}
	}
	return changes
}

// curve draws the sum of changes over time as steps, from a line of the paper up (-1) or down (1), as far as dates go.
func (s *sheet) curve(changes []change, y, way int, style string) {
	if len(changes) == 0 {
		return
	}
	slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.at, b.at) })
	all, end := s.whole(), s.x(s.dates)
	fmt.Fprintf(s, `<path %s d="M%.1f %d`, style, s.x(s.from), y)
	sum := int64(0)
	for k, c := range changes {
		sum += c.weight
		x := min(max(s.x(c.at), left), end)
		if k+1 < len(changes) && min(max(s.x(changes[k+1].at), left), end)-x < leastStep {
			continue
		}
		fmt.Fprintf(s, `H%.1fV%.1f`, x, float64(y)+float64(int64(way)*curve*sum)/float64(all))
	}
	fmt.Fprintf(s, `H%.1fV%dZ"/>`+"\n", end, y)
}
