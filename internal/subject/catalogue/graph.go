package catalogue

import "slices"

// graph is the dense form of all cells and needs. Cells are numbered environment by environment; needs are grouped, a group being met while one member works.
// Compressed rows: the groups of cell c are groupFrom[c]:groupFrom[c+1], the members of group g are to[memberFrom[g]:memberFrom[g+1]],
// the groups that cell c is a member of are userGroup[userFrom[c]:userFrom[c+1]].
type graph struct {
	cells      []CellID
	byID       map[CellID]int32
	service    []int32
	env        []int32
	envFrom    []int32 // cells of environment e are envFrom[e]:envFrom[e+1]
	groupFrom  []int32
	groupCell  []int32
	soft       []bool
	memberFrom []int32
	to         []int32
	userFrom   []int32
	userGroup  []int32
	customers  [][]int32 // per environment, indices of its customers
}

// build makes the cells by rule, resolves every need, and fills the catalogue's indices.
func (l *loader) build() {
	l.indexNouns()
	g := &l.cat.graph
	if !l.makeCells(g) {
		return
	}
	l.link(g)
	g.turn()
}

func (l *loader) indexNouns() {
	c := l.cat
	c.index = map[Ref]int{}
	note := func(k RefKind, i int, id string) { c.index[NewRef(k, id)] = i }
	each(c.Sites, func(i int, v *Site) { note(RefSite, i, v.ID) })
	each(c.Profiles, func(i int, v *Profile) { note(RefProfile, i, v.ID) })
	each(c.Environments, func(i int, v *Environment) { note(RefEnv, i, v.ID) })
	each(c.Services, func(i int, v *Service) { note(RefService, i, v.ID) })
	each(c.Customers, func(i int, v *Customer) { note(RefCustomer, i, v.ID) })
	each(c.Hosts, func(i int, v *Host) { note(RefHost, i, v.ID) })
	each(c.Teams, func(i int, v *Team) { note(RefTeam, i, v.ID) })
	each(c.Stakeholders, func(i int, v *Stakeholder) { note(RefStakeholder, i, v.ID) })
	each(c.Contacts, func(i int, v *Contact) { note(RefContact, i, v.ID) })
	each(c.GateSets, func(i int, v *GateSet) { note(RefGateSet, i, v.ID) })
	note(RefProvider, 0, c.Provider.ID)
}

func each[T any](list []T, f func(int, *T)) {
	for i := range list {
		f(i, &list[i])
	}
}

// makeCells applies the rules; false when they would make more cells than allowed.
func (l *loader) makeCells(g *graph) bool {
	c := l.cat
	g.byID, g.envFrom = map[CellID]int32{}, make([]int32, 1, len(c.Environments)+1)
	runs := make([]bool, len(c.Services))
	for e := range c.Environments {
		for s := range c.Services {
			if !c.Services[s].RunsIn.Matches(&c.Environments[e]) || c.Services[s].RunsIn.empty() {
				continue
			}
			if len(g.cells) == maxCells {
				l.fail(l.where[NewRef(RefService, c.Services[s].ID)], "too_many", "narrow a rule runs_in", "the rules make more than %d cells", maxCells)
				return false
			}
			id := NewCellID(c.Services[s].ID, c.Environments[e].ID)
			g.byID[id] = int32(len(g.cells))
			g.cells, g.service, g.env = append(g.cells, id), append(g.service, int32(s)), append(g.env, int32(e))
			runs[s] = true
		}
		g.envFrom = append(g.envFrom, int32(len(g.cells)))
		g.customers = append(g.customers, customerIndices(c, &c.Environments[e]))
	}
	for s, r := range runs {
		if !r && len(l.unread) == 0 {
			l.warn(l.where[NewRef(RefService, c.Services[s].ID)], "runs_nowhere", "correct its rule runs_in, or remove it", "service %s runs in no environment", c.Services[s].ID)
		}
	}
	return true
}

func (r RunsIn) empty() bool {
	return len(r.Kind)+len(r.Profile)+len(r.Site)+len(r.Zone)+len(r.Env) == 0
}

func customerIndices(c *Catalogue, e *Environment) []int32 {
	var out []int32
	for _, id := range e.Customers {
		if i, ok := c.index[NewRef(RefCustomer, id)]; ok {
			out = append(out, int32(i))
		}
	}
	return out
}

// resolver finds the cell that meets a need: in the same environment, else in the shared ones of its site, else in the provider's.
type resolver struct {
	own      map[[2]int32]int32 // environment, service
	shared   map[siteService][]int32
	provider map[int32][]int32
}

type siteService struct {
	site    string
	service int32
}

