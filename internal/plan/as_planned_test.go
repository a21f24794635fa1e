package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	oneShift  = `"teams": [{"id": "T", "heads": 1, "shifts": [{"from": 10, "until": 20, "heads": 0}]}], `
	onePerson = `"teams": [{"id": "T", "heads": 1}], `
	needsT    = `"heads": [{"team": "T", "heads": 1}]`
)

// What nobody told of has gone as the old plan would have, shifted right by what was told: the plan is made, the events come, and each task is what the row says; what is planned then is over
// when it says.
func TestWhatWentAsPlanned(t *testing.T) {
	for name, row := range map[string]struct {
		problem, events string
		want, warning   string
		over            int64
	}{
		"on time": {onePerson + `"tasks": [{"id": "a", "minutes": 10, ` + needsT + `}, {"id": "b", "minutes": 10, "after": ["a"], ` + needsT + `}]`, `"now": 12, "as_planned": true`,
			"a done 0+10, b running 10+10", "", 20},
		"what pauses begins late, and has not worked before": {oneShift + `"tasks": [{"id": "p", "minutes": 0}, {"id": "w", "minutes": 20, ` + needsT + `, "after": ["p"], "pausable": true}]`,
			`"now": 26, "as_planned": true, "done": [{"task": "p", "at": 0, "minutes": 25}]`, "p done 0+25, w running 25+20", "", 45},
		"nobody is there": {`"teams": [{"id": "T", "heads": 0, "shifts": [{"from": 0, "until": 10, "heads": 1}, {"from": 100, "until": 200, "heads": 1}]}],
			"tasks": [{"id": "p", "minutes": 0}, {"id": "w", "minutes": 10, "after": ["p"], ` + needsT + `}]`,
			`"now": 15, "as_planned": true, "done": [{"task": "p", "at": 0, "minutes": 12}]`, "p done 0+12, w +10", "1 (w has no people)", 110},
		"whose people are late": {onePerson + `"tasks": [{"id": "a", "minutes": 10, ` + needsT + `}, {"id": "x", "minutes": 10, "earliest": 10, ` + needsT + `}]`,
			`"now": 15, "as_planned": true, "slipped": [{"task": "a", "minutes": 60}]`, "a running 0+60, x +10", "1 (x waits for a)", 70},
		"whose people come late, but have come": {onePerson + `"tasks": [{"id": "a", "minutes": 10, ` + needsT + `}, {"id": "x", "minutes": 10, "earliest": 10, ` + needsT + `}]`,
			`"now": 15, "as_planned": true, "done": [{"task": "a", "minutes": 12}]`, "a done 0+12, x running 12+10", "", 22},
		"those of what was put aside": {onePerson + `"tasks": [{"id": "a", "minutes": 10, ` + needsT + `}, {"id": "x", "minutes": 10, "earliest": 10, ` + needsT + `}]`,
			`"now": 15, "as_planned": true, "paused": [{"task": "a", "left": 3}]`, "a +3, x +10", "1 (x waits for a)", 28},
		"a gate that nobody knows of any more": {`"tasks": [{"id": "g", "minutes": 10, "opens": 50}, {"id": "x", "minutes": 5, "after": ["g"]}]`,
			`"now": 55, "as_planned": true, "opens": [{"task": "g", "opens": "unknown"}]`, "g +10, x +5", "1 (g is not open)", 55},
		"a gate that opens later": {`"tasks": [{"id": "g", "minutes": 10, "opens": 50}, {"id": "x", "minutes": 5, "after": ["g"]}]`,
			`"now": 65, "as_planned": true, "opens": [{"task": "g", "opens": 500}]`, "g +10, x +5", "2 (g is not open)", 515},
		"a gate that opened a little later": {`"tasks": [{"id": "g", "minutes": 10, "opens": 50}, {"id": "x", "minutes": 5, "after": ["g"]}]`,
			`"now": 65, "as_planned": true, "opens": [{"task": "g", "opens": 53}]`, "g done 53+10, x running 63+5", "", 68},
		"slipped, and behind what slipped": {`"tasks": [{"id": "a", "minutes": 10}, {"id": "b", "minutes": 20, "after": ["a"]}]`,
			`"now": 12, "as_planned": true, "slipped": [{"task": "a", "minutes": 30}, {"task": "b", "minutes": 50}]`, "a running 0+30, b +50", "1 (b waits for a)", 80},
		"slipped, and begun late": {`"tasks": [{"id": "a", "minutes": 10}, {"id": "b", "minutes": 20, "after": ["a"]}]`,
			`"now": 40, "as_planned": true, "done": [{"task": "a", "minutes": 15}], "slipped": [{"task": "b", "minutes": 22}]`, "a done 0+15, b running 15+25", "", 40},
		"overran before, and is over": {`"start": 100, "tasks": [{"id": "t", "minutes": 60, "state": "running", "at": 0}]`, `"now": 110, "as_planned": true`, "t done 0+100", "", 110},
		"overran before, and is told": {`"start": 100, "tasks": [{"id": "t", "minutes": 60, "state": "running", "at": 0}]`, `"now": 110, "done": [{"task": "t"}]`, "t done 0+100", "", 110},
		"runs after a pause":          {oneShift + `"tasks": [{"id": "w", "minutes": 20, ` + needsT + `, "pausable": true}]`, `"now": 25, "running": [{"task": "w"}]`, "w running 0+30", "", 30},
		"runs before its pause":       {oneShift + `"tasks": [{"id": "w", "minutes": 20, ` + needsT + `, "pausable": true}]`, `"now": 15, "running": [{"task": "w"}]`, "w running 0+25", "", 25},
		"runs after a start with a pause": {oneShift + `"tasks": [{"id": "w", "minutes": 60, "attend": "start", "attend_minutes": 20, ` + needsT + `, "pausable": true}]`, `"now": 15, "running": [{"task": "w"}]`,
			"w running 0+65", "", 65},
	} {
		p, old := solved(t, row.problem)
		now, found := became(t, p, old, row.events)
		var got []string
		for i := range now.Tasks {
			got = append(got, now.Tasks[i].ID+" "+told(&now.Tasks[i]))
		}
		if strings.Join(got, ", ") != row.want {
			t.Errorf("%s: %s, want %s", name, strings.Join(got, ", "), row.want)
		}
		switch {
		case row.warning == "" && len(found) == 0:
		case len(found) == 1 && found[0].Warning && row.warning != "" && strings.HasSuffix(found[0].Message, ": "+row.warning):
		default:
			t.Errorf("%s: %v, want %q", name, found, row.warning)
		}
		if made, _, err := Solve(now, Options{}); err != nil || made.Makespan != row.over {
			t.Errorf("%s: over in %d, want %d, %v", name, made.Makespan, row.over, err)
		}
	}
}

