package check

import (
	"maps"
	"slices"
	"sort"
)

// given checks that what is fixed, runs or is done stands where the problem says.
func (c *checker) given() {
	for id, at := range c.when {
		if t := c.work.tasks[id]; t.given() && at.start != *t.At {
			c.wrong("moved", id, "it is %s since minute %d, the plan says %d", t.State, *t.At, at.start)
		}
	}
}

// precedence checks that nothing begins before what it waits for is over. What is fixed stays all the same, which is worth knowing.
func (c *checker) precedence() {
	for id, at := range c.when {
		t := c.work.tasks[id]
		tell := c.wrong
		if t.given() {
			tell = c.note
		}
		for _, l := range t.After {
			switch before, placed := c.when[l.Task]; {
			case !placed:
				tell("precedence", id, "it waits for %s, which has no place in the plan", l.Task)
			case at.start < before.end+l.Lag:
				tell("precedence", id, "it begins in minute %d, but %s is over in %d, and %d minutes must pass", at.start, l.Task, before.end, l.Lag)
			}
		}
	}
}

// releases checks that nothing begins before the plan, its own earliest minute, or the opening of its gate.
func (c *checker) releases() {
	for id, at := range c.when {
		t := c.work.tasks[id]
		if t.given() {
			continue
		}
		from := c.work.Start
		if t.Earliest != nil {
			from = max(from, *t.Earliest)
		}
		if t.Opens != nil && !t.Opens.unknown {
			from = max(from, t.Opens.Likely)
		}
		if at.start < from {
			c.wrong("early", id, "it begins in minute %d, but may not before %d", at.start, from)
		}
	}
}

// use is so many heads more or fewer from a minute on.
type use struct{ at, free, given int64 }

// heads checks that no team is asked for more than it has. What is given keeps its heads even where there are too few; nobody else may be planned there then.
func (c *checker) heads() {
	uses := map[string][]use{}
	for id, at := range c.when {
		t := c.work.tasks[id]
		for _, n := range t.Heads {
			for _, b := range at.busy {
				if b.Until <= b.From || n.Heads == 0 {
					continue
				}
				more, less := use{at: b.From, free: n.Heads}, use{at: b.Until, free: -n.Heads}
				if t.given() {
					more, less = use{at: b.From, given: n.Heads}, use{at: b.Until, given: -n.Heads}
				}
				uses[n.Team] = append(uses[n.Team], more, less)
			}
		}
	}
	for id, all := range uses {
		c.headsOf(id, all)
	}
}

// headsOf goes through all minutes in which something changes for one team, and names the first that is too much.
func (c *checker) headsOf(id string, all []use) {
	r := c.work.rotas[id]
	for _, at := range r.turns() {
		all = append(all, use{at: at})
	}
	sort.Slice(all, func(a, b int) bool { return all[a].at < all[b].at })
	var free, given int64
	for i, u := range all {
		free, given = free+u.free, given+u.given
		if i+1 < len(all) && all[i+1].at == u.at {
			continue
		}
		if there := max(0, r.heads(u.at)-given); free > there {
			c.wrong("heads", id, "the team has %d heads to spare in minute %d, %d are planned", there, u.at, free)
			return
		}
	}
}

// behindGates checks that exactly those tasks have no date that wait for a gate of which nobody knows when it opens, and that the plan names those gates.
func (c *checker) behindGates() {
	gates := map[string][]string{}
	var of func(id string) []string
	of = func(id string) []string {
		if known, ok := gates[id]; ok {
			return known
		}
		gates[id] = nil // a circle has no gates of its own; such tasks are left out
		t := c.work.tasks[id]
		if t == nil || t.given() {
			return nil
		}
		var all []string
		if t.Opens != nil && t.Opens.unknown {
			all = append(all, id)
		}
		for _, l := range t.After {
			all = append(all, of(l.Task)...)
		}
		slices.Sort(all)
		gates[id] = slices.Compact(all)
		return gates[id]
	}
	for id := range c.when {
		b, behind := c.plan.Behind[id]
		want := of(id)
		switch {
		case behind && len(want) == 0:
			c.wrong("gate", id, "no unknown gate is before it, but the plan gives it no date")
		case !behind && len(want) > 0:
			c.wrong("gate", id, "the unknown gates before it are %v, but the plan gives it a date", want)
		case behind && !slices.Equal(want, sorted(b.Gates)):
			c.wrong("gate", id, "the unknown gates before it are %v, the plan names %v", want, b.Gates)
		case behind && b.Plus < 0:
			c.wrong("gate", id, "it begins %d minutes before its gate opens", -b.Plus)
		}
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// excuses checks that what the plan leaves out cannot be planned.
func (c *checker) excuses() {
	excused, asked := map[string]bool{}, map[string]bool{}
	var excuse func(id string) bool
	excuse = func(id string) bool {
		t := c.work.tasks[id]
		if t == nil || excused[id] {
			return true // it says nonsense of itself, or is not there at all
		}
		if asked[id] {
			return false
		}
		asked[id] = true
		for _, l := range t.After {
			excused[id] = excuse(l.Task) || excused[id]
		}
		excused[id] = excused[id] || !t.given() && !c.lasting(t)
		return excused[id]
	}
	maps.Copy(excused, c.work.circles())
	for _, id := range c.plan.LeftOut {
		if c.work.tasks[id] != nil && !c.work.twice[id] && !excuse(id) {
			c.wrong("left_out", id, "the plan leaves it out, though nothing speaks against it")
			continue
		}
		c.note("left_out", id, "the plan leaves it out: it cannot be planned")
	}
}

// circles are the tasks that wait for each other in a circle, and those that wait for such, or for what is no task: what is left when all that wait for nothing left are taken away again and again.
func (w *work) circles() map[string]bool {
	waits, after := map[string]int{}, map[string][]string{}
	var free []string
	for id, t := range w.tasks {
		for _, l := range t.After {
			waits[id]++
			after[l.Task] = append(after[l.Task], id)
		}
		if waits[id] == 0 {
			free = append(free, id)
		}
	}
	for len(free) > 0 {
		id := free[0]
		free = free[1:]
		delete(waits, id)
		for _, next := range after[id] {
			if waits[next]--; waits[next] == 0 {
				free = append(free, next)
			}
		}
	}
	left := map[string]bool{}
	for id, n := range waits {
		left[id] = n > 0
	}
	return left
}

// lasting says whether the teams of a task have its heads once all shifts and all that is given are over. Then there is always room for it in the end; where there is only a window that
// closes, it may have been filled by others, and leaving the task out is a plan's good right.
func (c *checker) lasting(t *task) bool {
	for _, n := range t.Heads {
		if c.work.rotas[n.Team].plain < n.Heads && t.held(c.work.Start) > 0 {
			return false
		}
	}
	return true
}
