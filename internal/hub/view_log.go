package hub

import "time"

// LogView is the log book of an incident, newest first.
type LogView struct {
	Frame    Frame
	Incident *IncidentLine // the incident shown; nil when there never was one
	Entries  []Fact
	Older    uint64 // ask with before=Older for the next page; 0 at the end
}

// JournalView is a page of the raw record, newest first.
type JournalView struct {
	Frame   Frame
	Entries []Fact
	Kinds   []string // kinds that occur, for the filter
	Kind    string   // the filter
	Older   uint64
	Newer   uint64
	Audit   Audited // how far the record has been verified since the start
}

// RecordView is one entry of the journal with its proof.
type RecordView struct {
	Frame   Frame
	Fact    Fact
	Raw     []byte // the leaf: exactly the bytes that are hashed
	Private []PrivateField
	Hidden  bool   // there is a private part, and the reader may not see it
	Gone    bool   // the record knows of a private part that is not here
	GoneBy  uint64 // the entry that says that it was erased; 0 if it was left out of an export that this record was carried over by
	Leaf    string
	Path    []string // hashes from the leaf to the root, base64
	Size    uint64   // size of the tree the proof is for
	Root    string
	Note    string // the signed checkpoint, empty while the entry waits for the next one
	Signed  time.Time
	Batch   []Fact // what was written in the same append, with this one
}

// PrivateField is one member of a record's private part.
type PrivateField struct{ Name, Value string }
