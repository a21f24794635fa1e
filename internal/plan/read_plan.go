package plan

import (
	"github.com/go-json-experiment/json/jsontext"
)

// ReadPlan reads a plan file as strictly. It refuses what no plan says, of whatever problem: an objective that nobody knows, and numbers with which nothing could be reckoned.
func ReadPlan(data []byte) (*Plan, error) {
	data = unmarked(data)
	var made Plan
	if err := readJSON(data, &made, &made.Schema, PlanSchema); err != nil {
		return nil, err
	}
	refuse := func(at jsontext.Pointer, format string, args ...any) (*Plan, error) {
		where := Places(data, map[string]bool{string(at): true})[string(at)]
		return nil, failed("plan.value", where[0], where[1], "%.200s: "+format, append([]any{at}, args...)...)
	}
	o := made.Objective
	switch o.Kind {
	case KindMakespan, KindWeighted, KindCost:
	default:
		return refuse("/objective/kind", "%.60q is no objective, want %s, %s or %s", o.Kind, KindMakespan, KindWeighted, KindCost)
	}
	if o.Value < -maxValue || o.Value > maxValue {
		return refuse("/objective/value", "no plan can cost %d, want up to %d", o.Value, maxValue)
	}
	if o.Bound < -maxValue || o.Bound > maxValue {
		return refuse("/objective/bound", "no plan can cost %d, want up to %d", o.Bound, maxValue)
	}
	if at, minute := made.beyond(); at != "" {
		return refuse(at, "it is minute %d, want %d to %d", minute, -maxPlanned, maxPlanned)
	}
	return &made, nil
}

// beyond finds a minute that no plan can speak of; of several that which stands first by name, so that the answer is always the same.
func (p *Plan) beyond() (first jsontext.Pointer, minute int64) {
	p.eachMinute(func(m int64, field, id string) {
		if m >= -maxPlanned && m <= maxPlanned {
			return
		}
		at := jsontext.Pointer("").AppendToken(field)
		if id != "" {
			at = at.AppendToken(id)
		}
		if first == "" || at < first {
			first, minute = at, m
		}
	})
	return first, minute
}

// eachMinute tells every minute that a plan names: in which field, and of which task or service.
func (p *Plan) eachMinute(tell func(minute int64, field, id string)) {
	tell(p.Makespan, "makespan", "")
	if p.Assumed != nil {
		tell(*p.Assumed, "assumed", "")
	}
	for id, m := range p.Start {
		tell(m, "start", id)
	}
	for id, m := range p.Back {
		tell(m, "back", id)
	}
	for id, b := range p.Behind {
		tell(b.Plus, "behind", id)
	}
	for id, b := range p.Waiting {
		tell(b.Plus, "services_behind", id)
	}
	for id, pieces := range p.Pieces {
		for _, s := range pieces {
			tell(s.From, "pieces", id)
			tell(s.Until, "pieces", id)
		}
	}
}

// Fits says whether a plan can be one for a problem: it speaks of every task that the problem has, as dated, behind a gate or left out, and dates no other. The error is an [*Error].
func (p *Plan) Fits(problem *Problem) error {
	said := make(map[string]bool, len(problem.Tasks)) // whether the plan speaks of it
	for i := range problem.Tasks {
		said[problem.Tasks[i].ID] = false
	}
	other := ""
	for id := range p.Start {
		if _, known := said[id]; !known && (other == "" || id < other) {
			other = id
		}
		said[id] = true
	}
	if other != "" {
		return failed("plan.other", 0, 0, "the plan has a task %s, which the problem has not: it is for another problem", quoted(other))
	}
	for id := range p.Behind {
		said[id] = true
	}
	for _, id := range p.LeftOut {
		said[id] = true
	}
	for i := range problem.Tasks {
		if id := problem.Tasks[i].ID; !said[id] {
			return failed("plan.other", 0, 0, "the plan says nothing of task %s: it is for another problem (of a task that was written in since: name it in the plan's \"left_out\")", quoted(id))
		}
	}
	return nil
}
