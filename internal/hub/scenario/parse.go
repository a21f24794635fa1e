package scenario

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// parsing turns the file into nouns. Steps are read in the order of the file, and each may refer only to what stands before it: so there are no cycles.
type parsing struct {
	reading
	s *Scenario

	measures  map[string]bool // ids that steps have given so far
	plans     map[string]bool
	planSteps map[string]bool          // PLAN/STEP
	due       map[string]time.Duration // of the steps so far
	drafts    map[string]bool          // steps so far that lead to an order
	last      string                   // the step before
	incident  pos                      // where the incident is opened
}

// Parse reads a scenario. All that is wrong is said at once; with an error among the findings the scenario is nil. file is the name in the findings.
func Parse(file string, data []byte) (*Scenario, []fault.Finding) {
	p := &parsing{reading: reading{file: file}, s: &Scenario{file: file}, measures: map[string]bool{}, plans: map[string]bool{},
		planSteps: map[string]bool{}, due: map[string]time.Duration{}, drafts: map[string]bool{}}
	if body := p.document(data); body != nil {
		p.scenario(body)
	}
	findings := p.done()
	if fault.HasErrors(findings) {
		return nil, findings
	}
	slices.SortStableFunc(p.s.Steps, func(a, b Step) int { return cmp.Compare(a.Due, b.Due) })
	return p.s, findings
}

func (p *parsing) scenario(body ast.Node) {
	m := p.record(body)
	if m == nil {
		return
	}
	m.word("format", []string{Format}, true)
	p.s.Name, p.s.Title, p.s.Start = m.id("name", true), m.text("title", true), p.start(m)
	p.s.Catalogue = m.str("catalogue", true)
	p.stage(m)
	m.records("people", maxPeople, true, p.takesPart)
	m.records("steps", maxSteps, true, p.step)
	m.end()
	if len(p.s.Hosts) > 0 && !slices.ContainsFunc(p.s.People, func(x Person) bool { return x.is(access.Approver) }) {
		p.fail(m.place("people"), "no_approver", "give one person the role approver", "nobody can approve anything, so the agents of the stage would obey nobody")
	}
	if p.s.Incident == "" {
		p.fail(m.at, "no_incident", "add a step with do: open_incident", "nobody opens the incident")
	}
}

func (p *parsing) start(m *record) time.Time {
	s := m.str("start", true)
	t, err := time.Parse(time.RFC3339, s)
	if s != "" && err != nil {
		p.fail(m.place("start"), "value", "write 2026-11-03T04:10:00+01:00", "key start does not take %q", clip(s))
	}
	return t.UTC()
}

func (p *parsing) stage(m *record) {
	stage := m.sub("stage", true)
	if stage == nil {
		return
	}
	hosts, at := stage.strs("hosts", true)
	stage.end()
	if len(hosts) > maxHosts {
		p.fail(stage.place("hosts"), "too_many", "", "the stage has %d hosts, at most %d", len(hosts), maxHosts)
	}
	for n, h := range hosts {
		if slices.Contains(hosts[:n], h) {
			p.fail(at[n], "duplicate", "remove one", "host %s stands here twice", h)
		}
		p.refer(at[n], catalogue.RefHost, h)
	}
	p.s.Hosts = hosts
}

func (p *parsing) takesPart(m *record) {
	x := Person{ID: m.id("id", true), Name: m.str("name", true), Organisation: m.str("organisation", false)}
	if x.Customer = m.id("customer", false); x.Customer != "" {
		p.refer(m.place("customer"), catalogue.RefCustomer, x.Customer)
	}
	roles, at := m.strs("roles", true)
	for n, r := range roles {
		if !slices.Contains(access.Roles, access.Role(r)) {
			p.fail(at[n], "value", "known are "+strings.Join(words(access.Roles), ", "), "there is no role %q", clip(r))
		}
		x.Roles = append(x.Roles, access.Role(r))
	}
	for _, other := range p.s.People {
		if strings.EqualFold(other.ID, x.ID) {
			p.fail(m.place("id"), "duplicate", "ids are unique, whether in capitals or not", "person %s takes part already", x.ID)
		}
	}
	p.s.People = append(p.s.People, x)
}

func (p *parsing) step(m *record) {
	s := Step{ID: m.id("id", true), Title: m.text("title", true), Who: p.person(m, "who"), Ago: m.span("ago", false)}
	for id := range p.due {
		if strings.EqualFold(id, s.ID) {
			p.fail(m.place("id"), "duplicate", "ids are unique, whether in capitals or not", "step %s exists already", id)
		}
	}
	s.Due = p.when(m)
	if read, ok := deeds[m.word("do", Deeds(), true)]; ok {
		s.Do = p.with(m, read)
	} else {
		m.asked = append(m.asked, "with") // what it takes nobody can say
	}
	for _, n := range m.list("expect", maxExpect, false) {
		if e := p.expectation(n); e != nil {
			s.Expect = append(s.Expect, e)
		}
	}
	switch s.Do.(type) {
	case ProposeCut, ProposeOpen:
		p.drafts[s.ID] = true
	default: // leads to no order
	}
	if s.ID != "" {
		p.due[s.ID], p.last = s.Due, s.ID
	}
	p.s.Steps = append(p.s.Steps, s)
}

