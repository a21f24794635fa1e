package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"slices"
	"sync"
	"time"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/durable"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// Record is what is copied, and what is needed for it.
type Record struct {
	Store journal.Store
	Log   *journal.Log
	Key   *seal.Signer
	Since uint64 // the entry from which on Key is in force: before it only somebody else could sign a checkpoint
	To    []age.Recipient
	Token []byte // by which a claim is believed; see [TokenSecret]
	Now   func() time.Time
	// Addresses are those under which the hub is reached; they stand in the clear in the copy.
	Addresses func() []netip.AddrPort
	// Claimed is told of a proven claim by another hub, and of the directory it stands in.
	Claimed func(Claim, string)
}

// State is how a target stands, for people.
type State struct {
	Dir     string
	Entries uint64    // how many are there
	Since   time.Time // since when something that should be there is not; zero if nothing is missing
	Why     error     // what the last try failed at; nil if it did not
}

// Target is one directory that is kept up to date. Only one goroutine may call its Round.
type Target struct {
	dir    string
	record Record

	to      uint64              // entries there
	head    []byte              // the head file as it was written last; nil: look anew at what is there
	headAt  time.Time           // when that was
	wroteAt time.Time           // when the last segment was written
	secrets [32]byte            // digest of the credentials there
	gaps    []segment           // entries before to that are missing
	blobs   map[string]struct{} // blobs there

	mu    sync.Mutex // guards state
	state State
}

// NewTarget makes a target of a directory, which must exist whenever something is written: a directory that is made by itself would stand on the
// hub's own disk where a stick was meant.
func NewTarget(dir string, r Record) *Target {
	return &Target{dir: dir, record: r, state: State{Dir: dir}}
}

// State says how the target stands.
func (t *Target) State() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// Run keeps the target up to date until ctx ends, and brings it up to date once more then.
func (t *Target) Run(ctx context.Context) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		t.note(t.round(ctx))
		select {
		case <-tick.C:
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastRound)
			defer cancel()
			t.wroteAt = time.Time{} // due at once
			t.note(t.round(last))
			return
		}
	}
}

// note remembers how a round went. What failed is tried again when the next one is due.
func (t *Target) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, missing := t.record.Now(), t.record.Log.Head().Size > t.to
	switch {
	case err == nil && !missing:
		t.state.Since = time.Time{}
	case t.state.Since.IsZero():
		t.state.Since = now
	}
	t.state.Entries, t.state.Why = t.to, err
	if err != nil {
		t.head = nil // look anew at what is there
		t.wroteAt = now
	}
}

// round is Round, when it is due: a thousand entries at once, else what is new after [Every], and a sign of life after headEvery.
func (t *Target) round(ctx context.Context) error {
	waiting, since := t.record.Log.Head().Size-t.to, t.record.Now().Sub(t.wroteAt)
	if since >= Every || waiting >= MaxEntries && t.head != nil {
		return t.Round(ctx)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state.Why
}

// Round brings the target up to date. Memory is bounded by a page of the journal and one blob. Whatever fails, the next round begins with a look at
// what is there: the directory may have been unplugged, filled, or exchanged for another one.
func (t *Target) Round(ctx context.Context) error {
	root, err := os.OpenRoot(t.dir) // for each round anew: a stick that is held open cannot be pulled
	if err != nil {
		return fault.New(fault.Unavailable, "copy.gone", "could not copy to %s: it is not there", t.dir).Hinted("plug it in again; the copy goes on by itself")
	}
	defer root.Close()
	if err := t.obey(root); err != nil {
		return err
	}
	if err := t.resume(ctx, root); err != nil {
		return err
	}
	size := t.record.Log.Head().Size
	secrets, digest, err := collect(ctx, t.record.Store)
	if err != nil {
		return err
	}
	if size > t.to || len(t.gaps) > 0 {
		if err := t.copyBlobs(ctx, root); err != nil { // before the entries that name them
			return err
		}
		if err := t.copyEntries(ctx, root, size); err != nil {
			return err
		}
	}
	if digest != t.secrets {
		if err := writeSecrets(root, t.record.To, t.record.Key, credentials{t.record.Log.Origin(), t.to, secrets}); err != nil {
			return err
		}
		t.secrets = digest
	}
	t.wroteAt = t.record.Now()
	if t.wroteAt.Sub(t.headAt) >= headEvery {
		return t.putHead(ctx, root)
	}
	return nil
}

// obey looks for the claim of another hub. One that is proven ends this hub's writing; any other stops only this target, in words.
func (t *Target) obey(root *os.Root) error {
	c, proven, err := readClaim(root, t.record.Token)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	case c.Key == t.record.Key.Public():
		return nil // our own: this hub took over from here
	case proven:
		t.record.Claimed(c, t.dir)
		return fault.New(fault.Conflict, "copy.claimed", "could not copy to %s: the record was taken over from there at %s by %s", t.dir, c.At.Format(time.RFC3339), c.Key.Fingerprint())
	}
	return fault.New(fault.Conflict, "copy.unproven", "could not copy to %s: %s there says that %s took over, without a proof", t.dir, claimFile, c.Key.Fingerprint()).
		Hinted("ask the crisis team whether that is so; if not, remove that file")
}

