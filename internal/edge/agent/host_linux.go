package agent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"blackstart/internal/fault"
)

// hostClock is CLOCK_BOOTTIME: it goes on while the host sleeps, and nobody can set it.
type hostClock struct{}

func (hostClock) Uptime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		panic("CLOCK_BOOTTIME cannot be read: " + err.Error()) // there since Linux 2.6.39
	}
	return time.Duration(t.Nano())
}

var bootID = sync.OnceValue(func() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "" // equals no boot: then no time is taken to have passed
	}
	return strings.TrimSpace(string(id))
})

func (hostClock) Boot() string { return bootID() }

func (hostClock) Sleep(ctx context.Context, d time.Duration) error { return sleep(ctx, d) }

// lock makes sure that one agent at a time works in the directory. The lock goes with the process, however it ends.
func lock(dir string) (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fault.New(fault.NotFound, "agent.not_enrolled", "could not open the agent's directory: %w", err).Hinted("run 'blackstart agent enrol'")
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, fault.New(fault.Conflict, codeRunning, "could not open %s: an agent is running there", dir)
		}
		return nil, fault.New(fault.Internal, "agent.lock", "could not lock %s: %w", dir, err)
	}
	return func() { f.Close() }, nil
}

// syncDir makes a rename durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
