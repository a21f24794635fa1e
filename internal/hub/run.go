package hub

import (
	"context"
	"sync"

	"blackstart/internal/subject/probe"
)

// Effects are what the hub can do outside itself. A drill's are built by a constructor that has only sandbox sinks.
type Effects struct {
	// Probe looks at a service from outside; a failing probe is a result, not an error.
	Probe func(ctx context.Context, s probe.Spec) probe.Result
}

// Run keeps the timer, the followers, the checkpoints and the verification going until ctx ends, and returns when all of them have stopped. It signs a last
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
	owned.Go(func() { h.keepFailures(ctx) })
	owned.Go(func() { h.keepCheckpoints(ctx) })
	owned.Go(func() { h.keepVerified(ctx) })
	owned.Wait()
	_, err := h.log.Checkpoint(context.WithoutCancel(ctx))
	return err
}
