package sqlite

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// Key is the data key of a database that is sealed at rest: [KeyBytes] bytes. The zero value is none: the database stands in the clear.
//
// The file is encrypted block by block with Adiantum, a wide-block cipher for disks, and so are WAL and rollback journal; the -shm file beside them
// holds numbers of pages only. It keeps a stolen disk shut. It does not prove that a block is not an older one of the same place: that the record was
// not rolled back is shown by the journal's own heads, as without it.
type Key []byte

// KeyBytes is the length of a data key: the cipher's.
const KeyBytes = 32

// magic begins every SQLite file in the clear (sqlite.org/fileformat.html, section 1.3).
const magic = "SQLite format 3\x00"

// IsSealed says whether the journal at path, a file or the directory that holds it, is there and not in the clear. It goes by the file itself: a crash
// in the middle of a sealing leaves one or the other, whole.
func IsSealed(path string) (bool, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, FileName)
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fault.New(fault.Unavailable, "store.file", "could not look at the journal: %w", err)
	}
	defer f.Close()
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	if n == 0 && errors.Is(err, io.EOF) {
		return false, nil // begun and empty
	}
	return string(head) != magic, nil
}

// OpenSealed is [Open] for a directory whose journal is sealed with the key; with none it is Open.
func OpenSealed(ctx context.Context, dir string, key Key) (*Store, error) {
	d, err := key.disk()
	if err != nil {
		return nil, err
	}
	s, err := openOn(ctx, d, dir)
	return s, wrongKey(key, err)
}

// OpenReadOnlySealed is [OpenReadOnly] for a journal that is sealed with the key; with none it is OpenReadOnly.
func OpenReadOnlySealed(ctx context.Context, path string, key Key) (*Store, error) {
	d, err := key.disk()
	if err != nil {
		return nil, err
	}
	s, err := openReadOnlyOn(ctx, d, path)
	return s, wrongKey(key, err)
}

// wrongKey says what it means that a sealed file makes no sense: with another key every byte of it is noise.
func wrongKey(key Key, err error) error {
	if len(key) > 0 && (errors.Is(err, sqlite3.NOTADB) || fault.CodeOf(err) == "store.corrupt") {
		return fault.New(fault.Forbidden, "store.key", "could not open the sealed journal: this is not its key, or its first page is damaged")
	}
	return err
}

// refuseSealed is the clear word where a sealed journal is opened without its key.
func refuseSealed(path string) error {
	if sealed, err := IsSealed(path); err != nil || !sealed {
		return err
	}
	if _, err := os.Stat(filepath.Join(dirOf(path), SealName)); err != nil {
		return nil // no seal beside it: a damaged database, which is named as one further on
	}
	return fault.New(fault.Forbidden, "store.sealed", "could not open the journal in %s: it is sealed", dirOf(path)).
		Hinted("add --unseal FILE with an officer's key, or --unseal - and enter the shares")
}

func dirOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return path
	}
	return filepath.Dir(path)
}

// SealName is the file beside a sealed database that holds its wrapped key; what is in it is not this package's.
const SealName = "seal.json"

// disk is the machine's disk through the cipher.
func (k Key) disk() (disk, error) {
	if len(k) == 0 {
		return machine, nil
	}
	if len(k) != KeyBytes {
		return disk{}, fault.New(fault.Invalid, "store.key", "could not use a data key of %d bytes, want %d", len(k), KeyBytes)
	}
	d := machine
	d.vfs = fmt.Sprintf("sealed-%d", keyed.Add(1))
	vfs.Register(d.vfs, sealedFiles{adiantum.Wrap(vfs.Find(""), nil), hex.EncodeToString(k)})
	return d, nil
}

// keyed counts the keys that were used: SQLite knows file systems by name. A process opens one or two sealed journals in its life.
var keyed atomic.Uint64

// sealedFiles is a file system that gives its key to every database that is opened, so that the key stands in no name, no statement and no message. WAL
// and rollback journal take the key of their database; temporary files get random ones.
type sealedFiles struct {
	vfs.VFS
	key string // in hex
}

