package plan

import (
	"cmp"
	"fmt"
	"slices"
)

// RangesSchema marks the answer of `plan ranges`.
const RangesSchema = "blackstart/plan-ranges/1"

// Ranges says what becomes of a plan when durations and gates turn out otherwise, over many runs: each draws every duration and opening anew between its bounds (triangular, the likely one
// at the top) and generates the schedule again in the plan's order: whoever comes first in the plan gets people first, as soon as what it waits for is over and their shift has begun.
type Ranges struct {
	Schema   string                 `json:"schema"`
	Runs     int                    `json:"runs"`
	Seed     uint64                 `json:"seed"`
	Makespan Quantiles              `json:"makespan"`
	Back     map[string]BackRange   `json:"back"` // services
	Tasks    map[string]Criticality `json:"tasks"`
}

// Quantiles are minutes that half, and nine tenths, of the runs keep (nearest rank). Nil: so many runs do not come to an end at all.
type Quantiles struct {
	Planned int64  `json:"planned"`
	P50     *int64 `json:"p50,omitzero"`
	P90     *int64 `json:"p90,omitzero"`
	Never   int    `json:"never,omitzero"` // runs in which work that belongs to it finds no place
}

// BackRange is when a service is back. With gates the minutes are counted from their opening, for nobody knows when that is.
type BackRange struct {
	Quantiles
	Behind bool `json:"behind,omitzero"`
}

// Criticality says how much hangs on a task, in thousandths of all runs: End of those in which a delay of it delays the end of everything, Weight of the customers' weight that waits for it.
type Criticality struct {
	End    int `json:"end"`
	Weight int `json:"weight"`
}

// Simulate runs a plan many times. The findings say which work of the plan found no place in some runs. The result depends on nothing but problem, plan, runs and seed.
func Simulate(p *Problem, made *Plan, runs int, seed uint64) (*Ranges, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	if runs < 1 || runs > MaxRuns {
		return nil, nil, failed("plan.runs", 0, 0, "%d runs, want 1 to %d", runs, MaxRuns)
	}
	o, err := n.follow(made)
	if err != nil {
		return nil, nil, err
	}
	sim := o.simulation()
	t, err := sim.tally(runs, seed)
	if err != nil {
		return nil, nil, err
	}
	r := &Ranges{Schema: RangesSchema, Runs: runs, Seed: seed, Back: map[string]BackRange{}, Tasks: make(map[string]Criticality, sim.size())}
	slices.Sort(t.ends)
	r.Makespan = quantiles(made.Makespan, t.ends)
	sorted := make([]int64, 0, runs)
	for i := range sim.losses {
		sim.back(r, i, t.backs.sorted(i, sorted), made)
	}
	for j := range int32(sim.size()) {
		c := Criticality{End: int(t.critical[j] * 1000 / int64(runs))}
		if t.weight > 0 {
			c.Weight = int(t.weighed[j] * 1000 / (t.weight * int64(runs)))
		}
		r.Tasks[sim.id(j)] = c
	}
	return r, sim.unplacedIn(t, runs), nil
}

func (s *simulation) back(r *Ranges, i int, sorted []int64, made *Plan) {
	id := s.problem.Services[s.losses[i].service].ID
	if planned, dated := made.Back[id]; dated {
		r.Back[id] = BackRange{Quantiles: quantiles(planned, sorted)}
	} else if b, behind := made.Waiting[id]; behind {
		for k, at := range sorted {
			if at < never {
				sorted[k] = at - s.assumed
			}
		}
		r.Back[id] = BackRange{Quantiles: quantiles(b.Plus, sorted), Behind: true}
	}
}

func quantiles(planned int64, sorted []int64) Quantiles {
	came, _ := slices.BinarySearch(sorted, never)
	rank := func(percent int) *int64 {
		if at := sorted[max(0, (len(sorted)*percent+99)/100-1)]; at < never {
			return &at
		}
		return nil
	}
	return Quantiles{Planned: planned, P50: rank(50), P90: rank(90), Never: len(sorted) - came}
}

// unplacedIn names the tasks that most often found no place, though the plan has one for them. Mostly their drawn duration was longer than any shift.
func (s *simulation) unplacedIn(t *tally, runs int) (found []Finding) {
	var tasks []int32
	for j := range int32(s.size()) {
		if t.homeless[j] > 0 && s.planned[j] {
			tasks = append(tasks, j)
		}
	}
	slices.SortStableFunc(tasks, func(a, b int32) int { return cmp.Compare(t.homeless[b], t.homeless[a]) })
	for _, j := range tasks[:min(len(tasks), maxHomeless)] {
		f := Finding{Warning: true, Code: "plan.no_place", Path: fmt.Sprintf("/tasks/%d", s.place[j]), Hint: "add a shift, or let it pause",
			Message: fmt.Sprintf("task %s finds no place in %d of %d runs: where its teams would have the heads, others are at work", quoted(s.id(j)), t.homeless[j], runs)}
		if s.tooLong(j) {
			f.Code, f.Hint = "plan.too_long", "say pausable, or add a shift"
			f.Message = fmt.Sprintf("task %s finds no place in %d of %d runs: it may take up to %d minutes, for which its teams never have the heads", quoted(s.id(j)), t.homeless[j], runs, s.task(j).Minutes.Max)
		}
		found = append(found, f)
	}
	if more := len(tasks) - maxHomeless; more > 0 {
		found = append(found, Finding{Warning: true, Code: "plan.more", Path: "/tasks", Message: fmt.Sprintf("and %d more that find no place in some runs", more)})
	}
	return found
}

// tooLong says whether a task that lasts as long as it can has no room even in an empty calendar.
func (s *simulation) tooLong(j int32) bool {
	r := s.newRun(&tally{})
	r.reset(s.base)
	longest := s.task(j).Minutes.Max
	r.net.minutes[j], r.net.held[j] = longest, min(longest, s.attended(j))
	r.begin(j, s.release[j])
	return r.start[j] >= never
}
