package cli

import (
	"fmt"
	"net/http"
	"net/netip"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/order"
)

// OrderRootCmd prints the trust root in force: whom agents obey.
type OrderRootCmd struct{}

// rootReport is the root and how it stands.
type rootReport struct {
	Schema  string         `json:"schema"`
	Root    order.Root     `json:"root"`
	Since   uint64         `json:"since"`
	State   hub.TrustState `json:"state"`
	Waiting []order.Host   `json:"waiting"`
}

// Run prints it, for the safe, and says what is due.
func (OrderRootCmd) Run(io *IO, all *commands) error {
	var r rootReport
	if err := all.Order.call(io.Ctx, http.MethodGet, "/api/v1/root", struct{}{}, &r); err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, r)
	}
	fmt.Fprint(io.Out, describeRoot(r.Root))
	fmt.Fprintf(io.Out, "since      entry %d\n", r.Since)
	if !r.State.Known && r.State.Ruled {
		fmt.Fprintln(io.Out, "warning    it names another hub: no agent obeys this one until people approve 'order trust'")
	}
	if r.State.Differs && r.State.Ruled {
		fmt.Fprintln(io.Out, "differs    the keys enrolled here are others; for agents nothing changes until people approve 'order trust'")
	}
	if r.State.Order != "" {
		fmt.Fprintf(io.Out, "on its way %s\n", r.State.Order)
	}
	if r.State.Behind > 0 {
		fmt.Fprintf(io.Out, "behind     %d of %d agents still obey an older root: %v\n", r.State.Behind, r.State.Agents, r.Waiting)
	}
	if r.State.Missing > 0 {
		fmt.Fprintf(io.Out, "locked     cut-many: %d people with approver keys are missing; enrol their keys\n", r.State.Missing)
	}
	return nil
}

// describeRoot says a root in a few lines; what others wrote in it cannot steer the terminal.
func describeRoot(r order.Root) string {
	text := fmt.Sprintf("root       %d of %s\nthreshold  %d of %d people\n", r.Version, plainText(r.Origin), r.Threshold, r.People())
	for _, k := range r.Hub {
		text += fmt.Sprintf("hub key    %s\n", k.Fingerprint())
	}
	for _, a := range r.Approvers {
		text += fmt.Sprintf("approver   %s %s %s %s\n", a.Person, a.Kind, a.Fingerprint(), plainText(a.Organisation))
	}
	return text
}

// OrderTrustCmd proposes to the people of the root in force whom agents shall obey: the people, keys and hub of this house as they are now.
type OrderTrustCmd struct {
	Reason    string   `required:"" help:"Why. It stands in the order for ever: no names."`
	Threshold int      `help:"How many people must approve the next change; default: as many as now."`
	To        []string `name:"to" placeholder:"IP:PORT" help:"Where agents are to call from then on; default: where they do. Needed after a takeover on another machine."`
	ToCA      string   `name:"to-ca" placeholder:"FINGERPRINT" help:"Fingerprint of the certificate that they find there; default: the one they know."`
}

// Run proposes it.
func (c OrderTrustCmd) Run(io *IO, all *commands) error {
	p := order.ProposeRoot{Reason: c.Reason, Threshold: c.Threshold, CA: c.ToCA}
	for _, text := range c.To {
		a, err := netip.ParseAddrPort(text)
		if err != nil {
			return fault.New(fault.Invalid, "order.address", "could not read the address %q: want IP:PORT", text)
		}
		p.Hubs = append(p.Hubs, a)
	}
	d, err := all.Order.do(io.Ctx, p.Name(), When{}, p)
	if err != nil {
		return err
	}
	return d.print(io, "proposed, order")
}
