package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// writer is the one connection that writes, with its prepared statements.
type writer struct {
	conn                                     *sqlite3.Conn
	begin, commit, rollback                  *sqlite3.Stmt
	record, node, checkpoint, blob, shred    *sqlite3.Stmt
	next, checkpointOf, putSecret, delSecret *sqlite3.Stmt

	unswept bool // the WAL may hold bytes of private parts that were erased

	markFile    markFile
	now, marked mark // how far the transaction under way goes, and what the mark says
}

// common are the settings of every connection: no memory mapping (a mapped page that cannot be read kills the process), and no trust in what a tampered schema would have us run.
const common = `PRAGMA mmap_size=0; PRAGMA trusted_schema=0; PRAGMA cell_size_check=1; PRAGMA foreign_keys=1; PRAGMA temp_store=memory;`

func openWriter(d disk, path string) (_ *writer, err error) {
	defer unreadableSchema(&err)
	conn, err := d.open(path, sqlite3.OPEN_READWRITE)
	if err != nil {
		return nil, ioFault(path, err)
	}
	w := &writer{conn: conn, unswept: true} // a crash may have come between an erasure and its sweep
	// secure_delete: a secret that is removed is overwritten.
	err = conn.Exec(fmt.Sprintf(`PRAGMA busy_timeout=%d; %s PRAGMA journal_mode=WAL; PRAGMA synchronous=%s; PRAGMA secure_delete=1; PRAGMA wal_autocheckpoint=%d`, busyWait, common, d.synchronous, d.fold))
	if err == nil {
		err = prepare(conn, map[**sqlite3.Stmt]string{
			&w.begin:        `BEGIN IMMEDIATE`,
			&w.commit:       `COMMIT`,
			&w.rollback:     `ROLLBACK`,
			&w.next:         `SELECT coalesce(max(seq), 0) + 1 FROM record`,
			&w.record:       `INSERT INTO record (seq, at, actor, kind, incident, batch, raw, private) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			&w.shred:        `UPDATE record SET private = NULL WHERE seq = ? AND private IS NOT NULL`,
			&w.node:         `INSERT INTO node (seq, hashes) VALUES (?, ?)`,
			&w.checkpoint:   `INSERT INTO checkpoint (size, note) VALUES (?, ?)`,
			&w.checkpointOf: `SELECT note FROM checkpoint WHERE size = ?`,
			&w.blob:         `INSERT INTO blob (sha256, data) VALUES (?, ?) ON CONFLICT DO NOTHING`,
			&w.putSecret:    `INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
			&w.delSecret:    `DELETE FROM secret WHERE name = ?`,
		})
	}
	if err != nil {
		closeConn(conn)
		return nil, ioFault(path, err)
	}
	w.sweep(sweepWait)
	return w, nil
}

// prepare fills in prepared statements.
func prepare(conn *sqlite3.Conn, statements map[**sqlite3.Stmt]string) error {
	for stmt, text := range statements {
		var err error
		if *stmt, err = compile(conn, text, sqlite3.PREPARE_PERSISTENT); err != nil {
			return err
		}
	}
	return nil
}

// compile makes one statement.
func compile(conn *sqlite3.Conn, text string, flags sqlite3.PrepareFlag) (stmt *sqlite3.Stmt, err error) {
	defer unreadableSchema(&err)
	stmt, _, err = conn.PrepareFlags(text, flags)
	return stmt, err
}

// unreadableSchema turns a panic of the library into the damage that it is: where the text of the schema makes no sense, SQLite gives the place in that text, and the library looks for
// it in the statement (conn.go, errorFor; v0.35.2). One flipped bit is enough.
func unreadableSchema(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("its schema makes no sense (%v): %w", r, sqlite3.CORRUPT)
	}
}

