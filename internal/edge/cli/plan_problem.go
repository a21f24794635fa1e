package cli

import (
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/catalogue"
)

// PlanProblemCmd is `plan problem`.
type PlanProblemCmd struct {
	Dir string    `arg:"" help:"Catalogue directory or bundle."`
	Off []string  `required:"" help:"What went off and is built anew: site:ID, service:ID, env:ID, cell:SERVICE@ENV, customer:ID or host:ID. May be given several times." placeholder:"REF"`
	At  time.Time `help:"When work begins, minute 0 of the problem, with the zone of the shifts (RFC 3339). Default: now, in this machine's zone."`
}

// Run prints the problem, ready for 'plan solve'.
func (c *PlanProblemCmd) Run(io *IO) error {
	cat, err := goodCatalogue(io, c.Dir)
	if err != nil {
		return err
	}
	if c.At.IsZero() {
		c.At = time.Now().Truncate(time.Minute)
	}
	var off []catalogue.Ref
	for _, s := range c.Off {
		off = append(off, catalogue.Ref(s))
	}
	p, err := hub.ProblemOf(cat, off, c.At)
	if err != nil {
		return err
	}
	data, err := p.Marshal()
	if err == nil {
		_, err = io.Out.Write(data)
	}
	if err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the problem: %w", err)
	}
	return nil
}
