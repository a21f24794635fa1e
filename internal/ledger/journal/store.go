package journal

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Store keeps what the journal hands it, and judges nothing: a damaged or forged row is given out as it stands, so that the verifier can name it.
// journaltest.Run is this contract as a test; every implementation passes it. All methods may be called at the same time;
// writes take effect one after the other, are durable on return, and are never half done.
// After an I/O error every further write fails, since nobody knows any more what the disk holds.
type Store interface {
	// Extent says what is stored: the highest number of a record and of a row of hashes; both are 0 in an empty store, and equal unless someone tampered.
	Extent(ctx context.Context) (records, hashes uint64, err error)
	// Check examines the store's own structure, as far as it can be damaged without a row being wrong. Here and wherever it reads,
	// bytes that can no longer be made sense of are a fault of kind Invalid: a finding, where an I/O error is none.
	Check(ctx context.Context) error
	// Append stores the rows in one transaction, and erases in the same one the private parts that they shred: there is no erasure without its entry,
	// and no entry without its erasure. On return the bytes of these parts are in none of the store's files, or will not be from the next write, start
	// or stop on at the latest, if a reader still stood in the way. Rows follow directly on the last row, else nothing is stored and the fault is a conflict.
	// Once begun it does not heed the context: a half-known outcome would be worse than a late one.
	Append(ctx context.Context, rows []Row) error
	// Page gives rows in ascending order from number from on, at most up to to, at least one if there is any, within PageRows and about PageBytes.
	Page(ctx context.Context, from, to uint64) ([]Row, error)
	// Hashes gives the hashes stored with one entry; NotFound if there are none.
	Hashes(ctx context.Context, seq uint64) ([]tlog.Hash, error)

	// PutCheckpoint stores a checkpoint; a second one of the same size is a conflict unless it is the same.
	PutCheckpoint(ctx context.Context, c Checkpoint) error
	// Checkpoints gives the stored checkpoints of a size above after in ascending order, at most PageRows.
	Checkpoints(ctx context.Context, after uint64) ([]Checkpoint, error)
	// LastCheckpoint gives the stored checkpoint of the largest size; the zero value if there is none.
	LastCheckpoint(ctx context.Context) (Checkpoint, error)

	// PutBlob stores data of at most MaxBlob bytes and gives its name, see [SHA256]; storing it again changes nothing.
	PutBlob(ctx context.Context, data []byte) (name string, err error)
	// Blob gives the data of a blob; NotFound if there is none of this name.
	Blob(ctx context.Context, name string) ([]byte, error)
	// Blobs gives the names of the blobs that come after the given one in ascending order, at most PageRows.
	Blobs(ctx context.Context, after string) ([]string, error)

	// PutSecret stores or replaces a secret. Secrets are no part of the record and are never exported.
	PutSecret(ctx context.Context, name string, value []byte) error
	// Secret gives a secret; NotFound if there is none of this name.
	Secret(ctx context.Context, name string) ([]byte, error)
	// Secrets gives all secrets whose name begins with prefix, by name.
	Secrets(ctx context.Context, prefix string) ([]Secret, error)
	// DeleteSecret removes a secret, overwriting its bytes; it is no fault if there is none.
	DeleteSecret(ctx context.Context, name string) error
}

// Row is an entry as it is stored: the bytes that are hashed, what goes with them, and the columns beside them.
type Row struct {
	Columns
	Raw     []byte      // the record; the leaf
	Private []byte      // the salted private part; nil if there is none
	Hashes  []tlog.Hash // what [tlog.StoredHashes] gives for this leaf; nil if the row of hashes is missing
	Shreds  []uint64    // only when it is appended: the entries before it whose private parts it erases
}

// Columns are copies out of the record by which a store finds rows. They prove nothing; the verifier compares them with the record.
type Columns struct {
	Seq      uint64
	At       time.Time
	Actor    string
	Kind     string
	Incident string
	Batch    uint64
}

// columns are the columns that belong to a record.
func (r Record) columns() Columns {
	return Columns{Seq: r.Seq, At: r.At, Actor: r.Actor, Kind: r.Kind, Incident: r.Incident, Batch: r.Batch}
}

// Checkpoint is a stored checkpoint: the number of entries it covers, and the signed note.
type Checkpoint struct {
	Size uint64
	Note []byte
}

// Secret is a named value that must never leave the store: a password hash, a TOTP seed, a key.
type Secret struct {
	Name  string
	Value []byte
}

// HubKey is the name of the secret that holds the hub's private key as PEM.
const HubKey = "hub-key"
