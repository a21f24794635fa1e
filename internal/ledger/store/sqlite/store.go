// Package sqlite keeps a journal in one SQLite file. It knows rows, transactions and what the disk may do to them; it does not know
// what a record says, nor whether the tree over them is right: see the contract in [journal.Store].
//
// One connection writes, under a lock, with the WAL and synchronous=FULL: a commit that has returned survives a power cut.
// Readers have connections of their own and never wait for the writer. Start at [Open].
package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// FileName is the database's name in a data directory.
const FileName = "journal.db"

// lockName is the file that keeps a second process out. It is a database of its own, so that the lock is the one that SQLite itself trusts on every system.
const lockName = "journal.lock"

// Store is a journal.Store in one SQLite file.
type Store struct {
	path    string
	disk    disk
	lock    *sqlite3.Conn // holds the directory; nil when opened read-only
	readers chan *reader  // connections at rest; nil stands for one not yet opened

	mu     sync.Mutex // one writer: guards what follows, held through COMMIT
	writer *writer    // nil when opened read-only
	broken error      // the first error of a write; from then on nothing is written
}

var _ journal.Store = (*Store)(nil)

// Open opens the journal in a data directory for writing, and makes directory and file where they do not exist.
// It fails when another process has it open, and when its schema is newer than this program.
func Open(ctx context.Context, dir string) (*Store, error) {
	if err := refuseSealed(dir); err != nil {
		return nil, err
	}
	return openOn(ctx, machine, dir)
}

func openOn(ctx context.Context, d disk, dir string) (_ *Store, err error) {
	s := newStore(d, filepath.Join(dir, FileName))
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if err := d.ready(dir); err != nil {
		return nil, err
	}
	if s.lock, err = acquire(d, dir); err != nil {
		return nil, err
	}
	if err := begin(ctx, d, s.path); err != nil {
		return nil, err
	}
	if err := d.safeWAL(s.path); err != nil {
		return nil, err
	}
	if err := migrate(ctx, d.name(s.path, "")); err != nil { // whose end removes the WAL
		return nil, err
	}
	if err := d.safeWAL(s.path); err != nil {
		return nil, err
	}
	if s.writer, err = openWriter(d, s.path); err != nil {
		return nil, err
	}
	return s, s.takeMark(ctx)
}

// takeMark opens the mark for writing. A database that ends before it can be read, and takes nothing more: the first write says why, and so does Check.
func (s *Store) takeMark(ctx context.Context) (err error) {
	m, err := s.shorter(ctx)
	if fault.CodeOf(err) == "store.shorter" {
		s.broken, err = err, nil
	}
	if err != nil {
		return err
	}
	s.writer.now, s.writer.marked = m, m
	s.writer.markFile, err = s.disk.OpenMark(markName(s.path), true)
	return err
}

// OpenReadOnly opens a journal for reading, while a hub may be writing to it: path is the database file, or the directory that holds it.
// A file that is not there, is no journal, or has a newer schema is a fault. No byte of the journal is changed. SQLite makes its -wal and -shm files
// beside it; on a read-only medium, where it cannot, the file is read as one that nobody writes to.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	if err := refuseSealed(path); err != nil {
		return nil, err
	}
	return openReadOnlyOn(ctx, machine, path)
}

func openReadOnlyOn(ctx context.Context, d disk, path string) (*Store, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, fault.New(fault.NotFound, "store.file", "could not open the journal: %w", err)
	} else if info.IsDir() {
		path = filepath.Join(path, FileName)
	}
	if _, err := os.Stat(path); err != nil {
		return nil, fault.New(fault.NotFound, "store.file", "could not open the journal: %w", err)
	}
	d, err := readable(d, path)
	if err != nil {
		return nil, err
	}
	s := newStore(d, path)
	s.broken = fault.New(fault.Unavailable, "store.readonly", "could not write to %s: it is open for reading only", path)
	if err := s.read(ctx, checkVersion); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// readable is the disk as it can be read: as it is, or as one where nothing is written. The latest entries may stand in the -wal file, which
// without writing cannot be read: then the copy to read is a writable one.
func readable(d disk, path string) (disk, error) {
	probe, err := os.CreateTemp(filepath.Dir(path), ".writable-")
	if err == nil {
		return d, errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	size, err := d.Size(path + "-wal")
	if err != nil {
		return d, fault.New(fault.Unavailable, "store.file", "could not open the journal: %w", err)
	}
	if size > 0 {
		return d, fault.New(fault.Unavailable, "store.medium", "could not read %s: its last entries stand in %s-wal, and nothing can be written beside it", path, filepath.Base(path)).
			Hinted("copy the whole directory to where you can write, and read it there")
	}
	d.immutable = true
	return d, nil
}

func newStore(d disk, path string) *Store {
	s := &Store{path: path, disk: d, readers: make(chan *reader, maxReaders)}
	for range maxReaders {
		s.readers <- nil
	}
	return s
}

// Close waits for reads and writes that are under way, folds the WAL back into the file and lets the directory go. Closing twice changes nothing.
func (s *Store) Close() error {
	err := s.letGo()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
		s.lock = nil
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.close", "could not close %s: %w", s.path, err)
	}
	return nil
}

// letGo closes all connections but keeps the directory.
func (s *Store) letGo() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if fault.CodeOf(s.broken) == "store.closed" {
		return nil
	}
	s.broken = fault.New(fault.Unavailable, "store.closed", "could not use %s: it is closed", s.path)
	var errs []error
	for range maxReaders { // a connection that is lent comes back: no reader waits for the writer
		if r := <-s.readers; r != nil {
			errs = append(errs, closeConn(r.conn))
		}
	}
	close(s.readers)
	if s.writer != nil {
		errs = append(errs, closeConn(s.writer.conn))
		if s.writer.markFile != nil {
			errs = append(errs, s.writer.markFile.Close())
		}
	}
	return errors.Join(errs...)
}

// acquire takes the directory for this process: an exclusive lock that the system gives back when the process ends, however it ends.
func acquire(d disk, dir string) (*sqlite3.Conn, error) {
	conn, err := d.open(filepath.Join(dir, lockName), sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE)
	if err != nil {
		return nil, hintFull(fault.New(fault.Unavailable, "store.lock", "could not open %s: %w", filepath.Join(dir, lockName), err), dir)
	}
	if err := conn.Exec(`PRAGMA busy_timeout=0; BEGIN EXCLUSIVE`); err != nil {
		conn.Close()
		if errors.Is(err, sqlite3.BUSY) {
			return nil, fault.New(fault.Conflict, "store.locked", "could not open the journal in %s: another process has it open", dir).
				Hinted("stop the hub that runs on this directory, or use another directory")
		}
		return nil, hintFull(fault.New(fault.Unavailable, "store.lock", "could not lock %s: %w", dir, err), dir)
	}
	return conn, nil
}

// closeConn finalises the statements of a connection and closes it. The last connection to close folds the WAL back into the file.
func closeConn(conn *sqlite3.Conn) error {
	for _, stmt := range slices.Collect(conn.Stmts()) {
		stmt.Close()
	}
	return conn.Close()
}
