package hub

import (
	"context"
	"time"
)

// Clock is where the hub has its time from: the machine, or a drill's event clock (package scenario).
type Clock interface {
	// Now is the present time.
	Now() time.Time
	// Until returns nil when t has come, or the context's error when that ended before.
	Until(ctx context.Context, t time.Time) error
}

// wallClock is the machine's clock.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

func (wallClock) Running() time.Duration { return running() }

func (wallClock) Until(ctx context.Context, t time.Time) error {
	timer := time.NewTimer(time.Until(t))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
