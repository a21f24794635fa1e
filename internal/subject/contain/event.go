package contain

import (
	"fmt"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// Event is what can be a fact about a measure. Kinds and fields are for ever: they are never renamed and never used for something else.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Proposed says that someone wants a host cut off, and what was shown to them as the price.
type Proposed struct {
	ID        ID                 `json:"id"`
	Incident  incident.ID        `json:"incident"`
	Host      catalogue.Ref      `json:"host"`
	Cells     []catalogue.CellID `json:"cells"`
	Lost      int                `json:"lost"`
	Degraded  int                `json:"degraded"`
	Customers int                `json:"customers"`
	Private   ProposedPrivate    `json:"-"`
}

// ProposedPrivate is the reason in free words.
type ProposedPrivate struct {
	Reason string `json:"reason"`
}

// Ordered says which order carries the pending proposal out.
type Ordered struct {
	ID        ID        `json:"id"`
	Order     string    `json:"order"`
	Direction Direction `json:"direction"`
}

// Enforced says that the agent reports the host as cut off.
type Enforced struct {
	ID    ID     `json:"id"`
	Order string `json:"order"`
}

// Verified says that every look from outside found the host cut off.
type Verified struct {
	ID     ID       `json:"id"`
	Probes []Probed `json:"probes"`
}

// Contradicted says that a look from outside does not fit what the agent reports.
type Contradicted struct {
	ID        ID        `json:"id"`
	Direction Direction `json:"direction"` // what the agent reports to have done
	Probes    []Probed  `json:"probes"`
	Detail    string    `json:"detail"`
}

// Opening says that someone wants the host opened again.
type Opening struct {
	ID      ID             `json:"id"`
	Private OpeningPrivate `json:"-"`
}

// OpeningPrivate is the reason in free words.
type OpeningPrivate struct {
	Reason string `json:"reason"`
}

// Lifted says that the agent reports the host as open.
type Lifted struct {
	ID    ID     `json:"id"`
	Order string `json:"order"`
}

// Reopened says that every look from outside found the host open.
type Reopened struct {
	ID     ID       `json:"id"`
	Probes []Probed `json:"probes"`
}

// Failed says that the order was refused or expired. A failed cut ends the measure; after a failed release the host is still cut off.
type Failed struct {
	ID        ID        `json:"id"`
	Order     string    `json:"order"`
	Direction Direction `json:"direction"`
	Code      string    `json:"code"`
}

// Withdrawn says that the pending proposal was taken back, and names its order if there was one, so that it can be withdrawn too.
type Withdrawn struct {
	ID        ID               `json:"id"`
	Direction Direction        `json:"direction"`
	Order     string           `json:"order,omitzero"`
	Private   WithdrawnPrivate `json:"-"`
}

// WithdrawnPrivate is the reason in free words.
type WithdrawnPrivate struct {
	Reason string `json:"reason"`
}

func (Proposed) Kind() string     { return "contain.proposed" }
func (Ordered) Kind() string      { return "contain.ordered" }
func (Enforced) Kind() string     { return "contain.enforced" }
func (Verified) Kind() string     { return "contain.verified" }
func (Contradicted) Kind() string { return "contain.contradicted" }
func (Opening) Kind() string      { return "contain.opening" }
func (Lifted) Kind() string       { return "contain.lifted" }
func (Reopened) Kind() string     { return "contain.reopened" }
func (Failed) Kind() string       { return "contain.failed" }
func (Withdrawn) Kind() string    { return "contain.withdrawn" }

func (Proposed) event()     {}
func (Ordered) event()      {}
func (Enforced) event()     {}
func (Verified) event()     {}
func (Contradicted) event() {}
func (Opening) event()      {}
func (Lifted) event()       {}
func (Reopened) event()     {}
func (Failed) event()       {}
func (Withdrawn) event()    {}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (p *Proposed) PrivatePart() any { return &p.Private }

// PrivatePart is what the record keeps apart.
func (o *Opening) PrivatePart() any { return &o.Private }

// PrivatePart is what the record keeps apart.
func (w *Withdrawn) PrivatePart() any { return &w.Private }

// Of gives the measure that an event is about, and the incident when the event itself names it.
func Of(e Event) (ID, incident.ID) {
	switch e := e.(type) {
	case Proposed:
		return e.ID, e.Incident
	case Ordered:
		return e.ID, ""
	case Enforced:
		return e.ID, ""
	case Verified:
		return e.ID, ""
	case Contradicted:
		return e.ID, ""
	case Opening:
		return e.ID, ""
	case Lifted:
		return e.ID, ""
	case Reopened:
		return e.ID, ""
	case Failed:
		return e.ID, ""
	case Withdrawn:
		return e.ID, ""
	}
	panic(fmt.Sprintf("contain does not know %T", e))
}
