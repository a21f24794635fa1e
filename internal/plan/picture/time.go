package picture

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"blackstart/internal/plan"
)

// steps are the distances between lines of time that people find natural, in minutes.
var steps = []int64{1, 5, 10, 30, 60, 120, 240, 360, 720, 1440, 2 * 1440, 7 * 1440, 14 * 1440, 28 * 1440, 91 * 1440, 365 * 1440}

// mostTicks is how many words fit beside each other above the chart.
const mostTicks = 24

func (s *sheet) step() int64 {
	for _, step := range steps {
		if (s.until-s.from)/step <= mostTicks {
			return step
		}
	}
	return (s.until-s.from)/mostTicks + 1
}

// firstTick is the first round moment: round by the clock where there is one, else counted from the start.
func (s *sheet) firstTick(step int64) int64 {
	round := int64(0)
	if !s.options.Begin.IsZero() {
		b := s.options.Begin
		midnight := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, b.Location())
		round = -int64(b.Sub(midnight) / time.Minute)
		if step%(7*1440) == 0 {
			round -= int64(b.Weekday()+6) % 7 * 1440 // weeks begin on Monday (ISO 8601)
		}
	}
	round += (s.from - round) / step * step
	if round < s.from {
		round += step
	}
	return round
}

// tickWords names a line of time: days with their day of the week, and hours of the day, which say the day only where none stands before them.
func (s *sheet) tickWords(minute, step int64, first bool) (words string, leads bool) {
	if s.options.Begin.IsZero() {
		return s.signed(minute), step < 1440 && minute%1440 == 0
	}
	at := plan.Moment(s.options.Begin, minute)
	switch midnight := at.Hour() == 0 && at.Minute() == 0; {
	case step >= 1440:
		return s.day(at), false
	case midnight:
		return s.day(at), true
	case first:
		return s.moment(minute), false
	}
	return at.Format("15:04"), false
}

func (s *sheet) day(at time.Time) string {
	if s.options.German {
		return germanDays[at.Weekday()] + at.Format(" 02.01.")
	}
	return at.Format("Mon 2 Jan")
}

// moment names a minute, with its day of the week, for those who do not have the week in their heads.
func (s *sheet) moment(minute int64) string {
	if s.options.Begin.IsZero() {
		return s.signed(minute)
	}
	at := plan.Moment(s.options.Begin, minute)
	return s.day(at) + at.Format(" 15:04")
}

// date names a moment in full, with its year.
func (s *sheet) date(minute int64) string {
	if s.options.Begin.IsZero() {
		return s.signed(minute)
	}
	at := plan.Moment(s.options.Begin, minute)
	if s.options.German {
		return germanDays[at.Weekday()] + at.Format(" 02.01.2006 15:04")
	}
	return at.Format("Mon 2 Jan 2006 15:04")
}

var germanDays = [...]string{"So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"}

// signed is a distance from minute 0, which is the zero of every text about the plan.
func (s *sheet) signed(minute int64) string {
	if minute < 0 {
		return s.span(minute)
	}
	return "+" + s.span(minute)
}

// when names a moment for what waits for unknown gates, or for none.
func (s *sheet) when(minute int64, gates []string) string {
	if len(gates) > 0 {
		return s.gate(gates) + " + " + s.span(minute-s.edge)
	}
	return s.moment(minute)
}

// brief is when, but without the name of a gate that is the only one: that stands at its line.
func (s *sheet) brief(minute int64, gates []string) string {
	if len(gates) > 0 && len(s.closed) == 1 {
		return s.gate(nil) + " + " + s.span(minute-s.edge)
	}
	return s.when(minute, gates)
}

// mostGates is how much of the gates' names stands on one line.
const mostGates = 40

func (s *sheet) gate(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, cmp.Or(s.names[id], id))
	}
	if len(names) == 0 {
		return s.say("Tor", "gate")
	}
	return s.say("Tor ", "gate ") + clip(strings.Join(names, ", "), small, mostGates*small*6/10)
}

func (s *sheet) span(minutes int64) string { return Span(minutes, s.say("T", "d")) }

// Span names a number of minutes, down to the second unit, with a word for days: 1 d 4 h, 4 h 30 min.
func Span(minutes int64, day string) string {
	sign := ""
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	days, hours, rest := minutes/1440, minutes%1440/60, minutes%60
	switch {
	case days > 0 && hours > 0:
		return fmt.Sprintf("%s%d %s %d h", sign, days, day, hours)
	case days > 0:
		return fmt.Sprintf("%s%d %s", sign, days, day)
	case hours > 0 && rest > 0:
		return fmt.Sprintf("%s%d h %d min", sign, hours, rest)
	case hours > 0:
		return fmt.Sprintf("%s%d h", sign, hours)
	}
	return fmt.Sprintf("%s%d min", sign, rest)
}
