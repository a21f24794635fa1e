package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/store/crashdisk"
	"blackstart/internal/ledger/trial"
)

// full works until the disk is full, and looks at what the hub says and shows then, at a start on the full disk, and after room was made.
func full(ctx context.Context, h *history, makeRoom func() error) error {
	if err := h.open(ctx); err != nil {
		return err
	}
	var refused error
	for n := 0; n < 5000 && refused == nil; n++ {
		refused = h.append(ctx)
	}
	if err := saysFull(refused); err != nil {
		return err
	}
	if h.log.ReadOnly() == nil {
		return errors.New("the log does not say that it is read-only")
	}
	if err := h.refusesAll(ctx); err != nil {
		return err
	}
	if err := h.readable(ctx); err != nil {
		return fmt.Errorf("while it is full: %w", err)
	}
	h.close()
	if err := h.open(ctx); err == nil { // a start may succeed on a full disk; then everything is there as well
		if err := h.readable(ctx); err != nil {
			return fmt.Errorf("started while it is full: %w", err)
		}
	} else if err := saysFull(err); err != nil {
		return err
	}
	h.close()
	if err := makeRoom(); err != nil {
		return err
	}
	if err := reopened(ctx, h); err != nil {
		return fmt.Errorf("after room was made: %w", err)
	}
	return errors.Join(h.append(ctx), h.check(ctx))
}

// saysFull wants a refusal with a reason and a way out.
func saysFull(err error) error {
	if err == nil {
		return errors.New("the disk did not fill")
	}
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "make room") {
		return fmt.Errorf("a full disk is told as: %w", err)
	}
	return nil
}

// readable reads every acknowledged entry; one that was under way may be there too.
func (h *history) readable(ctx context.Context) error {
	if size := h.log.Head().Size; size < uint64(len(h.bodies)) {
		return fmt.Errorf("%d entries are there, %d were acknowledged", size, len(h.bodies))
	}
	return h.checkEntries(ctx)
}

// A full disk loses nothing: what was acknowledged can be read, the hub says what to do, and goes on after a restart with room.
func TestDiskFull(t *testing.T) {
	d, past, err := prepared(t.Context(), signer(t), shmDir(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	trial.Row{Trial: "disk full", Engine: "WAL, synchronous=FULL, quota"}.Run(t, trial.Size{Quick: 5, CI: 20, Nightly: 200}, func(seed uint64) (c trial.Count) {
		c.Trials, c.Found = 1, 1
		synctest.Test(t, func(t *testing.T) { c.Err = quota(t.Context(), d.Clone(), past, seed) })
		if c.Err != nil {
			c.Lost = 1
		}
		return c
	})
}

func quota(ctx context.Context, d *crashdisk.Disk, past *history, seed uint64) error {
	defer d.Close()
	h := past.after(crashing(d), seed)
	defer h.close()
	d.Quota(d.Used() + rand.New(rand.NewPCG(seed, 4)).Int64N(300_000))
	err := full(ctx, h, func() error { d.Quota(0); return nil })
	if err != nil && h.log == nil && saysFull(err) == nil { // there was not even room to start
		d.Quota(0)
		err = reopened(ctx, h)
	}
	return err
}
