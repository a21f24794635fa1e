package order

import (
	"cmp"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Decide answers a command with the facts that follow from it, or with the reason why not.
func Decide(s State, c Command, at access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Draft:
		return s.draft(c, at)
	case Approve:
		return s.approve(c, at)
	case Issue:
		return s.issue(c, at)
	case Receive:
		return s.receive(c)
	case Withdraw:
		return s.withdraw(c)
	case Tick:
		return s.tick(at)
	case SetRoot:
		return s.setRoot(c)
	case ProposeRoot:
		return s.proposeRoot(c, at)
	case OfferEnrolment:
		return s.offer(c, at)
	case Enrol:
		return s.enrol(c, at)
	case Silence:
		return s.silence(c)
	case Hear:
		return s.hear(c)
	}
	return nil, fault.New(fault.Internal, "order.command", "could not decide: unknown command %T", c)
}

func (s State) draft(c Draft, at access.Stamp) ([]Event, error) {
	if s.Root.Version == 0 {
		return nil, fault.New(fault.Conflict, "order.no_root", "could not draft order %s: there is no trust root yet", c.ID).Hinted("name the approvers first")
	}
	if _, ok := s.Order(c.ID); ok {
		return nil, fault.New(fault.Conflict, "order.exists", "could not draft order %s: there is one of that name", c.ID)
	}
	for _, h := range c.Targets {
		if _, ok := s.Agent(h); !ok && h.Valid() {
			return nil, fault.New(fault.Conflict, "order.not_enrolled", "could not draft order %s: no agent is enrolled for %s", c.ID, h).Hinted("enrol one, or cut the host at the switch")
		}
	}
	o := c.order(at.At)
	o.N = s.Last.Of(o.Class) + 1
	payload, err := o.Marshal()
	if err != nil {
		return nil, err
	}
	if people := s.Root.People(); o.Class == CutMany && people < CutManyPeople {
		return nil, fault.New(fault.Conflict, "order.cut_many_locked", "could not draft order %s: cutting many hosts off at once is locked until %d people have approver keys; %d more must enrol one", c.ID, CutManyPeople, CutManyPeople-people).
			Hinted("enrol keys of more people, or cut the hosts off one by one")
	}
	if c.Class != "" && c.Class != o.Class {
		return nil, malformed("%s on %d targets is of class %s, not %q", c.Verb, len(c.Targets), o.Class, c.Class)
	}
	if !o.Expires.After(at.At) {
		return nil, fault.New(fault.Invalid, "order.expired", "could not draft order %s: it would have ended at %s", c.ID, stamp(o.Expires))
	}
	events := []Event{Drafted{ID: c.ID, Payload: string(payload), Incident: c.Incident, Measure: c.Measure}}
	if need, _ := s.Root.Quorum(o.Class); need == 0 {
		events = append(events, Ready{c.ID})
	}
	return events, nil
}

// order fills the defaults in. The order begins a minute back, so that an agent whose clock is a little behind does not refuse it as not yet valid.
func (c Draft) order(now time.Time) Order {
	o := Order{V: Version, ID: c.ID, Verb: c.Verb, Params: c.Params, Targets: c.Targets, NotBefore: c.NotBefore.UTC().Truncate(time.Second), Expires: c.Expires.UTC().Truncate(time.Second), Reason: c.Reason, Head: c.Head}
	o.Class, _ = ClassOf(c.Verb, len(c.Targets))
	if o.Params == nil {
		o.Params = jsontext.Value(`{}`)
	}
	if c.NotBefore.IsZero() {
		o.NotBefore = now.UTC().Truncate(time.Second).Add(-backdated)
	}
	if c.Expires.IsZero() {
		o.Expires = now.UTC().Truncate(time.Second).Add(DefaultLife)
	}
	o.LeaseS, o.ConfirmS, o.End = c.LeaseS, c.ConfirmS, c.End
	if rules[c.Verb].leased {
		o.LeaseS = cmp.Or(c.LeaseS, DefaultLease)
		o.ConfirmS = cmp.Or(c.ConfirmS, min(DefaultConfirm, o.LeaseS))
		o.End = cmp.Or(c.End, EndHold)
	}
	return o
}

