package hub

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// follower causes one kind of effect outside. It goes through the record from its stored cursor, so that after a crash it takes up where it was:
// delivery is at least once, and what comes back is a command with a key that makes it count once.
type follower struct {
	name string
	// react does what follows from an entry and gives the command that reports it, or nil. It is called again for the same entry after a crash.
	react func(ctx context.Context, h *Hub, e Event) Command

	mu   sync.Mutex // guards done
	done uint64     // number of the last entry that was dealt with
}

// cursorPrefix is where a follower's cursor stands among the store's unexported values.
const cursorPrefix = "cursor/"

// follow runs a follower until ctx ends. It never gives an entry up: what fails for the moment is tried again, what is refused for good is written
// down where people see it.
func (h *Hub) follow(ctx context.Context, f *follower) {
	f.set(h.cursor(ctx, f.name))
	h.stir.ring()
	for {
		last, err := h.Wait(ctx, f.at())
		if err != nil {
			return
		}
		if h.followTo(ctx, f, last) != nil && (wallClock{}).Until(ctx, time.Now().Add(retryAfter)) != nil {
			return
		}
	}
}

// followTo shows the follower the entries up to last, and stops at the first that must be tried again. A cursor costs a durable write, so it is
// kept only when something was caused; the rest is read again after a restart.
func (h *Hub) followTo(ctx context.Context, f *follower, last uint64) error {
	caused := false
	for entry, err := range h.log.Entries(ctx, f.at()+1, last) {
		if err == nil {
			err = h.log.ReadOnly() // what cannot be recorded is not caused, and what is damaged is not believed
		}
		if err != nil {
			return err
		}
		did, err := h.cause(ctx, f, entry)
		if err != nil {
			return err
		}
		caused = caused || did
		f.set(entry.Seq)
		h.stir.ring()
	}
	if !caused {
		return nil
	}
	return h.store.PutSecret(ctx, cursorPrefix+f.name, []byte(strconv.FormatUint(last, 10)))
}

// cause shows the follower one entry, and says whether it caused anything. The error is one that may pass.
func (h *Hub) cause(ctx context.Context, f *follower, entry journal.Entry) (did bool, err error) {
	e, err := Decode(entry)
	if err != nil {
		return false, nil // the start refuses a record with such an entry; this build wrote everything since
	}
	c, err := f.safely(ctx, h, e)
	if c == nil && err == nil {
		return false, nil
	}
	if err == nil {
		r := Request{Actor: access.ByFollower, Incident: entry.Incident, Key: fmt.Sprintf("%s/%d", f.name, entry.Seq), Command: c}
		_, err = h.Do(ctx, r)
	}
	switch kind := fault.KindOf(err); {
	case err == nil:
		return true, nil
	case kind == fault.Unavailable || ctx.Err() != nil:
		return false, err
	}
	return true, h.report(ctx, f.name, err, entry)
}

// safely runs the follower on one entry; a defect in it is a fault like any other.
func (f *follower) safely(ctx context.Context, h *Hub, e Event) (c Command, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.New(fault.Internal, "hub.defect", "could not follow: %v", r).Hinted("a defect in this program: %s", firstFrames())
		}
	}()
	return f.react(ctx, h, e), nil
}

// report writes down that something that was to follow was refused, so that somebody looks.
func (h *Hub) report(ctx context.Context, what string, why error, cause journal.Entry) error {
	_, err := h.together(ctx, func(p *pass) (Result, error) {
		at, err := p.stamp(Request{Actor: access.ByFollower})
		if err == nil {
			_, err = p.write(failed(what, why), consequence{at: at, incident: cause.Incident, cause: fmt.Sprintf("%s%d", entryPrefix, cause.Seq)})
		}
		return p.result(), err
	})
	return err
}

func (h *Hub) cursor(ctx context.Context, name string) uint64 {
	var seq uint64
	if text, err := h.store.Secret(ctx, cursorPrefix+name); err == nil {
		seq, _ = strconv.ParseUint(string(text), 10, 64) // unreadable: from the beginning; keys make what was done count once
	}
	return seq
}

func (f *follower) set(seq uint64) { f.mu.Lock(); f.done = seq; f.mu.Unlock() }

func (f *follower) at() uint64 { f.mu.Lock(); defer f.mu.Unlock(); return f.done }
