package plan

import (
	"fmt"
	"slices"

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
			return failed("plan.other", 0, 0, "the plan says nothing of task %s: it is for another problem", quoted(id))
		}
	}
	return nil
}

// Meet lets a plan be the old one of a problem into which somebody wrote tasks since: it has no place for these yet, and a warning names them. Otherwise it must fit; see [Plan.Fits].
func (p *Plan) Meet(problem *Problem) (fresh []Finding, err error) {
	said := set(p.LeftOut)
	var add []string
	for i := range problem.Tasks {
		id := problem.Tasks[i].ID
		_, dated := p.Start[id]
		if _, behind := p.Behind[id]; dated || behind || said[id] {
			continue
		}
		said[id] = true
		if add = append(add, id); len(fresh) == 0 {
			fresh = []Finding{{Warning: true, Code: "plan.new_task", Path: fmt.Sprintf("/tasks/%d", i)}}
		}
	}
	if len(add) > 0 && len(add) < len(problem.Tasks) { // a plan that speaks of none is another problem's
		fresh[0].Message = fmt.Sprintf("the plan knows nothing of %d of %d tasks, so they are new (%s)", len(add), len(problem.Tasks), quoted(add[0]))
		p.LeftOut = append(slices.Clone(p.LeftOut), add...)
	}
	return fresh, p.Fits(problem)
}
