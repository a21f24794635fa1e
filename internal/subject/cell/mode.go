package cell

import "slices"

// Mode is how a cell is run: a decision, not an observation.
type Mode string

const (
	Regular     Mode = "regular"
	Limited     Mode = "limited"   // only what a profile allows
	Off         Mode = "off"       // vorsorglich abgeschaltet
	Blocked     Mode = "blocked"   // gesperrt durch Dritte
	Interim     Mode = "interim"   // Ersatzbetrieb
	Basic       Mode = "basic"     // Notbetrieb
	Returning   Mode = "returning" // Rückführung, im Wiederanlauf
	Maintenance Mode = "maintenance"
	Replaced    Mode = "replaced" // abgelöst, for good
)

// Modes are all modes.
var Modes = []Mode{Regular, Limited, Off, Blocked, Interim, Basic, Returning, Maintenance, Replaced}

// next is the law of change: from each mode, the modes that may follow. Going backwards is normal; only one thing is forbidden throughout:
// what was off, blocked or on a substitute never becomes regular without having been returning, so that every way back is observed. Limited is a stage of
// such a way (loosening by profile), so it leads to regular or into maintenance by returning only.
var next = map[Mode][]Mode{
	Regular:     {Limited, Off, Blocked, Interim, Basic, Maintenance, Replaced},
	Limited:     {Off, Blocked, Interim, Basic, Returning, Replaced},
	Off:         {Limited, Blocked, Interim, Basic, Returning, Replaced},
	Blocked:     {Limited, Off, Interim, Basic, Returning, Replaced},
	Interim:     {Off, Blocked, Basic, Returning, Replaced},
	Basic:       {Limited, Off, Blocked, Interim, Returning, Replaced},
	Returning:   {Regular, Limited, Off, Blocked, Interim, Basic, Replaced},
	Maintenance: {Regular, Limited, Off, Blocked, Returning},
	Replaced:    {Off, Returning},
}

// Next gives the modes that may follow m.
func (m Mode) Next() []Mode { return slices.Clone(next[m]) }

// May says whether mode to may follow mode m.
func (m Mode) May(to Mode) bool { return slices.Contains(next[m], to) }

// wordOfMode is the page's word for a cell that is not in regular mode.
var wordOfMode = map[Mode]Word{
	Limited:     WordLimited,
	Off:         WordOff,
	Blocked:     WordBlocked,
	Interim:     WordInterim,
	Basic:       WordBasic,
	Returning:   WordReturning,
	Maintenance: WordMaintenance,
	Replaced:    WordReplaced,
}
