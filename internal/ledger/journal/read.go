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

// Entries gives the entries from number from up to number to, in order, a page at a time; to beyond the end means the end.
// Each is checked for itself and against its stored hash; the first bad one ends the sequence with a fault and makes the log read-only.
func (l *Log) Entries(ctx context.Context, from, to uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		from, to := max(from, 1), min(to, l.Head().Size)
		v := walk{next: from}
		for row, err := range rows(ctx, l.store, from, to) {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			seq := v.next
			e, err := v.entry(row)
			if err == nil {
				err = checkLeaf(row)
			}
			if err != nil {
				yield(Entry{}, l.halt(readOnly("entry %d: %w", seq, err)))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if v.next <= to {
			yield(Entry{}, l.halt(readOnly("entry %d is missing", v.next)))
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
	return Entry{}, l.ReadOnly()
}

// rows gives rows of a store from number from up to number to, a page at a time, so that no read of the store stays open while the caller works.
func rows(ctx context.Context, s Store, from, to uint64) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for from <= to {
			page, err := s.Page(ctx, from, to)
			if err != nil {
				yield(Row{}, err)
				return
			}
			for _, row := range page {
				if !yield(row, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			from = page[len(page)-1].Seq + 1
		}
	}
}

// walk checks what can be said of entries in order without the tree: their form, numbers, times, batches, columns and private parts.
type walk struct {
	next  uint64 // the number that the next entry must have
	last  time.Time
	batch uint64 // of the entry before; 0 at the beginning of a walk, where it is not known
	bare  bool   // the rows are lines of an export, with nothing beside them
}

// entry reads the next row. On a fault the walk stays where it is.
func (w *walk) entry(row Row) (Entry, error) {
	if row.Seq > w.next {
		return Entry{}, fault.New(fault.Invalid, "journal.missing", "it is missing; the next one there is %d", row.Seq)
	}
	r, err := ParseRecord(row.Raw)
	switch {
	case err != nil:
		return Entry{}, err
	case r.Seq != w.next || row.Seq != w.next:
		return Entry{}, fault.New(fault.Invalid, "journal.order", "the record that stands there has number %d", r.Seq)
	case r.At.Before(w.last):
		return Entry{}, fault.New(fault.Invalid, "journal.time", "its time %s is before that of the entry before it", r.At.Format(time.RFC3339Nano))
	case r.Batch != r.Seq && w.batch != 0 && r.Batch != w.batch:
		return Entry{}, fault.New(fault.Invalid, "journal.batch", "its batch %d is neither itself nor the batch %d of the entry before it", r.Batch, w.batch)
	}
	if got, want := row.Columns, r.columns(); got != want && !w.bare {
		return Entry{}, fault.New(fault.Invalid, "journal.column", "the columns beside it (%s) differ from the record (%s)", got, want)
	}
	if err := checkPrivate(row.Private, r.Private); err != nil {
		return Entry{}, err
	}
	w.next, w.last, w.batch = r.Seq+1, r.At, r.Batch
	return Entry{Record: r, Raw: row.Raw, Salted: row.Private}, nil
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

// checkLeaf compares a record with the hash stored for it.
func checkLeaf(row Row) error {
	if len(row.Hashes) == 0 || row.Hashes[0] != tlog.RecordHash(row.Raw) {
		return fault.New(fault.Invalid, "journal.leaf", "its bytes do not have the hash that is stored for it")
	}
	return nil
}

// checkHashes compares what is stored of the tree with one entry with what it must be.
func checkHashes(row Row, want []tlog.Hash) error {
	if err := checkLeaf(row); err != nil {
		return err
	}
	if !slices.Equal(row.Hashes, want) {
		return fault.New(fault.Invalid, "journal.node", "the inner hashes stored with it do not follow from the entries before it")
	}
	return nil
}