func (s State) approve(c Approve, at access.Stamp) ([]Event, error) {
	o, err := s.live(c.ID, "approve", at, PhaseDrafted, PhaseReady)
	if err != nil {
		return nil, err
	}
	a, err := s.Root.Approver(c.Approval, o.Envelope.Payload)
	if err != nil {
		return nil, err
	}
	if slices.Contains(c.Revoked, a.Fingerprint()) {
		return nil, fault.New(fault.Forbidden, "order.revoked", "could not approve order %s: the key %s was taken back from %s here", c.ID, a.Fingerprint(), a.Person).
			Hinted("agents believe it until the people of the trust root approve one without it")
	}
	if err := s.spoiled(o, c.Revoked); err != nil {
		return nil, err
	}
	for _, given := range o.Approvals {
		if fold(given.Person) == fold(a.Person) {
			return nil, fault.New(fault.Conflict, "order.same_person", "could not approve order %s: %s has approved it already", c.ID, a.Person).Hinted("another approver must agree")
		}
	}
	if len(o.Approvals) >= MaxApproval {
		return nil, fault.New(fault.Conflict, "order.enough", "could not approve order %s: it has %d approvals", c.ID, MaxApproval)
	}
	events := []Event{Approved{c.ID, a.Person, c.Approval}}
	if need, _ := s.Root.Quorum(o.Order.Class); o.Phase == PhaseDrafted && len(o.Approvals)+1 >= need {
		events = append(events, Ready{c.ID})
	}
	return events, nil
}

// spoiled refuses an order that somebody approved with a key that was taken back since: agents would count it, for the root names it still, so
// that a stolen key would have its say although its loss was told in time.
func (s State) spoiled(o *Standing, revoked []string) error {
	for _, given := range o.Envelope.Approvals {
		if a, err := s.Root.Approver(given, o.Envelope.Payload); err == nil && slices.Contains(revoked, a.Fingerprint()) {
			return fault.New(fault.Stale, "order.spoiled", "could not approve order %s: %s approved it with the key %s, which was taken back since", o.Order.ID, a.Person, a.Fingerprint()).
				Hinted("take it back, and draft it anew")
		}
	}
	return nil
}

func (s State) issue(c Issue, at access.Stamp) ([]Event, error) {
	o, err := s.live(c.ID, "issue", at, PhaseReady)
	if err != nil {
		return nil, err
	}
	// Asked again because the root may have changed since: an order that every agent would refuse must not go out.
	if err := s.Root.Approved(o.Order.Class, o.Envelope.Payload, o.Envelope.Approvals); err != nil {
		return nil, fault.New(fault.Stale, "order.root_moved", "could not issue order %s under the present trust root: %w", c.ID, err).Hinted("draft it anew")
	}
	signed := o.Envelope
	signed.Signatures = append(slices.Clone(signed.Signatures), c.Signature)
	next, trust := o.Order.NewTrust()
	if !s.Root.Signed(signed) && !(trust && next.Root.Signed(signed)) {
		return nil, refuse(NotHub, "could not issue order %s: the signature is of no hub that the trust root names", c.ID).
			Hinted("after a takeover: propose the trust root with this hub's key first")
	}
	if trust {
		return []Event{Issued(c), RootChanged{Root: next.Root}}, nil
	}
	return []Event{Issued(c)}, nil
}

