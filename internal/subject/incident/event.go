package incident

import (
	"fmt"
	"time"

	"blackstart/internal/subject/access"
)

// Event is what can be a fact about an incident. Kinds and fields are for ever: they are never renamed and never used for something else.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Opened says that an incident began.
type Opened struct {
	ID    ID           `json:"id"`
	Title string       `json:"title"`
	Lead  access.Actor `json:"lead"`
}

// Anchored says when the moment was from which some clocks are counted.
type Anchored struct {
	Incident ID        `json:"incident"`
	Anchor   Anchor    `json:"anchor"`
	Moment   time.Time `json:"moment"`
}

// Led says who leads from now on.
type Led struct {
	Incident ID           `json:"incident"`
	Lead     access.Actor `json:"lead"`
}

// Logged is a line of the log book. Its text may speak of persons and so stands in the private part.
type Logged struct {
	Incident ID            `json:"incident"`
	Corrects uint64        `json:"corrects,omitzero"`
	Private  LoggedPrivate `json:"-"`
}

// LoggedPrivate is the text of a log line.
type LoggedPrivate struct {
	Text string `json:"text"`
}

// Closed says that the incident ended, and how many points were left open.
type Closed struct {
	Incident   ID            `json:"incident"`
	OpenPoints int           `json:"open_points"`
	Private    ClosedPrivate `json:"-"`
}

// ClosedPrivate is what was said at the close.
type ClosedPrivate struct {
	Summary    string   `json:"summary"`
	OpenPoints []string `json:"open_points"`
}

func (Opened) Kind() string   { return "incident.opened" }
func (Anchored) Kind() string { return "incident.anchored" }
func (Led) Kind() string      { return "incident.led" }
func (Logged) Kind() string   { return "incident.logged" }
func (Closed) Kind() string   { return "incident.closed" }

func (Opened) event()   {}
func (Anchored) event() {}
func (Led) event()      {}
func (Logged) event()   {}
func (Closed) event()   {}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (l *Logged) PrivatePart() any { return &l.Private }

// PrivatePart is what the record keeps apart.
func (c *Closed) PrivatePart() any { return &c.Private }

// Of gives the incident that an event is about.
func Of(e Event) ID {
	switch e := e.(type) {
	case Opened:
		return e.ID
	case Anchored:
		return e.Incident
	case Led:
		return e.Incident
	case Logged:
		return e.Incident
	case Closed:
		return e.Incident
	}
	panic(fmt.Sprintf("incident does not know %T", e))
}
