package picture

import (
	"fmt"

	"blackstart/internal/plan"
)

// leastName is the room below which the begin of a name says nothing: some twelve letters.
const leastName = 65

// name writes a task's name on its bar, or beside it where the row is free; what has its name in common with others is told apart by its id where there is room.
func (s *sheet) name(b *bar, y int, next float64) {
	name := s.names[b.task.ID]
	long := name
	if s.many[name] > 1 {
		long = name + " · " + b.task.ID
	}
	part, full := s.plainest(b)
	x, end := s.x(part.From)+2, s.x(b.end)
	on, beside := s.x(part.Until)-x-2, next-end-6
	switch {
	case wide(long, tiny) <= on:
		s.onBar(b, x, y, long, full)
	case wide(long, tiny) <= beside:
		s.text("name", end+3, y+row-3, tiny, 0, "start", long)
	case wide(name, tiny) <= on:
		s.onBar(b, x, y, name, full)
	case wide(name, tiny) <= beside:
		s.text("name", end+3, y+row-3, tiny, 0, "start", name)
	case on >= leastName && on >= beside:
		s.onBar(b, x, y, clip(name, tiny, on), full)
	case beside >= leastName:
		s.text("name", end+3, y+row-3, tiny, 0, "start", clip(name, tiny, beside))
	}
}

// plainest is the longest part of a bar that is full or pale throughout: words across an edge of the two cannot be read on paper.
func (s *sheet) plainest(b *bar) (part plan.Span, full bool) {
	at := b.start
	take := func(until int64, isFull bool) {
		if until-at > part.Until-part.From {
			part, full = plan.Span{From: at, Until: until}, isFull
		}
		at = max(at, until)
	}
	for _, p := range b.pieces {
		take(p.From, false)
		take(p.Until, true)
	}
	take(b.end, false)
	return part, full
}

// onBar writes on a full part in the ink of its hue, on a pale one in black, and on a hatched one on a plate.
func (s *sheet) onBar(b *bar, x float64, y int, words string, full bool) {
	ink := "#16191d"
	switch {
	case full && hatchOf(b.layer) >= 0:
		fmt.Fprintf(s, `<rect class="plate" x="%.1f" y="%d" width="%.1f" height="%d" fill="#ffffff" fill-opacity="0.85"/>`, x-1, y+1, wide(words, tiny)+2, row-3)
	case full:
		ink = hueOf(b.layer).ink
	}
	fmt.Fprintf(s, `<text class="name" x="%.1f" y="%d" font-size="%d" fill="%s">%s</text>`+"\n", x, y+row-3, tiny, ink, escaped(words))
}