// resume looks at what is there, unless it is what this target wrote last.
func (t *Target) resume(ctx context.Context, root *os.Root) error {
	h, file, err := readHead(root)
	if err == nil && t.head != nil && string(file) == string(t.head) {
		return nil
	}
	l, listErr := list(root)
	if listErr != nil {
		return listErr
	}
	switch {
	case fault.KindOf(err) == fault.NotFound && len(l.segments) == 0: // a new one
		t.to, t.gaps, t.blobs, t.secrets = 0, nil, map[string]struct{}{}, [32]byte{}
		return errors.Join(durable.Sweep(root), t.putHead(ctx, root))
	case err != nil:
		return fault.New(fault.Conflict, "copy.foreign", "could not copy to %s: there are segments, and whose they are cannot be read: %v", t.dir, err).Hinted("name an empty directory")
	}
	if err := t.ours(ctx, h); err != nil {
		return err
	}
	t.to, t.secrets, t.blobs = h.Size, [32]byte{}, map[string]struct{}{}
	for _, b := range l.blobs {
		t.blobs[b] = struct{}{}
	}
	t.gaps = l.gaps(h.Size)
	t.head, t.headAt = file, time.Time{}
	return errors.Join(durable.Sweep(root), beyond(root, l, h.Size))
}

// ours holds what a copy says of itself against the record: the same root at its size means the same entries (RFC 6962, section 2.1).
func (t *Target) ours(ctx context.Context, h Head) error {
	foreign := func() error {
		return fault.New(fault.Conflict, "copy.foreign", "could not copy to %s: it holds %d entries of %s, which are not the beginning of this record", t.dir, h.Size, h.Origin).
			Hinted("name an empty directory, and keep that one: it may be the better copy")
	}
	if h.Size == 0 {
		if h.Key != t.record.Key.Public() {
			return foreign()
		}
		return nil
	}
	mine, err := t.record.Log.HeadAt(ctx, h.Size)
	if fault.KindOf(err) == fault.NotFound || err == nil && mine != h.head() {
		return foreign()
	}
	return err
}

// gaps gives the entries up to a size that no segment holds.
func (l listing) gaps(size uint64) (all []segment) {
	next := uint64(1)
	for _, s := range l.segments {
		if s.to < next || s.to > size {
			continue
		}
		if s.from > next {
			all = append(all, segment{next, s.from - 1})
		}
		next = s.to + 1
	}
	if next <= size {
		all = append(all, segment{next, size})
	}
	return all
}

// beyond removes segments behind the head: a crash came between them and it, and they are written again.
func beyond(root *os.Root, l listing, size uint64) error {
	for _, s := range l.segments {
		if s.to > size {
			if err := root.Remove(s.name()); err != nil {
				return fault.New(fault.Unavailable, "copy.write", "could not remove %s: %w", s.name(), err)
			}
		}
	}
	return nil
}

// copyBlobs writes the blobs that are not there yet.
func (t *Target) copyBlobs(ctx context.Context, root *os.Root) error {
	for after := ""; ; {
		names, err := t.record.Store.Blobs(ctx, after)
		if err != nil || len(names) == 0 {
			return err
		}
		for _, name := range names {
			after = name
			if _, there := t.blobs[name]; there {
				continue
			}
			data, err := t.record.Store.Blob(ctx, name)
			if err != nil {
				return err
			}
			if err := durable.Write(root, blobFile(name), encrypted(t.record.To, func(w io.Writer) error { _, err := w.Write(data); return err })); err != nil {
				return err
			}
			t.blobs[name] = struct{}{}
		}
	}
}

