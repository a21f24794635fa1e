package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// PlanBenchCmd is `plan bench`.
type PlanBenchCmd struct {
	Dir       string   `arg:"" help:"Directory with a folder of instances per set (.sm, .rcp, or our .json) and, for the makespan, bounds.csv."`
	Schedules int      `default:"5000" help:"Schedules per instance."`
	Seed      uint64   `default:"1" help:"Seed of the search."`
	Objective string   `enum:"makespan,weighted" default:"makespan" help:"makespan, against bounds.csv; or weighted, against a reference table. Our own problems have weights, public instances get some."`
	Salt      string   `default:"dev" help:"For the weighted objective: salt of the derived services, and of the slips."`
	Reference string   `type:"path" help:"For the weighted objective: table made by 'plan reference'."`
	Sets      []string `help:"Only these sets."`
	Every     int      `default:"1" help:"Only every so-many-th instance of each set."`
	Compare   bool     `help:"For the weighted objective: say also what is saved against strict waves, against serving the largest weight first, and, after slips, against shifting everything right."`
	Bound     string   `enum:"weak,strong" default:"weak" help:"Lower bound of costs (${enum}), as for 'plan solve'."`
}

// benchRow is one instance. Best is the best known value; 0 if there is none.
type benchRow struct {
	Set        string `json:"set"`
	Instance   string `json:"instance"`
	Value      int64  `json:"value"`
	Best       int64  `json:"best,omitzero"`
	LowerBound int64  `json:"lower_bound"` // of our own
	Method     string `json:"method"`      // how it was found
	Critical   int64  `json:"critical_path,omitzero"`
	Schedules  int    `json:"schedules"`
	Micros     int64  `json:"us"` // time it took; not the same twice
	*benchCompared
}

// benchSet is a set in numbers. Gaps are in percent, over the instances that have a best known value.
type benchSet struct {
	Set          string  `json:"set"`
	Instances    int     `json:"instances"`
	Known        int     `json:"known"`
	Gap          float64 `json:"mean_gap"`
	OverCritical float64 `json:"mean_over_critical_path,omitzero"`
	OverBound    float64 `json:"mean_over_lower_bound"` // over all, in percent of our own bound
	AtBest       int     `json:"at_or_below_best"`
	Micros       float64 `json:"us_per_schedule"`
	*benchSaved
}

type benchReport struct {
	Schema    string     `json:"schema"`
	Objective string     `json:"objective"`
	Salt      string     `json:"salt,omitempty"`
	Schedules int        `json:"schedules"`
	Seed      uint64     `json:"seed"`
	Sets      []benchSet `json:"sets"`
	Rows      []benchRow `json:"rows"`
}

// Run solves every instance and prints the table.
func (c *PlanBenchCmd) Run(io *IO) error {
	if c.Schedules < 1 || c.Every < 1 {
		return Usage("could not judge: --schedules and --every want at least 1")
	}
	if c.Compare && c.Objective != plan.KindWeighted {
		return Usage("could not compare: waves and weights are of the weighted objective (--objective weighted)")
	}
	if c.Reference != "" && c.Objective != plan.KindWeighted {
		return Usage("could not compare: a reference table is of the weighted objective (--objective weighted)")
	}
	stock, err := openStock(c.Dir, c.Sets)
	if err != nil {
		return err
	}
	best, err := c.best(io, stock)
	if err != nil {
		return err
	}
	report := benchReport{Schema: "blackstart/plan-bench/1", Objective: c.Objective, Schedules: c.Schedules, Seed: c.Seed}
	if c.Objective == plan.KindWeighted {
		report.Salt = c.Salt
	}
	for _, set := range stock.sets() {
		rows, err := c.set(io, set, stock.files[set], best)
		if err != nil {
			return err
		}
		report.Rows = append(report.Rows, rows...)
		report.Sets = append(report.Sets, summarise(set, rows))
	}
	if io.JSON {
		return printJSON(io, report)
	}
	return report.print(io)
}

