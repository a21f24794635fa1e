package restore

import (
	"time"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// Command is what may be asked of a plan.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Adopt makes a plan the one to work by. Basis is the number of the entry up to which the planner knew the state. Running plans whose cells are all covered
// by the new one are superseded; grants do not carry over, since people granted what they saw.
type Adopt struct {
	ID       ID                 `json:"id,omitempty"` // empty: the next free p-N
	Incident incident.ID        `json:"incident"`
	Cells    []catalogue.CellID `json:"cells"`
	Steps    []Planned          `json:"steps"` // in the order in which they are done; their planned times are overwritten from Starts
	Basis    uint64             `json:"basis"`

	Known   bool        `json:"-"` // filled in by the hub: there is such an incident
	Current uint64      `json:"-"` // filled in by the hub: number of the last entry that changed what the plan depends on
	Starts  []time.Time `json:"-"` // filled in by the hub: when each step is expected to begin; empty when nobody can say
}

// Start begins a step of work or connecting.
type Start struct {
	Plan ID     `json:"plan"`
	Step StepID `json:"step"`
}

// Finish ends a running step. Connected, filled in by the hub, says whether every host of the plan was seen open from outside.
type Finish struct {
	Plan      ID     `json:"plan"`
	Step      StepID `json:"step"`
	Connected bool   `json:"-"`
}

// Grant is a person's yes at the gate that is due.
type Grant struct {
	Plan ID     `json:"plan"`
	Step StepID `json:"step"`
}

// Deny is a person's no at the gate that is due. It clears the grants given so far.
type Deny struct {
	Plan   ID     `json:"plan"`
	Step   StepID `json:"step"`
	Reason string `json:"reason"`
}

func (Adopt) Name() string  { return "restore.adopt" }
func (Start) Name() string  { return "restore.start" }
func (Finish) Name() string { return "restore.finish" }
func (Grant) Name() string  { return "restore.grant" }
func (Deny) Name() string   { return "restore.deny" }

func (Adopt) command()  {}
func (Start) command()  {}
func (Finish) command() {}
func (Grant) command()  {}
func (Deny) command()   {}

// Emits says which events each command can lead to; the diagram of consequences is drawn from it.
var Emits = map[string][]string{
	"restore.adopt":  {"restore.adopted"},
	"restore.start":  {"restore.step_started"},
	"restore.finish": {"restore.step_finished", "restore.completed"},
	"restore.grant":  {"restore.granted", "restore.gate_passed", "restore.completed"},
	"restore.deny":   {"restore.denied"},
}
