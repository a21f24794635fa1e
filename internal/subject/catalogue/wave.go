package catalogue

import "slices"

// state of a cell while a wave spreads.
type state uint8

const (
	unharmed state = iota
	degraded
	lost
)

// wave spreads an outage through the graph: first what is lost, until nothing more is, then what is degraded. Both are least fixpoints, so the order of work does not matter.
type wave struct {
	g        *graph
	state    []state
	lost     []int32 // in the order they fell; the first off of them were switched off
	degraded []int32
	off      int
	hurt     []uint16 // per group: members lost, in the second pass also those degraded
}

func newWave(g *graph) *wave {
	return &wave{g: g, state: make([]state, len(g.cells)), hurt: make([]uint16, len(g.soft))}
}

func (w *wave) lose(cell int32) {
	if w.state[cell] != lost {
		w.state[cell] = lost
		w.lost = append(w.lost, cell)
	}
}

func (w *wave) degrade(cell int32) {
	if w.state[cell] == unharmed {
		w.state[cell] = degraded
		w.degraded = append(w.degraded, cell)
	}
}

func (w *wave) spread() {
	for next := 0; next < len(w.lost); next++ {
		for _, grp := range w.g.users(w.lost[next]) {
			if w.full(grp) && !w.g.soft[grp] {
				w.lose(w.g.groupCell[grp])
			}
		}
	}
	for _, cell := range w.lost { // hurt already counts the lost
		for _, grp := range w.g.users(cell) {
			if w.g.soft[grp] {
				w.degrade(w.g.groupCell[grp])
			}
		}
	}
	for next := 0; next < len(w.degraded); next++ {
		for _, grp := range w.g.users(w.degraded[next]) {
			if !w.g.soft[grp] && w.full(grp) {
				w.degrade(w.g.groupCell[grp])
			}
		}
	}
}

// full counts one more member of the group as hurt and says whether that was the last one.
func (w *wave) full(grp int32) bool {
	w.hurt[grp]++
	return int(w.hurt[grp]) == len(w.g.members(grp))
}

// causes gives the direct needs because of which a cell is lost or degraded, sorted.
func (w *wave) causes(cell int32) []int32 {
	out := []int32{}
	for grp := w.g.groupFrom[cell]; grp < w.g.groupFrom[cell+1]; grp++ {
		if w.causal(grp, w.state[cell]) {
			out = append(out, w.g.members(grp)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// causal says whether the group alone explains the state.
func (w *wave) causal(grp int32, s state) bool {
	worst, best := unharmed, lost
	for _, m := range w.g.members(grp) {
		worst, best = max(worst, w.state[m]), min(best, w.state[m])
	}
	switch {
	case w.g.soft[grp]:
		return s == degraded && worst == lost
	case s == lost:
		return best == lost
	}
	return best == degraded
}
