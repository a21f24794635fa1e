package plan

import (
	"cmp"
	"fmt"
	"slices"
)

// calendar is how many heads a team has when: from each minute to the next. The first minute is before everything.
type calendar []headcount

type headcount struct {
	at    int64
	heads int64
}

// most is how many heads there are at best from a minute on.
func (c calendar) most(from int64) int64 {
	most := int64(0)
	for k, h := range c {
		if k+1 == len(c) || c[k+1].at > from {
			most = max(most, h.heads)
		}
	}
	return most
}

// readTeams checks teams and writes their shifts out.
func (c *compiler) readTeams() {
	c.teams = make(map[string]int, len(c.p.Teams))
	c.calls, c.most, c.asked = make([]calendar, len(c.p.Teams)), make([]int64, len(c.p.Teams)), make([]int32, len(c.p.Teams))
	left := MaxShifts
	for i := range c.p.Teams {
		t := &c.p.Teams[i]
		if _, twice := c.teams[t.ID]; twice || t.ID == "" {
			c.find("plan.duplicate", fmt.Sprintf("/teams/%d/id", i), "the team id %s is empty or stands there twice: the first one counts", quoted(t.ID))
			continue
		}
		c.teams[t.ID] = i
		if t.Heads < 0 || t.Heads > MaxHeads {
			c.find("plan.heads", fmt.Sprintf("/teams/%d/heads", i), "team %s has %d heads, want 0 to %d: planned with none", quoted(t.ID), t.Heads, MaxHeads)
			c.calls[i] = calendar{{minTime, 0}}
			continue
		}
		c.calls[i] = c.shifts(i, t, &left)
		c.most[i] = c.calls[i].most(c.start)
	}
}

// shifts writes a team's shifts out into one line of time, as many as are left of those of all teams.
func (c *compiler) shifts(i int, t *Team, left *int) calendar {
	cut := false
	var all []Shift
	for k, s := range t.Shifts {
		where := fmt.Sprintf("/teams/%d/shifts/%d", i, k)
		switch {
		case s.From >= s.Until || s.From < -MaxMoment || s.Until > MaxMoment:
			c.find("plan.shift", where, "a shift of team %s goes from minute %d to minute %d: it is not planned with", quoted(t.ID), s.From, s.Until)
		case s.Heads < 0 || s.Heads > MaxHeads:
			c.find("plan.heads", where, "a shift of team %s has %d heads, want 0 to %d: it is not planned with", quoted(t.ID), s.Heads, MaxHeads)
		case s.Every < 0 || s.Every > 0 && s.Every < s.Until-s.From:
			c.find("plan.shift", where, "a shift of team %s lasts %d minutes and comes every %d: it is not planned with", quoted(t.ID), s.Until-s.From, s.Every)
		default:
			for n := int64(0); n == 0 || s.Every > 0 && n*s.Every < CalendarFor; n++ {
				if *left == 0 {
					cut = true
					break
				}
				*left--
				all = append(all, Shift{From: s.From + n*s.Every, Until: s.Until + n*s.Every, Heads: s.Heads})
			}
		}
	}
	if cut {
		c.find("plan.shift", fmt.Sprintf("/teams/%d/shifts", i), "shifts of team %s beyond %d are not planned with: all teams together have at most %d", quoted(t.ID), len(all), MaxShifts)
	}
	slices.SortStableFunc(all, func(a, b Shift) int { return cmp.Compare(a.From, b.From) })
	return c.line(i, t, all)
}

func (c *compiler) line(i int, t *Team, shifts []Shift) calendar {
	line := calendar{{minTime, t.Heads}}
	end := int64(minTime)
	for _, s := range shifts {
		if s.From < end {
			c.find("plan.shift", fmt.Sprintf("/teams/%d/shifts", i), "two shifts of team %s overlap in minute %d: the first one counts until it ends", quoted(t.ID), s.From)
			if s.From = end; s.From >= s.Until {
				continue
			}
		}
		line = append(line.until(s.From), headcount{s.From, s.Heads}, headcount{s.Until, t.Heads})
		end = s.Until
	}
	return line
}

// until is the line without what would begin in that minute, where the next shift follows at once.
func (c calendar) until(minute int64) calendar {
	if c[len(c)-1].at == minute {
		return c[:len(c)-1]
	}
	return c
}

// profiles puts the teams into profiles, as many as four into one where tasks mostly need several teams at once, else one each. Only speed depends on it.
func (c *compiler) profiles() (lanesOf []int) {
	teams, tasks := 0, 0
	for i := range c.p.Tasks {
		if k := len(c.p.Tasks[i].Heads); k > 0 {
			teams, tasks = teams+k, tasks+1
		}
	}
	step := lanes // one team per profile: each gets a word of its own
	if teams >= 2*tasks {
		step = 1
	}
	lanesOf = make([]int, len(c.calls))
	for i := range lanesOf {
		lanesOf[i] = i * step
	}
	for i := 0; i < len(c.calls); i += lanes / step {
		p, drops := merged(c.calls[i:min(i+lanes/step, len(c.calls))])
		c.base, c.drops = append(c.base, p), append(c.drops, drops)
	}
	return lanesOf
}

// merged enters the lines of time of up to four teams into one profile, walking along all of them at once, and finds the minutes in which heads fall away.
func merged(lines []calendar) (p profile, drops []drop) {
	turns := []int64{minTime}
	for _, line := range lines {
		for _, h := range line {
			turns = append(turns, h.at)
		}
	}
	slices.Sort(turns)
	var at [lanes]int
	for _, minute := range slices.Compact(turns) {
		heads, falls := guards, uint64(0)
		for team, line := range lines {
			if k := at[team]; k+1 < len(line) && line[k+1].at == minute {
				if at[team]++; line[k+1].heads < line[k].heads {
					falls |= lane(team, 0x7fff)
				}
			}
			if len(line) > 0 {
				heads |= lane(team, line[at[team]].heads)
			}
		}
		p.at, p.free = append(p.at, minute), append(p.free, heads)
		if falls != 0 {
			drops = append(drops, drop{minute, falls})
		}
	}
	p.at, p.free = append(p.at, maxTime), append(p.free, guards)
	return p, drops
}
