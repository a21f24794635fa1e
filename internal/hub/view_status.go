package hub

import "time"

// StatusView is the public page: it knows no customer, no host and no person.
type StatusView struct {
	Frame     Frame
	Worst     Shown // over what this view shows; never ShownOperational while an incident is open
	Updated   time.Time
	Incidents []StatusIncident
	Groups    []StatusGroup
	Past      []StatusIncident // closed ones, newest first
	Digest    string           // hash of the publication this page shows, empty before the first
}

// StatusIncident is what the public is told about one incident, newest update first.
type StatusIncident struct {
	ID      string
	Title   Label
	Opened  time.Time
	Closed  time.Time
	Updates []StatusUpdate
}

// StatusUpdate is one published text.
type StatusUpdate struct {
	At   time.Time
	Step string // investigating, identified, monitoring, resolved, postmortem
	Text Label
	Seq  uint64
}

// StatusGroup is a class of services with the worst state among them.
type StatusGroup struct {
	Class    string // infrastructure, ti, business, internal
	Worst    Shown
	Services []StatusService
}

// StatusService is one service as the public sees it: over all customers, as counts, never by name.
type StatusService struct {
	Service  Choice
	State    Shown
	Affected int // customers for whom it is not operational
	Of       int // customers who have it
	Since    time.Time
	Expect   Expected
	Seq      uint64
}

// CustomerView is one customer's page: the public baseline, and their own cells.
type CustomerView struct {
	Public   StatusView
	Customer Choice
	Weight   int
	Worst    Shown
	Cells    []CustomerCell
	Facts    []Fact // what happened to their cells, newest first
}

// CustomerCell is one of the customer's services.
type CustomerCell struct {
	Cell    string
	Service Choice
	State   Shown
	Cause   string
	Shared  bool // runs once for several customers
	Since   time.Time
	Expect  Expected
	Seq     uint64
}
