package scenario

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

var dawn = time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC)

// The clock never runs backwards, stops at every moment somebody waits for, wakes in order, and ends exactly where it was sent.
func TestClockProperties(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		synctest.Test(outer, func(*testing.T) {
			c := NewClock(dawn)
			offsets := rapid.SliceOfN(rapid.IntRange(-5, 50), 0, 20).Draw(t, "waiters")
			var mu sync.Mutex
			var woken []time.Time
			var waiting sync.WaitGroup
			for _, o := range offsets {
				waiting.Go(func() {
					moment := dawn.Add(time.Duration(o) * time.Minute)
					if err := c.Until(context.Background(), moment); err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					if now := c.Now(); now.Before(moment) {
						t.Errorf("woken at %s, before %s", now, moment)
					}
					woken = append(woken, moment)
				})
			}
			synctest.Wait()
			last, end := c.Now(), dawn.Add(time.Hour)
			for last.Before(end) {
				now := c.JumpTowards(end)
				if !now.After(last) {
					t.Fatalf("jumped from %s to %s", last, now)
				}
				last = now
				synctest.Wait()
			}
			waiting.Wait()
			future := slices.DeleteFunc(slices.Clone(woken), func(m time.Time) bool { return !m.After(dawn) })
			if !slices.IsSortedFunc(future, time.Time.Compare) {
				t.Errorf("woken in the order %v", future)
			}
			if c.JumpTowards(dawn); !c.Now().Equal(end) {
				t.Errorf("the clock went back to %s", c.Now())
			}
		})
	})
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	c := NewClock(dawn)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Until(ctx, dawn.Add(time.Hour)); err == nil {
		t.Error("the moment came")
	}
	if len(c.waiters) != 0 {
		t.Error("somebody still waits")
	}
}

// A clock that flows goes on where it stood, at the machine's pace, and wakes those who waited when it stood.
func TestFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewClock(dawn)
		done := make(chan error)
		go func() { done <- c.Until(t.Context(), dawn.Add(time.Minute)) }()
		synctest.Wait()
		c.Flow()
		began := time.Now()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != time.Minute {
			t.Errorf("a minute took %s", took)
		}
		if now := c.JumpTowards(dawn.Add(time.Hour)); now.After(dawn.Add(2 * time.Minute)) {
			t.Errorf("a flowing clock jumped to %s", now)
		}
	})
}
