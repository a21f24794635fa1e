//go:build linux

package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"blackstart/internal/fault"
)

// asNobody lets f touch files as a user whom no file here belongs to: root is kept out by no mode. The thread is given up afterwards.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // never unlocked: the thread ends with its file user
		if _, err := unix.SetfsuidRetUid(65534); err != nil && os.Geteuid() == 0 {
			t.Error(err)
			return
		}
		f()
	}()
	<-done
}

// What lies on a medium that cannot be written is read as it is; and when its last entries stand in the WAL, the fault says what to do.
func TestReadOnlyMedium(t *testing.T) {
	dir := twenty(t)
	fp := signer(t).Public().Fingerprint()
	for _, name := range []string{FileName, FileName + "-mark"} {
		if err := os.Chmod(filepath.Join(dir, name), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		if v := verifyDir(t, dir, fp); !v.OK || v.Head.Size != 20 {
			t.Errorf("on a read-only medium: %+v", v)
		}
	})
	if after, err := os.ReadDir(dir); err != nil || len(after) != len(before) {
		t.Errorf("%d files became %d, %v", len(before), len(after), err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName+"-wal"), []byte("x"), 0o444); err != nil {
		t.Skip("the directory cannot be written any more") // not root: the rest needs a file that only root can still put there
	}
	asNobody(t, func() {
		if _, err := OpenReadOnly(t.Context(), dir); fault.CodeOf(err) != "store.medium" {
			t.Errorf("with a WAL: %v", err)
		}
	})
}
