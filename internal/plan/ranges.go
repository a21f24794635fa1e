package plan

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
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
	t := o.tally(runs, seed)
	r := &Ranges{Schema: RangesSchema, Runs: runs, Seed: seed, Back: map[string]BackRange{}, Tasks: make(map[string]Criticality, len(o.list))}
	r.Makespan = quantiles(made.Makespan, t.ends)
	for i := range n.losses {
		o.back(r, t, i, made)
	}
	for _, j := range o.list {
		c := Criticality{End: int(t.critical[j] * 1000 / int64(runs))}
		if t.weight > 0 {
			c.Weight = int(t.weighed[j] * 1000 / (t.weight * int64(runs)))
		}
		r.Tasks[p.Tasks[n.place[j]].ID] = c
	}
	return r, o.homeless(t, runs), nil
}

func (o *orderOfPlan) back(r *Ranges, t *tally, i int, made *Plan) {
	id := o.net.problem.Services[o.net.losses[i].service].ID
	if planned, dated := made.Back[id]; dated {
		r.Back[id] = BackRange{Quantiles: quantiles(planned, t.backs[i])}
	} else if b, behind := made.Waiting[id]; behind {
		for k, at := range t.backs[i] {
			if at < never {
				t.backs[i][k] = at - o.assumed
			}
		}
		r.Back[id] = BackRange{Quantiles: quantiles(b.Plus, t.backs[i]), Behind: true}
	}
}

func quantiles(planned int64, all []int64) Quantiles {
	sorted := slices.Sorted(slices.Values(all))
	came, _ := slices.BinarySearch(sorted, never)
	rank := func(percent int) *int64 {
		if at := sorted[max(0, (len(sorted)*percent+99)/100-1)]; at < never {
			return &at
		}
		return nil
	}
	return Quantiles{Planned: planned, P50: rank(50), P90: rank(90), Never: len(all) - came}
}

// homeless names the tasks that most often found no place, though the plan has one for them. Mostly their drawn duration was longer than any shift.
func (o *orderOfPlan) homeless(t *tally, runs int) (found []Finding) {
	n := o.net
	var tasks []int32
	for _, j := range o.list {
		if t.homeless[j] > 0 && o.planned[j] {
			tasks = append(tasks, j)
		}
	}
	slices.SortStableFunc(tasks, func(a, b int32) int { return cmp.Compare(t.homeless[b], t.homeless[a]) })
	for _, j := range tasks[:min(len(tasks), maxHomeless)] {
		f := Finding{Warning: true, Code: "plan.no_place", Path: fmt.Sprintf("/tasks/%d", n.place[j]), Hint: "add a shift, or let it pause",
			Message: fmt.Sprintf("task %s finds no place in %d of %d runs: where its teams would have the heads, others are at work", quoted(n.id(j)), t.homeless[j], runs)}
		if o.tooLong(j) {
			f.Code, f.Hint = "plan.too_long", "say pausable, or add a shift"
			f.Message = fmt.Sprintf("task %s finds no place in %d of %d runs: it may take up to %d minutes, for which its teams never have the heads", quoted(n.id(j)), t.homeless[j], runs, n.problem.Tasks[n.place[j]].Minutes.Max)
		}
		found = append(found, f)
	}
	if more := len(tasks) - maxHomeless; more > 0 {
		found = append(found, Finding{Warning: true, Code: "plan.more", Path: "/tasks", Message: fmt.Sprintf("and %d more that find no place in some runs", more)})
	}
	return found
}

// tooLong says whether a task that lasts as long as it can has no room even in an empty calendar.
func (o *orderOfPlan) tooLong(j int32) bool {
	r := o.newRun(&tally{})
	for k := range r.work {
		r.work[k].reset(&r.net.base[k])
	}
	r.lasts(j, r.net.problem.Tasks[r.net.place[j]].Minutes.Max, o.net)
	r.begin(j, o.net.release[j])
	return r.start[j] >= never
}

// tally is what the runs came to.
type tally struct {
	ends     []int64   // of each run
	backs    [][]int64 // of each service, of each run
	homeless []int64   // of each task, runs in which it finds no place though all that it waits for does
	critical []int64   // of each task, runs in which the end of everything waits for it
	weighed  []int64   // of each task, weight of the services that wait for it, over all runs
	weight   int64     // of all services
}

// tally makes the runs, on as many cores as there are; which core made a run changes nothing, since each has a generator of its own.
func (o *orderOfPlan) tally(runs int, seed uint64) *tally {
	n := o.net
	t := &tally{ends: make([]int64, runs), backs: make([][]int64, len(n.losses)), homeless: make([]int64, n.size()), critical: make([]int64, n.size()), weighed: make([]int64, n.size())}
	for i := range t.backs {
		t.backs[i] = make([]int64, runs)
		t.weight += n.losses[i].weight
	}
	var all sync.WaitGroup
	var mu sync.Mutex // guards the sums in t while a worker adds its own
	workers := min(runtime.GOMAXPROCS(0), runs, maxWorkers)
	for w := range workers {
		all.Go(func() {
			r := o.newRun(t)
			for k := w; k < runs; k += workers {
				r.once(k, seed, o.net)
			}
			mu.Lock()
			defer mu.Unlock()
			for j := range r.critical {
				t.homeless[j] += r.homeless[j]
				t.critical[j] += r.critical[j]
				t.weighed[j] += r.weighed[j]
			}
		})
	}
	all.Wait()
	return t
}
