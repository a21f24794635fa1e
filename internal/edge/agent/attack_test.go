package agent

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/edge/wire"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// captured is a hub whose key an attacker has: it signs what it likes, but has the approvals of nobody.
type captured struct {
	*hub
	// guarded by the hub's lock
	ahead   time.Duration          // added to the time it signs
	garbage func() []seal.Envelope // handed out besides
	gone    bool
}

func (c *captured) Exchange(ctx context.Context, x wire.Exchange) (wire.Answer, error) {
	c.mu.Lock()
	var orders []seal.Envelope
	if c.garbage != nil {
		orders = c.garbage()
	}
	gone, ahead := c.gone, c.ahead
	c.mu.Unlock()
	switch {
	case gone:
		return wire.Answer{}, errors.New("nobody there")
	case orders != nil:
		return wire.Answer{Time: c.now(), Orders: orders}, nil // and no receipt is ever passed on
	}
	a, err := c.hub.Exchange(ctx, x)
	a.Time = a.Time.Add(ahead)
	return a, err
}

// turn changes how the hub behaves.
func (h *hub) turn(change func()) { h.mu.Lock(); defer h.mu.Unlock(); change() }

// carry brings an order to the host by hand and gives the receipt.
func (h *house) carry(id order.ID) order.Receipt {
	h.t.Helper()
	o, _ := h.hub.state.Order(id)
	e, err := Apply(h.t.Context(), h.cfg, o.Envelope.Marshal())
	must(h.t, err)
	r, err := order.ParseReceipt(e)
	must(h.t, err)
	return r
}

// Whoever has the hub and one approver may cut, but not open: neither by an isolation that soon ends, nor by one that is never confirmed.
func TestOneApproverCannotOpenByCutting(t *testing.T) {
	for name, weak := range map[string]order.Draft{
		"ends by itself":  {LeaseS: 1, ConfirmS: 1, End: order.EndRelease},
		"a longer lease":  {LeaseS: 7200, ConfirmS: 120, End: order.EndRelease},
		"a shorter lease": {LeaseS: 1, ConfirmS: 1, End: order.EndHold},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			defer h.run()()
			h.hub.cut("o-1", 600, 120, order.EndHold)
			h.after(time.Hour)
			weak.ID, weak.Verb = "o-2", order.Isolate
			h.hub.order(weak, annaSeed)
			h.after(20 * time.Minute)
			h.wants(name+": active", h.active(), true)
			h.wants(name+": receipts", h.hub.heard("o-1")+", "+h.hub.heard("o-2"), "accepted executed, refused/weaker")
		})
	}
}

func TestShorterReleaseIsWeaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.run()()
		h.hub.cut("o-1", 7200, 120, order.EndRelease)
		h.after(time.Hour)
		h.hub.cut("o-2", 600, 120, order.EndRelease)
		h.hub.cut("o-3", 7200, 120, order.EndRelease)
		h.after(time.Minute)
		h.wants("receipts", h.hub.heard("o-2")+", "+h.hub.heard("o-3"), "refused/weaker, accepted executed")
	})
}

// Two people may open, hence also make a cut shorter. The hub issues an order as soon as it has the approvals of its class, so the second one comes by hand.
func TestTwoMayWeaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Hour)
		stop()
		h.hub.cut("o-2", 60, 60, order.EndRelease)
		o, _ := h.hub.state.Order("o-2")
		e := o.Envelope
		e.Approvals = append(e.Approvals, seal.Approve(signer(t, benSeed), order.PayloadType, e.Payload))
		_, err := Apply(t.Context(), h.cfg, e.Marshal())
		must(t, err)
		defer h.run()()
		h.after(30 * time.Second)
		h.wants("active", h.active(), true)
		h.after(time.Minute)
		h.wants("active after the lease", h.active(), false)
	})
}

// A replacement that is not confirmed gives way to the cut that stood before, without a moment in which the host is open, and also across a restart.
func TestUnconfirmedReplacementFallsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Hour)
		h.iso.mu.Lock()
		h.hub.cut("o-2", 600, 1, order.EndHold)
		h.hub.setDown(true)
		h.iso.mu.Unlock()
		h.after(500 * time.Millisecond)
		stop()
		stop = h.run()
		for range 100 {
			h.after(tendEvery / 2)
			h.wants("active", h.active(), true)
		}
		h.after(20 * time.Minute)
		h.wants("active after hours", h.active(), true)
		h.hub.setDown(false)
		h.after(time.Minute)
		h.wants("receipts", h.hub.heard("o-1")+", "+h.hub.heard("o-2"), "accepted executed, accepted executed released/unconfirmed")
		h.hub.release("o-3")
		h.after(time.Second)
		h.wants("active after the release", h.active(), false)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed released/ordered")
		stop()
	})
}

