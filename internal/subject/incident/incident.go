// Package incident knows one crisis as a whole: that it is open, since when what is known, who leads, what was said in its log,
// and with which points left open it ended. It knows nothing of cells, orders or deadlines: those subjects refer to it by its ID.
//
// It is cut like every subject, and is the one to read first: [Command] says what may be asked, [Decide] answers with events or a fault,
// [Event] says what can be a fact, [Apply] is what a fact changes. Both functions are pure; time and person come in by access.Stamp.
package incident

import (
	"slices"
	"time"

	"blackstart/internal/subject/access"
)

// ID names an incident, `inc-1` when nobody chose a better one.
type ID string

// Anchor names a moment from which clocks are counted. Each is stored apart, since laws count from different ones.
type Anchor string

const (
	FirstAlert     Anchor = "first_alert"     // a machine raised it
	FirstKnowledge Anchor = "first_knowledge" // Kenntniserlangung: any employee at work knew (§ 32 (1) BSIG)
	Significant    Anchor = "significant"     // decided to be an erheblicher Sicherheitsvorfall (§ 2 BSIG, EU 2024/2690)
	Major          Anchor = "major"           // classified as a major ICT-related incident (DORA Art. 18)
	DataBreach     Anchor = "data_breach"     // the provider learned that personal data may be concerned (GDPR Art. 33 (2))
)

// Anchors are all anchors, in the order in which they usually come.
var Anchors = []Anchor{FirstAlert, FirstKnowledge, Significant, Major, DataBreach}

// Incident is one crisis as it stands.
type Incident struct {
	ID       ID
	Title    string
	Lead     access.Actor // Stabsleitung
	OpenedAt time.Time    // when it began, not when it was entered
	ClosedAt time.Time    // zero while it is open
	Anchors  map[Anchor]time.Time
	Log      []uint64 // numbers of the log entries, in the order of entry; their texts are read from the record
	OpenLeft int      // points left open at the close
	CloseSeq uint64   // number of the closing entry, 0 while open; its texts are read from the record
}

// Open says whether the crisis still runs.
func (i Incident) Open() bool { return i.ClosedAt.IsZero() }

// logged says whether a log entry with this number exists, so that it can be corrected.
func (i Incident) logged(seq uint64) bool {
	_, found := slices.BinarySearch(i.Log, seq)
	return found
}
