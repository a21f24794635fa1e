package cli

import (
	"fmt"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/plan"
	"blackstart/internal/subject/catalogue"
)

// PlanProblemCmd is `plan problem`.
type PlanProblemCmd struct {
	Dir string     `arg:"" help:"Catalogue directory or bundle."`
	Off []string   `required:"" help:"What went off and is built anew: site:ID, service:ID, env:ID, cell:SERVICE@ENV, customer:ID or host:ID. May be given several times." placeholder:"REF"`
	At  PlanMoment `help:"When work begins, minute 0 of the problem, with the zone of the shifts (RFC 3339). Default: now, in this machine's zone."`
}

// Run prints the problem, ready for 'plan solve'.
func (c *PlanProblemCmd) Run(io *IO) error {
	cat, err := goodCatalogue(io, c.Dir)
	if err != nil {
		return err
	}
	if c.At.IsZero() {
		c.At.Time = time.Now().Truncate(time.Minute)
	}
	var off []catalogue.Ref
	for _, s := range c.Off {
		off = append(off, catalogue.Ref(s))
	}
	p, err := hub.ProblemOf(cat, off, c.At.Time)
	if err != nil {
		return err
	}
	left := leftAside(c.Dir, cat, p)
	data, err := p.Marshal()
	if err == nil {
		_, err = io.Out.Write(data)
	}
	if err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the problem: %w", err)
	}
	return planVerdict(io, left)
}

// leftAside says what a catalogue demands of the way back that the problem does not know: a plan that comes of it is too early by as much.
func leftAside(dir string, c *catalogue.Catalogue, p *plan.Problem) (found []fault.Finding) {
	gates, clocks := hub.LeftAside(c, p)
	warn := func(hint, format string, args ...any) {
		found = append(found, fault.Finding{Level: fault.Warning, File: dir, Line: 1, Col: 1, Code: "plan.left_aside", Message: fmt.Sprintf(format, args...), Hint: hint})
	}
	if len(gates) > 0 {
		warn("put them into the problem as tasks with \"opens\"", "the problem has no gates, though %s must pass some: %s; dates are too early by what the gates take", plural(len(gates), "service"), some(gates))
	}
	if len(clocks) > 0 {
		warn("put a date into \"rto\" or \"mtpd\" where it binds", "the problem has no clocks, though %s: %s", plural(len(clocks), "service")+" must be back by a day of the calendar", some(clocks))
	}
	return found
}

// some names the first few.
func some(ids []string) string {
	if len(ids) > mostNamed {
		return strings.Join(ids[:mostNamed], ", ") + " …"
	}
	return strings.Join(ids, ", ")
}
