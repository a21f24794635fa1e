package scenario

import (
	"context"
	"fmt"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// act does a step. That the hub refuses it is an outcome, not an error; that it cannot answer is one.
func (p *player) act(ctx context.Context, s Step) (outcome, error) {
	if err := p.again(ctx, s); err != nil {
		return outcome{}, err
	}
	command, err := p.command(s.Who, s.Do)
	if err != nil {
		return outcome{}, err
	}
	r := hub.Request{Actor: access.UserActor(s.Who), Key: s.Key(), Command: command}
	if _, opens := s.Do.(OpenIncident); !opens { // before that there is none to belong to
		r.Incident = string(p.Scenario.Incident)
	}
	if s.Ago > 0 {
		r.HappenedAt = p.Scenario.Start.Add(s.Due - s.Ago)
	}
	result, err := p.House.Do(ctx, r)
	switch kind := fault.KindOf(err); {
	case err == nil:
		return outcome{first: result.First}, p.remember(ctx, s.ID, result.First)
	case kind == fault.Unavailable, kind == fault.Internal:
		return outcome{}, err
	}
	return outcome{refused: err}, nil
}

// remember keeps the order that a step led to, as its approvers will see it.
func (p *player) remember(ctx context.Context, step string, first uint64) error {
	log := p.House.Log()
	for e, err := range log.Entries(ctx, first, log.Next()-1) {
		if err != nil {
			return err
		}
		if e.Batch != first {
			return nil
		}
		if e.Kind != (order.Drafted{}).Kind() {
			continue
		}
		event, err := hub.Decode(e)
		if err != nil {
			return err
		}
		p.draft[step] = event.(order.Drafted)
	}
	return nil
}

// command turns a deed into the command that is given to the hub.
func (p *player) command(who string, d Deed) (hub.Command, error) {
	id := p.Scenario.Incident
	switch d := d.(type) {
	case OpenIncident:
		return incident.Open{ID: id, Title: d.Title}, nil
	case SetLead:
		return incident.SetLead{Incident: id, Lead: access.UserActor(d.Person)}, nil
	case SetAnchor:
		return incident.SetAnchor{Incident: id, Anchor: d.Anchor, Moment: p.Scenario.Start.Add(d.Moment)}, nil
	case Log:
		return incident.Log{Incident: id, Text: d.Text}, nil
	case ObserveCells:
		cells, err := p.cells(d.Cells)
		return cell.Observe{Cells: cells, Condition: d.Condition, Source: "person"}, err
	case ProposeCut:
		return contain.Propose{ID: contain.ID(d.Measure), Incident: id, Host: d.Host, Reason: d.Reason}, nil
	case ProposeOpen:
		return contain.Open{ID: contain.ID(d.Measure), Reason: d.Reason}, nil
	case Approve:
		return p.approval(who, d.Of)
	case Publish:
		return statuspage.Publish{Incident: id, DE: d.Text.De, EN: d.Text.En}, nil
	case CloseIncident:
		return incident.Close{Incident: id, Summary: d.Summary, OpenPoints: d.OpenPoints}, nil
	case KillAgent:
		return incident.Log{Incident: id, Text: fmt.Sprintf("Übung: Agent auf %s beendet / drill: agent on %[1]s ended", d.Host)}, nil
	case StartAgent:
		return incident.Log{Incident: id, Text: fmt.Sprintf("Übung: Agent auf %s gestartet / drill: agent on %[1]s started", d.Host)}, nil
	default:
		return p.planCommand(d)
	}
}

// planCommand turns the deeds of a plan into commands.
func (p *player) planCommand(d Deed) (hub.Command, error) {
	switch d := d.(type) {
	case AdoptPlan:
		cells, err := p.cells(d.Cells)
		return restore.Adopt{ID: restore.ID(d.Plan), Incident: p.Scenario.Incident, Cells: cells, Steps: d.Steps, Basis: p.House.Log().Next() - 1}, err
	case StartStep:
		return restore.Start{Plan: restore.ID(d.Plan), Step: restore.StepID(d.Step)}, nil
	case FinishStep:
		return restore.Finish{Plan: restore.ID(d.Plan), Step: restore.StepID(d.Step)}, nil
	case Grant:
		return restore.Grant{Plan: restore.ID(d.Plan), Step: restore.StepID(d.Step)}, nil
	case Deny:
		return restore.Deny{Plan: restore.ID(d.Plan), Step: restore.StepID(d.Step), Reason: d.Reason}, nil
	default:
		return nil, fault.New(fault.Internal, "drill.deed", "could not do %T: nobody knows how", d)
	}
}

// cells gives the cells of the references, each once.
func (p *player) cells(refs []catalogue.Ref) ([]catalogue.CellID, error) {
	var all []catalogue.CellID
	seen := map[catalogue.CellID]bool{}
	for _, ref := range refs {
		ids, err := p.cat.CellIDs(ref)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if !seen[id] {
				seen[id], all = true, append(all, id)
			}
		}
	}
	return all, nil
}

// approval is the command that brings a person's signature over exactly the bytes that a step drafted.
func (p *player) approval(who, of string) (hub.Command, error) {
	d, ok := p.draft[of]
	if !ok {
		return nil, fault.New(fault.NotFound, "drill.no_order", "could not approve what step %s led to: it led to no order", of)
	}
	return order.Approve{ID: d.ID, Approval: seal.Approve(p.keys[who], order.PayloadType, []byte(d.Payload))}, nil
}
