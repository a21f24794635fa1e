package scenario

import (
	"context"
	"slices"
	"time"

	"blackstart/internal/fault"
)

// until lets the clock jump from one due moment to the next up to t, each only when nothing is in flight.
func (p *player) until(ctx context.Context, t time.Time) error {
	for {
		if err := p.quiet(ctx); err != nil {
			return err
		}
		if !p.Clock.JumpTowards(t).Before(t) {
			return p.quiet(ctx) // whoever was woken at that moment comes first
		}
	}
}

// quiet returns when nothing is in flight: the hub is settled, the agents are still, and its timer has done what was due.
func (p *player) quiet(ctx context.Context) error {
	for {
		before := p.House.Log().Next()
		if err := p.House.Settled(ctx); err != nil {
			return cancelled(err)
		}
		if err := p.Stage.Still(ctx); err != nil {
			return err
		}
		overdue, err := p.overdue(ctx)
		if err != nil {
			return err
		}
		if p.House.Log().Next() == before && !overdue {
			return nil
		}
		select {
		case <-time.After(waitAround):
		case <-ctx.Done():
			return cancelled(ctx.Err())
		}
	}
}

// overdue says whether the hub's timer, woken by the last jump, has not done yet what it was woken for: to sign a checkpoint, or to let an order run out.
func (p *player) overdue(ctx context.Context) (bool, error) {
	now := p.Clock.Now()
	if due := p.House.Log().Due(); !due.IsZero() && !due.After(now) {
		return true, nil
	}
	orders, err := p.House.OrderList(ctx)
	for _, o := range slices.Concat(orders.Waiting, orders.Running) {
		if slices.Contains(runs, o.State) && !o.Expires.After(now) {
			return true, err
		}
	}
	return false, err
}

// runs are the states in which an order can run out.
var runs = []string{"drafted", "ready", "issued", "accepted"}

func cancelled(err error) error {
	return fault.New(fault.Unavailable, "drill.stopped", "could not play the drill to its end: %w", err).Hinted("start it again on the same data directory: it goes on where it was")
}