// live gives the order if it is in one of the phases and its time is not over.
func (s State) live(id ID, verb string, at access.Stamp, phases ...Phase) (*Standing, error) {
	o, ok := s.Order(id)
	switch {
	case !ok:
		return nil, fault.New(fault.NotFound, "order.not_found", "could not %s order %s: there is none of that name", verb, id)
	case !slices.Contains(phases, o.Phase):
		return nil, fault.New(fault.Conflict, "order.phase", "could not %s order %s: it is %s", verb, id, o.Phase)
	case !at.At.Before(o.Order.Expires):
		return nil, fault.New(fault.Stale, "order.expired", "could not %s order %s: it ended at %s", verb, id, stamp(o.Order.Expires)).Hinted("draft it anew")
	}
	return o, nil
}

func (s State) receive(c Receive) ([]Event, error) {
	r, err := ParseReceipt(c.Receipt)
	if err != nil {
		return nil, err
	}
	a, ok := s.Agent(r.Host)
	if !ok || !c.Receipt.SignedBy(a.Key) {
		return nil, fault.New(fault.Forbidden, "order.receipt_key", "could not take the receipt: %s did not sign it", r.Host)
	}
	if hash, ok := a.taken[r.Counter]; ok {
		if hash == Hash(c.Receipt.Payload) {
			return nil, nil
		}
		return nil, fault.New(fault.Conflict, "order.counter", "could not take receipt %d of %s: another one had that number", r.Counter, r.Host).Hinted("the agent's directory was set back; enrol it anew")
	}
	o, ours := s.target(r.Order, r.Host)
	if !ours || Hash(o.Envelope.Payload) != r.OrderHash {
		// About bytes that this hub never drafted: a refused forgery, or another hub's order carried by hand. It is filed without a name,
		// so that the refusal of forged bytes that bear the name of a real order does not finish the real one.
		r.Order = ""
	}
	if r.Order == "" && len(a.Strays) >= maxStrays {
		return nil, fault.New(fault.Conflict, "order.strays", "could not take the receipt of %s: it has sent %d for orders that do not exist", r.Host, maxStrays).Hinted("treat the host as compromised")
	}
	if r.Order != "" {
		if err := o.hears(r); err != nil {
			return nil, err
		}
	}
	return []Event{word(r, a.Host, c)}, nil
}

// hears says whether the order still takes this receipt of the host: only so many, and only forward, so that a captured host can neither fill the journal nor unsay what it said.
func (o *Standing) hears(r Receipt) error {
	if o.words[fold(r.Host)] >= maxWords {
		return fault.New(fault.Conflict, "order.words", "could not take the receipt of %s: it has sent %d for order %s", r.Host, maxWords, o.Order.ID).Hinted("treat the host as compromised")
	}
	if was := o.status(r.Host); was != "" && !slices.Contains(follow[was], r.Status) {
		return fault.New(fault.Conflict, "order.backward", "could not take the receipt of %s: order %s was %s there, it cannot become %s", r.Host, o.Order.ID, was, r.Status)
	}
	return nil
}

// word is the event for a receipt.
func word(r Receipt, host Host, c Receive) Event {
	w := Word{ID: r.Order, Host: host, Counter: r.Counter, Code: r.Code, At: r.At.UTC(), Envelope: c.Receipt}
	switch r.Status {
	case Accepted:
		return HostAccepted{w}
	case Executed:
		return HostExecuted{w}
	case Unknown:
		return HostUnsure{w}
	case Released:
		return HostReleased{w}
	default:
		return HostRefused{w}
	}
}

func (s State) withdraw(c Withdraw) ([]Event, error) {
	o, ok := s.Order(c.ID)
	switch {
	case !ok:
		return nil, fault.New(fault.NotFound, "order.not_found", "could not withdraw order %s: there is none of that name", c.ID)
	case !o.runs() || o.Phase == PhaseIssued && s.finished(o):
		return nil, fault.New(fault.Conflict, "order.phase", "could not withdraw order %s: it is %s", c.ID, o.Phase).Hinted("undo what was executed with an order of its own")
	case c.Reason == "" || len(c.Reason) > MaxReason:
		return nil, fault.New(fault.Invalid, "order.reason", "could not withdraw order %s: say why in at most %d bytes", c.ID, MaxReason)
	}
	return []Event{Withdrawn(c)}, nil
}

