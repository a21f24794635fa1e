package plan

import (
	"slices"
	"testing"
)

// What a plan leaves out for want of people is put down to the teams that never have enough of them; work that keeps nobody, or has begun, is not.
func TestShortages(t *testing.T) {
	p, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1",
		"teams": [{"id": "few", "heads": 1, "shifts": [{"from": 0, "until": 60, "heads": 2}]}, {"id": "many", "heads": 9}],
		"tasks": [
			{"id": "three", "minutes": 5, "heads": [{"team": "few", "heads": 3}, {"team": "many", "heads": 9}]},
			{"id": "four", "minutes": 5, "heads": [{"team": "few", "heads": 4}]},
			{"id": "tape", "minutes": 5, "heads": [{"team": "many", "heads": 99}], "attend": "none"},
			{"id": "mark", "minutes": 0, "heads": [{"team": "many", "heads": 99}], "after": ["four"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Shortages(made), []Shortage{{Team: "few", Has: 2, Needs: 4}}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// The cost of the dated services is the objective that a plan says, with its own factors and with those that are beyond all bounds.
func TestCost(t *testing.T) {
	for _, factors := range []string{`{"rto": 2, "mtpd": 3}`, `{"rto": 99, "mtpd": 3}`} {
		p, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", "factors": ` + factors + `,
			"tasks": [{"id": "a", "minutes": 50}, {"id": "b", "minutes": 7}, {"id": "g", "minutes": 1, "opens": "unknown"}],
			"services": [{"id": "A", "set": ["a"], "weight": 3, "since": -10, "rto": 20, "mtpd": 45}, {"id": "B", "set": ["b"], "weight": 5, "rto": 7}, {"id": "G", "set": ["g"], "weight": 9}]}`))
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := Solve(p, Options{})
		if err != nil {
			t.Fatal(err)
		}
		sum := int64(0)
		for i := range p.Services {
			if back, dated := made.Back[p.Services[i].ID]; dated {
				sum += p.Cost(&p.Services[i], back)
			}
		}
		if sum != made.Objective.Value || sum < 3*60+3*40+5*7 {
			t.Errorf("with factors %s the services cost %d, the plan says %d", factors, sum, made.Objective.Value)
		}
	}
}
