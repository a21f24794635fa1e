package plan

import (
	"slices"
	"testing"
)

// The busiest team is not the one that everybody waits for; who is short of people for what they do at all comes before who is slow; a head more works in each shift, and none where there was none.
func TestReliefs(t *testing.T) {
	const head = `{"schema": "blackstart/plan-problem/1", "start": 10, "teams": [
			{"id": "busy", "heads": 1}, {"id": "key", "heads": 0, "shifts": [{"from": 10, "until": 90, "heads": 1}, {"from": 100, "until": 900, "heads": 1}]},
			{"id": "short", "heads": 1}, {"id": "idle", "heads": 5}, {"id": "nobody", "heads": 0}],
		"tasks": [
			{"id": "k1", "minutes": 40, "heads": [{"team": "key", "heads": 1}]}, {"id": "k2", "minutes": 40, "heads": [{"team": "key", "heads": 1}]},
			{"id": "b1", "minutes": 50, "heads": [{"team": "busy", "heads": 1}], "after": ["k1"]}, {"id": "b2", "minutes": 50, "heads": [{"team": "busy", "heads": 1}], "after": ["k1"]},
			{"id": "i", "minutes": 1, "heads": [{"team": "idle", "heads": 5}]}, {"id": "n", "minutes": 5, "heads": [{"team": "nobody", "heads": 1}]}`
	const services = `"services": [{"id": "K1", "set": ["k1"], "weight": 10}, {"id": "K2", "set": ["k2"], "weight": 10}, {"id": "B", "set": ["b1", "b2"], "weight": 1}`
	for _, test := range []struct {
		name, problem string
		kind          string
		want          []Relief
	}{
		{"cost", head + `], ` + services + `]}`, KindCost, []Relief{{Team: "key", Saved: 10 * 40, Of: 10*50 + 10*90 + 150}, {Team: "busy", Saved: 50, Of: 10*50 + 10*90 + 150}}},
		{"makespan", head + `]}`, KindMakespan, []Relief{{Team: "busy", Saved: 50, Of: 140}}},
		{"never", head + `, {"id": "two", "minutes": 30, "heads": [{"team": "short", "heads": 2}]}], ` + services + `, {"id": "S", "set": ["two"], "weight": 1}]}`, KindCost,
			[]Relief{{Team: "short", Services: 1, Of: 10*50 + 10*90 + 150}, {Team: "key", Saved: 10 * 40, Of: 10*50 + 10*90 + 150}, {Team: "busy", Saved: 50, Of: 10*50 + 10*90 + 150}}},
		{"nobody", `{"schema": "blackstart/plan-problem/1", "tasks": [{"id": "a", "minutes": 5}], "services": [{"id": "A", "set": ["a"], "weight": 1}]}`, KindCost, nil},
	} {
		p, err := ReadProblem([]byte(test.problem))
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := Solve(p, Options{Kind: test.kind, Schedules: 50})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Reliefs(made); !slices.Equal(got, test.want) {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
		if p.Teams != nil && (p.Teams[0].Heads != 1 || p.Teams[1].Shifts[0].Heads != 1) {
			t.Errorf("%s: the problem itself has more people now", test.name)
		}
	}
}

// Where planning again for each team would take long, nothing is said.
func TestReliefsOfMany(t *testing.T) {
	p := &Problem{Schema: ProblemSchema, Teams: []Team{{ID: "t", Heads: 1}}, Tasks: make([]Task, reliefTasks+1)}
	for i := range p.Tasks {
		p.Tasks[i] = Task{ID: string(rune('a' + i)), Minutes: Exactly(1), Heads: []Need{{"t", 1}}}
	}
	if got := p.Reliefs(&Plan{Objective: Objective{Kind: KindMakespan}}); got != nil {
		t.Errorf("%v", got)
	}
}
