package sqlite

import (
	"errors"
	"net/url"
	"os"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
)

// disk is where the files lie: the machine's, or in a test one that loses power. Everything above it is the same.
type disk struct {
	vfs         string // SQLite's name of the file system; empty is the machine's
	synchronous string // SQLite's setting: how much a commit believes of the disk
	fold        int    // length of the WAL, in pages, from which a commit folds it back
	makeDir     func(dir string) error
	private     func(path string) error // makes a file that only its owner may read
	syncDir     func(dir string) error  // makes the names in a directory durable
}

var machine = disk{synchronous: "FULL", fold: autoCheckpoint, makeDir: makeDir, private: ownFile, syncDir: syncDir}

// name is what SQLite is told to open.
func (d disk) name(path string) string {
	if d.vfs == "" {
		return path
	}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "vfs=" + d.vfs}).String()
}

func (d disk) open(path string, flags sqlite3.OpenFlag) (*sqlite3.Conn, error) {
	if d.vfs != "" {
		flags |= sqlite3.OPEN_URI // never on the machine's disk: a directory may be called file:
	}
	return sqlite3.OpenFlags(d.name(path), flags)
}

// makeDir makes the data directory.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fault.New(fault.Unavailable, "store.dir", "could not make the data directory: %w", err)
	}
	return nil
}

// ownFile makes a file before SQLite does, readable by its owner only: database and WAL hold secrets, and SQLite leaves their mode to the umask.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = errors.Join(f.Chmod(0o600), f.Close()) // a reader of ours may have made the WAL with the umask's mode
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not make the journal: %w", err)
	}
	return nil
}
