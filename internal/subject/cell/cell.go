// Package cell knows what is the case for one service in one environment: what is observed, how it is run, how far it has come back,
// why, since when, and who holds it. It does not know what needs what: that is the catalogue's, and what is lost as a consequence is
// derived from both, never recorded.
//
// The three values of a cell are independent: [Condition] is observed, [Mode] is decided, progress is the last gate passed. Start at [Cell];
// the law of change between modes is the table in mode.go.
package cell

import (
	"slices"
	"time"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// ID is a service in an environment, `S1@bkk-ahornwerk`.
type ID = catalogue.CellID

// Condition is what is observed of a cell, whoever or whatever observes it.
type Condition string

const (
	Unknown  Condition = "unknown"
	Normal   Condition = "normal"
	Degraded Condition = "degraded"
	Failed   Condition = "failed"
)

// Conditions are all conditions.
var Conditions = []Condition{Unknown, Normal, Degraded, Failed}

// Cause says why a cell is as it is. It must be recorded at the time: planned maintenance is no significant incident, pulling one's own plug is
// (EU 2024/2690, Art. 3 (3) against Art. 8 and 10).
type Cause string

const (
	CauseUnknown Cause = "unknown"
	Attack       Cause = "attack"
	Precaution   Cause = "precaution"
	Consequence  Cause = "consequence"
	ThirdParty   Cause = "third_party"
	Planned      Cause = "planned"
)

// Causes are all causes.
var Causes = []Cause{CauseUnknown, Attack, Precaution, Consequence, ThirdParty, Planned}

// Hold keeps a cell from being regular again until it is released.
type Hold struct {
	By  HoldKind `json:"by"`
	Ref string   `json:"ref"` // which one: the incident's id, the authority's, …
}

// HoldKind is what can hold a cell.
type HoldKind string

const (
	ByIncident  HoldKind = "incident"
	ByClearance HoldKind = "clearance" // forensische Freigabe is missing
	ByAuthority HoldKind = "authority" // a condition of an authority, for example of gematik (§ 329 (3) SGB V)
)

// HoldKinds are all kinds of hold.
var HoldKinds = []HoldKind{ByIncident, ByClearance, ByAuthority}

// Cell is one cell as it stands. Since and Decided belong to the mode, Seen to the condition; all times are when it happened.
type Cell struct {
	ID        ID
	Condition Condition
	Seen      time.Time // since when this is the condition; zero if nobody ever looked
	Mode      Mode
	Cause     Cause
	Since     time.Time    // since when this is the mode; zero if it has been so from the start
	Decided   access.Actor // who decided the mode
	Gate      string       // progress: the last gate passed since the cell left the regular mode
	Holds     []Hold
	Seq       uint64 // number of the entry that changed it last
}

// HeldBy says whether this hold lies on the cell.
func (c Cell) HeldBy(h Hold) bool { return slices.Contains(c.Holds, h) }

// Word is the one word under which a page shows a cell. It is derived, never recorded.
type Word string

const (
	WordUnknown     Word = "unknown"
	WordOperational Word = "operational"
	WordDegraded    Word = "degraded"
	WordLimited     Word = "limited"
	WordOutage      Word = "outage"
	WordOff         Word = "off" // switched off by us, vorsorglich abgeschaltet
	WordBlocked     Word = "blocked"
	WordInterim     Word = "interim"
	WordBasic       Word = "basic"
	WordReturning   Word = "returning" // im Wiederanlauf
	WordMaintenance Word = "maintenance"
	WordReplaced    Word = "replaced"
)

// Effect is what others' loss does to a cell, computed from the catalogue: "", "lost" or "degraded".
type Effect = catalogue.Effect

// Word derives the page's word. A decided mode outweighs everything; a cell in regular mode shows the worse of what is observed and of what
// its needs do to it, so that nothing looks healthy because nobody looked.
func (c Cell) Word(effect Effect) Word {
	if c.Mode != Regular {
		return wordOfMode[c.Mode]
	}
	switch {
	case c.Condition == Failed || effect == catalogue.Lost:
		return WordOutage
	case c.Condition == Degraded || effect == catalogue.Degraded:
		return WordDegraded
	case c.Condition == Normal:
		return WordOperational
	}
	return WordUnknown
}
