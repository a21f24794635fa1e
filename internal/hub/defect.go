package hub

import (
	"runtime"
	"strings"
)

// firstFrames names the functions in which a defect showed, innermost first, without the machinery of panicking: enough to find the place, and
// nothing of the data.
func firstFrames() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var names []string
	for more := true; more && len(names) < 4; {
		var f runtime.Frame
		if f, more = frames.Next(); !strings.HasPrefix(f.Function, "runtime.") {
			names = append(names, f.Function)
		}
	}
	return strings.Join(names, " < ")
}