func newResolver(c *Catalogue, g *graph) resolver {
	r := resolver{make(map[[2]int32]int32, len(g.cells)), map[siteService][]int32{}, map[int32][]int32{}}
	for i := range g.cells {
		e, s := &c.Environments[g.env[i]], g.service[i]
		r.own[[2]int32{g.env[i], s}] = int32(i)
		switch e.Kind {
		case EnvShared:
			k := siteService{e.Site, s}
			r.shared[k] = append(r.shared[k], int32(i))
		case EnvProvider:
			r.provider[s] = append(r.provider[s], int32(i))
		}
	}
	return r
}

// find gives the candidates at the first step that has any; one is an answer, several are a fault.
func (r resolver) find(env int32, site string, service int32) []int32 {
	if i, ok := r.own[[2]int32{env, service}]; ok {
		return []int32{i}
	}
	if list := r.shared[siteService{site, service}]; len(list) > 0 {
		return list
	}
	return r.provider[service]
}

// link resolves the needs of every cell.
func (l *loader) link(g *graph) {
	c := l.cat
	r := newResolver(c, g)
	groups, members := l.compile()
	var faults []*unresolved
	g.groupFrom, g.memberFrom = append(g.groupFrom, 0), append(g.memberFrom, 0)
	for i := range g.cells {
		s, e := g.service[i], g.env[i]
		for k, grp := range groups[s] {
			for m, need := range members[s][k] {
				found := r.find(e, c.Environments[e].Site, need)
				if len(found) != 1 {
					faults = noteUnresolved(faults, c, g, c.Services[s].ID, grp.members[m], e, found)
					continue
				}
				g.to = append(g.to, found[0])
			}
			g.memberFrom, g.soft, g.groupCell = append(g.memberFrom, int32(len(g.to))), append(g.soft, grp.soft), append(g.groupCell, int32(i))
		}
		g.groupFrom = append(g.groupFrom, int32(len(g.soft)))
		if len(g.to) > maxEdges {
			l.fail(l.where[NewRef(RefService, c.Services[s].ID)], "too_many", "narrow a rule runs_in", "all cells together have more than %d needs", maxEdges)
			return
		}
	}
	for _, u := range faults {
		l.reportUnresolved(u)
	}
}

// compile turns the needs of each service into indices, leaving out what does not exist, which is reported as dangling.
func (l *loader) compile() (groups [][]group, members [][][]int32) {
	for i := range l.cat.Services {
		var gs []group
		var ms [][]int32
		for _, g := range l.cat.Services[i].Needs.groups() {
			known, idx := group{soft: g.soft}, []int32(nil)
			for _, m := range g.members {
				if j, ok := l.cat.index[NewRef(RefService, m)]; ok {
					known.members, idx = append(known.members, m), append(idx, int32(j))
				}
			}
			if len(idx) > 0 {
				gs, ms = append(gs, known), append(ms, idx)
			}
		}
		groups, members = append(groups, gs), append(members, ms)
	}
	return groups, members
}

func noteUnresolved(list []*unresolved, c *Catalogue, g *graph, service, need string, env int32, found []int32) []*unresolved {
	same := func(u *unresolved) bool {
		return u.service == service && u.need == need && (u.candidates == nil) == (len(found) == 0)
	}
	if i := slices.IndexFunc(list, same); i >= 0 {
		list[i].count++
		return list
	}
	if len(list) > maxFindings {
		return list
	}
	u := &unresolved{service: service, need: need, env: c.Environments[env].ID, count: 1}
	for _, i := range found {
		u.candidates = append(u.candidates, g.cells[i])
	}
	return append(list, u)
}

// turn fills the reverse rows: which groups a cell is a member of.
func (g *graph) turn() {
	g.userFrom = make([]int32, len(g.cells)+1)
	for _, t := range g.to {
		g.userFrom[t+1]++
	}
	for i := range g.cells {
		g.userFrom[i+1] += g.userFrom[i]
	}
	next := slices.Clone(g.userFrom)
	g.userGroup = make([]int32, len(g.to))
	for grp := range g.soft {
		for _, t := range g.to[g.memberFrom[grp]:g.memberFrom[grp+1]] {
			g.userGroup[next[t]] = int32(grp)
			next[t]++
		}
	}
}

// members of a group, as cell numbers.
func (g *graph) members(group int32) []int32 {
	return g.to[g.memberFrom[group]:g.memberFrom[group+1]]
}

// users are the groups that a cell is a member of.
func (g *graph) users(cell int32) []int32 {
	return g.userGroup[g.userFrom[cell]:g.userFrom[cell+1]]
}
