package restore

import (
	"fmt"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// Event is what can be a fact about a plan. Kinds and fields are for ever: they are never renamed and never used for something else.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Adopted says that work goes by this plan from now on.
type Adopted struct {
	ID         ID                 `json:"id"`
	Incident   incident.ID        `json:"incident"`
	Cells      []catalogue.CellID `json:"cells"`
	Steps      []Planned          `json:"steps"`
	Basis      uint64             `json:"basis"`
	Supersedes []ID               `json:"supersedes,omitempty"`
}

// StepStarted says that someone works on the step.
type StepStarted struct {
	Plan ID     `json:"plan"`
	Step StepID `json:"step"`
}

// StepFinished says that the step is done.
type StepFinished struct {
	Plan ID     `json:"plan"`
	Step StepID `json:"step"`
}

// Granted says that a person said yes at a gate.
type Granted struct {
	Plan ID           `json:"plan"`
	Step StepID       `json:"step"`
	By   access.Actor `json:"by"`
}

// GatePassed says that enough different people said yes, and who they were.
type GatePassed struct {
	Plan ID             `json:"plan"`
	Step StepID         `json:"step"`
	By   []access.Actor `json:"by"`
}

// Denied says that a person said no at a gate.
type Denied struct {
	Plan    ID            `json:"plan"`
	Step    StepID        `json:"step"`
	By      access.Actor  `json:"by"`
	Private DeniedPrivate `json:"-"`
}

// DeniedPrivate is the reason in free words.
type DeniedPrivate struct {
	Reason string `json:"reason"`
}

// Completed says that the last step of the plan is done.
type Completed struct {
	Plan ID `json:"plan"`
}

func (Adopted) Kind() string      { return "restore.adopted" }
func (StepStarted) Kind() string  { return "restore.step_started" }
func (StepFinished) Kind() string { return "restore.step_finished" }
func (Granted) Kind() string      { return "restore.granted" }
func (GatePassed) Kind() string   { return "restore.gate_passed" }
func (Denied) Kind() string       { return "restore.denied" }
func (Completed) Kind() string    { return "restore.completed" }

func (Adopted) event()      {}
func (StepStarted) event()  {}
func (StepFinished) event() {}
func (Granted) event()      {}
func (GatePassed) event()   {}
func (Denied) event()       {}
func (Completed) event()    {}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (d *Denied) PrivatePart() any { return &d.Private }

// Of gives the plan that an event is about, and the incident when the event itself names it.
func Of(e Event) (ID, incident.ID) {
	switch e := e.(type) {
	case Adopted:
		return e.ID, e.Incident
	case StepStarted:
		return e.Plan, ""
	case StepFinished:
		return e.Plan, ""
	case Granted:
		return e.Plan, ""
	case GatePassed:
		return e.Plan, ""
	case Denied:
		return e.Plan, ""
	case Completed:
		return e.Plan, ""
	}
	panic(fmt.Sprintf("restore does not know %T", e))
}
