package hub

import (
	"context"
	"fmt"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/probe"
)

// Effects are what the hub can do outside itself. A drill's are built by a constructor that has only sandbox sinks.
type Effects struct {
	// Probe looks at a service from outside; a failing probe is a result, not an error.
	Probe func(ctx context.Context, s probe.Spec) probe.Result
}

// Run keeps the timer, the followers and the checkpoints going until ctx ends, and returns when all of them have stopped. It signs a last
// checkpoint on the way out, so that whoever copies the directory afterwards has a head to compare.
func (h *Hub) Run(ctx context.Context, e Effects) error {
	var owned sync.WaitGroup
	followers := []*follower{signer(), prober(e)}
	h.mu.Lock()
	h.followers = followers
	h.mu.Unlock()
	for _, f := range followers {
		owned.Go(func() { h.follow(ctx, f) })
	}
	owned.Go(func() { h.keepWatch(ctx) })
	owned.Go(func() { h.keepTime(ctx) })
	owned.Go(func() { h.keepCheckpoints(ctx) })
	owned.Wait()
	_, err := h.log.Checkpoint(context.WithoutCancel(ctx))
	return err
}

// keepTime sends a tick whenever a subject has asked to be woken.
func (h *Hub) keepTime(ctx context.Context) {
	for ctx.Err() == nil {
		var wake time.Time
		var seen uint64
		h.read(func(s *State) { wake, seen = s.Order.NextWake(), h.log.Next()-1 })
		if !wake.IsZero() && !wake.After(h.clock.Now()) {
			// The key makes a second tick for the same moment harmless; a refusal is for the log, not for the crisis team: nothing was due any more.
			_, _ = h.Do(ctx, Request{Actor: access.ByTimer, Key: fmt.Sprintf("tick/%d/%d", wake.UnixMicro(), seen), Command: order.Tick{}})
			continue
		}
		h.untilOrNews(ctx, wake, seen)
	}
}

// untilOrNews waits until the time has come or the record has grown beyond seen, whichever is first. A zero time never comes.
func (h *Hub) untilOrNews(ctx context.Context, t time.Time, seen uint64) {
	ctx, cancel := context.WithCancel(ctx)
	var waiting sync.WaitGroup
	if !t.IsZero() {
		waiting.Go(func() { defer cancel(); _ = h.clock.Until(ctx, t) })
	}
	_, _ = h.Wait(ctx, seen)
	cancel()
	waiting.Wait()
}

// keepCheckpoints signs the head once a minute and every thousand entries (architecture, section 4). It ends when a checkpoint cannot be kept:
// the log is read-only then, and every page says so.
func (h *Hub) keepCheckpoints(ctx context.Context) {
	for ctx.Err() == nil {
		due, seen := h.log.Due(), h.log.Next()-1
		if due.IsZero() || due.After(h.clock.Now()) {
			h.untilOrNews(ctx, due, seen)
			continue
		}
		if _, err := h.log.Checkpoint(context.WithoutCancel(ctx)); err != nil {
			return
		}
	}
}

// follower causes one kind of effect outside. It goes through the record from its stored cursor, so that after a crash it takes up where it was:
// delivery is at least once, and what comes back is a command with a key that makes it count once.
type follower struct {
	name string
	// react does what follows from an entry and gives the command that reports it, or nil. It is called again for the same entry after a crash.
	react func(ctx context.Context, h *Hub, e Event) Command

	mu   sync.Mutex // guards done
	done uint64     // number of the last entry that was dealt with
}

// cursorPrefix is where a follower's cursor stands among the store's unexported values.
const cursorPrefix = "cursor/"

// follow runs a follower until ctx ends.
func (h *Hub) follow(ctx context.Context, f *follower) {
	f.set(h.cursor(ctx, f.name))
	h.stir.ring()
	for {
		last, err := h.Wait(ctx, f.at())
		if err != nil {
			return
		}
		worked := false
		for entry, err := range h.log.Entries(ctx, f.at()+1, last) {
			if err != nil {
				return // the log has become read-only or ctx ended: nothing more is caused
			}
			worked = h.serveFollower(ctx, f, entry) || worked
			f.set(entry.Seq)
			h.stir.ring()
		}
		if worked { // a cursor costs a durable write, so it is kept only when something was caused; the rest is read again
			_ = h.store.PutSecret(ctx, cursorPrefix+f.name, []byte(fmt.Sprint(last)))
		}
	}
}

// serveFollower shows the follower one entry, and says whether it caused anything.
func (h *Hub) serveFollower(ctx context.Context, f *follower, entry journal.Entry) bool {
	e, err := Decode(entry)
	if err != nil {
		return false // the start refused such a record; here it can only be a private part gone missing
	}
	c := f.react(ctx, h, e)
	if c == nil {
		return false
	}
	r := Request{Actor: access.ByFollower, Incident: entry.Incident, Key: fmt.Sprintf("%s/%d", f.name, entry.Seq), Command: c}
	if _, err := h.Do(ctx, r); err != nil && ctx.Err() == nil {
		h.report(ctx, c.Name(), err, entry)
	}
	return true
}

// report writes down that a follower's command was refused, so that somebody looks.
func (h *Hub) report(ctx context.Context, command string, why error, cause journal.Entry) {
	_, _ = h.together(ctx, func(p *pass) (Result, error) {
		at, err := p.stamp(Request{Actor: access.ByFollower})
		if err == nil {
			e := ReactionFailed{Command: command, Code: fault.CodeOf(why), Message: why.Error()}
			h.apply(e, p.write(e, consequence{at: at, incident: cause.Incident, cause: fmt.Sprintf("%s%d", entryPrefix, cause.Seq)}))
		}
		return p.result(), err
	})
}

func (h *Hub) cursor(ctx context.Context, name string) uint64 {
	var seq uint64
	if text, err := h.store.Secret(ctx, cursorPrefix+name); err == nil {
		_, _ = fmt.Sscan(string(text), &seq)
	}
	return seq
}

func (f *follower) set(seq uint64) { f.mu.Lock(); f.done = seq; f.mu.Unlock() }

func (f *follower) at() uint64 { f.mu.Lock(); defer f.mu.Unlock(); return f.done }

// signer signs orders that enough people have approved. The hub's key never enters the state.
func signer() *follower {
	return &follower{name: "signer", react: func(_ context.Context, h *Hub, e Event) Command {
		ready, ok := e.(order.Ready)
		if !ok {
			return nil
		}
		var c Command
		h.read(func(s *State) {
			if o, ok := s.Order.Order(ready.ID); ok && o.Phase == order.PhaseReady {
				env := o.Envelope
				env.Signatures = nil
				env.Sign(h.key)
				c = order.Issue{ID: ready.ID, Signature: env.Signatures[0]}
			}
		})
		return c
	}}
}

// probesOf gives the catalogue's probes of a host, as they are run from the hub's side.
func probesOf(c *catalogue.Catalogue, host catalogue.Ref) []probe.Spec {
	if c == nil {
		return nil
	}
	x, ok := c.Host(host.ID())
	if !ok {
		return nil
	}
	var specs []probe.Spec
	for _, p := range x.Probes {
		specs = append(specs, probe.Spec{Kind: probe.Kind(p.Kind), Target: p.Target})
	}
	return specs
}
