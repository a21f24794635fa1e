package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/trial"
)

// fullDir tells the child to fill a small disk of its own at this directory.
const fullDir = "BLACKSTART_FULL_DIR"

// fillForReal is the child, in namespaces of its own: it mounts a small tmpfs, which vanishes with it, and fills it.
func fillForReal(dir string) error {
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1500k"); err != nil {
		return fmt.Errorf("NOT TESTED: a small disk cannot be mounted here: %w", err)
	}
	key, err := seal.GenerateFrom(origin, bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		return err
	}
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 700<<10), 0o600); err != nil {
		return err
	}
	h := newHistory(key, machine, 1)
	h.dir = filepath.Join(dir, "hub")
	defer h.close()
	return full(context.Background(), h, func() error { return os.Remove(ballast) })
}

// The same on a real file system that is really full.
func TestDiskFullForReal(t *testing.T) {
	began := time.Now()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), fullDir+"="+t.TempDir())
	child.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := child.CombinedOutput()
	if len(out) == 0 && err != nil { // it was never begun
		t.Skipf("NOT TESTED: this machine allows no mount namespace, so nothing is known about a file system that is really full: %v", err)
	}
	if bytes.Contains(out, []byte("NOT TESTED")) {
		t.Skip(string(out))
	}
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	row := trial.Row{Trial: "disk full", Engine: "WAL, synchronous=FULL, a real tmpfs", Trials: 1, First: 1, Last: 1, Found: 1, Seconds: time.Since(began).Seconds()}
	if t.Failed() {
		row.Found, row.Lost = 0, 1
	}
	row.Report(t)
}
