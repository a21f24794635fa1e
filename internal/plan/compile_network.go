package plan

import (
	"fmt"
	"slices"
)

// number fills the dense arrays.
func (c *compiler) number(order []int32) {
	n := len(order)
	c.place, c.dense = order, make([]int32, len(c.p.Tasks))
	for i := range c.dense {
		c.dense[i] = -1
	}
	for j, i := range order {
		c.dense[i] = int32(j)
	}
	c.minutes, c.held, c.lead, c.release, c.at = make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	c.pauses, c.fixed, c.behind = make([]bool, n), make([]bool, n), make([]bool, n)
	lanesOf := c.profiles()
	c.before.first, c.needs.first = make([]int32, n+1), make([]int32, n+1)
	for j := range order {
		c.times(j)
		c.linkBefore(j)
		c.need(j, lanesOf)
	}
	c.linkAfter()
	c.classify()
	for j := range order {
		c.settle(int32(j))
	}
}

// times says how long a task takes, holds its heads and must wait by itself.
func (c *compiler) times(j int) {
	t := &c.p.Tasks[c.place[j]]
	c.minutes[j] = t.Minutes.Likely
	c.release[j] = t.release(c.start, t.opening())
	if t.State != "" {
		c.fixed[j], c.at[j] = true, *t.At
		if t.State == StateRunning { // what runs is over no earlier than now: that it lasts longer than thought is no reason to plan as if it had ended
			c.minutes[j] = max(c.minutes[j], c.start-*t.At)
		}
	}
	switch t.Attend {
	case AttendNone:
	case AttendStart:
		c.held[j] = min(t.AttendMinutes, c.minutes[j])
	default:
		c.held[j] = c.minutes[j]
	}
	if t.State == StateDone {
		c.held[j] = 0
	}
	c.behind[j] = !c.fixed[j] && t.Opens != nil && t.Opens.Unknown
}

// opening is the minute in which a gate likely opens; minTime for what is none, or opens nobody knows when.
func (t *Task) opening() int64 {
	if t.Opens == nil || t.Opens.Unknown {
		return minTime
	}
	return t.Opens.Range.Likely
}

// release is from when on a task may begin by itself, its gate opening in that minute.
func (t *Task) release(start, opening int64) int64 {
	if t.Earliest != nil {
		start = max(start, *t.Earliest)
	}
	return max(start, opening)
}

// linkBefore enters what a task waits for. What is fixed waits for nobody, so that what comes after it need not wait, in a list, for what it does not wait for in time.
func (c *compiler) linkBefore(j int) {
	for _, l := range c.p.Tasks[c.place[j]].After {
		if i, known := c.byID[l.Task]; known && c.dense[i] >= 0 && !c.fixed[j] {
			c.before.to = append(c.before.to, link{c.dense[i], l.Lag})
			c.behind[j] = c.behind[j] || c.behind[c.dense[i]]
		}
	}
	c.before.first[j+1] = int32(len(c.before.to))
}

// linkAfter turns the links round.
func (c *compiler) linkAfter() {
	n := c.size()
	c.after = c.before.reversed(n)
}

func (l *links) reversed(n int) links {
	r := links{first: make([]int32, n+1), to: make([]link, len(l.to))}
	for _, b := range l.to {
		r.first[b.task+1]++
	}
	for j := range n {
		r.first[j+1] += r.first[j]
	}
	fill := slices.Clone(r.first)
	for j := range int32(n) {
		for _, b := range l.of(j) {
			r.to[fill[b.task]] = link{j, b.lag}
			fill[b.task]++
		}
	}
	return r
}

// need enters what the task keeps busy, one word per profile.
func (c *compiler) need(j int, lanesOf []int) {
	from := len(c.needs.all)
	for _, d := range c.p.Tasks[c.place[j]].Heads {
		if c.held[j] == 0 || d.Heads == 0 {
			continue
		}
		at := lanesOf[c.teams[d.Team]]
		k := slices.IndexFunc(c.needs.all[from:], func(n need) bool { return n.profile == int32(at/lanes) })
		if k < 0 {
			c.needs.all = append(c.needs.all, need{profile: int32(at / lanes)})
			k = len(c.needs.all) - 1 - from
		}
		c.needs.all[from+k].heads |= lane(at, d.Heads)
	}
	c.needs.first[j+1] = int32(len(c.needs.all))
	c.pauses[j] = c.p.Tasks[c.place[j]].Pausable && len(c.needs.all) > from
}

