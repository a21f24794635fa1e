package scenario

import "time"

const (
	maxFile     = 256 << 10            // bytes of a scenario: six weeks of crisis with texts in two languages have 60 KiB
	maxLine     = 8 << 10              // bytes of a line; bounds the nesting of blocks too, since every level costs a column
	maxBrackets = 16                   // nested flow brackets; the format has 3
	maxPeople   = 50                   // one crisis team and its customers; each costs a password hash at the start
	maxHosts    = 8                    // hosts on the stage: each is a namespace and two processes on a laptop
	maxSteps    = 2000                 // what a person can read as one story, and a machine can play in minutes
	maxExpect   = 16                   // expectations of one step
	maxList     = 200                  // entries of any other list
	maxText     = 4 << 10              // bytes of one text; what stands in the record has a bound of its own there
	maxSpan     = 120 * 24 * time.Hour // the longest real case came to its end in four months
	maxFindings = 100                  // findings shown: who has more begins anew

	waitAround = time.Millisecond // between two looks at what the hub's own timer still has to do
)
