package plan

import (
	"fmt"
	"slices"
)

func (c *change) gates() {
	heard := map[string]bool{}
	for k, g := range c.events.Opens {
		i, known := c.byID[g.Task]
		where, twice := fmt.Sprintf("/opens/%d", k), heard[g.Task]
		heard[g.Task] = true
		switch {
		case !known || c.was.Tasks[i].Opens == nil:
			c.find("plan.unknown_task", where+"/task", "there is no gate %s in the problem", quoted(g.Task)).Unknown = g.Task
		case twice:
			c.find("plan.duplicate", where+"/task", "gate %s was told of before", quoted(g.Task))
		case g.Opens == nil:
			c.find("plan.events_missing", where, "nothing says when gate %s opens: say when it opens, or \"unknown\"", quoted(g.Task))
		case !g.Opens.sane():
			c.find("plan.opens", where+"/opens", "gate %s opens in minute %s, want all of min ≤ likely ≤ max, up to minute %d", quoted(g.Task), g.Opens.Range, MaxMoment)
		default:
			c.Tasks[i].Opens = g.Opens
		}
	}
}

// teams takes the new calendars. A team that is not there yet comes in only if work waits for it: any other would change nothing, and is more likely a name mistyped.
func (c *change) teams() {
	heard := map[string]bool{}
	for k, t := range c.events.Teams {
		twice := heard[t.ID]
		heard[t.ID] = true
		switch i := c.team(t.ID); {
		case twice:
			c.find("plan.duplicate", fmt.Sprintf("/teams/%d/id", k), "team %s was told of before", quoted(t.ID))
		case i >= 0:
			if was := &c.Teams[i]; len(was.Shifts) > 0 && len(t.Shifts) == 0 {
				f := c.find("plan.events_team", fmt.Sprintf("/teams/%d", k), "team %s had shifts with up to %d heads and has %d round the clock now", quoted(t.ID), was.most(c.Start), t.Heads)
				f.Warning, f.Hint = true, "say \"heads\": [{\"team\": …, \"by\": 2}] for 2 more, or -1 for one fewer"
			}
			c.Teams[i] = t
		case c.needed(t.ID):
			c.Teams = append(c.Teams, t)
		default:
			c.find("plan.unknown_team", fmt.Sprintf("/teams/%d/id", k), "there is no team %s in the problem, and no task needs one", quoted(t.ID)).Unknown = t.ID
		}
	}
}

func (c *change) needed(team string) bool {
	return slices.ContainsFunc(c.Tasks, func(t Task) bool {
		return slices.ContainsFunc(t.Heads, func(n Need) bool { return n.Team == team })
	})
}

// heads adds what is told of each team to its calendar, all at once, since what takes heads away and what brings some may overlap.
func (c *change) heads() {
	of := map[string][]joining{}
	var teams []string
	for k, j := range c.events.Heads {
		if in, sane := c.joining(k, j); sane {
			if of[j.Team] == nil {
				teams = append(teams, j.Team)
			}
			of[j.Team] = append(of[j.Team], in)
		}
	}
	for _, id := range teams {
		c.join(id, of[id])
	}
}

// joining is a [Joined] that makes sense, and its place in the events.
type joining struct {
	from, until, by int64
	where           string
}

func (c *change) joining(k int, j Joined) (in joining, sane bool) {
	in = joining{from: c.Start, until: maxTime, where: fmt.Sprintf("/heads/%d", k)}
	if j.From != nil {
		in.from = *j.From
	}
	if j.Until != nil {
		in.until = *j.Until
	}
	switch {
	case c.team(j.Team) < 0 && !c.needed(j.Team):
		c.find("plan.unknown_team", in.where+"/team", "there is no team %s in the problem, and no task needs one", quoted(j.Team)).Unknown = j.Team
	case j.By == nil || *j.By == 0 || *j.By < -MaxHeads || *j.By > MaxHeads:
		c.find("plan.events_missing", in.where, "nothing says how many heads team %s has more: say \"by\", 2 for two more, -1 for one fewer, up to %d", quoted(j.Team), MaxHeads)
	case in.from >= in.until:
		c.find("plan.shift", in.where, "team %s has other heads from minute %d until minute %d: that is never", quoted(j.Team), in.from, in.until)
	case in.from < -MaxMoment || in.from > MaxMoment || j.Until != nil && in.until > MaxMoment:
		c.find("plan.shift", in.where, "team %s has other heads from minute %d until minute %d, want up to minute %d", quoted(j.Team), in.from, in.until, MaxMoment)
	default:
		in.by = *j.By
		return in, true
	}
	return in, false
}

