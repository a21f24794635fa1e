package plan

import (
	"slices"
	"strings"
	"testing"
)

// What no plan says is refused where it stands, and nothing else is: the same plan with the number that just can be meant is read.
func TestPlanBeyondReckoning(t *testing.T) {
	const whole = `{"schema": "blackstart/plan/1", "objective": {"kind": "cost", "value": VALUE, "bound": BOUND, "method": ""}, "makespan": MAKESPAN, "seed": 1, "schedules": 1,
 "start": {"a/b": START}, "pieces": {"a/b": [{"from": FROM, "until": UNTIL}]}, "back": {"s": BACK}, "behind": {"g": {"gates": ["g"], "plus": PLUS}},
 "services_behind": {"w": {"gates": ["g"], "plus": WAITS}}, "assumed": ASSUMED}`
	for _, row := range []struct{ name, most, more, least, less, at string }{
		{"VALUE", "4611686018427387904", "4611686018427387905", "-4611686018427387904", "-4611686018427387905", "/objective/value"},
		{"BOUND", "4611686018427387904", "4611686018427387905", "-4611686018427387904", "-4611686018427387905", "/objective/bound"},
		{"MAKESPAN", "17179869184", "17179869185", "-17179869184", "-17179869185", "/makespan"},
		{"START", "17179869184", "17179869185", "-17179869184", "-17179869185", "/start/a~1b"},
		{"FROM", "17179869184", "17179869185", "-17179869184", "-17179869185", "/pieces/a~1b"},
		{"UNTIL", "17179869184", "17179869185", "-17179869184", "-17179869185", "/pieces/a~1b"},
		{"BACK", "17179869184", "17179869185", "-17179869184", "-17179869185", "/back/s"},
		{"PLUS", "17179869184", "17179869185", "-17179869184", "-17179869185", "/behind/g"},
		{"WAITS", "17179869184", "17179869185", "-17179869184", "-17179869185", "/services_behind/w"},
		{"ASSUMED", "17179869184", "17179869185", "-17179869184", "-17179869185", "/assumed"},
	} {
		read := func(number string) error {
			data := strings.Replace(whole, row.name, number, 1)
			for _, other := range []string{"VALUE", "BOUND", "MAKESPAN", "START", "FROM", "UNTIL", "BACK", "PLUS", "WAITS", "ASSUMED"} {
				data = strings.Replace(data, other, "0", 1)
			}
			_, err := ReadPlan([]byte(data))
			return err
		}
		for _, number := range []string{row.most, row.least} {
			if err := read(number); err != nil {
				t.Errorf("%s can be %s: %v", row.at, number, err)
			}
		}
		for _, number := range []string{row.more, row.less} {
			err := read(number)
			if e, wrong := err.(*Error); !wrong || e.Code != "plan.value" || e.Line < 1 || !strings.HasPrefix(e.Error(), row.at+": ") {
				t.Errorf("%s is %s: %v", row.at, number, err)
			}
		}
	}
}

// A plan is one for a problem if it speaks of each of its tasks, in whichever way, and dates no other.
func TestFits(t *testing.T) {
	p := &Problem{Tasks: []Task{{ID: "dated"}, {ID: "behind"}, {ID: "out"}}}
	made := func() *Plan {
		return &Plan{Start: map[string]int64{"dated": 0}, Behind: map[string]BehindGate{"behind": {}}, LeftOut: []string{"out"}}
	}
	if err := made().Fits(p); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Plan){
		"says nothing of task dated":  func(m *Plan) { delete(m.Start, "dated") },
		"says nothing of task behind": func(m *Plan) { m.Behind = nil },
		"says nothing of task out":    func(m *Plan) { m.LeftOut = nil },
		"has a task foreign":          func(m *Plan) { m.Start["foreign"] = 1 },
	} {
		m := made()
		spoil(m)
		if err := m.Fits(p); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q: %v", name, err)
		}
	}
}

// Tasks that were written into a problem since its plan have no place in it yet, which a warning says; a plan that speaks of none of the tasks, or of others, is that of another problem.
func TestMeet(t *testing.T) {
	p := &Problem{Tasks: []Task{{ID: "old"}, {ID: "new"}}}
	m := &Plan{Start: map[string]int64{"old": 0}}
	fresh, err := m.Meet(p)
	if err != nil || len(fresh) != 1 || !fresh[0].Warning || fresh[0].Path != "/tasks/1" || !slices.Equal(m.LeftOut, []string{"new"}) {
		t.Errorf("%v, %v, left out %v", fresh, err, m.LeftOut)
	}
	if fresh, err := m.Meet(p); err != nil || len(fresh) > 0 {
		t.Errorf("a second time: %v, %v", fresh, err)
	}
	for name, m := range map[string]*Plan{"speaks of none": {}, "speaks of others": {Start: map[string]int64{"old": 0, "other": 0}}} {
		if _, err := m.Meet(p); err == nil {
			t.Errorf("a plan that %s was taken", name)
		}
	}
}
