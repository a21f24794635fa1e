package order

import (
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// ReceiptType is the media type of a receipt.
const ReceiptType = "application/vnd.blackstart.receipt.v1+json"

// Status is what an agent says about an order.
type Status string

const (
	Accepted Status = "accepted" // checked, written down, about to run
	Executed Status = "executed" // done; for an isolation: the rules are active, on trial
	Refused  Status = "refused"  // not done; the code says why
	Unknown  Status = "unknown"  // a crash left open whether it was done
	Released Status = "released" // an isolation of this order has ended; the code says why
)

// Receipt is an agent's signed word about one order. Each has a number of its own, so that the hub can take it twice and count it once.
type Receipt struct {
	V         int       `json:"v"`
	Host      Host      `json:"host"`
	Counter   uint64    `json:"counter"` // rising from 1 since the enrolment
	Order     ID        `json:"order"`   // empty when the order could not be read
	OrderHash string    `json:"order_hash"`
	Status    Status    `json:"status"`
	Code      Code      `json:"code"`
	Before    string    `json:"before"` // how the host stood: open, trial, isolated, or unknown
	After     string    `json:"after"`
	Rules     string    `json:"rules"` // the packet filter rules as text, evidence for people
	At        time.Time `json:"at"`    // agent time: never behind what the hub signed, never taken from the host's wall clock
}

// Seal signs the receipt with the agent's key.
func (r Receipt) Seal(s *seal.Signer) seal.Envelope {
	payload, err := json.Marshal(r, json.Deterministic(true))
	if err != nil {
		panic("a receipt did not marshal: " + err.Error()) // impossible: strings, numbers and a time in this millennium
	}
	e := seal.Envelope{PayloadType: ReceiptType, Payload: payload}
	e.Sign(s)
	return e
}

// ParseReceipt reads a receipt without asking who signed it; the one who knows the keys does that.
func ParseReceipt(e seal.Envelope) (Receipt, error) {
	var r Receipt
	if e.PayloadType != ReceiptType || len(e.Payload) > MaxReceipt {
		return r, badReceipt("the envelope holds %d bytes of %.100q", len(e.Payload), e.PayloadType)
	}
	if err := json.Unmarshal(e.Payload, &r, json.RejectUnknownMembers(true)); err != nil {
		return Receipt{}, badReceipt("%w", err)
	}
	switch {
	case r.V != Version || !r.Host.Valid() || r.Counter == 0 || r.Counter > MaxN || len(r.OrderHash) != 64:
		return Receipt{}, badReceipt("version, host, counter or order hash are not of the form")
	case r.Order != "" && !validID(string(r.Order)):
		return Receipt{}, badReceipt("order %q is not an id", r.Order)
	case !r.Code.Known():
		return Receipt{}, badReceipt("code %q is not on the list", r.Code)
	case !r.Status.known():
		return Receipt{}, badReceipt("status %q is not on the list", r.Status)
	}
	return r, nil
}

func (s Status) known() bool {
	switch s {
	case Accepted, Executed, Refused, Unknown, Released:
		return true
	}
	return false
}

// follow is what an agent can say after what it said. A refused order may still be accepted: somebody brings the approval that it lacked.
var follow = map[Status][]Status{
	Accepted: {Executed, Refused, Unknown, Released},
	Refused:  {Refused, Accepted},
	Executed: {Released},
	Unknown:  {Released},
	Released: {},
}

// Final says whether nothing more is to be done for the order at that host.
func (s Status) Final() bool {
	return s == Executed || s == Refused || s == Unknown || s == Released
}

func badReceipt(format string, args ...any) error {
	return fault.New(fault.Invalid, "order.receipt", "could not read the receipt: "+format, args...)
}
