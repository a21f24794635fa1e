package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What events say becomes state, begin and minutes of a task; what nobody told of went as planned or has not begun.
func TestEventsChangeAProblem(t *testing.T) {
	p, old := eventful()
	e, err := ReadEvents([]byte(`{"schema": "blackstart/plan-events/1", "now": 100, "as_planned": true, "done": [{"task": "early"}],
		"running": [{"task": "long", "left": 7}], "slipped": [{"task": "late", "minutes": 90}], "opens": [{"task": "gate", "opens": 300}],
		"teams": [{"id": "t", "heads": 2}, {"id": "new", "heads": 1}]}`), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	q, found, err := e.Change(p, old)
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	want := map[string]string{"early": "done 0+10", "long": "running 20+87", "asleep": "+30", "over": "done 10+80", "goes": "running 90+40", "late": "+90", "gate": "+5"}
	for i := range q.Tasks {
		if got := told(&q.Tasks[i]); got != want[q.Tasks[i].ID] {
			t.Errorf("%s: %s, want %s", q.Tasks[i].ID, got, want[q.Tasks[i].ID])
		}
	}
	if q.Start != 100 || q.Tasks[6].Opens.Unknown || q.Tasks[6].Opens.Range.Likely != 300 || q.Teams[2].Heads != 2 || len(q.Teams) != 4 {
		t.Errorf("start %d, gate %+v, teams %+v", q.Start, q.Tasks[6].Opens, q.Teams)
	}
	if p.Start != 0 || p.Tasks[0].State != "" || !p.Tasks[6].Opens.Unknown || p.Teams[2].Heads != 1 {
		t.Error("the problem from before was changed")
	}
}

// eventful is a problem and a plan of it in which, by minute 100, one task is over, one sleeps, one is over after a pause, one goes on and one has not begun.
func eventful() (*Problem, *Plan) {
	p := &Problem{Schema: ProblemSchema, Teams: []Team{{ID: "till 80", Heads: 1, Shifts: []Shift{{From: 80, Until: 200}}}, {ID: "till 20", Heads: 1, Shifts: []Shift{{From: 20, Until: 70}}}, {ID: "t", Heads: 1}}, Tasks: []Task{
		{ID: "early", Minutes: Exactly(10)}, {ID: "long", Minutes: Exactly(40)}, {ID: "asleep", Minutes: Exactly(50), Heads: []Need{{"till 80", 1}}, Pausable: true},
		{ID: "over", Minutes: Exactly(30), Heads: []Need{{"till 20", 1}}, Pausable: true}, {ID: "goes", Minutes: Exactly(40)}, {ID: "late", Minutes: Exactly(40)},
		{ID: "gate", Heads: []Need{{"new", 1}}, Minutes: Exactly(5), Opens: &Opening{Unknown: true}},
	}}
	return p, &Plan{Schema: PlanSchema, Start: map[string]int64{"early": 0, "long": 20, "asleep": 60, "over": 10, "goes": 90, "late": 100},
		Pieces: map[string][]Span{"asleep": {{60, 80}, {200, 230}}, "over": {{10, 20}, {70, 90}}}}
}

func told(t *Task) string {
	if t.State == "" {
		return fmt.Sprintf("+%d", t.Minutes.Likely)
	}
	return fmt.Sprintf("%s %d+%d", t.State, *t.At, t.Minutes.Likely)
}

// An event that makes no sense is left aside with its place; the others count.
func TestEventsThatMakeNoSense(t *testing.T) {
	for events, want := range map[string]string{
		`"done": [{"task": "ghost"}]`:                                                   "/done/0/task: there is no task ghost",
		`"done": [{"task": "early"}, {"task": "early"}]`:                                "/done/1/task: task early was told of before",
		`"done": [{"task": "late"}]`:                                                    "/done/0: task late, begun in minute 100, was to take 40 minutes, but only 0 have passed: say when it was over (\"over\"), or how long it took (\"minutes\")",
		`"done": [{"task": "early", "minutes": -3}]`:                                    "/done/0: task early was over 3 minutes before it began",
		`"done": [{"task": "early", "at": 101}]`:                                        "/done/0: task early began in minute 101, want a minute up to now, minute 100",
		`"done": [{"task": "early", "at": -99999999999999999}]`:                         "/done/0: task early began in minute",
		`"done": [{"task": "gate"}]`:                                                    "/done/0: task gate has no time in the plan",
		`"done": [{"task": "early", "minutes": 101}]`:                                   "/done/0: task early, begun in minute 0, takes 101 minutes, but only 100 have passed",
		`"done": [{"task": "late", "at": null}]`:                                        "/done/0: task late, begun in minute 100, was to take",
		`"running": [{"task": "far"}]`:                                                  "/running/0: task far was to begin only in minute 500, and now is minute 100: say when it began (\"at\")",
		`"done": [{"task": "early", "over": 101}]`:                                      "/done/0/over: task early was over in minute 101, want a minute up to now, minute 100",
		`"done": [{"task": "early", "at": 9, "over": 8}]`:                               "/done/0: task early was over 1 minutes before it began",
		`"done": [{"task": "early", "at": 9, "minutes": 5, "over": 15}]`:                "/done/0: task early began in minute 9 and took 5 minutes, so it was not over in minute 15: leave one of the three out",
		`"done": [{"task": "early", "minutes": 5270401, "over": 15}]`:                   "/done/0: task early, begun in minute -5270386, took 5270401 minutes, want 0 to 5270400",
		`"done": [{"task": "early", "at": -9223372036854775808, "over": 15}]`:           "/done/0: task early",
		`"done": [{"task": "early", "minutes": -9223372036854775808, "over": 15}]`:      "/done/0: task early",
		`"opens": [{"task": "gate", "opens": {"min": 300}}]`:                            "/opens/0/opens: gate gate opens in minute 300, 0 or 0, want all of min ≤ likely ≤ max",
		`"heads": [{"team": "tt", "by": 1}]`:                                            "/heads/0/team: there is no team tt in the problem, and no task needs one",
		`"heads": [{"team": "t"}]`:                                                      "/heads/0: nothing says how many heads team t has more: say \"by\"",
		`"heads": [{"team": "t", "by": 0}]`:                                             "/heads/0: nothing says how many heads",
		`"heads": [{"team": "t", "by": 32001}]`:                                         "/heads/0: nothing says how many heads",
		`"heads": [{"team": "t", "by": 1, "until": 100}]`:                               "/heads/0: team t has other heads from minute 100 until minute 100: that is never",
		`"heads": [{"team": "t", "by": 1, "from": -4294967297}]`:                        "/heads/0: team t has other heads from minute -4294967297 until",
		`"heads": [{"team": "t", "by": 1, "until": 4294967297}]`:                        "/heads/0: team t has other heads from minute 100 until minute 4294967297, want up to minute 4294967296",
		`"heads": [{"team": "t", "by": 32000}]`:                                         "/heads/0: team t would have 32001 heads, at most 32000",
		`"running": [{"task": "long", "left": -1}]`:                                     "/running/0: task long takes another -1 minutes",
		`"paused": [{"task": "long", "left": -1}]`:                                      "/paused/0: task long takes another -1 minutes",
		`"slipped": [{"task": "late", "minutes": -1}]`:                                  "/slipped/0: task late takes -1 minutes",
		`"opens": [{"task": "late", "opens": 5}]`:                                       "/opens/0/task: there is no gate late",
		`"paused": [{"task": "long"}]`:                                                  "/paused/0: nothing says how long task long takes: say how many minutes",
		`"slipped": [{"task": "late", "minutes": null}]`:                                "/slipped/0: nothing says how long task late takes: say how many minutes",
		`"opens": [{"task": "gate"}]`:                                                   "/opens/0: nothing says when gate gate opens: say when it opens, or \"unknown\"",
		`"opens": [{"task": "gate", "opens": "unknown"}, {"task": "gate", "opens": 5}]`: "/opens/1/task: gate gate was told of before",
		`"teams": [{"id": "t", "heads": 1}, {"id": "t", "heads": 5}]`:                   "/teams/1/id: team t was told of before",
		`"teams": [{"id": "tt", "heads": 3}]`:                                           "/teams/0/id: there is no team tt in the problem, and no task needs one",
	} {
		p, old := eventful()
		p.Tasks, old.Start["far"] = append(p.Tasks, Task{ID: "far", Minutes: Exactly(3)}), 500
		e, err := ReadEvents([]byte(`{"schema": "blackstart/plan-events/1", "now": 100, `+events+`}`), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		q, found, err := e.Change(p, old)
		if err != nil || len(found) != 1 || !strings.HasPrefix(found[0].Path+": "+found[0].Message, want) {
			t.Errorf("%s: %v %v, want %s", events, found, err, want)
		}
		if len(q.Teams) != 3 || q.Teams[2].Heads != 1 || q.Teams[2].Shifts != nil || !q.Tasks[6].Opens.Unknown {
			t.Errorf("%s: left aside, and yet %+v", events, q)
		}
		if _, _, err := Solve(q, Options{Schedules: 2}); err != nil {
			t.Errorf("%s: the rest cannot be planned: %v", events, err)
		}
	}
}

// An event that is left aside says nothing of its task: it goes on as planned.
func TestWhatIsLeftAsideGoesAsPlanned(t *testing.T) {
	for events, want := range map[string]string{
		`"running": [{"task": "goes", "left": -5}]`:                        "goes running 90+40",
		`"running": [{"task": "goes", "at": 200}]`:                         "goes running 90+40",
		`"done": [{"task": "goes"}]`:                                       "goes running 90+40",
		`"paused": [{"task": "asleep"}]`:                                   "asleep +30",
		`"slipped": [{"task": "early"}]`:                                   "early done 0+10",
		`"done": [{"task": "goes"}], "paused": [{"task":"goes","left":1}]`: "goes running 90+40",
	} {
		if got := afterEvents(t, 100, true, events)[want]; !got {
			t.Errorf("%s: not %s", events, want)
		}
	}
}

// What takes longer and has begun goes on: its minutes count from its begin, and what was worked before a pause is not worked again.
func TestSlippedWorkThatHasBegunGoesOn(t *testing.T) {
	for _, row := range []struct {
		now       int64
		asPlanned bool
		events    string
		want      string
	}{
		{100, true, `{"task": "goes", "minutes": 60}`, "goes running 90+60"},
		{100, true, `{"task": "goes", "minutes": 4}`, "goes running 90+10"},    // not over by now, so now at the earliest
		{100, true, `{"task": "long", "minutes": 200}`, "long running 20+200"}, // was to be over
		{100, true, `{"task": "asleep", "minutes": 70}`, "asleep +50"},         // 20 worked
		{100, true, `{"task": "asleep", "minutes": 5}`, "asleep +0"},
		{210, true, `{"task": "asleep", "minutes": 70}`, "asleep +40"}, // in its second piece
		{100, true, `{"task": "over", "minutes": 70}`, "over +30"},     // went on since 70
		{100, true, `{"task": "late", "minutes": 60}`, "late +60"},     // begins now, so not yet
		{100, false, `{"task": "goes", "minutes": 60}`, "goes +60"},
		{100, false, `{"task": "known", "minutes": 60}`, "known running 50+60"},
		{100, false, `{"task": "started", "minutes": 60}`, "started +60"},
		{100, true, `{"task": "started", "minutes": 90}`, "started running 50+110"}, // 20 minutes of pause
	} {
		if !afterEvents(t, row.now, row.asPlanned, `"slipped": [`+row.events+`]`)[row.want] {
			t.Errorf("minute %d, as planned %v, %s: not %s", row.now, row.asPlanned, row.events, row.want)
		}
	}
}

// afterEvents is what the tasks of the eventful problem have become, and two more: one that is known to run, and one that goes on by itself after a start with a pause.
func afterEvents(t *testing.T, now int64, asPlanned bool, events string) map[string]bool {
	t.Helper()
	p, old := eventful()
	at := int64(50)
	p.Tasks = append(p.Tasks, Task{ID: "known", Minutes: Exactly(55), State: StateRunning, At: &at}, Task{ID: "started", Minutes: Exactly(60), Heads: []Need{{"till 60", 1}}, Attend: AttendStart, AttendMinutes: 20, Pausable: true})
	p.Teams = append(p.Teams, Team{ID: "till 60", Heads: 1, Shifts: []Shift{{From: 60, Until: 80}}})
	old.Start["known"], old.Start["started"], old.Pieces["started"] = 50, 50, []Span{{50, 60}, {80, 90}}
	e, err := ReadEvents(fmt.Appendf(nil, `{"schema": "blackstart/plan-events/1", "now": %d, "as_planned": %v, %s}`, now, asPlanned, events), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	q, _, err := e.Change(p, old)
	if err != nil {
		t.Fatal(err)
	}
	became := map[string]bool{}
	for i := range q.Tasks {
		became[q.Tasks[i].ID+" "+told(&q.Tasks[i])] = true
	}
	return became
}

// Work that people only begin, and whose beginning pauses with their shift, still needs them for the rest of it after an event: told of as running, put aside or slipped, or by the plan.
func TestStartsThatPauseKeepTheirPeople(t *testing.T) {
	early, late := int64(50), int64(70)
	for _, row := range []struct {
		now         int64
		events      string
		want        string
		attended    int64
		other, over int64 // when the other task begins, and the first one is over
	}{
		{70, ``, "+50", 10, 90, 130},
		{85, ``, "+45", 5, 90, 130},
		{95, ``, "running 50+80", 20, 90, 130},
		{85, `"running": [{"task": "starts", "left": 45}]`, "running 50+80", 40, 90, 130},
		{85, `"paused": [{"task": "starts", "left": 48}]`, "+48", 8, 93, 133},
		{85, `"slipped": [{"task": "starts", "minutes": 70}]`, "+55", 5, 90, 140},
		{85, `"paused": [{"task": "starts", "left": 40}]`, "+45", 5, 90, 130}, // refused: its last 40 minutes it goes on by itself
	} {
		p := &Problem{Teams: []Team{{ID: "t", Heads: 1, Shifts: []Shift{{From: 60, Until: 80}}}}, Tasks: []Task{
			{ID: "starts", Minutes: Exactly(60), Heads: []Need{{"t", 1}}, Attend: AttendStart, AttendMinutes: 20, Pausable: true, Earliest: &early},
			{ID: "other", Minutes: Exactly(15), Heads: []Need{{"t", 1}}, Earliest: &late}}, Services: []Service{{ID: "s", Set: []string{"starts"}, Weight: 1}}}
		old, _, err := Solve(p, Options{})
		if err != nil || len(old.Pieces["starts"]) != 2 {
			t.Fatal(err, old.Pieces)
		}
		e, err := ReadEvents(fmt.Appendf(nil, `{"schema": "blackstart/plan-events/1", "now": %d, "as_planned": true, %s}`, row.now, strings.TrimPrefix(row.events+`, "slip": ""`, ", ")), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		now, _, err := e.Change(p, old)
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := Solve(now, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s := &now.Tasks[0]
		if told(s) != row.want || s.AttendMinutes != row.attended || made.Start["other"] != row.other || made.Back["s"] != row.over {
			t.Errorf("minute %d, %s: %s, attended for %d; the other begins in %d, it is over in %d; want %+v", row.now, row.events, told(s), s.AttendMinutes, made.Start["other"], made.Back["s"], row)
		}
	}
}

// A delay goes on along a chain, in whatever order the problem lists it; what waits in a circle has not begun.
func TestDelaysGoOn(t *testing.T) {
	p, old := &Problem{}, &Plan{Start: map[string]int64{}}
	const long = 300
	for i := long; i >= 0; i-- {
		id := fmt.Sprint(i)
		w := Task{ID: id, Minutes: Exactly(10)}
		if i > 0 {
			w.After = []Link{{Task: fmt.Sprint(i - 1)}}
		}
		p.Tasks, old.Start[id] = append(p.Tasks, w), int64(10*i)
	}
	p.Tasks = append(p.Tasks, Task{ID: "a", After: []Link{{Task: "b"}}}, Task{ID: "b", After: []Link{{Task: "a"}}}, Task{ID: "c", After: []Link{{Task: "b"}}})
	old.Start["a"], old.Start["b"], old.Start["c"] = 0, 0, 0
	late := int64(17)
	e := Events{Now: 2000, AsPlanned: true, Done: []Ended{{Task: "0", At: &late}}}
	now, found, err := e.Change(p, old)
	if err != nil || len(found) != 1 || found[0].Code != "plan.events_waits" || !strings.HasSuffix(found[0].Message, ": 1 (199 waits for 198)") {
		t.Fatal(err, found)
	}
	became := map[string]string{}
	for i := range now.Tasks {
		became[now.Tasks[i].ID] = told(&now.Tasks[i])
	}
	for id, want := range map[string]string{"0": "done 17+10", "1": "done 27+10", "197": "done 1987+10", "198": "running 1997+10", "199": "+10", "200": "+10", "a": "+0", "b": "+0", "c": "+0"} {
		if became[id] != want {
			t.Errorf("%s: %s, want %s", id, became[id], want)
		}
	}
}

// When work was over is told as people tell it, in any two of three numbers, or one; what is missing is the plan's where that makes sense.
func TestWhatIsOver(t *testing.T) {
	for event, want := range map[string]string{
		`"task": "early"`:                                     "early done 0+10",
		`"task": "early", "over": 15`:                         "early done 0+15",
		`"task": "early", "over": 15, "minutes": 4`:           "early done 11+4",
		`"task": "early", "over": 15, "at": 3`:                "early done 3+12",
		`"task": "early", "over": 15, "at": 3, "minutes": 12`: "early done 3+12",
		`"task": "over", "over": 95`:                          "over done 10+85", // a plan with a pause
		`"task": "goes", "over": 95`:                          "goes done 90+5",
		`"task": "late", "over": 95`:                          "late done 55+40", // before it was to begin
		`"task": "late", "over": 95, "minutes": 10`:           "late done 85+10",
		`"task": "gate", "over": 95`:                          "gate done 90+5", // no date in the plan
		`"task": "known", "over": 95`:                         "known done 50+45",
		`"task": "known", "over": 95, "at": 60`:               "known done 60+35",
		`"task": "known", "over": 40`:                         "known running 50+55", // refused: it was known to run in minute 50
	} {
		if got := afterEvents(t, 100, true, `"done": [{`+event+`}]`); !got[want] {
			t.Errorf("%s: not %s but %v", event, want, got)
		}
	}
}

// Who does not say when now is, has forgotten it: the problem's start would be a plan for yesterday.
func TestNowMustBeSaid(t *testing.T) {
	_, err := ReadEvents([]byte(`{"schema": "blackstart/plan-events/1", "as_planned": true}`), time.Time{})
	if err == nil || !strings.Contains(err.Error(), `nothing says when "now" is`) {
		t.Error(err)
	}
}

// Heads come on top of the calendar that is known, between two minutes, several at once, and never leave fewer than none. What follows has plain shifts.
func TestHeadsMoreAndFewer(t *testing.T) {
	for _, row := range []struct{ events, shifts, want string }{
		{`{"team": "t", "by": 2}`, ``, "-4294967296-100:1 then 3"},
		{`{"team": "t", "by": 2, "until": 150}`, ``, "100-150:3 then 1"},
		{`{"team": "t", "by": 2, "from": 120, "until": 150}, {"team": "t", "by": -1, "from": 140, "until": 200}`, ``, "120-140:3 140-150:2 150-200:0 then 1"},
		{`{"team": "t", "by": -5}, {"team": "t", "by": 5, "until": 110}`, ``, "-4294967296-110:1 then 0"},
		{`{"team": "t", "by": 1, "from": 105, "until": 245}`, `{"from": 90, "until": 110, "heads": 4}, {"from": 200, "until": 220, "heads": 2}`, "90-105:4 105-110:5 110-200:2 200-220:3 220-245:2 then 1"},
		{`{"team": "t", "by": 3, "from": 110, "until": 200}`, `{"from": 90, "until": 110, "heads": 4}`, "90-200:4 then 1"},
		{`{"team": "new", "by": 2, "until": 130}`, ``, "100-130:2 then 0"},
	} {
		p, old := eventful()
		e, err := ReadEvents([]byte(`{"schema": "blackstart/plan-events/1", "now": 100, "teams": [{"id": "t", "heads": 1, "shifts": [`+row.shifts+`]}], "heads": [`+row.events+`]}`), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		q, found, err := e.Change(p, old)
		if err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		changed, got := q.Teams[len(q.Teams)-1], ""
		for _, s := range changed.Shifts {
			got += fmt.Sprintf("%d-%d:%d ", s.From, s.Until, s.Heads)
		}
		if got += fmt.Sprint("then ", changed.Heads); got != row.want {
			t.Errorf("%s on %s: %s, want %s", row.events, row.shifts, got, row.want)
		}
	}
}

// Shifts that repeat go on as they were for as long as they did, and a team whose shifts would be too many, or make no sense, keeps its own.
func TestHeadsOnShiftsThatRepeat(t *testing.T) {
	one := int64(1)
	for every, want := range map[int64]int{1440: 400, 10: 57_600, 5: 1, 3: 1} {
		p := &Problem{Teams: []Team{{ID: "t", Heads: 2, Shifts: []Shift{{From: 0, Until: 5, Heads: 1, Every: every}}}}, Tasks: []Task{{ID: "a"}}}
		q, found, err := (&Events{Heads: []Joined{{Team: "t", By: &one}}}).Change(p, &Plan{})
		if err != nil || len(q.Teams[0].Shifts) != want || len(found) == 1 == (want > 1) {
			t.Errorf("every %d minutes: %d shifts, %v %v", every, len(q.Teams[0].Shifts), found, err)
		}
		if _, again, err := Solve(q, Options{}); err != nil || want > 1 && len(again) > 0 {
			t.Error(again, err)
		}
	}
}

// A calendar with shifts that is replaced by one without is more likely "two more" said wrongly; it counts, and is remarked on.
func TestACalendarThatLosesItsShifts(t *testing.T) {
	p := &Problem{Teams: []Team{{ID: "t", Heads: 1, Shifts: []Shift{{From: 0, Until: 5, Heads: 7}}}}, Tasks: []Task{{ID: "a"}}}
	q, found, err := (&Events{Teams: []Team{{ID: "t", Heads: 4}}}).Change(p, &Plan{})
	if err != nil || len(found) != 1 || !found[0].Warning || found[0].Path != "/teams/0" || q.Teams[0].Heads != 4 ||
		found[0].Message != "team t had shifts with up to 7 heads and has 4 round the clock now" || !strings.Contains(found[0].Hint, `"heads": [{"team": …, "by": 2}]`) {
		t.Error(err, found, q.Teams)
	}
}
