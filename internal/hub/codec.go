package hub

import (
	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// kinds is every kind of entry that this build can write and read, in its newest schema. Kinds are for ever: a row is never removed.
var kinds = tableOf(
	kindOf[Opened](1),
	kindOf[Continued](1),
	kindOf[ReactionFailed](1),
	kindOf[ClockJumped](1),

	kindOf[access.UserAdded](1),
	kindOf[access.KeyEnrolled](1),
	kindOf[access.KeyRemoved](1),
	kindOf[access.UserRemoved](1),
	kindOf[access.Shredded](1),
	kindOf[access.Invited](1),
	kindOf[access.Uninvited](1),
	kindOf[access.Limited](1),
	kindOf[access.Given](1),
	kindOf[access.Expired](1),
	kindOf[access.CredentialAdded](1),
	kindOf[access.CredentialRemoved](1),
	kindOf[access.CredentialsReset](1),
	kindOf[access.PasswordChanged](1),
	kindOf[access.SignedIn](1),
	kindOf[access.RecoveryUsed](1),
	kindOf[access.SessionEnded](1),
	kindOf[access.SessionsEnded](1),
	kindOf[access.SignInsFailed](1),
	kindOf[access.TokenMade](1),
	kindOf[access.TokenRevoked](1),

	kindOf[incident.Opened](1),
	kindOf[incident.Anchored](1),
	kindOf[incident.Led](1),
	kindOf[incident.Logged](1),
	kindOf[incident.Closed](1),

	kindOf[catalogue.Adopted](1),

	kindOf[cell.Observed](1),
	kindOf[cell.Changed](1),
	kindOf[cell.Held](1),
	kindOf[cell.Released](1),
	kindOf[cell.Passed](1),

	kindOf[contain.Proposed](1),
	kindOf[contain.Ordered](1),
	kindOf[contain.Enforced](1),
	kindOf[contain.Verified](1),
	kindOf[contain.Contradicted](1),
	kindOf[contain.Opening](1),
	kindOf[contain.Lifted](1),
	kindOf[contain.Reopened](1),
	kindOf[contain.Failed](1),
	kindOf[contain.Withdrawn](1),

	kindOf[order.Drafted](1),
	kindOf[order.Approved](1),
	kindOf[order.Ready](1),
	kindOf[order.Issued](1),
	kindOf[order.HostAccepted](1),
	kindOf[order.HostExecuted](1),
	kindOf[order.HostRefused](1),
	kindOf[order.HostUnsure](1),
	kindOf[order.HostReleased](1),
	kindOf[order.Withdrawn](1),
	kindOf[order.RanOut](1),
	kindOf[order.RootChanged](1),
	kindOf[order.EnrolmentOffered](1),
	kindOf[order.AgentEnrolled](1),
	kindOf[order.AgentSilent](1),
	kindOf[order.AgentHeard](1),

	kindOf[restore.Adopted](1),
	kindOf[restore.StepStarted](1),
	kindOf[restore.StepFinished](1),
	kindOf[restore.Granted](1),
	kindOf[restore.GatePassed](1),
	kindOf[restore.Denied](1),
	kindOf[restore.Completed](1),

	kindOf[statuspage.Published](1),
)

// kind is one row: how events of this kind become an entry and come back.
type kind struct {
	name   string
	schema int
	encode func(Event) (body, private []byte, err error)
	decode func(body, private []byte) (Event, error)
}

// withPrivate is an event with a part that the record keeps apart, so that it can be shredded. It gives a pointer to that part.
type withPrivate interface{ PrivatePart() any }

func kindOf[E Event](schema int) kind {
	var zero E
	return kind{name: zero.Kind(), schema: schema, encode: encodeEvent[E], decode: decodeEvent[E]}
}

func encodeEvent[E Event](e Event) (body, private []byte, err error) {
	v := e.(E)
	if body, err = json.Marshal(v, json.Deterministic(true)); err != nil {
		return nil, nil, err
	}
	if p, ok := any(&v).(withPrivate); ok {
		private, err = json.Marshal(p.PrivatePart(), json.Deterministic(true))
	}
	return body, private, err
}

func decodeEvent[E Event](body, private []byte) (Event, error) {
	var v E
	if err := json.Unmarshal(body, &v, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	if p, ok := any(&v).(withPrivate); ok && private != nil { // nil: left out, or shredded; the event then has no private part, which every reader must bear
		if err := json.Unmarshal(private, p.PrivatePart(), json.RejectUnknownMembers(true)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func tableOf(rows ...kind) map[string]kind {
	t := make(map[string]kind, len(rows))
	for _, k := range rows {
		t[k.name] = k
	}
	return t
}

// draft makes the entry for an event.
func draft(e Event, c consequence, incident string) (journal.Draft, error) {
	k := kinds[e.Kind()]
	body, private, err := k.encode(e)
	if err != nil {
		return journal.Draft{}, fault.New(fault.Invalid, "hub.encode", "could not write an entry of kind %s: %w", k.name, err)
	}
	return journal.Draft{
		At: c.at.At, HappenedAt: c.at.HappenedAt, Actor: string(c.at.By), Kind: k.name, Schema: k.schema,
		Incident: incident, Cause: c.cause, Body: body, Private: private,
	}, nil
}

// Decode gives the event of an entry. An entry of a kind, or of a newer schema, that this build does not know is a fault: a house that overlooks
// facts would decide wrongly.
func Decode(e journal.Entry) (Event, error) {
	k, ok := kinds[e.Kind]
	if !ok || e.Schema > k.schema {
		return nil, fault.New(fault.Conflict, "hub.unknown_kind", "could not read entry %d: this build does not know kind %s in schema %d", e.Seq, e.Kind, e.Schema).
			Hinted("a newer build wrote it; use that one or a newer")
	}
	event, err := k.decode(e.Body, e.Unsalted())
	if err != nil {
		return nil, fault.New(fault.Conflict, "hub.unreadable", "could not read entry %d (%s): %w", e.Seq, e.Kind, err)
	}
	return event, nil
}
