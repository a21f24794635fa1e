package order

import "blackstart/internal/fault"

// Code is why an agent refused an order or could not carry it out. The list is closed; each has a test vector or a test of the agent.
type Code string

// Codes of [Verify], in the order in which it looks.
const (
	Malformed   Code = "malformed"    // not an order, or one that contradicts itself
	UnknownVerb Code = "unknown_verb" // a verb this agent does not know
	NotHub      Code = "not_hub"      // not signed by the hub of the root
	UnknownKey  Code = "unknown_key"  // an approval by a key that the root does not name
	OtherBytes  Code = "other_bytes"  // an approval that was given for something else: other bytes, another namespace, page or purpose
	Unverified  Code = "unverified"   // an approval whose device does not say that its owner was there and known to it
	SamePerson  Code = "same_person"  // enough approvals, but not of different people
	Unapproved  Code = "unapproved"   // too few approvals
	OtherHost   Code = "other_host"   // for somebody else
	NotYet      Code = "not_yet"      // before not_before
	Expired     Code = "expired"      // at or after expires
	Overtaken   Code = "overtaken"    // n is not above the last one accepted: it must be issued anew
)

// Codes of carrying out.
const (
	None         Code = ""               // nothing to say
	NoHubAddress Code = "no_hub_address" // rules that would lock the hub out
	NotApplied   Code = "not_applied"    // the kernel refused, the old rules stand
	Unconfirmed  Code = "unconfirmed"    // the hub was not reached through the new rules within the trial
	LeaseEnded   Code = "lease_ended"    // the lease is over and the order says release
	Ordered      Code = "ordered"        // opened by an order
	Interrupted  Code = "interrupted"    // a crash left open whether it ran
	Weaker       Code = "weaker"         // a cut that would end earlier than the one that stands, with fewer people than an opening needs
	HubHere      Code = "hub_here"       // the hub runs on the host that was to be cut off
)

// codes is the closed list with the kind of fault each one is.
var codes = map[Code]fault.Kind{
	Malformed: fault.Invalid, UnknownVerb: fault.Invalid, NotHub: fault.Forbidden, UnknownKey: fault.Forbidden, OtherBytes: fault.Forbidden, Unverified: fault.Forbidden,
	SamePerson: fault.Forbidden, Unapproved: fault.Forbidden, OtherHost: fault.Conflict, NotYet: fault.Conflict, Expired: fault.Stale, Overtaken: fault.Stale,
	None: fault.Internal, NoHubAddress: fault.Conflict, NotApplied: fault.Unavailable, Unconfirmed: fault.Unavailable, LeaseEnded: fault.Conflict,
	Ordered: fault.Conflict, Interrupted: fault.Unavailable, Weaker: fault.Forbidden, HubHere: fault.Conflict,
}

// Known says whether the code is on the closed list.
func (c Code) Known() bool { _, ok := codes[c]; return ok }

func (c Code) kind() fault.Kind { return codes[c] }

// CodeOf is the code with which an order was refused, [Malformed] for a failure that names none: what cannot be read is not obeyed.
func CodeOf(err error) Code {
	if c := Code(fault.CodeOf(err)); c.Known() && c != None {
		return c
	}
	return Malformed
}
