package plan

import (
	"encoding/binary"
	"slices"
)

// gateSets keeps every set of gates once, however many tasks wait for it: behind one gate there may be a hundred thousand.
type gateSets struct {
	places  [][]int32        // of the gates in the problem, in order; set 0 is empty
	ids     [][]string       // likewise
	known   map[string]int32 // sets by their places
	unions  map[string]int32 // by the sets they are made of
	of      []int32          // of each task, its set
	problem *Problem
}

// gates finds, of each task, the unknown gates that it waits for, itself included.
func (n *network) gates() *gateSets {
	g := &gateSets{places: [][]int32{nil}, ids: [][]string{nil}, known: map[string]int32{"": 0}, unions: map[string]int32{}, of: make([]int32, n.size()), problem: n.problem}
	var parts []int32
	for j := range int32(n.size()) { // what a task waits for has a lower number
		if !n.behind[j] {
			continue
		}
		parts = parts[:0]
		if o := n.problem.Tasks[n.place[j]].Opens; o != nil && o.Unknown {
			parts = append(parts, g.set([]int32{n.place[j]}))
		}
		for _, l := range n.before.of(j) {
			if n.behind[l.task] {
				parts = append(parts, g.of[l.task])
			}
		}
		g.of[j] = g.union(parts)
	}
	return g
}

// before are the gates before any of the tasks, in the order of the problem. Who waits for the same shares one list, which nobody may change.
func (g *gateSets) before(tasks ...int32) []string {
	parts := make([]int32, len(tasks))
	for i, j := range tasks {
		parts[i] = g.of[j]
	}
	return g.ids[g.union(parts)]
}

// union is the set of all that is in one of the given sets, which it sorts.
func (g *gateSets) union(parts []int32) int32 {
	slices.Sort(parts)
	if parts = slices.Compact(parts); len(parts) == 1 {
		return parts[0]
	}
	key := keyOf(parts)
	if u, made := g.unions[key]; made {
		return u
	}
	var all []int32
	for _, k := range parts {
		all = append(all, g.places[k]...)
	}
	slices.Sort(all)
	u := g.set(slices.Compact(all))
	g.unions[key] = u
	return u
}

// set is the number of the set with these places, in order.
func (g *gateSets) set(places []int32) int32 {
	key := keyOf(places)
	if k, met := g.known[key]; met {
		return k
	}
	k := int32(len(g.places))
	ids := make([]string, len(places))
	for i, at := range places {
		ids[i] = g.problem.Tasks[at].ID
	}
	g.places, g.ids, g.known[key] = append(g.places, places), append(g.ids, ids), k
	return k
}

func keyOf(numbers []int32) string {
	key := make([]byte, 0, 4*len(numbers))
	for _, x := range numbers {
		key = binary.LittleEndian.AppendUint32(key, uint32(x))
	}
	return string(key)
}
