package hub

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/order"
)

// The states of an order as pages show them: its phase, and once it is issued what its hosts made of it.
const (
	orderDrafted   = "drafted"
	orderReady     = "ready"
	orderIssued    = "issued"
	orderAccepted  = "accepted"
	orderExecuted  = "executed"
	orderRefused   = "refused"
	orderUnknown   = "unknown"
	orderReleased  = "released"
	orderExpired   = "expired"
	orderWithdrawn = "withdrawn"
)

// gravest is the order in which the hosts' words decide what the whole order shows: with several hosts the one that needs people first.
var gravest = []struct {
	status order.Status
	state  string
}{
	{order.Refused, orderRefused}, {order.Unknown, orderUnknown}, {order.Accepted, orderAccepted}, {order.Executed, orderExecuted}, {order.Released, orderReleased},
}

// stateOf is how an order stands, with so many agents behind a trust root that it brings. What hosts did outlives the order's time.
func stateOf(o *order.Standing, behind int) string {
	silent := len(o.Statuses) < len(o.Order.Targets) || behind > 0
	switch {
	case o.Phase == order.PhaseDrafted || o.Phase == order.PhaseReady || o.Phase == order.PhaseWithdrawn:
		return string(o.Phase)
	case len(o.Statuses) == 0:
		return string(o.Phase)
	}
	for _, g := range gravest {
		for _, status := range o.Statuses {
			if status == g.status && !(silent && status == order.Executed) {
				return g.state
			}
		}
	}
	return string(o.Phase)
}

// draftOrder is an order with what the hub knows beside it, taken under the lock.
type draftOrder struct {
	standing order.Standing // a copy; its maps and slices are not touched outside the lock
	state    string
	needed   int
	measure  contain.Measure
	isCut    bool // it cuts the measure's host, else it opens it
	may      bool
	history  []uint64

	root     order.Root   // in force when it was looked at
	behind   int          // agents that do not obey yet, of an order of class trust
	passkeys []PasskeyRef // of the reader
}

// takeOrder copies an order. The caller holds the read lock.
func (h *Hub) takeOrder(s *State, o *order.Standing, reader access.Actor) draftOrder {
	d := draftOrder{standing: *o, root: s.Order.Root}
	if o.Order.Verb == order.Trust {
		d.behind = len(s.Order.Behind(o.Order.N))
	}
	d.state = stateOf(o, d.behind)
	d.standing.Approvals, d.standing.Receipts = slices.Clone(o.Approvals), slices.Clone(o.Receipts)
	d.standing.Envelope = cloneEnvelope(o.Envelope)
	d.standing.Words, d.standing.Statuses = nil, nil
	d.needed, _ = s.Order.Root.Quorum(o.Order.Class)
	if m, direction, ok := s.Contain.OfOrder(string(o.Order.ID)); ok {
		d.measure, d.isCut = m, direction == contain.ToCut
	}
	if d.may = s.mayApprove(o, reader, h); d.may {
		d.passkeys = s.passkeysOf(reader)
	}
	d.history = slices.Clone(h.index.byRef[refOf("order", string(o.Order.ID))])
	return d
}

// mayApprove says whether the order waits, and the reader has a key in the trust root and has not used it here.
func (s *State) mayApprove(o *order.Standing, reader access.Actor, h *Hub) bool {
	if o.Phase != order.PhaseDrafted || !h.clock.Now().Before(o.Order.Expires) {
		return false
	}
	gone := s.revoked()
	trusted := slices.ContainsFunc(s.Order.Root.Approvers, func(a order.Approver) bool { return a.Person == reader && !slices.Contains(gone, a.Fingerprint()) })
	return trusted && !slices.ContainsFunc(o.Approvals, func(c order.Consent) bool { return c.Person == reader })
}

func cloneEnvelope(e seal.Envelope) seal.Envelope {
	e.Payload, e.Signatures, e.Approvals = slices.Clone(e.Payload), slices.Clone(e.Signatures), slices.Clone(e.Approvals)
	return e
}

