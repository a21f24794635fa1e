package plan

import (
	"cmp"
	"slices"
)

// Relief is what one more head of a team would save, whenever it has any. It is not the load that tells: a team may be busy with what nobody waits for.
type Relief struct {
	Team     string
	Services int   // that come back only then
	Saved    int64 // of the objective: of the services that come back in any case
	Of       int64 // the objective without it; of a makespan, minutes from the problem's start
}

// Reliefs plans again from the order of a plan, once as it is and once for each team with one more head, with as many schedules each, and gives the teams that would help, the best first.
// It gives none where that would take long: [reliefTasks].
func (p *Problem) Reliefs(made *Plan) []Relief {
	teams := p.scarce()
	schedules := min(reliefSchedules, reliefWork/max(1, len(p.Tasks)*(len(teams)+1)))
	if len(teams) == 0 || schedules == 0 || len(p.Tasks) > reliefTasks {
		return nil
	}
	o := Options{Kind: made.Objective.Kind, Schedules: schedules, Seed: made.Seed}
	base, _, _, err := Replan(p, made, o, Notice{})
	if err != nil {
		return nil // it was said when the plan was made
	}
	var all []Relief
	for _, i := range teams {
		q := *p
		q.Teams = slices.Clone(p.Teams)
		q.Teams[i] = p.Teams[i].oneMore()
		with, _, _, err := Replan(&q, made, o, Notice{})
		if err != nil {
			continue
		}
		if r := p.relief(p.Teams[i].ID, base, with); r.Services > 0 || r.Saved > 0 {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b Relief) int {
		return cmp.Or(cmp.Compare(b.Services, a.Services), cmp.Compare(b.Saved, a.Saved))
	})
	return all
}

// relief compares a plan with one that has a head more.
func (p *Problem) relief(team string, base, with *Plan) Relief {
	r := Relief{Team: team, Of: base.Objective.Value}
	for i := range p.Services {
		s := &p.Services[i]
		before, dated := base.Back[s.ID]
		after, dates := with.Back[s.ID]
		_, waited := base.Waiting[s.ID]
		_, waits := with.Waiting[s.ID]
		switch {
		case dated && dates && base.Objective.Kind != KindMakespan:
			r.Saved += p.Cost(s, before) - p.Cost(s, after)
		case (dates || waits) && !dated && !waited:
			r.Services++
		}
	}
	if base.Objective.Kind == KindMakespan {
		r.Of = base.Makespan - p.Start
		if len(with.LeftOut) == len(base.LeftOut) { // who does more is not done sooner
			r.Saved = base.Makespan - with.Makespan
		}
	}
	return r
}

// scarce are the places of the teams that have people and something to do for them.
func (p *Problem) scarce() []int {
	busy := map[string]bool{}
	for i := range p.Tasks {
		if t := &p.Tasks[i]; t.State != StateDone && t.Attend != AttendNone && t.Minutes.Likely > 0 {
			for _, n := range t.Heads {
				busy[n.Team] = true
			}
		}
	}
	var teams []int
	for i := range p.Teams {
		if t := &p.Teams[i]; busy[t.ID] && t.most(p.Start) > 0 {
			teams = append(teams, i)
		}
		delete(busy, p.Teams[i].ID) // of an id that stands there twice the first one counts
	}
	return teams
}

// oneMore is the team with one more head whenever it has any.
func (t *Team) oneMore() Team {
	more := func(heads int64) int64 {
		if heads > 0 && heads < MaxHeads {
			heads++
		}
		return heads
	}
	u := *t
	u.Heads, u.Shifts = more(t.Heads), slices.Clone(t.Shifts)
	for k := range u.Shifts {
		u.Shifts[k].Heads = more(u.Shifts[k].Heads)
	}
	return u
}