// OpenFilename implements vfs.VFSFilename.
func (s sealedFiles) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, got, err := s.VFS.(vfs.VFSFilename).OpenFilename(name, flags)
	if err != nil || flags&vfs.OPEN_MAIN_DB == 0 {
		return f, got, err
	}
	if _, err := f.(vfs.FilePragma).Pragma("hexkey", s.key); err != nil {
		return nil, got, errors.Join(err, f.Close())
	}
	return f, got, nil
}

// Convert writes the journal of a stopped hub anew under another key, or in the clear: it verifies the old one, writes the copy beside it, verifies that
// it has the same head, calls swap, which makes the new key findable, puts the copy in place, and overwrites what stood there. A crash leaves the old or
// the new one, whole; swap must be such that both can be opened after it.
func Convert(ctx context.Context, dir string, from, to Key, swap func() error) (v journal.Verdict, err error) {
	old, err := OpenSealed(ctx, dir, from)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	if v, err = journal.Verify(ctx, journal.Stored(old), ""); err != nil || !v.OK {
		return v, err
	}
	draft := filepath.Join(dir, FileName+".sealing")
	defer os.Remove(draft) // gone already when all went well
	d, err := to.disk()
	if err != nil {
		return v, err
	}
	if err := old.copyInto(ctx, d, draft); err != nil {
		return v, err
	}
	if err := sameHead(ctx, draft, to, v.Head); err != nil {
		return v, err
	}
	for _, left := range []string{"-wal", "-shm"} {
		_ = os.Remove(draft + left) // of the verification; the copy is complete without
	}
	if err := swap(); err != nil {
		return v, err
	}
	return v, old.replace(draft)
}

// copyInto writes all tables, without what was deleted, into a new file.
func (s *Store) copyInto(ctx context.Context, d disk, draft string) error {
	if err := errors.Join(d.Remove(draft), d.Create(draft)); err != nil {
		return err
	}
	conn, err := sqlite3.OpenFlags(s.disk.uri(s.path), sqlite3.OPEN_READWRITE|sqlite3.OPEN_URI)
	if err != nil {
		return ioFault(s.path, err)
	}
	defer conn.Close()
	conn.SetInterrupt(ctx)
	if err := conn.Exec("VACUUM INTO " + sqlite3.Quote(d.uri(draft))); err != nil {
		return ioFault(draft, err)
	}
	f, err := os.OpenFile(draft, os.O_RDWR, 0)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close())
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not sync the new journal: %w", err)
	}
	return nil
}

// sameHead verifies the copy and holds its head against the original's.
func sameHead(ctx context.Context, draft string, key Key, want journal.Head) error {
	s, err := OpenReadOnlySealed(ctx, draft, key)
	if err != nil {
		return err
	}
	defer s.Close()
	v, err := journal.Verify(ctx, journal.Stored(s), "")
	if err != nil {
		return err
	}
	if !v.OK || v.Head != want {
		return fault.New(fault.Internal, "store.convert", "could not take the new journal: it has the head %s instead of %s (%s %s)", v.Head.Short(), want.Short(), v.Where, v.Why)
	}
	return nil
}

// replace closes the database, puts the draft in its place and overwrites the bytes that stood there. The lock on the directory is kept until Close.
func (s *Store) replace(draft string) error {
	plain, err := os.OpenFile(s.path, os.O_RDWR, 0)
	if err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not open the old journal: %w", err)
	}
	defer plain.Close()
	if err := s.letGo(); err != nil {
		return err
	}
	if err := os.Rename(draft, s.path); err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not put the new journal in place: %w", err)
	}
	if err := s.disk.SyncDir(filepath.Dir(s.path)); err != nil {
		return err
	}
	info, err := plain.Stat()
	if err == nil {
		err = overwrite(plain, info.Size())
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.file", "could not overwrite the old journal; the new one is in place: %w", err)
	}
	return nil
}

// uri names a file together with its file system, also where that is the machine's: else one connection would use the same for both its files.
func (d disk) uri(path string) string {
	if d.vfs == "" {
		d.vfs = "os"
	}
	return d.name(path, "")
}

func overwrite(f *os.File, size int64) error {
	zeros := bytes.Repeat([]byte{0}, 1<<20)
	for at := int64(0); at < size; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at); err != nil {
			return err
		}
	}
	return f.Sync()
}
