package plan

// Shortage is a team that never has as many heads as some task needs at once: nothing but more people helps there.
type Shortage struct {
	Team  string
	Has   int64 // heads at most
	Needs int64 // of the task that needs most
}

// Shortages are those for which a plan leaves tasks out, in the order of the teams.
func (p *Problem) Shortages(made *Plan) []Shortage {
	out := make(map[string]bool, len(made.LeftOut))
	for _, id := range made.LeftOut {
		out[id] = true
	}
	needs := map[string]int64{}
	for i := range p.Tasks {
		if t := &p.Tasks[i]; out[t.ID] && t.State == "" && t.Attend != AttendNone && t.Minutes.Likely > 0 {
			for _, n := range t.Heads {
				needs[n.Team] = max(needs[n.Team], n.Heads)
			}
		}
	}
	var short []Shortage
	for i := range p.Teams {
		t := &p.Teams[i]
		if has := t.most(p.Start); has < needs[t.ID] {
			short = append(short, Shortage{Team: t.ID, Has: has, Needs: needs[t.ID]})
		}
		delete(needs, t.ID) // of an id that stands there twice the first one counts
	}
	return short
}

// Cost is what it costs that a service is back in a minute, in weight × minutes.
func (p *Problem) Cost(s *Service, back int64) int64 {
	n := network{factors: p.usable()}
	l := s.loss()
	return n.costOf(&l, back)
}
