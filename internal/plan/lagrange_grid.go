package plan

// grid is time in steps.
type grid struct {
	unit    int64 // minutes of a step
	origin  int64 // minute in which step 0 begins
	length  int64 // a begin in this step means then or later
	aligned bool  // whatever takes time takes whole steps, so that in some best plan of the relaxation all begin with a step
}

func (g *grid) at(step int64) int64 { return g.origin + step*g.unit }
func (g *grid) step(at int64) int64 { return min((at-g.origin)/g.unit, g.length) }

// lay chooses a unit of time and says what each step of each choice means. start are the begins of a known plan.
func (l *lagrange) lay(start []int64, arcs int64) {
	n, last := l.net, l.net.start
	for i := range l.choices {
		if j := l.choices[i].task; j >= 0 {
			last = max(last, start[j]+n.minutes[j])
		}
	}
	l.measure(last, arcs)
	for i := range l.choices {
		l.place(&l.choices[i])
	}
}

// measure takes the greatest unit in whose steps all work can be counted exactly. What begins within a step is then counted as if it began with it: whatever is at work in a step by that
// count really is in the step's last minute, so no team has more to do than it has heads. Pauses must end with a step for that. If the unit makes too many arcs, a greater one is taken,
// in which things begin and end anywhere, where they cost least.
func (l *lagrange) measure(last, most int64) {
	n, unit, arcs, pauses := l.net, int64(0), int64(0), false
	for i := range l.choices {
		c := &l.choices[i]
		if arcs += 1 + int64(len(c.after)); c.task >= 0 {
			unit, pauses = gcd(unit, n.held[c.task]), pauses || c.pauses
		}
	}
	work := max(1, unit)
	for k := range n.base {
		for _, at := range n.base[k].at {
			if pauses && at > n.start && at < last {
				unit = gcd(unit, max(at, -at))
			}
		}
	}
	least := (arcs*(last-n.start) + most - 1) / most
	if l.unit, l.aligned = max(1, unit), max(1, unit) >= least; !l.aligned {
		l.unit = (least + work - 1) / work * work
	}
	l.origin = n.start - (n.start%l.unit+l.unit)%l.unit
	l.length = (last - l.origin + l.unit - 1) / l.unit
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// place says from which step on a choice can be, and what each of its steps means. Those it waits for are placed.
func (l *lagrange) place(c *choice) {
	for _, b := range c.after {
		c.ready = max(c.ready, b.minute(l.choices[b.choice].over[0]))
	}
	if c.pauses {
		l.placePausing(c)
		return
	}
	c.first = l.enter(c, c.ready)
	for t := c.first; t <= l.length; t++ {
		from := max(c.ready, l.at(t))
		begin, _ := l.alone(c, from)
		c.shut = append(c.shut, begin >= l.at(t+1))
		if begin >= never { // nobody can begin then, and what is shut is not chosen; but for the last step, which must have a cost that can be borne
			begin = from
		}
		if c.task >= 0 {
			begin += l.net.minutes[c.task]
		}
		c.over = append(c.over, begin)
	}
}

// placePausing does so for work that is counted from its end.
func (l *lagrange) placePausing(c *choice) {
	_, until := l.alone(c, c.ready)
	c.first = l.step(until)
	for t := l.step(c.ready); t < l.length; t++ {
		from := max(c.ready, l.at(t))
		if l.aligned {
			from = l.at(t+1) - 1
		}
		from, _ = l.work.freeTogether(from, l.net.needs.of(c.task))
		c.open = append(c.open, from < l.at(t+1))
	}
	if until >= never {
		until = c.ready
	}
	for t := c.first; t <= l.length; t++ {
		c.over = append(c.over, max(until, l.at(t))+l.net.minutes[c.task]-l.net.held[c.task])
	}
}

// enter is the step before which a choice cannot be if its task may begin in a minute.
func (l *lagrange) enter(c *choice, minute int64) int64 {
	begin, until := l.alone(c, max(minute, c.ready))
	if c.pauses {
		return l.step(until)
	}
	return l.step(begin)
}

// alone is when a task begins and its work with people ends if it may begin in a minute and has its teams to itself. What may pause does so wherever it must: the calendar has no say in it.
func (l *lagrange) alone(c *choice, from int64) (begin, until int64) {
	if c.task < 0 || len(l.net.needs.of(c.task)) == 0 {
		return from, from
	}
	needs, left := l.net.needs.of(c.task), l.net.held[c.task]
	for begin = never; ; from = until {
		at := from
		if at, until = l.work.freeTogether(from, needs); at >= never {
			return never, never
		}
		if until-at >= left {
			return min(begin, at), at + left
		}
		if c.pauses {
			begin, left = min(begin, at), left-(until-at)
		}
	}
}
