package hub

import (
	"context"
	"strings"
	"time"

	"blackstart/internal/subject/access"
)

// failure is what was wrong about a try to sign in.
type failure int

const (
	failedPassword failure = iota
	failedCode
	failedPasskey
	failedUnheard // turned away by the throttle
	failureKinds
)

// failures are those of one minute. Names and addresses are kept as keyed hashes until the minute is told, to be counted; then they are gone.
type failures struct {
	since                       time.Time // by the hub's clock; zero: none so far
	by                          [failureKinds]int
	names, strangers, addresses map[string]bool
	bell                        chan struct{} // rung by the first of a minute
}

// failed counts one. What was typed is never kept: a password typed into the field for the name must not be in any record.
func (h *Hub) failed(c Caller, what failure, user string, known bool) {
	began := h.clock.Now().UTC().Truncate(time.Second)
	d := &h.door
	d.mu.Lock()
	defer d.mu.Unlock()
	f := &d.failures
	if f.since.IsZero() {
		f.since, f.names, f.strangers, f.addresses = began, map[string]bool{}, map[string]bool{}, map[string]bool{}
		select {
		case f.bell <- struct{}{}:
		default: // it rings already
		}
	}
	f.by[what]++
	note(f.addresses, string(d.mac("address", network(c.Address))))
	switch name := string(d.mac("name", strings.ToLower(user))); {
	case user == "":
	case known:
		note(f.names, name)
	default:
		note(f.strangers, name)
	}
}

func note(set map[string]bool, key string) {
	if len(set) < maxDistinct {
		set[key] = true
	}
}

// tellFailures enters what failed since it was told last, if anything did. What cannot be entered is counted on.
func (h *Hub) tellFailures(ctx context.Context) {
	h.door.mu.Lock()
	f := h.door.failures
	h.door.mu.Unlock()
	if f.since.IsZero() {
		return
	}
	_, err := h.Do(ctx, Request{Actor: access.ByDoor, Command: access.CountFailures{Minute: f.since, Password: f.by[failedPassword], Code: f.by[failedCode],
		Passkey: f.by[failedPasskey], Turned: f.by[failedUnheard], Names: len(f.names), Strangers: len(f.strangers), Addresses: len(f.addresses)}})
	if err != nil {
		return
	}
	h.door.mu.Lock()
	defer h.door.mu.Unlock()
	h.door.failures.reset(f)
}

// reset begins anew, but for what failed while the rest was entered.
func (f *failures) reset(told failures) {
	rest := failures{bell: f.bell}
	for n := range f.by {
		if rest.by[n] = f.by[n] - told.by[n]; rest.by[n] > 0 && rest.since.IsZero() {
			rest.since, rest.names, rest.strangers, rest.addresses = told.since.Add(time.Minute), map[string]bool{}, map[string]bool{}, map[string]bool{}
			select {
			case f.bell <- struct{}{}:
			default: // it rings already
			}
		}
	}
	*f = rest
}

// keepFailures enters the failures of each minute in which there were some, and those of the last one when the hub stops. It goes by the machine's
// clock: people fail in real minutes, even when a drill's time stands still.
func (h *Hub) keepFailures(ctx context.Context) {
	for {
		select {
		case <-h.door.failures.bell:
		case <-ctx.Done():
			h.tellFailures(context.WithoutCancel(ctx))
			return
		}
		_ = (wallClock{}).Until(ctx, time.Now().Add(time.Minute)) // an early end is told too
		h.tellFailures(context.WithoutCancel(ctx))
	}
}
