package check_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

// What a plan leaves out must have no place beside all that it places: two teams that have heads by shifts only, and a plan that leaves task x out. Found is the minute that is named; empty: the plan may.
func TestLeftOut(t *testing.T) {
	for name, row := range map[string]struct{ x, others, start, rest, found string }{
		"all of it":                     {x: `"minutes": 10, "heads": [{"team": "a", "heads": 1}]`, found: "minute 0 "},
		"longer than each shift":        {x: `"minutes": 31, "heads": [{"team": "a", "heads": 1}]`},
		"as long as one":                {x: `"minutes": 30, "heads": [{"team": "a", "heads": 1}]`, found: "minute 100 "},
		"as long as both":               {x: `"minutes": 50, "heads": [{"team": "a", "heads": 1}], "pausable": true`, found: "minute 0 "},
		"longer than both":              {x: `"minutes": 51, "heads": [{"team": "a", "heads": 1}], "pausable": true`},
		"as long as what is left":       {x: `"minutes": 41, "heads": [{"team": "a", "heads": 1}], "pausable": true, "earliest": 9`, found: "minute 9 "},
		"longer than what is left":      {x: `"minutes": 42, "heads": [{"team": "a", "heads": 1}], "pausable": true, "earliest": 9`},
		"in the last shift":             {x: `"minutes": 30, "heads": [{"team": "a", "heads": 1}], "pausable": true, "earliest": 100`, found: "minute 100 "},
		"from the end of a shift":       {x: `"minutes": 30, "heads": [{"team": "a", "heads": 1}], "pausable": true, "earliest": 20`, found: "minute 100 "},
		"a shift that leaves enough":    {x: `"minutes": 25, "heads": [{"team": "c", "heads": 1}], "pausable": true`, others: `{"id": "o", "minutes": 10, "heads": [{"team": "c", "heads": 1}]}`, start: `"o": 20`},
		"after the last shift":          {x: `"minutes": 1, "heads": [{"team": "a", "heads": 1}], "earliest": 130`},
		"at its last minute":            {x: `"minutes": 1, "heads": [{"team": "a", "heads": 1}], "earliest": 129`, found: "minute 129 "},
		"a mark":                        {x: `"minutes": 0, "heads": [{"team": "a", "heads": 1}], "earliest": 130`, found: "minute 130 "},
		"nobody's work":                 {x: `"minutes": 500, "heads": [{"team": "a", "heads": 0}]`, found: "minute 0 "},
		"work that goes on alone":       {x: `"minutes": 500, "heads": [{"team": "a", "heads": 1}], "attend": "none"`, found: "minute 0 "},
		"attended at its begin":         {x: `"minutes": 500, "heads": [{"team": "a", "heads": 1}], "attend": "start", "attend_minutes": 25`, found: "minute 100 "},
		"attended for too long":         {x: `"minutes": 500, "heads": [{"team": "a", "heads": 1}], "attend": "start", "attend_minutes": 31`},
		"two teams together":            {x: `"minutes": 10, "heads": [{"team": "a", "heads": 1}, {"team": "b", "heads": 1}]`, found: "minute 110 "},
		"two teams, too long":           {x: `"minutes": 16, "heads": [{"team": "a", "heads": 1}, {"team": "b", "heads": 1}]`},
		"two teams, in pieces":          {x: `"minutes": 20, "heads": [{"team": "a", "heads": 1}, {"team": "b", "heads": 1}], "pausable": true`, found: "minute 15 "},
		"two teams, too many pieces":    {x: `"minutes": 21, "heads": [{"team": "a", "heads": 1}, {"team": "b", "heads": 1}], "pausable": true`},
		"others are there":              {x: `"minutes": 25, "heads": [{"team": "a", "heads": 1}]`, others: `{"id": "o", "minutes": 6, "heads": [{"team": "a", "heads": 2}]}`, start: `"o": 110`},
		"others leave enough":           {x: `"minutes": 24, "heads": [{"team": "a", "heads": 1}]`, others: `{"id": "o", "minutes": 6, "heads": [{"team": "a", "heads": 2}]}`, start: `"o": 100`, found: "minute 106 "},
		"no pause for others":           {x: `"minutes": 25, "heads": [{"team": "a", "heads": 1}], "pausable": true`, others: `{"id": "o", "minutes": 6, "heads": [{"team": "a", "heads": 1}]}`, start: `"o": 5`, found: "minute 100 "},
		"no piece before others":        {x: `"minutes": 40, "heads": [{"team": "a", "heads": 1}], "pausable": true`, others: `{"id": "o", "minutes": 6, "heads": [{"team": "a", "heads": 1}]}`, start: `"o": 5`},
		"more heads than are left":      {x: `"minutes": 25, "heads": [{"team": "a", "heads": 2}]`, others: `{"id": "o", "minutes": 6, "heads": [{"team": "a", "heads": 1}]}`, start: `"o": 100`},
		"what is fixed has its heads":   {x: `"minutes": 20, "heads": [{"team": "a", "heads": 2}]`, others: `{"id": "o", "minutes": 60, "state": "fixed", "at": 90, "heads": [{"team": "a", "heads": 1}]}`, start: `"o": 90`},
		"what is fixed is placed":       {x: `"minutes": 5, "state": "fixed", "at": 3`, found: "it is fixed"},
		"after what is placed":          {x: `"minutes": 12, "after": [{"task": "o", "lag": 2}], "heads": [{"team": "a", "heads": 1}]`, others: `{"id": "o", "minutes": 6}`, start: `"o": 110`, found: "minute 118 "},
		"too late after it":             {x: `"minutes": 13, "after": [{"task": "o", "lag": 2}], "heads": [{"team": "a", "heads": 1}]`, others: `{"id": "o", "minutes": 6}`, start: `"o": 110`},
		"after what is left out":        {x: `"minutes": 1, "after": ["o"]`, others: `{"id": "o", "minutes": 31, "heads": [{"team": "a", "heads": 1}]}`, rest: `, "left_out": ["x", "o"]`},
		"fixed after what is left out":  {x: `"minutes": 1, "after": ["o"], "state": "fixed", "at": 3`, others: `{"id": "o", "minutes": 31, "heads": [{"team": "a", "heads": 1}]}`, rest: `, "left_out": ["x", "o"]`, found: "it is fixed"},
		"fixed after nonsense":          {x: `"minutes": 1, "after": ["o"], "state": "fixed", "at": 3`, others: `{"id": "o", "minutes": -1}`, rest: `, "left_out": ["x", "o"]`},
		"in a circle":                   {x: `"minutes": 1, "after": ["o"]`, others: `{"id": "o", "minutes": 1, "after": ["x"]}`, rest: `, "left_out": ["x", "o"]`},
		"behind a gate, nobody says":    {x: `"minutes": 31, "opens": "unknown", "heads": [{"team": "a", "heads": 1}]`, found: "does not say when"},
		"behind a gate that opens late": {x: `"minutes": 20, "opens": "unknown", "heads": [{"team": "a", "heads": 1}]`, rest: `, "left_out": ["x"], "assumed": 111`},
		"behind a gate, in time":        {x: `"minutes": 20, "opens": "unknown", "heads": [{"team": "a", "heads": 1}]`, rest: `, "left_out": ["x"], "assumed": 110`, found: "minute 110 "},
		"twice":                         {x: `"minutes": 31, "heads": [{"team": "a", "heads": 1}]`, others: `{"id": "x", "minutes": 1}`, rest: `, "left_out": ["x", "x"]`},
		"twice, told once":              {x: `"minutes": 31, "heads": [{"team": "a", "heads": 1}]`, others: `{"id": "x", "minutes": 1}`, found: "0 times"},
		"told twice":                    {x: `"minutes": 31, "heads": [{"team": "a", "heads": 1}]`, rest: `, "left_out": ["x", "x"]`, found: "2 times"},
	} {
		t.Run(name, func(t *testing.T) {
			if row.others != "" {
				row.others = ", " + row.others
			}
			if row.rest == "" {
				row.rest = `, "left_out": ["x"]`
			}
			problem := `{"schema": "blackstart/plan-problem/1", "teams": [
			 {"id": "a", "heads": 0, "shifts": [{"from": 0, "until": 20, "heads": 1}, {"from": 100, "until": 130, "heads": 2}]},
			 {"id": "b", "heads": 0, "shifts": [{"from": 15, "until": 40, "heads": 1}, {"from": 110, "until": 125, "heads": 1}]},
			 {"id": "c", "heads": 0, "shifts": [{"from": 0, "until": 20, "heads": 2}, {"from": 20, "until": 30, "heads": 1}, {"from": 50, "until": 60, "heads": 1}]}],
			 "tasks": [{"id": "x", ` + row.x + `}` + row.others + `]}`
			made := `{"schema": "blackstart/plan/1", "objective": {"kind": "cost"}, "makespan": %d, "start": {` + row.start + `}` + row.rest + `}`
			found := checked(t, problem, fmt.Sprintf(made, 0))
			if i := slices.IndexFunc(found, func(f check.Finding) bool { return f.Code == "check.makespan" }); i >= 0 { // what the row is not about
				found = slices.Delete(found, i, i+1)
			}
			said := slices.ContainsFunc(found, func(f check.Finding) bool {
				return !f.Warning && f.Task == "x" && strings.Contains(f.Message+" ", row.found)
			})
			if row.found == "" && !check.Valid(found) || row.found != "" && !said {
				t.Errorf("found %+v, want %q", found, row.found)
			}
		})
	}
}

