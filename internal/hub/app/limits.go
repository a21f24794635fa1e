package app

import (
	"io"
	"log"
	"time"
)

const (
	headerTimeout = 10 * time.Second  // a client that has not sent its headers by then is no browser (slowloris)
	readTimeout   = 30 * time.Second  // a body that has not come by then is sent to keep a connection busy
	writeTimeout  = 60 * time.Second  // longer than an agent's long poll of 25 s; streams of news set their own
	maxConns      = 4096              // connections of one listener: 2,000 agents, their people, and what a laptop has file descriptors for
	idleTimeout   = 120 * time.Second // a kept connection saves a handshake, the dearest part of a visit
	drainTimeout  = 5 * time.Second   // a stop waits so long for answers that are under way
	maxHeader     = 32 << 10          // bytes
)

// quiet drops the HTTP server's own log: it holds addresses of visitors and what they made up, and nobody reads it in a crisis.
var quiet = log.New(io.Discard, "", 0)
