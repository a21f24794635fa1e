package cli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// PlanMoment is a moment on the command line.
type PlanMoment struct{ time.Time }

// UnmarshalText reads it as the files do, and says what is forgotten in the same words.
func (m *PlanMoment) UnmarshalText(word []byte) (err error) {
	m.Time, err = plan.ParseMoment(string(word))
	return err
}

// PlanDates is how the commands that print plans are told when minute 0 is.
type PlanDates struct {
	Begin PlanMoment `placeholder:"TIME" help:"The moment of minute 0 (RFC 3339), for dates in its zone. Default: \"begin\" of the problem, of which this may only change the zone; where there is none either, minutes are counted."`
}

// date gives a problem the begin that was said, before anything reads it. A file that has one is only shown in another zone: its own moments were counted from its own begin.
func (d PlanDates) date(path string, p *plan.Problem) error {
	said := plan.Written(d.Begin.Time)
	switch {
	case said.IsZero():
		return nil
	case !p.Begin.IsZero() && !p.Begin.Equal(said):
		return Usage("could not take %s for minute 0: %s says that it is %s, and --begin may only name another zone for it", said.Format(time.RFC3339), plainText(path), p.Begin.Format(time.RFC3339))
	}
	p.Begin = said
	return nil
}

// PlanRows is how much the commands that print plans print.
type PlanRows struct {
	All bool `help:"Print every row, not only the first ones of each table."`
}

// mostRows is how many rows of a table people look at, at one time, on one screen.
const mostRows = 20

// paper is a text that is written: lines and tables in which times of a problem become dates.
type paper struct {
	*tabwriter.Writer
	begin time.Time
	ours  bool // whether a minute is one; the periods of the old formats are not
	all   bool
}

func newPaper(io *IO, p *plan.Problem, rows PlanRows) *paper {
	return &paper{Writer: tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', 0), begin: p.Begin, ours: p.Schema != "", all: rows.All}
}

// close ends it; whether somebody reads shows only now.
func (w *paper) close() error {
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the answer: %w", err)
	}
	return nil
}

// heading says what the times are that follow.
func (w *paper) heading() {
	switch {
	case !w.begin.IsZero():
		fmt.Fprintf(w, "times\tin UTC%s; minute 0 is %s\n", w.begin.Format("-07:00"), w.begin.Format("Mon 2 Jan 2006 15:04"))
	case w.ours:
		fmt.Fprintf(w, "times\tin minutes; --begin TIME says them as dates\n")
	}
}

// at is a minute as a date, in the zone of the begin; in the begin's year without the year.
func (w *paper) at(minute int64) string {
	if w.begin.IsZero() {
		return strconv.FormatInt(minute, 10)
	}
	at := plan.Moment(w.begin, minute)
	if at.Year() != w.begin.Year() {
		return at.Format("Mon _2 Jan 2006 15:04")
	}
	return at.Format("Mon _2 Jan 15:04")
}

