package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/crashdisk"
)

// history is what a journal has acknowledged, kept outside of it: the model that the journal is held against after every fault.
type history struct {
	key    *seal.Signer
	chance *rand.Rand
	on     disk
	dir    string
	loose  func(journal.Store) journal.Store // a control's faulty store; nil is none

	bodies  []string // of the acknowledged entries, in order
	batches []uint64 // their batches
	flight  []string // bodies of the group that is under way: all of it may be there, or nothing
	flown   []uint64
	erased  map[uint64]bool // entries whose private part was acknowledged to be gone
	erasing []uint64        // and those that the group under way erases
	head    journal.Head
	signed  uint64 // entries under the last acknowledged checkpoint
	blobs   []string
	secret  string // the last acknowledged value; empty: none
	guess   string // a value under way
	store   *Store
	log     *journal.Log
}

// dataDir is where the data directory lies on a crash disk.
const dataDir = "/srv/hub"

func newHistory(key *seal.Signer, on disk, seed uint64) *history {
	return &history{key: key, on: on, dir: dataDir, erased: map[uint64]bool{}, chance: rand.New(rand.NewPCG(seed, 3))}
}

// open opens store and log.
func (h *history) open(ctx context.Context) (err error) {
	if h.store, err = openOn(ctx, h.on, h.dir); err != nil {
		return err
	}
	var s journal.Store = h.store
	if h.loose != nil {
		s = h.loose(s)
	}
	h.log, err = journal.Open(ctx, s, journal.Options{Origin: origin, Signer: h.key, Now: func() time.Time { return start }})
	return err
}

// close lets everything go, as far as it is open.
func (h *history) close() error {
	if h.store == nil {
		return nil
	}
	err := h.store.Close()
	h.store, h.log = nil, nil
	return err
}

// step does one thing at random, and notes what was acknowledged.
func (h *history) step(ctx context.Context) error {
	switch n := h.chance.IntN(20); {
	case n < 14 || len(h.bodies) == 0:
		return h.append(ctx)
	case n < 17:
		if _, err := h.log.Checkpoint(ctx); err != nil {
			return err
		}
		h.signed = h.log.Covered()
	case n < 18:
		name, err := h.store.PutBlob(ctx, fmt.Appendf(nil, "evidence %d %s", h.chance.Uint64(), strings.Repeat("x", h.chance.IntN(9000))))
		if err != nil {
			return err
		}
		h.blobs = append(h.blobs, name)
	default:
		h.guess = fmt.Sprint("secret ", h.chance.Uint64())
		if err := h.store.PutSecret(ctx, "seed", []byte(h.guess)); err != nil {
			return err
		}
		h.secret, h.guess = h.guess, ""
	}
	return nil
}

// append writes a group of up to three batches of up to four entries, some of them longer than a page.
func (h *history) append(ctx context.Context) error {
	h.flight, h.flown, h.erasing = nil, nil, nil
	var group [][]journal.Draft
	for range 1 + h.chance.IntN(3) {
		var batch []journal.Draft
		first := uint64(len(h.bodies) + len(h.flight) + 1)
		for range 1 + h.chance.IntN(4) {
			d := h.draft(len(h.bodies) + len(h.flight) + 1)
			batch, h.flight, h.flown = append(batch, d), append(h.flight, string(d.Body)), append(h.flown, first)
		}
		group = append(group, batch)
	}
	if err := h.log.Append(ctx, group...); err != nil {
		return err
	}
	h.land()
	return nil
}

// land takes the group under way as written.
func (h *history) land() {
	h.bodies, h.batches = append(h.bodies, h.flight...), append(h.batches, h.flown...)
	for _, n := range h.erasing {
		h.erased[n] = true
	}
	h.settle()
}

// settle forgets the group that was under way: it has landed, or it is not there.
func (h *history) settle() { h.flight, h.flown, h.erasing, h.head = nil, nil, nil, h.log.Head() }

func (h *history) draft(n int) journal.Draft {
	if n == 1 {
		return openedBy(h.key)
	}
	if n%17 == 0 { // erases the private part of the entry five before it, or that of one before that
		gone := uint64(n-5) / 3 * 3
		h.erasing = append(h.erasing, gone)
		return erasing(n, gone)
	}
	d := numbered(n)
	long := 0
	if h.chance.IntN(8) == 0 {
		long = h.chance.IntN(9000)
	}
	d.Body = fmt.Appendf(nil, `{"n":%d,"text":"%x%s"}`, n, h.chance.Uint64(), strings.Repeat("x", long))
	return d
}