// The length of a cut is counted by the host: a hub that puts the time forward, as far as it likes, does not make it end sooner.
func TestHubTimeOpensNothing(t *testing.T) {
	for _, ahead := range []time.Duration{time.Hour, 300 * 24 * time.Hour, 100 * 365 * 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			liar := &captured{hub: h.hub}
			h.cfg.Hub = liar
			defer h.run()()
			h.hub.cut("o-1", 2*3600, 120, order.EndRelease)
			h.after(time.Hour)
			h.hub.turn(func() { liar.ahead = ahead })
			h.after(50 * time.Minute)
			h.wants("active ten minutes before the end", h.active(), true)
			h.after(20 * time.Minute)
			h.wants("active after the end", h.active(), false)
		})
	}
}

// Nor does it keep people from bringing an order by hand, which is judged by what the host itself counted; an order that is over by that count stays over.
func TestHubTimeDoesNotStopHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		liar := &captured{hub: h.hub}
		h.cfg.Hub = liar
		defer h.run()()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		h.hub.turn(func() { liar.ahead = 300 * 24 * time.Hour })
		h.after(time.Hour)
		if x := h.hub.seen[len(h.hub.seen)-1]; x.State.Ahead < 299*24*3600 {
			t.Errorf("the state shows %d s ahead: nobody notices the lie", x.State.Ahead)
		}
		h.hub.release("o-2")
		h.after(time.Second)
		h.wants("receipts over the wire", h.hub.heard("o-2"), "refused/expired")
		h.hub.setDown(true)
		h.wants("by hand", h.carry("o-2").Status, order.Executed)
		h.wants("active", h.active(), false)
		h.hub.release("o-3")
		h.after(order.DefaultLife)
		h.wants("by hand, too late", h.carry("o-3").Code, order.Expired)
	})
}

// A host that was switched off knows less time to have passed; what people bring it may begin after its own count.
func TestHandsAfterTimeSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.run()()
		h.after(48 * time.Hour)
		h.cfg.Clock = bubbleClock{time.Now(), "boot-2"}
		defer h.run()()
		h.after(time.Minute)
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Second)
		h.wants("over the wire", h.hub.heard("o-1"), "accepted executed")
		h.hub.setDown(true)
		h.hub.release("o-2")
		h.wants("by hand", h.carry("o-2").Status, order.Executed)
	})
}

// A hub that hands out garbage without end, and takes no receipt, neither keeps the agent busy nor blocks what people bring.
func TestGarbageDoesNotStopHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		hostile := &captured{hub: h.hub}
		h.cfg.Hub = hostile
		stop := h.run()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		answers, forged := 0, 0
		h.hub.turn(func() {
			hostile.garbage = func() (all []seal.Envelope) {
				answers++
				for range 480 {
					forged++
					all = append(all, seal.Envelope{PayloadType: order.PayloadType, Payload: []byte(fmt.Sprint(forged))})
				}
				return all
			}
		})
		h.hub.order(order.Draft{ID: "poke", Verb: order.Report, Params: jsontext.Value(`{"of":"state"}`)}) // ends the waiting exchange
		h.after(10 * time.Minute)
		if answers < 5 || answers > 60 {
			t.Errorf("%d answers full of garbage were asked for in ten minutes", answers)
		}
		s, err := Look(h.cfg.Dir)
		must(t, err)
		if s.Waiting > maxRefusals+10 {
			t.Errorf("%d receipts wait", s.Waiting)
		}
		h.hub.release("o-2")
		h.wants("by hand", h.carry("o-2").Status, order.Executed)
		h.wants("active", h.active(), false)
		stop()
	})
}

// A full spool stops the hub's orders, never those of people at the host.
func TestFullSpoolDoesNotStopHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.hub.cut("o-1", 600, 120, order.EndHold)
		var m memory
		must(t, read(h.cfg.Dir, memoryFile, &m))
		m.Spool = make([]seal.Envelope, maxSpool)
		must(t, write(h.cfg.Dir, memoryFile, m))
		h.cfg.Hub = &captured{gone: true}
		h.wants("by hand", h.carry("o-1").Status, order.Executed)
		h.wants("active", h.active(), true)
	})
}

// Orders that were given to the predecessor of this agent are not obeyed again.
func TestOrdersOfPredecessorAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.hub.cut("o-1", 600, 120, order.EndHold)
		old := h.hub.state.For(self)
		h.after(5 * time.Minute)
		must(t, write(h.cfg.Dir, memoryFile, newMemory(time.Now(), h.cfg.Clock))) // enrolled anew
		h.hub.extra = old
		defer h.run()()
		h.after(time.Minute)
		h.wants("active", h.active(), false)
		h.wants("receipts", h.hub.heard("o-1"), "refused/overtaken")
		h.hub.turn(func() { h.hub.extra = nil })
		h.hub.cut("o-2", 600, 120, order.EndHold)
		h.after(time.Minute)
		h.wants("receipts of a new one", h.hub.heard("o-2"), "accepted executed")
	})
}
