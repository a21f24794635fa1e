package plan

import (
	"slices"
	"strings"
	"testing"
)

// What events bring about is said of the event that did it, whatever of the problem it hits; what was wrong before stays the problem's.
func TestCaused(t *testing.T) {
	minutes, by, early := int64(500), int64(-1), int64(0)
	shift := []Shift{{From: 0, Until: 100, Heads: 1, Every: 200}}
	need := func(team string, heads int64) []Need { return []Need{{team, heads}} }
	p := &Problem{Schema: ProblemSchema, Teams: []Team{{ID: "a", Heads: 2}, {ID: "b", Shifts: shift}, {ID: "c", Shifts: []Shift{{From: 0, Until: 50, Heads: 1}}}}, Tasks: []Task{
		{ID: "bad", Minutes: Exactly(5), Heads: need("nobody", 1)},
		{ID: "a1", Minutes: Exactly(5), Heads: need("a", 2)}, {ID: "a2", Minutes: Exactly(5), Heads: need("a", 2)}, {ID: "a3", Minutes: Exactly(5), Heads: need("a", 2)},
		{ID: "a4", Minutes: Exactly(5), Heads: need("a", 2)}, {ID: "a5", Minutes: Exactly(5), Heads: need("a", 2)},
		{ID: "long", Minutes: Exactly(50), Heads: need("b", 1)}, {ID: "late", Minutes: Exactly(40), Heads: need("c", 1)}, {ID: "gate", Minutes: Exactly(10), Heads: need("b", 1), Opens: &Opening{Unknown: true}},
	}, Services: []Service{{ID: "S", Set: []string{"a1", "a2"}, Weight: 1}, {ID: "T", Set: []string{"bad"}, Weight: 1}}}
	for _, row := range []struct {
		events Events
		want   []string // of the events; of the problem there are always the same
	}{
		{Events{}, nil},
		{Events{Heads: []Joined{{Team: "b", By: &minutes}, {Team: "a", By: &by}}}, []string{
			"/heads/1: 5 tasks need 2 heads of team a, which has 1 at most from minute 0 on (a1, a2, a3 …)",
			"/heads/1: 6 of 9 tasks are left out, being wrong or waiting for such; the other 3 can be planned",
			"/heads/1: service S does not come back in this plan, since task a1 is left out"}},
		{Events{Now: 1, Teams: []Team{{ID: "a", Heads: 2, Shifts: []Shift{{From: 9, Until: 3}}}}}, []string{"/teams/0/shifts/0: a shift of team a goes from minute 9 to minute 3"}},
		{Events{Slipped: []Prolonged{{Task: "long", Minutes: &minutes}}}, []string{
			"/slipped/0: 1 of 9 tasks are left out, being without a place", "/slipped/0: task long has no time, from minute 0 on"}},
		{Events{Now: 20}, []string{"/now: 1 of 9 tasks are left out, being without a place", "/now: task late has no time, from minute 20 on"}},
		{Events{Done: []Ended{{Task: "long", At: &early, Minutes: &early}}}, nil},
	} {
		now, found, err := row.events.Change(p, &Plan{Start: map[string]int64{}})
		if err != nil || len(found) > 0 && !found[0].Warning {
			t.Fatal(err, found)
		}
		_, found, err = Solve(now, Options{Schedules: 2})
		if err != nil {
			t.Fatal(err)
		}
		caused, own := row.events.Caused(p, now, found)
		var said []string
		for _, f := range caused {
			said = append(said, f.Path+": "+f.Message)
		}
		slices.Sort(said)
		if !slices.EqualFunc(said, row.want, func(got, want string) bool { return strings.HasPrefix(got, want) }) {
			t.Errorf("%+v: said of the events\n%s\nwant\n%s", row.events, strings.Join(said, "\n"), strings.Join(row.want, "\n"))
		}
		if !slices.ContainsFunc(own, func(f Finding) bool { return f.Path == "/tasks/0/heads/0" && f.Code == "plan.unknown_team" }) {
			t.Errorf("%+v: said of the problem %+v", row.events, own)
		}
	}
}

// Of the same, three are told with their places, and the rest is counted, by what it is about.
func TestTheSameOfMany(t *testing.T) {
	p := &Problem{Teams: []Team{{ID: "a", Shifts: []Shift{{From: 0, Until: 50, Heads: 1, Every: 100}}}, {ID: "b", Shifts: []Shift{{From: 0, Until: 50, Heads: 1}}}}}
	for i := range 2000 {
		p.Tasks = append(p.Tasks, Task{ID: string(rune('a'+i%26)) + strings.Repeat("x", i/26), Minutes: Exactly(60), Heads: []Need{{"a", 1}}})
	}
	for i := range 6 {
		p.Tasks = append(p.Tasks, Task{ID: strings.Repeat("y", 1+i), Minutes: Exactly(30), Heads: []Need{{"b", 1}}})
		p.Tasks[2000+i].ID = "placed" + p.Tasks[2000+i].ID
	}
	_, found, err := Solve(p, Options{Schedules: 1})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range found {
		all = append(all, f.Message)
	}
	for _, want := range []string{"and 1997 more tasks have no time in which those they need are there: 1 of team a", "and 2 more tasks find no place: where those they need would be there, others are planned: 1 of team b"} {
		if !slices.Contains(all, want) {
			t.Errorf("nothing says %q, but\n%s", want, strings.Join(all, "\n"))
		}
	}
	if len(found) > 10 {
		t.Errorf("%d findings", len(found))
	}
}
