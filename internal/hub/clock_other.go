//go:build !linux

package hub

import "time"

var began = time.Now()

// running is the counter that times carry along. On some systems it stands still while the machine sleeps: a long sleep then reads as a jump, which for
// whoever reads the record it was.
func running() time.Duration { return time.Since(began) }
