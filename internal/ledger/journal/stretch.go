package journal

import (
	"bytes"
	"context"
	"io"
	"iter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A stretch is some entries in a row as text, what a backup is made of: each record as in an export, its private part on the line after it, and
// at the end, if the one who writes may sign there, a checkpoint of the journal up to here. Every line has one form only.

// Piece is one thing of a journal that arrives in pieces; one of Record, Note and Blob is set.
type Piece struct {
	Record, Private []byte
	Note            []byte // a checkpoint of what came before it
	Blob            []byte
	Name            string // of the blob: what it says its hash is
}

// WriteStretch writes the entries from number from up to number to, which must be there, and the checkpoint if there is one.
func WriteStretch(ctx context.Context, s Store, from, to uint64, note []byte, w io.Writer) error {
	out, next := newSink(w), from
	for row, err := range rows(ctx, s, from, to) {
		if err != nil {
			return err
		}
		out.line(row.Raw)
		if row.Private != nil {
			out.line(privateLine(row.Seq, row.Private))
		}
		next = row.Seq + 1
	}
	if next != to+1 {
		return damaged(flawAt(next, "it is missing")).Err
	}
	if note != nil {
		out.line(checkpointLine(note))
	}
	return out.flush()
}

// ReadStretch reads the entries from number from up to number to out of foreign bytes, and checks the form of every line; what the lines say is
// for [Verify]. What stands behind the last entry and its checkpoint is a fault, and so is an end before it.
func ReadStretch(r io.Reader, from, to uint64) iter.Seq2[Piece, error] {
	return func(yield func(Piece, error) bool) {
		in := newLines(r, len(privateLine(maxSize, nil))+MaxPrivate)
		line, err := in.next()
		for seq := from; seq <= to; seq++ {
			p := Piece{Record: line}
			if err == io.EOF {
				err = flawAt(seq, "it is missing")
			}
			if err == nil {
				line, err = in.next()
			}
			if err == nil && bytes.HasPrefix(line, []byte(`{"seq":`)) && bytes.Contains(line[:min(len(line), privateHead)], []byte(`,"private":`)) {
				if p.Private, err = ownPart(line, seq); err == nil {
					line, err = in.next()
				}
			}
			if err != nil && err != io.EOF {
				yield(Piece{}, atEntry(seq, err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
		if err == nil {
			var c Checkpoint
			if c, err = readCheckpoint(line, in); err == nil {
				yield(Piece{Note: c.Note}, nil)
				return
			}
		}
		if err != io.EOF {
			yield(Piece{}, err)
		}
	}
}

// privateHead is within how many bytes the line of a private part says that it is one: no record does, since `at` follows its number.
var privateHead = len(privateLine(maxSize, nil))

// ownPart reads the private part of the record before it.
func ownPart(line []byte, seq uint64) ([]byte, error) {
	var l struct {
		Seq     uint64         `json:"seq"`
		Private jsontext.Value `json:"private"`
	}
	if err := json.Unmarshal(line, &l, json.RejectUnknownMembers(true)); err != nil {
		return nil, flawAt(seq, "its private part cannot be read: %s", err)
	}
	if l.Seq != seq || !bytes.Equal(privateLine(seq, l.Private), line) {
		return nil, flawAt(seq, "what stands behind it is not its private part in the one form that the journal writes")
	}
	return l.Private, nil
}

// Carried is a journal that arrives in pieces, as a source: records from number 1 on, checkpoints after what they cover, then blobs. An error among
// the pieces means that they could not be read.
func Carried(pieces func(context.Context) iter.Seq2[Piece, error]) Source { return carried{pieces} }

type carried struct {
	pieces func(context.Context) iter.Seq2[Piece, error]
}

func (carried) bare() bool { return true }

func (c carried) items(ctx context.Context) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		seq := uint64(0)
		for p, err := range c.pieces(ctx) {
			var i item
			switch {
			case err != nil:
			case p.Record != nil:
				seq++
				i.row = &Row{Columns: Columns{Seq: seq}, Raw: p.Record, Private: p.Private}
			case p.Note != nil:
				i.checkpoint = &Checkpoint{Note: p.Note}
			default:
				i.blob = &blob{p.Name, p.Blob}
			}
			if !yield(i, err) || err != nil {
				return
			}
		}
	}
}
