package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// reader is a connection that only reads, with its prepared statements.
type reader struct {
	path                                            string
	conn                                            *sqlite3.Conn
	extentOf, page, hashes, checkpoints, checkpoint *sqlite3.Stmt
	blob, blobs, secret, secrets                    *sqlite3.Stmt
}

func openReader(d disk, path string) (_ *reader, err error) {
	defer unreadableSchema(&err)
	conn, err := d.open(path, sqlite3.OPEN_READONLY)
	if err != nil {
		return nil, err
	}
	if err := conn.Exec(fmt.Sprintf(`PRAGMA busy_timeout=%d; %s PRAGMA query_only=1`, busyWait, common)); err != nil {
		conn.Close()
		return nil, err
	}
	return &reader{path: path, conn: conn}, nil
}

// prepare makes the statements, once the schema is known to be ours.
func (r *reader) prepare() error {
	if r.page != nil {
		return nil
	}
	return prepare(r.conn, map[**sqlite3.Stmt]string{
		&r.extentOf:    `SELECT coalesce((SELECT max(seq) FROM record), 0), coalesce((SELECT max(seq) FROM node), 0)`,
		&r.page:        `SELECT seq, at, actor, kind, incident, batch, raw, private, hashes FROM record LEFT JOIN node USING (seq) WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?`,
		&r.hashes:      `SELECT hashes FROM node WHERE seq = ?`,
		&r.checkpoints: `SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?`,
		&r.checkpoint:  `SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1`,
		&r.blob:        `SELECT data FROM blob WHERE sha256 = ?`,
		&r.blobs:       `SELECT sha256 FROM blob WHERE sha256 > ? ORDER BY sha256 LIMIT ?`,
		&r.secret:      `SELECT value FROM secret WHERE name = ?`,
		&r.secrets:     `SELECT name, value FROM secret WHERE name >= ? ORDER BY name`,
	})
}

// read lends a connection to f. The context ends the wait for one, and the reading.
func (s *Store) read(ctx context.Context, f func(*reader) error) (err error) {
	var r *reader
	var open bool
	select {
	case r, open = <-s.readers:
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "store.cancelled", "could not read %s: %w", s.path, ctx.Err())
	}
	if !open {
		return fault.New(fault.Unavailable, "store.closed", "could not read %s: it is closed", s.path)
	}
	defer func() { s.readers <- r }()
	if r == nil {
		r, err = openReader(s.disk, s.path)
	}
	if err == nil {
		r.conn.SetInterrupt(ctx)
		defer r.conn.SetInterrupt(context.Background())
		err = f(r)
	}
	if err == nil || errors.As(err, new(*fault.Fault)) {
		return err
	}
	if errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) {
		return fault.New(fault.Invalid, "store.corrupt", "could not make sense of %s: %w", s.path, err)
	}
	return fault.New(fault.Unavailable, "store.read", "could not read %s: %w", s.path, err)
}

// Check implements journal.Store with SQLite's own examination of every page and index, and with the mark of how far it was acknowledged. It sees what a
// query would hide, but not a changed value.
func (s *Store) Check(ctx context.Context) error {
	m, err := readMark(s.disk, s.path)
	if err != nil {
		return err
	}
	return s.query(ctx, func(r *reader) error {
		stmt, err := compile(r.conn, `PRAGMA integrity_check(1)`, 0)
		if err != nil {
			return err
		}
		defer stmt.Close()
		found, err := column(&binder{stmt: stmt}, func(s *sqlite3.Stmt) string { return s.ColumnText(0) })
		if err == nil && len(found) == 1 && found[0] != "ok" {
			err = fault.New(fault.Invalid, "store.corrupt", "could not make sense of %s: %s", s.path, found[0])
		}
		if err != nil {
			return err
		}
		return m.check(s.path, r)
	})
}

// query lends a connection with its statements.
func (s *Store) query(ctx context.Context, f func(*reader) error) error {
	return s.read(ctx, func(r *reader) error {
		if err := r.prepare(); err != nil {
			return err
		}
		return f(r)
	})
}

// Extent implements journal.Store.
func (s *Store) Extent(ctx context.Context) (records, hashes uint64, err error) {
	err = s.query(ctx, func(r *reader) error {
		_, err := column(&binder{stmt: r.extentOf}, func(s *sqlite3.Stmt) error {
			records, hashes = uint64(s.ColumnInt64(0)), uint64(s.ColumnInt64(1))
			return nil
		})
		return err
	})
	return records, hashes, err
}

// Page implements journal.Store.
func (s *Store) Page(ctx context.Context, from, to uint64) (rows []journal.Row, err error) {
	err = s.query(ctx, func(r *reader) error {
		b := binder{stmt: r.page}
		if b.int(int64(from)).int(int64(to)).int(journal.PageRows); b.err != nil {
			return b.err
		}
		for size := 0; size < journal.PageBytes && r.page.Step(); {
			row := scan(r.page)
			size += len(row.Raw) + len(row.Private)
			rows = append(rows, row)
		}
		return errors.Join(r.page.Err(), r.page.Reset())
	})
	return rows, err
}

