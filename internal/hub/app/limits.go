package app

import (
	"io"
	"log"
	"time"
)

// Bounds of what a stranger can make the program hold.
const (
	// 2,000 agents with their people may sit behind one address translator, and one network gets at most half ([share]): so 6,000. A half-open one
	// costs about 10 kB, one with TLS 40 kB, and a laptop has file descriptors for more.
	maxConns = 6000
	// Requests being answered, waiting agents and open streams of news among them: as many as connections, since HTTP/1.1 has one for each.
	maxRequests = 6000

	headerTimeout = 10 * time.Second  // a client that has not sent its headers by then is no browser (slowloris); it bounds the TLS handshake too
	readTimeout   = 30 * time.Second  // a body that has not come by then is sent to keep a connection busy
	writeTimeout  = 60 * time.Second  // longer than an agent's long poll of 25 s; streams of news set their own
	idleTimeout   = 120 * time.Second // a kept connection saves a handshake, the dearest part of a visit
	drainTimeout  = 5 * time.Second   // a stop waits so long for answers that are under way
	copyGrace     = 10 * time.Second  // a stop waits so long for copies that are under way
	retrySeconds  = "5"               // after this whoever was turned away may ask again; most places are free again within a header's time

	maxHeader  = 16 << 10 // bytes of all headers and the URL together: a cookie, a language and a long filter, with room
	maxHeaders = 64       // fields: browsers send about twenty
	maxURL     = 8 << 10  // bytes (RFC 9110, section 4.1 asks for 8,000 at least)
	maxQuery   = 64       // fields of a query: the filter of the impact page with everything chosen has about ten
	maxBody    = 48 << 20 // bytes: a catalogue's bundle of 32 MB in base64 is the largest of all; every door has a smaller bound of its own

	// HTTP/2 (RFC 9113, section 10.5). What a client resets counts as running until its handler has ended, so rapid resets gain nothing.
	maxStreams    = 100              // at once on one connection: the least that section 6.5.2 recommends
	streamBuffer  = 256 << 10        // bytes of a body that may wait unread, of one stream
	connBuffer    = 1 << 20          // bytes, of all streams of a connection
	pingAfter     = 30 * time.Second // of silence; a peer that is gone is noticed before its idle time ends
	pingTimeout   = 15 * time.Second
	stuckTimeout  = 30 * time.Second // a client that takes no byte for so long reads to keep a connection busy
	networkBits6  = 64               // an IPv6 subscriber has at least a /64 (RFC 6177): its addresses are one network
	hstsMaxAge    = "max-age=31536000"
	nameLocalhost = "localhost"
)

// quiet drops the HTTP server's own log: it holds addresses of visitors and what they made up, and nobody reads it in a crisis.
var quiet = log.New(io.Discard, "", 0)
