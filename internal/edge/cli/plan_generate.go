package cli

import (
	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// PlanGenerateCmd is `plan generate`.
type PlanGenerateCmd struct {
	Customers int    `default:"80" help:"Customers among whom the services are spread."`
	Services  int    `default:"890" help:"Cells: services of customers, each with some seven tasks."`
	Seed      uint64 `default:"1" help:"The same seed gives the same problem."`
}

// Run prints the problem, with or without --json.
func (c *PlanGenerateCmd) Run(io *IO) error {
	p, err := plan.Generate(plan.Shape{Customers: c.Customers, Services: c.Services, Seed: c.Seed})
	if err != nil {
		return Usage("could not generate a problem: %v", err)
	}
	data, err := p.Marshal()
	if err != nil {
		return fault.New(fault.Internal, "plan.print", "could not print the problem: %w", err)
	}
	if _, err = io.Out.Write(data); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the problem: %w", err)
	}
	return nil
}