// scan reads a row of the page statement.
func scan(s *sqlite3.Stmt) journal.Row {
	row := journal.Row{
		Columns: journal.Columns{
			Seq: uint64(s.ColumnInt64(0)), At: time.Unix(0, s.ColumnInt64(1)).UTC(), Actor: s.ColumnText(2),
			Kind: s.ColumnText(3), Incident: s.ColumnText(4), Batch: uint64(s.ColumnInt64(5)),
		},
		Raw:    s.ColumnBlob(6, []byte{}),
		Hashes: split(s.ColumnRawBlob(8)),
	}
	if s.ColumnType(7) != sqlite3.NULL {
		row.Private = s.ColumnBlob(7, []byte{})
	}
	return row
}

// split cuts a row of hashes; bytes that make no hash are dropped, so that the comparison with the tree fails.
func split(b []byte) []tlog.Hash {
	hashes := make([]tlog.Hash, len(b)/tlog.HashSize)
	for i := range hashes {
		copy(hashes[i][:], b[i*tlog.HashSize:])
	}
	return hashes
}

// Hashes implements journal.Store.
func (s *Store) Hashes(ctx context.Context, seq uint64) (hashes []tlog.Hash, err error) {
	err = s.query(ctx, func(r *reader) error {
		b := binder{stmt: r.hashes}
		found, err := column(b.int(int64(seq)), func(s *sqlite3.Stmt) []tlog.Hash { return split(s.ColumnRawBlob(0)) })
		if err == nil && len(found) == 0 {
			err = fault.New(fault.NotFound, "store.hashes", "could not find the hashes of entry %d", seq)
		}
		if err == nil {
			hashes = found[0]
		}
		return err
	})
	return hashes, err
}

// Checkpoints implements journal.Store.
func (s *Store) Checkpoints(ctx context.Context, after uint64) (all []journal.Checkpoint, err error) {
	err = s.query(ctx, func(r *reader) error {
		b := binder{stmt: r.checkpoints}
		all, err = column(b.int(int64(after)).int(journal.PageRows), scanCheckpoint)
		return err
	})
	return all, err
}

// LastCheckpoint implements journal.Store.
func (s *Store) LastCheckpoint(ctx context.Context) (c journal.Checkpoint, err error) {
	err = s.query(ctx, func(r *reader) error {
		found, err := column(&binder{stmt: r.checkpoint}, scanCheckpoint)
		if len(found) > 0 {
			c = found[0]
		}
		return err
	})
	return c, err
}

func scanCheckpoint(s *sqlite3.Stmt) journal.Checkpoint {
	return journal.Checkpoint{Size: uint64(s.ColumnInt64(0)), Note: s.ColumnBlob(1, nil)}
}

// Blob implements journal.Store.
func (s *Store) Blob(ctx context.Context, name string) (data []byte, err error) {
	err = s.query(ctx, func(r *reader) error {
		data, err = one(&binder{stmt: r.blob}, "blob", name)
		return err
	})
	return data, err
}

// Secret implements journal.Store.
func (s *Store) Secret(ctx context.Context, name string) (value []byte, err error) {
	err = s.query(ctx, func(r *reader) error {
		value, err = one(&binder{stmt: r.secret}, "secret", name)
		return err
	})
	return value, err
}

// one gives the only value of a name.
func one(b *binder, what, name string) ([]byte, error) {
	found, err := column(b.text(name), func(s *sqlite3.Stmt) []byte { return s.ColumnBlob(0, []byte{}) })
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.New(fault.NotFound, "store."+what, "could not find the %s %.80q", what, name)
	}
	return found[0], nil
}

// Blobs implements journal.Store.
func (s *Store) Blobs(ctx context.Context, after string) (names []string, err error) {
	err = s.query(ctx, func(r *reader) error {
		b := binder{stmt: r.blobs}
		names, err = column(b.text(after).int(journal.PageRows), func(s *sqlite3.Stmt) string { return s.ColumnText(0) })
		return err
	})
	return names, err
}

// Secrets implements journal.Store.
func (s *Store) Secrets(ctx context.Context, prefix string) (all []journal.Secret, err error) {
	err = s.query(ctx, func(r *reader) error {
		b := binder{stmt: r.secrets}
		if b.text(prefix); b.err != nil {
			return b.err
		}
		for r.secrets.Step() && strings.HasPrefix(r.secrets.ColumnText(0), prefix) {
			all = append(all, journal.Secret{Name: r.secrets.ColumnText(0), Value: r.secrets.ColumnBlob(1, []byte{})})
		}
		return errors.Join(r.secrets.Err(), r.secrets.Reset())
	})
	return all, err
}
