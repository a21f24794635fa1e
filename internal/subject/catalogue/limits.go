package catalogue

// Bounds on what a catalogue directory or bundle may ask of us. They leave room for a vendor with 21,000 practices and 40,000 recipients and for 100,000 cells;
// what lies beyond is a mistake or an attack, and is said so before memory is spent on it.
const (
	maxFiles     = 512      // a folder of files per kind, one per service, still fits several times
	maxYAMLBytes = 1 << 20  // YAML is written by hand: a megabyte is 20,000 lines; it also bounds the parser's work
	maxCSVBytes  = 16 << 20 // 100,000 contact rows of 160 bytes
	maxTextBytes = 1 << 20  // a README is carried, never read
	maxTotal     = 64 << 20 // the whole directory; it travels as one blob in one journal entry's attachment
	maxPathBytes = 200      // fits every file system, with the data directory's path before it
	maxLine      = 4096     // bytes in a line: a paragraph in two languages, and a bound on what one finding can point into
	maxDepth     = 16       // nested brackets, and nested block levels; the deepest form in use has seven
	maxKeys      = 64       // keys of one mapping; a service, the richest record, has fifteen
	maxFindings  = 200      // nobody reads more at once; the rest is counted

	maxText     = 2000    // characters in one text field: a paragraph, not a document
	maxID       = 63      // length of an id, as in the syntax `[A-Za-z0-9][A-Za-z0-9._-]{0,62}`
	maxServices = 2000    // a large provider lists some hundreds
	maxRows     = 100_000 // customers or contacts
	maxCells    = 250_000 // two and a half times what impact is designed for
	maxNeeds    = 64      // needs of one service, soft and any-of included
	maxAnyOf    = 16      // members of one any-of group
	maxEdges    = 4 << 20 // needs of all cells together: 32 MB of graph
	maxList     = 256     // items in any other list of one record
)
