package journal

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
)

// Append writes the batches, in one transaction for all of them: they are durable on return, or none of them is there.
// What stands in one batch was decided together; several batches in one call only share the cost of the disk.
// An entry time before that of the entry before it is a fault, and so is a draft that makes no record; then nothing is written and
// the log goes on. When the store fails nobody knows what the disk holds: the log becomes read-only.
func (l *Log) Append(ctx context.Context, batches ...[]Draft) error {
	l.write.Lock()
	defer l.write.Unlock()
	if err := l.ReadOnly(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fault.New(fault.Unavailable, "journal.cancelled", "could not write to the journal: %w", err)
	}
	tree, last := l.tree, l.last // no lock: only the holder of write changes them
	rows, err := l.rows(&tree, &last, batches)
	if err != nil || len(rows) == 0 {
		return err
	}
	if err := l.store.Append(ctx, rows); err != nil {
		return l.halt(unwritable("entry %d could not be stored: %w", rows[0].Seq, err))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tree, l.last = tree, last
	return nil
}

// rows makes the rows for the batches, and lets tree and last move on.
func (l *Log) rows(tree *frontier, last *time.Time, batches [][]Draft) ([]Row, error) {
	n := 0
	for _, b := range batches {
		n += len(b)
	}
	if n > MaxGroup {
		return nil, fault.New(fault.Invalid, "journal.group", "could not write %d entries at once: at most %d", n, MaxGroup)
	}
	rows := make([]Row, 0, n)
	for _, drafts := range batches {
		batch := uint64(tree.size) + 1
		for _, d := range drafts {
			row, err := l.row(d, uint64(tree.size)+1, batch)
			if err != nil {
				return nil, err
			}
			if row.At.Before(*last) {
				return nil, fault.New(fault.Conflict, "journal.time", "could not write %s at %s: the entry before it is of %s", d.Kind, row.At.Format(time.RFC3339Nano), last.Format(time.RFC3339Nano))
			}
			row.Hashes = tree.push(tlog.RecordHash(row.Raw))
			*last = row.At
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// row makes the row of one draft; its hashes are still missing.
func (l *Log) row(d Draft, seq, batch uint64) (Row, error) {
	r := Record{
		Seq: seq, At: d.At.UTC().Round(0), HappenedAt: d.HappenedAt.UTC().Round(0), // Round(0) drops the monotonic clock
		Actor: d.Actor, Kind: d.Kind, Schema: d.Schema, Incident: d.Incident, Cause: d.Cause, Batch: batch, Body: []byte(`{}`),
	}
	if d.HappenedAt.IsZero() {
		r.HappenedAt = r.At
	}
	var private []byte
	var err error
	if d.Body != nil {
		if r.Body, err = compactObject(d.Body); err != nil {
			return Row{}, refused(d, err)
		}
	}
	if d.Private != nil {
		if private, err = salted(d.Private, l.random); err != nil {
			return Row{}, refused(d, err)
		}
		r.Private = SHA256(private)
	}
	if err := r.check(); err != nil {
		return Row{}, refused(d, err)
	}
	raw := r.encode()
	if len(raw) > MaxRecord {
		return Row{}, refused(d, bad("it has %d bytes, at most %d", len(raw), MaxRecord))
	}
	shreds, err := r.shreds()
	if err != nil {
		return Row{}, refused(d, err)
	}
	return Row{Columns: r.columns(), Raw: raw, Private: private, Shreds: shreds}, nil
}

// refused says which draft makes no record.
func refused(d Draft, err error) error {
	return fault.New(fault.Invalid, "journal.draft", "could not write an entry of kind %.80q: %w", d.Kind, err)
}

// Check says whether the draft makes a record, so that it can be refused before others are written with it.
func (d Draft) Check() error {
	at, happened := d.At.UTC(), d.HappenedAt.UTC()
	if d.HappenedAt.IsZero() {
		happened = at
	}
	r := Record{Seq: 1, At: at, HappenedAt: happened, Actor: d.Actor, Kind: d.Kind, Schema: d.Schema, Incident: d.Incident, Cause: d.Cause, Batch: 1}
	if err := r.check(); err != nil {
		return refused(d, err)
	}
	if n := len(d.Body) + overhead; n > MaxRecord {
		return refused(d, bad("it has about %d bytes, at most %d", n, MaxRecord))
	}
	if n := len(d.Private) + overhead; n > MaxPrivate {
		return refused(d, bad("its private part has about %d bytes, at most %d", n, MaxPrivate))
	}
	return nil
}
