package check_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

// corpora is where the public instances lie, beside the project; they are read from there and never copied.
const corpora = "../../../../shared/corpora/rcpsp"

// Every plan for a public instance keeps what the instance demands, for both objectives.
func TestPublicInstances(t *testing.T) {
	seen := 0
	for _, pattern := range []string{"j30/*1.sm", "j60/*2.sm", "j120/*3.sm", "RG300/*.rcp", "CV/*.rcp"} {
		files, _ := filepath.Glob(filepath.Join(corpora, pattern))
		for _, f := range files {
			seen++
			for _, kind := range []string{plan.KindMakespan, plan.KindWeighted} {
				publicInstance(t, f, kind)
			}
		}
	}
	if seen == 0 {
		t.Skip("the public instances are not beside the project")
	}
}

func publicInstance(t *testing.T, path, kind string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	extension := filepath.Ext(path)
	name := strings.TrimSuffix(filepath.Base(path), extension)
	read := plan.ReadPSPLIB
	if extension == ".rcp" {
		read = plan.ReadPatterson
	}
	p, err := read(name, data)
	if err == nil && kind == plan.KindWeighted {
		err = p.Weigh("dev")
	}
	if err != nil {
		t.Fatal(err)
	}
	if found, err := check.Plan(data, extension, solved(t, p, kind, 30), check.Options{Name: name, Salt: "dev"}); err != nil || len(found) > 0 {
		t.Errorf("%s, %s: %v, %v", name, kind, found, err)
	}
}

func solved(t testing.TB, p *plan.Problem, kind string, schedules int) []byte {
	t.Helper()
	made, _, err := plan.Solve(p, plan.Options{Kind: kind, Schedules: schedules, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return marshal(t, made)
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Whatever the problem, sane or not: the plan for it keeps its rules.
func TestAnyProblem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := problem(rt)
		file, err := p.Marshal()
		if err != nil {
			rt.Fatal(err)
		}
		for _, kind := range []string{plan.KindCost, plan.KindMakespan} {
			made, _, err := plan.Solve(p, plan.Options{Kind: kind, Schedules: rapid.IntRange(1, 40).Draw(rt, "schedules"), Seed: 3})
			if err != nil {
				rt.Fatal(err)
			}
			data, err := json.Marshal(made)
			if err != nil {
				rt.Fatal(err)
			}
			if found, err := check.Plan(file, ".json", data, check.Options{}); err != nil || !check.Valid(found) {
				rt.Fatalf("%v, %v\n%s\n%s", found, err, file, data)
			}
		}
	})
}

// problem draws one with everything that a problem may have, and sometimes with what it may not.
func problem(t *rapid.T) *plan.Problem {
	p := &plan.Problem{Schema: plan.ProblemSchema, Start: rapid.Int64Range(-50, 50).Draw(t, "start")}
	for k := range rapid.IntRange(1, 3).Draw(t, "teams") {
		p.Teams = append(p.Teams, team(t, k))
	}
	n := rapid.IntRange(1, 12).Draw(t, "tasks")
	for i := range n {
		p.Tasks = append(p.Tasks, task(t, p, i))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "services") {
		s := plan.Service{ID: fmt.Sprintf("S%d", i), Weight: rapid.Int64Range(0, 9).Draw(t, "weight"), Since: p.Start - rapid.Int64Range(-5, 100).Draw(t, "out"), RTO: rapid.Int64Range(0, 50).Draw(t, "rto"), MTPD: rapid.Int64Range(0, 90).Draw(t, "mtpd")}
		for range rapid.IntRange(0, 3).Draw(t, "set") {
			s.Set = append(s.Set, fmt.Sprintf("t%d", rapid.IntRange(0, n-1).Draw(t, "member")))
		}
		p.Services = append(p.Services, s)
	}
	return p
}

func team(t *rapid.T, k int) plan.Team {
	m := plan.Team{ID: fmt.Sprintf("R%d", k), Heads: rapid.Int64Range(0, 4).Draw(t, "heads")}
	for range rapid.IntRange(0, 3).Draw(t, "shifts") {
		from := rapid.Int64Range(-60, 120).Draw(t, "from")
		s := plan.Shift{From: from, Until: from + rapid.Int64Range(1, 40).Draw(t, "length"), Heads: rapid.Int64Range(0, 4).Draw(t, "shift")}
		if rapid.IntRange(0, 4).Draw(t, "again") == 0 { // written out for 400 days, which takes time
			s.Every = rapid.Int64Range(40, 80).Draw(t, "every")
		}
		m.Shifts = append(m.Shifts, s)
	}
	return m
}

func task(t *rapid.T, p *plan.Problem, i int) plan.Task {
	low := rapid.Int64Range(0, 12).Draw(t, "min")
	x := plan.Task{ID: fmt.Sprintf("t%d", i), Minutes: plan.Range{Min: low, Likely: low + rapid.Int64Range(0, 6).Draw(t, "likely"), Max: low + 20}}
	for k := range p.Teams {
		if rapid.IntRange(0, 2).Draw(t, "uses") == 0 {
			x.Heads = append(x.Heads, plan.Need{Team: p.Teams[k].ID, Heads: rapid.Int64Range(0, 3).Draw(t, "need")})
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "links") {
		// mostly backwards; now and then a circle, or a task that is not there
		x.After = append(x.After, plan.Link{Task: fmt.Sprintf("t%d", rapid.IntRange(0, max(0, i-1)+rapid.SampledFrom([]int{0, 0, 0, 0, 0, 0, 0, 3}).Draw(t, "beyond")).Draw(t, "before")), Lag: rapid.Int64Range(0, 4).Draw(t, "lag")})
	}
	x.After = slices.DeleteFunc(x.After, func(l plan.Link) bool { return l.Task == x.ID && i == 0 })
	x.Attend = rapid.SampledFrom([]plan.Attend{"", "", "", plan.AttendStart, plan.AttendNone}).Draw(t, "attend")
	if x.Attend == plan.AttendStart {
		x.AttendMinutes = rapid.Int64Range(0, 9).Draw(t, "attended")
	}
	x.Pausable = rapid.IntRange(0, 3).Draw(t, "pausable") == 0
	switch rapid.IntRange(0, 11).Draw(t, "kind") {
	case 0:
		at := p.Start + rapid.Int64Range(-20, 30).Draw(t, "at")
		x.State, x.At = plan.StateFixed, &at
	case 1:
		at := p.Start - rapid.Int64Range(0, 30).Draw(t, "at")
		x.State, x.At = rapid.SampledFrom([]plan.State{plan.StateRunning, plan.StateDone}).Draw(t, "state"), &at
	case 2:
		x.Opens = &plan.Opening{Range: plan.Exactly(p.Start + rapid.Int64Range(-5, 40).Draw(t, "opens"))}
	case 3:
		x.Opens = &plan.Opening{Unknown: true}
	case 4:
		earliest := p.Start + rapid.Int64Range(-5, 40).Draw(t, "earliest")
		x.Earliest = &earliest
	}
	return x
}
