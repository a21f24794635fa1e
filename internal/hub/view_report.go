package hub

import "time"

// ReportView is the after-action report of one incident.
type ReportView struct {
	Frame    Frame
	Incident IncidentLine
	Timeline []Fact // oldest first
	Outages  []OutageLine
	Orders   []OrderView
	Open     []string // points left open at the close
	Cells    int      // cells that were touched
	Clients  int      // customers that were touched
}

// OutageLine says how long one customer was without one service. The three end points are never mixed; each is zero while it is not reached.
type OutageLine struct {
	Customer Choice
	Service  Choice
	Cell     string
	Cause    string
	From     time.Time
	Usable   time.Time
	Restored time.Time
	Closed   time.Time
	RTO      time.Duration // agreed; zero when none is
	Seq      uint64
}
