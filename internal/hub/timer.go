package hub

import (
	"context"
	"sync"
	"time"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// keepTime sends a tick whenever a subject has asked to be woken.
func (h *Hub) keepTime(ctx context.Context) {
	for ctx.Err() == nil {
		var wake time.Time
		var tick Command
		var seen uint64
		h.read(func(s *State) { wake, tick = s.nextWake(); seen = h.log.Next() - 1 })
		if !wake.IsZero() && !wake.After(h.clock.Now()) {
			if _, err := h.Do(ctx, Request{Actor: access.ByTimer, Command: tick}); err == nil {
				continue
			}
			wake = h.clock.Now().Add(retryAfter) // read-only, or nothing was due any more: look again later, or with the next entry
		}
		h.untilOrNews(ctx, wake, seen)
	}
}

// nextWake is when the first subject asked to be woken, and the command that does it; zero when none asked.
func (s *State) nextWake() (wake time.Time, tick Command) {
	wake, tick = s.Order.NextWake(), order.Tick{}
	if over := s.Access.NextWake(); !over.IsZero() && (wake.IsZero() || over.Before(wake)) {
		return over, access.Expire{}
	}
	return wake, tick
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

// keepCheckpoints signs the head once a minute and every thousand entries. It ends when a checkpoint cannot be kept:
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
