package web

import "time"

const (
	maxForm      = 64 << 10         // bytes of a form: a log text of the longest kind, or an approval, with room
	maxField     = 32 << 10         // bytes of one field: an order with its approvals, base64, is the largest (an order has at most 8 KiB)
	maxFields    = 300              // of a form: a log has seven; a page that lets one tick every host or open point has some hundreds
	maxFieldName = 64               // bytes
	maxListeners = 1024             // streams of news at once: everybody of a large house with several windows; each is a goroutine and two buffers
	maxOwn       = 16               // of one person: windows on three screens; a page beyond that is drawn all the same, and reloads by hand
	liveStuck    = 10 * time.Second // a listener that takes no byte for so long is gone, or reads slowly to hold the stream
	matrixBuffer = 384 << 10        // first size of the buffer for the cells: 1,400 of them fit, so that it rarely grows
	liveRest     = time.Second      // at most one message a second to each listener: people read no faster, and a burst of entries is one redraw
	liveBeat     = 20 * time.Second // a comment this often keeps the line open through the proxies people have between
	statusReload = 60               // seconds after which the public page loads itself anew without any script
	statusCache  = 15 * time.Second // how long others may keep the public page: 40,000 practices open it in the same two minutes
	statusFresh  = 5 * time.Minute  // so long the public page may go on showing its "as of" while nothing changed: a reload then costs a few bytes
	perPage      = 100              // entries on a page of the journal or the log book: about three screens
	sessionDays  = 7                // how long a browser keeps the session cookie; the hub may end the session earlier

	deviceDays = 180              // and the one that says that somebody signed in from here before
	maxHeld    = 256              // forms that wait for a proof of who sends them: 16 MiB at most
	maxHeldOwn = 4                // of one session
	heldFor    = 10 * time.Minute // to find the phone and type a code

	// boardBytes bounds the compressed board with all cells of the insurers' example: 60 KB go through a phone in a second at 0.5 Mbit/s.
	boardBytes = 60 << 10
)
