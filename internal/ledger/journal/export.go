package journal

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// ExportTo says where an export goes. Private nil leaves the private parts out; the export verifies all the same.
type ExportTo struct {
	Records, Private, Blobs io.Writer
}

// Export writes the journal of a store: every record as it is hashed, and the checkpoint that covers them as the last line.
// With the hub's key the head is signed anew if entries stand after the last checkpoint; without it (nil) these are left out.
// The export is not verified here: read it back with [Verify], which is the only test that counts. It gives the head that was exported.
func Export(ctx context.Context, s Store, to ExportTo, key *seal.Signer) (Head, error) {
	c, err := exportHead(ctx, s, key)
	if err != nil {
		return Head{}, err
	}
	signed, err := parseNote(c.Note)
	if err != nil {
		return Head{}, err
	}
	out := newSink(to.Records)
	private := newSink(to.Private)
	for row, err := range rows(ctx, s, 1, c.Size) {
		if err != nil {
			return Head{}, err
		}
		out.line(row.Raw)
		if row.Private != nil {
			private.line(privateLine(row.Seq, row.Private))
		}
	}
	out.line(checkpointLine(c.Note))
	blobs := newSink(to.Blobs)
	if err := exportBlobs(ctx, s, blobs); err != nil {
		return Head{}, err
	}
	for _, w := range []*sink{out, private, blobs} {
		if err := w.flush(); err != nil {
			return Head{}, fault.New(fault.Unavailable, "export.write", "could not write the export: %w", err)
		}
	}
	return signed.head, nil
}

// exportHead gives the checkpoint that the export ends with.
func exportHead(ctx context.Context, s Store, key *seal.Signer) (Checkpoint, error) {
	c, err := s.LastCheckpoint(ctx)
	if err != nil {
		return c, err
	}
	records, hashes, err := s.Extent(ctx)
	if err != nil {
		return c, err
	}
	if key != nil && min(records, hashes) > c.Size {
		tree, err := loadFrontier(ctx, s, min(records, hashes))
		if err != nil {
			return c, err
		}
		return Checkpoint{Size: uint64(tree.size), Note: signHead(tree.head(), key.Name(), key)}, nil
	}
	if c.Size == 0 {
		return c, fault.New(fault.Conflict, "export.empty", "could not export the journal: no checkpoint covers any entry")
	}
	return c, nil
}

func exportBlobs(ctx context.Context, s Store, to *sink) error {
	for name, err := range blobNames(ctx, s) {
		if err != nil {
			return err
		}
		data, err := s.Blob(ctx, name)
		if err != nil {
			return err
		}
		to.line(blobLine(blob{name, data}))
	}
	return nil
}

// sink writes lines and keeps the first error; it swallows everything when there is nowhere to write to.
type sink struct{ w *bufio.Writer }

func newSink(w io.Writer) *sink {
	if w == nil {
		w = io.Discard
	}
	return &sink{bufio.NewWriter(w)}
}

func (s *sink) line(b []byte) { s.w.Write(b); s.w.WriteByte('\n') } // bufio keeps the error until flush
func (s *sink) flush() error  { return s.w.Flush() }

// Import copies an export or a backup into an empty store, byte for byte, and goes on from there under another key: the first new entry is
// journal.continued, which holds the old head. It verifies the source first, against pin if one is given, and changes nothing when that
// fails: the verdict says why. keeper gives the new name and key once it is known what is imported; who keeps the key is the caller's
// business, and so is, since a crash may leave half a copy, to give a store that can be thrown away.
func Import(ctx context.Context, from Source, pin string, to Store, keeper func(Verdict) (Options, error), actor string) (Verdict, error) {
	v, err := Verify(ctx, from, pin)
	if err != nil || !v.OK {
		return v, err
	}
	o, err := keeper(v)
	if err != nil {
		return v, err
	}
	l, err := Open(ctx, to, o)
	if err != nil {
		return v, err
	}
	if l.Next() != 1 {
		return v, fault.New(fault.Conflict, "import.target", "could not import: there is a journal of %d entries already", l.Head().Size)
	}
	if err := l.copy(ctx, from); err != nil {
		return v, err
	}
	if l.tree.head() != v.Head {
		return v, fault.New(fault.Conflict, "import.changed", "could not import the journal: it changed while it was read")
	}
	return v, l.takeOver(ctx, actor)
}

// copy stores what a verified source holds.
func (l *Log) copy(ctx context.Context, s Source) error {
	var group []Row
	size := 0
	flush := func() error {
		defer func() { group, size = nil, 0 }()
		return l.store.Append(ctx, group)
	}
	w := walk{next: 1}
	for i, err := range s.items(ctx) {
		if err != nil {
			return err
		}
		switch {
		case i.row != nil:
			x := examine(*i.row, true)
			if err := w.step(x); err != nil {
				return err
			}
			group = append(group, Row{Columns: x.columns(), Raw: x.Raw, Private: x.Salted, Hashes: l.tree.push(x.leaf)}) // nothing to shred: a verified export holds no erased part
			l.last = x.At
			if size += len(x.Raw) + len(x.Salted); len(group) < PageRows && size < PageBytes {
				continue
			}
			if err := flush(); err != nil {
				return err
			}
		case i.checkpoint != nil:
			if err := flush(); err != nil {
				return err
			}
			l.checkpoint = Checkpoint{Size: uint64(l.tree.size), Note: i.checkpoint.Note}
			if err := l.store.PutCheckpoint(ctx, l.checkpoint); err != nil {
				return err
			}
		case i.blob != nil:
			if _, err := l.store.PutBlob(ctx, i.blob.data); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeOver writes the entry by which the new key takes the journal over, and signs it.
func (l *Log) takeOver(ctx context.Context, actor string) error {
	at := l.now().UTC()
	if at.Before(l.last) { // entry time never runs backwards, whatever this machine's clock says
		at = l.last
	}
	body := appendQuoted([]byte(`{"old_head":`), string(l.checkpoint.Note))
	body = fmt.Appendf(appendQuoted(append(body, `,"origin":`...), l.origin), `,"key":"%s"}`, l.signer.Public())
	if err := l.Append(ctx, []Draft{{At: at, Actor: actor, Kind: KindContinued, Schema: 1, Body: body}}); err != nil {
		return err
	}
	_, err := l.Checkpoint(ctx)
	return err
}
