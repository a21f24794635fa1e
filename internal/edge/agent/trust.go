package agent

import (
	"context"
	"slices"

	"blackstart/internal/edge/wire"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// entrust obeys another trust root from now on, and calls where that says. Both are on disk before either is obeyed; a crash between them runs the order again.
func (a *Agent) entrust(ctx context.Context, o order.Order) error {
	p, _ := o.NewTrust()
	self := a.self
	if len(p.Hubs) > 0 {
		self.Hubs = p.Hubs[:min(len(p.Hubs), maxHubs)]
	}
	if p.CA != "" {
		pin, err := wire.ParsePin(p.CA)
		if err != nil {
			return err
		}
		self.Pin = pin
	}
	if err := write(a.Dir, rootFile, p.Root); err != nil {
		return err
	}
	if err := write(a.Dir, identityFile, self); err != nil {
		return err
	}
	moved := !slices.Equal(self.Hubs, a.self.Hubs)
	a.root, a.self = p.Root, self
	a.dial()
	a.Log.Info("another trust root is obeyed", "version", a.root.Version, "origin", a.root.Origin, "hubs", a.self.Hubs)
	if c := a.memory.Cut; moved && c != nil && c.holds(a.now()) >= minLease {
		a.note("could not open the cut for the new hub", a.apply(ctx, c.holds(a.now()))) // the old rules stand then, and end with their lease
	}
	return nil
}

// takeTrust takes what may stand in the answer of a hub that we do not know: the order by which people make it ours. It says whether there was one.
func (a *Agent) takeTrust(ctx context.Context, orders []seal.Envelope) bool {
	news := false
	for _, e := range orders[:min(len(orders), maxTaken)] {
		if o, err := order.Parse(e.Payload); err == nil && o.Verb == order.Trust {
			_, accepted := a.take(ctx, e, false)
			news = news || accepted
		}
	}
	return news
}