// settle takes the heads of a task whose time is given, and says where that does not go well together. What it held before the start is over: how many heads there were then is no concern
// of a plan.
func (c *compiler) settle(j int32) {
	if !c.fixed[j] {
		return
	}
	where, id := fmt.Sprintf("/tasks/%d", c.place[j]), quoted(c.p.Tasks[c.place[j]].ID)
	from, until := max(c.at[j], c.start), c.at[j]+c.held[j]
	if c.bare == nil && c.held[j] > 0 {
		c.bare = make([]profile, len(c.base))
		for k := range c.base {
			c.bare[k].reset(&c.base[k])
		}
	}
	for _, d := range c.needs.of(j) {
		if from < until && c.base[d.profile].occupy(from, until-from, d.heads) {
			c.warn("plan.over", where, "task %s is fixed at a time at which its team has too few heads: it stays, and nobody else is planned there", id)
		}
	}
	for _, l := range c.p.Tasks[c.place[j]].After {
		before := c.dense[c.byID[l.Task]]
		if before >= 0 && (!c.fixed[before] || c.at[before]+c.minutes[before]+l.Lag > c.at[j]) {
			c.warn("plan.fixed", where, "task %s is fixed before %s is over: it stays where it is", id, quoted(l.Task))
		}
	}
}

// rooms finds tasks for which no calendar has room even if they were alone, lets the unknown gates open when all else would be over in the starting order, and closes the network.
func (c *compiler) rooms() {
	n := c.network
	s := newPass(n)
	list := n.firstInFirstOut()
	hold := slices.Clone(c.release)
	for j := range c.behind {
		if c.behind[j] {
			c.release[j] = never
		}
	}
	s.run(list)
	c.assumed = c.start
	for j := range s.end {
		if s.end[j] < never {
			c.assumed = max(c.assumed, s.end[j])
		}
	}
	copy(c.release, hold)
	for j := range c.behind {
		if c.behind[j] {
			c.release[j] = max(c.release[j], c.assumed)
		}
	}
	c.tellRooms(s, list)
	last := c.overIn(s.end)
	c.near = foreshortened(c.base, last+last-c.start) // twice the time that the starting order takes
}

// overIn is when everything that has an end is over.
func (n *network) overIn(end []int64) int64 {
	last := n.start
	for _, e := range end {
		if e < never {
			last = max(last, e)
		}
	}
	return last
}

// foreshortened are calendars that are cut off in a minute; nil where they hardly go further.
func foreshortened(base []profile, last int64) []profile {
	long := false
	near := make([]profile, len(base))
	for k := range base {
		p := &base[k]
		i := p.stretch(last) + 1
		near[k] = profile{at: append(slices.Clone(p.at[:i]), maxTime), free: append(slices.Clone(p.free[:i]), guards)}
		if i+1 < len(p.at) { // the rest is nobody's time, so that what would reach it does not fit
			near[k].at[i] = p.at[i]
			near[k].at, near[k].free = append(near[k].at, maxTime), append(near[k].free, guards)
			long = true
		}
	}
	if long {
		return near
	}
	return nil
}

// tellRooms says what has no place even in an empty calendar. It stays in the network, where it never begins.
func (c *compiler) tellRooms(s *pass, list []int32) {
	s.run(list)
	c.roomless = map[int32]bool{}
	s.reset(c.base)
	for j := range int32(c.size()) {
		if s.start[j] < never {
			continue
		}
		if s.place(j, c.release[j]); s.start[j] < never {
			s.undo(j)
		} else if c.release[j] < never {
			i := c.place[j]
			c.roomless[j] = true
			held := fmt.Sprintf("in which its teams have the heads it needs for %d minutes", c.held[j])
			c.crowd(Finding{Code: "plan.no_room", Path: fmt.Sprintf("/tasks/%d", i), Hint: "add a shift, or let it pause", alike: alike{thing: "task", id: quoted(c.p.Tasks[i].ID),
				one:  fmt.Sprintf("has no time, from minute %d on, %s", c.release[j], held),
				many: fmt.Sprintf("have no time in which those they need are there: %s", c.p.Tasks[i].wanted())}})
		}
	}
}

// firstInFirstOut is the starting order: the numbers themselves.
func (n *network) firstInFirstOut() []int32 {
	list := make([]int32, n.size())
	for j := range list {
		list[j] = int32(j)
	}
	return list
}

// summary says what is left out because of what was found.
func (c *compiler) summary() {
	for i, bad := range c.bad {
		if bad {
			c.leftOut = append(c.leftOut, c.p.Tasks[i].ID)
		}
	}
	if len(c.leftOut) > 0 {
		c.find("plan.left_out", "/tasks", "%s wrong or waiting for such; the other %d can be planned", left(len(c.leftOut), len(c.bad)), c.size())
	}
	if c.reasons > maxFindings {
		c.findings = append(c.findings, Finding{Code: "plan.more", Path: "", Message: fmt.Sprintf("and %d more findings", c.reasons-maxFindings)})
	}
}
