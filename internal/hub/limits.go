package hub

import "time"

const (
	maxGroup    = 128                       // requests committed together; more would make the first of them wait longer than a screen takes to be noticed
	maxQueue    = 4096                      // requests in the line; more than all agents and everybody's browser at once
	maxKey      = 200                       // bytes of a request's key: a prefix, a user and a UUID or hash, within a record's field
	maxMessage  = 2 << 10                   // bytes of a fault in words
	maxPast     = 10 * 365 * 24 * time.Hour // how far back an entry may say that it happened: an old finding yes, a mistyped century no
	probeRounds = 4                         // looks from outside before what is seen is believed; a look that finds a dead host takes its full time-out
	probePause  = 250 * time.Millisecond    // between two looks: a service that restarts answers within a second or is not there
	retryAfter  = 2 * time.Second           // what failed for the moment is tried again after this

	// clockJump is how far the machine's clock may be from what has really passed before that is an entry of its own: a time server moves it by less, and
	// beyond it one-time passwords and the windows of orders fail.
	clockJump = 5 * time.Minute

	maxCopies = 16 // directories that a record was copied to and in which a claim is looked for at the start

	auditRest  = time.Second // the longest rest between two pages of a verification: a machine that slept is not to sleep on
	auditAgain = time.Minute // a verification that could not read the record is tried again after this

	silenceAfter = time.Minute // two calls missed: an agent calls at least every 25 s

	approversBack  = 2 // people whom an agent must know before it is enrolled: class loosen needs them, and a cut without a way back is none
	trustThreshold = 2 // people who must agree before agents believe other people

	tokenNote  = 10 * time.Minute // how exactly the last use of a token is kept: more often would be a write for each call of a program
	maxHeld    = 5000             // entries in what is held about a person: more than anybody reads, and a page of two megabytes
	minMention = 4                // letters of a name that is looked for in texts

	inviteLife  = 24 * time.Hour  // of the link of an invitation: sent in the evening, opened the next day
	sessionLife = 16 * time.Hour  // a long shift; who comes back the next day signs in again
	sessionIdle = 6 * time.Hour   // a session that nobody used for a meal and a nap; a board on a wall uses its own by looking for news
	sessionNote = 5 * time.Minute // how exactly it is stored when a session was last used: a write per request would be a commit per request
	halfLife    = 5 * time.Minute // between password and code
	maxSessions = 16              // of one person: the browsers of a crisis room and some that were forgotten
	maxTries    = 5               // proofs that may fail in one session before it ends
	freshFor    = 5 * time.Minute // so long a proof of who somebody is covers grave acts: an approval and what belongs to it, not a walk to the coffee machine
	maxBrowser  = 200             // bytes of what a browser says about itself

	challengeLife   = 5 * time.Minute // to find the security key in the other jacket (WebAuthn 3, section 15.1, recommends 5 minutes)
	maxPasskeys     = 10              // of one person
	maxLabel        = 60              // bytes of a passkey's name
	maxCredentialID = 1023            // bytes (WebAuthn 3, section 7.1, step 25)

	deviceLife    = 180 * 24 * time.Hour // between two crises; a password change ends it earlier
	maxDevice     = 200                  // bytes of a device cookie
	maxBuckets    = 1 << 15              // in each of two generations: some 10 MB when strangers fill both
	maxTyped      = 64                   // bytes of what was typed as a user that are told apart: no id is longer
	throttleQuiet = time.Hour            // failures are forgotten after so long without another
	maxDistinct   = 1000                 // names and addresses told apart among the failures of a minute

	minPassword  = 12   // bytes (NIST SP 800-63B asks for 8 at least where a second factor is not there)
	maxPassword  = 1024 // bytes; a passphrase, not a book
	maxHashQueue = 16   // passwords that wait to be checked: beyond that an answer would come after anybody's patience, and a flood is turned away at once
	maxHashShare = 4    // places in that line, the running ones included, that one address can hold
	maxHashing   = 2    // passwords hashed at once: 64 MiB and a core each
)
