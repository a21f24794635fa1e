package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// check judges what needs more than one record. It runs even when single records are faulty, so that one look shows everything; it only judges what is known.
func (l *loader) check() {
	l.customerEnvironments()
	l.checkRefs(func(k RefKind) bool { return k != RefCell })
	l.checkZones()
	l.checkServices()
	l.checkCycles()
	l.checkRTO()
	l.build()
	l.checkRefs(func(k RefKind) bool { return k == RefCell })
	if c := l.cat.Provider.Customer; c != "" {
		l.checkProvider(c)
	}
}

// customerEnvironments makes the environment of each customer that has a profile.
func (l *loader) customerEnvironments() {
	profiles := map[string]Profile{}
	for _, f := range l.cat.Profiles {
		profiles[f.ID] = f
	}
	for _, c := range l.cat.Customers {
		f, ok := profiles[c.Profile]
		if !ok {
			continue
		}
		id := l.claim(RefEnv, c.ID, l.where[NewRef(RefCustomer, c.ID)])
		if id == "" {
			continue
		}
		l.cat.Environments = append(l.cat.Environments, Environment{
			ID: id, Name: Text{c.Name, c.Name}, Kind: EnvCustomer, Profile: f.ID, Site: f.Site, Zone: f.Zone, Customers: []string{c.ID},
		})
	}
}

// checkRefs looks up the references whose kind is asked for.
func (l *loader) checkRefs(asked func(RefKind) bool) {
	known := map[RefKind][]string{}
	for _, q := range l.pending {
		if !asked(q.kind) || l.exists(q) || l.unreadable(q.kind) {
			continue
		}
		if known[q.kind] == nil {
			known[q.kind] = l.known(q.kind)
		}
		hint := ""
		if len(l.findings) < maxFindings {
			hint = suggest(q.id, known[q.kind])
		}
		l.fail(q.at, "dangling", hint, "%s %s does not exist", noun(q.kind), clip(q.id))
	}
}

func (l *loader) exists(q pending) bool {
	if q.kind == RefCell {
		_, ok := l.cat.graph.byID[CellID(q.id)]
		return ok
	}
	return l.ids[q.kind][strings.ToLower(q.id)] == q.id
}

// unreadable says that what a reference points at may stand in a file that could not be read.
func (l *loader) unreadable(k RefKind) bool {
	switch k {
	case RefCell:
		return len(l.unread) > 0
	case RefEnv:
		return l.unread["environments"] || l.unread["customers"] || l.unread["profiles"]
	case RefGateSet:
		return l.unread["gates"]
	}
	return l.unread[string(k)+"s"]
}

func (l *loader) known(k RefKind) []string {
	const enough = 5000 // a nearest word among more costs more than it helps
	out := slices.Sorted(maps.Values(l.ids[k]))
	if k == RefCell {
		out = texts(l.cat.graph.cells)
	}
	return out[:min(len(out), enough)]
}

// noun is the kind as a message says it.
func noun(k RefKind) string {
	switch k {
	case RefEnv:
		return "environment"
	case RefGateSet:
		return "gate set"
	}
	return string(k)
}

// checkZones asks that environments and profiles lie in a zone of their site, and rules name zones that exist.
func (l *loader) checkZones() {
	zones, all := map[string][]string{}, []string{}
	for _, s := range l.cat.Sites {
		zones[s.ID] = s.Zones
		all = append(all, s.Zones...)
	}
	for _, f := range l.cat.Profiles {
		l.checkZone(l.at["profile "+f.ID], f.Site, f.Zone, zones)
	}
	for _, e := range l.cat.Environments {
		if e.Profile == "" {
			l.checkZone(l.at["env "+e.ID], e.Site, e.Zone, zones)
		}
	}
	for _, s := range l.cat.Services {
		for _, z := range s.RunsIn.Zone {
			if !slices.Contains(all, z) {
				l.fail(l.where[NewRef(RefService, s.ID)], "dangling", suggest(z, all), "zone %s in runs_in of %s does not exist", clip(z), s.ID)
			}
		}
	}
}

func (l *loader) checkZone(at pos, site, zone string, zones map[string][]string) {
	if list, ok := zones[site]; ok && zone != "" && !slices.Contains(list, zone) {
		l.fail(at, "dangling", suggest(zone, list), "site %s has no zone %s", site, clip(zone))
	}
}

