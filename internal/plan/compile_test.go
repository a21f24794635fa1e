package plan

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
)

// refused gives the code with which a problem as a whole is refused.
func refused(t *testing.T, p *Problem) string {
	t.Helper()
	_, _, err := FirstInFirstOut(p)
	var wrong *Error
	if !errors.As(err, &wrong) {
		t.Fatalf("the problem is planned, error %v", err)
	}
	return wrong.Code
}

func TestTooManyLinksAreRefused(t *testing.T) {
	shared := make([]Link, MaxLinks/100+1) // one list for all: what counts is how often it is named
	for k := range shared {
		shared[k].Task = "first"
	}
	p := &Problem{Tasks: []Task{{ID: "first"}}}
	for i := range 100 {
		p.Tasks = append(p.Tasks, Task{ID: string(rune('A' + i)), After: shared})
	}
	if code := refused(t, p); code != "plan.too_many" {
		t.Errorf("refused with %s", code)
	}
}

func TestWorkOfThePastNeedsNobody(t *testing.T) {
	begun := int64(0)
	slept := work("slept", 100, "crew")
	slept.State, slept.At = StateRunning, &begun
	p := crew(slept, work("next", 10, "crew"))
	p.Start = 60
	p.Teams = []Team{{ID: "crew", Heads: 1, Shifts: []Shift{{From: 20, Until: 50}}}} // the night is over when planning starts
	made, findings, err := FirstInFirstOut(p)
	if err != nil || len(findings) > 0 || made.Start["next"] != 100 {
		t.Errorf("planned %v with %v, %v", made, findings, err)
	}
	p.Teams[0].Shifts[0].Until = 70
	if _, findings, _ = FirstInFirstOut(p); len(findings) != 1 || findings[0].Code != "plan.over" {
		t.Errorf("a night that is not over is told of as %v", findings)
	}
}

func TestSlipStaysPlannable(t *testing.T) {
	p := &Problem{Name: "long"}
	for i := range 40 {
		p.Tasks = append(p.Tasks, Task{ID: string(rune('A' + i)), Minutes: Exactly(MaxMinutes - int64(i%2))})
	}
	slipped := p.Slip("salt")
	made, _, err := FirstInFirstOut(p)
	if err != nil || len(slipped) == 0 || len(made.LeftOut) > 0 {
		t.Errorf("%d slipped, planned %v, %v", len(slipped), made, err)
	}
	if again := p.Slip("salt"); len(again) > 0 {
		t.Errorf("%v slipped beyond the longest duration", again)
	}
}

func TestPlanningChangesNoProblem(t *testing.T) {
	p := crew(work("a", 5, "crew"))
	p.Start = MaxMoment
	_, first, _ := FirstInFirstOut(p)
	made, second, err := FirstInFirstOut(p)
	if err != nil || p.Start != MaxMoment || len(first) == 0 || !reflect.DeepEqual(first, second) || made.Start["a"] != 0 {
		t.Errorf("start %d, found %v, then %v: %v, %v", p.Start, first, second, made, err)
	}
}

// chain is so many tasks, each after the one before it.
func chain(count int, each Range, lag int64) *Problem {
	p := &Problem{Schema: ProblemSchema}
	for i := range count {
		p.Tasks = append(p.Tasks, Task{ID: fmt.Sprintf("t%d", i), Minutes: each})
		if i > 0 {
			p.Tasks[i].After = []Link{{fmt.Sprintf("t%d", i-1), lag}}
		}
	}
	return p
}

func TestNoPlanReachesNever(t *testing.T) {
	late, ten := MaxMoment, int64(MaxMinutes)
	most := int(never / ten) // tasks of ten years
	shift := chain(most/2+2, Exactly(ten), 0)
	shift.Teams = []Team{{ID: "crew", Heads: 1, Shifts: []Shift{{From: 0, Until: MaxMoment}}}}
	released := chain(most/2+2, Exactly(ten), 0)
	released.Tasks[0].Earliest = &late
	opened := chain(most/2+2, Exactly(ten), 0)
	opened.Tasks[0].Opens = &Opening{Range: Range{Max: MaxMoment}}
	fixed := chain(most/2+2, Exactly(ten), 0)
	fixed.Tasks[0].State, fixed.Tasks[0].At = StateFixed, &late
	for name, p := range map[string]*Problem{"work": chain(most+1, Exactly(ten), 0), "lags": chain(most/2+2, Exactly(ten), ten), "the longest work": chain(most+1, Range{Max: ten}, 0),
		"a shift": shift, "a release": released, "an opening": opened, "a fixed time": fixed} {
		if code := refused(t, p); code != "plan.too_long" {
			t.Errorf("%s: refused with %s", name, code)
		}
	}
	made, findings, err := FirstInFirstOut(chain(most, Exactly(ten), 0))
	if err != nil || len(made.LeftOut) > 0 || made.Makespan != int64(most)*ten {
		t.Errorf("what just fits is planned as %v, %v, left out %v", findings[:min(1, len(findings))], err, made.LeftOut)
	}
}

func TestGatesAreThoseWaitedFor(t *testing.T) {
	unknown := func(id string, after ...string) Task {
		g := work(id, 1, "", after...)
		g.Opens = &Opening{Unknown: true}
		return g
	}
	p := crew(work("free", 1, ""), unknown("b"), unknown("a"), work("one", 1, "", "b", "free"), work("both", 1, "", "a", "one"), work("same", 1, "", "one", "a", "both"), unknown("c", "both"), work("all", 1, "", "c", "b"))
	made, _, err := FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for id, b := range made.Behind {
		got[id] = b.Gates
	}
	want := map[string][]string{"b": {"b"}, "a": {"a"}, "one": {"b"}, "both": {"b", "a"}, "same": {"b", "a"}, "c": {"b", "a", "c"}, "all": {"b", "a", "c"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("gates %v, want %v", got, want)
	}
}

func TestTasksBehindTheSameGatesShareThem(t *testing.T) {
	p := chain(1000, Exactly(1), 0)
	p.Tasks[0].Opens = &Opening{Unknown: true}
	n, err := p.compile()
	if err != nil {
		t.Fatal(err)
	}
	gates := n.gates()
	if len(gates.before(999)) != 1 || &gates.before(0)[0] != &gates.before(999)[0] {
		t.Errorf("the last task has a list of its own: %v", gates.before(999))
	}
}

// A null where a number must stand is no 0: who writes it does not know. Where a field may be left out it says the same as leaving it out.
func TestNullIsNoNumber(t *testing.T) {
	for at, fields := range map[string]string{
		"":                        `"minutes": 3, "earliest": null, "at": null, "opens": null`,
		"/tasks/0/minutes":        `"minutes": null`,
		"/tasks/0/minutes/max":    `"minutes": {"min": 1, "likely": 2, "max": null}`,
		"/tasks/0/heads/0/heads":  `"minutes": 3, "heads": [{"team": "a", "heads": null}]`,
		"/tasks/0/after/0/lag":    `"minutes": 3, "after": [{"task": "b", "lag": null}]`,
		"/tasks/0/opens/min":      `"minutes": 3, "opens": {"min": null, "likely": 2, "max": 3}`,
		"/tasks/0/attend_minutes": `"minutes": 3, "attend_minutes": null`,
	} {
		_, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", "tasks": [{"id": "a", ` + fields + `}]}`))
		if at == "" && err != nil || at != "" && (err == nil || err.Error() != at+": "+errNull.Error()) {
			t.Errorf("%s: %v, want it refused at %s", fields, err, at)
		}
	}
}
