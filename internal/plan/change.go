package plan

import (
	"fmt"
	"slices"
)

// change is a problem on its way from before to after.
type change struct {
	*Problem
	was      *Problem
	events   *Events
	old      *Plan
	byID     map[string]int
	heard    map[string]bool // tasks that an event was about, sane or not
	told     map[string]bool // those whose event makes sense; the others go as planned
	longer   map[string]bool // of those, the ones of which only the minutes were told: whether they have begun goes as planned
	findings []Finding
	later    []func() // what events say, once all are known to make sense
}

func (c *change) apply() error {
	c.gates()
	for k, d := range c.events.Done {
		c.about("done", k, d.Task, func(t *Task, where string) func() { return c.done(t, d, where) })
	}
	for k, r := range c.events.Running {
		c.about("running", k, r.Task, func(t *Task, where string) func() { return c.running(t, r, where) })
	}
	for k, i := range c.events.Paused {
		c.about("paused", k, i.Task, func(t *Task, where string) func() { return c.paused(t, i, where) })
	}
	for k, s := range c.events.Slipped {
		c.about("slipped", k, s.Task, func(t *Task, where string) func() { return c.slipped(t, s, where) })
	}
	for _, f := range c.later {
		f()
	}
	if c.events.AsPlanned {
		if err := c.asPlanned(); err != nil {
			return err
		}
	}
	if c.events.Slip != "" {
		c.slip()
	}
	c.teams()
	c.heads()
	return nil
}

func (c *change) find(code, path, format string, args ...any) *Finding {
	switch {
	case len(c.findings) < maxFindings:
		c.findings = append(c.findings, Finding{Code: code, Path: path, Message: fmt.Sprintf(format, args...), Hint: "this event is left aside"})
		return &c.findings[len(c.findings)-1]
	case len(c.findings) == maxFindings:
		c.findings = append(c.findings, Finding{Code: "plan.more", Message: "and more findings about events"})
	}
	return &Finding{}
}

// about finds the task of an event. What the event says is done later, or is nil if it makes no sense.
func (c *change) about(list string, k int, id string, say func(*Task, string) func()) {
	where := fmt.Sprintf("/%s/%d", list, k)
	i, known := c.byID[id]
	switch {
	case !known:
		c.find("plan.unknown_task", where+"/task", "there is no task %s in the problem", quoted(id)).Unknown = id
	case c.heard[id]:
		c.find("plan.duplicate", where+"/task", "task %s was told of before", quoted(id))
	case c.Tasks[i].State == StateDone:
		c.find("plan.events_state", where, "task %s was done before", quoted(id))
	default:
		c.heard[id] = true
		if then := say(&c.Tasks[i], where); then != nil {
			c.told[id] = true
			c.later = append(c.later, then)
		}
	}
}

// begin is when a task began: as told, as known, or as planned. It says whether that makes sense.
func (c *change) begin(t *Task, told *int64, where string) (at int64, ok bool) {
	planned, dated := c.old.Start[t.ID]
	switch {
	case told != nil:
		at = *told
	case t.At != nil:
		at = *t.At
	case dated:
		at = planned
	default:
		c.find("plan.events_state", where, "task %s has no time in the plan: say when it began (\"at\")", quoted(t.ID))
		return 0, false
	}
	switch {
	case at <= c.Start && at >= -MaxMoment:
		return at, true
	case told == nil && t.At == nil:
		c.find("plan.events_time", where, "task %s was to begin only in minute %d, and now is minute %d: say when it began (\"at\")", quoted(t.ID), at, c.Start)
	default:
		c.find("plan.events_time", where, "task %s began in minute %d, want a minute up to now, minute %d", quoted(t.ID), at, c.Start)
	}
	return 0, false
}

// done lets a task be over. Whatever is told of it holds; what is not told is as planned, as far as that goes well with it.
func (c *change) done(t *Task, d Ended, where string) func() {
	minutes := c.planned(c.byID[t.ID])
	if d.Minutes != nil {
		minutes = *d.Minutes
	}
	if d.Over != nil {
		return c.over(t, d, minutes, where)
	}
	at, ok := c.begin(t, d.At, where)
	switch {
	case !ok:
	case minutes > c.Start-at && d.Minutes == nil:
		c.find("plan.events_time", where, "task %s, begun in minute %d, was to take %d minutes, but only %d have passed: say when it was over (\"over\"), or how long it took (\"minutes\")",
			quoted(t.ID), at, minutes, c.Start-at)
	case minutes > c.Start-at:
		c.find("plan.events_time", where, "task %s, begun in minute %d, takes %d minutes, but only %d have passed", quoted(t.ID), at, minutes, c.Start-at)
	default:
		return c.ended(t, at, minutes, where)
	}
	return nil
}

// over lets a task be over in a minute that was told. A begin that nobody told is taken from the plan only where it makes sense.
func (c *change) over(t *Task, d Ended, minutes int64, where string) func() {
	over := *d.Over
	planned, dated := c.old.Start[t.ID]
	switch at := over - minutes; {
	case over > c.Start || over < -MaxMoment:
		c.find("plan.events_time", where+"/over", "task %s was over in minute %d, want a minute up to now, minute %d", quoted(t.ID), over, c.Start)
	case d.At != nil && d.Minutes != nil && *d.At != at:
		c.find("plan.events_time", where, "task %s began in minute %d and took %d minutes, so it was not over in minute %d: leave one of the three out", quoted(t.ID), *d.At, minutes, over)
	case d.At != nil:
		return c.ended(t, *d.At, over-*d.At, where)
	case d.Minutes != nil:
		return c.ended(t, at, minutes, where)
	case t.At != nil: // as it was told before
		return c.ended(t, *t.At, over-*t.At, where)
	case dated && planned <= over:
		return c.ended(t, planned, over-planned, where)
	default:
		return c.ended(t, at, minutes, where)
	}
	return nil
}

