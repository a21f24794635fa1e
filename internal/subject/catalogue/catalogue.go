// Package catalogue knows the provider as files: its services and what each needs, environments, customers, hosts, teams, contacts; and what is lost, for whom, when something goes off.
// It reads a directory or a bundle of it strictly, says all faults at once with file, line and column, and gives an immutable [Catalogue].
// It refuses to know the present state of anything: condition, mode and progress of a cell belong to package cell, and addresses are never contacted from here.
//
// Start at [Load], then [Catalogue.Impact]. The nouns stand in service.go, environment.go and customer.go; file.go, yaml.go, record.go and csv.go read, check.go judges, graph.go links.
package catalogue

import (
	"io/fs"
	"net/netip"
	"slices"

	"blackstart/internal/fault"
)

// Catalogue is one checked revision of the provider's files. It is immutable and safe for concurrent use; slices are in the order of the files and must not be changed.
type Catalogue struct {
	Provider     Provider
	Sites        []Site
	Profiles     []Profile
	Environments []Environment // those of the file, then one per customer with a profile
	Services     []Service
	Customers    []Customer
	Hosts        []Host
	Teams        []Team
	Stakeholders []Stakeholder
	Contacts     []Contact
	GateSets     []GateSet

	sha256 string
	where  map[Ref]pos
	index  map[Ref]int // a noun's position in its slice; cells stand in the graph
	graph  graph
}

// Load reads a catalogue directory. The findings are sorted by place; with an error among them the catalogue is nil.
func Load(fsys fs.FS) (*Catalogue, []fault.Finding) {
	r := reading{where: map[Ref]pos{}}
	files := readDir(&r, fsys)
	return read(r, files, digest(bundle(files)))
}

// Open reads a bundle that Pack made, with the same findings as Load.
func Open(b []byte) (*Catalogue, []fault.Finding) {
	r := reading{where: map[Ref]pos{}}
	files, err := Unpack(b)
	if err != nil {
		r.fail(pos{file: "."}, "bundle", "pack the directory again", "%v", err)
	}
	return read(r, files, digest(b))
}

func read(r reading, files []File, sha string) (*Catalogue, []fault.Finding) {
	l := &loader{reading: r, cat: &Catalogue{sha256: sha}, ids: map[RefKind]map[string]string{}, at: map[string]pos{}, addr: map[netip.Addr]pos{}, unread: map[string]bool{}}
	if !l.failed() { // a directory that could not be read whole would only cause consequences
		l.checkNames(files)
		l.parse(files)
		l.check()
	}
	findings := l.done()
	if fault.HasErrors(findings) {
		return nil, findings
	}
	l.cat.where = l.where
	return l.cat, findings
}

// SHA256 is the revision: the digest of the bundle in lower-case hex.
func (c *Catalogue) SHA256() string { return c.sha256 }

// Where says at which file and line a thing is defined; empty for what is made by rule.
func (c *Catalogue) Where(r Ref) (file string, line int) {
	p := c.where[r]
	return p.file, p.line
}

// Has says whether the reference points at something here.
func (c *Catalogue) Has(r Ref) bool {
	if r.Kind() == RefCell {
		_, ok := c.graph.byID[CellID(r.ID())]
		return ok
	}
	_, ok := c.index[r]
	return ok
}

func lookup[T any](c *Catalogue, list []T, r Ref) (*T, bool) {
	i, ok := c.index[r]
	if !ok {
		return nil, false
	}
	return &list[i], true
}

// Service finds a service by its id; the lookups below likewise. What they point at must not be changed.
func (c *Catalogue) Service(id string) (*Service, bool) {
	return lookup(c, c.Services, NewRef(RefService, id))
}

// Env finds an environment.
func (c *Catalogue) Env(id string) (*Environment, bool) {
	return lookup(c, c.Environments, NewRef(RefEnv, id))
}

// Customer finds a customer.
func (c *Catalogue) Customer(id string) (*Customer, bool) {
	return lookup(c, c.Customers, NewRef(RefCustomer, id))
}

// Host finds a host.
func (c *Catalogue) Host(id string) (*Host, bool) { return lookup(c, c.Hosts, NewRef(RefHost, id)) }

// Site finds a site.
func (c *Catalogue) Site(id string) (*Site, bool) { return lookup(c, c.Sites, NewRef(RefSite, id)) }

// Team finds a team.
func (c *Catalogue) Team(id string) (*Team, bool) { return lookup(c, c.Teams, NewRef(RefTeam, id)) }

// Stakeholder finds a stakeholder.
func (c *Catalogue) Stakeholder(id string) (*Stakeholder, bool) {
	return lookup(c, c.Stakeholders, NewRef(RefStakeholder, id))
}

// GateSet finds a set of gates.
func (c *Catalogue) GateSet(id string) (*GateSet, bool) {
	return lookup(c, c.GateSets, NewRef(RefGateSet, id))
}

// ContactsOf gives the channels to a customer, stakeholder or team, in the order of the file.
func (c *Catalogue) ContactsOf(who Ref) []Contact {
	var out []Contact
	for _, k := range c.Contacts {
		if k.Who == who {
			out = append(out, k)
		}
	}
	return out
}

// Cells gives every cell, environment by environment, in the order of the files.
func (c *Catalogue) Cells() []CellID { return slices.Clone(c.graph.cells) }

// CustomersOf gives the customers for whom a cell runs; none for a foundation that only other cells use.
func (c *Catalogue) CustomersOf(id CellID) []string {
	i, ok := c.graph.byID[id]
	if !ok {
		return nil
	}
	return c.Environments[c.graph.env[i]].Customers
}

// NeedsOf gives the cells that meet the needs of a cell, resolved; hard ones and any-of members before soft ones.
func (c *Catalogue) NeedsOf(id CellID) []CellID {
	i, ok := c.graph.byID[id]
	if !ok {
		return nil
	}
	first, last := c.graph.groupFrom[i], c.graph.groupFrom[i+1]
	return c.names(c.graph.to[c.graph.memberFrom[first]:c.graph.memberFrom[last]])
}

// MustOf gives what a cell cannot do without, resolved: of each group one cell must work. Soft needs are not among them.
func (c *Catalogue) MustOf(id CellID) [][]CellID {
	i, ok := c.graph.byID[id]
	if !ok {
		return nil
	}
	var groups [][]CellID
	for g := c.graph.groupFrom[i]; g < c.graph.groupFrom[i+1]; g++ {
		if !c.graph.soft[g] {
			groups = append(groups, c.names(c.graph.members(g)))
		}
	}
	return groups
}
