package incident

const (
	MaxTitle      = 200     // bytes; a title stands on one line of the board and of a printed page
	MaxText       = 8 << 10 // bytes; about three printed pages, longer papers are evidence and not a log line
	MaxOpenPoints = 200     // a list that nobody reads aloud is not handed over
	MaxIncidents  = 10_000  // far beyond any real house; bounds the state against a runaway client
)
