package incident

import "time"

const (
	MaxTitle      = 200                       // bytes; a title stands on one line of the board and of a printed page
	MaxText       = 8 << 10                   // bytes; about three printed pages, longer papers are evidence and not a log line
	MaxPoint      = 1 << 10                   // bytes; one line of a list, and 200 of them fit into one entry
	MaxPast       = 10 * 365 * 24 * time.Hour // how far back an anchor may lie: an old breach yes, a mistyped century no
	MaxOpenPoints = 200                       // a list that nobody reads aloud is not handed over
	MaxIncidents  = 10_000                    // far beyond any real house; bounds the state against a runaway client
)
