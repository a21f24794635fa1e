package agent

import (
	"context"
	"time"

	"blackstart/internal/subject/order"
)

// How a host stands, in receipts.
const (
	standsOpen = "open"
	trial      = "trial"    // cut off; the hub has not yet been reached through the rules
	isolated   = "isolated" // cut off
	unknown    = "unknown"
)

func (c *cut) posture() string {
	if c.Confirmed {
		return isolated
	}
	return trial
}

// was is how the host should stand by our own book.
func (a *Agent) was() string {
	if a.memory.Cut == nil {
		return standsOpen
	}
	return a.memory.Cut.posture()
}

// posture is how the host stands, read back.
func (a *Agent) posture(ctx context.Context) string {
	now, err := a.Isolation.Current(ctx)
	switch {
	case err != nil:
		return unknown
	case !now.Active:
		return standsOpen
	case a.memory.Cut == nil:
		return isolated // by rules whose order we do not know
	}
	return a.memory.Cut.posture()
}

// shift moves the times of a cut, and of the one behind it, with agent time.
func (c *cut) shift(by time.Duration) {
	for ; c != nil; c = c.Before {
		c.Since = c.Since.Add(by)
		if !c.Ends.IsZero() {
			c.Ends = c.Ends.Add(by)
		}
	}
}

// base is what the host goes back to when a cut that replaces c is not confirmed.
func (c *cut) base() *cut {
	if c == nil || c.Confirmed {
		return c
	}
	return c.Before
}

// holds is how long the kernel shall drop from now on without hearing of us: on trial in place of an older cut, as long as either of them wants.
func (c *cut) holds(now time.Time) time.Duration {
	if c.Before == nil {
		return c.lease(now)
	}
	return max(c.lease(now), c.Before.lease(now))
}

// lease is how long the cut itself wants to be held from now on without hearing of us.
func (c *cut) lease(now time.Time) time.Duration {
	if c.Ends.IsZero() {
		return time.Duration(c.LeaseS) * time.Second
	}
	return c.Ends.Sub(now)
}

// confirm ends the trial: the hub has been reached through the rules.
func (a *Agent) confirm(ctx context.Context) {
	c := a.memory.Cut
	if c == nil || c.Confirmed || !a.now().Before(c.Ends) {
		return
	}
	if now, err := a.Isolation.Current(ctx); err != nil || !now.Active {
		return // the answer did not come through the rules; they are put back first
	}
	confirmed := *c
	confirmed.Confirmed, confirmed.Ends, confirmed.Before = true, time.Time{}, nil
	if c.End == order.EndRelease {
		confirmed.Ends = c.Since.Add(time.Duration(c.LeaseS) * time.Second)
	}
	if err := a.Isolation.Renew(ctx, confirmed.lease(a.now())); err != nil {
		a.note("could not make the lease long", err)
		return
	}
	a.memory.Cut = &confirmed
	a.note("could not write the confirmation down", a.save())
	a.Log.Info("the hub is reached through the rules; the cut holds", "order", c.Order)
}

// tend looks after the host until ctx ends: the standing cut, and what people lay into the inbox.
func (a *Agent) tend(ctx context.Context) {
	for {
		a.lookAfter(ctx)
		a.openInbox(ctx)
		if a.Clock.Sleep(ctx, tendEvery) != nil {
			return
		}
	}
}

// lookAfter keeps a standing cut as its order wants it: ended in time, put back when somebody else removed it, renewed before its lease ends.
// A hub that is silent does not open a confirmed cut: otherwise whoever silences the hub opens the hosts.
func (a *Agent) lookAfter(ctx context.Context) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.memory.Cut
	if c == nil {
		return
	}
	if c.lease(a.now()) <= 0 {
		a.end(ctx, c)
		return
	}
	left := c.holds(a.now())
	now, err := a.Isolation.Current(ctx)
	switch {
	case err != nil:
		a.note("could not look at the rules", err)
	case !now.Active && left >= minLease:
		a.Log.Warn("the rules are gone or changed; they are put back", "order", c.Order)
		a.memory.Reapplied++
		a.note("could not put the rules back", a.apply(ctx, left))
	case now.Active && now.Left < left*2/3:
		a.note("could not renew the lease", a.Isolation.Renew(ctx, left))
	}
}

// end opens the host because its time is over, or goes back to the cut that stood before a trial.
func (a *Agent) end(ctx context.Context, c *cut) {
	if c.Before != nil {
		a.memory.Cut = c.Before
		a.send(order.Receipt{Order: c.Order, OrderHash: c.Hash, Status: order.Released, Code: order.Unconfirmed, Before: trial, After: isolated})
		a.Log.Info("the new cut was not confirmed; the older one stands", "order", c.Before.Order)
		a.note("could not write the end of the trial down", a.save())
		a.speak()
		return
	}
	if err := a.Isolation.Release(ctx); err != nil {
		a.note("could not open the host; the kernel will", err)
		return
	}
	code := order.LeaseEnded
	if !c.Confirmed {
		code = order.Unconfirmed
	}
	a.released(code)
	a.note("could not write the end of the cut down", a.save())
	a.speak()
}
