package catalogue

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Change is one thing that differs between two revisions, named by its reference.
type Change struct {
	Ref    Ref           `json:"ref"`
	Kind   ChangeKind    `json:"kind"`
	Fields []FieldChange `json:"fields,omitempty"` // of what is changed, in the order of their names
}

// ChangeKind says what became of a thing.
type ChangeKind string

// The kinds of change, and their order in a list: what goes away matters most.
const (
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
	Added   ChangeKind = "added"
)

// FieldChange is one field with its value before and after, in JSON; an absent value is null.
type FieldChange struct {
	Field string         `json:"field"`
	Old   jsontext.Value `json:"old"`
	New   jsontext.Value `json:"new"`
}

// Diff says what is removed, changed and added from one revision to the next, cells included; a nil old one counts as empty.
func Diff(old, next *Catalogue) []Change {
	before, after := old.things(), next.things()
	var out []Change
	for ref, was := range before {
		now, ok := after[ref]
		switch {
		case !ok:
			out = append(out, Change{Ref: ref, Kind: Removed})
		case !reflect.DeepEqual(was, now):
			out = append(out, Change{Ref: ref, Kind: Changed, Fields: fieldChanges(was, now)})
		}
	}
	for ref := range after {
		if _, ok := before[ref]; !ok {
			out = append(out, Change{Ref: ref, Kind: Added})
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(changeRank(a.Kind), changeRank(b.Kind)), cmp.Compare(kindRank(a.Ref), kindRank(b.Ref)), cmp.Compare(a.Ref, b.Ref))
	})
	return out
}

// Dropped names what the next revision no longer has, in the order of Diff: the hub asks whether any of it is in use.
func Dropped(old, next *Catalogue) []Ref {
	var out []Ref
	for _, c := range Diff(old, next) {
		if c.Kind == Removed {
			out = append(out, c.Ref)
		}
	}
	return out
}

func changeRank(k ChangeKind) int { return slices.Index([]ChangeKind{Removed, Changed, Added}, k) }

func kindRank(r Ref) int { return slices.Index(refKinds, r.Kind()) }

// things lists every noun and cell by reference. A cell has no fields of its own: it is there or not.
func (c *Catalogue) things() map[Ref]any {
	out := map[Ref]any{}
	if c == nil {
		return out
	}
	out[NewRef(RefProvider, c.Provider.ID)] = c.Provider
	collect(out, RefSite, c.Sites, func(v Site) string { return v.ID })
	collect(out, RefProfile, c.Profiles, func(v Profile) string { return v.ID })
	collect(out, RefEnv, c.Environments, func(v Environment) string { return v.ID })
	collect(out, RefService, c.Services, func(v Service) string { return v.ID })
	collect(out, RefCustomer, c.Customers, func(v Customer) string { return v.ID })
	collect(out, RefHost, c.Hosts, func(v Host) string { return v.ID })
	collect(out, RefTeam, c.Teams, func(v Team) string { return v.ID })
	collect(out, RefStakeholder, c.Stakeholders, func(v Stakeholder) string { return v.ID })
	collect(out, RefContact, c.Contacts, func(v Contact) string { return v.ID })
	collect(out, RefGateSet, c.GateSets, func(v GateSet) string { return v.ID })
	for _, id := range c.graph.cells {
		out[NewRef(RefCell, string(id))] = id
	}
	return out
}

func collect[T any](out map[Ref]any, k RefKind, list []T, id func(T) string) {
	for _, v := range list {
		out[NewRef(k, id(v))] = v
	}
}

// Thing gives the noun that a reference points at, as it stands in the files; a CellID for a cell.
func (c *Catalogue) Thing(r Ref) (any, error) {
	v, ok := c.things()[r]
	if ok {
		return v, nil
	}
	if _, err := ParseRef(string(r)); err != nil {
		return nil, err
	}
	return nil, c.unknown(r)
}

// fieldChanges compares the JSON forms of two values of one kind field by field.
func fieldChanges(was, now any) []FieldChange {
	before, after := fields(was), fields(now)
	var out []FieldChange
	for _, name := range sortedUnion(before, after) {
		a, b := before[name], after[name]
		if string(a) != string(b) {
			out = append(out, FieldChange{Field: name, Old: orNull(a), New: orNull(b)})
		}
	}
	return out
}

func fields(v any) map[string]jsontext.Value {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // a noun that has no JSON form is a defect of this package, found by every test of Diff
	}
	out := map[string]jsontext.Value{}
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

func sortedUnion(a, b map[string]jsontext.Value) []string {
	var out []string
	for k := range a {
		out = append(out, k)
	}
	for k := range b {
		if _, both := a[k]; !both {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func orNull(v jsontext.Value) jsontext.Value {
	if v == nil {
		return jsontext.Value("null")
	}
	return v
}
