package hub

import (
	"context"
	"time"

	"blackstart/internal/ledger/journal"
)

// Damage is what a verification found wrong with the record. While there is some, nothing is written and every page says so.
type Damage struct {
	Where       string // "entry 7", "entries 5 to 8", "checkpoint", "database", "blob …"
	First, Last uint64 // the entries among which the first bad one is; 0 if it is none
}

// keepVerified verifies the whole record once, beside the work: the start has only looked at what stands after the last checkpoint, and at each
// entry for itself. What is found bad closes the record, and whoever has a page open sees it.
func (h *Hub) keepVerified(ctx context.Context) {
	if h.log.Covered() == 0 { // a new record: nothing vouches for it yet
		if _, err := h.log.Checkpoint(context.WithoutCancel(ctx)); err != nil {
			return // empty, or read-only already
		}
	}
	for {
		v, err := h.log.Audit(ctx, resting(ctx))
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && !v.OK:
			h.mu.Lock()
			h.announce()
			h.mu.Unlock()
			return
		case err == nil:
			return
		}
		if (wallClock{}).Until(ctx, time.Now().Add(auditAgain)) != nil {
			return
		}
	}
}

// resting gives the pause between two pages of a verification: it rests as long as it has worked, so that at most half of one core is taken from
// those who write, however fast or slow the machine is.
func resting(ctx context.Context) func(uint64) error {
	begun := time.Now()
	return func(uint64) error {
		err := (wallClock{}).Until(ctx, time.Now().Add(min(time.Since(begun), auditRest)))
		begun = time.Now()
		return err
	}
}

// damage says what is wrong with the record, nil while nothing is known to be.
func (h *Hub) damage() *Damage {
	if halt, halted := h.log.Halted(); halted && halt.Damaged {
		return &Damage{Where: halt.Where, First: halt.First, Last: halt.Last}
	}
	return nil
}

// Audited is how far the record has been verified since the start.
type Audited = journal.Audited
