package agent

import (
	"context"
	"time"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
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

// at is the floor's time now.
func (f floor) at(c Clock) time.Time {
	return f.At.Add(c.Uptime() - time.Duration(f.Uptime)).UTC()
}

// now is agent time.
func (a *Agent) now() time.Time { return a.memory.Floor.at(a.Clock) }

// own is the time that the host itself has counted on from its enrolment. It lags by the time it was switched off, and no message moves it.
func (a *Agent) own() time.Time { return a.memory.Own.at(a.Clock) }

// ahead is how many seconds agent time is before the host's own count.
func (a *Agent) ahead() int { return int(a.now().Sub(a.own()) / time.Second) }

// moment is the time by which an order is judged. What the hub hands out is judged by agent time. For what a person brings by hand the hub's word alone must not
// decide, else a captured hub could have every order expire for ever: the truth lies between the host's own count and agent time, and any moment between them will do.
func (a *Agent) moment(e seal.Envelope, byHand bool) time.Time {
	now := a.now()
	if !byHand {
		return now
	}
	moment := a.own()
	if o, err := order.Parse(e.Payload); err == nil && o.NotBefore.After(moment) {
		moment = o.NotBefore
	}
	if moment.After(now) {
		return now
	}
	return moment
}

// raise takes in a time that the hub signed. It never lowers: an old answer cannot bring expired orders back to life. A cut moves along, so that no word of the hub
// makes it end sooner: its length is counted by the host. Beyond [maxAhead] the hub is not believed.
func (a *Agent) raise(t time.Time) {
	jump := t.Sub(a.now())
	switch {
	case t.Sub(a.own()) > maxAhead:
		a.Log.Error("the hub's time is not believed", "hub", t, "own", a.own())
	case jump > 0:
		if jump > alarmJump {
			a.Log.Warn("the hub puts the time forward; was this host switched off?", "by", jump, "own", a.own())
		}
		a.memory.Floor = floorAt(t, a.Clock)
		a.memory.Cut.shift(jump)
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
