package hub

// Bounds on what one view holds: what is shown to people must be readable by people, and one request must not read the whole record into memory.
const (
	defaultPage    = 100    // facts on a page that asked for no number: about three screens
	maxPage        = 500    // facts on one page, whatever was asked for
	maxTimeline    = 10_000 // facts in a report: about 300 printed pages; what lies beyond is read in the journal
	maxHistory     = 500    // changes of one cell or order shown; older ones stand in the journal
	maxOwnFacts    = 100    // facts on a customer's page
	maxBatch       = 200    // entries shown beside one that were written with it
	maxImpactCells = 500    // cells listed with their causes; the rest is counted
	maxNamedCells  = 3      // cells named in a fact that is about many; the rest is counted
	maxHeadline    = 90     // characters of a headline made from the first published text
	maxChanges     = 500    // changes shown of a catalogue that waits to be adopted
)
