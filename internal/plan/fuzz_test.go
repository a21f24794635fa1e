package plan_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
	"blackstart/internal/plan/picture"
)

// Bigger problems take fuzzing's time and say nothing new.
const (
	fuzzedTasks = 200
	fuzzedTeams = 50
)

// Readers take anything; what they take is planned, the second opinion finds the plan valid, and what is written twice is the same.
func FuzzReaders(f *testing.F) {
	for _, name := range []string{"forty.sm", "thirty.rcp", "everything.json", "events.json"} {
		f.Add(file(f, name))
	}
	f.Add([]byte("4 1\n1\n0 0 2 2 3\n2 1 1 4\n3 1 1 4\n0 0 0\n"))
	f.Add([]byte(`{"schema":"blackstart/plan-problem/1","tasks":[{"id":"a","minutes":{"min":1,"likely":2,"max":3},"after":[{"task":"a","lag":3}],"opens":"unknown"}]}`))
	f.Add([]byte(`{"schema":"blackstart/plan-problem/1","begin":"2026-03-28T22:00:41+01:00","start":"2026-03-28T22:00:00Z","tasks":[{"id":"a","minutes":2,"opens":{"min":"2026-03-28T22:00:00Z","likely":70,"max":"2026-03-29T22:00:00Z"}}]}`))
	f.Add([]byte("jobs (incl. supersource/sink ): 1\n- renewable : 0 R\n- nonrenewable : 0 N\n- doubly constrained : 0 D\nPRECEDENCE RELATIONS:\njobnr.\n1 1 0\nREQUESTS/DURATIONS:\njobnr.\n---\n1 1 0\nRESOURCEAVAILABILITIES:\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, read := range []func() (*plan.Problem, error){
			func() (*plan.Problem, error) { return plan.ReadProblem(data) },
			func() (*plan.Problem, error) { return plan.ReadPSPLIB("f", data) },
			func() (*plan.Problem, error) { return plan.ReadPatterson("f", data) },
		} {
			p, err := read()
			if err != nil || tooBig(p) {
				continue
			}
			again := valid(t, p, nil)
			if back, err := plan.ReadProblem(again); err != nil || !bytes.Equal(again, written(t, back)) {
				t.Errorf("written twice, two files: %v", err)
			}
		}
	})
}

func tooBig(p *plan.Problem) bool { return len(p.Tasks) > fuzzedTasks || len(p.Teams) > fuzzedTeams }

// valid plans a problem, or takes a plan for it, holds it against the second opinion and gives the problem as a file.
func valid(t testing.TB, p *plan.Problem, made *plan.Plan) []byte {
	t.Helper()
	file := written(t, p) // before it is planned: planning must not depend on what it changes
	if made == nil {
		var err error
		if made, _, err = plan.Solve(p, plan.Options{Schedules: 3}); err != nil {
			t.Fatalf("it was read but not planned: %v", err)
		}
	}
	if found, err := check.Plan(file, ".json", written(t, made), check.Options{}); err != nil || !check.Valid(found) {
		t.Fatalf("%v %v\n%s\n%s", err, found, file, written(t, made))
	}
	return file
}

// Whatever is told of a plan: it is refused, or the rest is planned anew and the new plan is valid for what the problem has become.
func FuzzEvents(f *testing.F) {
	for _, events := range []string{"events.json", "provider-events.json"} {
		f.Add(file(f, "everything.json"), file(f, events))
	}
	f.Add(file(f, "everything.json"), []byte(`{"schema":"blackstart/plan-events/1","now":1500,"as_planned":true,"paused":[{"task":"restore-3","left":40}],"done":[{"task":"dns","at":40,"minutes":1}],"opens":[{"task":"release","opens":"unknown"}]}`))
	f.Add(file(f, "everything.json"), []byte(`{"schema":"blackstart/plan-events/1","now":900,"done":[{"task":"dns","over":40}],"heads":[{"team":"store","by":-9},{"team":"apps","by":2,"from":900,"until":950}],"teams":[{"id":"net","heads":-1}]}`))
	f.Fuzz(func(t *testing.T, problem, events []byte) {
		p, err := plan.ReadProblem(problem)
		if err != nil || tooBig(p) {
			return
		}
		e, err := plan.ReadEvents(events, p.Begin)
		if err != nil {
			return
		}
		old, _, err := plan.Solve(p, plan.Options{Schedules: 2})
		if err != nil {
			t.Fatal(err)
		}
		now, _, err := e.Change(p, old)
		if err != nil || tooBig(now) {
			return
		}
		made, _, found, err := plan.Replan(now, old, plan.Options{Schedules: 3}, e.Notice)
		if err != nil {
			t.Fatalf("it was changed but not planned: %v", err)
		}
		e.Caused(p, now, found)
		valid(t, now, made)
	})
}

// Whatever a plan file says: it is followed, planned anew from, shifted and drawn, or refused.
func FuzzPlans(f *testing.F) {
	everything, err := plan.ReadProblem(file(f, "everything.json"))
	if err != nil {
		f.Fatal(err)
	}
	made, _, err := plan.Solve(everything, plan.Options{Schedules: 20})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(written(f, made))
	events, err := plan.ReadEvents(file(f, "events.json"), everything.Begin)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		old, err := plan.ReadPlan(data)
		if err != nil {
			return
		}
		_, _, _ = plan.Simulate(everything, old, 2, 1) // an error says that it is another problem's
		wellFormed(t, picture.SVG(everything, old, picture.Options{}))
		now, _, err := events.Change(everything, old)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{plan.KindCost, plan.KindMakespan} {
			again, _, _, err := plan.Replan(now, old, plan.Options{Kind: kind, Schedules: 3}, events.Notice)
			if err != nil {
				t.Fatal(err)
			}
			valid(t, now, again)
			if again, _, err = plan.ShiftRight(everything, now, old, kind); err != nil {
				t.Fatal(err)
			}
			valid(t, now, again)
			if again, _, err = plan.InOldOrder(now, old, kind); err != nil {
				t.Fatal(err)
			}
			valid(t, now, again)
		}
	})
}

func wellFormed(t testing.TB, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("the picture is not well-formed: %v\n%.2000s", err, svg)
		}
	}
}
