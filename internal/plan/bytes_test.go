package plan_test

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/plan"
	"blackstart/internal/plan/picture"
)

var update = flag.Bool("update", false, "write testdata/same/golden anew: only where the engine was meant to change")

const same = "testdata/same"

// The same problem, seed and number of schedules give these bytes: on every machine, in every build, with any number of processors. The hashes stand in testdata/same/golden, as
// sha256sum writes them. What changes the engine changes them, and says so by
//
//	go test ./internal/plan -run TestTheSameBytes -update
//
// in the same commit. Nothing else may: not a machine, a version of Go, the race detector, a refactoring. The command line is held against the same hashes in internal/edge/cli, and
// foreign machines by deploy/plan-bytes.
func TestTheSameBytes(t *testing.T) {
	a := answers(t)
	var golden strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a)) {
		fmt.Fprintf(&golden, "%x  %s\n", sha256.Sum256(a[name]), name)
	}
	path := filepath.Join(same, "golden")
	if *update {
		if err := os.WriteFile(path, []byte(golden.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := strings.Split(string(file(t, "golden")), "\n")
	for i, got := range strings.Split(golden.String(), "\n") {
		if i >= len(want) || got != want[i] {
			t.Errorf("%s\nis not what %s says. If the engine was meant to change: go test ./internal/plan -run TestTheSameBytes -update", got, path)
		}
	}
}

// answers does what testdata/same/commands says, without the command line.
func answers(t *testing.T) map[string][]byte {
	a := map[string][]byte{}
	solve := func(name string, p *plan.Problem, o plan.Options) *plan.Plan {
		made, _, err := plan.Solve(p, o)
		a[name] = printed(t, made, err)
		return made
	}
	solve("forty-makespan.json", forty(t, ""), plan.Options{Kind: plan.KindMakespan, Schedules: 2000, Seed: 1})
	solve("forty-weighted.json", forty(t, "dev"), plan.Options{Kind: plan.KindWeighted, Schedules: 1000, Seed: 3})
	solve("forty-strong.json", forty(t, "other"), plan.Options{Kind: plan.KindWeighted, Schedules: 300, Seed: 1, Strong: true})
	solve("thirty-makespan.json", thirty(t, ""), plan.Options{Kind: plan.KindMakespan, Schedules: 1500, Seed: 1<<64 - 1})
	solve("thirty-weighted.json", thirty(t, "dev"), plan.Options{Kind: plan.KindWeighted, Schedules: 1000, Seed: 1})

	everything := problem(t, file(t, "everything.json"))
	cost := solve("everything-cost.json", everything, plan.Options{Schedules: 1000, Seed: 1})
	span := solve("everything-span.json", everything, plan.Options{Kind: plan.KindMakespan, Schedules: 1000, Seed: 2})
	a["everything.svg"] = picture.SVG(everything, span, picture.Options{German: true})
	ranges, _, err := plan.Simulate(everything, cost, 300, 5)
	a["everything-ranges.json"] = printed(t, ranges, err)
	now, new := replan(t, everything, cost, "events.json", 500)
	a["everything-now.json"], a["everything-new.json"] = written(t, now), written(t, new)
	ranges, _, err = plan.Simulate(now, new, 100, 1)
	a["everything-again.json"] = printed(t, ranges, err)

	provider, err := plan.Generate(plan.Shape{Customers: 5, Services: 20, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	a["provider.json"] = written(t, provider)
	_, new = replan(t, provider, solve("provider-cost.json", provider, plan.Options{Schedules: 500, Seed: 5}), "provider-events.json", 200)
	a["provider-new.json"] = written(t, new)
	return a
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(same, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func problem(t testing.TB, data []byte) *plan.Problem {
	t.Helper()
	p, err := plan.ReadProblem(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func forty(t *testing.T, salt string) *plan.Problem {
	p, err := plan.ReadPSPLIB("forty", file(t, "forty.sm"))
	return weighed(t, p, err, salt)
}

func thirty(t *testing.T, salt string) *plan.Problem {
	p, err := plan.ReadPatterson("thirty", file(t, "thirty.rcp"))
	return weighed(t, p, err, salt)
}

func weighed(t *testing.T, p *plan.Problem, err error, salt string) *plan.Problem {
	t.Helper()
	if err == nil && salt != "" {
		err = p.Weigh(salt)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func replan(t *testing.T, p *plan.Problem, old *plan.Plan, events string, schedules int) (*plan.Problem, *plan.Plan) {
	t.Helper()
	e, err := plan.ReadEvents(file(t, events), p.Begin)
	if err != nil {
		t.Fatal(err)
	}
	now, _, err := e.Change(p, old)
	if err != nil {
		t.Fatal(err)
	}
	made, _, _, err := plan.Replan(now, old, plan.Options{Kind: old.Objective.Kind, Schedules: schedules, Seed: 1}, e.Notice)
	if err != nil {
		t.Fatal(err)
	}
	return now, made
}

// printed is an answer as the command line prints it.
func printed(t *testing.T, v any, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return append(data, '\n')
}

// written is a problem or a plan as a file.
func written(t testing.TB, v interface{ Marshal() ([]byte, error) }) []byte {
	t.Helper()
	data, err := v.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
