package statuspage

import "blackstart/internal/subject/incident"

// Event is what can be a fact about what outsiders were told.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Published says that the public was told this. It has no private part: what was public cannot be taken back, only succeeded.
type Published struct {
	Incident incident.ID `json:"incident"`
	DE       string      `json:"de"`
	EN       string      `json:"en"`
	Digest   string      `json:"digest"` // as [Digest]; printed and read out, so that a copy elsewhere can be compared
}

func (Published) Kind() string { return "statuspage.published" }

func (Published) event() {}
