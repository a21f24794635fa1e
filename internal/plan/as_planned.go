package plan

import (
	"fmt"
	"slices"
)

// asPlanned lets what nobody told of go as the old plan says, shifted to the right by what was told: it began when the plan said, or as soon as what it waits for was over and those who do it
// by the plan were there, on shift and done with what they did before. What has not begun by now that way, though it was to, has not begun; it is said how many such there are.
func (c *change) asPlanned() error {
	s, err := c.shiftedRight()
	if err != nil {
		return err
	}
	late, first := 0, ""
	for j, i := range s.net.place {
		t := &c.Tasks[i]
		switch planned, dated := c.old.Start[t.ID]; {
		case c.told[t.ID] && !c.longer[t.ID] || t.State == StateDone || !dated || planned >= c.Start:
		case s.start[j] < c.Start:
			c.went(t, s, int32(j))
		default:
			if late++; late == 1 {
				first = quoted(t.ID) + " " + s.late(int32(j), c.Start)
			}
		}
	}
	if late > 0 {
		c.findings = append(c.findings, Finding{Warning: true, Code: "plan.events_waits", Path: "/as_planned",
			Message: fmt.Sprintf("planned to have begun by now, but not begun, since what they wait for is late: %d (%s)", late, first), Hint: "if one has begun all the same, say so"})
	}
	return nil
}

// shiftedRight is the schedule of the old plan as it went, by what was told: [ShiftRight] from where that plan began, with the calendars of that time. Nothing begins earlier than it was to, and
// what has no date in the plan not at all.
func (c *change) shiftedRight() (*pass, error) {
	before, err := c.was.compile()
	if err != nil {
		return nil, err
	}
	n, err := c.past().compile()
	if err != nil {
		return nil, err
	}
	n.notBefore(c.old)
	for j := range n.release {
		if _, dated := c.old.Start[n.id(int32(j))]; !dated || n.behind[j] {
			n.release[j] = never
		}
	}
	list := n.orderOf(c.old)
	s := newPass(n.handedOn(list, before.handOvers(c.old)))
	s.pieces = map[int32][]Span{}
	s.generate(list, n.base, nil)
	return s, nil
}

// past is the problem as the old plan met it, with what was told: what was told to have begun has its time.
func (c *change) past() *Problem {
	p := *c.was
	p.Tasks, p.Services = slices.Clone(c.Tasks), nil
	for i := range p.Tasks {
		t := &p.Tasks[i]
		switch planned, dated := c.old.Start[t.ID]; {
		case c.longer[t.ID] && dated: // it is not over, or it would have been told as done
			t.Minutes = Exactly(max(t.Minutes.Likely, c.Start-planned))
		case c.longer[t.ID] || !c.told[t.ID]:
		case t.State == "": // put aside, and nobody told when: until now it kept its people
			at := c.Start
			if known := c.was.Tasks[i].At; known != nil {
				at = *known
			} else if dated {
				at = min(at, planned)
			}
			t.State, t.At, t.Minutes, t.Attend, t.AttendMinutes = StateFixed, &at, Exactly(c.Start-at+t.Minutes.Likely), AttendAll, 0
		case t.State == StateRunning:
			t.State, t.Minutes = StateFixed, Exactly(max(t.Minutes.Likely, c.Start-*t.At))
		default: // done work keeps nobody busy in a plan, but did
			t.State = StateFixed
		}
	}
	return &p
}

// went gives a task what has become of it by now. With pieces still before it it is put aside: when they are worked on is thought about again.
func (c *change) went(t *Task, s *pass, j int32) {
	at, end, pieces, ahead := s.start[j], s.end[j], s.pieces[j], int64(0)
	if len(pieces) > 1 {
		ahead = worked(pieces, c.Start)
	}
	switch {
	case end <= c.Start && !c.longer[t.ID]:
		t.State, t.At, t.Minutes = StateDone, &at, Exactly(end-at)
	case ahead > 0:
		left := t.Minutes.Likely - worked(pieces, minTime) + ahead
		t.putAside(t.Minutes.shifted(max(0, left)), ahead)
		c.aside[t.ID] = true
	default:
		pauses := end - at - s.net.minutes[j]
		t.State, t.At, t.Minutes = StateRunning, &at, t.Minutes.shifted(max(t.Minutes.Likely+pauses, c.Start-at))
	}
}

// late says why a task has not begun by now.
func (s *pass) late(j int32, now int64) string {
	for _, l := range s.net.before.of(j) {
		if s.end[l.task]+l.lag >= now {
			return "waits for " + quoted(s.net.id(l.task))
		}
	}
	if s.net.release[j] >= now {
		return "is not open"
	}
	return "has no people"
}
