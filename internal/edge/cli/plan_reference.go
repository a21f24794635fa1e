package cli

import (
	"fmt"

	"github.com/go-json-experiment/json"

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

// referenceTable is the best that long runs found, with what repeats them.
type referenceTable struct {
	Schema    string         `json:"schema"` // blackstart/plan-reference/1
	Salt      string         `json:"salt"`
	Schedules int            `json:"schedules"` // per run
	Rows      []referenceRow `json:"rows"`
}

type referenceRow struct {
	Set      string  `json:"set"`
	Instance string  `json:"instance"`
	Value    int64   `json:"value"` // the best of all runs
	Bound    int64   `json:"bound"`
	Runs     []int64 `json:"runs"` // what seed 1, 2, 3 … found
}

// Run prints the table as JSON, with or without --json, and each row to standard error as soon as it is known: it takes hours.
func (c *PlanReferenceCmd) Run(io *IO) error {
	if c.Schedules < 1 || c.Seeds < 1 || c.Sample < 0 {
		return Usage("could not make a table: --schedules and --seeds want at least 1")
	}
	stock, err := openStock(c.Dir, c.Sets)
	if err != nil {
		return err
	}
	table := referenceTable{Schema: "blackstart/plan-reference/1", Salt: c.Salt, Schedules: c.Schedules}
	for _, set := range stock.sets() {
		for _, path := range spread(stock.files[set], c.Sample) {
			row, err := c.row(io, set, path)
			if err != nil {
				return err
			}
			table.Rows = append(table.Rows, row)
			fmt.Fprintf(io.Err, "%s %s %d of %v\n", row.Set, row.Instance, row.Value, row.Runs)
		}
	}
	return printJSON(io, table)
}

// spread keeps so many, the first one included, at even distances; 0 keeps all.
func spread(files []string, count int) []string {
	if count == 0 || count >= len(files) {
		return files
	}
	var kept []string
	for i := range count {
		kept = append(kept, files[i*len(files)/count])
	}
	return kept
}

// row solves one instance with each seed.
func (c *PlanReferenceCmd) row(io *IO, set, path string) (referenceRow, error) {
	row := referenceRow{Set: set}
	for seed := range uint64(c.Seeds) {
		if err := io.Ctx.Err(); err != nil {
			return row, fault.New(fault.Unavailable, "plan.stopped", "could not finish the table: %w", err)
		}
		p, _, err := readPlanProblem(io, path)
		if err != nil {
			return row, err
		}
		if err := p.Weigh(c.Salt); err != nil {
			return row, badProblem(io, path, err)
		}
		made, _, err := plan.Solve(p, plan.Options{Kind: plan.KindWeighted, Schedules: c.Schedules, Seed: seed + 1})
		if err != nil {
			return row, badProblem(io, path, err)
		}
		if v := made.Objective.Value; seed == 0 || v < row.Value {
			row.Value = v
		}
		row.Bound, row.Instance = max(row.Bound, made.Objective.Bound), p.Name
		row.Runs = append(row.Runs, made.Objective.Value)
	}
	return row, nil
}

// readReference reads a table that [PlanReferenceCmd] made, by SET/INSTANCE.
func readReference(io *IO, path, salt string) (map[string]int64, error) {
	data, err := readFile(io.In, path, maxProblem)
	if err != nil {
		return nil, err
	}
	var table referenceTable
	if err := json.Unmarshal(data, &table, json.RejectUnknownMembers(true)); err != nil || table.Schema != "blackstart/plan-reference/1" {
		return nil, cannotUse(io, fault.Finding{File: path, Code: "plan.reference", Message: "it is no table made by 'plan reference'"})
	}
	if table.Salt != salt {
		return nil, fault.New(fault.Invalid, "plan.reference", "could not use %s: its salt is %q, not %q", path, table.Salt, salt).Hinted("say --salt %s, or make another table: plan reference --salt %s", table.Salt, salt)
	}
	best := map[string]int64{}
	for _, r := range table.Rows {
		best[r.Set+"/"+r.Instance] = r.Value
	}
	return best, nil
}
