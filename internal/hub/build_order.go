package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
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

// stateOf is how an order stands. What hosts did outlives the order's time.
func stateOf(o *order.Standing) string {
	silent := len(o.Statuses) < len(o.Order.Targets)
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
}

// takeOrder copies an order. The caller holds the read lock.
func (h *Hub) takeOrder(s *State, o *order.Standing, reader access.Actor) draftOrder {
	d := draftOrder{standing: *o, state: stateOf(o)}
	d.standing.Approvals, d.standing.Receipts = slices.Clone(o.Approvals), slices.Clone(o.Receipts)
	d.standing.Envelope = cloneEnvelope(o.Envelope)
	d.standing.Words, d.standing.Statuses = nil, nil
	d.needed, _ = s.Order.Root.Quorum(o.Order.Class)
	if m, direction, ok := s.Contain.OfOrder(string(o.Order.ID)); ok {
		d.measure, d.isCut = m, direction == contain.ToCut
	}
	d.may = s.mayApprove(o, reader, h)
	d.history = slices.Clone(h.index.byRef[refOf("order", string(o.Order.ID))])
	return d
}

// mayApprove says whether the order waits, and the reader has a key in the trust root and has not used it here.
func (s *State) mayApprove(o *order.Standing, reader access.Actor, h *Hub) bool {
	if o.Phase != order.PhaseDrafted || !h.clock.Now().Before(o.Order.Expires) {
		return false
	}
	trusted := slices.ContainsFunc(s.Order.Root.Approvers, func(a order.Approver) bool { return a.Person == reader })
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
	sc, err := h.scene(ctx, func(s *State) {
		for _, o := range s.Order.Orders() {
			all = append(all, h.takeOrder(s, o, ""))
		}
	})
	v := OrdersView{Frame: sc.frame}
	if err != nil {
		return v, err
	}
	who := h.names(ctx)
	for _, d := range slices.Backward(all) {
		switch line := d.line(who); {
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
		if d.isCut {
			return inForce(d.measure.Stage)
		}
		return d.measure.Stage == contain.StageLifted || d.measure.Stage == contain.StageContradicted
	}
	return false
}

func (d draftOrder) line(who *names) OrderLine {
	o := d.standing
	l := OrderLine{
		ID: string(o.Order.ID), N: o.Order.N, Class: string(o.Order.Class), Verb: string(o.Order.Verb), Reason: o.Order.Reason, State: d.state,
		Got: len(o.Approvals), Needed: d.needed, By: who.of(o.By), Drafted: o.Drafted, Expires: o.Order.Expires, Incident: o.Incident,
	}
	if d.measure.ID != "" {
		l.By = who.of(d.measure.By) // the draft itself is a consequence; who wanted it stands with the measure
	}
	for _, t := range o.Order.Targets {
		l.Targets = append(l.Targets, string(t))
	}
	if n := len(d.history); n > 0 {
		l.Seq = d.history[n-1]
	}
	return l
}

// Order builds one order with all that is needed to approve it, or to check later that it was approved.
func (h *Hub) Order(ctx context.Context, id string, reader access.Actor) (OrderView, error) {
	var d draftOrder
	var found bool
	sc, err := h.scene(ctx, func(s *State) {
		if o, ok := s.Order.Order(order.ID(id)); ok {
			d, found = h.takeOrder(s, o, reader), true
		}
	})
	if err != nil {
		return OrderView{}, err
	}
	if !found {
		return OrderView{}, unknownOrder(id)
	}
	return h.orderView(ctx, sc, d)
}

func (h *Hub) orderView(ctx context.Context, sc scene, d draftOrder) (OrderView, error) {
	who, e := h.names(ctx), d.standing.Envelope
	sum := sha256.Sum256(e.Bytes())
	v := OrderView{
		Frame: sc.frame, OrderLine: d.line(who), Measure: string(d.measure.ID), LeaseSeconds: d.standing.Order.LeaseS,
		PayloadType: e.PayloadType, Payload: e.Payload, Hash: hex.EncodeToString(sum[:]), MayApprove: d.may,
	}
	v.price(sc.sight.cat, d)
	v.undoing(d)
	history, err := h.entries(ctx, d.history[max(0, len(d.history)-maxHistory):])
	if err != nil {
		return v, err
	}
	v.proofs(history, who)
	v.Probes, err = h.probes(ctx, d)
	return v, err
}

// price says what a cut costs by the catalogue in force; without one, what was shown at the proposal. Opening costs nobody anything.
func (v *OrderView) price(c *catalogue.Catalogue, d draftOrder) {
	if d.standing.Order.Verb != order.Isolate {
		return
	}
	v.Impact = ImpactTotals{Lost: d.measure.Lost, Degraded: d.measure.Degraded, Customers: d.measure.Customers}
	if c == nil {
		return
	}
	var refs []catalogue.Ref
	for _, t := range d.standing.Order.Targets {
		refs = append(refs, hostRef(t))
	}
	if im, err := c.Impact(refs); err == nil { // a host that the catalogue dropped keeps the price it was proposed with
		v.Impact, v.Customers = totalsOf(im), losersOf(c, im)
	}
}

// undoing says how a cut can be undone, or by which order it is.
func (v *OrderView) undoing(d draftOrder) {
	if !d.isCut || d.measure.CutOrder != v.ID {
		return
	}
	v.Release = d.measure.OpenOrder
	switch d.measure.Stage {
	case contain.StageEnforced, contain.StageVerified:
		v.Releasable = true
	case contain.StageContradicted:
		v.Releasable = d.measure.Executed == contain.ToCut
	}
}

// proofs reads approvals and receipts out of the order's own entries.
func (v *OrderView) proofs(history []journal.Entry, who *names) {
	v.History = factsOf(history, who)
	slices.Reverse(v.History)
	for _, entry := range history {
		e, err := Decode(entry)
		if err != nil {
			continue
		}
		if a, ok := e.(order.Approved); ok {
			v.Approvals = append(v.Approvals, ApprovalLine{Person: who.of(a.Person), Organisation: who.organisation(a.Person), Key: a.Approval.KeyID, At: entry.HappenedAt, Seq: entry.Seq})
		}
		if o, ok := e.(order.Event); ok {
			if w, status := wordOf(o); status != "" {
				v.Receipts = append(v.Receipts, receiptLine(w, status, entry.Seq))
			}
		}
	}
}

func receiptLine(w order.Word, status order.Status, seq uint64) ReceiptLine {
	l := ReceiptLine{Host: string(w.Host), Status: string(status), Code: string(w.Code), At: w.At, Seq: seq}
	if r, err := order.ParseReceipt(w.Envelope); err == nil {
		l.Evidence = r.Rules
	}
	return l
}

// probes gives the newest look from outside in the order's own direction.
func (h *Hub) probes(ctx context.Context, d draftOrder) ([]ProbeLine, error) {
	var seqs []uint64
	if err := h.registered(ctx, func(r *register) { seqs = r.looks[lower(d.measure.ID)] }); err != nil || d.measure.ID == "" {
		return nil, err
	}
	for _, seq := range slices.Backward(seqs) {
		entry, err := h.log.Entry(ctx, seq)
		if err != nil {
			return nil, err
		}
		e, err := Decode(entry)
		if err != nil {
			return nil, err
		}
		if lines, cut := probeLines(e, entry); cut == d.isCut {
			return lines, nil
		}
	}
	return nil, nil
}

// probeLines are the results of one look, and whether it followed a cut. Every look is the hub's own: nobody else may report one.
func probeLines(e Event, entry journal.Entry) (lines []ProbeLine, cut bool) {
	var probed []contain.Probed
	switch e := e.(type) {
	case contain.Verified:
		probed, cut = e.Probes, true
	case contain.Reopened:
		probed = e.Probes
	case contain.Contradicted:
		probed, cut = e.Probes, e.Direction == contain.ToCut
	}
	for _, p := range probed {
		lines = append(lines, ProbeLine{Target: fmt.Sprintf("%s %s", p.Kind, p.Target), Vantage: "hub", Want: !cut, OK: p.Passed, Detail: p.Detail, At: entry.HappenedAt})
	}
	return lines, cut
}