// aMinute is a minute in a sentence, or an id in quotes, which may be called like one.
var aMinute = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\bminute (-?[0-9]{1,11})\b`)

// withDates adds to each minute of a finding what date it is.
func withDates(begin time.Time, message string) string {
	if begin.IsZero() {
		return message
	}
	w := paper{begin: begin}
	return aMinute.ReplaceAllStringFunc(message, func(words string) string {
		if words[0] == '"' {
			return words
		}
		minute, _ := strconv.ParseInt(strings.TrimPrefix(words, "minute "), 10, 64) // eleven digits are a number
		return fmt.Sprintf("%s (%s)", words, strings.ReplaceAll(w.at(minute), "  ", " "))
	})
}

// since is a distance in time.
func (w *paper) since(minutes int64) string {
	if !w.ours {
		return strconv.FormatInt(minutes, 10)
	}
	sign, minutes := "", minutes
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	var words []string
	for _, unit := range []struct {
		of   int64
		name string
	}{{minutes / 1440, "d"}, {minutes % 1440 / 60, "h"}, {minutes % 60, "min"}} {
		if unit.of > 0 {
			words = append(words, fmt.Sprintf("%d %s", unit.of, unit.name))
		}
	}
	if len(words) == 0 {
		return "0 min"
	}
	return sign + strings.Join(words, " ")
}

// distance is how long something is still to come, from now or from the start, or since when it is over.
func (w *paper) distance(p *plan.Problem, minute int64) string {
	switch away := minute - p.Start; {
	case away < 0:
		return "over, " + w.since(-away) + " ago"
	case p.Start != 0:
		return w.since(away) + " from now"
	default:
		return w.since(away) + " from the start"
	}
}

// now says when a plan was made that was made on the way.
func (w *paper) now(p *plan.Problem) {
	if w.ours && p.Start != 0 {
		fmt.Fprintf(w, "now\t%s\n", w.at(p.Start))
	}
}

// value is what an objective came to: a minute, or a cost, whose digits are too many to be read in one.
func (w *paper) value(kind string, value int64) string {
	if kind == plan.KindMakespan {
		return w.at(value)
	}
	return spaced(value)
}

// spaced is a number with narrow spaces that no line is broken at (ISO 80000-1, section 7.3.1).
func spaced(number int64) string {
	sign := ""
	if number < 0 {
		sign, number = "−", -number
	}
	return sign + strings.ReplaceAll(thousands(int(number)), ",", "\u202f")
}

// signed is a difference.
func signed(number int64) string {
	if number > 0 {
		return "+" + spaced(number)
	}
	return spaced(number)
}

// late says by how much an outage is longer than can be borne, or that it is longer than was promised.
func (w *paper) late(s *plan.Service, out int64) string {
	switch {
	case s.MTPD > 0 && out > s.MTPD:
		return "beyond MTPD by " + w.since(out-s.MTPD)
	case s.RTO > 0 && out > s.RTO:
		return "beyond RTO"
	}
	return ""
}

// undated is when something comes that has no date: after its gates, and for which opening that was planned; or never.
func (w *paper) undated(made *plan.Plan, b plan.BehindGate) (when, opens string) {
	if b.Gates == nil {
		return "never", ""
	}
	if made.Assumed != nil {
		opens = "if it opens " + w.at(*made.Assumed)
	}
	return w.gate(b), opens
}

// moved is how far something moves, with a sign.
func (w *paper) moved(minutes int64) string {
	switch {
	case minutes == 0:
		return "as before"
	case minutes > 0:
		return "+" + w.since(minutes)
	}
	return w.since(minutes)
}

// gate is a time that is no date.
func (w *paper) gate(b plan.BehindGate) string {
	return fmt.Sprintf("gate %s + %s", clipped(inCell(strings.Join(b.Gates, ", ")), mostGate), w.since(b.Plus))
}

// rows prints the rows of a table, or as many as are looked at, and says how to see the others.
func (w *paper) rows(many int, what string, row func(i int)) {
	shown := many
	if !w.all {
		shown = min(many, mostRows)
	}
	for i := range shown {
		row(i)
	}
	if shown < many {
		fmt.Fprintf(w, "… and %d more %s: --all prints them\n", many-shown, what)
	}
}

// already says how many rows are not printed since they need nobody's attention any more.
func (w *paper) already(many int, what, state string) {
	if many > 0 {
		fmt.Fprintf(w, "%s already %s: --all prints them\n", plural(many, what), state)
	}
}

// How much of an id, a name or a list stands in a table; JSON has the whole. Gates stand in the column of times, which should stay narrow.
const (
	mostCell = 60
	mostGate = 30
)

// inCell is foreign text in a table: one line that moves nothing, hides nothing, and leaves room for the other columns.
func inCell(text string) string { return clipped(oneLine(text), mostCell) }

func clipped(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// percent is a part of a whole.
func percent(part, whole int64) string {
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(max(1, whole)))
}