// with reads the parameters of a deed.
func (p *parsing) with(m *record, read func(*parsing, *record) Deed) Deed {
	with := m.sub("with", true)
	if with == nil {
		return nil
	}
	defer with.end()
	return read(p, with)
}

// when says when the step is due: at a time after the start, or some time after other steps; without either, after the step before it.
func (p *parsing) when(m *record) time.Duration {
	if m.has("at") {
		if m.has("after") || m.has("delay") {
			p.fail(m.place("at"), "when", "leave at: or after: and delay: out", "a step has either at:, or after: and delay:")
		}
		return m.span("at", true)
	}
	due := p.due[p.last]
	if m.has("after") {
		due = 0
		ids, at := m.strs("after", true)
		for n, id := range ids {
			d, ok := p.due[id]
			if !ok {
				p.fail(at[n], "unknown_step", "a step can only follow one that stands before it", "there is no step %q before this one", clip(id))
			}
			due = max(due, d)
		}
	}
	if due += m.span("delay", false); due > maxSpan {
		p.fail(m.at, "when", "", "the step is due more than %s after the start", maxSpan)
	}
	return due
}

// refer notes a reference to be checked against the catalogue.
func (p *parsing) refer(at pos, kind catalogue.RefKind, id string) {
	if id == "" {
		return
	}
	ref, err := catalogue.ParseRef(string(catalogue.NewRef(kind, id)))
	if err != nil {
		p.fail(at, "reference", "", "%q is not the id of a %s", clip(id), kind)
		return
	}
	p.s.refs = append(p.s.refs, referred{at, ref})
}

// ref reads a reference of one kind.
func (p *parsing) ref(m *record, key string, kind catalogue.RefKind) catalogue.Ref {
	s := m.str(key, true)
	if s == "" {
		return ""
	}
	ref, err := catalogue.ParseRef(s)
	if err != nil || ref.Kind() != kind {
		p.fail(m.place(key), "reference", "write "+string(kind)+":ID", "%q is no reference to a %s", clip(s), kind)
		return ""
	}
	p.s.refs = append(p.s.refs, referred{m.place(key), ref})
	return ref
}

// refsOf reads a list of references of any kind.
func (p *parsing) refsOf(m *record, key string) []catalogue.Ref {
	var refs []catalogue.Ref
	list, at := m.strs(key, true)
	for n, s := range list {
		ref, err := catalogue.ParseRef(s)
		if err != nil {
			p.fail(at[n], "reference", "write KIND:ID, for example host:web-01", "%q is not a reference", clip(s))
			continue
		}
		refs = append(refs, ref)
		p.s.refs = append(p.s.refs, referred{at[n], ref})
	}
	return refs
}

// person reads the id of somebody who takes part.
func (p *parsing) person(m *record, key string) string {
	id := m.str(key, true)
	if _, ok := p.s.Person(id); id != "" && !ok {
		p.fail(m.place(key), "unknown_person", "add them to people:", "nobody named %q takes part", clip(id))
	}
	return id
}

// team reads the id of a team.
func (p *parsing) team(m *record, key string) string {
	id := m.str(key, false)
	p.refer(m.place(key), catalogue.RefTeam, id)
	return id
}

// staged reads the id of a host on the stage.
func (p *parsing) staged(m *record, key string) string {
	id := m.str(key, true)
	if id != "" && !slices.Contains(p.s.Hosts, id) {
		p.fail(m.place(key), "not_on_stage", "add it to stage: hosts:", "host %q does not stand on the stage", clip(id))
	}
	return id
}

// name reads an id that is given here, named one that was given before.
func (p *parsing) name(m *record, key string, given map[string]bool) string {
	id := m.id(key, true)
	if id != "" && given[id] {
		p.fail(m.place(key), "duplicate", "choose another", "the %s %s exists already", key, id)
	}
	given[id] = true
	return id
}

func (p *parsing) named(m *record, key string, given map[string]bool) string {
	id := m.id(key, true)
	if id != "" && !given[id] {
		p.fail(m.place(key), "unknown_"+key, "a step can only speak of what stands before it", "there is no %s %s before this step", key, id)
	}
	return id
}

// drafting reads the id of a step that leads to an order.
func (p *parsing) drafting(m *record, key string) string {
	id := m.str(key, true)
	if id != "" && !p.drafts[id] {
		p.fail(m.place(key), "unknown_step", "name a step with do: propose_cut or propose_open that stands before this one", "no step %q before this one leads to an order", clip(id))
	}
	return id
}

// planStep reads which step of which plan is meant.
func (p *parsing) planStep(m *record) (plan, step string) {
	plan, step = p.named(m, "plan", p.plans), m.id("step", true)
	if step != "" && p.plans[plan] && !p.planSteps[plan+"/"+strings.ToLower(step)] {
		p.fail(m.place("step"), "unknown_plan_step", "", "plan %s has no step %s", plan, step)
	}
	return plan, step
}

// openIncident reads the id of the scenario's incident.
func (p *parsing) openIncident(m *record) {
	id := m.id("id", true)
	if p.s.Incident != "" {
		p.fail(m.place("id"), "second_incident", "make a scenario of its own", "the incident was opened in line %d already", p.incident.line)
		return
	}
	p.s.Incident, p.incident = incident.ID(id), m.place("id")
}
