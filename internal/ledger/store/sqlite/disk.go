package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/durable"
)

// disk is where the files lie: the machine's, or in a test one that loses power. Everything above it is the same.
type disk struct {
	files
	vfs         string // SQLite's name of the file system; empty is the machine's
	synchronous string // SQLite's setting: how much a commit believes of the disk
	immutable   bool   // nothing can be written there and nobody else does: SQLite makes no files of its own and takes no locks
	fold        int    // length of the WAL, in pages, from which a commit folds it back
}

// files is what the store does to files beside SQLite. Names last through a power cut after SyncDir only: SQLite's part here, v0.35.2, does not see to
// that on any Unix, though SQLite asks it to (its vfs/file.go syncs the file a second time instead of the directory).
type files interface {
	MakeDir(path string) error
	Create(path string) error        // an empty file that only its owner may read; one that is there stays as it is
	Size(path string) (int64, error) // 0 if there is none
	Publish(from, to string) error   // a copy under another name, which from then on is there whole and lasts but for its name
	Remove(path string) error        // no error if there is none
	SyncDir(path string) error
	OpenMark(path string, create bool) (markFile, error) // fs.ErrNotExist if it is not there and not to be made
}

var machine = disk{files: machineFiles{}, synchronous: "FULL", fold: autoCheckpoint}

// name is what SQLite is told to open, with a setting to begin with, if any.
func (d disk) name(path, pragma string) string {
	if d.vfs == "" && pragma == "" && !d.immutable {
		return path
	}
	query := url.Values{}
	if d.immutable {
		query.Set("immutable", "1") // sqlite.org/uri.html, section 3.3
	}
	if d.vfs != "" {
		query.Set("vfs", d.vfs)
	}
	if pragma != "" {
		query.Set("_pragma", pragma)
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: query.Encode()}).String()
}

func (d disk) open(path string, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	if d.vfs != "" || d.immutable {
		flags |= sqlite3.OPEN_URI // else never on the machine's disk: a directory may be called file:
	}
	return sqlite3.OpenFlags(d.name(path, ""), flags)
}

// ready makes the data directory. Its own name has to last as well, also when it was there: an earlier start may have been cut short.
// Whose parent we may not read, we did not make.
func (d disk) ready(dir string) error {
	if err := d.MakeDir(dir); err != nil {
		return err
	}
	if err := d.SyncDir(filepath.Dir(dir)); err != nil && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// begin makes a new database, complete, under another name first: cut short while the first tables are made, it would be neither empty nor a database,
// and no start would succeed any more. What is published is a copy, synced once and without asking again: the library that makes the tables tries again
// after a sync that failed, and a second sync says nothing about the pages of the first.
func begin(ctx context.Context, d disk, path string) error {
	size, err := d.Size(path)
	if err != nil || size > 0 {
		return err
	}
	draft := path + ".new"
	for _, left := range []string{draft, draft + "-journal", draft + "-wal", draft + "-shm", draft + "-copy"} {
		if err := d.Remove(left); err != nil {
			return err
		}
	}
	if err := d.Create(draft); err != nil {
		return err
	}
	if err := migrate(ctx, d.name(draft, "journal_mode(WAL)")); err != nil {
		return err
	}
	left, err := d.Size(draft + "-wal") // its end folds the WAL back and removes it, and says nothing when it cannot
	if err == nil && left > 0 {
		err = fault.New(fault.Unavailable, "store.file", "could not make the journal: %s could not be folded back", draft+"-wal")
	}
	if err != nil {
		return err
	}
	if err := d.Publish(draft, path); err != nil {
		return err
	}
	if err := d.Remove(draft); err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// safeWAL makes the WAL before SQLite does: with a mode that keeps its secrets, and with a name that lasts as long as what is committed to it.
func (d disk) safeWAL(path string) error {
	if err := d.Create(path + "-wal"); err != nil {
		return err
	}
	return d.SyncDir(filepath.Dir(path))
}

// machineFiles is the machine's own disk.
type machineFiles struct{}

// MakeDir makes a directory, and makes the names of those above it durable that it has to make for it.
func (m machineFiles) MakeDir(dir string) error {
	var made []string
	for up := filepath.Dir(dir); ; up = filepath.Dir(up) {
		if _, err := os.Stat(up); err == nil || up == filepath.Dir(up) {
			break
		}
		made = append(made, up)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Unavailable, "store.dir", "could not make the data directory: %w", err)
	}
	for _, dir := range made {
		if err := m.SyncDir(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	return nil
}

// Create makes a file before SQLite does, readable by its owner only: database and WAL hold secrets, and SQLite leaves their mode to the umask.
func (machineFiles) Create(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Close()) // a reader of ours may have made the WAL with the umask's mode
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not make the journal: %w", err)
	}
	return nil
}

// Size gives the length of a file.
func (machineFiles) Size(path string) (int64, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, nil
	case err != nil:
		return 0, fault.New(fault.Unavailable, "store.file", "could not look at the journal: %w", err)
	}
	return info.Size(), nil
}

// Publish makes a synced copy of a small file and gives it its name in one step: nobody ever sees half of it.
func (m machineFiles) Publish(from, to string) error {
	copied := from + "-copy"
	data, err := os.ReadFile(from)
	if err == nil {
		err = writeSynced(copied, data)
	}
	if err == nil {
		err = os.Rename(copied, to)
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not make the journal: %w", err)
	}
	return nil
}

// writeSynced writes a file that only its owner may read, and gives the first error of writing, syncing or closing it.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Remove removes a file.
func (machineFiles) Remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.New(fault.Unavailable, "store.file", "could not make the journal: %w", err)
	}
	return nil
}

// OpenMark opens the mark: to be written if it may be made, else to be read.
func (machineFiles) OpenMark(path string, create bool) (markFile, error) {
	flags := os.O_RDONLY
	if create {
		flags = os.O_RDWR | os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "store.file", "could not open %s: %w", path, err)
	}
	return f, nil
}

// SyncDir makes the names in a directory durable.
func (machineFiles) SyncDir(dir string) error { return durable.SyncDir(dir) }
