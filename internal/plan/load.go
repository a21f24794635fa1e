package plan

import (
	"cmp"
	"slices"
)

// Load says how much of what a team could do a plan makes use of, from the problem's start until everything with a date is over, in minutes of one head.
type Load struct {
	Team string
	Work int64 // what it is planned to do
	Room int64 // what it could do by its calendar
}

// Loads are the loads of all teams that have work, the busiest first: what it is short of keeps everybody waiting.
func (p *Problem) Loads(made *Plan) []Load {
	work := map[string]int64{}
	for _, t := range p.OwnTasks() {
		start, dated := made.Start[t.ID]
		if !dated {
			continue
		}
		busy, _ := made.Placed(t, start, p.Start)
		for _, n := range t.Heads {
			work[n.Team] += n.Heads * worked(busy, p.Start)
		}
	}
	c := &compiler{network: &network{problem: p}, p: p} // its findings were told when the plan was made
	c.readTeams()
	var loads []Load
	for i, t := range p.Teams {
		if room := c.calls[i].room(p.Start, made.Makespan); work[t.ID] > 0 && room > 0 && c.teams[t.ID] == i {
			loads = append(loads, Load{Team: t.ID, Work: work[t.ID], Room: room})
		}
	}
	slices.SortStableFunc(loads, func(a, b Load) int {
		return cmp.Compare(float64(b.Work)/float64(b.Room), float64(a.Work)/float64(a.Room)) // for people to read: nothing is decided by it
	})
	return loads
}

// room is how much a team can do between two minutes.
func (c calendar) room(from, until int64) (sum int64) {
	for k, h := range c {
		end := until
		if k+1 < len(c) {
			end = min(end, c[k+1].at)
		}
		sum += h.heads * max(0, end-max(h.at, from))
	}
	return sum
}

// Placed says of a task that begins in a minute of the plan, made in minute now, when it keeps its heads and when it is over. What runs is not over before now.
func (p *Plan) Placed(t *Task, start, now int64) (busy []Span, over int64) {
	minutes := t.Minutes.Likely
	if t.State == StateRunning {
		minutes = max(minutes, now-start)
	}
	held := minutes
	switch t.Attend {
	case AttendNone:
		held = 0
	case AttendStart:
		held = min(held, t.AttendMinutes)
	}
	if pieces := p.Pieces[t.ID]; len(pieces) > 0 {
		return slices.Clone(pieces), pieces[len(pieces)-1].Until + minutes - held
	}
	return []Span{{From: start, Until: start + held}}, start + minutes
}