// transact runs f in one transaction. An error of SQLite's breaks the store for good: after a failed sync nobody knows what the disk holds,
// and asking again may say "done" about pages that were dropped. A fault of f's own undoes the transaction and harms nothing.
func (s *Store) transact(ctx context.Context, f func(*writer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	if err := ctx.Err(); err != nil {
		return fault.New(fault.Unavailable, "store.cancelled", "could not write to %s: %w", s.path, err)
	}
	s.writer.sweep(0)
	err := s.writer.begin.Exec()
	if err == nil {
		err = f(s.writer)
	}
	if err == nil {
		err = s.writer.commit.Exec()
	}
	if err == nil {
		s.writer.sweep(sweepWait)
		if err = s.writer.reached(s.path); err != nil { // it is durable, but nobody is told on a disk that fails
			s.broken = ioFault(s.path, err)
		}
		return s.broken
	}
	s.writer.now = s.writer.marked
	rollbackErr := error(nil)
	if !s.writer.conn.GetAutocommit() { // SQLite has already rolled back after some errors
		rollbackErr = s.writer.rollback.Exec()
	}
	if own := new(fault.Fault); errors.As(err, &own) && rollbackErr == nil {
		return err
	}
	s.broken = ioFault(s.path, errors.Join(err, rollbackErr))
	return s.broken
}

// ioFault says that SQLite failed, and what a person can do about the commonest cause. The engine, v0.35.2, tells a full disk as any I/O error on Unix (its
// vfs/os_unix.go compares a bare error number, and gets a wrapped one), so the disk is asked too.
func ioFault(path string, err error) error {
	if errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) {
		return fault.New(fault.Invalid, "store.corrupt", "could not make sense of %s: %w", path, err).Hinted("see what is left by 'blackstart journal verify' and 'journal export'; go on from a copy by 'blackstart takeover'")
	}
	return hintFull(fault.New(fault.Unavailable, "store.io", "could not use %s: %w", path, err), filepath.Dir(path))
}

// hintFull adds the way out where the disk that holds a directory is full.
func hintFull(f *fault.Fault, dir string) error {
	if errors.Is(f, sqlite3.FULL) || errors.Is(f, sqlite3.IOERR) && noRoom(dir) {
		return f.Hinted("the disk is full: make room, then start again")
	}
	return f
}

// Append implements journal.Store.
func (s *Store) Append(ctx context.Context, rows []journal.Row) error {
	return s.transact(ctx, func(w *writer) error {
		next, err := number(w.next)
		if err != nil {
			return err
		}
		for i, row := range rows {
			if row.Seq != next+uint64(i) {
				return fault.New(fault.Conflict, "store.order", "could not store entry %d: the next one is %d", row.Seq, next+uint64(i))
			}
			if err := w.append(row); err != nil {
				return err
			}
			w.now.entries = row.Seq
		}
		return nil
	})
}

func (w *writer) append(row journal.Row) error {
	b := binder{stmt: w.record}
	b.int(int64(row.Seq)).int(row.At.UnixNano()).text(row.Actor).text(row.Kind).text(row.Incident).int(int64(row.Batch)).blob(row.Raw).blob(row.Private)
	if err := b.exec(); err != nil {
		return err
	}
	hashes := make([]byte, 0, len(row.Hashes)*tlog.HashSize)
	for _, h := range row.Hashes {
		hashes = append(hashes, h[:]...)
	}
	b = binder{stmt: w.node}
	if err := b.int(int64(row.Seq)).blob(hashes).exec(); err != nil {
		return err
	}
	return w.erase(row.Shreds)
}

// PutCheckpoint implements journal.Store.
func (s *Store) PutCheckpoint(ctx context.Context, c journal.Checkpoint) error {
	return s.transact(ctx, func(w *writer) error {
		b := binder{stmt: w.checkpointOf}
		there, err := column(b.int(int64(c.Size)), func(s *sqlite3.Stmt) []byte { return s.ColumnBlob(0, nil) })
		if err != nil || len(there) > 0 && bytes.Equal(there[0], c.Note) {
			return err
		}
		if len(there) > 0 {
			return fault.New(fault.Conflict, "store.checkpoint", "could not store the checkpoint of %d entries: there is another one of this size", c.Size)
		}
		w.now.signed = max(w.now.signed, c.Size)
		b = binder{stmt: w.checkpoint}
		return b.int(int64(c.Size)).blob(c.Note).exec()
	})
}

// PutBlob implements journal.Store.
func (s *Store) PutBlob(ctx context.Context, data []byte) (string, error) {
	if len(data) > journal.MaxBlob {
		return "", fault.New(fault.Invalid, "store.blob", "could not store a blob of %d bytes: at most %d", len(data), journal.MaxBlob)
	}
	name := journal.SHA256(data)
	return name, s.transact(ctx, func(w *writer) error {
		b := binder{stmt: w.blob}
		return b.text(name).bytes(data).exec()
	})
}

// PutSecret implements journal.Store.
func (s *Store) PutSecret(ctx context.Context, name string, value []byte) error {
	return s.transact(ctx, func(w *writer) error {
		b := binder{stmt: w.putSecret}
		return b.text(name).bytes(value).exec()
	})
}

// DeleteSecret implements journal.Store.
func (s *Store) DeleteSecret(ctx context.Context, name string) error {
	return s.transact(ctx, func(w *writer) error {
		b := binder{stmt: w.delSecret}
		return b.text(name).exec()
	})
}
