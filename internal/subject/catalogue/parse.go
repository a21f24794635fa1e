package catalogue

import (
	"net/netip"
	"strings"
)

// loader turns files into nouns. It checks each record for itself; what needs other records is left to check.
type loader struct {
	reading
	cat    *Catalogue
	ids    map[RefKind]map[string]string // lower case id → id as written
	at     map[string]pos                // places that the checks name: "S1 rto", "S1 need S2"
	addr   map[netip.Addr]pos            // addresses that hosts have taken
	unread map[string]bool               // kinds of which a file could not be read or is missing
}

// parse reads all files in the order of kinds, so that findings never depend on the order of files. It remembers which kinds could not be read,
// so that a broken file is one finding and not one for everything that refers to it.
func (l *loader) parse(files []File) {
	for _, kind := range kinds {
		for _, f := range files {
			if kindOf(f.Path) == kind && !(checkText(&l.reading, f) && l.file(kind, f)) {
				l.unread[kind] = true
			}
		}
	}
}

func (l *loader) file(kind string, f File) bool {
	switch kind {
	case "customers":
		return readRows(&l.reading, f, []string{"id", "name", "class", "weight", "lang"}, []string{"profile", "authority", "order"}, l.customer)
	case "contacts":
		return readRows(&l.reading, f, []string{"id", "who", "role", "kind", "address", "lang", "checked"}, []string{"person", "via"}, l.contact)
	}
	n, ok := parseYAML(&l.reading, f)
	switch {
	case n == nil: // an empty file is an empty list
	case kind == "provider":
		l.one(newRecord(&l.reading, f.Path, n), l.provider)
	default:
		for _, item := range l.items(f.Path, n, maxRows) {
			l.one(newRecord(&l.reading, f.Path, item), l.reader(kind))
		}
	}
	return ok
}

func (l *loader) reader(kind string) func(*record) {
	return map[string]func(*record){
		"sites": l.site, "services": l.service, "profiles": l.profile, "environments": l.environment, "hosts": l.host,
		"teams": l.team, "stakeholders": l.stakeholder, "gates": l.gateSet,
	}[kind]
}

func (l *loader) one(m *record, read func(*record)) {
	if m != nil {
		read(m)
		m.end()
	}
}

// claim checks an id's form and that it is the first of its kind, ignoring case; the empty string means that the record cannot be spoken of.
func (l *loader) claim(kind RefKind, id string, at pos) string {
	if id == "" {
		return ""
	}
	if !ValidID(id) {
		l.fail(at, "id", idHint(kind), "%q is not an id", clip(id))
		return ""
	}
	if l.ids[kind] == nil {
		l.ids[kind] = map[string]string{}
	}
	if first, taken := l.ids[kind][strings.ToLower(id)]; taken {
		w := l.where[NewRef(kind, first)]
		l.fail(at, "id_duplicate", "ids are unique, whether in capitals or not", "%s %s is already at %s:%d", kind, id, w.file, w.line)
		return ""
	}
	l.ids[kind][strings.ToLower(id)] = id
	l.where[NewRef(kind, id)] = at
	return id
}

func (l *loader) id(m *record, kind RefKind) string {
	return l.claim(kind, m.str("id", true), m.place("id"))
}

func (l *loader) provider(m *record) {
	v := Provider{ID: l.id(m, RefProvider), Name: m.str("name", true), Customer: m.ref("customer", RefCustomer, false), Note: m.text("note", false)}
	if l.cat.Provider.ID == "" {
		l.cat.Provider = v
	}
}

func (l *loader) site(m *record) {
	v := Site{ID: l.id(m, RefSite), Name: m.text("name", true)}
	zones, at := m.strs("zones", maxList, true)
	for i, z := range zones {
		if !ValidID(z) {
			l.fail(at[i], "id", idHint(RefSite), "%q is not an id", clip(z))
		}
	}
	v.Zones = zones
	if v.ID != "" {
		l.cat.Sites = append(l.cat.Sites, v)
	}
}

func (l *loader) profile(m *record) {
	v := Profile{ID: l.id(m, RefProfile), Name: m.text("name", true), Site: m.ref("site", RefSite, true), Zone: m.str("zone", true)}
	l.at["profile "+v.ID] = m.place("zone")
	if v.ID != "" {
		l.cat.Profiles = append(l.cat.Profiles, v)
	}
}

func (l *loader) environment(m *record) {
	v := Environment{
		ID: l.id(m, RefEnv), Name: m.text("name", true), Kind: EnvKind(m.word("kind", texts(envKinds), true)),
		Site: m.ref("site", RefSite, true), Zone: m.str("zone", true), Customers: m.refs("customers", RefCustomer, maxRows, false),
	}
	l.at["env "+v.ID] = m.place("zone")
	if v.Kind == EnvCustomer && len(v.Customers) == 0 && !m.has("customers") {
		l.fail(m.at, "key_missing", "add customers:, or let a profile make the environment", "an environment of kind customer names its customers")
	}
	if v.ID != "" {
		l.cat.Environments = append(l.cat.Environments, v)
	}
}

func (l *loader) host(m *record) {
	v := Host{ID: l.id(m, RefHost), Name: m.text("name", false), Env: m.ref("env", RefEnv, true)}
	v.Names, _ = m.strs("names", maxList, false)
	services, at := m.strs("services", maxList, false)
	for i, s := range services {
		l.refer(at[i], RefCell, string(NewCellID(s, v.Env)))
	}
	v.Services, v.Addresses = services, l.addresses(m)
	m.records("probes", func(pr *record) { v.Probes = append(v.Probes, l.hostProbe(pr, &v)) })
	if v.ID != "" {
		l.cat.Hosts = append(l.cat.Hosts, v)
	}
}

func (l *loader) addresses(m *record) []netip.Addr {
	list, at := m.strs("addresses", maxList, true)
	out := make([]netip.Addr, 0, len(list))
	for i, s := range list {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" || a.Is4In6() || a.IsUnspecified() || a.IsMulticast() {
			l.fail(at[i], "address", "write an address such as 10.20.0.11 or fd20::11, no name, no port", "%q is not a literal address of a host", clip(s))
			continue
		}
		if other, taken := l.addr[a]; taken {
			l.fail(at[i], "address_duplicate", "one machine, one record", "address %s is already used at %s:%d", a, other.file, other.line)
			continue
		}
		l.addr[a] = at[i]
		out = append(out, a)
	}
	return out
}

func (l *loader) team(m *record) {
	const most = 500 // heads; more is a typing error
	v := Team{ID: l.id(m, RefTeam), Name: m.text("name", true)}
	v.Day, v.Night, v.Weekend = m.number("day", 0, most, true), m.number("night", 0, most, true), m.number("weekend", 0, most, true)
	if v.ID != "" {
		l.cat.Teams = append(l.cat.Teams, v)
	}
}

func (l *loader) stakeholder(m *record) {
	v := Stakeholder{ID: l.id(m, RefStakeholder), Name: m.text("name", true), Kind: m.word("kind", stakeholderKinds, true), Duty: m.text("duty", false)}
	if v.ID != "" {
		l.cat.Stakeholders = append(l.cat.Stakeholders, v)
	}
}

func (l *loader) gateSet(m *record) {
	v := GateSet{ID: l.id(m, RefGateSet), Name: m.text("name", true), Gates: m.words("gates", gateWords, true)}
	if v.ID != "" {
		l.cat.GateSets = append(l.cat.GateSets, v)
	}
}
