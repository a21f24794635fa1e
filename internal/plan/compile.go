package plan

import (
	"container/heap"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// compiler turns a problem into a network and collects what is wrong with it.
type compiler struct {
	*network
	p       *Problem
	byID    map[string]int32 // tasks by id: places in the problem
	teams   map[string]int   // likewise
	calls   []calendar       // per team
	most    []int64          // likewise, the heads it has at its best
	asked   []int32          // likewise, 1 + the place of the task that named it last
	bad     []bool           // tasks that cannot be planned, by place
	dense   []int32          // of each place, the number in the network; -1 if it is left out
	reasons int
}

// compile checks a problem. Whatever cannot be planned, and all that waits for it, is left out and said so; the rest becomes the network.
func (p *Problem) compile() (*network, error) {
	if len(p.Tasks) > MaxTasks {
		return nil, failed("plan.too_many", 0, 0, "%d tasks, at most %d", len(p.Tasks), MaxTasks)
	}
	if len(p.Teams) > MaxTeams {
		return nil, failed("plan.too_many", 0, 0, "%d teams, at most %d", len(p.Teams), MaxTeams)
	}
	if links := p.links(); links > MaxLinks { // a part of them would be a plan in which work begins before what it waits for is over
		return nil, failed("plan.too_many", 0, 0, "%d predecessors in all, at most %d", links, MaxLinks)
	}
	c := &compiler{network: &network{problem: p, factors: p.factors(), start: p.Start}, p: p, byID: make(map[string]int32, len(p.Tasks)), bad: make([]bool, len(p.Tasks))}
	if len(p.Tasks) == 0 {
		c.find("plan.empty", "/tasks", "there is no task to plan")
	}
	c.numbers()
	c.readTeams()
	for i := range p.Tasks {
		c.readTask(i)
	}
	order := c.order()
	c.number(order)
	if c.horizon = c.latest(); c.horizon >= never {
		return nil, failed("plan.too_long", 0, 0, "all work, one after the other, could last until minute %d, want less than %d: shorten what takes long, or plan in parts", c.horizon, never)
	}
	c.readServices()
	c.rooms()
	c.summary()
	return c.network, nil
}

// links counts what all tasks wait for.
func (p *Problem) links() (count int) {
	for i := range p.Tasks {
		count += len(p.Tasks[i].After)
	}
	return count
}

// find notes an error about a thing.
func (c *compiler) find(code, path, format string, args ...any) *Finding {
	if c.reasons++; c.reasons > maxFindings {
		return &Finding{}
	}
	c.findings = append(c.findings, Finding{Code: code, Path: path, Message: fmt.Sprintf(format, args...)})
	return &c.findings[len(c.findings)-1]
}

func (c *compiler) warn(code, path, format string, args ...any) {
	c.find(code, path, format, args...).Warning = true
}

// drops a task from the plan for a reason.
func (c *compiler) refuse(i int, code, part, format string, args ...any) *Finding {
	c.bad[i] = true
	return c.find(code, fmt.Sprintf("/tasks/%d%s", i, part), "task %s "+format, append([]any{quoted(c.p.Tasks[i].ID)}, args...)...)
}

// quoted is an id as messages show it: short, and without anything that could move a cursor.
func quoted(id string) string {
	if len(id) > 60 {
		id = id[:60] + "…"
	}
	if strings.IndexFunc(id, func(r rune) bool { return r <= ' ' || r == '"' || r > 0x7e }) < 0 && id != "" {
		return id
	}
	return fmt.Sprintf("%+q", id)
}

// numbers checks the few numbers that concern the whole.
func (c *compiler) numbers() {
	if c.p.Start < -MaxMoment/2 || c.p.Start > MaxMoment/2 {
		c.find("plan.start", "/start", "the start is minute %d, want %d to %d: planned from minute 0 on", c.p.Start, -MaxMoment/2, MaxMoment/2)
		c.start = 0
	}
	if f, usable := c.factors, c.p.usable(); f != usable {
		c.find("plan.factors", "/factors", "factors are %d and %d, want 0 to %d: planned with 1 and 4", f.RTO, f.MTPD, MaxFactor)
		c.factors = usable
	}
}

// readTask checks what a task says about itself.
func (c *compiler) readTask(i int) {
	t := &c.p.Tasks[i]
	if first, twice := c.byID[t.ID]; twice {
		c.refuse(i, "plan.duplicate", "/id", "stands there twice, first as task number %d", first+1)
	} else if t.ID == "" {
		c.refuse(i, "plan.duplicate", "/id", "has no id")
	} else {
		c.byID[t.ID] = int32(i)
	}
	if m := t.Minutes; m.Min < 0 || m.Likely < m.Min || m.Max < m.Likely || m.Max > MaxMinutes {
		c.refuse(i, "plan.minutes", "/minutes", "takes %s minutes, want min ≤ likely ≤ max, from 0 to %d", m, MaxMinutes)
	} else if m.Likely > 366*24*60 {
		c.warn("plan.year", fmt.Sprintf("/tasks/%d/minutes", i), "task %s takes %d minutes, which is more than a year", quoted(t.ID), m.Likely)
	}
	if t.Earliest != nil && (*t.Earliest < -MaxMoment || *t.Earliest > MaxMoment) {
		c.refuse(i, "plan.earliest", "/earliest", "may begin in minute %d, want up to %d", *t.Earliest, MaxMoment)
	}
	c.readAttendance(i, t)
	c.readState(i, t)
	c.readHeads(i, t)
	c.readOpening(i, t)
}

func (c *compiler) readAttendance(i int, t *Task) {
	switch t.Attend {
	case "", AttendAll, AttendNone:
		if t.AttendMinutes != 0 {
			c.refuse(i, "plan.attend", "/attend_minutes", "has attend_minutes without \"attend\": \"start\"")
		}
	case AttendStart:
		if t.AttendMinutes == 0 {
			c.refuse(i, "plan.attend", "/attend", "is attended at its start, but nothing says for how long: want \"attend_minutes\", or \"attend\": \"none\"")
		} else if t.AttendMinutes < 0 || t.AttendMinutes > MaxMinutes {
			c.refuse(i, "plan.attend", "/attend_minutes", "is attended for %d minutes, want 1 to %d", t.AttendMinutes, MaxMinutes)
		}
	default:
		c.refuse(i, "plan.attend", "/attend", "is attended %s, want all, start or none", quoted(string(t.Attend)))
	}
}

func (c *compiler) readState(i int, t *Task) {
	switch t.State {
	case "":
		if t.At != nil {
			c.refuse(i, "plan.state", "/at", "has a time but no state, want fixed, running or done")
		}
		return
	case StateFixed, StateRunning, StateDone:
	default:
		c.refuse(i, "plan.state", "/state", "is %s, want fixed, running or done", quoted(string(t.State)))
		return
	}
	switch {
	case t.At == nil:
		c.refuse(i, "plan.state", "/state", "is %s, but nothing says since when: want \"at\"", t.State)
	case *t.At < -MaxMoment || *t.At > MaxMoment:
		c.refuse(i, "plan.state", "/at", "begins in minute %d, want up to %d", *t.At, MaxMoment)
	case t.State != StateFixed && *t.At > c.start:
		c.refuse(i, "plan.state", "/at", "is %s, but begins in minute %d, after the start of the plan in minute %d", t.State, *t.At, c.start)
	}
}

func (c *compiler) readHeads(i int, t *Task) {
	for k, d := range t.Heads {
		part := fmt.Sprintf("/heads/%d", k)
		team, known := c.teams[d.Team]
		switch {
		case !known:
			c.refuse(i, "plan.unknown_team", part, "needs team %s, which is not there", quoted(d.Team)).Unknown = d.Team
		case c.asked[team] == int32(i+1):
			c.refuse(i, "plan.duplicate", part, "names team %s twice", quoted(d.Team))
		case d.Heads < 0 || d.Heads > MaxHeads:
			c.refuse(i, "plan.heads", part, "needs %d heads of team %s, want 0 to %d", d.Heads, quoted(d.Team), MaxHeads)
		case d.Heads > c.most[team] && t.State == "" && t.Attend != AttendNone && t.Minutes.Likely > 0:
			c.bad[i] = true
			c.crowd(Finding{Code: "plan.heads", Path: fmt.Sprintf("/tasks/%d%s", i, part), alike: alike{thing: "task", id: quoted(t.ID),
				one: fmt.Sprintf("needs %s of team %s, %s", heads(d.Heads), quoted(d.Team), c.atMost(team)), many: fmt.Sprintf("need %s of team %s, %s", heads(d.Heads), quoted(d.Team), c.atMost(team))}})
		}
		if known {
			c.asked[team] = int32(i + 1)
		}
	}
}

// atMost says how many heads a team has at its best; those it had before the plan starts help nobody.
func (c *compiler) atMost(team int) string {
	if most := c.most[team]; c.calls[team].most(minTime) > most {
		return fmt.Sprintf("which has %d at most from minute %d on", most, c.start)
	}
	return fmt.Sprintf("which never has more than %d", c.most[team])
}

func (c *compiler) readOpening(i int, t *Task) {
	if t.Opens == nil || t.Opens.Unknown {
		return
	}
	if !t.Opens.sane() {
		c.refuse(i, "plan.opens", "/opens", "opens in minute %s, want all of min ≤ likely ≤ max, up to %d", t.Opens.Range, MaxMoment)
	}
}

// sane says whether a gate can open then.
func (o *Opening) sane() bool {
	r := o.Range
	return o.Unknown || r.Min <= r.Likely && r.Likely <= r.Max && r.Min >= -MaxMoment && r.Max <= MaxMoment
}

// order links the tasks and gives those that can be planned in the order of [network].
func (c *compiler) order() []int32 {
	after := c.linkAll()
	waits := make([]int32, len(c.bad))
	for _, to := range after {
		for _, k := range to {
			waits[k]++
		}
	}
	var ready queue
	for i := range waits {
		if waits[i] == 0 {
			ready.IntSlice = append(ready.IntSlice, i)
		}
	}
	order := make([]int32, 0, len(waits))
	for ready.Len() > 0 {
		i := heap.Pop(&ready).(int)
		order = append(order, int32(i))
		for _, k := range after[i] {
			c.bad[k] = c.bad[k] || c.bad[i]
			if waits[k]--; waits[k] == 0 {
				heap.Push(&ready, int(k))
			}
		}
	}
	if len(order) < len(waits) {
		c.cycles(waits, after)
	}
	return slices.DeleteFunc(order, func(i int32) bool { return c.bad[i] })
}

// linkAll gives of each task those that wait for it.
func (c *compiler) linkAll() [][]int32 {
	after := make([][]int32, len(c.p.Tasks))
	for i := range c.p.Tasks {
		for k, l := range c.p.Tasks[i].After {
			part := fmt.Sprintf("/after/%d", k)
			before, known := c.byID[l.Task]
			if !known {
				c.refuse(i, "plan.unknown_task", part, "waits for %s, which is no task of the problem", quoted(l.Task)).Unknown = l.Task
				continue
			}
			if l.Lag < 0 || l.Lag > MaxMinutes {
				c.refuse(i, "plan.lag", part, "waits %d minutes after %s, want 0 to %d", l.Lag, quoted(l.Task), MaxMinutes)
				continue
			}
			after[before] = append(after[before], int32(i))
		}
	}
	return after
}

// queue gives the lowest place first.
type queue struct{ sort.IntSlice }

// Push adds a place; for package heap.
func (q *queue) Push(x any) { q.IntSlice = append(q.IntSlice, x.(int)) }

// Pop removes the last place; for package heap.
func (q *queue) Pop() any {
	last := len(q.IntSlice) - 1
	x := q.IntSlice[last]
	q.IntSlice = q.IntSlice[:last]
	return x
}