func (s State) tick(at access.Stamp) ([]Event, error) {
	var events []Event
	for _, o := range s.Orders() {
		if _, open := s.open[fold(o.Order.ID)]; open && o.runs() && !at.At.Before(o.Order.Expires) {
			events = append(events, RanOut{o.Order.ID, s.waiting(o)})
		}
	}
	return events, nil
}

func (s State) offer(c OfferEnrolment, at access.Stamp) ([]Event, error) {
	if c.Expires.IsZero() {
		c.Expires = at.At.Add(OfferLife)
	}
	switch raw, err := hex.DecodeString(c.TokenHash); {
	case !c.Host.Valid():
		return nil, fault.New(fault.Invalid, "order.host", "could not offer an enrolment: %q is not of the form host:ID", c.Host)
	case err != nil || len(raw) != sha256.Size:
		return nil, fault.New(fault.Invalid, "order.token", "could not offer an enrolment for %s: the token's hash is not a SHA-256 in hex", c.Host)
	case !c.Expires.After(at.At) || c.Expires.After(at.At.Add(OfferLife)):
		return nil, fault.New(fault.Invalid, "order.token", "could not offer an enrolment for %s: the token is good for at most %s", c.Host, OfferLife)
	case s.Root.Version == 0:
		return nil, fault.New(fault.Conflict, "order.no_root", "could not offer an enrolment for %s: there is no trust root to give it", c.Host).Hinted("name the approvers first")
	}
	return []Event{EnrolmentOffered(c)}, nil
}

func (s State) enrol(c Enrol, at access.Stamp) ([]Event, error) {
	if !s.Offered(c.Host, c.Token, at.At) {
		// One answer for unknown, used and too old, so that a stranger learns nothing from trying.
		return nil, fault.New(fault.Forbidden, "order.token", "could not enrol %.100s: the token is unknown, used or too old", c.Host).Hinted("ask for a new one; it is good for %s", OfferLife)
	}
	for _, a := range s.Agents() {
		if a.Key == c.Key && fold(a.Host) != fold(c.Host) {
			return nil, fault.New(fault.Conflict, "order.key_taken", "could not enrol %s: its key is that of %s", c.Host, a.Host).Hinted("delete the agent's directory; it was copied from there")
		}
	}
	if len(c.Key) == 0 || slices.Contains(s.Root.materials(), string(c.Key)) {
		return nil, fault.New(fault.Conflict, "order.key_taken", "could not enrol %s: its key is none of its own", c.Host)
	}
	return []Event{AgentEnrolled{s.offers[fold(c.Host)].Host, c.Key}}, nil
}

// Offered says whether an enrolment is offered for the host with this token at that time.
func (s State) Offered(h Host, token string, now time.Time) bool {
	o, ok := s.offers[fold(h)]
	return ok && len(token) >= MinToken && subtle.ConstantTimeCompare([]byte(TokenHash(token)), []byte(o.TokenHash)) == 1 && now.Before(o.Expires)
}

// TokenHash is the form in which a token is kept. A plain hash suffices: tokens are random, long and short-lived.
func TokenHash(token string) string { return Hash([]byte(token)) }

func (s State) silence(c Silence) ([]Event, error) {
	a, err := s.enrolled(c.Host)
	if err != nil || !a.Silent.IsZero() {
		return nil, err
	}
	return []Event{AgentSilent{a.Host, c.Since.UTC()}}, nil
}

func (s State) hear(c Hear) ([]Event, error) {
	a, err := s.enrolled(c.Host)
	if err != nil || a.Heard && a.Silent.IsZero() {
		return nil, err
	}
	return []Event{AgentHeard{a.Host}}, nil
}

func (s State) enrolled(h Host) (*Agent, error) {
	if a, ok := s.Agent(h); ok {
		return a, nil
	}
	return nil, fault.New(fault.NotFound, "order.not_enrolled", "could not find an agent for %s: none is enrolled", h)
}
