// Package order knows orders: signed, expiring instructions to agents. It knows their one form, who must have signed before an agent obeys, why an agent refuses,
// and what has become of each order. It refuses to know how an order travels and what a verb does to a host: the wire and the agent know that.
//
// The hub and the agent use the same package, but an agent never asks the hub whether an order is good: it asks [Verify]. That is why a captured hub can delay but not command.
// Start at [Order], then [Verify]; the part that the hub keeps in its record begins at [Decide].
package order

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// PayloadType is the media type of an order; signatures and approvals bind it to the payload (DSSE PAE).
const PayloadType = "application/vnd.blackstart.order.v1+json"

// Version is the only version of the form that this program reads.
const Version = 1

// ID names an order; the one who drafts chooses it. Ids are unique ignoring case.
type ID string

// Host is a reference to a host, `host:fs-01`.
type Host string

// End says what becomes of an isolation when its lease is over.
type End string

const (
	// EndNone belongs to verbs that leave nothing standing behind them.
	EndNone End = ""
	// EndRelease lets the host open when the lease is over.
	EndRelease End = "release"
	// EndHold renews the lease until an order of class loosen: an attacker who silences the hub must not thereby open the hosts.
	EndHold End = "hold"
)

// Order is an instruction. Its JSON form has exactly these members, each present and none null; times are RFC 3339 in UTC, whole seconds.
type Order struct {
	V         int            `json:"v"`
	ID        ID             `json:"id"`
	N         uint64         `json:"n"` // one number for the whole hub, rising; orders of class read and trust have counters of their own
	Class     Class          `json:"class"`
	Verb      Verb           `json:"verb"`
	Params    jsontext.Value `json:"params"` // an object whose form the verb fixes
	Targets   []Host         `json:"targets"`
	NotBefore time.Time      `json:"not_before"`
	Expires   time.Time      `json:"expires"`   // not accepted from this second on
	LeaseS    int            `json:"lease_s"`   // seconds that the kernel holds the isolation without being renewed
	ConfirmS  int            `json:"confirm_s"` // seconds of the trial, in which the hub must be reached through the new rules
	End       End            `json:"end"`
	Reason    string         `json:"reason"` // for the people who approve; it stands in the record for ever, so it holds no names
	Head      string         `json:"head"`   // short head of the journal at the draft: ties the order to the record its approvers saw
}

// members is the number of members an order has: together with the refusal of unknown and double ones it makes the set exact.
const members = 14

// Parse reads an order from foreign bytes. The fault's code is [Malformed] or [UnknownVerb]; the order then holds at most its id.
func Parse(payload []byte) (Order, error) {
	var o Order
	if len(payload) > MaxOrder {
		return o, malformed("%d bytes, at most %d", len(payload), MaxOrder)
	}
	var present map[string]jsontext.Value
	if err := json.Unmarshal(payload, &present); err != nil {
		return o, malformed("%w", err)
	}
	for name, value := range present {
		if value.Kind() == 'n' {
			return o, malformed("%q is null", name)
		}
	}
	if err := json.Unmarshal(payload, &o, json.RejectUnknownMembers(true)); err != nil {
		return Order{}, malformed("%w", err)
	}
	if len(present) != members {
		return Order{}, malformed("%d of %d members are missing", members-len(present), members)
	}
	if err := o.check(); err != nil {
		return Order{ID: o.ID.readable()}, err
	}
	return o, nil
}

// readable is the id if it is one: a refusal may name it.
func (i ID) readable() ID {
	if !validID(string(i)) {
		return ""
	}
	return i
}

// Marshal writes the order and reads it back, so that nothing is put before people that an agent would not read.
// These bytes are what is signed: they are kept, never encoded anew.
func (o Order) Marshal() ([]byte, error) {
	data, err := json.Marshal(o, json.Deterministic(true))
	if err != nil {
		return nil, malformed("%w", err) // text that is not UTF-8, params that are not JSON
	}
	_, err = Parse(data)
	return data, err
}

// Hash is the SHA-256 of an order's payload in hex: receipts name the order by it.
func Hash(payload []byte) string {
	sum := sha256.Sum256(payload)
	return hex.EncodeToString(sum[:])
}

// check says what is wrong with the order in itself, whoever signed it.
func (o Order) check() error {
	switch {
	case o.V != Version:
		return malformed("version %d, this program reads %d", o.V, Version)
	case !validID(string(o.ID)):
		return malformed("id %q is not of the form [A-Za-z0-9][A-Za-z0-9._-]{0,62}", o.ID)
	case o.N == 0 || o.N > MaxN:
		return malformed("n is %d, want 1 to %d", o.N, uint64(MaxN))
	}
	if err := o.checkTexts(); err != nil {
		return err
	}
	if err := o.checkTargets(); err != nil {
		return err
	}
	if err := o.checkTimes(); err != nil {
		return err
	}
	return o.checkVerb()
}

// checkTexts refuses what would draw on the terminal of the one who reads it before signing.
func (o Order) checkTexts() error {
	err := access.CheckText("reason", o.Reason, MaxReason)
	if err == nil && o.Head != "" {
		err = access.CheckText("head", o.Head, MaxHead)
	}
	if err != nil {
		return malformed("%w", err)
	}
	return nil
}

func (o Order) checkTargets() error {
	if rules[o.Verb].everybody {
		if len(o.Targets) > 0 {
			return malformed("%s is for every host of the house and names none", o.Verb)
		}
		return nil
	}
	if len(o.Targets) == 0 || len(o.Targets) > MaxTargets {
		return malformed("%d targets, want 1 to %d", len(o.Targets), MaxTargets)
	}
	seen := map[string]bool{}
	for _, h := range o.Targets {
		if !h.Valid() {
			return malformed("target %q is not of the form host:ID", h)
		}
		if seen[fold(h)] {
			return malformed("target %q stands there twice", h)
		}
		seen[fold(h)] = true
	}
	return nil
}

func (o Order) checkTimes() error {
	for _, t := range []time.Time{o.NotBefore, o.Expires} {
		if _, offset := t.Zone(); offset != 0 || t.Nanosecond() != 0 {
			return malformed("%s is not a whole second in UTC", t.Format(time.RFC3339Nano))
		}
	}
	if life := o.Expires.Sub(o.NotBefore); life <= 0 || life > MaxLife {
		return malformed("it is good for %s, want more than nothing and at most %s", life, MaxLife)
	}
	return nil
}

// For says whether the order is for the host: it is among the targets, or the verb is for everybody.
func (o Order) For(self Host) bool {
	if rules[o.Verb].everybody {
		return true
	}
	for _, h := range o.Targets {
		if fold(h) == fold(self) {
			return true
		}
	}
	return false
}

// ID is the host's id without the kind of reference.
func (h Host) ID() string { return strings.TrimPrefix(string(h), "host:") }

// Valid says whether the reference has the form host:ID.
func (h Host) Valid() bool {
	id, ok := strings.CutPrefix(string(h), "host:")
	return ok && validID(id)
}

// validID is the rule for ids.
func validID(id string) bool {
	for i, c := range []byte(id) {
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return id != "" && len(id) <= maxID
}

// fold is the form in which ids and references are compared: case does not tell two things apart.
func fold[S ~string](s S) string { return strings.ToLower(string(s)) }

func malformed(format string, args ...any) error {
	return refuse(Malformed, "could not read the order: "+format, args...)
}

// refuse makes the fault for one of the closed list of codes.
func refuse(code Code, format string, args ...any) *fault.Fault {
	return fault.New(code.kind(), string(code), format, args...)
}