// What is known exactly stays so, and what people have just said is no shorter.
func TestRangesAfterEvents(t *testing.T) {
	for _, row := range []struct {
		minutes, events string
		want            Range
	}{
		{`20`, `"as_planned": true`, Exactly(5)},
		{`{"min": 18, "likely": 20, "max": 30}`, `"as_planned": true`, Range{3, 5, 15}},
		{`{"min": 1, "likely": 20, "max": 30}`, `"as_planned": true`, Range{0, 5, 15}},
		{`20`, `"running": [{"task": "w"}]`, Exactly(30)},
		{`{"min": 18, "likely": 20, "max": 30}`, `"running": [{"task": "w"}]`, Range{28, 30, 40}},
		{`20`, `"as_planned": true, "slipped": [{"task": "w", "minutes": 40}]`, Exactly(25)},
		{`20`, `"slipped": [{"task": "w", "minutes": 40}]`, Exactly(40)},
		{`20`, `"slipped": [{"task": "w", "minutes": 4}]`, Exactly(4)},
		{`{"min": 1, "likely": 20, "max": 30}`, `"slipped": [{"task": "w", "minutes": 40}]`, Range{40, 40, 50}},
		{`20`, `"paused": [{"task": "w", "left": 7}]`, Exactly(7)},
	} {
		p, old := solved(t, oneShift+`"tasks": [{"id": "w", "minutes": `+row.minutes+`, `+needsT+`, "pausable": true}]`)
		if now, _ := became(t, p, old, `"now": 25, `+row.events); now.Tasks[0].Minutes != row.want {
			t.Errorf("%s, %s: %v, want %v", row.minutes, row.events, now.Tasks[0].Minutes, row.want)
		}
	}
}

// Where nobody tells of anything, everything went as planned, to the minute and whatever calendars, pauses and gates there are: nothing waits, what is over was over when the plan said, and as
// much is left of what pauses as its pieces say.
func TestNothingToldIsThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64().Draw(t, "problem"))
		old, _, err := Solve(p, Options{Schedules: rapid.IntRange(1, 60).Draw(t, "schedules"), Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		now, found, err := (&Events{Now: p.Start + rapid.Int64Range(0, 60).Draw(t, "now"), AsPlanned: true}).Change(p, old)
		if err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		for i := range now.Tasks {
			was, is := &p.Tasks[i], &now.Tasks[i]
			at, dated := old.Start[is.ID]
			begun, left := dated && at < now.Start, worked(old.Pieces[is.ID], now.Start)
			switch {
			case was.State != "":
			case begun && is.State == "" && is.Minutes.Likely == left+was.alone() && left > 0:
			case begun && is.State != "" && *is.At == at && left == 0:
			case !begun && is.State == "" && is.Minutes == was.Minutes:
			default:
				t.Fatalf("minute %d: %+v, pieces %v, has become %s", now.Start, was, old.Pieces[is.ID], told(is))
			}
		}
	})
}

// What was begun and put aside does not begin at another time: it goes on.
func TestWhatWasPutAsideGoesOn(t *testing.T) {
	for events, want := range map[string]bool{`"as_planned": true`: true, `"paused": [{"task": "w", "left": 7}]`: true, `"running": [{"task": "w"}]`: false, `"done": []`: false} {
		p, old := solved(t, oneShift+`"tasks": [{"id": "w", "minutes": 20, `+needsT+`, "pausable": true}]`)
		now, _ := became(t, p, old, `"now": 25, `+events)
		_, diff, _, err := Replan(now, old, Options{}, Notice{})
		if err != nil || want && len(diff.Tasks) != 1 || len(diff.Tasks) > 0 && diff.Tasks[0].GoesOn != want {
			t.Errorf("%s: %+v, %v", events, diff.Tasks, err)
		}
	}
}

func solved(t *testing.T, problem string) (*Problem, *Plan) {
	t.Helper()
	p, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", ` + problem + `}`))
	if err != nil {
		t.Fatal(err)
	}
	old, _, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p, old
}

func became(t *testing.T, p *Problem, old *Plan, events string) (*Problem, []Finding) {
	t.Helper()
	e, err := ReadEvents(fmt.Appendf(nil, `{"schema": "blackstart/plan-events/1", %s}`, events), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	now, found, err := e.Change(p, old)
	if err != nil {
		t.Fatal(err)
	}
	return now, found
}
