//go:build unix

package sqlite

import (
	"os"

	"blackstart/internal/fault"
)

// syncDir makes the names of new files durable: without it a power cut may leave a synced file that no directory names.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err == nil {
		err = d.Sync()
		d.Close()
	}
	if err != nil {
		return fault.New(fault.Unavailable, "store.dir", "could not sync the data directory: %w", err)
	}
	return nil
}
