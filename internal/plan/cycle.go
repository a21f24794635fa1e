package plan

import (
	"fmt"
	"slices"
	"strings"
)

// cycles says of each circle of tasks that wait for each other which tasks it is made of, once, and leaves out what is in one or waits for one.
// waits counts, of each task, the predecessors that never came: what has some is in a circle or behind one.
func (c *compiler) cycles(waits []int32, after [][]int32) {
	before := make([][]int32, len(after))
	for i, to := range after {
		for _, k := range to {
			if waits[i] > 0 && waits[k] > 0 {
				before[k] = append(before[k], int32(i))
			}
		}
	}
	seen := make([]int32, len(waits)) // in which walk a task was met, from 1
	for i := range waits {
		if waits[i] == 0 {
			continue
		}
		c.bad[i] = true
		if circle := walk(int32(i), before, seen); circle != nil {
			c.tellCircle(circle)
		}
	}
}

// walk follows, from a task that waits, one that it waits for, until a task comes again. Nil if it meets one of an earlier walk.
func walk(at int32, before [][]int32, seen []int32) []int32 {
	mark := at + 1
	var path []int32
	for seen[at] == 0 {
		seen[at] = mark
		path = append(path, at)
		at = before[at][0]
	}
	if seen[at] != mark {
		return nil
	}
	return path[slices.Index(path, at):]
}

// tellCircle names the circle whole, up to a length that can be read.
func (c *compiler) tellCircle(circle []int32) {
	const most = 20
	var names []string
	for _, i := range circle[:min(len(circle), most)] {
		names = append(names, quoted(c.p.Tasks[i].ID))
	}
	if len(circle) > most {
		names = append(names, fmt.Sprintf("… (%d tasks)", len(circle)))
	}
	names = append(names, quoted(c.p.Tasks[circle[0]].ID))
	c.find("plan.cycle", fmt.Sprintf("/tasks/%d", circle[0]), "tasks wait for each other: %s", strings.Join(names, " waits for ")).Hint = "remove one of these links"
}
