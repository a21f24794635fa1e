package picture

import (
	"cmp"
	"fmt"
	"strings"

	"blackstart/internal/plan"
)

// head says what this is: first what does not come back and what waits, then the figures.
func (s *sheet) head() {
	s.text("title", 16, 28, large, width-32, "start", cmp.Or(strings.Trim(s.problem.Name, "[]"), s.say("Wiederanlauf", "Restoration")))
	s.y = 48
	for _, words := range s.troubles() {
		fmt.Fprintf(s, `<text class="trouble" x="16" y="%d" font-size="%d" font-weight="bold" fill="#a3130b">%s</text>`+"\n", s.y, normal, escaped(clip(words, normal, width-32)))
		s.y += 18
	}
	done := s.date(s.lastEnd())
	if b := s.options.Begin; !b.IsZero() {
		done += b.Format(" (UTC-07:00)")
	}
	all, with := int64(len(s.problem.Tasks)), int64(len(s.bars))-s.waiting()
	words := fmt.Sprintf(s.say("%s, %s, fertig: %s.", "%s, %s, done: %s."), s.count(all, "Aufgabe", "Aufgaben", "task", "tasks"), s.count(int64(len(s.problem.Teams)), "Team", "Teams", "team", "teams"), done)
	if with < all {
		words = fmt.Sprintf(s.say("Von %s %s mit Datum; die letzte davon endet: %s.", "Of %s, %s with a date; the last one ends: %s."), s.count(all, "Aufgabe", "Aufgaben", "task", "tasks"), grouped(with), done)
	}
	s.text("sub", 16, s.y, normal, width-32, "start", words)
	if s.made.Assumed != nil {
		s.y += 16
		s.text("sub", 16, s.y, normal, width-32, "start", s.assumed())
	}
	s.text("sub", 16, s.y+16, small, width-32, "start", s.goal())
	s.y += 34
}

// lastEnd is when the last task with a date is over. By the plan it is never before now; but what is over was over when it was.
func (s *sheet) lastEnd() int64 {
	last, any := s.made.Makespan, false
	for i := range s.bars {
		if b := &s.bars[i]; len(b.gates) == 0 && (!any || b.end > last) {
			last, any = b.end, true
		}
	}
	return last
}

// goal is the figure that the plan was made to keep small, with its unit, and what no plan can be below.
func (s *sheet) goal() string {
	o := s.made.Objective
	value := s.say("Kosten: ", "Cost: ") + grouped(o.Value) + s.say(" Gewicht × Minuten", " weight × minutes")
	switch o.Kind {
	case plan.KindMakespan:
		value = fmt.Sprintf(s.say("Dauer: %s Minuten", "Duration: %s minutes"), grouped(o.Value))
	case plan.KindWeighted:
		value = fmt.Sprintf(s.say("Summe der Wartezeiten: %s Gewicht × Minuten", "Sum of waiting: %s weight × minutes"), grouped(o.Value))
	}
	if len(s.left) > 0 || s.waiting() > 0 {
		value += s.say(", nur was ein Datum hat", ", only what has a date")
	}
	if o.Method != "" {
		value += s.bound(o)
	}
	return value + fmt.Sprintf(s.say(". %s Pläne geprüft, Startwert %d.", ". %s schedules tried, seed %d."), grouped(int64(s.made.Schedules)), s.made.Seed)
}

// methods say in words how a bound was found; the first part is how the plan names it.
var methods = map[string][2]string{
	"critical path (weak)":       {", grob geschätzt nach der längsten Kette", ", a rough estimate by the longest chain"},
	"work of one team (weak)":    {", grob geschätzt nach der Arbeit eines Teams", ", a rough estimate by the work of one team"},
	"Lagrangian by minimum cuts": {", nach einer scharfen Rechnung", ", by a sharp calculation"},
}

func (s *sheet) bound(o plan.Objective) string {
	if o.Bound == o.Value {
		return s.say("; weniger geht nicht", "; no plan can be below that")
	}
	by := methods[o.Method]
	return fmt.Sprintf(s.say("; unter %s kommt kein Plan", "; no plan can be below %s"), grouped(o.Bound)) + s.say(by[0], by[1])
}

// grouped is a number with a narrow space between thousands; four digits are read without.
func grouped(n int64) string {
	digits := fmt.Sprint(n)
	if n < 10_000 && n > -10_000 {
		return digits
	}
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "\u202f" + digits[at:]
	}
	return digits
}
