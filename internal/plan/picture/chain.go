package picture

import (
	"cmp"
	"fmt"
	"slices"

	"blackstart/internal/plan"
)

// mostLinks is how many tasks are shown by name of those on which the end hangs, and mostRunning of those that run: the last one and the longest say where time goes; all are outlined below.
const (
	mostLinks   = 10
	mostRunning = 4
)

// readChain follows the end back to what it hangs on: from the last task to what it waits for that is over last; or, if work of its own team was over later and still before it, to that, for then it waited for people.
func (s *sheet) readChain() {
	at, work := s.placesOfBars()
	last := -1
	for i := range s.bars {
		if last < 0 || s.bars[i].end > s.bars[last].end {
			last = i
		}
	}
	for i := last; i >= 0; {
		b := &s.bars[i]
		b.hangs = true
		s.chain = append(s.chain, i)
		if i = -1; b.start >= s.problem.Start {
			i = s.before(b, at, work)
		}
	}
	slices.Reverse(s.chain)
}

// placesOfBars finds bars by their tasks, and those of each team by their ends.
func (s *sheet) placesOfBars() (at map[string]int, work map[string][]int) {
	at, work = make(map[string]int, len(s.bars)), map[string][]int{}
	for i := range s.bars {
		b := &s.bars[i]
		at[b.task.ID] = i
		for _, n := range b.task.Heads {
			if b.end > b.start {
				work[n.Team] = append(work[n.Team], i)
			}
		}
	}
	for _, bars := range work {
		slices.SortStableFunc(bars, func(a, b int) int { return cmp.Compare(s.bars[a].end, s.bars[b].end) })
	}
	return at, work
}

// before is the bar that one waited for last; -1, if it was no work but its own date or opening, or that it is now.
func (s *sheet) before(b *bar, at map[string]int, work map[string][]int) int {
	last, over := -1, s.problem.Start
	if b.task.Earliest != nil {
		over = max(over, *b.task.Earliest)
	}
	if o := b.task.Opens; o != nil && o.Unknown {
		return -1
	} else if o != nil {
		over = max(over, o.Range.Likely)
	}
	for _, l := range b.task.After {
		if i, ok := at[l.Task]; ok && !s.bars[i].hangs && s.bars[i].end+l.Lag > over {
			last, over = i, s.bars[i].end+l.Lag
		}
	}
	for _, n := range b.task.Heads {
		bars := work[n.Team]
		k, _ := slices.BinarySearchFunc(bars, b.start+1, func(i int, end int64) int { return cmp.Compare(s.bars[i].end, end) })
		if k > 0 && s.bars[bars[k-1]].end > over {
			last, over = bars[k-1], s.bars[bars[k-1]].end
		}
	}
	return last
}

// named are the bars that get a row with their name: what runs and takes longest, and of the chain gates and what runs, the longest ones and the last.
func (s *sheet) named() []int {
	var running, links []int
	for i := range s.bars {
		if b := &s.bars[i]; b.task.State == plan.StateRunning && b.end > s.problem.Start && !b.hangs {
			running = append(running, i)
		}
	}
	slices.SortStableFunc(running, func(a, b int) int { return cmp.Compare(s.bars[b].end, s.bars[a].end) })
	for _, i := range s.chain {
		if s.bars[i].end > s.bars[i].start && s.bars[i].end > s.problem.Start {
			links = append(links, i)
		}
	}
	if len(links) > mostLinks {
		last := links[len(links)-1]
		links = links[:len(links)-1]
		slices.SortStableFunc(links, func(a, b int) int { return cmp.Compare(s.bars[b].presence(), s.bars[a].presence()) })
		links = append(links[:mostLinks-1], last)
	}
	all := append(running[:min(len(running), mostRunning)], links...)
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(s.bars[a].start, s.bars[b].start) })
	return all
}

// presence is how much a link of the chain wants to be named: by its length, but what runs now and gates before all.
func (b *bar) presence() int64 {
	if b.task.Opens != nil || b.task.State == plan.StateRunning {
		return plan.MaxMoment
	}
	return b.end - b.start
}

// hanging draws what the end hangs on, and what runs, each in a row of its own with its name: among hundreds of bars nobody finds them.
func (s *sheet) hanging() {
	named := s.named()
	if len(named) < 2 {
		return
	}
	const height = 15
	words := s.say("Woran das Ende hängt", "What the end hangs on")
	if slices.ContainsFunc(named, func(i int) bool { return !s.bars[i].hangs }) {
		words += s.say(", und was jetzt läuft", ", and what runs now")
	}
	if links := len(slices.DeleteFunc(slices.Clone(s.chain), func(i int) bool { return s.bars[i].end == s.bars[i].start })); links > mostLinks {
		words += fmt.Sprintf(s.say(" (die längsten von %s Gliedern und das letzte)", " (the longest of %s links, and the last)"), grouped(int64(links)))
	}
	s.section(words, len(named)*height)
	for _, i := range named {
		b := &s.bars[i]
		who := s.say("niemand nötig", "needs nobody")
		if len(b.task.Heads) > 0 {
			who = b.task.Heads[0].Team
		}
		s.text("team", left-8, s.y+10, small, left-24, "end", who)
		s.work(b, s.y+1)
		s.hatch()
		s.link(b, s.y+10)
		s.y += height
	}
	s.y += gap
}

// link says what a bar of the chain is and until when: behind it, or where that has no room on the side that has more.
func (s *sheet) link(b *bar, y int) {
	name := s.names[b.task.ID]
	if s.many[name] > 1 {
		name += " · " + b.task.ID
	}
	words := s.say(", bis ", ", until ") + s.brief(b.end, b.gates)
	if b.task.State == plan.StateRunning {
		words = s.say(", läuft bis ", ", runs until ") + s.brief(b.end, b.gates)
	}
	x, anchor, room := s.x(b.end)+5, "start", width-10-s.x(b.end)-5
	if before := s.x(b.start) - left - 5; before > room && wide(name+words, small) > room {
		x, anchor, room = s.x(b.start)-5, "end", before
	}
	s.over("link", x, y, anchor, clip(name, small, room-wide(words, small))+words)
}
