package scenario

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// Expectation is what must be the case when a step is done and nothing is in flight any more: one of the closed list below.
//
//sumtype:decl
type Expectation interface {
	// String says what is expected, for people.
	String() string
	// found says what is the case instead; empty when it is as expected.
	found(ctx context.Context, p *player, o outcome) (string, error)
}

type (
	// Refused expects that the act is refused with this code of a fault.
	Refused struct{ Code string }
	// Happened expects an entry of this kind, among all that the step led to.
	Happened struct{ Kind string }
	// CellShows expects a cell to show a word.
	CellShows struct {
		Cell catalogue.CellID
		Word cell.Word
	}
	// PublicShows expects a service on the public page to be in a state.
	PublicShows struct {
		Service string
		State   hub.Shown
	}
	// CustomerShows expects a service on one customer's page to be in a state.
	CustomerShows struct {
		Customer, Service string
		State             hub.Shown
	}
	// Reached expects every look at a host from outside to pass, or every one to fail.
	Reached struct {
		Host   string
		Passes bool
	}
	// IncidentIs expects the incident to be open, or closed.
	IncidentIs struct{ Open bool }
	// Verifies expects the whole record to verify.
	Verifies struct{}
)

// shown are the states that a page can show.
var shown = []hub.Shown{hub.ShownOperational, hub.ShownDegraded, hub.ShownPartial, hub.ShownOutage, hub.ShownMaintenance, hub.ShownOff, hub.ShownReturning,
	hub.ShownUnknown, hub.ShownBlocked, hub.ShownLimited, hub.ShownInterim, hub.ShownBasic, hub.ShownReplaced}

// expectations is the closed list for `expect:`; each entry is a mapping of one of these words to its value.
var expectations = map[string]func(*parsing, *record) Expectation{
	"refused": func(_ *parsing, m *record) Expectation { return Refused{m.str("refused", true)} },
	"event":   func(p *parsing, m *record) Expectation { return Happened{p.kind(m)} },
	"cell": func(p *parsing, m *record) Expectation {
		return inside(m, "cell", func(m *record) Expectation {
			id := m.str("id", true)
			p.refer(m.place("id"), catalogue.RefCell, id)
			return CellShows{catalogue.CellID(id), cell.Word(m.word("word", words(shown), true))}
		})
	},
	"public": func(p *parsing, m *record) Expectation {
		return inside(m, "public", func(m *record) Expectation {
			return PublicShows{p.service(m), hub.Shown(m.word("state", words(shown), true))}
		})
	},
	"customer": func(p *parsing, m *record) Expectation {
		return inside(m, "customer", func(m *record) Expectation {
			id := m.str("id", true)
			p.refer(m.place("id"), catalogue.RefCustomer, id)
			return CustomerShows{id, p.service(m), hub.Shown(m.word("state", words(shown), true))}
		})
	},
	"probe": func(p *parsing, m *record) Expectation {
		return inside(m, "probe", func(m *record) Expectation { return Reached{p.staged(m, "host"), m.truth("passes")} })
	},
	"incident": func(_ *parsing, m *record) Expectation {
		return IncidentIs{m.word("incident", []string{"open", "closed"}, true) == "open"}
	},
	"verifies": func(_ *parsing, m *record) Expectation {
		m.word("verifies", []string{"true"}, true)
		return Verifies{}
	},
}

// Expectations are the words of the closed list for `expect:`, sorted.
func Expectations() []string { return slices.Sorted(maps.Keys(expectations)) }

// inside reads a value that is a mapping.
func inside(m *record, key string, read func(*record) Expectation) Expectation {
	sub := m.sub(key, true)
	if sub == nil {
		return nil
	}
	defer sub.end()
	return read(sub)
}

// expectation reads one entry of `expect:`.
func (p *parsing) expectation(n ast.Node) Expectation {
	m := p.record(n)
	if m == nil {
		return nil
	}
	if len(m.order) != 1 || expectations[m.order[0]] == nil {
		p.fail(m.at, "expectation", fmt.Sprintf("one of %v", Expectations()), "an expectation is one word of the closed list with its value")
		return nil
	}
	return expectations[m.order[0]](p, m)
}

func (p *parsing) service(m *record) string {
	id := m.str("service", true)
	p.refer(m.place("service"), catalogue.RefService, id)
	return id
}

// kind reads the kind of an entry.
func (p *parsing) kind(m *record) string {
	k := m.str("event", true)
	_, err := hub.Decode(journal.Entry{Record: journal.Record{Kind: k}})
	if k != "" && fault.CodeOf(err) == "hub.unknown_kind" {
		p.fail(m.place("event"), "unknown_kind", "docs/journal-format.md lists them", "there is no kind of entry %q", clip(k))
	}
	return k
}

func (e Refused) String() string   { return "refused with " + e.Code }
func (e Happened) String() string  { return "an entry " + e.Kind }
func (e CellShows) String() string { return fmt.Sprintf("cell %s shows %s", e.Cell, e.Word) }
func (e PublicShows) String() string {
	return fmt.Sprintf("the public page shows %s as %s", e.Service, e.State)
}
func (e CustomerShows) String() string {
	return fmt.Sprintf("the page of %s shows %s as %s", e.Customer, e.Service, e.State)
}
func (e Reached) String() string {
	return fmt.Sprintf("%s %s from outside", e.Host, map[bool]string{true: "answers", false: "does not answer"}[e.Passes])
}
func (e IncidentIs) String() string {
	return "the incident is " + map[bool]string{true: "open", false: "closed"}[e.Open]
}
func (Verifies) String() string { return "the record verifies" }
