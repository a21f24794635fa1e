package agent

import (
	"context"
	"os"
	"time"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// take is the way of an order through the agent: known already? → good? → written down → done → written down. byHand says that a person at the host brought it.
// It gives the last receipt, nil when the order came again and had been dealt with, or when nothing could be written down.
func (a *Agent) take(ctx context.Context, e seal.Envelope, byHand bool) *seal.Envelope {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.known(e, byHand); known != nil {
		a.sayAgain(known)
		if byHand {
			return known.Receipt
		}
		return nil
	}
	if len(a.memory.Spool) >= maxSpool {
		a.Log.Error("no order is taken: too many receipts wait for the hub", "receipts", len(a.memory.Spool))
		return nil
	}
	defer a.speak()
	o, err := order.Verify(e, a.root, a.self.Host, a.memory.Last, a.now())
	if err != nil {
		return a.refuse(e, o, err)
	}
	before := a.memory.clone()
	a.memory.Last = a.memory.Last.Raised(o.Class, o.N)
	j := a.memory.remember(job{Hash: order.Hash(e.Payload), Order: e})
	a.say(o.ID, j, order.Receipt{Status: order.Accepted, Before: a.posture(ctx), After: a.posture(ctx)})
	if err := a.save(); err != nil {
		// Not on disk, hence not accepted: nothing is done, nothing was said, and the hub will bring the order again.
		a.note("could not accept order "+string(o.ID), err)
		a.memory = before
		return nil
	}
	a.Log.Info("order accepted", "order", o.ID, "verb", o.Verb)
	a.carryOut(ctx, o, j)
	return j.Receipt
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

// refuse says why the order is not obeyed.
func (a *Agent) refuse(e seal.Envelope, o order.Order, why error) *seal.Envelope {
	a.Log.Warn("order refused", "order", o.ID, "err", why)
	j := a.memory.remember(job{Hash: order.Hash(e.Marshal()), Done: true})
	r := order.Receipt{Order: o.ID, OrderHash: order.Hash(e.Payload), Status: order.Refused, Code: order.CodeOf(why), Before: a.was(), After: a.was()}
	receipt := a.send(r)
	j.Receipt = &receipt
	a.note("could not write the refusal down", a.save())
	return j.Receipt
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
	}
	panic("an order with an unknown verb was accepted: " + string(o.Verb)) // order.Verify refuses it
}

func (a *Agent) isolate(ctx context.Context, o order.Order, hash string) error {
	trial := time.Duration(o.ConfirmS) * time.Second
	now := a.now()
	if err := a.apply(ctx, trial); err != nil {
		return err
	}
	a.memory.Cut = &cut{Order: o.ID, Hash: hash, LeaseS: o.LeaseS, End: o.End, Since: now, Ends: now.Add(trial)}
	return nil
}

func (a *Agent) apply(ctx context.Context, lease time.Duration) error {
	if err := a.Isolation.Apply(ctx, Rules{Hubs: a.self.Hubs, DHCP: dhcpServers(os.DirFS("/")), Lease: lease}); err != nil {
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

// released tells that the standing isolation has ended, under the order that it goes back to.
func (a *Agent) released(code order.Code) {
	c := a.memory.Cut
	if c == nil {
		return
	}
	before := c.posture()
	a.memory.Cut = nil
	a.send(order.Receipt{Order: c.Order, OrderHash: c.Hash, Status: order.Released, Code: code, Before: before, After: standsOpen})
	a.Log.Info("the host is open again", "order", c.Order, "code", code)
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
	if c := a.memory.Cut; c != nil && c.lease(a.now()) >= minLease {
		a.note("could not take the cut up again", a.apply(ctx, c.lease(a.now())))
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
