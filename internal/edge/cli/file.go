package cli

import (
	"io"
	"os"
	"strings"

	"blackstart/internal/fault"
)

// readFile reads a file, or standard input for "-", up to a bound.
func readFile(in io.Reader, path string, limit int64) ([]byte, error) {
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fault.New(fault.Unavailable, "file.open", "could not open %s: %w", path, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	switch {
	case err != nil:
		return nil, fault.New(fault.Unavailable, "file.read", "could not read %s: %w", path, err)
	case int64(len(data)) > limit:
		return nil, fault.New(fault.Invalid, "file.size", "could not read %s: it has more than %d bytes", path, limit)
	}
	return data, nil
}

// occupied says that files are already there.
func occupied(paths ...string) error {
	there, name := "it is already there", "name a new file"
	if len(paths) > 1 {
		there, name = "they are already there", "name new files, or remove these"
	}
	return fault.New(fault.Conflict, "cli.exists", "could not write %s: %s", strings.Join(paths, ", "), there).Hinted("%s", name)
}

// writeNew writes a file that must not be there yet: neither a key nor a record is ever overwritten. What cannot be written whole is not there afterwards.
func writeNew(path string, data []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if os.IsExist(err) {
		return occupied(path)
	}
	if err != nil {
		return unwritable(path, err)
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(path) // it is ours, and half of it would be in the way of the next try; what counts is said
		return unwritable(path, err)
	}
	return nil
}
