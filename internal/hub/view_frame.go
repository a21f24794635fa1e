package hub

import "time"

// Views are what pages, feeds and reports are made from: plain structs, built under one read lock at one sequence number, rendered outside it.
// They hold facts and codes, never words of a page; the words stand in the catalogues of the edge.

// Label is a name in the two languages of the pages. Names of things come from the catalogue; EN may be empty where the house has no English name.
type Label struct {
	DE string `json:"de"`
	EN string `json:"en,omitempty"`
}

// In gives the label in a language ("de" or "en"), the other one rather than none.
func (l Label) In(lang string) string {
	if lang == "en" && l.EN != "" || l.DE == "" {
		return l.EN
	}
	return l.DE
}

// Shown is the one word a page shows for a cell, a service or a whole view. For a cell it is its cell.Word, letter for letter; "partial" exists only for
// sums of several cells. The first eight are the palette of docs/design.md; the others share a shape and colour with one of them and have a word of their own.
type Shown string

const (
	ShownOperational Shown = "operational"
	ShownDegraded    Shown = "degraded"
	ShownPartial     Shown = "partial"
	ShownOutage      Shown = "outage"
	ShownMaintenance Shown = "maintenance"
	ShownOff         Shown = "off" // switched off by us, as a precaution
	ShownReturning   Shown = "returning"
	ShownUnknown     Shown = "unknown"
	ShownBlocked     Shown = "blocked"  // cut by a third party
	ShownLimited     Shown = "limited"  // only what a profile leaves open
	ShownInterim     Shown = "interim"  // a replacement runs
	ShownBasic       Shown = "basic"    // emergency operation
	ShownReplaced    Shown = "replaced" // gone for good, another cell took over
)

// Choice is a thing that can be chosen or linked to: its reference or id, and its name.
type Choice struct {
	ID   string
	Name Label
}

// Frame is what stands around every page: whose house this is, whether it is a drill, the open incident, and the head of the record.
type Frame struct {
	Provider  Label
	Drill     bool
	Simulated bool          // agents of this hub only pretend to cut; every page says so
	ReadOnly  string        // why nothing can be written now; empty when all is well
	Damage    *Damage       // what is wrong with the record, if that is why
	TakenOver *TakenOver    // another hub goes on with this record, and this one is stale; nil while none does
	Copies    []CopyLag     // copies of the record that are behind
	Incident  *IncidentLine // the open incident that leads the page; nil in peace
	Head      HeadView
	Now       time.Time
	Version   uint64 // number of the last record this view knows
}

// IncidentLine is an incident in one line.
type IncidentLine struct {
	ID         string
	Title      string
	HappenedAt time.Time // begin as known today
	Opened     time.Time
	Closed     time.Time // zero while it is open
	Lead       string    // name of the crisis team lead, empty when nobody is
	LeadID     string
	Updated    time.Time // last entry by a person
}

// HeadView is the head of the journal as printed on every page.
type HeadView struct {
	Short     string // a few letters of the root, to be compared by voice
	Root      string // the whole root, base64
	Size      uint64
	Signed    time.Time // time of the latest checkpoint; zero before the first
	Witnessed bool
}

// Fact is one thing that happened, in the form every list shows: who, when, what, and where it stands in the record.
// Kind is the kind of the record; pages have a phrase for each and show the kind itself where they have none.
type Fact struct {
	Seq        uint64
	At         time.Time // when it was entered
	HappenedAt time.Time
	By         string // the actor's name as shown
	Kind       string
	Refs       []string // what it is about, as references or names
	Text       string   // free text by a person, may be empty
}

// Late says whether the fact was entered noticeably after it happened, so that both times are worth showing.
func (f Fact) Late() bool { return f.At.Sub(f.HappenedAt) >= lateFrom }

// lateFrom is the distance between happening and entry from which a page shows both: below it they read the same to the minute.
const lateFrom = 2 * time.Minute
