package hub

import "time"

const (
	maxGroup    = 128                       // requests committed together; more would make the first of them wait longer than a screen takes to be noticed
	maxPast     = 10 * 365 * 24 * time.Hour // how far back an entry may say that it happened: an old finding yes, a mistyped century no
	probeRounds = 4                         // looks from outside before what is seen is believed; a look that finds a dead host takes its full time-out

	silenceAfter = time.Minute // two calls missed: an agent calls at least every 25 s

	trustThreshold = 2 // people who must agree before agents believe other people (product, principle 6)

	sessionLife = 16 * time.Hour // a long shift; who comes back the next day signs in again
	minPassword = 12             // bytes (NIST SP 800-63B asks for 8 at least where a second factor is not there)
	maxPassword = 1024           // bytes; a passphrase, not a book
	maxHashing  = 2              // passwords hashed at once: 64 MiB and a core each
)
