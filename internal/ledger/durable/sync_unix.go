//go:build unix

package durable

import (
	"errors"
	"os"
	"syscall"

	"blackstart/internal/fault"
)

// SyncDir makes the names of new files durable: without it a power cut may leave a synced file that no directory names. A file system that cannot
// sync a directory (some shares and sticks answer EINVAL) is not blamed for it: nothing more can be done there.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err == nil {
		if err = d.Sync(); errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
			err = nil
		}
		d.Close()
	}
	if err != nil {
		return fault.New(fault.Unavailable, "durable.sync", "could not sync the directory %s: %w", dir, err)
	}
	return nil
}
