package picture

import (
	"cmp"
	"slices"

	"blackstart/internal/plan"
)

// sign is a line with a name through all parts of the picture: now, or a gate.
type sign struct {
	at                  int64
	words               string
	class, stroke, dash string
}

// mostSigns is how many gates with a date are shown, those first that most tasks wait for: more lines would hide the chart.
const mostSigns = 5

// readSigns finds what is marked on the lines of time, in the order in which they get room for their words.
func (s *sheet) readSigns() {
	if s.made.Assumed != nil {
		s.signs = append(s.signs, sign{s.edge, s.gate(s.closed), "gate", "#b3261e", ""})
	}
	if s.replanned() {
		s.signs = append(s.signs, sign{s.problem.Start, s.say("jetzt, ", "now, ") + s.moment(s.problem.Start), "now", "#0b57d0", ""})
	}
	gates := s.datedGates()
	for _, g := range gates[:min(len(gates), mostSigns)] {
		s.signs = append(s.signs, g.sign)
	}
}

type datedGate struct {
	sign
	waits int // tasks that come right after it
}

// datedGates are the gates that open at a known time and are still to come, by how many tasks wait for them.
func (s *sheet) datedGates() (gates []datedGate) {
	waits := map[string]int{}
	for i := range s.problem.Tasks {
		for _, l := range s.problem.Tasks[i].After {
			waits[l.Task]++
		}
	}
	for i := range s.bars {
		b := &s.bars[i]
		if o := b.task.Opens; o != nil && !o.Unknown && len(b.gates) == 0 && b.end > s.problem.Start {
			words := clip(s.say("Tor ", "gate ")+s.names[b.task.ID], small, mostGate) + ", " + s.moment(b.end)
			gates = append(gates, datedGate{sign{b.end, words, "gate dated", "#7a1f1a", ` stroke-dasharray="4 3"`}, waits[b.task.ID]})
		}
	}
	slices.SortStableFunc(gates, func(a, b datedGate) int { return cmp.Compare(b.waits, a.waits) })
	return gates
}

// mostGate is the room that the name of a gate with a date gets.
const mostGate = 150

// unknown are the gates that something waits for, in the problem's order.
func (s *sheet) unknown() (ids []string) {
	waits := map[string]bool{}
	for _, b := range s.made.Behind {
		for _, id := range b.Gates {
			waits[id] = true
		}
	}
	for i := range s.problem.Tasks {
		if id := s.problem.Tasks[i].ID; waits[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// gatesOf are the unknown gates that a service's tasks wait for, each once.
func (s *sheet) gatesOf(v *plan.Service) []string {
	var ids []string
	for _, task := range v.Set {
		ids = append(ids, s.made.Behind[task].Gates...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
