package check

import "slices"

// given checks that what is fixed, runs or is done stands where the problem says.
func (c *checker) given() {
	for id, at := range c.when {
		if t := c.work.tasks[id]; t.given() && at.start != *t.At {
			c.wrong("moved", id, "it is %s since minute %d, the plan says minute %d", t.State, *t.At, at.start)
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
				tell("precedence", id, "it waits for %s, which has no place in the plan", called(l.Task))
			case at.start < before.end+l.Lag:
				tell("precedence", id, "it begins in minute %d, but %s is over in minute %d, and %d minutes must pass", at.start, called(l.Task), before.end, l.Lag)
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
		if from := c.release(t); at.start < from {
			c.wrong("early", id, "it begins in minute %d, but may not before minute %d", at.start, from)
		}
	}
}

// release is the minute before which a task may not begin, whatever it waits for.
func (c *checker) release(t *task) int64 {
	from := c.work.Start
	if t.Earliest != nil {
		from = max(from, *t.Earliest)
	}
	if t.Opens != nil && !t.Opens.unknown {
		from = max(from, t.Opens.Likely)
	}
	return from
}

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
	for id, r := range c.work.rotas {
		c.rooms[id] = r.rooms(uses[id])
		if k := slices.IndexFunc(c.rooms[id], func(r room) bool { return r.left < 0 }); k >= 0 {
			over := c.rooms[id][k]
			c.wrong("heads", id, "the team has %d heads to spare in minute %d, %d are planned", over.there, over.at, over.there-over.left)
		}
	}
}

// gatesBefore are the gates before a task of which nobody knows when they open, itself included.
func (c *checker) gatesBefore(id string) []string {
	if known, ok := c.gates[id]; ok {
		return known
	}
	c.gates[id] = nil // a circle has no gates of its own; such tasks are left out
	t := c.work.tasks[id]
	if t == nil || t.given() {
		return nil
	}
	var all []string
	if t.Opens != nil && t.Opens.unknown {
		all = append(all, id)
	}
	for _, l := range t.After {
		all = append(all, c.gatesBefore(l.Task)...)
	}
	slices.Sort(all)
	c.gates[id] = slices.Compact(all)
	return c.gates[id]
}

// behindGates checks that exactly those tasks have no date that wait for a gate of which nobody knows when it opens, and that the plan names those gates.
func (c *checker) behindGates() {
	for id := range c.when {
		b, behind := c.plan.Behind[id]
		want := c.gatesBefore(id)
		switch {
		case behind && len(want) == 0:
			c.wrong("gate", id, "no unknown gate is before it, but the plan gives it no date")
		case !behind && len(want) > 0:
			c.wrong("gate", id, "the unknown gates before it are %s, but the plan gives it a date", called(want...))
		case behind && !slices.Equal(want, sorted(b.Gates)):
			c.wrong("gate", id, "the unknown gates before it are %s, the plan names %s", called(want...), called(b.Gates...))
		case behind && b.Plus < 0:
			c.wrong("gate", id, "it begins %d minutes before its gate opens", -b.Plus)
		}
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// excuses checks that what the plan leaves out cannot be planned: it is in a circle or makes no sense, or waits for such; or it waits for what is left out itself; or the calendars have no room
// for it beside all that the plan places. What is given always has its place, but for the first reason.
func (c *checker) excuses() {
	stuck := c.work.circles()
	var homeless []*task
	for _, id := range c.plan.LeftOut {
		t := c.work.tasks[id]
		if _, placed := c.when[id]; t == nil || placed || stuck[id] {
			c.note("left_out", id, "the plan leaves it out: it cannot be planned")
			continue
		}
		if _, waits := c.earliest(t); t.given() {
			c.wrong("left_out", id, "the plan leaves it out, though it is %s", t.State)
		} else if waits {
			c.note("left_out", id, "the plan leaves it out: it waits for what is left out")
		} else {
			homeless = append(homeless, t)
		}
	}
	slices.SortStableFunc(homeless, byNeeds)
	for _, t := range homeless {
		c.homeless(t)
	}
}

// homeless checks that a task that waits for nothing has no place.
func (c *checker) homeless(t *task) {
	from, _ := c.earliest(t)
	if at, fits := c.fits(t, from); fits {
		c.wrong("left_out", t.ID, "the plan leaves it out, though it would fit from minute %d on", at)
	} else {
		c.note("left_out", t.ID, "the plan leaves it out: it finds no place from minute %d on", from)
	}
}

// earliest is the minute from which on a task could begin beside all that the plan places, and whether it waits for what has no place.
func (c *checker) earliest(t *task) (from int64, waits bool) {
	from = c.release(t)
	for _, l := range t.After {
		before, placed := c.when[l.Task]
		from, waits = max(from, before.end+l.Lag), waits || !placed
	}
	if len(c.gatesBefore(t.ID)) == 0 {
		return from, waits
	}
	if c.plan.Assumed == nil {
		c.wrong("assumed", t.ID, "it waits for a gate, and the plan does not say when it takes the gate to open")
		return from, true
	}
	return max(from, *c.plan.Assumed), waits
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