// checkServices asks that the proof of a service can be had from its own probes, and that ids of probes and steps are unique within it.
func (l *loader) checkServices() {
	for _, s := range l.cat.Services {
		at := l.where[NewRef(RefService, s.ID)]
		deepEnough := func(b Probe) bool { return b.Kind == s.Proof.Kind && b.Depth >= s.Proof.Depth }
		if s.Proof.Kind != "" && !slices.ContainsFunc(s.Probes, deepEnough) {
			l.fail(at, "proof", "add such a probe, or lower the proof", "service %s has no probe of kind %s at depth %d", s.ID, s.Proof.Kind, s.Proof.Depth)
		}
		var steps []string
		for _, st := range s.Restore {
			steps = append(steps, st.ID)
		}
		l.unique(at, "probe", probeIDs(s.Probes))
		l.unique(at, "restore step", steps)
	}
	for _, h := range l.cat.Hosts {
		l.unique(l.where[NewRef(RefHost, h.ID)], "probe", probeIDs(h.Probes))
	}
}

func probeIDs(list []Probe) []string {
	var out []string
	for _, b := range list {
		out = append(out, b.ID)
	}
	return out
}

func (l *loader) unique(at pos, what string, ids []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		low := strings.ToLower(id)
		if id != "" && seen[low] {
			l.fail(at, "id_duplicate", "ids are unique, whether in capitals or not", "%s %s stands here twice", what, clip(id))
		}
		seen[low] = true
	}
}

// checkCycles names every circle of hard needs that a walk through the services closes. A rule gives a service the same needs in every environment,
// so a circle of services is one of cells, and none of them could ever be started first. Circles through soft or any-of needs can be broken.
func (l *loader) checkCycles() {
	at := map[string]int{}
	for i, s := range l.cat.Services {
		at[s.ID] = i
	}
	const white, grey, black = 0, 1, 2
	colour := make([]int, len(l.cat.Services))
	var path []int
	var walk func(int)
	walk = func(i int) {
		colour[i] = grey
		path = append(path, i)
		for _, need := range l.cat.Services[i].Needs.Hard {
			j, known := at[need]
			switch {
			case !known || colour[j] == black:
			case colour[j] == grey:
				l.cycle(path[slices.Index(path, j):])
			default:
				walk(j)
			}
		}
		path = path[:len(path)-1]
		colour[i] = black
	}
	for i := range colour {
		if colour[i] == white {
			walk(i)
		}
	}
}

// cycle reports one circle, begun at the service that stands first in the files.
func (l *loader) cycle(members []int) {
	first := slices.Index(members, slices.Min(members))
	names := make([]string, 0, len(members)+1)
	for k := range members {
		names = append(names, l.cat.Services[members[(first+k)%len(members)]].ID)
	}
	names = append(names, names[0])
	l.fail(l.at[names[0]+" need "+names[1]], "cycle", "make one of these needs soft, or name an alternative under any", "hard needs run in a circle: %s", strings.Join(names, " → "))
}

// checkRTO warns when a service is agreed to be back before something that it cannot do without.
func (l *loader) checkRTO() {
	rto := map[string]int{}
	for _, s := range l.cat.Services {
		rto[s.ID] = s.RTO
	}
	for _, s := range l.cat.Services {
		for _, g := range s.Needs.groups() {
			need, soonest := "", 0
			for _, m := range g.members {
				if r := rto[m]; r > 0 && (need == "" || r < soonest) {
					need, soonest = m, r
				}
			}
			if !g.soft && s.RTO > 0 && soonest > s.RTO {
				l.warn(l.at[s.ID+" need "+need], "rto", "agree a later RTO, plan an interim, or bring the need forward",
					"service %s is agreed for %dh but cannot work before %s, agreed for %dh", s.ID, s.RTO, need, soonest)
			}
		}
	}
}

func (l *loader) checkProvider(customer string) {
	for _, c := range l.cat.Customers {
		if c.ID == customer && c.Class != ClassInternal {
			l.fail(l.where[NewRef(RefCustomer, c.ID)], "value", "give it class internal", "customer %s stands for the provider itself but is of class %s", c.ID, c.Class)
		}
	}
}

// unresolved reports a need that finds no cell, or several, once per service and need, with the first environment and the number of all.
type unresolved struct {
	service, need, env string
	candidates         []CellID
	count              int
}

func (l *loader) reportUnresolved(u *unresolved) {
	if len(l.unread) > 0 {
		return
	}
	at, where := l.at[u.service+" need "+u.need], "in "+u.env
	if u.count > 1 {
		where = fmt.Sprintf("in %s and %d more", u.env, u.count-1)
	}
	if u.candidates == nil {
		l.fail(at, "need_unresolved", "let it run there, in the site's shared environment or in the provider's", "%s needs %s, which runs neither %s nor where it could be found from there", u.service, u.need, where)
		return
	}
	l.fail(at, "need_ambiguous", "only one shared environment of a site, or one of the provider, may run it", "%s needs %s, which could be %s (%s)", u.service, u.need, strings.Join(texts(u.candidates), " or "), where)
}
