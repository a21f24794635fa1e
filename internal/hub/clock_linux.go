package hub

import (
	"time"

	"golang.org/x/sys/unix"
)

// running is CLOCK_BOOTTIME: it goes on while the machine sleeps, and nobody can set it.
func running() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		panic("CLOCK_BOOTTIME cannot be read: " + err.Error()) // there since Linux 2.6.39
	}
	return time.Duration(t.Nano())
}
