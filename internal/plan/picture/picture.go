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
	Begin  time.Time // the moment of minute 0, in the reader's zone; zero: the problem's; where that is zero too, hours and days from the start are shown
	German bool
}

// Measures of the sheet, in units of SVG: A4 across, at about 1.7 to a point, so that most text prints at 6 points, and names on bars at 5.
const (
	width  = 1400
	left   = 200 // names of layers and teams
	right  = 20
	row    = 11 // one piece of work
	gap    = 16
	tiny   = 9 // font sizes
	small  = 11
	normal = 13
	large  = 18
)

// SVG draws a plan for a problem as one element that can be a file or a part of a page.
func SVG(p *plan.Problem, made *plan.Plan, o Options) []byte {
	s := newSheet(p, made, o)
	s.head()
	s.waves()
	s.back()
	s.hanging()
	s.teams()
	s.legend()
	return s.done()
}

// sheet is the paper while it is drawn on.
type sheet struct {
	bytes.Buffer
	problem  *plan.Problem
	made     *plan.Plan
	options  Options
	bars     []bar
	layers   []layer
	left     map[string]bool // tasks that the plan leaves out
	services []service
	from     int64 // minutes at the left and right edge
	until    int64
	dates    int64    // where dates end
	edge     int64    // where what lies behind unknown gates begins, if anything does: a bit later, so that nobody takes it for a date
	closed   []string // the unknown gates that something waits for, in the problem's order
	signs    []sign
	names    map[string]string
	many     map[string]int // how many tasks or services have a name
	chain    []int          // bars on which the end hangs, in order of time
	bands    int            // drawn where teams have fewer heads
	hatched  map[int][]byte // by layer: pieces that are not drawn yet, as a path
	y        int
}

// bar is a task in time. Where it stands behind an unknown gate its times are those of the assumed opening.
type bar struct {
	task       *plan.Task
	start, end int64
	pieces     []plan.Span // in which it keeps heads busy
	gates      []string    // unknown ones that it waits for
	layer      int
	hangs      bool // the end hangs on it
}

func newSheet(p *plan.Problem, made *plan.Plan, o Options) *sheet {
	if o.Begin = plan.Written(o.Begin); o.Begin.IsZero() {
		o.Begin = p.Begin
	}
	s := &sheet{problem: p, made: made, options: o, from: p.Start, until: p.Start + 1, names: map[string]string{}, many: map[string]int{}, left: map[string]bool{}, hatched: map[int][]byte{}}
	for _, t := range p.Tasks {
		s.names[t.ID] = cmp.Or(t.Name, t.ID)
		s.many[s.names[t.ID]]++
	}
	for _, v := range p.Services {
		s.many[cmp.Or(v.Name, v.ID)]++
	}
	s.dates = s.divide()
	s.edge = s.dates
	if s.readBars(); made.Assumed != nil {
		s.edge += (s.until-s.from)/tear + 1
		s.readBars()
	} else {
		s.dates = s.until
	}
	s.closed = s.unknown()
	s.readLayers()
	s.readServices()
	s.readSigns()
	s.readChain()
	return s
}

// tear is what part of the time that is drawn stands between dates and what lies behind unknown gates.
const tear = 40

func (s *sheet) readBars() {
	s.bars = nil
	for i := range s.problem.Tasks {
		t := &s.problem.Tasks[i]
		b, planned := s.barOf(t)
		if !planned {
			s.left[t.ID] = true
			continue
		}
		s.bars = append(s.bars, b)
		s.from, s.until = min(s.from, b.start), max(s.until, b.end, s.edge)
	}
}

// divide finds where dates end: at the assumed opening, or later where something dated ends later. So nothing with a date stands beyond the line of the gates, and nothing without one before it.
func (s *sheet) divide() int64 {
	if s.made.Assumed == nil {
		return s.problem.Start
	}
	edge := max(*s.made.Assumed, s.problem.Start)
	for i := range s.problem.Tasks {
		if b, ok := s.barOf(&s.problem.Tasks[i]); ok && len(b.gates) == 0 {
			edge = max(edge, b.end)
		}
	}
	return edge
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
	x := bar{task: t, start: start, gates: b.Gates}
	if x.pieces, x.end = s.made.Placed(t, start, s.problem.Start); behind && s.made.Assumed != nil {
		x.move(s.edge - *s.made.Assumed)
	}
	return x, true
}

func (b *bar) move(minutes int64) {
	b.start += minutes
	b.end += minutes
	for k := range b.pieces {
		b.pieces[k].From += minutes
		b.pieces[k].Until += minutes
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

// wide is how much room words take, about: letters of common fonts are three fifths of their height in the mean.
func wide(words string, size int) float64 { return float64(len([]rune(words))*size*6) / 10 }

// clip cuts words to what fits into a width.
func clip(words string, size int, most float64) string {
	r, fits := []rune(words), int(most*10/6)/size
	if len(r) <= fits {
		return words
	}
	return string(r[:max(0, fits-1)]) + "…"
}

// over writes a line that may stand on lines and hatches: a white rim sets it off.
func (s *sheet) over(class string, x float64, y int, anchor, words string) {
	fmt.Fprintf(s, `<text class="%s" x="%.1f" y="%d" font-size="%d" text-anchor="%s" fill="#16191d" stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke">%s</text>`+"\n", class, x, y, small, anchor, escaped(words))
}

// text writes one line; long ones are cut to what fits, if most is not 0.
func (s *sheet) text(class string, x float64, y, size, most int, anchor, words string) {
	if most > 0 {
		words = clip(words, size, float64(most))
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

// fitting makes the picture as wide as its window, but not so small that nobody could read it: then the page scrolls. A print fits one sheet, since browsers cut what is wider than paper.
const fitting = `<style>svg.plan{width:100%%;height:auto;min-width:1050px}@page{size:A4 %s;margin:8mm}@media print{svg.plan{min-width:0;height:100%%;print-color-adjust:exact;-webkit-print-color-adjust:exact}}</style>` + "\n"

// done puts the frame around what was drawn; only now the height is known.
func (s *sheet) done() []byte {
	across := "landscape"
	if s.y > width {
		across = "portrait"
	}
	frame := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="plan" viewBox="0 0 %d %d" width="%d" height="%d" font-family="system-ui, 'Liberation Sans', sans-serif" role="img">`+"\n", width, s.y, width, s.y)
	frame += fmt.Sprintf(fitting, across) + s.patterns()
	ground := fmt.Sprintf(`<rect class="ground" width="%d" height="%d" fill="#ffffff"/>`+"\n", width, s.y)
	return slices.Concat([]byte(frame), []byte(ground), s.Bytes(), []byte("</svg>\n"))
}
