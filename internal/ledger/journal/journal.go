// Package journal knows how what was said stays said: records in one form, a Merkle tree over them (RFC 6962), signed
// checkpoints (C2SP), exports, and how anybody can check all this without trusting the program that wrote it.
// It does not know what the records mean, except for the first record of a chain of custody: see [Opened] and [Continued].
// The format is written out in docs/journal-format.md.
//
// Start at [Log.Append], which is the whole life of an entry, then read [Verify], which believes nothing of it.
package journal

import (
	"context"
	"crypto/rand"
	"io"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// Log is a journal that is open for writing. All methods may be called at the same time.
type Log struct {
	store  Store
	origin string
	signer *seal.Signer
	now    func() time.Time
	random io.Reader

	write sync.Mutex // one writer: held through COMMIT; taken before mu

	mu         sync.RWMutex // guards what follows, which is only ever set after COMMIT
	tree       frontier
	last       time.Time
	checkpoint Checkpoint
	signedAt   time.Time // when the last checkpoint was made or found
	audited    Audited
	halted     *Halt // why nothing more is taken; nil while all is well
}

// Options say under which name and key a log is kept.
type Options struct {
	Origin string           // first line of every checkpoint, for example blackstart/7f3c…; a drill's begins with drill/
	Signer *seal.Signer     // signs checkpoints; its name is the origin (C2SP tlog-checkpoint: the key name should be the origin; here it must)
	Now    func() time.Time // the clock by which a checkpoint becomes due
	Random io.Reader        // where salts come from; nil is the system's randomness
}

// Open opens the log in a store. It checks the last checkpoint and every entry after it; what stands before is vouched for by the
// checkpoint's root, and checked as a whole by [Log.Audit]. A bad entry or checkpoint does not fail the call but leaves the log
// read-only, ending before the first bad entry, so that its pages can still be shown: see [Log.ReadOnly].
func Open(ctx context.Context, s Store, o Options) (*Log, error) {
	if err := checkOrigin(o.Origin); err != nil {
		return nil, err
	}
	if o.Signer == nil || o.Signer.Name() != o.Origin {
		return nil, fault.New(fault.Invalid, "journal.signer", "could not open the journal: the signing key must bear the journal's origin %q as its name", o.Origin)
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	l := &Log{store: s, origin: o.Origin, signer: o.Signer, now: o.Now, random: o.Random, signedAt: o.Now()}
	return l, l.load(ctx)
}

// checkOrigin requires what a note may have as a key name and a line (C2SP signed-note: no space, no plus).
func checkOrigin(origin string) error {
	if origin == "" || len(origin) > MaxField || strings.ContainsFunc(origin, func(r rune) bool { return r <= ' ' || r == '+' || r >= 0x7f }) {
		return fault.New(fault.Invalid, "journal.origin", "could not use %.80q as the origin of a journal: want printable ASCII without space and plus", origin)
	}
	return nil
}

// load finds the end of the log and checks it, from the last checkpoint on.
func (l *Log) load(ctx context.Context) error {
	records, hashes, err := l.store.Extent(ctx)
	if err != nil {
		return err
	}
	if l.checkpoint, err = l.store.LastCheckpoint(ctx); err != nil {
		return err
	}
	if records != hashes || l.checkpoint.Size > records {
		l.halted = damaged(flawAmong(min(records, hashes)+1, max(records, hashes, l.checkpoint.Size), "%d records and hashes of %d are there, the last checkpoint covers %d", records, hashes, l.checkpoint.Size))
		records = min(records, hashes)
	}
	from := min(records, l.checkpoint.Size)
	switch l.tree, err = loadFrontier(ctx, l.store, from); {
	case fault.KindOf(err) == fault.Unavailable:
		return err
	case err != nil && l.halted == nil:
		l.halted = damaged(flawOf("tree", "%s", err))
	}
	if l.halted == nil {
		l.halted = l.checkCheckpoint()
	}
	return l.fold(ctx, from, records)
}

// checkCheckpoint compares the last checkpoint with the key and with the tree as it is stored.
func (l *Log) checkCheckpoint() *Halt {
	if l.checkpoint.Size == 0 {
		return nil
	}
	c, err := openNote(l.checkpoint.Note, l.signer.Public())
	switch {
	case err != nil:
		return damaged(flawOf("checkpoint", "%s", err))
	case c.origin != l.origin:
		return damaged(flawOf("checkpoint", "the last one is of %q, this hub is %q", c.origin, l.origin))
	case c.head != l.tree.head():
		return damaged(flawOf("checkpoint", "the stored tree does not have the root that the last one signs (%s)", c.head.Short()))
	}
	return nil
}

// fold reads the entries after the last checkpoint, and the last one before it for its time, checking each.
func (l *Log) fold(ctx context.Context, after, to uint64) error {
	w := walk{next: max(after, 1)}
	for page, err := range ahead(pages(ctx, l.store, w.next, to), examineAll) {
		if err != nil {
			return err
		}
		for _, x := range page {
			seq, tree := w.next, l.tree
			err := w.step(x)
			if err == nil && x.Seq > after {
				err = x.checkHashes(tree.push(x.leaf))
			}
			if err != nil {
				_ = l.halt(damaged(flawAt(seq, "%s", err)))
				return nil
			}
			l.tree, l.last = tree, x.At
		}
	}
	return nil
}

// Next is the number that the next entry gets; the first is 1.
func (l *Log) Next() uint64 { return l.Head().Size + 1 }

// Last is the entry time of the last entry; zero in an empty log.
func (l *Log) Last() time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.last
}

// Head is the state of the log: what is durable now.
func (l *Log) Head() Head {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.tree.head()
}

// Origin is the name that stands in the checkpoints.
func (l *Log) Origin() string { return l.origin }

// ReadOnly is the fault with which every further entry is refused: an I/O error, or an entry that does not verify. Nil while all is well.
func (l *Log) ReadOnly() error {
	if h, halted := l.Halted(); halted {
		return h.Err
	}
	return nil
}
