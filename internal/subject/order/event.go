package order

import (
	"fmt"
	"time"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
)

// Event is a fact of this subject. Kinds and members are for ever.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// Drafted holds the exact bytes that are to be signed, as text: whoever reads the journal reads what people approved.
type Drafted struct {
	ID       ID     `json:"id"`
	Payload  string `json:"payload"`
	Incident string `json:"incident,omitempty"`
	Measure  string `json:"measure,omitempty"`
}

// Approved is one person's consent; the approval can be checked again by anybody who has the root and the draft.
type Approved struct {
	ID       ID            `json:"id"`
	Person   access.Actor  `json:"person"`
	Approval seal.Approval `json:"approval"`
}

// Ready says that enough people approved: the hub may sign.
type Ready struct {
	ID ID `json:"id"`
}

// Issued completes the envelope.
type Issued struct {
	ID        ID             `json:"id"`
	Signature seal.Signature `json:"signature"`
}

// Word is what all receipts have in common. The envelope is the proof; the other members are read out of it.
type Word struct {
	ID       ID            `json:"id"` // empty when it is about bytes that this hub never drafted
	Host     Host          `json:"host"`
	Counter  uint64        `json:"counter"`
	Code     Code          `json:"code,omitempty"`
	At       time.Time     `json:"at"` // agent time
	Envelope seal.Envelope `json:"envelope"`
}

type (
	// HostAccepted says that a host checked the order and is about to run it.
	HostAccepted struct{ Word }
	// HostExecuted says that a host has done it.
	HostExecuted struct{ Word }
	// HostRefused says that a host did not do it, and why.
	HostRefused struct{ Word }
	// HostUnsure says that a host does not know whether it did it.
	HostUnsure struct{ Word }
	// HostReleased says that a host's isolation by the order has ended, and why.
	HostReleased struct{ Word }
)

// Withdrawn says that the order is not handed out any more.
type Withdrawn struct {
	ID     ID     `json:"id"`
	Reason string `json:"reason"`
}

// RanOut says that the order's time is over. Waiting are the hosts that had not accepted it by then.
type RanOut struct {
	ID      ID     `json:"id"`
	Waiting []Host `json:"waiting,omitempty"`
}

// RootChanged holds the whole new trust root.
type RootChanged struct {
	Root Root `json:"root"`
}

// EnrolmentOffered holds the hash of a one-time token, never the token.
type EnrolmentOffered struct {
	Host      Host      `json:"host"`
	TokenHash string    `json:"token_hash"`
	Expires   time.Time `json:"expires"`
}

// AgentEnrolled says whose key speaks for the host.
type AgentEnrolled struct {
	Host Host     `json:"host"`
	Key  seal.Key `json:"key"`
}

// AgentSilent says that a host has stopped calling.
type AgentSilent struct {
	Host  Host      `json:"host"`
	Since time.Time `json:"since"`
}

// AgentHeard says that a host calls: for the first time, or again.
type AgentHeard struct {
	Host Host `json:"host"`
}

func (Drafted) Kind() string          { return "order.drafted" }
func (Approved) Kind() string         { return "order.approved" }
func (Ready) Kind() string            { return "order.ready" }
func (Issued) Kind() string           { return "order.issued" }
func (HostAccepted) Kind() string     { return "order.accepted" }
func (HostExecuted) Kind() string     { return "order.executed" }
func (HostRefused) Kind() string      { return "order.refused" }
func (HostUnsure) Kind() string       { return "order.unknown" }
func (HostReleased) Kind() string     { return "order.released" }
func (Withdrawn) Kind() string        { return "order.withdrawn" }
func (RanOut) Kind() string           { return "order.expired" }
func (RootChanged) Kind() string      { return "order.root_changed" }
func (EnrolmentOffered) Kind() string { return "order.enrolment_offered" }
func (AgentEnrolled) Kind() string    { return "order.agent_enrolled" }
func (AgentSilent) Kind() string      { return "order.agent_silent" }
func (AgentHeard) Kind() string       { return "order.agent_heard" }

func (Drafted) event()          {}
func (Approved) event()         {}
func (Ready) event()            {}
func (Issued) event()           {}
func (HostAccepted) event()     {}
func (HostExecuted) event()     {}
func (HostRefused) event()      {}
func (HostUnsure) event()       {}
func (HostReleased) event()     {}
func (Withdrawn) event()        {}
func (RanOut) event()           {}
func (RootChanged) event()      {}
func (EnrolmentOffered) event() {}
func (AgentEnrolled) event()    {}
func (AgentSilent) event()      {}
func (AgentHeard) event()       {}

// Of gives the order that an event is about; empty for those about agents and the trust root, and for receipts of orders that could not be read.
func Of(e Event) ID {
	switch e := e.(type) {
	case Drafted:
		return e.ID
	case Approved:
		return e.ID
	case Ready:
		return e.ID
	case Issued:
		return e.ID
	case HostAccepted:
		return e.ID
	case HostExecuted:
		return e.ID
	case HostRefused:
		return e.ID
	case HostUnsure:
		return e.ID
	case HostReleased:
		return e.ID
	case Withdrawn:
		return e.ID
	case RanOut:
		return e.ID
	case RootChanged, EnrolmentOffered, AgentEnrolled, AgentSilent, AgentHeard:
		return ""
	}
	panic(fmt.Sprintf("order does not know %T", e))
}
