package hub

import (
	"context"

	"blackstart/internal/subject/order"
)

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
