package hub

import (
	"context"
	"fmt"
	"slices"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/order"
)

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
	line, err := h.orderLine(ctx, d, who)
	if err != nil {
		return OrderView{}, err
	}
	v := OrderView{
		Frame: sc.frame, OrderLine: line, Measure: string(d.measure.ID), LeaseSeconds: d.standing.Order.LeaseS,
		PayloadType: e.PayloadType, Payload: e.Payload, Hash: order.Hash(e.Payload), MayApprove: d.may, Passkeys: d.passkeys,
	}
	v.price(sc.sight.cat, d)
	v.Trust = trustChange(d, who)
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
