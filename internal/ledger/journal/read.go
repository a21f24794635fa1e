package journal

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
)

// Entries gives the entries from number from up to number to, in order, a page at a time; to beyond the end means the end. Each is checked for
// itself and against its stored hash. The first bad one makes the log read-only with its number, and the reading goes on: what can still be read
// as the entry of its place is given as it stands, anything else is passed over. In a crisis a damaged record, under a banner that says so, is
// worth more than none. An error means that the store could not be read.
func (l *Log) Entries(ctx context.Context, from, to uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		from, to := max(from, 1), min(to, l.Head().Size)
		w := walk{next: from}
		for page, err := range ahead(pages(ctx, l.store, from, to), examineAll) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, x := range page {
				if f := w.stored(x); f != nil {
					_ = l.halt(damaged(f))
				}
				if x.Seq != 0 && x.Seq == x.row.Seq && !yield(x.Entry, nil) {
					return
				}
			}
		}
		if w.next <= to {
			_ = l.halt(damaged(flawAt(w.next, "it is missing")))
		}
	}
}

// Entry gives one entry; NotFound if the log does not reach so far.
func (l *Log) Entry(ctx context.Context, seq uint64) (Entry, error) {
	if seq == 0 || seq > l.Head().Size {
		return Entry{}, fault.New(fault.NotFound, "journal.entry", "could not find entry %d: the journal has %d", seq, l.Head().Size)
	}
	for e, err := range l.Entries(ctx, seq, seq) {
		return e, err
	}
	return Entry{}, l.ReadOnly() // it is not there, or cannot be read as what it was
}

// pages gives the rows of a store from number from up to number to, a page at a time, so that no read of the store stays open while the caller works.
func pages(ctx context.Context, s Store, from, to uint64) iter.Seq2[[]Row, error] {
	return func(yield func([]Row, error) bool) {
		for from <= to {
			page, err := s.Page(ctx, from, to)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(page) == 0 || !yield(page, nil) {
				return
			}
			from = page[len(page)-1].Seq + 1
		}
	}
}

// rows gives them one by one.
func rows(ctx context.Context, s Store, from, to uint64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for page, err := range pages(ctx, s, from, to) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, row := range page {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// examined is a row with what can be said of it alone, whatever stands before and after it.
type examined struct {
	Entry           // zero if the row cannot be read as a record
	row   Row       // as it is stored
	leaf  tlog.Hash // of the record
	err   error     // the first thing that is wrong with it
}

// examine reads a row; one that is bare is a line of an export, with nothing beside it.
func examine(row Row, bare bool) examined {
	x := examined{row: row}
	r, err := ParseRecord(row.Raw)
	if err != nil {
		x.err = err
		return x
	}
	x.Entry, x.leaf = Entry{Record: r, Raw: row.Raw, Salted: row.Private}, tlog.RecordHash(row.Raw)
	if got, want := row.Columns, r.columns(); got != want && !bare {
		x.err = fault.New(fault.Invalid, "journal.column", "the columns beside it (%s) differ from the record (%s)", got, want)
		return x
	}
	x.err = checkPrivate(row.Private, r.Private)
	return x
}

func examineAll(page []Row) []examined {
	all := make([]examined, len(page))
	for n, row := range page {
		all[n] = examine(row, false)
	}
	return all
}

// walk checks what can be said of entries in order without the tree: their numbers, times and batches.
type walk struct {
	next  uint64 // the number that the next entry must have
	last  time.Time
	batch uint64 // of the entry before; 0 at the beginning of a walk, where it is not known
}

// step takes the next entry. On a fault the walk stays where it is.
func (w *walk) step(x examined) error {
	switch r := x.Record; {
	case x.row.Seq > w.next:
		return fault.New(fault.Invalid, "journal.missing", "it is missing; the next one there is %d", x.row.Seq)
	case r.Seq == 0:
		return x.err
	case r.Seq != w.next || x.row.Seq != w.next:
		return fault.New(fault.Invalid, "journal.order", "the record that stands there has number %d", r.Seq)
	case r.At.Before(w.last):
		return fault.New(fault.Invalid, "journal.time", "its time %s is before that of the entry before it", r.At.Format(time.RFC3339Nano))
	case r.Batch != r.Seq && w.batch != 0 && r.Batch != w.batch:
		return fault.New(fault.Invalid, "journal.batch", "its batch %d is neither itself nor the batch %d of the entry before it", r.Batch, w.batch)
	case x.err != nil:
		return x.err
	}
	w.next, w.last, w.batch = x.Seq+1, x.At, x.Batch
	return nil
}

// stored takes the next entry of a store, and goes on behind one that is bad.
func (w *walk) stored(x examined) *flaw {
	seq := w.next
	err := w.step(x)
	if err == nil {
		err = x.checkLeaf()
	}
	if err == nil {
		return nil
	}
	*w = walk{next: x.row.Seq + 1}
	return flawAt(seq, "%s", err)
}

// String names the columns in a message.
func (c Columns) String() string {
	return fmt.Sprintf("at %s, actor %.80q, kind %.80q, incident %.80q, batch %d", c.At.Format(time.RFC3339Nano), c.Actor, c.Kind, c.Incident, c.Batch)
}

// checkPrivate compares a private part with the hash in its record. A missing part is no fault: it may have been left out or shredded.
func checkPrivate(private []byte, want string) error {
	switch {
	case private == nil:
		return nil
	case want == "":
		return fault.New(fault.Invalid, "journal.private", "it has a private part, its record knows of none")
	case SHA256(private) != want:
		return fault.New(fault.Invalid, "journal.private", "its private part does not have the hash that stands in its record")
	}
	return checkSalted(private)
}

// checkLeaf compares the record with the hash stored for it.
func (x examined) checkLeaf() error {
	if len(x.row.Hashes) == 0 || x.row.Hashes[0] != x.leaf {
		return fault.New(fault.Invalid, "journal.leaf", "its bytes do not have the hash that is stored for it")
	}
	return nil
}

// checkHashes compares what is stored of the tree with the entry with what it must be.
func (x examined) checkHashes(want []tlog.Hash) error {
	if err := x.checkLeaf(); err != nil {
		return err
	}
	if !slices.Equal(x.row.Hashes, want) {
		return fault.New(fault.Invalid, "journal.node", "the inner hashes stored with it do not follow from the entries before it")
	}
	return nil
}
