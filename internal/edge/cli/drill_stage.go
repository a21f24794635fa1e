package cli

import (
	"net/netip"

	"blackstart/internal/edge/drill"
	"blackstart/internal/fault"
)

// DrillStageCmd tries a stage out.
type DrillStageCmd struct{}

// Run tries.
func (DrillStageCmd) Run(io *IO) error { return drill.TryStage(io.Ctx) }

// DrillHostCmd is a host.
type DrillHostCmd struct {
	Host  string   `arg:""`
	Dir   string   `required:""`
	Serve []string `placeholder:"IP:PORT"`
}

// Run is the host until its standard input ends.
func (c DrillHostCmd) Run(io *IO) error {
	h := drill.HostConfig{Host: c.Host, Dir: c.Dir}
	for _, text := range c.Serve {
		at, err := netip.ParseAddrPort(text)
		if err != nil {
			return fault.New(fault.Invalid, "drill.address", "could not serve on %q: %w", text, err)
		}
		h.Listen = append(h.Listen, at)
	}
	return drill.BeHost(io.Ctx, h, io.In)
}

// DrillAgentCmd is the agent of a host.
type DrillAgentCmd struct {
	Dir string `required:""`
}

// Run is the agent until its standard input ends.
func (c DrillAgentCmd) Run(io *IO) error { return drill.BeAgent(io.Ctx, c.Dir, io.In) }
