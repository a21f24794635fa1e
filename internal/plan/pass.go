package plan

// pass is one generation of a schedule, with its memory kept for the next one.
type pass struct {
	net   *network
	work  []profile
	start []int64
	end   []int64
	never int // how many tasks found no time

	pieces map[int32][]Span // of tasks that may pause; nil while nobody wants to know
	laid   []Span           // those of the task that is being placed
	barren []Span           // of each class of tasks, where none can begin, as far as this pass has looked: people only get fewer while it goes on
}

func newPass(n *network) *pass {
	return &pass{net: n, work: make([]profile, len(n.base)), start: make([]int64, n.size()), end: make([]int64, n.size()), barren: make([]Span, n.classes)}
}

// run is the serial schedule generation scheme (Kelley 1963): each task of the list in turn begins as early as its predecessors and the teams allow, given those before it in the list.
// The list must name each task once, after its predecessors. It is tried on the near part of the calendars first; a schedule that does not fit there is made again with all of them.
func (s *pass) run(list []int32) {
	if s.net.near == nil || !s.generate(list, s.net.near, nil) {
		s.generate(list, s.net.base, s.net.free)
	}
}

// generate says whether every task found its time. What finds none after its promise, or after its wave, begins from its release in free on, if that is given: rather too early than never.
func (s *pass) generate(list []int32, base []profile, free []int64) (whole bool) {
	n := s.net
	s.never = 0
	s.reset(base)
	if s.pieces != nil {
		clear(s.pieces)
	}
	for _, j := range list {
		if n.fixed[j] { // its heads are already taken from the base
			s.start[j], s.end[j] = n.at[j], n.at[j]+n.minutes[j]
			continue
		}
		s.place(j, s.ready(j, n.release[j]))
		if s.start[j] >= never && free != nil {
			s.place(j, s.ready(j, free[j]))
		}
		if s.start[j] >= never {
			s.never++
		}
	}
	return s.never == 0
}

// reset gives everybody's time back.
func (s *pass) reset(base []profile) {
	for i := range s.work {
		s.work[i].reset(&base[i])
	}
	clear(s.barren)
}

// ready is when all that a task waits for is over, from a minute on.
func (s *pass) ready(j int32, from int64) int64 {
	for _, l := range s.net.before.of(j) {
		from = max(from, s.end[l.task]+l.lag)
	}
	return from
}

// place is begin, but looks at no stretch of time again in which it has found no begin for a task of the same class: else many short stretches cost every one of many tasks a look at each.
func (s *pass) place(j int32, from int64) {
	if len(s.barren) == 0 {
		s.begin(j, from)
		return
	}
	b := &s.barren[s.net.class[j]]
	if b.From <= from && from < b.Until {
		from = b.Until
	}
	s.begin(j, from)
	switch at := s.start[j]; {
	case at == from || s.net.pauses[j] && at < never: // what pauses passes over what others cut short, and may begin there when they cut it short otherwise
	case b.From <= from && from <= b.Until:
		b.Until = at
	case at-from > b.Until-b.From:
		*b = Span{from, at}
	}
}

// begin places one task at the first minute from which on all its teams can do it.
func (s *pass) begin(j int32, from int64) {
	n := s.net
	needs := n.needs.of(j)
	switch {
	case from >= never:
		s.start[j], s.end[j] = never, never
	case len(needs) == 1 && !n.pauses[j]:
		p := &s.work[needs[0].profile]
		at, i := p.fit(from+n.lead[j], n.held[j], needs[0].heads)
		if at == never {
			s.start[j], s.end[j] = never, never
			return
		}
		p.take(i, at, n.held[j], needs[0].heads)
		s.start[j] = at - n.lead[j]
		s.end[j] = s.start[j] + n.minutes[j]
	case n.pauses[j]:
		s.beginPausing(j, from, needs)
	default:
		s.beginTogether(j, from, needs)
	}
}

// beginTogether finds a minute that suits several profiles: each in turn moves it on, until none does.
func (s *pass) beginTogether(j int32, from int64, needs []need) {
	n := s.net
	at := from + n.lead[j]
	for calm := 0; calm < len(needs); {
		for _, d := range needs {
			next, _ := s.work[d.profile].fit(at, n.held[j], d.heads)
			if calm++; next != at {
				at, calm = next, 1
			}
			if at == never {
				s.start[j], s.end[j] = never, never
				return
			}
			if calm == len(needs) {
				break
			}
		}
	}
	for _, d := range needs {
		p := &s.work[d.profile]
		p.take(p.stretch(at), at, n.held[j], d.heads)
	}
	s.start[j] = at - n.lead[j]
	s.end[j] = s.start[j] + n.minutes[j]
}

// makespan is when the last task is over; start if there is none.
func (n *network) makespan(end []int64) int64 {
	last := n.start
	for j := range end {
		last = max(last, end[j])
	}
	return last
}