// OrderEnvelope gives the order as it is signed, with its signatures and approvals.
func (h *Hub) OrderEnvelope(id order.ID) (e seal.Envelope, err error) {
	h.read(func(s *State) {
		if o, ok := s.Order.Order(id); ok {
			e = cloneEnvelope(o.Envelope)
		} else {
			err = unknownOrder(string(id))
		}
	})
	return e, err
}

func unknownOrder(id string) error {
	return fault.New(fault.NotFound, "order.not_found", "could not find order %q", id)
}

// OrderList builds the list of orders, newest first within each part.
func (h *Hub) OrderList(ctx context.Context) (OrdersView, error) {
	var all []draftOrder
	var trust TrustState
	sc, err := h.scene(ctx, func(s *State) {
		trust = s.trustState()
		for _, o := range s.Order.Orders() {
			all = append(all, h.takeOrder(s, o, ""))
		}
	})
	v := OrdersView{Frame: sc.frame, Trust: trust}
	if err != nil {
		return v, err
	}
	who := h.names(ctx)
	for _, d := range slices.Backward(all) {
		line, err := h.orderLine(ctx, d, who)
		if err != nil {
			return v, err
		}
		switch {
		case d.state == orderDrafted:
			v.Waiting = append(v.Waiting, line)
		case d.runs():
			v.Running = append(v.Running, line)
		default:
			v.Done = append(v.Done, line)
		}
	}
	return v, nil
}

// runs says whether the order is on its way or in force: a cut until its host was seen open again, a release until it was looked at.
func (d draftOrder) runs() bool {
	switch d.state {
	case orderReady, orderIssued, orderAccepted:
		return true
	case orderExecuted:
		if d.standing.Order.Verb == order.Trust {
			return false // every agent obeys it
		}
		if d.isCut {
			return inForce(d.measure.Stage)
		}
		return d.measure.Stage == contain.StageLifted || d.measure.Stage == contain.StageContradicted
	}
	return false
}

// orderLine puts an order into one line. Who wanted it, and why in their own words, stands with the measure: the draft itself is a consequence, and
// holds no free text because it is signed for ever.
func (h *Hub) orderLine(ctx context.Context, d draftOrder, who *names) (OrderLine, error) {
	o := d.standing
	l := OrderLine{
		ID: string(o.Order.ID), N: o.Order.N, Class: string(o.Order.Class), Verb: string(o.Order.Verb), Reason: o.Order.Reason, State: d.state,
		Got: len(o.Approvals), Needed: d.needed, By: who.of(o.By), Drafted: o.Drafted, Expires: o.Order.Expires, Incident: o.Incident,
	}
	for _, t := range o.Order.Targets {
		l.Targets = append(l.Targets, string(t))
	}
	if len(d.history) == 0 {
		return l, nil
	}
	l.Seq = d.history[len(d.history)-1]
	draft, err := h.log.Entry(ctx, d.history[0])
	if err != nil {
		return l, err
	}
	return l, h.wanted(ctx, draft.Cause, who, &l)
}

// wanted reads who asked for the measure that caused a draft, and why. A reason that was shredded leaves the order's own in place.
func (h *Hub) wanted(ctx context.Context, cause string, who *names, l *OrderLine) error {
	number, ok := strings.CutPrefix(cause, entryPrefix)
	seq, err := strconv.ParseUint(number, 10, 64)
	if !ok || err != nil {
		return nil // drafted by a person, in their own words
	}
	entry, err := h.log.Entry(ctx, seq)
	if err != nil {
		return err
	}
	e, err := Decode(entry)
	if err != nil {
		return err
	}
	l.By = who.of(access.Actor(entry.Actor))
	switch e := e.(type) {
	case contain.Proposed:
		l.Reason = cmp.Or(e.Private.Reason, l.Reason)
	case contain.Opening:
		l.Reason = cmp.Or(e.Private.Reason, l.Reason)
	}
	return nil
}
