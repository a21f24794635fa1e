package wire

import (
	"time"

	"blackstart/internal/ledger/seal"
)

const (
	maxBody    = seal.MaxEnvelope // bytes of a request or an answer
	maxCarried = 40 << 10         // bytes of envelopes inside a message: 4/3 of it, with the rest of the message, stays below maxBody
	maxFault   = 4 << 10          // bytes of an error answer that are read

	// MaxWait bounds the long poll below the 30 s after which middle boxes forget idle connections and the hub calls an agent silent.
	MaxWait = 25 * time.Second

	dialWait   = 3 * time.Second  // per address, with the handshake: a dead address must not hold up the next one
	answerWait = 10 * time.Second // beyond the wait that was asked for
	keepAlive  = 15 * time.Second // notices a dead connection under a long poll
)