func checked(t *testing.T, problem, made string) []check.Finding {
	t.Helper()
	found, err := check.Plan([]byte(problem), ".json", []byte(made), check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Whatever a plan places at once and in one piece, it may not leave out: at least the place that it had is free for it then.
func TestNothingIsLeftOutForNothing(t *testing.T) {
	seen := 0
	rapid.Check(t, func(rt *rapid.T) {
		p := problem(rt)
		file, err := p.Marshal()
		if err != nil {
			rt.Fatal(err)
		}
		made, _, err := plan.Solve(p, plan.Options{Schedules: 3, Seed: 3})
		if err != nil {
			rt.Fatal(err)
		}
		i := rapid.IntRange(0, len(p.Tasks)-1).Draw(rt, "left out")
		x := &p.Tasks[i]
		_, dated := made.Start[x.ID]
		_, behind := made.Behind[x.ID]
		if !dated && !behind || len(made.Pieces[x.ID]) > 0 {
			return
		}
		seen++
		delete(made.Start, x.ID)
		delete(made.Behind, x.ID)
		made.LeftOut = append(made.LeftOut, x.ID)
		data, err := json.Marshal(made)
		if err != nil {
			rt.Fatal(err)
		}
		found, err := check.Plan(file, ".json", data, check.Options{})
		if err != nil || !slices.ContainsFunc(found, func(f check.Finding) bool { return !f.Warning && f.Code == "check.left_out" && f.Task == x.ID }) {
			rt.Fatalf("%s is left out and nobody minds: %v, %v\n%s\n%s", x.ID, found, err, file, data)
		}
	})
	if seen == 0 {
		t.Error("no plan of them all places anything")
	}
}
