package agent

import (
	"context"
	"time"
)

// Clock is the time of the host, which no message can move. The wall clock has no part in it: whoever owns the domain controller sets it.
type Clock interface {
	// Uptime is how long the host has been up, with the time it slept.
	Uptime() time.Duration
	// Boot names the present run of the host; uptimes compare only within one.
	Boot() string
	// Sleep waits; it returns the context's error when that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// floor is agent time as it was last known, and the uptime that belongs to it. Agent time is a floor: never later than it really is, unless the hub signed a lie.
type floor struct {
	At     time.Time `json:"at"`
	Uptime int64     `json:"uptime_ns"`
	Boot   string    `json:"boot"`
}

// floorAt is the floor at which agent time is t now.
func floorAt(t time.Time, c Clock) floor { return floor{t.UTC(), int64(c.Uptime()), c.Boot()} }

// woken is the floor after a start: time passed if the host has been up since, and is unknown, hence none, if it was off.
func (f floor) woken(c Clock) floor {
	if f.Boot == "" || f.Boot != c.Boot() || int64(c.Uptime()) < f.Uptime {
		f.Uptime, f.Boot = int64(c.Uptime()), c.Boot()
	}
	return f
}

// now is agent time.
func (a *Agent) now() time.Time {
	f := a.memory.Floor
	return f.At.Add(a.Clock.Uptime() - time.Duration(f.Uptime)).UTC()
}

// raise takes in a time that the hub signed. It never lowers: an old answer cannot bring expired orders back to life.
func (a *Agent) raise(t time.Time) {
	if t.After(a.now()) {
		a.memory.Floor = floorAt(t, a.Clock)
	}
	if a.Clock.Uptime()-a.saved > saveEvery {
		a.note("could not keep the time", a.save())
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
