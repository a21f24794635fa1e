package order

import (
	"time"

	"blackstart/internal/ledger/seal"
)

// Last is how far an agent has come: the highest n it accepted, apart for orders that people approved and for those that only read. For class trust the version
// of its trust root says it: that is the order's n, so that no order in between can overtake it.
// A new agent has accepted none; that it is not given the orders of its predecessor once more, Since ensures.
type Last struct {
	Approved uint64    `json:"approved"`
	Read     uint64    `json:"read"`
	Since    time.Time `json:"since,omitzero"` // orders that began before it are not for this agent; zero for no such bound
}

// Of is the counter that an order of the class is measured by.
func (l Last) Of(c Class) uint64 {
	if c == Read {
		return l.Read
	}
	return l.Approved
}

// Raised is l after an order of class c with number n was accepted.
func (l Last) Raised(c Class, n uint64) Last {
	switch c {
	case Read:
		l.Read = max(l.Read, n)
	case ChangeTrust:
	default:
		l.Approved = max(l.Approved, n)
	}
	return l
}

// Verify is the whole question of an agent: must self obey this envelope, under this root, having come as far as last, at its own time now?
// The fault's code is one of the closed list ([CodeOf]). What is wrong with the signatures is said before what is wrong with the moment:
// an order that nobody gave must not be reported as one that came too late. On a fault the order comes back as far as it could be read, so that the refusal can name it.
func Verify(e seal.Envelope, root Root, self Host, last Last, now time.Time) (Order, error) {
	if e.PayloadType != PayloadType {
		return Order{}, malformed("the envelope holds %.100q, not %q", e.PayloadType, PayloadType)
	}
	o, err := Parse(e.Payload)
	if err != nil {
		return o, err
	}
	next, trust := o.NewTrust()
	if !root.Signed(e) && !(trust && next.Root.Signed(e)) { // the people who approve a new hub key are the authority for it
		return o, refuse(NotHub, "could not obey order %s: no hub of the trust root signed it", o.ID)
	}
	if err := root.Approved(o.Class, e.Payload, e.Approvals); err != nil {
		return o, err
	}
	switch {
	case !o.For(self):
		return o, refuse(OtherHost, "could not obey order %s: it is not for %s", o.ID, self)
	case now.Before(o.NotBefore):
		return o, refuse(NotYet, "could not obey order %s: it begins at %s, here it is %s", o.ID, stamp(o.NotBefore), stamp(now))
	case !now.Before(o.Expires):
		return o, refuse(Expired, "could not obey order %s: it ended at %s, here it is %s", o.ID, stamp(o.Expires), stamp(now)).Hinted("issue it anew")
	case trust:
		return o, next.succeeds(root, o.ID)
	case o.N <= last.Of(o.Class):
		return o, refuse(Overtaken, "could not obey order %s: its number %d is not above %d, which was accepted before", o.ID, o.N, last.Of(o.Class)).Hinted("issue it anew")
	case o.NotBefore.Before(last.Since):
		return o, refuse(Overtaken, "could not obey order %s: it began at %s, before this agent was enrolled", o.ID, stamp(o.NotBefore)).Hinted("issue it anew")
	}
	return o, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
