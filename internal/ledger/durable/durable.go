// Package durable knows how a file comes to lie on a disk so that a power cut leaves the old one or the new one, and never half of either.
// It knows nothing of what is in the file.
package durable

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"strings"

	"blackstart/internal/fault"
)

// Unfinished begins the name of a file that is being written; what is left of it after a crash is swept away by [Sweep].
const Unfinished = ".unfinished-"

// Write makes or replaces the file of this name in a directory: written beside it, synced, renamed, and the directory synced. The write must be
// done by one program; others see the old file or the new one. FAT, which sticks come with, gives the rename without the promise of a power cut:
// a reader must check what it reads.
func Write(dir *os.Root, name string, write func(io.Writer) error) error {
	var salt [8]byte
	rand.Read(salt[:]) // never fails (crypto/rand, Go 1.24)
	unfinished := Unfinished + hex.EncodeToString(salt[:])
	f, err := dir.OpenFile(unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return failed(name, err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = dir.Rename(unfinished, name)
	}
	if err != nil {
		_ = dir.Remove(unfinished) // what stays is swept at the next start
		return failed(name, err)
	}
	return SyncDir(dir.Name())
}

// WriteIn is Write for a small file in a directory that is known by its path.
func WriteIn(dir, name string, data []byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return failed(name, err)
	}
	defer root.Close()
	return Write(root, name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Sweep removes what a crash has left unfinished.
func Sweep(dir *os.Root) error {
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return failed("what is unfinished", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), Unfinished) {
			if err := dir.Remove(e.Name()); err != nil {
				return failed(e.Name(), err)
			}
		}
	}
	return nil
}

func failed(name string, err error) error {
	if fault.CodeOf(err) != "internal" {
		return err // the one who writes has said it already
	}
	return fault.New(fault.Unavailable, "durable.write", "could not write %s: %w", name, err)
}
