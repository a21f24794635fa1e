package hub

import (
	"context"
	"sync"

	"blackstart/internal/subject/contain"
)

// Settled returns when nothing real is in flight: every follower has dealt with the whole record, no host owes a word about an order, and no
// measure waits for its look from outside. A drill's clock jumps only then.
func (h *Hub) Settled(ctx context.Context) error {
	for {
		stirred := h.stir.listen()
		h.mu.RLock()
		settled, changed := h.settled(), h.changed
		h.mu.RUnlock()
		if settled {
			return nil
		}
		select {
		case <-stirred:
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *Hub) settled() bool {
	last := h.log.Next() - 1
	for _, f := range h.followers {
		if f.at() < last {
			return false
		}
	}
	for _, a := range h.state.Order.Agents() {
		if a.Silent.IsZero() && len(h.state.Order.For(a.Host)) > 0 { // from a silent host no word is to be waited for
			return false
		}
	}
	for _, m := range h.state.Contain.All() {
		if m.Stage == contain.StageEnforced || m.Stage == contain.StageLifted {
			return false
		}
	}
	return len(h.followers) > 0
}

// bell wakes everybody who listens.
type bell struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *bell) listen() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}
