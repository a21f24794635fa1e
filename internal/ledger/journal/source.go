package journal

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"blackstart/internal/fault"
)

// Source is a journal as it lies somewhere, not yet believed: a store ([Stored]) or an export ([Exported]).
type Source interface {
	// items gives everything in the order in which it is checked: rows, each checkpoint after the last row that it covers, then the blobs.
	// A *flaw is something wrong with the journal; any other error means that it could not be read.
	items(ctx context.Context) iter.Seq2[item, error]
	// bare says that there are only records: no columns beside them, and no hashes of the tree.
	bare() bool
}

// item is one thing of a source; exactly one of the first three is set.
type item struct {
	row        *Row
	checkpoint *Checkpoint // Size is what the source says beside the note; 0 if it says nothing
	blob       *blob
	late       bool // the row was written after the reading had begun
}

// size is about how many bytes the item holds.
func (i item) size() int {
	switch {
	case i.row != nil:
		return len(i.row.Raw) + len(i.row.Private)
	case i.checkpoint != nil:
		return len(i.checkpoint.Note)
	}
	return len(i.blob.data)
}

// blob is the data under a name, which may or may not be its hash.
type blob struct {
	name string
	data []byte
}

// flaw is the first thing that is wrong with a journal, as exactly as can be said.
type flaw struct {
	first, last uint64 // the entries among which the bad one is; 0 if it is none
	where       string // "entry 7", "entries 5 to 8", "checkpoint", "blob 3f…"
	why         string
}

// Error names the place and the reason.
func (f *flaw) Error() string { return f.where + ": " + f.why }

// flawAt is a flaw of one entry.
func flawAt(seq uint64, format string, args ...any) *flaw {
	return &flaw{first: seq, last: seq, where: fmt.Sprintf("entry %d", seq), why: fmt.Sprintf(format, args...)}
}

// flawAmong is a flaw of one of several entries.
func flawAmong(first, last uint64, format string, args ...any) *flaw {
	f := flawAt(first, format, args...)
	if last > first {
		f.last, f.where = last, fmt.Sprintf("entries %d to %d", first, last)
	}
	return f
}

// flawOf is a flaw of something that is no entry.
func flawOf(where, format string, args ...any) *flaw {
	return &flaw{where: where, why: fmt.Sprintf(format, args...)}
}

// Stored is a store as a source.
func Stored(s Store) Source { return storeSource{s} }

type storeSource struct{ store Store }

func (storeSource) bare() bool { return false }

func (s storeSource) items(ctx context.Context) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		give := func(i item, err error) bool { return yield(i, damage(err)) && err == nil }
		if err := s.store.Check(ctx); err != nil {
			give(item{}, err)
			return
		}
		if s.record(ctx, give) {
			s.blobs(ctx, give)
		}
	}
}

// record gives the rows, with the checkpoints between them. A hub may be writing meanwhile: it goes on until nothing more has come, since what
// was added last may be the entry that explains why a private part is gone, or what a new checkpoint covers.
func (s storeSource) record(ctx context.Context, give func(item, error) bool) bool {
	next, stop := iter.Pull2(s.checkpoints(ctx))
	defer stop()
	c, err, more := next()
	upTo := func(size uint64) bool {
		for ; more && (err != nil || c.Size <= size); c, err, more = next() {
			if !give(item{checkpoint: new(c)}, err) {
				return false
			}
		}
		return true
	}
	for read := uint64(0); ; {
		signed, signedErr := s.store.LastCheckpoint(ctx) // before the extent: what is signed after it is of entries that are not looked at
		records, hashes, extentErr := s.store.Extent(ctx)
		switch {
		case signedErr != nil || extentErr != nil:
			return give(item{}, cmp.Or(signedErr, extentErr))
		case records > read:
			for row, rowErr := range rows(ctx, s.store, read+1, records) {
				if rowErr != nil { // before any checkpoint: a row that could not be read covers none
					return give(item{}, rowErr)
				}
				if !upTo(row.Seq-1) || !give(item{row: new(row), late: read > 0}, nil) {
					return false
				}
			}
			read = records
		case hashes > records:
			return upTo(records) && give(item{}, flawAt(records+1, "it is missing, but its hashes are there"))
		default:
			return upTo(signed.Size)
		}
	}
}

func (s storeSource) checkpoints(ctx context.Context) iter.Seq2[Checkpoint, error] {
	return func(yield func(Checkpoint, error) bool) {
		for after := uint64(0); ; {
			page, err := s.store.Checkpoints(ctx, after)
			if err != nil {
				yield(Checkpoint{}, err)
				return
			}
			for _, c := range page {
				if after = c.Size; !yield(c, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

func (s storeSource) blobs(ctx context.Context, give func(item, error) bool) {
	for name, err := range blobNames(ctx, s.store) {
		var data []byte
		if err == nil {
			data, err = s.store.Blob(ctx, name)
		}
		if !give(item{blob: &blob{name, data}}, err) {
			return
		}
	}
}

// blobNames gives the names of all blobs in ascending order.
func blobNames(ctx context.Context, s Store) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for after := ""; ; {
			page, err := s.Blobs(ctx, after)
			if err != nil {
				yield("", err)
				return
			}
			for _, name := range page {
				if after = name; !yield(name, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
		}
	}
}

// damage turns a fault about damaged bytes in a store into a flaw: that is a finding, not a failure to look.
func damage(err error) error {
	if f, ok := err.(*fault.Fault); ok && f.Kind == fault.Invalid {
		return flawOf("database", "%s", f.Message)
	}
	return err
}
