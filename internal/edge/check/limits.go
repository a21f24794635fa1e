package check

import "time"

const (
	maxLook    = 5 * time.Second // of one look: a packet that is dropped, not refused, must not hold up a round of probes
	maxHeader  = 64 << 10        // bytes of an answer's header
	maxContent = 64 << 10        // bytes of content that are searched
	maxDetail  = 300             // characters of a detail: one line on a page
)
