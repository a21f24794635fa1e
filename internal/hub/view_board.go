package hub

import "time"

// BoardFilter narrows the board; empty fields let everything pass. Values are ids, State is a [Shown].
type BoardFilter struct {
	Site     string
	Customer string
	Service  string
	State    Shown
}

// BoardView is the matrix services × environments, with what matters now above it.
type BoardView struct {
	Frame    Frame
	Worst    Shown // never ShownOperational while an incident is open
	Next     NextStep
	Counts   []StateCount // over the unfiltered board, worst first
	Filter   BoardFilter
	Sites    []Choice
	Clients  []Choice
	All      []Choice // all services, for the filter
	Services []Choice // the columns shown
	Groups   []BoardGroup
	Empty    bool // no catalogue is adopted yet
}

// StateCount says how many cells show a state.
type StateCount struct {
	State Shown
	Cells int
}

// BoardGroup is a site with its environments.
type BoardGroup struct {
	Site Choice
	Rows []BoardRow
}

// BoardRow is one environment; Slots stand in the order of the columns.
type BoardRow struct {
	Env   Choice
	Kind  string // customer, shared or provider
	Slots []Slot
}

// SlotKind says what stands at a crossing of the matrix.
type SlotKind uint8

const (
	SlotEmpty  SlotKind = iota // the service does not run here, nor does anything here use it
	SlotOwn                    // a cell of its own
	SlotShared                 // used here, but runs in the shared environment Env
)

// Slot is one crossing of the matrix. For a shared slot Env is where the service runs, else it is empty.
type Slot struct {
	Kind  SlotKind
	State Shown
	Env   string
	Seq   uint64 // record that last changed it, 0 for never
}

// NextKind names the one thing to do next. The list is closed; each has a sentence and an action on the page.
type NextKind string

const (
	NextPeace     NextKind = "peace"     // nothing is open
	NextCatalogue NextKind = "catalogue" // no catalogue is adopted: adopt one, or go on without
	NextLead      NextKind = "lead"      // an incident without a lead
	NextCut       NextKind = "cut"       // nothing is contained yet
	NextApprove   NextKind = "approve"   // Ref is an order that waits for Count approvals
	NextWait      NextKind = "wait"      // Ref is an order on its way
	NextVerify    NextKind = "verify"    // Ref is an order that was executed, its outside proof is missing
	NextRefused   NextKind = "refused"   // Ref is an order an agent refused or that failed its proof
	NextRelease   NextKind = "release"   // Count hosts are cut; plan their way back
	NextGate      NextKind = "gate"      // Ref is a restore step whose gate waits for Count people
	NextStepDue   NextKind = "step"      // Ref is a restore step that can start
	NextClose     NextKind = "close"     // all is back; close the incident
)

// NextStep is the "what now" line.
type NextStep struct {
	Kind  NextKind
	Ref   string
	Name  Label    // what Ref is called; empty for an order, which is named by what it does to whom
	Verb  string   // of an order
	Hosts []string // of an order
	Count int
}

// CellView is one cell with everything that ever changed it.
type CellView struct {
	Frame     Frame
	Cell      string // S1@bkk-ahornwerk
	Service   Choice
	Env       Choice
	Site      Choice
	State     Shown
	Condition string
	Mode      string
	Progress  string
	Cause     string
	Since     time.Time
	Seq       uint64
	Holds     []HoldLine
	Customers []Choice
	Needs     []NeedLine
	NeededBy  []NeedLine
	History   []CellChange
}

// HoldLine is one reason why a cell may not be regular.
type HoldLine struct {
	Kind  string // incident, clearance, authority
	Ref   string
	Since time.Time
	By    string
	Seq   uint64
}

// NeedLine is a neighbour of a cell in the graph of needs.
type NeedLine struct {
	Cell  string
	Name  Label
	Kind  string // hard, soft, any
	State Shown
}

// CellChange is one change in the history of a cell.
type CellChange struct {
	Fact
	State Shown
	Cause string
}
