package web

import "time"

const (
	maxForm      = 64 << 10         // bytes of a form: a log text of the longest kind, or an approval, with room
	matrixBuffer = 384 << 10        // first size of the buffer for the cells: 1,400 of them fit, so that it rarely grows
	liveRest     = time.Second      // at most one message a second to each listener: people read no faster, and a burst of entries is one redraw
	liveBeat     = 20 * time.Second // a comment this often keeps the line open through the proxies people have between
	statusReload = 60               // seconds after which the public page loads itself anew without any script
	statusCache  = 15 * time.Second // how long others may keep the public page: 40,000 practices open it in the same two minutes
	statusFresh  = 5 * time.Minute  // so long the public page may go on showing its "as of" while nothing changed: a reload then costs a few bytes
	perPage      = 100              // entries on a page of the journal or the log book: about three screens
	sessionDays  = 7                // how long a browser keeps the session cookie; the hub may end the session earlier

	// boardBytes bounds the compressed board with all cells of the insurers' example: 60 KB go through a phone in a second at 0.5 Mbit/s.
	boardBytes = 60 << 10
)
