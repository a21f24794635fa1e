package sqlite

import (
	"os"
	"testing"

	"blackstart/internal/ledger/store/crashdisk"
)

// crashing is a disk for a store that is made of a crash disk. The WAL is folded back every few pages, so that small workloads see that too.
func crashing(d *crashdisk.Disk) disk {
	return disk{files: crashFiles{d}, vfs: d.Name(), synchronous: machine.synchronous, fold: 12}
}

// crashFiles are the files of a crash disk, as the store uses them.
type crashFiles struct{ *crashdisk.Disk }

func (c crashFiles) OpenMark(path string, create bool) (markFile, error) {
	return c.OpenFile(path, create)
}

// shmDir is a real directory for the shared memory of the WAL; in memory, where there is one, since nothing in it has to last.
func shmDir(t testing.TB) string {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "blackstart"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}
