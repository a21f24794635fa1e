package scenario

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
)

func (e Refused) found(_ context.Context, _ *player, o outcome) (string, error) {
	switch {
	case o.refused == nil:
		return "that it was done", nil
	case fault.CodeOf(o.refused) != e.Code:
		return fmt.Sprintf("refused with %s: %v", fault.CodeOf(o.refused), o.refused), nil
	}
	return "", nil
}

func (e Happened) found(ctx context.Context, p *player, o outcome) (string, error) {
	if o.first == 0 {
		return "no entry at all", nil
	}
	var kinds []string
	log := p.House.Log()
	for entry, err := range log.Entries(ctx, o.first, log.Next()-1) {
		if err != nil {
			return "", err
		}
		if entry.Kind == e.Kind {
			return "", nil
		}
		kinds = append(kinds, entry.Kind)
	}
	return fmt.Sprintf("only %v", kinds), nil
}

func (e CellShows) found(ctx context.Context, p *player, _ outcome) (string, error) {
	v, err := p.House.Cell(ctx, e.Cell.Service(), e.Cell.Env())
	return differs(v.State, hub.Shown(e.Word)), err
}

func (e PublicShows) found(ctx context.Context, p *player, _ outcome) (string, error) {
	v, err := p.House.Status(ctx)
	if err != nil {
		return "", err
	}
	for _, g := range v.Groups {
		for _, s := range g.Services {
			if s.Service.ID == e.Service {
				return differs(s.State, e.State), nil
			}
		}
	}
	return "no such service there", nil
}

func (e CustomerShows) found(ctx context.Context, p *player, _ outcome) (string, error) {
	v, err := p.House.Customer(ctx, e.Customer)
	if err != nil {
		return "", err
	}
	for _, c := range v.Cells {
		if c.Service.ID == e.Service {
			return differs(c.State, e.State), nil
		}
	}
	return "no such service there", nil
}

func differs(got, want hub.Shown) string {
	if got == want {
		return ""
	}
	return string(got)
}

func (e Reached) found(ctx context.Context, p *player, _ outcome) (string, error) {
	passes, err := p.Stage.Look(ctx, e.Host)
	if err != nil {
		return "", err
	}
	for _, look := range slices.Sorted(maps.Keys(passes)) {
		if passes[look] != e.Passes {
			return fmt.Sprintf("%s %s", look, map[bool]string{true: "answers", false: "does not answer"}[passes[look]]), nil
		}
	}
	if len(passes) == 0 {
		return "nothing to look at", nil
	}
	return "", nil
}

func (e IncidentIs) found(ctx context.Context, p *player, _ outcome) (string, error) {
	f, err := p.House.Frame(ctx)
	if err != nil {
		return "", err
	}
	open := f.Incident != nil && f.Incident.ID == string(p.Scenario.Incident) && f.Incident.Closed.IsZero()
	if open != e.Open {
		return map[bool]string{true: "it is open", false: "it is not open"}[open], nil
	}
	return "", nil
}

func (Verifies) found(ctx context.Context, p *player, _ outcome) (string, error) {
	v, err := p.House.Log().Audit(ctx, nil)
	if err != nil || v.OK {
		return "", err
	}
	return fmt.Sprintf("%s: %s", v.Where, v.Why), nil
}
