// Package wire knows how an agent and its hub talk: two requests over TLS 1.3, what stands in them, and how each side makes sure of the other.
// It decides nothing: whether an order is good the agent asks of subject/order, and what a receipt means the hub does.
//
// An agent always dials, to literal addresses, and waits for an answer that comes when there is something to do (long poll). Every message is an envelope:
// signed by the agent's key in one direction, by the hub's in the other, so that a middle box that breaks TLS open can only be silent.
// Start at [Exchange]; the hub's side is [Handler], the agent's [Client].
package wire

import (
	"net/netip"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// Paths and media types; they are fixed for outside use.
const (
	ExchangePath = "/agent/v1/exchange"
	EnrolPath    = "/agent/v1/enrol"

	ExchangeType = "application/vnd.blackstart.exchange.v1+json"
	AnswerType   = "application/vnd.blackstart.answer.v1+json"
	EnrolType    = "application/vnd.blackstart.enrol.v1+json"
	EnrolledType = "application/vnd.blackstart.enrolled.v1+json"
)

// Exchange is what an agent sends: what it has to say, and how long it will listen.
type Exchange struct {
	V        int             `json:"v"`
	Host     order.Host      `json:"host"`
	Counter  uint64          `json:"counter"` // rises from a random start with each run; the answer repeats it, so that an old answer cannot be passed off as new
	WaitS    int             `json:"wait_s"`  // seconds to wait for an order; 0 when receipts are to be confirmed at once
	Receipts []seal.Envelope `json:"receipts"`
	State    State           `json:"state"`
}

// State is how the host stands, for the eyes of people; nothing is decided on it.
type State struct {
	Isolation string    `json:"isolation"` // open, trial, isolated
	Order     order.ID  `json:"order"`     // that the isolation goes back to
	Left      int       `json:"left_s"`    // of its lease
	Reapplied int       `json:"reapplied"` // how often the rules had to be put back: somebody else removes them
	Simulated bool      `json:"simulated"` // nothing is really cut off
	Version   string    `json:"version"`   // of the agent
	At        time.Time `json:"at"`        // agent time
	Ahead     int       `json:"ahead_s"`   // by how much the hub's word has put agent time before the host's own count: the host was switched off, or somebody lied
}

// Answer is what the hub sends back. That it came at all means that every receipt of the exchange has been dealt with for good.
type Answer struct {
	V       int             `json:"v"`
	Host    order.Host      `json:"host"`
	Counter uint64          `json:"counter"` // of the exchange that it answers
	Time    time.Time       `json:"time"`    // raises the agent's time, never lowers it
	Orders  []seal.Envelope `json:"orders"`
}

// EnrolRequest asks to be the agent of a host. It is signed with the new key, which proves that the asker has it.
type EnrolRequest struct {
	V     int        `json:"v"`
	Host  order.Host `json:"host"`
	Key   seal.Key   `json:"key"`
	Token string     `json:"token"`
}

// Enrolled gives a new agent what it needs for life: whom to obey and where to call.
type Enrolled struct {
	V    int              `json:"v"`
	Host order.Host       `json:"host"` // as the hub spells it
	Time time.Time        `json:"time"`
	Root order.Root       `json:"root"`
	Hubs []netip.AddrPort `json:"hubs"` // every literal address of the hub, IPv4 and IPv6
}

// version is the only version of these messages.
const version = 1

// encode writes a message; it fails only on text that is not UTF-8.
func encode(message any) ([]byte, error) {
	data, err := json.Marshal(message, json.Deterministic(true))
	if err != nil {
		return nil, fault.New(fault.Invalid, "wire.form", "could not write the message: %w", err)
	}
	return data, nil
}

// decode reads a message strictly.
func decode[M any](e seal.Envelope) (M, error) {
	var m M
	if err := json.Unmarshal(e.Payload, &m, json.RejectUnknownMembers(true)); err != nil {
		return m, fault.New(fault.Invalid, "wire.form", "could not read the message of type %s: %w", e.PayloadType, err)
	}
	return m, nil
}

// Fit gives as many of the envelopes, from the front, as one message can carry, and at least one if there is any: the rest comes with the next.
func Fit(envelopes []seal.Envelope) []seal.Envelope {
	size := 0
	for i, e := range envelopes {
		if size += len(e.Marshal()); size > maxCarried && i > 0 {
			return envelopes[:i]
		}
	}
	return envelopes
}
