package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/crashdisk"
	"blackstart/internal/ledger/trial"
)

// stride leads through all calls of a workload in an order in which also a few of them are from everywhere. It is prime.
const stride = 7919

// broken is one seed of the trial: the workload on a fresh disk, of whose calls the n-th fails, alone or with all later ones; then a restart of the
// program, or a power cut before it.
type broken struct {
	key   *seal.Signer
	shm   string
	loose func(journal.Store) journal.Store // a control's store
}

// workload is a whole life: a first start, work, a stop, a second start, work, reading, and a stop. After the first failed write nothing may be
// acknowledged any more, until the next start.
func (b broken) workload(ctx context.Context, h *history) error {
	for range 2 {
		if err := h.open(ctx); err != nil {
			return err
		}
		for range 9 {
			if err := h.step(ctx); err != nil {
				return errors.Join(errFailed, h.refusesAll(ctx))
			}
		}
		if err := h.readAll(ctx); err != nil {
			return err
		}
		if err := h.close(); err != nil {
			return err
		}
	}
	return nil
}

// errFailed is what the trial is about: a call that failed and said so.
var errFailed = errors.New("a write failed")

// errKept is a loss: something was acknowledged by a store that had failed.
var errKept = errors.New("acknowledged after an I/O error")

// refusesAll tries every kind of write on a store that has failed.
func (h *history) refusesAll(ctx context.Context) error {
	if h.log == nil {
		return nil
	}
	if err := h.log.Append(ctx, []journal.Draft{numbered(1000)}); err == nil {
		return fmt.Errorf("%w: an entry", errKept)
	}
	if h.log.ReadOnly() == nil {
		return fmt.Errorf("%w: the log does not say that it is read-only", errKept)
	}
	if err := h.store.PutSecret(ctx, "late", nil); err == nil {
		return fmt.Errorf("%w: a secret", errKept)
	}
	if _, err := h.store.PutBlob(ctx, []byte("late")); err == nil {
		return fmt.Errorf("%w: a blob", errKept)
	}
	return nil
}

// readAll reads what a page of a hub reads.
func (h *history) readAll(ctx context.Context) error {
	for _, err := range h.log.Entries(ctx, 1, uint64(len(h.bodies))) {
		if err != nil {
			return err
		}
	}
	_, err := h.store.LastCheckpoint(ctx)
	return err
}

// calls counts the calls of a workload in which none fails.
func (b broken) calls(t *testing.T) (n int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := crashdisk.New(b.shm)
		defer d.Close()
		d.Count(crashdisk.Every)
		if err := b.workload(t.Context(), newHistory(b.key, crashing(d), 0)); err != nil {
			t.Fatal(err)
		}
		n = d.Calls()
	})
	return n
}

// fail plays one seed.
func (b broken) fail(ctx context.Context, seed uint64, calls int) trial.Count {
	n, variant := int(seed*stride%uint64(calls))+1, int(seed/uint64(calls)+seed)%4
	lasting, cut := variant&1 > 0, variant&2 > 0
	d := crashdisk.New(b.shm)
	defer d.Close()
	h := newHistory(b.key, crashing(d), 0)
	h.loose = b.loose
	d.FailAt(n, lasting)
	c := trial.Count{Trials: 1}
	err := b.workload(ctx, h)
	if err != nil {
		c.Found = 1
	}
	h.close() // may fail, must not panic
	d.FailAt(0, false)
	if h.loose = nil; !errors.Is(err, errKept) {
		err = b.restarted(ctx, h, d, rand.New(rand.NewPCG(seed, 5)), cut)
	}
	if h.close(); err != nil {
		c.Lost, c.Err = 1, fmt.Errorf("call %d of %d fails (lasting: %t, power cut after: %t): %w", n, calls, lasting, cut, err)
	}
	return c
}

// restarted starts again on a disk that is well: everything acknowledged is there, work goes on, and what is then acknowledged survives a power cut.
func (b broken) restarted(ctx context.Context, h *history, d *crashdisk.Disk, chance *rand.Rand, cut bool) error {
	if cut {
		d.PowerCut(chance)
	}
	if err := reopened(ctx, h); err != nil {
		return err
	}
	for range 3 {
		if err := h.step(ctx); err != nil {
			return err
		}
	}
	gone(h, d, chance)
	return reopened(ctx, h)
}

func (b broken) run(t *testing.T, row trial.Row, n func(calls int) trial.Size) {
	calls := b.calls(t)
	row.Note = fmt.Sprintf("every one of %d calls", calls)
	row.Run(t, n(calls), func(seed uint64) (c trial.Count) {
		synctest.Test(t, func(t *testing.T) { c = b.fail(t.Context(), seed, calls) })
		return c
	})
}

// Whichever call to the disk fails: nothing is acknowledged that does not last, the store says that it is read-only, and the next start is clean.
func TestIOErrors(t *testing.T) {
	broken{key: signer(t), shm: shmDir(t)}.run(t, trial.Row{Trial: "I/O error at the n-th call", Engine: "WAL, synchronous=FULL"}, func(calls int) trial.Size {
		return trial.Size{Quick: 60, CI: calls, Nightly: 4 * calls}
	})
}

// deaf is a store that takes an error for success.
type deaf struct{ journal.Store }

func (d deaf) Append(ctx context.Context, rows []journal.Row) error {
	_ = d.Store.Append(ctx, rows)
	return nil
}

// A store that does not listen must lose something.
func TestIOErrorsControl(t *testing.T) {
	b := broken{key: signer(t), shm: shmDir(t), loose: func(s journal.Store) journal.Store { return deaf{s} }}
	b.run(t, trial.Row{Trial: "I/O error at the n-th call", Engine: "a store that ignores the error", Control: true}, func(int) trial.Size {
		return trial.Size{Quick: 60, CI: 200, Nightly: 500}
	})
}
