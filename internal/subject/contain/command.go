package contain

import (
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// Command is what may be asked of a measure.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Propose asks for a host to be cut off. What follows Reason is filled in by the hub from the adopted catalogue: the cells on the host, and what the cut would cost.
type Propose struct {
	ID       ID            `json:"id,omitempty"` // empty: the next free m-N
	Incident incident.ID   `json:"incident"`
	Host     catalogue.Ref `json:"host"` // `host:web-01`
	Reason   string        `json:"reason"`

	Cells        []catalogue.CellID `json:"-"`
	Lost         int                `json:"-"`
	Degraded     int                `json:"-"`
	Customers    int                `json:"-"`
	Known        bool               `json:"-"` // the host stands in the adopted catalogue
	IncidentOpen bool               `json:"-"`
}

// Bind names the order that carries the pending proposal out; it comes from a reaction to the drafted order. Its event is [Ordered].
type Bind struct {
	ID        ID        `json:"id"`
	Order     string    `json:"order"`
	Direction Direction `json:"direction"`
}

// Enforce records that the agent executed the order to cut. It is taken whatever became of the proposal meanwhile: a late receipt is still true.
type Enforce struct {
	ID    ID     `json:"id"`
	Order string `json:"order"`
}

// Check records one look from outside: after a cut every probe must fail, after an opening every probe must pass.
type Check struct {
	ID        ID        `json:"id"`
	Direction Direction `json:"direction,omitempty"` // after which act was looked; empty for the last one
	Probes    []Probed  `json:"probes"`
}

// Open asks for the host to be opened again. GateOpen, filled in by the hub, names a gate of the restoration that is not passed yet; empty when there is none.
type Open struct {
	ID       ID     `json:"id"`
	Reason   string `json:"reason"`
	GateOpen string `json:"-"`
}

// Lift records that the agent executed the order to open, however late the receipt comes.
type Lift struct {
	ID    ID     `json:"id"`
	Order string `json:"order"`
}

// Fail records that the order of the pending proposal was refused or expired. Code is the agent's or the hub's word for why.
type Fail struct {
	ID    ID     `json:"id"`
	Order string `json:"order"`
	Code  string `json:"code"`
}

// Withdraw takes the pending proposal back, to cut or to open, before an agent acted on it.
type Withdraw struct {
	ID     ID     `json:"id"`
	Reason string `json:"reason"`
}

func (Propose) Name() string  { return "contain.propose" }
func (Bind) Name() string     { return "contain.bind" }
func (Enforce) Name() string  { return "contain.enforce" }
func (Check) Name() string    { return "contain.check" }
func (Open) Name() string     { return "contain.open" }
func (Lift) Name() string     { return "contain.lift" }
func (Fail) Name() string     { return "contain.fail" }
func (Withdraw) Name() string { return "contain.withdraw" }

func (Propose) command()  {}
func (Bind) command()     {}
func (Enforce) command()  {}
func (Check) command()    {}
func (Open) command()     {}
func (Lift) command()     {}
func (Fail) command()     {}
func (Withdraw) command() {}

// Emits says which events each command can lead to; the diagram of consequences is drawn from it.
var Emits = map[string][]string{
	"contain.propose":  {"contain.proposed"},
	"contain.bind":     {"contain.ordered"},
	"contain.enforce":  {"contain.enforced"},
	"contain.check":    {"contain.verified", "contain.reopened", "contain.contradicted"},
	"contain.open":     {"contain.opening"},
	"contain.lift":     {"contain.lifted"},
	"contain.fail":     {"contain.failed"},
	"contain.withdraw": {"contain.withdrawn"},
}