func (c *change) ended(t *Task, at, minutes int64, where string) func() {
	switch {
	case minutes < 0:
		c.find("plan.events_time", where, "task %s was over %d minutes before it began", quoted(t.ID), -minutes)
	case minutes > MaxMinutes || at < -MaxMoment:
		c.find("plan.events_time", where, "task %s, begun in minute %d, took %d minutes, want 0 to %d", quoted(t.ID), at, minutes, MaxMinutes)
	default:
		return func() { t.State, t.At, t.Minutes = StateDone, &at, Exactly(minutes) }
	}
	return nil
}

func (c *change) running(t *Task, r Begun, where string) func() {
	at, ok := c.begin(t, r.At, where)
	if !ok || r.Left != nil && !c.bearable(t, r.Left, "another ", where) {
		return nil
	}
	return func() {
		if t.State, t.At = StateRunning, &at; r.Left != nil {
			t.Minutes = Exactly(c.Start - at + *r.Left)
		} else {
			t.Minutes = t.Minutes.shifted(t.Minutes.Likely + idle(c.old.Pieces[t.ID], at, c.Start))
		}
		if left := worked(c.old.Pieces[t.ID], c.Start); left > 0 && t.Attend == AttendStart {
			t.AttendMinutes = c.Start - at + left // its pauses count from now on
		}
	}
}

func (c *change) paused(t *Task, i Interrupted, where string) func() {
	switch {
	case !c.bearable(t, i.Left, "another ", where):
		return nil
	case t.Attend == AttendStart && *i.Left <= t.alone():
		c.find("plan.events_state", where, "task %s is attended only at its start and goes on by itself for its last %d minutes: it runs or is done", quoted(t.ID), t.alone())
		return nil
	}
	alone := t.alone()
	return func() {
		t.State, t.At, t.Minutes, c.aside[t.ID] = "", nil, Exactly(*i.Left), true
		if t.Attend == AttendStart {
			t.AttendMinutes = *i.Left - alone
		}
	}
}

// bearable says whether somebody said how long, and something that can be.
func (c *change) bearable(t *Task, minutes *int64, another, where string) bool {
	switch {
	case minutes == nil:
		c.find("plan.events_missing", where, "nothing says how long task %s takes: say how many minutes", quoted(t.ID))
	case *minutes < 0 || *minutes > MaxMinutes:
		c.find("plan.events_time", where, "task %s takes %s%d minutes, want 0 to %d", quoted(t.ID), another, *minutes, MaxMinutes)
	default:
		return true
	}
	return false
}

// slipped lets a task take longer. What is known to run goes on, and is not over before now, or it would have been told as done. Whether another one has begun is said by [change.asPlanned].
func (c *change) slipped(t *Task, s Prolonged, where string) func() {
	if !c.bearable(t, s.Minutes, "", where) {
		return nil
	}
	return func() {
		if t.State == StateRunning && t.At != nil {
			t.Minutes = t.Minutes.prolonged(max(*s.Minutes, c.Start-*t.At))
			return
		}
		t.Minutes, c.longer[t.ID] = t.Minutes.prolonged(*s.Minutes), true
	}
}

// alone is how many minutes a task likely goes on by itself after the people who began it have left.
func (t *Task) alone() int64 {
	if t.Attend != AttendStart {
		return 0
	}
	return max(0, t.Minutes.Likely-t.AttendMinutes)
}

// putAside leaves so much of a task to be planned anew; what is attended only at its start needs people for what is left of that.
func (t *Task) putAside(minutes Range, attended int64) {
	if t.Minutes = minutes; t.Attend == AttendStart {
		t.AttendMinutes = attended
	}
}

// planned is how long a task takes by the plan, from begin to end, pauses included.
func (c *change) planned(i int) int64 {
	t := &c.was.Tasks[i]
	if t.State == StateRunning && t.At != nil { // it was not over when that plan was made
		return max(t.Minutes.Likely, c.was.Start-*t.At)
	}
	pieces := c.old.Pieces[t.ID]
	if len(pieces) == 0 {
		return t.Minutes.Likely
	}
	return pieces[len(pieces)-1].Until - pieces[0].From + t.Minutes.Likely - worked(pieces, minTime)
}

// worked is how many minutes of the pieces are left from a minute on.
func worked(pieces []Span, from int64) int64 {
	sum := int64(0)
	for _, s := range pieces {
		sum += max(0, s.Until-max(s.From, from))
	}
	return sum
}

// idle is how many minutes between two others lie between pieces.
func idle(pieces []Span, from, until int64) int64 {
	sum := int64(0)
	for k := 1; k < len(pieces); k++ {
		sum += max(0, min(pieces[k].From, until)-max(pieces[k-1].Until, from))
	}
	return sum
}

// slip stretches what nobody told of.
func (c *change) slip() {
	told := slices.Clone(c.Tasks)
	c.Slip(c.events.Slip)
	for i := range c.Tasks {
		if c.told[c.Tasks[i].ID] {
			c.Tasks[i] = told[i]
		}
	}
}
