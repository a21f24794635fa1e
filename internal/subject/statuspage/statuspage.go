// Package statuspage knows what outsiders are told: the texts that were published, and how a view of many cells becomes one level, per service and for the banner.
// It refuses to know who may see what: which parts are visible comes in with them, and what is invisible never has an effect. It does not record levels:
// they are derived anew from every view; only publications are facts.
//
// Start at [View]; [Level] is the palette, [Decide] the publications.
package statuspage

import (
	"time"

	"blackstart/internal/subject/incident"
)

// Publication is one text that was published. The text itself is read from the entry.
type Publication struct {
	Incident incident.ID
	Seq      uint64    // number of the entry
	At       time.Time // when it was published
	Digest   string    // as [Digest]
}
