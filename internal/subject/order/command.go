package order

import (
	"net/netip"
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
	ID        ID             `json:"id"`
	Class     Class          `json:"class,omitempty"`
	Verb      Verb           `json:"verb"`
	Params    jsontext.Value `json:"params,omitempty"` // nil for {}
	Targets   []Host         `json:"targets"`
	Reason    string         `json:"reason"`
	NotBefore time.Time      `json:"not_before,omitzero"`
	Expires   time.Time      `json:"expires,omitzero"`
	LeaseS    int            `json:"lease_s,omitempty"`
	ConfirmS  int            `json:"confirm_s,omitempty"`
	End       End            `json:"end,omitempty"`
	Head      string         `json:"head,omitempty"`     // short head of the journal
	Incident  string         `json:"incident,omitempty"` // the incident it belongs to, if any
	Measure   string         `json:"-"`                  // the containment measure it carries out, if any; named by a reaction, never by a client
}

// Approve adds a person's signature over the drafted bytes. Who it is follows from the key, not from who brings it: approvals may come by file.
type Approve struct {
	ID       ID            `json:"id"`
	Approval seal.Approval `json:"approval"`
	Revoked  []string      `json:"-"` // filled in by the hub: fingerprints of keys that the root still names and this house no longer takes
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
	ID     ID     `json:"id"`
	Reason string `json:"reason"`
}

// Tick looks which orders have run out; send it at [State.NextWake].
type Tick struct{}

// SetRoot replaces the trust root while nobody is bound by it yet ([State.Ruled]). Its version is the present one plus one.
type SetRoot struct{ Root Root }

// ProposeRoot drafts the order by which agents are to obey another trust root: the people and keys of this house as they are now. Until the people of the root
// in force have approved it, nothing changes. An earlier proposal that waits is withdrawn by it.
type ProposeRoot struct {
	Reason    string           `json:"reason"`
	Threshold int              `json:"threshold,omitempty"` // people who must approve the next change; 0 for as many as now
	Hubs      []netip.AddrPort `json:"hubs,omitempty"`      // where agents are to call from then on; none for where they do
	CA        string           `json:"ca,omitempty"`        // fingerprint of the certificate that they shall find there; empty for the one they know
	Root      Root             `json:"-"`                   // filled in by the hub: approvers, hub key and origin of this house
}

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
func (SetRoot) Name() string        { return "order.trust" }
func (ProposeRoot) Name() string    { return "order.propose_root" }
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
func (SetRoot) command()        {}
func (ProposeRoot) command()    {}
func (OfferEnrolment) command() {}
func (Enrol) command()          {}
func (Silence) command()        {}
func (Hear) command()           {}

// Emits says which events each command can lead to; the diagram of consequences is drawn from it.
var Emits = map[string][]string{
	"order.draft":           {"order.drafted", "order.ready"},
	"order.approve":         {"order.approved", "order.ready"},
	"order.issue":           {"order.issued", "order.root_changed"},
	"order.receive":         {"order.accepted", "order.executed", "order.refused", "order.unknown", "order.released"},
	"order.withdraw":        {"order.withdrawn"},
	"order.tick":            {"order.expired"},
	"order.trust":           {"order.root_changed"},
	"order.propose_root":    {"order.withdrawn", "order.drafted"},
	"order.offer_enrolment": {"order.enrolment_offered"},
	"order.enrol":           {"order.agent_enrolled"},
	"order.silence":         {"order.agent_silent"},
	"order.hear":            {"order.agent_heard"},
}
