package hub

import (
	"context"
	"time"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// keepWatch notes agents that have stopped calling. An agent calls at least every half minute, so two missed calls are a silence: somebody may
// have removed it, and its host should be cut at the switch instead. It goes by the machine's clock: agents are real even when a drill's time jumps.
func (h *Hub) keepWatch(ctx context.Context) {
	for ctx.Err() == nil {
		for _, s := range h.silent() {
			_, _ = h.Do(ctx, Request{Actor: access.ByTimer, Command: s}) // refused only if it is no news any more
		}
		if (wallClock{}).Until(ctx, time.Now().Add(silenceAfter/2)) != nil {
			return
		}
	}
}

// silent gives the agents that called once and have not called for silenceAfter. Agents that nobody has heard since this start are given the
// same time from the start on.
func (h *Hub) silent() []order.Silence {
	now := time.Now()
	var all []order.Silence
	h.read(func(s *State) {
		for _, a := range s.Order.Agents() {
			last := h.calls.of(a.Host).at
			if last.Before(h.started) {
				last = h.started
			}
			if a.Heard && a.Silent.IsZero() && now.Sub(last) > silenceAfter {
				all = append(all, order.Silence{Host: a.Host, Since: last})
			}
		}
	})
	return all
}
