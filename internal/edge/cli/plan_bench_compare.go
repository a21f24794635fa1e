package cli

import (
	"fmt"
	"text/tabwriter"

	"blackstart/internal/plan"
)

// benchCompared is what an instance costs those who do not search: from the beginning, and when a third of the time is over and tasks slipped.
type benchCompared struct {
	Waves     int64 `json:"strict_waves"`
	Largest   int64 `json:"largest_weight_first"`
	Inherited int64 `json:"largest_weight_behind_first"` // the largest weight that waits for a task, itself or behind it
	Replanned int64 `json:"replanned"`                   // after slips, with a fifth of the schedules
	Shifted   int64 `json:"shifted_right"`               // after slips, everybody going from work to work as the plan had them go
	Ordered   int64 `json:"old_order"`                   // after slips, in the old order, but waiting for nobody who is late
	Promised  int   `json:"promised"`                    // tasks that were due within the notice
	Moved     int   `json:"moved"`                       // how many of them the new plan moves
	Forced    int   `json:"forced"`                      // how many move by shifting alone
	shifted   benchDearer
	ordered   benchDearer
}

// benchSaved are the means of a set, in percent of what the others cost, and the sums of promises.
type benchSaved struct {
	Waves    float64     `json:"saved_against_strict_waves"`
	Largest  float64     `json:"saved_against_largest_weight_first"`
	Inherits float64     `json:"saved_against_largest_weight_behind_first"`
	Shifted  benchDearer `json:"shifting_right_is_dearer_by"`
	Ordered  benchDearer `json:"old_order_is_dearer_by"`
	Promised int         `json:"promised"`
	Moved    int         `json:"moved"`
	Forced   int         `json:"forced"`
}

// benchDearer is by how much another plan is dearer than the new one, in percent of that: of all, and of what is still to come.
type benchDearer [2]float64

func (d *benchDearer) add(o benchDearer, rows int) {
	d[0], d[1] = d[0]+o[0]/float64(rows), d[1]+o[1]/float64(rows)
}

const (
	benchNotice = 60 // minutes; where nobody says what a period is, as in the public sets, the twentieth part of the plan, if that is less
	benchPart   = 20
	benchPrice  = 4 // of one promise, as a multiple of what the plan costs for each of its tasks: of 890 cells hardly a start moves then that need not
)

// compare plans as people and tools do who do not search; then lets time go on and tasks slip.
func (c *PlanBenchCmd) compare(p *plan.Problem, made *plan.Plan) (*benchCompared, error) {
	waves, _, err := plan.StrictWaves(p)
	if err != nil {
		return nil, err
	}
	largest, _, err := plan.LargestWeightFirst(p, false)
	if err != nil {
		return nil, err
	}
	inherited, _, err := plan.LargestWeightFirst(p, true)
	if err != nil {
		return nil, err
	}
	r := &benchCompared{Waves: waves.Objective.Value, Largest: largest.Objective.Value, Inherited: inherited.Objective.Value}
	return r, r.slip(p, made, c)
}

// slip lets the plan be adopted and a third of it go by, makes tasks slip by the rule of the salt, and plans anew with a fifth of the schedules. To move one start that was promised costs
// four times what the plan costs for each of its tasks.
func (r *benchCompared) slip(p *plan.Problem, made *plan.Plan, c *PlanBenchCmd) error {
	old, length := *made, made.Makespan-p.Start
	old.Objective.Kind = plan.KindCost // derived services are services like any others from now on
	notice := plan.Notice{Minutes: min(benchNotice, length/benchPart+1), Price: min(benchPrice*made.Objective.Value/int64(max(1, len(p.Tasks))), plan.MaxPrice)}
	events := plan.Events{Schema: plan.EventsSchema, Now: p.Start + length/3, AsPlanned: true, Slip: c.Salt, Notice: notice}
	now, _, err := events.Change(p, &old)
	if err != nil {
		return err
	}
	a, _, err := again(p, now, &old, notice, max(1, c.Schedules/5), c.Seed)
	if err != nil {
		return err
	}
	r.Replanned, r.Shifted, r.Ordered = a.Diff.To, a.Shifted, a.Ordered
	r.shifted[0], r.shifted[1] = a.dearer(a.Shifted)
	r.ordered[0], r.ordered[1] = a.dearer(a.Ordered)
	r.Promised, r.Moved, r.Forced = a.Diff.Promised, a.Diff.Broken, int(a.Forced*float64(a.Diff.Promised)+0.5)
	return nil
}

// saved takes the means; nil if nothing was compared.
func saved(rows []benchRow) *benchSaved {
	var s benchSaved
	for _, r := range rows {
		if r.benchCompared == nil {
			return nil
		}
		less := func(other int64) float64 {
			return 100 * float64(other-r.Value) / float64(max(1, other)) / float64(len(rows))
		}
		s.Waves, s.Largest, s.Inherits = s.Waves+less(r.Waves), s.Largest+less(r.Largest), s.Inherits+less(r.Inherited)
		s.Shifted.add(r.shifted, len(rows))
		s.Ordered.add(r.ordered, len(rows))
		s.Promised, s.Moved, s.Forced = s.Promised+r.Promised, s.Moved+r.Moved, s.Forced+r.Forced
	}
	return &s
}

func printSaved(w *tabwriter.Writer, sets []benchSet) {
	for i, s := range sets {
		if s.benchSaved == nil {
			return
		}
		if i == 0 {
			fmt.Fprintln(w, "set\tsaved against strict waves %\tlargest weight first %\tlargest weight behind first %\tafter slips, shifting right is dearer by %\tof what is to come %\told order %\tof what is to come %\tpromised\tmoved\tforced\t")
		}
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%d\t%d\t%d\t\n", s.Set, s.Waves, s.Largest, s.Inherits, s.Shifted[0], s.Shifted[1], s.Ordered[0], s.Ordered[1], s.Promised, s.Moved, s.Forced)
	}
	fmt.Fprintln(w)
}
