package hub

import (
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// pass is the pen for one request: it numbers and dates what the request writes.
type pass struct {
	h      *Hub
	next   uint64    // number of the next entry
	last   time.Time // entry time of the last one
	first  uint64    // number of this request's first entry: the batch
	drafts []journal.Draft
	events []Event
	erased bool // a private part is erased: what the state knows of it must go as well
	torn   bool // the state holds what will not be in the record: fold anew before anything else is decided
}

// attempt runs work. A defect in a subject must not take the house down in the middle of a crisis: the one request fails, the state is folded anew.
func (p *pass) attempt(work func(*pass) (Result, error)) (_ Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			p.torn = true
			err = fault.New(fault.Internal, "hub.defect", "could not decide: %v", r).Hinted("a defect in this program, nothing was written: %s", firstFrames())
		}
	}()
	return work(p)
}

// stamp checks what goes around a command and dates it: entry time never runs backwards, whatever the machine's clock does, and nothing happens in
// the future.
func (p *pass) stamp(r Request) (access.Stamp, error) {
	if len(r.Key) > maxKey {
		return access.Stamp{}, fault.New(fault.Invalid, "hub.key", "could not take a key of %d bytes: at most %d", len(r.Key), maxKey)
	}
	if r.Incident != "" && !p.h.state.Incident.Has(r.Incident) {
		return access.Stamp{}, fault.New(fault.NotFound, "incident.unknown", "could not find incident %.80q", r.Incident)
	}
	at := p.h.clock.Now().UTC().Truncate(time.Microsecond)
	if at.Before(p.last) {
		at = p.last
	}
	happened := r.HappenedAt.UTC().Truncate(time.Microsecond)
	switch {
	case r.HappenedAt.IsZero():
		happened = at
	case happened.After(at):
		return access.Stamp{}, fault.New(fault.Invalid, "hub.future", "could not enter what happened at %s: that is in the future", happened.Format(time.RFC3339))
	case at.Sub(happened) > maxPast:
		return access.Stamp{}, fault.New(fault.Invalid, "hub.past", "could not enter what happened at %s: that is more than ten years ago", happened.Format(time.RFC3339))
	}
	return access.Stamp{By: r.Actor, At: at, HappenedAt: happened}, nil
}

// write numbers an event, makes its draft, applies it, and remembers the request's key by it. What makes no record is refused before it is applied.
func (p *pass) write(e Event, c consequence) (access.Stamp, error) {
	at := c.at
	at.Seq = p.next
	d, err := draft(e, c, p.h.state.incidentOf(e, c.incident))
	if err == nil {
		err = d.Check()
	}
	if err != nil {
		p.torn = p.torn || len(p.drafts) > 0 // earlier events of this request are applied already
		return at, err
	}
	p.drafts, p.events = append(p.drafts, d), append(p.events, e)
	p.next, p.last = p.next+1, at.At
	p.h.apply(e, at)
	if _, ok := e.(access.Shredded); ok {
		p.erased = true
	}
	p.h.state.remember(e, at, c.cause, p.first)
	return at, nil
}

// result is what the request led to.
func (p *pass) result() Result {
	return Result{First: p.first, Last: p.next - 1, Events: p.events}
}
