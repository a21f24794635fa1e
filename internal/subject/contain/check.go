package contain

import (
	"fmt"
	"slices"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// check compares one look from outside with what the agent reports to have done. The same finding again is no news and is refused,
// so that a follower may look every minute without filling the record.
func (s State) check(c Check) ([]Event, error) {
	m, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if !m.in(StageEnforced, StageVerified, StageContradicted, StageLifted) {
		return nil, m.wrongStage("check", StageEnforced, StageVerified, StageContradicted, StageLifted)
	}
	if err := checkProbes(c.Probes); err != nil {
		return nil, err
	}
	if c.Direction != "" && c.Direction != m.Executed {
		return nil, nil // the host was moved the other way while the probes ran: what they saw answers a question that nobody asks any more
	}
	detail := contradiction(m.Executed, c.Probes)
	switch {
	case detail == "" && m.Stage == StageVerified, detail != "" && m.Stage == StageContradicted && detail == m.Detail:
		return nil, fault.New(fault.Conflict, "contain.no_news", "could not record a check of measure %s: it is %s already", m.ID, m.Stage)
	case detail != "":
		return []Event{Contradicted{ID: m.ID, Direction: m.Executed, Probes: c.Probes, Detail: detail}}, nil
	case m.Executed == ToCut:
		return []Event{Verified{ID: m.ID, Probes: c.Probes}}, nil
	}
	return []Event{Reopened{ID: m.ID, Probes: c.Probes}}, nil
}

// contradiction names the first probe that does not fit what was done to the host; empty when all fit. Nothing looked at proves nothing.
func contradiction(done Direction, probes []Probed) string {
	if len(probes) == 0 {
		return "no probes"
	}
	n := slices.IndexFunc(probes, func(p Probed) bool { return p.Passed != (done == ToOpen) })
	switch {
	case n < 0:
		return ""
	case probes[n].Passed:
		return fmt.Sprintf("%s %s still answers", probes[n].Kind, probes[n].Target)
	}
	return fmt.Sprintf("%s %s does not answer", probes[n].Kind, probes[n].Target)
}

func checkProbes(probes []Probed) error {
	if len(probes) > MaxProbes {
		return fault.New(fault.Invalid, "contain.too_many_probes", "could not take %d probes: at most %d", len(probes), MaxProbes)
	}
	for _, p := range probes {
		if err := access.CheckText("probe's kind", p.Kind, MaxProbe); err != nil {
			return err
		}
		if err := access.CheckText("probe's target", p.Target, MaxProbe); err != nil {
			return err
		}
		if p.Detail == "" {
			continue
		}
		if err := access.CheckText("probe's detail", p.Detail, MaxProbe); err != nil {
			return err
		}
	}
	return nil
}
