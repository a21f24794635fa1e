package hub

import (
	"context"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// group is the line in which requests wait for the pen. Whoever finds it free works for all that wait and commits once for all of them:
// under load the cost of a durable commit is shared, and alone nobody waits for company.
type group struct {
	mu      sync.Mutex // guards the two below; never held while waiting for anything
	waiting []*turn
	busy    bool
}

// turn is one request in the line.
type turn struct {
	work   func(*pass) (Result, error)
	result Result
	err    error
	done   chan struct{}
}

// together runs work under the write lock and returns when what it wrote is durable. Work that fails has written nothing. A request that was
// taken from the line is finished even when its context ends: a half-known outcome would be worse than a late one.
func (h *Hub) together(ctx context.Context, work func(*pass) (Result, error)) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, fault.New(fault.Unavailable, "hub.cancelled", "could not begin: %w", err)
	}
	t := &turn{work: work, done: make(chan struct{})}
	h.writers.mu.Lock()
	h.writers.waiting = append(h.writers.waiting, t)
	lead := !h.writers.busy
	h.writers.busy = true
	h.writers.mu.Unlock()
	if lead {
		h.serve(context.WithoutCancel(ctx))
	}
	<-t.done
	return t.result, t.err
}

// serve takes turns from the line until it is empty.
func (h *Hub) serve(ctx context.Context) {
	for {
		h.writers.mu.Lock()
		turns := h.writers.waiting[:min(len(h.writers.waiting), maxGroup)]
		h.writers.waiting = h.writers.waiting[len(turns):]
		h.writers.busy = len(turns) > 0
		h.writers.mu.Unlock()
		if len(turns) == 0 {
			return
		}
		h.commit(ctx, turns)
		for _, t := range turns {
			close(t.done)
		}
	}
}

// commit decides all turns one after the other and appends what they wrote in one transaction. If that fails, none of it has happened: the
// state is folded anew from the record, and everybody is told.
func (h *Hub) commit(ctx context.Context, turns []*turn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var batches [][]journal.Draft
	var writers []*turn
	p := &pass{h: h, next: h.log.Next(), last: h.log.Last()}
	for _, t := range turns {
		if t.err = h.writable(p); t.err != nil {
			continue
		}
		p.first, p.drafts, p.events = p.next, nil, nil
		if t.result, t.err = p.attempt(t.work); t.err == nil && len(p.drafts) > 0 {
			batches, writers = append(batches, p.drafts), append(writers, t)
		}
	}
	if err := h.append(ctx, batches); err != nil {
		for _, t := range writers {
			t.result, t.err = Result{}, err
		}
		p.torn = true
	}
	if p.torn {
		h.broken = h.refold(ctx)
	}
}

// writable says why nothing can be written now, if so.
func (h *Hub) writable(p *pass) error {
	switch {
	case h.broken != nil:
		return fault.New(fault.Unavailable, "hub.broken", "could not write: the record could not be read again after a failure: %w", h.broken).Hinted("restart the hub")
	case p.torn:
		return fault.New(fault.Unavailable, "hub.torn", "could not write: a request beside this one failed in the middle").Hinted("try again")
	}
	return h.log.ReadOnly()
}

// append makes the batches durable and tells those who wait for news.
func (h *Hub) append(ctx context.Context, batches [][]journal.Draft) error {
	if len(batches) == 0 {
		return nil
	}
	if err := h.log.Append(ctx, batches...); err != nil {
		return err
	}
	h.announce()
	return nil
}

// pass is the pen for one request: it numbers and dates what the request writes.
type pass struct {
	h      *Hub
	next   uint64    // number of the next entry
	last   time.Time // entry time of the last one
	first  uint64    // number of this request's first entry: the batch
	drafts []journal.Draft
	events []Event
	torn   bool // the state holds what will not be in the record: fold anew before anything else is decided
}

// attempt runs work. A defect in a subject must not take the house down in the middle of a crisis: the one request fails, the state is folded anew.
func (p *pass) attempt(work func(*pass) (Result, error)) (_ Result, err error) {
	defer func() {
		if r := recover(); r != nil {
			p.torn = true
			err = fault.New(fault.Internal, "hub.defect", "could not decide: %v", r).Hinted("a defect in this program; nothing was written: %s", firstFrames())
		}
	}()
	return work(p)
}

// stamp dates a request: entry time never runs backwards, whatever the machine's clock does, and nothing happens in the future.
func (p *pass) stamp(r Request) (access.Stamp, error) {
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

// write numbers an event and makes its draft.
func (p *pass) write(e Event, c consequence) access.Stamp {
	at := c.at
	at.Seq = p.next
	p.h.state.keep(c.cause, at.Seq, p.first)
	p.drafts = append(p.drafts, draft(e, c, p.h.state.incidentOf(e, c.incident)))
	p.events = append(p.events, e)
	p.next, p.last = p.next+1, at.At
	return at
}

// result is what the request led to.
func (p *pass) result() Result {
	return Result{First: p.first, Last: p.next - 1, Events: p.events}
}