// check holds the open journal against what was acknowledged, and takes over what has landed of the group under way: all of it or nothing.
func (h *history) check(ctx context.Context) error {
	if err := h.log.ReadOnly(); err != nil {
		return err
	}
	size := h.log.Head().Size
	switch {
	case size == uint64(len(h.bodies)) && (size == 0 || h.log.Head() == h.head):
	case size == uint64(len(h.bodies)+len(h.flight)):
		h.land()
	case size < uint64(len(h.bodies)):
		return fmt.Errorf("%d entries are there, %d were acknowledged", size, len(h.bodies))
	default:
		return fmt.Errorf("%d entries are there, %d were acknowledged and %d under way as one group", size, len(h.bodies), len(h.flight))
	}
	h.settle()
	return errors.Join(h.checkEntries(ctx), h.checkRest(ctx))
}

func (h *history) checkEntries(ctx context.Context) error {
	n := 0
	for e, err := range h.log.Entries(ctx, 1, uint64(len(h.bodies))) {
		if err != nil {
			return err
		}
		if string(e.Body) != h.bodies[n] || e.Batch != h.batches[n] {
			return fmt.Errorf("entry %d is not what was acknowledged", e.Seq)
		}
		if e.Private != "" && (e.Salted == nil) != h.erased[e.Seq] {
			return fmt.Errorf("the private part of entry %d: erased is %t, there is %t", e.Seq, h.erased[e.Seq], e.Salted != nil)
		}
		n++
	}
	if n != len(h.bodies) {
		return fmt.Errorf("%d entries can be read, %d were acknowledged", n, len(h.bodies))
	}
	return nil
}

// checkRest checks checkpoints, blobs and the secret, then has the whole verified.
func (h *history) checkRest(ctx context.Context) error {
	if covered := h.log.Covered(); covered < h.signed {
		return fmt.Errorf("the checkpoint of %d entries is gone, the last one there covers %d", h.signed, covered)
	}
	for _, name := range h.blobs {
		if _, err := h.store.Blob(ctx, name); err != nil {
			return err
		}
	}
	value, err := h.store.Secret(ctx, "seed")
	if err != nil && (fault.KindOf(err) != fault.NotFound || h.secret != "") {
		return err
	}
	if v := string(value); v != h.secret && v != h.guess {
		return fmt.Errorf("the secret is %q, acknowledged was %q", v, h.secret)
	}
	h.secret, h.guess = string(value), ""
	return h.verify(ctx)
}

// verify has the journal verified as a whole; one without a checkpoint gets its first.
func (h *history) verify(ctx context.Context) error {
	if len(h.bodies) == 0 {
		return h.store.Check(ctx)
	}
	if h.log.Covered() == 0 {
		if _, err := h.log.Checkpoint(ctx); err != nil {
			return err
		}
	}
	h.signed = h.log.Covered()
	v, err := h.log.Audit(ctx, nil)
	if err == nil {
		err = v.ErrBad()
	}
	return err
}

// prepared makes a crash disk with a journal that has begun, everything on it safe.
func prepared(ctx context.Context, key *seal.Signer, shm string) (*crashdisk.Disk, *history, error) {
	d := crashdisk.New(shm)
	h := newHistory(key, crashing(d), 0)
	err := h.open(ctx)
	for n := 0; n < 6 && err == nil; n++ {
		err = h.append(ctx)
	}
	if err == nil {
		err = h.check(ctx)
	}
	return d, h, errors.Join(err, h.close())
}

// after gives a history that goes on from another one, on another disk.
func (h *history) after(on disk, seed uint64) *history {
	n := newHistory(h.key, on, seed)
	n.bodies, n.batches, n.head, n.signed = append([]string{}, h.bodies...), append([]uint64{}, h.batches...), h.head, h.signed
	n.erased = maps.Clone(h.erased)
	n.blobs, n.secret = append([]string{}, h.blobs...), h.secret
	return n
}
