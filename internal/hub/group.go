package hub

import (
	"context"
	"slices"
	"sync"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// group is the line in which requests wait for the pen. Whoever is given it works for all that wait, commits once for all of them, and passes it on:
// under load the cost of a durable commit is shared, and alone nobody waits for company.
type group struct {
	mu      sync.Mutex // guards the two below; never held while waiting for anything
	waiting []*turn
	busy    bool // somebody has the pen
}

// turn is one request in the line.
type turn struct {
	work   func(*pass) (Result, error)
	result Result
	err    error
	done   chan struct{} // closed when result and err are final
	pen    chan struct{} // closed when it is this request's turn to work for all
}

// together runs work under the write lock and returns when what it wrote is durable. Work that fails has written nothing. A request that has
// entered the line is finished even when its context ends: a half-known outcome would be worse than a late one.
func (h *Hub) together(ctx context.Context, work func(*pass) (Result, error)) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, fault.New(fault.Unavailable, "hub.cancelled", "could not begin: %w", err)
	}
	t := &turn{work: work, done: make(chan struct{}), pen: make(chan struct{})}
	if err := h.writers.enter(t); err != nil {
		return Result{}, err
	}
	select {
	case <-t.pen:
		h.serve(context.WithoutCancel(ctx))
		<-t.done
	case <-t.done:
	}
	return t.result, t.err
}

// enter puts a turn into the line and gives it the pen when nobody has it.
func (g *group) enter(t *turn) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) >= maxQueue {
		return fault.New(fault.Unavailable, "hub.crowded", "could not begin: %d requests are waiting", len(g.waiting)).Hinted("try again in a moment")
	}
	g.waiting = append(g.waiting, t)
	if !g.busy {
		g.busy = true
		close(t.pen)
	}
	return nil
}

// take takes the turns that are worked on now.
func (g *group) take() []*turn {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxGroup)
	turns := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return turns
}

// back puts the turns from index n on back to the front of the line, and gives those before them.
func (g *group) back(turns []*turn, n int) []*turn {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(slices.Clone(turns[n:]), g.waiting...)
	return turns[:n]
}

// pass gives the pen to the next in the line, or lays it down.
func (g *group) pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy = len(g.waiting) > 0; g.busy {
		close(g.waiting[0].pen)
	}
}

// serve works once for those that wait. Whatever happens, all of them get an answer and the pen is passed on.
func (h *Hub) serve(ctx context.Context) {
	turns := h.writers.take()
	finished := false
	defer func() {
		for _, t := range turns {
			if !finished {
				t.result, t.err = Result{}, fault.New(fault.Internal, "hub.defect", "could not decide: a defect in this program").Hinted("look into the log; nothing was acknowledged")
			}
			close(t.done)
		}
		h.writers.pass()
	}()
	turns = h.commit(ctx, turns)
	finished = true
}

// commit decides all turns one after the other and appends what they wrote in one transaction. If that fails, none of it has happened, and
// everybody is told who was decided on it: also those who wrote nothing, since they were answered from what is not so. It gives the turns it has
// dealt with.
func (h *Hub) commit(ctx context.Context, turns []*turn) []*turn {
	h.mu.Lock()
	defer h.mu.Unlock()
	var batches [][]journal.Draft
	p := &pass{h: h, next: h.log.Next(), last: h.log.Last()}
	if h.noteJump(p) {
		batches = append(batches, p.drafts)
	}
	wrote, entries := len(turns), 0 // index of the first turn that wrote; how many entries there are so far
	for n, t := range turns {
		if entries > journal.MaxGroup/2 { // a bulk act or two fill a transaction: the others go into the next
			turns = h.writers.back(turns, n)
			break
		}
		if t.err = h.writable(p); t.err != nil {
			continue
		}
		p.first, p.drafts, p.events = p.next, nil, nil
		if t.result, t.err = p.attempt(t.work); t.err == nil && len(p.drafts) > 0 {
			batches, wrote, entries = append(batches, p.drafts), min(wrote, n), entries+len(p.drafts)
		}
	}
	if err := h.append(ctx, batches); err != nil {
		p.torn = true
		for _, t := range turns[min(wrote, len(turns)):] {
			t.result, t.err = Result{}, err
		}
	}
	if p.torn || p.erased { // what was erased is in no state that is made from the record as it is now
		h.broken = h.refold(ctx)
	}
	return turns
}

// writable says why nothing can be written now, if so.
func (h *Hub) writable(p *pass) error {
	switch {
	case h.broken != nil:
		return fault.New(fault.Unavailable, "hub.broken", "could not write: the record could not be read again after a failure: %w", h.broken).Hinted("restart the hub")
	case h.stale != nil:
		return h.stale.ErrStale()
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

// Waiting is how many requests wait for the pen: what an operator looks at when the house feels slow.
func (h *Hub) Waiting() int {
	h.writers.mu.Lock()
	defer h.writers.mu.Unlock()
	return len(h.writers.waiting)
}
