package plan

import (
	"errors"
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
