package sqlite

import (
	"bytes"
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

// flips are the trials with a single bit turned in a file of a journal at rest.
type flips struct {
	key    *seal.Signer
	past   *history
	disk   *crashdisk.Disk
	file   string
	export []byte // of the journal before
	// verify is what is asked about the damage; nil is everything there is: the start of a hub, then the verification of the whole
	verify func(context.Context, *history) error
}

const databaseFile = dataDir + "/" + FileName

// newFlips makes a journal with all that can be in one. killed leaves it as a hub does that was killed: the last commits stand in the WAL alone.
func newFlips(t *testing.T, killed bool) *flips {
	t.Helper()
	d := crashdisk.New(shmDir(t))
	t.Cleanup(d.Close)
	h := newHistory(signer(t), crashing(d), 11)
	if killed {
		h.on.fold = autoCheckpoint // many commits stand in the WAL
	}
	err := h.open(t.Context())
	for n := 0; n < 30 && err == nil; n++ {
		err = h.step(t.Context())
	}
	for n := 0; n < 3 && err == nil; n++ {
		err = h.append(t.Context())
	}
	if err == nil {
		err = h.check(t.Context())
	}
	f := &flips{key: h.key, past: h, disk: d, file: databaseFile}
	if killed {
		f.disk, f.file = d.Clone(), databaseFile+"-wal"
		t.Cleanup(f.disk.Close)
	}
	if err = errors.Join(err, h.close()); err != nil {
		t.Fatal(err)
	}
	if f.export, err = f.exported(t.Context(), f.disk); err != nil {
		t.Fatal(err)
	}
	return f
}

// exported starts on a copy of the disk and gives everything that leaves a hub in an export, with the key signing the head anew.
func (f *flips) exported(ctx context.Context, on *crashdisk.Disk) ([]byte, error) {
	d := on.Clone()
	defer d.Close()
	h := f.past.after(crashing(d), 0)
	if err := h.open(ctx); err != nil {
		return nil, err
	}
	defer h.close()
	var all bytes.Buffer
	_, err := journal.Export(ctx, h.store, journal.ExportTo{Records: &all, Private: &all, Blobs: &all}, f.key)
	return all.Bytes(), err
}

// wholly starts a hub on the damage and has everything verified.
func wholly(ctx context.Context, h *history) error {
	if err := h.open(ctx); err != nil {
		return err
	}
	if err := h.log.ReadOnly(); err != nil {
		return err
	}
	v, err := h.log.Audit(ctx, nil)
	return errors.Join(err, v.ErrBad())
}

// structure asks SQLite alone, without the hashes: a control.
func structure(ctx context.Context, h *history) error {
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.store.Check(ctx)
}

// run runs one seed in a bubble of time: the library that prepares the schema waits for seconds where it cannot read its table.
func (f *flips) run(t *testing.T) func(uint64) trial.Count {
	return func(seed uint64) (c trial.Count) {
		synctest.Test(t, func(t *testing.T) { c = f.flip(t.Context(), seed) })
		return c
	}
}

// flip turns one bit. Either the damage is found, or the export is what it was, byte for byte.
func (f *flips) flip(ctx context.Context, seed uint64) trial.Count {
	c := trial.Count{Trials: 1}
	d := f.disk.Clone()
	defer d.Close()
	size, err := d.Size(f.file)
	if err != nil || size == 0 {
		c.Lost, c.Err = 1, fmt.Errorf("there is no %s: %w", f.file, err)
		return c
	}
	bit := rand.New(rand.NewPCG(seed, 9)).IntN(int(size) * 8)
	d.Flip(f.file, bit)
	damaged := d.Clone() // a start writes: what is exported below starts from the same damage
	defer damaged.Close()
	h := f.past.after(crashing(d), 0)
	found := f.verify(ctx, h)
	h.close()
	if found != nil {
		c.Found = 1
		return c
	}
	if now, err := f.exported(ctx, damaged); err != nil || !bytes.Equal(now, f.export) {
		c.Lost, c.Err = 1, fmt.Errorf("bit %d of byte %d of %s: nothing is found, and the export differs (%v)", bit%8, bit/8, f.file, err)
	}
	return c
}

// A bit that flips in the file of a journal at rest is found, or it stood where nothing of the journal stands.
func TestBitFlips(t *testing.T) {
	for engine, killed := range map[string]bool{"database, after an orderly stop": false, "WAL, after a kill": true} {
		t.Run(engine, func(t *testing.T) {
			f := newFlips(t, killed)
			f.verify = wholly
			trial.Row{Trial: "bit flip", Engine: engine, Note: "what is not found leaves an identical export"}.Run(t, trial.Size{Quick: 30, CI: 300, Nightly: 5000}, f.run(t))
		})
	}
}

// A verifier without the hashes must miss something.
func TestBitFlipsControl(t *testing.T) {
	f := newFlips(t, false)
	f.verify = structure
	trial.Row{Trial: "bit flip", Engine: "integrity_check alone", Control: true}.Run(t, trial.Size{Quick: 30, CI: 300, Nightly: 1000}, f.run(t))
}
