package plan

import (
	"slices"
	"testing"
)

// A team's load is what it still has to do, of what it can still do until everything with a date is over; who has least to spare comes first.
func TestLoads(t *testing.T) {
	p, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", "start": 100,
		"teams": [{"id": "idle", "heads": 9}, {"id": "shift", "heads": 0, "shifts": [{"from": 0, "until": 200, "heads": 2}, {"from": 400, "until": 900, "heads": 1}]}, {"id": "plain", "heads": 4}],
		"tasks": [
			{"id": "over", "minutes": 90, "heads": [{"team": "plain", "heads": 4}], "state": "done", "at": 0},
			{"id": "late", "minutes": 20, "heads": [{"team": "plain", "heads": 1}], "state": "running", "at": 70},
			{"id": "half", "minutes": 60, "heads": [{"team": "plain", "heads": 1}], "state": "running", "at": 80},
			{"id": "night", "minutes": 120, "heads": [{"team": "shift", "heads": 2}], "pausable": true},
			{"id": "eye", "minutes": 300, "heads": [{"team": "plain", "heads": 2}], "attend": "start", "attend_minutes": 10}]}`))
	if err != nil {
		t.Fatal(err)
	}
	made := &Plan{Makespan: 500, Start: map[string]int64{"over": 0, "late": 70, "half": 80, "night": 150, "eye": 100}, Pieces: map[string][]Span{"night": {{150, 200}, {400, 470}}}}
	want := []Load{{"shift", 2 * 120, 2*100 + 100}, {"plain", 40 + 2*10, 4 * 400}}
	if got := p.Loads(made); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if _, over := made.Placed(&p.Tasks[1], 70, 100); over != 100 {
		t.Errorf("what runs is over in minute %d, before now", over)
	}
	if _, over := made.Placed(&p.Tasks[4], 100, 100); over != 400 {
		t.Errorf("what goes on by itself is over in minute %d", over)
	}
}
