package agent

import (
	"bytes"
	"context"
	"os"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// take is the way of an order through the agent: known already? → good? → written down → done → written down. byHand says that a person at the host brought it.
// It gives the last receipt, nil when the order came again and had been dealt with, or when nothing could be written down; and whether the order was accepted now.
func (a *Agent) take(ctx context.Context, e seal.Envelope, byHand bool) (receipt *seal.Envelope, accepted bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.known(e, byHand); known != nil {
		a.sayAgain(known)
		if byHand {
			return known.Receipt, false
		}
		return nil, false
	}
	if !byHand && len(a.memory.Spool) >= maxSpool {
		a.Log.Error("no order of the hub is taken: too many receipts wait for it", "receipts", len(a.memory.Spool))
		return nil, false
	}
	o, err := a.judge(e, byHand)
	if err != nil {
		return a.refuse(e, o, err, byHand), false
	}
	defer a.speak()
	before := a.memory.clone()
	a.memory.Last = a.memory.Last.Raised(o.Class, o.N)
	j := a.memory.remember(job{Hash: order.Hash(e.Payload), Order: e})
	a.say(o.ID, j, order.Receipt{Status: order.Accepted, Before: a.posture(ctx), After: a.posture(ctx)})
	if err := a.save(); err != nil {
		// Not on disk, hence not accepted: nothing is done, nothing was said, and the hub will bring the order again.
		a.note("could not accept order "+string(o.ID), err)
		a.memory = before
		return nil, false
	}
	a.Log.Info("order accepted", "order", o.ID, "verb", o.Verb)
	a.carryOut(ctx, o, j)
	return j.Receipt, true
}

// judge asks whether the order must be obeyed, as things stand here.
func (a *Agent) judge(e seal.Envelope, byHand bool) (order.Order, error) {
	o, err := order.Verify(e, a.root, a.self.Host, a.memory.Last, a.moment(e, byHand))
	if err != nil || o.Verb != order.Isolate || !a.memory.Cut.stronger(o, a.now()) {
		return o, err
	}
	// A cut that ends sooner opens the host, whatever its verb says: it needs the people whom an opening needs.
	if a.root.Approved(order.Loosen, e.Payload, e.Approvals) != nil {
		return o, fault.New(fault.Forbidden, string(order.Weaker), "could not obey order %s: it would end before the cut of order %s that stands", o.ID, a.memory.Cut.Order).
			Hinted("release the host, or have the order approved by as many people as a release needs")
	}
	return o, nil
}

// stronger says whether the cut that stands holds longer than the order's would.
func (c *cut) stronger(o order.Order, now time.Time) bool {
	switch {
	case c == nil:
		return false
	case c.Before != nil && c.Before.stronger(o, now):
		return true
	case c.End == order.EndHold:
		return o.End != order.EndHold || o.LeaseS < c.LeaseS // a shorter lease ends sooner when the agent is gone
	case o.End == order.EndHold:
		return o.LeaseS < min(c.LeaseS, order.DefaultLease) // it holds, but one of a second would end with the first stutter
	}
	return now.Add(time.Duration(o.LeaseS) * time.Second).Before(c.Since.Add(time.Duration(c.LeaseS) * time.Second))
}

// known finds an order that was dealt with. A refusal counts only for the very same envelope and only from the hub: who carries an order by hand may have brought the approval that it lacked, or waited.
func (a *Agent) known(e seal.Envelope, byHand bool) *job {
	if j := a.memory.job(order.Hash(e.Payload)); j != nil || byHand {
		return j
	}
	return a.memory.job(order.Hash(e.Marshal()))
}

// sayAgain puts the receipt of an order that comes again back into the spool: the hub has lost it.
func (a *Agent) sayAgain(j *job) {
	if j.Receipt == nil {
		return
	}
	for _, waiting := range a.memory.Spool {
		if string(waiting.Payload) == string(j.Receipt.Payload) {
			return
		}
	}
	a.memory.Spool = append(a.memory.Spool, *j.Receipt)
}

// refuse says why the order is not obeyed. Only so many refusals of what the hub handed out wait for it; what is not remembered is judged again when it comes again.
func (a *Agent) refuse(e seal.Envelope, o order.Order, why error, byHand bool) *seal.Envelope {
	a.Log.Warn("order refused", "order", o.ID, "err", why)
	if !byHand && refusals(a.memory.Spool) >= maxRefusals {
		return nil
	}
	defer a.speak()
	j := a.memory.remember(job{Hash: order.Hash(e.Marshal()), Done: true})
	r := order.Receipt{Order: o.ID, OrderHash: order.Hash(e.Payload), Status: order.Refused, Code: order.CodeOf(why), Before: a.was(), After: a.was()}
	receipt := a.send(r)
	j.Receipt = &receipt
	a.note("could not write the refusal down", a.save())
	return j.Receipt
}

// refusals counts those that wait. The bytes are our own, and inside a text the quotes would be escaped.
func refusals(spool []seal.Envelope) int {
	n := 0
	for _, e := range spool {
		if bytes.Contains(e.Payload, []byte(`"status":"refused"`)) {
			n++
		}
	}
	return n
}

// carryOut does what an accepted order says and writes down what came of it.
func (a *Agent) carryOut(ctx context.Context, o order.Order, j *job) {
	r := order.Receipt{Status: order.Executed, Before: a.posture(ctx)}
	if err := a.execute(ctx, o, j.Hash); err != nil {
		a.Log.Error("order not carried out", "order", o.ID, "err", err)
		r.Status, r.Code = order.Refused, order.CodeOf(err)
		if r.Code == order.Malformed {
			r.Code = order.NotApplied // it was read well; what failed is the host
		}
	}
	if now, err := a.Isolation.Current(ctx); err == nil {
		r.Rules = clip(now.Text)
	}
	r.After = a.posture(ctx)
	a.finish(o.ID, j, r)
}

// finish closes a job with its last receipt.
func (a *Agent) finish(id order.ID, j *job, r order.Receipt) {
	j.Done, j.Order = true, seal.Envelope{}
	a.say(id, j, r)
	a.note("could not write the result down", a.save())
	a.Log.Info("order done", "order", id, "status", r.Status, "code", r.Code)
}

// execute is the list of verbs.
func (a *Agent) execute(ctx context.Context, o order.Order, hash string) error {
	switch o.Verb {
	case order.Isolate:
		return a.isolate(ctx, o, hash)
	case order.Release:
		return a.release(ctx)
	case order.Report:
		return nil // the receipt is the report
	case order.Trust:
		return a.entrust(ctx, o)
	}
	panic("an order with an unknown verb was accepted: " + string(o.Verb)) // order.Verify refuses it
}

// isolate puts the host on trial. A cut that stands is not given up before the new one is confirmed.
func (a *Agent) isolate(ctx context.Context, o order.Order, hash string) error {
	now := a.now()
	c := &cut{Order: o.ID, Hash: hash, LeaseS: o.LeaseS, End: o.End, Since: now, Ends: now.Add(time.Duration(o.ConfirmS) * time.Second), Before: a.memory.Cut.base()}
	if err := a.apply(ctx, c.holds(now)); err != nil {
		return err
	}
	a.memory.Cut = c
	return nil
}

func (a *Agent) apply(ctx context.Context, lease time.Duration) error {
	if err := a.Isolation.Apply(ctx, Rules{Hubs: a.self.Hubs, DHCP: dhcpServers(os.DirFS("/"), time.Now()), Lease: lease}); err != nil {
		return err
	}
	a.applied++
	return nil
}

func (a *Agent) release(ctx context.Context) error {
	if err := a.Isolation.Release(ctx); err != nil {
		return err
	}
	a.released(order.Ordered)
	return nil
}

// released tells that the standing isolation has ended, under every order that it goes back to.
func (a *Agent) released(code order.Code) {
	for c := a.memory.Cut; c != nil; c = c.Before {
		a.send(order.Receipt{Order: c.Order, OrderHash: c.Hash, Status: order.Released, Code: code, Before: c.posture(), After: standsOpen})
		a.Log.Info("the host is open again", "order", c.Order, "code", code)
	}
	a.memory.Cut = nil
}

// say sends a receipt about a job.
func (a *Agent) say(id order.ID, j *job, r order.Receipt) {
	r.Order, r.OrderHash = id, j.Hash
	receipt := a.send(r)
	j.Receipt = &receipt
}

// send signs a receipt and puts it into the spool; it goes out with the next exchange.
func (a *Agent) send(r order.Receipt) seal.Envelope {
	a.memory.Counter++
	r.V, r.Host, r.Counter, r.At = order.Version, a.self.Host, a.memory.Counter, a.now()
	e := r.Seal(a.signer)
	a.memory.Spool = append(a.memory.Spool, e)
	return e
}

// resume takes up after a start. A standing cut is applied anew, with what is left of it, so that the rules are known to be ours;
// orders that a crash left open are run again if they may be, else reported as unknown.
func (a *Agent) resume(ctx context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.memory.Cut; c != nil && c.holds(a.now()) >= minLease {
		a.note("could not take the cut up again", a.apply(ctx, c.holds(a.now())))
	}
	for i := range a.memory.Jobs {
		j := &a.memory.Jobs[i]
		if j.Done {
			continue
		}
		o, err := order.Parse(j.Order.Payload)
		if err != nil || !o.Verb.Idempotent() {
			a.finish(o.ID, j, order.Receipt{Status: order.Unknown, Code: order.Interrupted, Before: unknown, After: a.posture(ctx)})
			continue
		}
		a.Log.Info("order is run again after a crash", "order", o.ID)
		a.carryOut(ctx, o, j)
	}
}

// note logs a failure that leaves the agent running.
func (a *Agent) note(what string, err error) {
	if err != nil {
		a.Log.Error(what, "err", err)
	}
}

// clip bounds the evidence; a cut end is marked.
func clip(text string) string {
	if len(text) <= order.MaxEvidence {
		return text
	}
	return text[:order.MaxEvidence-4] + "\n..."
}
