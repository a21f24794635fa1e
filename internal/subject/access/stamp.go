package access

import "time"

// Stamp goes with every decision and every fact: who acts, when it is entered, when it happened, and where it stands in the record.
// At is the time of the entry; HappenedAt may lie before it, since what was done by phone is entered afterwards. Both are UTC.
// Seq is the number of the record and is set only when an event is applied.
type Stamp struct {
	By         Actor
	At         time.Time
	HappenedAt time.Time
	Seq        uint64
}
