package cli

import (
	"encoding/csv"
	"fmt"
	"strconv"

	"blackstart/internal/fault"
	"blackstart/internal/plan"
)

// PlanReferenceCmd is `plan reference`.
type PlanReferenceCmd struct {
	Dir       string   `arg:"" help:"Directory with a folder of instances per set."`
	Schedules int      `default:"2000000" help:"Schedules per run."`
	Seeds     int      `default:"3" help:"Runs per instance, with seeds 1, 2, 3 …; the best counts."`
	Salt      string   `default:"dev" help:"Salt of the derived services."`
	Sets      []string `help:"Only these sets."`
	Sample    int      `default:"0" help:"Only so many instances per set, spread evenly over it; 0: all."`
}

// Run prints the table as CSV, a row as soon as it is known: the value, and how it came about.
func (c *PlanReferenceCmd) Run(io *IO) error {
	if c.Schedules < 1 || c.Seeds < 1 || c.Sample < 0 {
		return Usage("could not make a table: --schedules and --seeds want at least 1")
	}
	stock, err := openStock(c.Dir, plan.KindWeighted, c.Salt, "")
	if err != nil {
		return err
	}
	w := csv.NewWriter(io.Out)
	w.Write([]string{"set", "instance", "salt", "value", "bound", "schedules", "seeds", "values"}) // a failed write shows at Error
	for _, set := range stock.sets(c.Sets) {
		files := stock.files[set]
		if c.Sample > 0 && c.Sample < len(files) {
			files = spread(files, c.Sample)
		}
		for _, path := range files {
			row, err := c.row(io, set, path)
			if err != nil {
				return err
			}
			w.Write(row)
			w.Flush()
		}
	}
	if err := w.Error(); err != nil {
		return fault.New(fault.Unavailable, "plan.print", "could not print the table: %w", err)
	}
	return nil
}

// spread keeps so many, the first one included, at even distances.
func spread(files []string, count int) []string {
	var kept []string
	for i := range count {
		kept = append(kept, files[i*len(files)/count])
	}
	return kept
}

// row solves one instance with each seed.
func (c *PlanReferenceCmd) row(io *IO, set, path string) ([]string, error) {
	var best, bound int64
	values := ""
	name := ""
	for seed := range uint64(c.Seeds) {
		if err := io.Ctx.Err(); err != nil {
			return nil, fault.New(fault.Unavailable, "plan.stopped", "could not finish the table: %w", err)
		}
		p, _, err := readPlanProblem(io, path)
		if err != nil {
			return nil, err
		}
		if err := p.Weigh(c.Salt); err != nil {
			return nil, err
		}
		made, _, err := plan.Solve(p, plan.Options{Kind: plan.KindWeighted, Schedules: c.Schedules, Seed: seed + 1})
		if err != nil {
			return nil, err
		}
		if v := made.Objective.Value; seed == 0 || v < best {
			best = v
		}
		bound, name = max(bound, made.Objective.Bound), p.Name
		values += fmt.Sprintf("%d ", made.Objective.Value)
	}
	return []string{set, name, c.Salt, strconv.FormatInt(best, 10), strconv.FormatInt(bound, 10), strconv.Itoa(c.Schedules), strconv.Itoa(c.Seeds), values[:len(values)-1]}, nil
}