// best are the values to compare with. Without a reference table there are none for the weighted objective; values are worth printing all the same.
func (c *PlanBenchCmd) best(io *IO, s *stock) (map[string]int64, error) {
	switch {
	case c.Objective == plan.KindMakespan:
		return s.bounds(io)
	case c.Reference != "":
		return readReference(io, c.Reference, c.Salt)
	}
	return nil, nil
}

// set solves the instances of one set.
func (c *PlanBenchCmd) set(io *IO, set string, files []string, best map[string]int64) ([]benchRow, error) {
	var rows []benchRow
	for _, path := range every(files, c.Every) {
		if err := io.Ctx.Err(); err != nil {
			return nil, fault.New(fault.Unavailable, "plan.stopped", "could not finish the table: %w", err)
		}
		p, own, err := readPlanProblem(io, path)
		if err != nil {
			return nil, err
		}
		kind, name := c.Objective, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		row := benchRow{Set: set, Instance: name, Best: best[set+"/"+name]}
		switch {
		case kind == plan.KindMakespan: // else what is measured is no minutes
			row.Critical = plan.CriticalPath(p)
		case own != nil:
			kind = plan.KindCost
		default:
			if err := p.Weigh(c.Salt); err != nil {
				return nil, err
			}
		}
		begun := time.Now()
		made, _, err := plan.Solve(p, plan.Options{Kind: kind, Schedules: c.Schedules, Seed: c.Seed, Strong: c.Bound == "strong"})
		if err != nil {
			return nil, err
		}
		if len(made.LeftOut) > 0 {
			return nil, fault.New(fault.Invalid, "plan.instance", "could not judge by %s: of its %d tasks %d cannot be planned", path, len(p.Tasks), len(made.LeftOut)).Hinted("'plan solve' says why")
		}
		row.Micros, row.Value, row.LowerBound, row.Method, row.Schedules = time.Since(begun).Microseconds(), made.Objective.Value, made.Objective.Bound, made.Objective.Method, made.Schedules
		if c.Compare {
			if row.benchCompared, err = c.compare(p, made); err != nil {
				return nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// every keeps each k-th, the first included.
func every(files []string, k int) []string {
	var kept []string
	for i := 0; i < len(files); i += k {
		kept = append(kept, files[i])
	}
	return kept
}

// summarise takes the means.
func summarise(set string, rows []benchRow) benchSet {
	s := benchSet{Set: set, Instances: len(rows), benchSaved: saved(rows)}
	var micros, schedules int64
	critical := 0
	for _, r := range rows {
		micros, schedules = micros+r.Micros, schedules+int64(r.Schedules)
		s.OverBound += 100 * float64(r.Value-r.LowerBound) / float64(max(1, r.LowerBound)) / float64(len(rows))
		if r.Best > 0 {
			s.Known++
			s.Gap += 100 * float64(r.Value-r.Best) / float64(r.Best)
			if r.Value <= r.Best {
				s.AtBest++
			}
		}
		if r.Critical > 0 {
			critical++
			s.OverCritical += 100 * float64(r.Value-r.Critical) / float64(r.Critical)
		}
	}
	s.Gap /= float64(max(1, s.Known))
	s.OverCritical /= float64(max(1, critical))
	s.Micros = float64(micros) / float64(max(1, schedules))
	return s
}

// print writes a line per set.
func (r benchReport) print(io *IO) error {
	w := tabwriter.NewWriter(io.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tinstances\tgap to best known %\tover critical path %\tover lower bound %\tat or below best\tof\tµs per schedule\t")
	for _, s := range r.Sets {
		gap, over := "–", "–" // of nothing known there is no gap
		if s.Known > 0 {
			gap = fmt.Sprintf("%.3f", s.Gap)
		}
		if r.Objective == plan.KindMakespan {
			over = fmt.Sprintf("%.2f", s.OverCritical)
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%.2f\t%d\t%d\t%.1f\t\n", s.Set, s.Instances, gap, over, s.OverBound, s.AtBest, s.Known, s.Micros)
	}
	fmt.Fprintf(w, "\n")
	printSaved(w, r.Sets)
	if err := w.Flush(); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the table: %w", err)
	}
	_, err := fmt.Fprintf(io.Out, "%s, at most %d schedules per instance, seed %d\n", r.Objective, r.Schedules, r.Seed)
	return err
}