func (c *change) team(id string) int {
	return slices.IndexFunc(c.Teams, func(t Team) bool { return t.ID == id })
}

// join writes a team's calendar anew, with heads on top of it. A calendar that makes no sense by itself stays as it is: whoever reads the plan is told what is wrong with it.
func (c *change) join(id string, more []joining) {
	i := c.team(id)
	if i < 0 {
		i = len(c.Teams)
		c.Teams = append(c.Teams, Team{ID: id})
	}
	line, left, sane := c.writtenOut(i)
	if !sane {
		c.find("plan.shift", more[0].where, "the calendar of team %s makes no sense by itself: mend it first", quoted(id))
		return
	}
	line, most := line.joined(more)
	team := line.team(id)
	switch {
	case most > MaxHeads:
		c.find("plan.heads", more[0].where, "team %s would have %d heads, at most %d", quoted(id), most, MaxHeads)
	case len(team.Shifts) > left:
		c.find("plan.shift", more[0].where, "team %s would have %d shifts, written out, and all teams together have at most %d", quoted(id), len(team.Shifts), MaxShifts)
	default:
		c.Teams[i] = team
	}
}

// writtenOut is the calendar of a team as the solver reads it, and how many shifts it may have beside those of all others.
func (c *change) writtenOut(i int) (line calendar, left int, sane bool) {
	others, alone, all := &compiler{network: &network{}}, &compiler{network: &network{}}, MaxShifts
	for k := range c.Teams {
		if k != i {
			others.shifts(k, &c.Teams[k], &all)
		}
	}
	left = all
	line = alone.shifts(i, &c.Teams[i], &all)
	return line, left, len(alone.findings) == 0 && c.Teams[i].Heads >= 0 && c.Teams[i].Heads <= MaxHeads
}

// joined is a calendar with heads on top of it, and the most it comes to. Never are there fewer than none.
func (c calendar) joined(more []joining) (sum calendar, most int64) {
	var turns []int64
	for _, h := range c {
		turns = append(turns, h.at)
	}
	for _, m := range more {
		if turns = append(turns, m.from); m.until < maxTime {
			turns = append(turns, m.until)
		}
	}
	slices.Sort(turns)
	k := 0
	for _, minute := range slices.Compact(turns) {
		for k+1 < len(c) && c[k+1].at <= minute {
			k++
		}
		heads := c[k].heads
		for _, m := range more {
			if m.from <= minute && minute < m.until {
				heads += m.by
			}
		}
		heads = max(0, heads)
		if most = max(most, heads); len(sum) == 0 || sum[len(sum)-1].heads != heads {
			sum = append(sum, headcount{minute, heads})
		}
	}
	return sum, most
}

// team is a team with that calendar, its shifts written out.
func (c calendar) team(id string) Team {
	last := len(c) - 1
	t := Team{ID: id, Heads: c[last].heads}
	for k, h := range c[:last] {
		s := Shift{From: max(h.at, -MaxMoment), Until: min(c[k+1].at, MaxMoment), Heads: h.heads}
		if s.Heads != t.Heads && s.From < s.Until {
			t.Shifts = append(t.Shifts, s)
		}
	}
	return t
}

// most is how many heads a team has at its best, from a minute on.
func (t *Team) most(from int64) int64 {
	most := t.Heads
	for _, s := range t.Shifts {
		if s.Until > from || s.Every > 0 {
			most = max(most, s.Heads)
		}
	}
	return most
}
