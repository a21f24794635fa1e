package picture

import (
	"fmt"
	"time"
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
	round := s.problem.Start
	if !s.options.Begin.IsZero() {
		b := s.options.Begin
		midnight := time.Date(b.Year(), b.Month(), b.Day(), 0, 0, 0, 0, b.Location())
		round = -int64(b.Sub(midnight) / time.Minute)
	}
	for round > s.from {
		round -= step
	}
	for round < s.from {
		round += step
	}
	return round
}

// moment names a line of time.
func (s *sheet) moment(minute, step int64) string {
	if s.options.Begin.IsZero() {
		return "+" + s.span(minute-s.problem.Start)
	}
	at := s.options.Begin.Add(time.Duration(minute) * time.Minute)
	if step >= 1440 {
		return at.Format(s.say("02.01.", "2 Jan"))
	}
	return at.Format(s.say("02.01. 15:04", "2 Jan 15:04"))
}

// when names the begin or end of a task.
func (s *sheet) when(minute int64, behind bool) string {
	if behind {
		return s.say("Tor + ", "gate + ") + s.span(minute-*s.made.Assumed)
	}
	return s.moment(minute, 1)
}

// span names a number of minutes, to the second unit.
func (s *sheet) span(minutes int64) string {
	sign := ""
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	days, hours, rest := minutes/1440, minutes%1440/60, minutes%60
	day := s.say("T", "d")
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