// copyEntries fills the gaps, then writes what is new, block by block, and signs how far it came: what was written is not written again when
// the next block fails.
func (t *Target) copyEntries(ctx context.Context, root *os.Root, size uint64) error {
	for len(t.gaps) > 0 {
		g := t.gaps[0]
		s := block(g.from, g.to)
		if err := t.write(ctx, root, s); err != nil {
			return err
		}
		if t.gaps[0].from = s.to + 1; s.to == g.to {
			t.gaps = t.gaps[1:]
		}
	}
	for t.to < size {
		s := block(t.to+1, size)
		if err := t.shred(ctx, root, s); err != nil {
			return err
		}
		if err := t.write(ctx, root, s); err != nil {
			return err
		}
		t.to = s.to
		if err := t.putHead(ctx, root); err != nil {
			return err
		}
		if err := t.join(ctx, root); err != nil {
			return err
		}
	}
	return nil
}

// block gives the segment that begins at from and ends at to at the latest, or where a full block of MaxEntries ends.
func block(from, to uint64) segment {
	return segment{from, min(to, (from-1)/MaxEntries*MaxEntries+MaxEntries)}
}

// write writes one segment. It ends with a checkpoint if this hub's key was in force there.
func (t *Target) write(ctx context.Context, root *os.Root, s segment) (err error) {
	var note []byte
	if s.to >= t.record.Since {
		if note, err = t.record.Log.SignedAt(ctx, s.to); err != nil {
			return err
		}
	}
	return durable.Write(root, s.name(), sealed(t.record.To, func(w io.Writer) error {
		return journal.WriteStretch(ctx, t.record.Store, s.from, s.to, note, w)
	}))
}

// shred writes anew what holds private parts that the entries of s erase, before s itself: what is erased in the record leaves the copies too, and a
// copy in which an erased part were left would not verify. What was written on a stick may stay in its cells: see docs/takeover.md.
func (t *Target) shred(ctx context.Context, root *os.Root, s segment) error {
	gone, err := journal.ShreddedBy(ctx, t.record.Store, s.from, s.to)
	if err != nil || len(gone) == 0 {
		return err
	}
	l, err := list(root)
	if err != nil {
		return err
	}
	for _, old := range l.segments {
		holds := func(n uint64) bool { return old.from <= n && n <= old.to && n < s.from }
		if old.to <= t.to && slices.ContainsFunc(gone, holds) {
			if err := t.write(ctx, root, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// join writes a block that is full as one segment and removes its parts: a stick's file system holds some ten thousand names, not a million.
func (t *Target) join(ctx context.Context, root *os.Root) error {
	if t.to%MaxEntries != 0 {
		return nil
	}
	whole := segment{t.to - MaxEntries + 1, t.to}
	l, err := list(root)
	if err != nil {
		return err
	}
	written := false
	for _, s := range l.segments {
		if s == whole || !s.within(whole) {
			continue
		}
		if !written {
			if err := t.write(ctx, root, whole); err != nil {
				return err
			}
			written = true
		}
		if err := root.Remove(s.name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fault.New(fault.Unavailable, "copy.write", "could not remove %s: %w", s.name(), err)
		}
	}
	return nil
}

// putHead writes how far the copy goes.
func (t *Target) putHead(ctx context.Context, root *os.Root) error {
	h := Head{Origin: t.record.Log.Origin(), Key: t.record.Key.Public(), Size: t.to, At: t.record.Now().UTC().Truncate(time.Second)}
	if all := t.record.Addresses(); len(all) > 0 {
		h.Addresses = all[:min(len(all), maxAddresses)]
	}
	if t.to > 0 {
		mine, err := t.record.Log.HeadAt(ctx, t.to)
		if err != nil {
			return err
		}
		h.Root = mine.Root
	}
	file := signHead(h, t.record.Key)
	if err := writeSmall(root, headFile, file); err != nil {
		return err
	}
	t.head, t.headAt = file, t.record.Now()
	return nil
}
