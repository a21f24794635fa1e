package picture

import (
	"cmp"
	"fmt"
	"slices"
)

// layer is what people call a wave. Its place in the problem gives its row and its hue, so that it looks the same in every picture of a problem, whatever its plan.
type layer struct {
	name       string
	all        int   // tasks, with those that the plan leaves out
	bars       []int // of the others
	start, end int64 // of these
}

// readLayers groups the bars by layer, in the problem's order.
func (s *sheet) readLayers() {
	at := map[string]int{}
	for i := range s.problem.Tasks {
		name := s.problem.Tasks[i].Layer
		n, known := at[name]
		if !known {
			n = len(s.layers)
			at[name] = n
			s.layers = append(s.layers, layer{name: name})
		}
		s.layers[n].all++
	}
	for i := range s.bars {
		b := &s.bars[i]
		b.layer = at[b.task.Layer]
		l := &s.layers[b.layer]
		if len(l.bars) == 0 {
			l.start, l.end = b.start, b.end
		}
		l.start, l.end, l.bars = min(l.start, b.start), max(l.end, b.end), append(l.bars, i)
	}
}

// germanLayers are the German of the layers that our own programs name: those of generated problems, and the classes of a catalogue's services. All others stay as they are written.
var germanLayers = map[string]string{
	"network": "Netz", "identity": "Identitäten", "storage": "Speicher", "database": "Datenbanken", "middleware": "Middleware", "application": "Anwendungen",
	"infrastructure": "Grundlagen", "ti": "TI", "business": "Fachverfahren", "internal": "Eigener Betrieb",
}

func (s *sheet) layerName(l layer) string {
	if german, ours := germanLayers[l.name]; ours && s.options.German {
		return german
	}
	return cmp.Or(l.name, s.say("ohne Schicht", "no layer"))
}

// waves draws each layer from its first begin to its last end, filled up as its tasks get done: where one layer waits for the whole of another, a staircase shows; here it seldom does.
func (s *sheet) waves() {
	const height = 18
	s.section(s.say("Wellen nach Schicht", "Waves by layer"), len(s.layers)*(height+4))
	for n, l := range s.layers {
		many := grouped(int64(l.all))
		if len(l.bars) < l.all {
			many = grouped(int64(len(l.bars))) + "/" + many
		}
		s.text("layer", left-8, s.y+13, small, 0, "end", clip(s.layerName(l), small, left-20-wide("("+many+") ", small))+" ("+many+")")
		if len(l.bars) > 0 {
			s.rect("band", s.x(l.start), s.x(l.end)-s.x(l.start), s.y, height, "#e6e9e6", "")
			s.rise(n, l, height)
		}
		s.y += height + 4
	}
	s.y += gap
}

// rise draws the share of a layer's tasks that are over, as steps in its band. What is left out is never over: then the band does not fill.
func (s *sheet) rise(n int, l layer, height int) {
	ends := make([]int64, 0, len(l.bars))
	for _, i := range l.bars {
		ends = append(ends, s.bars[i].end)
	}
	slices.Sort(ends)
	bottom := float64(s.y + height)
	fmt.Fprintf(s, `<path class="rise" fill="%s" d="M%.1f %.1f`, s.fill(n), s.x(l.start), bottom)
	for k, end := range ends {
		if k+1 < len(ends) && s.x(ends[k+1])-s.x(end) < leastStep {
			continue
		}
		fmt.Fprintf(s, `H%.1fV%.1f`, s.x(end), bottom-float64(height*(k+1))/float64(l.all))
	}
	fmt.Fprintf(s, `V%.1fZ"/>`+"\n", bottom)
}

// leastStep is the distance of two steps of a curve below which nobody would see both.
const leastStep = 0.3
