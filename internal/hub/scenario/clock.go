package scenario

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Clock is a discrete-event clock: it stands still until somebody lets it jump, and wakes whoever waits in the order
// of their moments. It never runs backwards. After [Clock.Flow] it goes on at the pace of the machine, for people who look around afterwards.
type Clock struct {
	mu      sync.Mutex // guards everything below
	now     time.Time
	since   time.Time // machine time at which it began to flow; zero while it stands
	waiters []*waiter
}

// waiter is somebody in [Clock.Until].
type waiter struct {
	moment time.Time
	wake   chan struct{} // closed when the moment has come or the clock begins to flow
}

// NewClock makes a clock that stands at a moment.
func NewClock(at time.Time) *Clock { return &Clock{now: at.UTC()} }

// Now is the present time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.present()
}

func (c *Clock) present() time.Time {
	if c.since.IsZero() {
		return c.now
	}
	return c.now.Add(time.Since(c.since))
}

// Until returns nil when t has come, or the context's error when that ended before.
func (c *Clock) Until(ctx context.Context, t time.Time) error {
	for {
		c.mu.Lock()
		left := t.Sub(c.present())
		if left <= 0 {
			c.mu.Unlock()
			return nil
		}
		w := &waiter{moment: t, wake: make(chan struct{})}
		c.waiters = append(c.waiters, w)
		var machine <-chan time.Time
		if !c.since.IsZero() {
			machine = time.After(left)
		}
		c.mu.Unlock()
		select {
		case <-w.wake:
		case <-machine:
		case <-ctx.Done():
			c.leave(w)
			return ctx.Err()
		}
		c.leave(w)
	}
}

func (c *Clock) leave(w *waiter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiters = slices.DeleteFunc(c.waiters, func(x *waiter) bool { return x == w })
}

// JumpTowards lets the clock jump to the next moment somebody waits for, at most to t, and says where it stands then. A moment that is over
// changes nothing. Call it again until it says t, and let everybody who was woken do their work in between.
func (c *Clock) JumpTowards(t time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.since.IsZero() {
		return c.present()
	}
	next := t
	for _, w := range c.waiters {
		if w.moment.Before(next) && w.moment.After(c.now) {
			next = w.moment
		}
	}
	if next.After(c.now) {
		c.now = next.UTC()
	}
	c.waiters = slices.DeleteFunc(c.waiters, func(w *waiter) bool {
		due := !w.moment.After(c.now)
		if due {
			close(w.wake)
		}
		return due
	})
	return c.now
}

// Flow lets the clock go on at the machine's pace from where it stands. There is no way back.
func (c *Clock) Flow() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.since.IsZero() {
		return
	}
	c.since = time.Now()
	for _, w := range c.waiters {
		close(w.wake) // they wait again, by the machine
	}
	c.waiters = nil
}
