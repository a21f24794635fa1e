//go:build !linux

package agent

import (
	"context"
	"time"

	"blackstart/internal/fault"
)

// hostClock knows no time that outlives the process.
type hostClock struct{}

var started = time.Now()

func (hostClock) Uptime() time.Duration { return time.Since(started) }

func (hostClock) Boot() string { return "" }

func (hostClock) Sleep(ctx context.Context, d time.Duration) error { return sleep(ctx, d) }

// lock fails: agents run on Linux only.
func lock(dir string) (func(), error) {
	return nil, fault.New(fault.Unavailable, "agent.system", "could not open %s: agents run on Linux only", dir)
}

func syncDir(string) error { return nil }
