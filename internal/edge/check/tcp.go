package check

import (
	"context"

	"blackstart/internal/subject/probe"
)

// tcp sees whether the port takes a connection, and hangs up.
func tcp(ctx context.Context, s probe.Spec) (probe.Depth, bool, string) {
	c, err := dialer(s).DialContext(ctx, "tcp", s.Target)
	if err != nil {
		return probe.Named, false, err.Error()
	}
	c.Close()
	return probe.Connected, true, "connected to " + c.RemoteAddr().String()
}
