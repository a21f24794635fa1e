package catalogue

import (
	"slices"
	"strings"

	"blackstart/internal/fault"
)

// CellID names a cell, a service in an environment, as `S1@bkk-ahornwerk`. The unit of everything that is off, cleared, restored or shown.
type CellID string

// NewCellID puts a cell's name together; it does not say that the cell exists.
func NewCellID(service, env string) CellID { return CellID(service + "@" + env) }

// Service is the part before the @.
func (c CellID) Service() string { s, _, _ := strings.Cut(string(c), "@"); return s }

// Env is the part after the @, empty when there is none.
func (c CellID) Env() string { _, e, _ := strings.Cut(string(c), "@"); return e }

// RefKind says what a reference points at.
type RefKind string

// The kinds of reference. Those before RefTeam can be switched off; the others are only spoken of.
const (
	RefSite        RefKind = "site"
	RefService     RefKind = "service"
	RefEnv         RefKind = "env"
	RefCell        RefKind = "cell"
	RefCustomer    RefKind = "customer"
	RefHost        RefKind = "host"
	RefTeam        RefKind = "team"
	RefStakeholder RefKind = "stakeholder"
	RefContact     RefKind = "contact"
	RefProfile     RefKind = "profile"
	RefGateSet     RefKind = "gates"
	RefProvider    RefKind = "provider"
)

// refKinds lists every kind in the order in which a reader meets them; it is the closed list that ParseRef accepts.
var refKinds = []RefKind{RefSite, RefService, RefEnv, RefCell, RefCustomer, RefHost, RefTeam, RefStakeholder, RefContact, RefProfile, RefGateSet, RefProvider}

// Ref is a reference in text, `site:rz-sued` or `cell:S1@bkk-ahornwerk`: the form in which files, commands, events and pages name a thing.
type Ref string

// NewRef puts a reference together.
func NewRef(k RefKind, id string) Ref { return Ref(string(k) + ":" + id) }

// Kind is the part before the colon.
func (r Ref) Kind() RefKind { k, _, _ := strings.Cut(string(r), ":"); return RefKind(k) }

// ID is the part after the colon.
func (r Ref) ID() string { _, id, _ := strings.Cut(string(r), ":"); return id }

// ParseRef reads a reference and checks its form, not its target. The fault is Invalid with code `catalogue.ref`.
func ParseRef(s string) (Ref, error) {
	kind, id, ok := strings.Cut(s, ":")
	if !ok {
		return "", fault.New(fault.Invalid, "catalogue.ref", "%q is not a reference", clip(s)).Hinted("write KIND:ID, for example site:%s", clip(s))
	}
	if !slices.Contains(refKinds, RefKind(kind)) {
		f := fault.New(fault.Invalid, "catalogue.ref", "%q is not a kind of reference", clip(kind))
		return "", f.Hinted("%s", suggest(kind, texts(refKinds)))
	}
	if !wellFormed(RefKind(kind), id) {
		return "", fault.New(fault.Invalid, "catalogue.ref", "%q is not the id of a %s", clip(id), kind).Hinted("%s", idHint(RefKind(kind)))
	}
	return Ref(s), nil
}

func wellFormed(k RefKind, id string) bool {
	if k != RefCell {
		return ValidID(id)
	}
	s, e, ok := strings.Cut(id, "@")
	return ok && ValidID(s) && ValidID(e)
}

func idHint(k RefKind) string {
	if k == RefCell {
		return "a cell is SERVICE@ENVIRONMENT"
	}
	return "letters, digits, dot, underscore and hyphen, at most 63, a letter or digit first"
}

// ValidID says whether s has the form of an id: `[A-Za-z0-9][A-Za-z0-9._-]{0,62}`.
func ValidID(s string) bool {
	if s == "" || len(s) > maxID {
		return false
	}
	for i := range len(s) {
		c := s[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return true
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = string(x)
	}
	return out
}
