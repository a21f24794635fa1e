package restore

import (
	"fmt"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Decide answers a command with the facts it makes, or with the reason why not.
func Decide(s State, c Command, at access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Adopt:
		return s.adopt(c)
	case Start:
		return s.start(c)
	case Finish:
		return s.finish(c)
	case Grant:
		return s.grant(c, at)
	case Deny:
		return s.deny(c, at)
	}
	panic(fmt.Sprintf("restore cannot decide %T", c))
}

func (s State) start(c Start) ([]Event, error) {
	p, n, err := s.due(c.Plan, c.Step)
	if err != nil {
		return nil, err
	}
	step := p.Steps[n]
	switch {
	case step.Kind == Gate:
		return nil, isGate(p, step, "start")
	case step.State != StepOpen:
		return nil, fault.New(fault.Conflict, "restore.started", "could not start step %s of plan %s: it is %s", step.ID, p.ID, step.State)
	}
	return []Event{StepStarted{Plan: p.ID, Step: step.ID}}, nil
}

func (s State) finish(c Finish) ([]Event, error) {
	p, n, err := s.due(c.Plan, c.Step)
	if err != nil {
		return nil, err
	}
	step := p.Steps[n]
	switch {
	case step.Kind == Gate:
		return nil, isGate(p, step, "finish")
	case step.State != StepRunning:
		return nil, fault.New(fault.Conflict, "restore.not_started", "could not finish step %s of plan %s: nobody started it", step.ID, p.ID)
	case step.Kind == Connect && !c.Connected:
		return nil, fault.New(fault.Conflict, "restore.not_connected", "could not finish step %s of plan %s: nobody has seen the hosts open from outside", step.ID, p.ID).
			Hinted("open the measure, and wait until its probes pass")
	}
	return p.closing(n, StepFinished{Plan: p.ID, Step: step.ID}), nil
}

// grant passes the gate with the yes of the second person. Parts of the program decide nothing here: a gate is the place where people answer for what comes next.
func (s State) grant(c Grant, at access.Stamp) ([]Event, error) {
	p, n, err := s.dueGate(c.Plan, c.Step, at.By)
	if err != nil {
		return nil, err
	}
	step := p.Steps[n]
	if step.grantedBy(at.By) {
		return nil, fault.New(fault.Conflict, "restore.same_person", "could not grant gate %s of plan %s: %s has done so already", step.ID, p.ID, at.By).Hinted("another person must decide")
	}
	granted := Granted{Plan: p.ID, Step: step.ID, By: at.By}
	if len(step.Granted)+1 < Needed {
		return []Event{granted}, nil
	}
	passed := GatePassed{Plan: p.ID, Step: step.ID}
	for _, d := range step.Granted {
		passed.By = append(passed.By, d.By)
	}
	passed.By = append(passed.By, at.By)
	return append([]Event{granted}, p.closing(n, passed)...), nil
}

func (s State) deny(c Deny, at access.Stamp) ([]Event, error) {
	p, n, err := s.dueGate(c.Plan, c.Step, at.By)
	if err != nil {
		return nil, err
	}
	if err := access.CheckText("reason", c.Reason, MaxReason); err != nil {
		return nil, err
	}
	return []Event{Denied{Plan: p.ID, Step: p.Steps[n].ID, By: at.By, Private: DeniedPrivate{Reason: c.Reason}}}, nil
}

// closing adds to the event that ends step n that the plan is completed, if it was the last.
func (p *Plan) closing(n int, done Event) []Event {
	if n == len(p.Steps)-1 {
		return []Event{done, Completed{Plan: p.ID}}
	}
	return []Event{done}
}

// due finds the step, and refuses when it is not its turn: the plan must be running and all steps before it done.
func (s State) due(plan ID, id StepID) (*Plan, int, error) {
	p, err := s.find(plan)
	if err != nil {
		return nil, 0, err
	}
	n := p.step(id)
	switch {
	case n < 0:
		return nil, 0, fault.New(fault.NotFound, "restore.unknown_step", "could not find step %q in plan %s", id, p.ID)
	case p.State != PlanRunning:
		return nil, 0, fault.New(fault.Conflict, "restore.not_running", "could not go on with plan %s: it is %s", p.ID, p.State)
	case p.Steps[n].State == StepDone:
		return nil, 0, fault.New(fault.Conflict, "restore.done", "could not go on with step %s of plan %s: it is done", p.Steps[n].ID, p.ID)
	case n != p.Due():
		return nil, 0, fault.New(fault.Conflict, "restore.not_due", "could not go on with step %s of plan %s: step %s comes first", p.Steps[n].ID, p.ID, p.Steps[p.Due()].ID)
	}
	return p, n, nil
}

// dueGate is due for a gate at which this actor wants to decide.
func (s State) dueGate(plan ID, id StepID, by access.Actor) (*Plan, int, error) {
	p, n, err := s.due(plan, id)
	if err != nil {
		return nil, 0, err
	}
	if p.Steps[n].Kind != Gate {
		return nil, 0, fault.New(fault.Conflict, "restore.no_gate_here", "could not decide at step %s of plan %s: it is no gate", p.Steps[n].ID, p.ID)
	}
	if user, person := by.User(); !person || user == "" {
		return nil, 0, fault.New(fault.Forbidden, "restore.not_a_person", "could not let %s decide at gate %s of plan %s: only people decide at gates", by, p.Steps[n].ID, p.ID)
	}
	return p, n, nil
}

func isGate(p *Plan, s Step, verb string) error {
	return fault.New(fault.Conflict, "restore.is_gate", "could not %s step %s of plan %s: it is a gate", verb, s.ID, p.ID).Hinted("%d different people grant it", Needed)
}
