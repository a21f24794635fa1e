// Package picture draws a plan as SVG: waves by layer, customers' weight that is back, and a chart by team. It knows where things stand on paper; it refuses to know how a plan is made
// and in which page or file the picture will stand. What looks how is said twice: by attributes, for a file alone, and by classes, so that a page's style sheet can say otherwise.
//
// Start at [SVG]. Every text in it comes from a problem file and is escaped.
package picture

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"blackstart/internal/plan"
)

// Options say how a reader counts time and which language they read.
type Options struct {
	Begin  time.Time // the moment of minute 0, in the reader's zone; zero: hours and days from the start are shown
	German bool
}

// Measures of the sheet, in units of SVG: A4 across, at about 1.7 to a point, so that the smallest text prints at 6 points.
const (
	width  = 1400
	left   = 200 // names of layers and teams
	right  = 20
	row    = 9 // one piece of work
	gap    = 16
	small  = 11 // font sizes
	normal = 13
	large  = 18
	letter = 6 // width of a small letter, about
)

// hues are the fills of layers, in order: far enough apart in lightness to be told apart in grey.
var hues = []string{"#0b5cad", "#e0a030", "#5aa469", "#b3261e", "#8e6bb0", "#4fb3bf", "#6b7280", "#d98cb3"}

// SVG draws a plan for a problem as one element that can be a file or a part of a page.
func SVG(p *plan.Problem, made *plan.Plan, o Options) []byte {
	s := newSheet(p, made, o)
	s.head()
	s.waves()
	s.back()
	s.teams()
	s.legend()
	return s.done()
}

// sheet is the paper while it is drawn on.
type sheet struct {
	bytes.Buffer
	problem *plan.Problem
	made    *plan.Plan
	options Options
	bars    []bar
	layers  []layer
	from    int64 // minutes at the left and right edge
	until   int64
	y       int
}

// bar is a task in time. Where it stands behind an unknown gate its times are those of the assumed opening.
type bar struct {
	task       *plan.Task
	start, end int64
	pieces     []plan.Span // in which it keeps heads busy
	behind     bool
	layer      int
}

type layer struct {
	name       string
	start, end int64
	bars       []int
}

func newSheet(p *plan.Problem, made *plan.Plan, o Options) *sheet {
	s := &sheet{problem: p, made: made, options: o, from: p.Start, until: p.Start + 1, y: 0}
	for i := range p.Tasks {
		if b, ok := s.barOf(&p.Tasks[i]); ok {
			s.bars = append(s.bars, b)
			s.from, s.until = min(s.from, b.start), max(s.until, b.end)
		}
	}
	s.sortLayers()
	return s
}

func (s *sheet) barOf(t *plan.Task) (bar, bool) {
	start, dated := s.made.Start[t.ID]
	b, behind := s.made.Behind[t.ID]
	switch {
	case behind && s.made.Assumed != nil:
		start = *s.made.Assumed + b.Plus
	case !dated:
		return bar{}, false
	}
	held := t.Minutes.Likely
	switch t.Attend {
	case plan.AttendNone:
		held = 0
	case plan.AttendStart:
		held = min(held, t.AttendMinutes)
	}
	x := bar{task: t, start: start, end: start + t.Minutes.Likely, pieces: []plan.Span{{From: start, Until: start + held}}, behind: behind}
	if pieces := s.made.Pieces[t.ID]; len(pieces) > 0 {
		x.pieces = pieces
		x.end = pieces[len(pieces)-1].Until + t.Minutes.Likely - held
	}
	return x, true
}

// sortLayers groups the bars by layer, in order of the first begin.
func (s *sheet) sortLayers() {
	at := map[string]int{}
	for i := range s.bars {
		b := &s.bars[i]
		n, known := at[b.task.Layer]
		if !known {
			n = len(s.layers)
			at[b.task.Layer] = n
			s.layers = append(s.layers, layer{name: b.task.Layer, start: b.start, end: b.end})
		}
		l := &s.layers[n]
		l.start, l.end, l.bars = min(l.start, b.start), max(l.end, b.end), append(l.bars, i)
	}
	slices.SortStableFunc(s.layers, func(a, b layer) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.end, b.end)) })
	for n, l := range s.layers {
		for _, i := range l.bars {
			s.bars[i].layer = n
		}
	}
}

func (s *sheet) say(german, english string) string {
	if s.options.German {
		return german
	}
	return english
}

// x is where a minute stands on paper.
func (s *sheet) x(minute int64) float64 {
	return left + float64(minute-s.from)*float64(width-left-right)/float64(s.until-s.from)
}

// text writes one line; long ones are cut to what fits.
func (s *sheet) text(class string, x float64, y, size, most int, anchor, words string) {
	if fits := most * small / letter / size; most > 0 && len([]rune(words)) > fits {
		words = string([]rune(words)[:max(0, fits-1)]) + "…"
	}
	fmt.Fprintf(s, `<text class="%s" x="%.1f" y="%d" font-size="%d" text-anchor="%s" fill="#16191d">%s</text>`+"\n", class, x, y, size, anchor, escaped(words))
}

func (s *sheet) rect(class string, x, width float64, y, height int, fill, title string) {
	fmt.Fprintf(s, `<rect class="%s" x="%.1f" y="%d" width="%.1f" height="%d" fill="%s">`, class, x, y, max(width, 0.6), height, fill)
	if title != "" {
		fmt.Fprintf(s, `<title>%s</title>`, escaped(title))
	}
	s.WriteString("</rect>\n")
}

func (s *sheet) line(class string, x1, x2 float64, y1, y2 int, stroke string) {
	fmt.Fprintf(s, `<line class="%s" x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"/>`+"\n", class, x1, x2, y1, y2, stroke)
}

// escaped is text that can stand in an element. What only steers a terminal or turns the direction of reading becomes a mark that people see.
func escaped(words string) string {
	words = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\uFFFD'
		}
		return r
	}, words)
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(words)) // a strings.Builder never fails
	return b.String()
}

// done puts the frame around what was drawn; only now the height is known.
func (s *sheet) done() []byte {
	frame := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="plan" viewBox="0 0 %d %d" width="%d" height="%d" font-family="system-ui, 'Liberation Sans', sans-serif" role="img">`+"\n", width, s.y, width, s.y)
	ground := fmt.Sprintf(`<rect class="ground" width="%d" height="%d" fill="#ffffff"/>`+"\n", width, s.y)
	return slices.Concat([]byte(frame), []byte(ground), s.Bytes(), []byte("</svg>\n"))
}
