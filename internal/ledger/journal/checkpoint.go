package journal

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// Checkpoint signs the head, stores the note and gives it. It is the note of C2SP tlog-checkpoint: origin, size and root under an Ed25519 signature.
// Made again without a new entry it is the same note.
func (l *Log) Checkpoint(ctx context.Context) ([]byte, error) {
	l.write.Lock()
	defer l.write.Unlock()
	if err := l.ReadOnly(); err != nil {
		return nil, err
	}
	head := l.tree.head()
	if head.Size == 0 {
		return nil, fault.New(fault.Conflict, "journal.empty", "could not sign a checkpoint: the journal is empty")
	}
	c := Checkpoint{Size: head.Size, Note: signHead(head, l.origin, l.signer)}
	if c.Size != l.checkpoint.Size {
		if err := l.store.PutCheckpoint(ctx, c); err != nil {
			return nil, l.halt(unwritable("the checkpoint of %d entries could not be stored: %w", c.Size, err))
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checkpoint, l.signedAt = c, l.now()
	return c.Note, nil
}

// HeadAt is the head that the log had when it held that many entries.
func (l *Log) HeadAt(ctx context.Context, size uint64) (Head, error) {
	if now := l.Head().Size; size == 0 || size > now {
		return Head{}, fault.New(fault.NotFound, "journal.head", "could not give the head of %d entries: the journal has %d", size, now)
	}
	tree, err := loadFrontier(ctx, l.store, size)
	if err != nil {
		return Head{}, err
	}
	return tree.head(), nil
}

// SignedAt is the signed head of that many entries, for a copy that ends there. Unlike [Log.Checkpoint] it stores nothing. It must not be asked for
// a size at which another key was in force.
func (l *Log) SignedAt(ctx context.Context, size uint64) ([]byte, error) {
	head, err := l.HeadAt(ctx, size)
	if err != nil {
		return nil, err
	}
	return signHead(head, l.origin, l.signer), nil
}

// NoteHead gives the origin and the head that a checkpoint speaks of, if the key signed it.
func NoteHead(note []byte, key seal.Key) (origin string, h Head, err error) {
	signed, err := openNote(note, key)
	return signed.origin, signed.head, err
}

// LastCheckpoint is the last checkpoint; nil if there is none yet.
func (l *Log) LastCheckpoint() []byte {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.checkpoint.Note
}

// Signed is when the last checkpoint was made, or found at the start; by the clock of the log's owner.
func (l *Log) Signed() time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.signedAt
}

// Covered is the number of entries that the last checkpoint covers.
func (l *Log) Covered() uint64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.checkpoint.Size
}

// Due says when the next checkpoint should be made: now if CheckpointEntries stand after the last one, zero if none does.
func (l *Log) Due() time.Time {
	l.mu.RLock()
	defer l.mu.RUnlock()
	switch n := uint64(l.tree.size) - l.checkpoint.Size; {
	case n == 0 || l.halted != nil:
		return time.Time{}
	case n >= CheckpointEntries || l.checkpoint.Size == 0:
		return l.signedAt
	}
	return l.signedAt.Add(CheckpointEvery)
}

// signHead makes the signed note of a head.
func signHead(h Head, origin string, s *seal.Signer) []byte {
	signed, err := note.Sign(&note.Note{Text: noteText(origin, h)}, s.NoteSigner())
	if err != nil {
		panic("a checkpoint did not sign: " + err.Error()) // impossible: origin and name were checked when the log was opened
	}
	return signed
}

// noteText is the signed text of a checkpoint: three lines (C2SP tlog-checkpoint).
func noteText(origin string, h Head) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, h.Size, h.Root)
}

// signedHead is what a checkpoint says, before or after its signature is checked.
type signedHead struct {
	origin string
	head   Head
}

// parseNote reads a checkpoint in the one form that the journal writes: three lines, an empty one, one signature under the origin as key name.
func parseNote(data []byte) (signedHead, error) {
	bad := func(what string) error {
		return fault.New(fault.Invalid, "journal.checkpoint", "could not read the checkpoint: %s", what)
	}
	if len(data) > MaxNote {
		return signedHead{}, bad("it is too long")
	}
	lines := strings.Split(string(data), "\n")
	if len(lines) != 6 || lines[3] != "" || lines[5] != "" {
		return signedHead{}, bad("want origin, size, root, an empty line and one signature")
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil || size == 0 || size > maxSize {
		return signedHead{}, bad("bad size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return signedHead{}, bad("bad root")
	}
	c := signedHead{origin: lines[0], head: Head{Size: size, Root: root}}
	encoded := strings.TrimPrefix(lines[4], "— "+c.origin+" ")
	sig, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || checkOrigin(c.origin) != nil {
		return signedHead{}, bad("the signature line is not one of a key named like the origin")
	}
	// Base64 and numbers have spellings that decode to the same value; only one is ours, so that no byte can be changed unseen.
	if want := noteText(c.origin, c.head) + "\n— " + c.origin + " " + base64.StdEncoding.EncodeToString(sig) + "\n"; want != string(data) {
		return signedHead{}, bad("it is not in the one form that the journal writes")
	}
	return c, nil
}

// openNote reads a checkpoint and checks that the key signed it.
func openNote(data []byte, key seal.Key) (signedHead, error) {
	c, err := parseNote(data)
	if err != nil {
		return signedHead{}, err
	}
	if _, err := note.Open(data, note.VerifierList(key.NoteVerifier(c.origin))); err != nil {
		return signedHead{}, fault.New(fault.Invalid, "journal.signature", "could not verify the checkpoint of %d entries with the key %s: %w", c.head.Size, key.Fingerprint(), err)
	}
	return c, nil
}
