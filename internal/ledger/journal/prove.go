package journal

import (
	"context"
	"encoding/base64"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
)

// ProveFrom makes the proof for an entry of a journal as it lies somewhere, in the tree of its last checkpoint. It reads the whole and keeps its
// hashes, 64 bytes an entry, so that an export proves as well as a database. What it reads is not verified: who is given the proof checks it.
func ProveFrom(ctx context.Context, s Source, seq uint64) (Proof, error) {
	p := Proof{Schema: ProofSchema, Seq: seq}
	var tree frontier
	var hashes []tlog.Hash // in the order of their stored indexes (tlog.StoredHashIndex)
	var signed, size uint64
	var keeper Custody
	for i, err := range s.items(ctx) {
		switch {
		case err != nil:
			return p, fault.New(fault.Unavailable, "journal.proof", "could not read the journal: %w", err).Hinted("run 'blackstart journal verify' on it")
		case i.row != nil:
			x := examine(*i.row, true)
			if x.Kind == KindOpened || x.Kind == KindContinued {
				if keeper, _, err = custody(x.Entry, tree.head, keeper); err != nil {
					return p, err
				}
			}
			hashes = append(hashes, tree.push(tlog.RecordHash(i.row.Raw))...)
			if size++; size == seq {
				p.Record = string(i.row.Raw)
			}
		case i.checkpoint != nil:
			p.Checkpoint, p.Key, signed = string(i.checkpoint.Note), keeper.key, size
		}
	}
	if seq == 0 || seq > signed {
		return p, fault.New(fault.NotFound, "journal.unsigned", "could not prove entry %d: the journal has %d entries, %d of them under a checkpoint", seq, size, signed)
	}
	var err error
	p.Path, err = tlog.ProveRecord(int64(signed), int64(seq-1), tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		wanted := make([]tlog.Hash, len(indexes))
		for n, i := range indexes {
			wanted[n] = hashes[i]
		}
		return wanted, nil
	}))
	return p, err
}

// TLog is the proof as a C2SP tlog-proof, which tools that are not ours read; the record goes with it as a file of its own, without a newline.
// It counts entries from 0.
func (p Proof) TLog() []byte {
	b := fmt.Appendf(nil, "c2sp.org/tlog-proof@v1\nindex %d\n", p.Seq-1)
	for _, h := range p.Path {
		b = append(base64.StdEncoding.AppendEncode(b, h[:]), '\n')
	}
	return append(append(b, '\n'), p.Checkpoint...)
}
