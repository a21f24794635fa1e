package statuspage

import "blackstart/internal/subject/cell"

// Level is what a page shows for a part, a service or a whole view: one row of the palette. Several words of a cell share a level; a cell's own word is said beside it.
type Level string

const (
	Operational Level = "operational"
	Unknown     Level = "unknown" // nobody looked, or there is nothing to look at: never shown as operational
	Maintenance Level = "maintenance"
	Degraded    Level = "degraded"
	Restoring   Level = "restoring" // im Wiederanlauf
	Partial     Level = "partial"
	Major       Level = "major"
	Off         Level = "off" // vorsorglich abgeschaltet
)

// Levels are all levels, from the best to the worst; of two with the same rank the later one is shown.
var Levels = []Level{Operational, Unknown, Maintenance, Degraded, Restoring, Partial, Major, Off}

// Wire is a component's status in the form of the Statuspage API, version 2: a closed list that other programs read.
type Wire string

const (
	WireOperational Wire = "operational"
	WireDegraded    Wire = "degraded_performance"
	WirePartial     Wire = "partial_outage"
	WireMajor       Wire = "major_outage"
	WireMaintenance Wire = "under_maintenance"
)

// rows is the table of levels: how bad each is, and the nearest status on the wire. What the wire has no word for is told as the worse neighbour.
var rows = map[Level]struct {
	rank int
	wire Wire
}{
	Operational: {0, WireOperational},
	Unknown:     {1, WirePartial},
	Maintenance: {2, WireMaintenance},
	Degraded:    {3, WireDegraded},
	Restoring:   {3, WireDegraded},
	Partial:     {4, WirePartial},
	Major:       {5, WireMajor},
	Off:         {5, WireMajor},
}

// Rank says how bad the level is: 0 is operational, 5 the worst. A level that nobody knows ranks worst.
func (l Level) Rank() int {
	if r, ok := rows[l]; ok {
		return r.rank
	}
	return rows[Major].rank
}

// Wire is the level as other programs read it.
func (l Level) Wire() Wire {
	if r, ok := rows[l]; ok {
		return r.wire
	}
	return WireMajor
}

// levelOf is the level of each word of a cell. A replacement that runs is not what was agreed, so it is degraded; emergency operation serves only the most urgent,
// so it is partial; what third parties blocked is out, whoever did it; what was replaced for good is missed by nobody: its successor is a cell of its own.
var levelOf = map[cell.Word]Level{
	cell.WordOperational: Operational,
	cell.WordReplaced:    Operational,
	cell.WordUnknown:     Unknown,
	cell.WordMaintenance: Maintenance,
	cell.WordDegraded:    Degraded,
	cell.WordLimited:     Degraded,
	cell.WordInterim:     Degraded,
	cell.WordReturning:   Restoring,
	cell.WordBasic:       Partial,
	cell.WordOutage:      Major,
	cell.WordBlocked:     Major,
	cell.WordOff:         Off,
}

// LevelOf is the level that shows a cell's word; Unknown for a word that nobody knows.
func LevelOf(w cell.Word) Level {
	if l, ok := levelOf[w]; ok {
		return l
	}
	return Unknown
}

// Worse gives the worse of two levels; of the same rank, the one that says more.
func Worse(a, b Level) Level {
	if position(b) > position(a) {
		return b
	}
	return a
}

// position is the place in [Levels], which goes with the rank.
func position(l Level) int {
	for n, known := range Levels {
		if l == known {
			return n
		}
	}
	return position(Major)
}
