package catalogue

// Text is one text in the two languages of the product; both are always there.
type Text struct {
	De string `json:"de"`
	En string `json:"en"`
}

// In gives the text in a language, "de" or "en"; German for anything else.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.De
}

// ServiceClass groups services by who lives from them; gates and duties differ by it.
type ServiceClass string

// The classes of services.
const (
	Infrastructure ServiceClass = "infrastructure" // other services stand on it: network, identities, storage
	TI             ServiceClass = "ti"             // telematics infrastructure, under § 329 SGB V
	Business       ServiceClass = "business"       // what customers use
	Internal       ServiceClass = "internal"       // the provider's own mail, phones, workplaces
)

var serviceClasses = []ServiceClass{Infrastructure, TI, Business, Internal}

// Service is what customers use or other services need (Dienst). Times are whole hours.
type Service struct {
	ID       string       `json:"id"`
	Name     Text         `json:"name"`
	Class    ServiceClass `json:"class"`
	Priority int          `json:"priority"`       // 1 is highest, 5 lowest
	RTO      int          `json:"rto"`            // agreed hours until usable
	MTPD     int          `json:"mtpd,omitempty"` // hours of outage that can be borne at most; 0 when only Clock says it
	Clock    Text         `json:"clock,omitzero"` // outer deadline in words: "21st of the month"
	RunsIn   RunsIn       `json:"runs_in"`
	Needs    Needs        `json:"needs,omitzero"`
	Probes   []Probe      `json:"probes,omitempty"`
	Restore  []Step       `json:"restore,omitempty"`
	Gates    string       `json:"gates,omitempty"` // id of a gate set
	Proof    Proof        `json:"proof,omitzero"`  // what counts as sufficient proof that it works
}

// RunsIn is the rule that makes cells: the service runs in every environment that matches all lists that are given. A list matches when it holds the environment's value.
type RunsIn struct {
	Kind    []EnvKind `json:"kind,omitempty"`
	Profile []string  `json:"profile,omitempty"`
	Site    []string  `json:"site,omitempty"`
	Zone    []string  `json:"zone,omitempty"`
	Env     []string  `json:"env,omitempty"`
}

// Matches says whether the rule makes a cell in e.
func (r RunsIn) Matches(e *Environment) bool {
	return holds(r.Kind, e.Kind) && holds(r.Profile, e.Profile) && holds(r.Site, e.Site) && holds(r.Zone, e.Zone) && holds(r.Env, e.ID)
}

func holds[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return len(list) == 0
}

// Needs says what a service cannot do without (Hard), what it does worse without (Soft), and of which groups one member is enough (Any). Members are ids of services.
type Needs struct {
	Hard []string   `json:"hard,omitempty"`
	Soft []string   `json:"soft,omitempty"`
	Any  [][]string `json:"any,omitempty"`
}

// groups gives all needs in one form: a hard need is an any-of group of one.
func (n Needs) groups() []group {
	var out []group
	for _, s := range n.Hard {
		out = append(out, group{members: []string{s}})
	}
	for _, g := range n.Any {
		out = append(out, group{members: g})
	}
	for _, s := range n.Soft {
		out = append(out, group{members: []string{s}, soft: true})
	}
	return out
}

type group struct {
	members []string
	soft    bool
}

// Step is one piece of work that brings a cell of the service back. Low and High bound its hours for one cell.
type Step struct {
	ID    string `json:"id"`
	Name  Text   `json:"name"`
	Team  string `json:"team"`
	Heads int    `json:"heads"`
	Low   int    `json:"low"`
	High  int    `json:"high"`
}

// Proof says which evidence is sufficient that a cell of the service works: a check of a kind at a depth, or a human test that is repeated every Days.
type Proof struct {
	Kind  string `json:"kind,omitempty"`
	Depth int    `json:"depth,omitempty"`
	Human Text   `json:"human,omitzero"`
	Days  int    `json:"days,omitempty"`
}

// Gate words, in the order in which a cell passes them.
var gateWords = []string{
	"order", "clearance", "vector-closed", "restore-point", "hardened", "proof-inside", "acceptance",
	"conditions", "release", "connected", "proof-outside", "observed", "backlog",
}

// GateSet is the list of gates that the cells of some services pass, in order. `release` is decided by two people wherever it stands.
type GateSet struct {
	ID    string   `json:"id"`
	Name  Text     `json:"name"`
	Gates []string `json:"gates"`
}
