package journal

import (
	"context"
	"math/bits"

	"github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// ProofSchema names the JSON form of a [Proof].
const ProofSchema = "blackstart/journal-proof/1"

// Proof shows to somebody who has nothing but the hub's key that a record stands in its journal: the record, the audit path
// of RFC 6962, section 2.1.1, and the checkpoint whose root the path leads to.
type Proof struct {
	Schema     string      `json:"schema"`
	Seq        uint64      `json:"seq"`
	Record     string      `json:"record"` // the leaf; a string, so that no reader of JSON changes a byte
	Path       []tlog.Hash `json:"path"`
	Checkpoint string      `json:"checkpoint"`
	Key        seal.Key    `json:"key"` // a hint; whoever checks knows the key's fingerprint from elsewhere
}

// Prove makes the proof for an entry in the tree of the last checkpoint. An entry after it is unavailable until the next one is made.
func (l *Log) Prove(ctx context.Context, seq uint64) (Proof, error) {
	l.mu.RLock()
	c := l.checkpoint
	l.mu.RUnlock()
	e, err := l.Entry(ctx, seq)
	if err != nil {
		return Proof{}, err
	}
	if seq > c.Size {
		return Proof{}, fault.New(fault.Unavailable, "journal.unsigned", "could not prove entry %d: the last checkpoint covers %d entries", seq, c.Size).
			Hinted("ask again in a minute, after the next checkpoint")
	}
	path, err := tlog.ProveRecord(int64(c.Size), int64(seq-1), stored{ctx, l.store})
	if err != nil {
		return Proof{}, fault.New(fault.KindOf(err), "journal.proof", "could not prove entry %d: %w", seq, err)
	}
	return Proof{Schema: ProofSchema, Seq: seq, Record: string(e.Raw), Path: path, Checkpoint: string(c.Note), Key: l.signer.Public()}, nil
}

// ParseProof reads a proof from foreign bytes.
func ParseProof(data []byte) (Proof, error) {
	var p Proof
	if len(data) > 2*MaxRecord+MaxNote {
		return p, fault.New(fault.Invalid, "journal.proof", "could not read the proof: %d bytes", len(data))
	}
	if err := json.Unmarshal(data, &p, json.RejectUnknownMembers(true)); err != nil {
		return p, fault.New(fault.Invalid, "journal.proof", "could not read the proof: %w", err)
	}
	if p.Schema != ProofSchema {
		return p, fault.New(fault.Invalid, "journal.proof", "could not read the proof: its schema is %q", p.Schema)
	}
	return p, nil
}

// Check says whether the proof holds under a key, and gives the record that it is about. It needs nothing but the proof.
func (p Proof) Check(key seal.Key) (Record, error) {
	r, err := ParseRecord([]byte(p.Record))
	if err != nil {
		return r, err
	}
	c, err := openNote([]byte(p.Checkpoint), key)
	if err != nil {
		return r, err
	}
	if r.Seq != p.Seq || p.Seq > c.head.Size || len(p.Path) > bits.Len64(c.head.Size) {
		return r, fault.New(fault.Invalid, "journal.proof", "could not verify the proof: it is for entry %d, the record is number %d, the checkpoint covers %d", p.Seq, r.Seq, c.head.Size)
	}
	if err := tlog.CheckRecord(p.Path, int64(c.head.Size), c.head.Root, int64(p.Seq-1), tlog.RecordHash([]byte(p.Record))); err != nil {
		return r, fault.New(fault.Invalid, "journal.proof", "could not verify the proof of entry %d: %w", p.Seq, err)
	}
	return r, nil
}
