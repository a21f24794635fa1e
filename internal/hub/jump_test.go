package hub_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/trial"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// setClock is a machine's clock that somebody sets: what it shows, beside what has really passed.
type setClock struct {
	mu    sync.Mutex
	wall  time.Time
	ran   time.Duration
	stuck bool // it shows the same whatever passes
}

func (c *setClock) Now() time.Time         { c.mu.Lock(); defer c.mu.Unlock(); return c.wall }
func (c *setClock) Running() time.Duration { c.mu.Lock(); defer c.mu.Unlock(); return c.ran }
func (c *setClock) Until(ctx context.Context, _ time.Time) error {
	<-ctx.Done()
	return ctx.Err()
}

func (c *setClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ran += d; !c.stuck {
		c.wall = c.wall.Add(d)
	}
}

// set lets the clock show something else by a distance.
func (c *setClock) set(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wall = c.wall.Add(by)
}

// berlin shows every moment with the offset of its season: what a change to summer time does to a clock that is read in local time.
func berlin(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skipf("skipped: this machine knows no time zones: %v", err)
	}
	return zone
}

// life is a hub whose clock is set again and again, with the jumps that it must have noted.
type life struct {
	store  *journaltest.Memory
	clock  *setClock
	room   incident.ID
	blind  bool // a control: the hub is given a clock without a counter
	hub    *hub.Hub
	chance *rand.Rand
	want   []time.Duration
	off    time.Duration // how far the clock is from what the hub expects
}

// open starts the hub, or starts it anew: what it expects of the clock is then only that it shows no less than the record.
func (l *life) open(ctx context.Context) (err error) {
	clock := hub.Clock(l.clock)
	if l.blind {
		clock = struct{ hub.Clock }{l.clock}
	}
	if l.hub, err = hub.Open(ctx, hub.Options{Store: l.store, Clock: clock}); err != nil {
		return err
	}
	l.off = min(0, l.clock.Now().Sub(l.hub.Log().Last()))
	return nil
}

// tamper does one thing to the clock.
func (l *life) tamper(ctx context.Context) error {
	const year = 365 * 24 * time.Hour
	switch l.chance.IntN(9) {
	case 0: // set by years, either way
		l.set(time.Duration(l.chance.Int64N(int64(20*year))) - 10*year)
	case 1: // set back a little: an entry all the same
		l.set(-5*time.Minute - time.Duration(l.chance.Int64N(int64(time.Hour))))
	case 2: // what a time server does: none
		l.set(time.Duration(l.chance.Int64N(int64(4*time.Minute))) - 2*time.Minute)
	case 3: // to the day before the change to summer time, and over it
		l.set(time.Date(2027, 3, 27, 23, 0, 0, 0, time.UTC).Sub(l.clock.Now()))
		l.clock.pass(3 * time.Hour)
	case 4: // it stands still while time passes
		l.clock.stuck = true
		d := time.Duration(l.chance.Int64N(int64(time.Hour)))
		l.clock.pass(d)
		l.off -= d
		l.clock.stuck = false
	case 5:
		return l.open(ctx)
	default:
		l.clock.pass(time.Duration(l.chance.Int64N(int64(48 * time.Hour))))
	}
	return nil
}

func (l *life) set(by time.Duration) {
	l.clock.set(by)
	l.off += by
}

// note writes an entry, before which the hub must have noted what was done to the clock.
func (l *life) note(ctx context.Context) error {
	if l.off.Abs() > 5*time.Minute {
		l.want = append(l.want, l.off)
	}
	l.off = 0
	_, err := l.hub.Do(ctx, hub.Request{Actor: access.ByConsole, Command: incident.Log{Incident: l.room, Text: "what is seen"}})
	return err
}

// check reads the record: times that never run backwards, every jump noted once and none else, and a journal that verifies.
func (l *life) check(ctx context.Context) error {
	var last time.Time
	var jumps []time.Duration
	for e, err := range l.hub.Log().Entries(ctx, 1, l.hub.Log().Next()-1) {
		if err != nil {
			return err
		}
		if e.At.Before(last) {
			return fmt.Errorf("entry %d is of %s, the one before it of %s", e.Seq, e.At, last)
		}
		last = e.At
		event, err := hub.Decode(e)
		if err != nil {
			return err
		}
		if j, ok := event.(hub.ClockJumped); ok {
			jumps = append(jumps, time.Duration(j.By)*time.Second)
		}
	}
	if len(jumps) != len(l.want) {
		return fmt.Errorf("%d jumps are noted (%v), want %d (%v)", len(jumps), jumps, len(l.want), l.want)
	}
	for n, by := range jumps {
		if (by - l.want[n]).Abs() > time.Second {
			return fmt.Errorf("jump %d is noted as %s, want %s", n+1, by, l.want[n])
		}
	}
	if _, err := l.hub.Log().Checkpoint(ctx); err != nil {
		return err
	}
	v, err := journal.Verify(ctx, journal.Stored(l.store), l.hub.Key().Fingerprint())
	if err == nil {
		err = v.ErrBad()
	}
	return err
}

// lived plays one seed.
func lived(t *testing.T, seed uint64, blind bool) trial.Count {
	l := &life{store: new(journaltest.Memory), blind: blind, clock: &setClock{wall: ten.In(berlin(t))}, chance: rand.New(rand.NewPCG(seed, 7))}
	c := trial.Count{Trials: 1}
	if c.Err = l.open(t.Context()); c.Err != nil {
		return c
	}
	begun, err := l.hub.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: "rejects"}})
	if c.Err = err; err == nil {
		l.room = begun.Events[0].(incident.Opened).ID
	}
	for range 12 {
		if c.Err == nil {
			c.Err = l.tamper(t.Context())
		}
		if c.Err == nil {
			c.Err = l.note(t.Context())
		}
	}
	if c.Err == nil {
		c.Err = l.check(t.Context())
	}
	if c.Err != nil {
		c.Lost = 1
		return c
	}
	c.Found = len(l.want)
	return c
}

// Whatever is done to the machine's clock, entry times never run backwards, and every jump is an entry of its own.
func TestClockJumps(t *testing.T) {
	trial.Row{Trial: "clock jumps", Engine: "hub, clock injected"}.Run(t, trial.Size{Quick: 100, CI: 1000, Nightly: 1000}, func(seed uint64) trial.Count { return lived(t, seed, false) })
}

// A clock without a counter tells the hub nothing, so the trial must miss the jumps.
func TestClockJumpsControl(t *testing.T) {
	trial.Row{Trial: "clock jumps", Engine: "hub without a counter beside the clock", Control: true}.Run(t, trial.Size{Quick: 10, CI: 100, Nightly: 100}, func(seed uint64) trial.Count { return lived(t, seed, true) })
}

// A hub that starts under a clock that shows less than its record does says so, once per start.
func TestClockBehindTheRecord(t *testing.T) {
	l := &life{store: new(journaltest.Memory), clock: &setClock{wall: ten}}
	if err := l.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.clock.set(-time.Hour)
	if err := l.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := l.hub.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	l.want = []time.Duration{-time.Hour}
	if err := l.check(t.Context()); err != nil {
		t.Error(err)
	}
}

// A drill's clock jumps by design: no jump of it is an entry.
func TestEventClockMakesNoJumps(t *testing.T) {
	clock := &frozen{now: ten}
	h := open(t, new(journaltest.Memory), clock)
	clock.set(ten.AddDate(0, 0, 40))
	if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: "x"}}); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries(t, h) {
		if e.Kind == (hub.ClockJumped{}).Kind() {
			t.Errorf("entry %d notes a jump", e.Seq)
		}
	}
}
