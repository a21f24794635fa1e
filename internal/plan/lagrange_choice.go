package plan

// choice is a task whose step is to be chosen: the one in which it begins or, if it may pause, the one in which its work with people ends. A service that several tasks bring back has
// one too, in which it is back.
type choice struct {
	task   int32 // -1: of a service
	pauses bool
	after  []carried
	ready  int64   // minute before which it does not begin
	first  int64   // step before which it cannot be
	over   []int64 // of each step from first on, the minute in which it is over at the earliest
	fee    []int64 // of each, what its services cost then, times fine; nil if there are none
	shut   []bool  // of each, that the calendar knows no such begin; nil for what may pause
	open   []bool  // of what may pause, by step from that of ready on: that the calendar has its heads
	fees   []owed
	node   int32 // of first; the others follow
	arc    int   // likewise, its cost
}

// carried is what happens at a minute that hangs on a choice alone: so many minutes after it is over, but not before floor. A task that keeps nobody busy and waits for one other is
// carried by that one's choice and needs none of its own.
type carried struct {
	choice     int32
	off, floor int64
}

func (c carried) minute(over int64) int64 { return max(over+c.off, c.floor) }

func (c carried) later(minutes int64) carried {
	return carried{c.choice, c.off + minutes, c.floor + minutes}
}

// owed is a service that is back with its task.
type owed struct {
	service *loss
	when    carried
}

// choose finds the choices: what a dated service with a weight waits for. ends is when tasks are over at the earliest, or never. It says whether there are any, and not too many.
func (l *lagrange) choose(ends []int64) bool {
	n := l.net
	wanted, in := l.wanted(ends)
	roots := make([]carried, n.size())
	for j := range int32(n.size()) {
		if in[j] && !n.fixed[j] {
			roots[j] = l.root(j, roots).later(n.minutes[j])
		}
	}
	for _, s := range wanted {
		l.owe(s, roots)
	}
	return len(l.choices) > 0 && len(l.choices) <= maxChoices
}

// wanted are these services, and all that they wait for.
func (l *lagrange) wanted(ends []int64) (services []*loss, in []bool) {
	n := l.net
	in = make([]bool, n.size())
	for i := range n.losses {
		s := &n.losses[i]
		if back, behind := n.back(s, ends); s.weight == 0 || back >= never || behind {
			continue
		}
		services = append(services, s)
		for _, j := range s.set {
			in[j] = true
		}
	}
	for j := int32(n.size()) - 1; j >= 0; j-- {
		for _, b := range n.before.of(j) {
			in[b.task] = in[b.task] || in[j] && !n.fixed[j]
		}
	}
	return services, in
}

// root says on which choice the begin of a task hangs, and how; if need be on one of its own, over which it stands as if it took no time. roots are those of the tasks before it.
func (l *lagrange) root(j int32, roots []carried) carried {
	n := l.net
	c := choice{task: j, pauses: n.pauses[j], ready: n.earliestOf(j)}
	for _, b := range n.before.of(j) {
		if n.fixed[b.task] {
			c.ready = max(c.ready, n.at[b.task]+n.minutes[b.task]+b.lag)
			continue
		}
		c.after = append(c.after, roots[b.task].later(b.lag))
	}
	if len(c.after) == 1 && len(n.needs.of(j)) == 0 {
		only := c.after[0]
		only.floor = max(only.floor, c.ready)
		return only
	}
	l.choices = append(l.choices, c)
	return carried{int32(len(l.choices) - 1), -n.minutes[j], minTime}
}

// earliestOf is the release of a task by the problem itself.
func (n *network) earliestOf(j int32) int64 {
	if n.free != nil {
		return n.free[j]
	}
	return n.release[j]
}

// owe enters where a service is paid for.
func (l *lagrange) owe(s *loss, roots []carried) {
	n, back := l.net, s.since
	var set []carried
	for _, j := range s.set {
		if n.fixed[j] {
			back = max(back, n.at[j]+n.minutes[j])
		} else {
			set = append(set, roots[j])
		}
	}
	switch len(set) {
	case 0:
		l.given += n.costOf(s, back)
		return
	case 1:
		set[0].floor = max(set[0].floor, back)
	default:
		l.choices = append(l.choices, choice{task: -1, after: set, ready: max(back, n.start)})
		set = []carried{{int32(len(l.choices) - 1), 0, back}}
	}
	c := &l.choices[set[0].choice]
	c.fees = append(c.fees, owed{s, set[0]})
}
