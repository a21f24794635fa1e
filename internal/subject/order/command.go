package order

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/ledger/seal"
)

// Command is what can be asked of this subject.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Draft puts an order into words. Class may be left empty; if it is given it must be the verb's. Zero times and seconds take the defaults of limits.go.
type Draft struct {
	ID        ID
	Class     Class
	Verb      Verb
	Params    jsontext.Value // nil for {}
	Targets   []Host
	Reason    string
	NotBefore time.Time
	Expires   time.Time
	LeaseS    int
	ConfirmS  int
	End       End
	Head      string // short head of the journal
	Incident  string // the incident it belongs to, if any
	Measure   string // the containment measure it carries out, if any
}

// Approve adds a person's signature over the drafted bytes. Who it is follows from the key, not from who brings it: approvals may come by file.
type Approve struct {
	ID       ID
	Approval seal.Approval
}

// Issue adds the hub's signature to an order that is ready: from then on it is handed to its hosts.
type Issue struct {
	ID        ID
	Signature seal.Signature
}

// Receive takes an agent's receipt in. A receipt that was taken before changes nothing, and is no fault: agents repeat themselves.
type Receive struct{ Receipt seal.Envelope }

// Withdraw stops an order from being handed out any further. What a host has accepted is undone only by another order.
type Withdraw struct {
	ID     ID
	Reason string
}

// Tick looks which orders have run out; send it at [State.NextWake].
type Tick struct{}

// Trust replaces the trust root. Its version is the present one plus one.
type Trust struct{ Root Root }

// OfferEnrolment lets one agent enrol for the host with a token, of which only the hash ([TokenHash]) is known here. A zero Expires means [OfferLife].
type OfferEnrolment struct {
	Host      Host
	TokenHash string
	Expires   time.Time
}

// Enrol redeems a token: the key speaks for the host from now on. A host enrolled before gets the new key, and its receipts count from 1 again.
type Enrol struct {
	Host  Host
	Key   seal.Key
	Token string
}

// Silence notes that the host has not called since the time given.
type Silence struct {
	Host  Host
	Since time.Time
}

// Hear notes that a host calls; only the first call after a silence, or after the enrolment, becomes an entry.
type Hear struct{ Host Host }

func (Draft) Name() string          { return "order.draft" }
func (Approve) Name() string        { return "order.approve" }
func (Issue) Name() string          { return "order.issue" }
func (Receive) Name() string        { return "order.receive" }
func (Withdraw) Name() string       { return "order.withdraw" }
func (Tick) Name() string           { return "order.tick" }
func (Trust) Name() string          { return "order.trust" }
func (OfferEnrolment) Name() string { return "order.offer_enrolment" }
func (Enrol) Name() string          { return "order.enrol" }
func (Silence) Name() string        { return "order.silence" }
func (Hear) Name() string           { return "order.hear" }

func (Draft) command()          {}
func (Approve) command()        {}
func (Issue) command()          {}
func (Receive) command()        {}
func (Withdraw) command()       {}
func (Tick) command()           {}
func (Trust) command()          {}
func (OfferEnrolment) command() {}
func (Enrol) command()          {}
func (Silence) command()        {}
func (Hear) command()           {}
