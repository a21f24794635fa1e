package check_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

// small is a problem with one thing of each kind, and good a plan for it: two heads until minute 20, then one; a gate that opens, one of which nobody knows when.
const small = `{"schema": "blackstart/plan-problem/1", "start": 0,
 "teams": [{"id": "net", "heads": 1, "shifts": [{"from": 0, "until": 20, "heads": 2}]}],
 "tasks": [
  {"id": "run", "minutes": 10, "heads": [{"team": "net", "heads": 1}], "state": "running", "at": -5},
  {"id": "a", "minutes": 5, "heads": [{"team": "net", "heads": 1}]},
  {"id": "b", "minutes": 5, "heads": [{"team": "net", "heads": 2}], "after": [{"task": "a", "lag": 2}]},
  {"id": "long", "minutes": 12, "heads": [{"team": "net", "heads": 1}], "after": ["b"], "pausable": true},
  {"id": "late", "minutes": 1, "earliest": 40},
  {"id": "gate", "minutes": 3, "heads": [{"team": "net", "heads": 1}], "after": ["b"], "opens": 50},
  {"id": "open?", "minutes": 3, "opens": "unknown", "after": ["a"]},
  {"id": "then", "minutes": 7, "after": ["open?"]},
  {"id": "lost", "minutes": 1, "heads": [{"team": "nobody", "heads": 1}]},
  {"id": "with it", "minutes": 1, "after": ["lost"]}],
 "services": [
  {"id": "S1", "set": ["b"], "since": -10, "weight": 2, "rto": 15, "mtpd": 20},
  {"id": "S2", "set": ["then", "a"], "weight": 1},
  {"id": "S3", "set": ["a", "lost"], "weight": 1}]}`

const good = `{"schema": "blackstart/plan/1", "objective": {"kind": "cost", "value": 74, "bound": 40, "method": "by hand"}, "makespan": 53, "seed": 1, "schedules": 1,
 "start": {"run": -5, "a": 0, "b": 7, "long": 12, "late": 40, "gate": 50},
 "back": {"S1": 12}, "behind": {"open?": {"gates": ["open?"], "plus": 0}, "then": {"gates": ["open?"], "plus": 3}}, "services_behind": {"S2": {"gates": ["open?"], "plus": 10}},
 "assumed": 53, "left_out": ["lost", "with it"]}`

// Every row breaks one rule; the checker must say which. Without a change the plan is good.
func TestRules(t *testing.T) {
	swap := func(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }
	for name, row := range map[string]struct {
		change func(string) string // of the plan
		code   string
		task   string
	}{
		"nothing":                     {swap(), "", ""},
		"what runs is moved":          {swap(`"run": -5`, `"run": -4`), "check.moved", "run"},
		"before its predecessor":      {swap(`"b": 7`, `"b": 6`), "check.precedence", "b"},
		"before its earliest minute":  {swap(`"late": 40`, `"late": 39`), "check.early", "late"},
		"before its gate opens":       {swap(`"gate": 50`, `"gate": 49`), "check.early", "gate"},
		"before the plan":             {swap(`"a": 0`, `"a": -1`), "check.early", "a"},
		"more heads than there are":   {swap(`"long": 12`, `"long": 11`), "check.heads", "net"},
		"beyond the end of the shift": {swap(`"b": 7`, `"b": 16`, `"long": 12`, `"long": 22`), "check.heads", "net"},
		"a date for what has none":    {swap(`, "then": {"gates": ["open?"], "plus": 3}`, ``, `"late": 40`, `"late": 40, "then": 60`), "check.gate", "then"},
		"another gate":                {swap(`"then": {"gates": ["open?"]`, `"then": {"gates": ["gate"]`), "check.gate", "then"},
		"before the gate of its own":  {swap(`"plus": 3`, `"plus": 2`), "check.precedence", "then"},
		"before any gate":             {swap(`"open?": {"gates": ["open?"], "plus": 0}`, `"open?": {"gates": ["open?"], "plus": -1}`), "check.gate", "open?"},
		"nobody says when":            {swap(`"assumed": 53, `, ``), "check.assumed", "then"},
		"a task forgotten":            {swap(`"late": 40, `, ``), "check.place", "late"},
		"a task in two places":        {swap(`["lost"`, `["late", "lost"`), "check.place", "late"},
		"a task nobody asked for":     {swap(`"a": 0`, `"a": 0, "tea": 5`), "check.unknown", "tea"},
		"pieces nobody asked for":     {swap(`"start": {`, `"pieces": {"tea": [{"from": 7, "until": 12}]}, "start": {`), "check.unknown", "tea"},
		"no date though no gate":      {swap(`"late": 40, `, ``, `"then": {`, `"late": {"gates": [], "plus": 0}, "then": {`), "check.gate", "late"},
		"a service behind no gate":    {swap(`"back": {"S1": 12}, `, ``, `"S2": {"gates"`, `"S1": {"gates": [], "plus": 0}, "S2": {"gates"`), "check.service", "S1"},
		"a task nobody has left out":  {swap(`["lost"`, `["tea", "lost"`), "check.unknown", "tea"},
		"in pieces, without a pause":  {swap(`"start": {`, `"pieces": {"b": [{"from": 7, "until": 12}]}, "start": {`), "check.pause", "b"},
		"nonsense planned":            {swap(`"a": 0`, `"a": 0, "lost": 5`, `["lost", `, `[`), "check.nonsense", "lost"},
		"left out for no reason":      {swap(`"late": 40, `, ``, `["lost"`, `["late", "lost"`), "check.left_out", "late"},
		"left out though it fits":     {swap(`"a": 0, `, ``, `["lost"`, `["a", "lost"`), "check.left_out", "a"},
		"pieces side by side":         {swap(`"start": {`, `"pieces": {"long": [{"from": 12, "until": 15}, {"from": 15, "until": 24}]}, "start": {`), "", ""},
		"an empty piece":              {swap(`"start": {`, `"pieces": {"long": [{"from": 12, "until": 24}, {"from": 24, "until": 24}]}, "start": {`), "check.pieces", "long"},
		"a service back too early":    {swap(`"S1": 12`, `"S1": 11`), "check.service", "S1"},
		"a service not back":          {swap(`"back": {"S1": 12}, `, ``), "check.service", "S1"},
		"a service behind its gate":   {swap(`"plus": 10`, `"plus": 9`), "check.service", "S2"},
		"a service's other gate":      {swap(`"S2": {"gates": ["open?"]`, `"S2": {"gates": []`), "check.service", "S2"},
		"a service never back":        {swap(`"S1": 12`, `"S1": 12, "S3": 5`), "check.service", "S3"},
		"an order":                    {swap(`"left_out"`, `"order": ["run", "late", "a", "b", "open?", "then", "gate", "long"], "left_out"`), "", ""},
		"an order with a stranger":    {swap(`"left_out"`, `"order": ["run", "late", "tea", "a", "b", "open?", "then", "gate", "long"], "left_out"`), "check.order", "tea"},
		"an order with nonsense":      {swap(`"left_out"`, `"order": ["run", "lost", "late", "a", "b", "open?", "then", "gate", "long"], "left_out"`), "check.order", "lost"},
		"an order with one twice":     {swap(`"left_out"`, `"order": ["run", "late", "a", "b", "open?", "late", "then", "gate", "long"], "left_out"`), "check.order", "late"},
		"an order that forgets":       {swap(`"left_out"`, `"order": ["run", "a", "b", "open?", "then", "gate", "long"], "left_out"`), "check.order", "late"},
		"an order against the law":    {swap(`"left_out"`, `"order": ["run", "late", "a", "b", "then", "open?", "gate", "long"], "left_out"`), "check.order", "then"},
		"another makespan":            {swap(`"makespan": 53`, `"makespan": 52`), "check.makespan", ""},
		"another cost":                {swap(`"value": 74`, `"value": 73`), "check.objective", ""},
		"an objective of its own":     {swap(`"kind": "cost"`, `"kind": "beauty"`), "check.objective", ""},
		"a bound above the plan":      {swap(`"bound": 40`, `"bound": 79`), "check.bound", ""},
		"a pause nobody may make":     {swap(`"start": {`, `"pieces": {"b": [{"from": 7, "until": 8}, {"from": 9, "until": 13}]}, "start": {`), "check.pause", "b"},
		"a pause in mid shift":        {swap(`"start": {`, `"pieces": {"long": [{"from": 12, "until": 13}, {"from": 14, "until": 25}]}, "start": {`), "check.pause", "long"},
		"pieces that are too short":   {swap(`"start": {`, `"pieces": {"long": [{"from": 12, "until": 20}, {"from": 20, "until": 23}]}, "start": {`), "check.pieces", "long"},
		"pieces in the wrong order":   {swap(`"start": {`, `"pieces": {"long": [{"from": 12, "until": 20}, {"from": 18, "until": 22}]}, "start": {`), "check.pieces", "long"},
		"a start beyond all minutes":  {swap(`"late": 40`, `"late": 9223372036854775800`), "check.minute", "late"},
		"a piece beyond all minutes":  {swap(`"start": {`, `"pieces": {"long": [{"from": 12, "until": 17179869185}]}, "start": {`), "check.minute", "long"},
		"back beyond all minutes":     {swap(`"S1": 12`, `"S1": -17179869185`), "check.minute", "S1"},
		"behind a gate beyond all":    {swap(`"plus": 10`, `"plus": 17179869185`), "check.minute", "S2"},
		"assumed beyond all minutes":  {swap(`"assumed": 53`, `"assumed": -9223372036854775800`), "check.minute", ""},
		"makespan beyond all minutes": {swap(`"makespan": 53`, `"makespan": 17179869185`), "check.minute", ""},
		"the first minute of all":     {swap(`"makespan": 53`, `"makespan": -17179869184`), "check.makespan", ""},
		"the last minute of all":      {swap(`"makespan": 53`, `"makespan": 17179869184`), "check.makespan", ""},
		"fewer schedules than none":   {swap(`"schedules": 1`, `"schedules": -1`), "check.schedules", ""},
		"no schedules":                {swap(`"schedules": 1`, `"schedules": 0`), "", ""},
		"pieces that begin elsewhere": {swap(`"start": {`, `"pieces": {"long": [{"from": 13, "until": 20}, {"from": 20, "until": 25}]}, "start": {`), "check.pieces", "long"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := row.change(good)
			if name != "nothing" && changed == good {
				t.Fatal("the row changes nothing")
			}
			found, err := check.Plan([]byte(small), ".json", []byte(changed), check.Options{})
			if err != nil {
				t.Fatal(err)
			}
			said := slices.ContainsFunc(found, func(f check.Finding) bool { return !f.Warning && f.Code == row.code && f.Task == row.task })
			if row.code == "" && !check.Valid(found) || row.code != "" && !said {
				t.Errorf("found %+v, want %s %s", found, row.code, row.task)
			}
		})
	}
}

// The end of a task near the last number of 63 bits is no small number.
func TestNoMinuteRunsOver(t *testing.T) {
	problem := `{"schema": "blackstart/plan-problem/1", "teams": [{"id": "t", "heads": 1}], "tasks": [
	 {"id": "a", "minutes": 60, "heads": [{"team": "t", "heads": 1}]}, {"id": "b", "minutes": 60, "heads": [{"team": "t", "heads": 1}], "after": ["a"]}]}`
	made := `{"schema": "blackstart/plan/1", "objective": {"kind": "makespan", "value": 60}, "makespan": 60, "start": {"a": 9223372036854775800, "b": 0}}`
	if found, err := check.Plan([]byte(problem), ".json", []byte(made), check.Options{}); err != nil || check.Valid(found) {
		t.Errorf("a plan whose minutes run over is valid: %v %v", found, err)
	}
}

// A name that stands twice, or is written otherwise, is refused at its place: who reads the plan elsewhere would read another one.
func TestNames(t *testing.T) {
	for name, row := range map[string]struct {
		old, new string
		problem  bool
	}{
		"a field twice":           {`"late": 40,`, `"late": 40}, "start": {`, false},
		"a field in capitals":     {`"late": 40,`, `"late": 40}, "Start": {`, false},
		"a field with a long s":   {`"start": {`, `"ſtart": {`, false},
		"a task twice":            {`"late": 40`, `"late": 39, "late": 40`, false},
		"capitals one further in": {`"kind": "cost"`, `"Kind": "cost"`, false},
		"capitals further in":     {`"plus": 10`, `"Plus": 10`, false},
		"twice further in":        {`"value": 74`, `"value": 3, "value": 74`, false},
		"twice in the problem":    {`"start": 0`, `"start": 5, "start": 0`, true},
		"capitals in a problem":   {`"rto": 15`, `"RTO": 15`, true},
		"twice, in a list":        {`"lag": 2`, `"lag": 3, "lag": 2`, true},
		"twice, after a value":    {`"since": -10`, `"since": 5, "set": ["a"], "since": -10`, true},
		"capitals after a list":   {`"after": ["b"], "opens"`, `"after": ["b"], "Opens"`, true},
		"twice after an object":   {`"after": [{"task": "a", "lag": 2}]`, `"after": [{"task": "a"}], "after": [{"task": "a", "lag": 2}]`, true},
		"a field nobody knows of": {`"rto": 15`, `"rtos": 15`, true},
	} {
		problem, made := small, strings.Replace(good, row.old, row.new, 1)
		if row.problem {
			problem, made = strings.Replace(small, row.old, row.new, 1), good
		}
		if problem == small && made == good {
			t.Errorf("%s: the row changes nothing", name)
		}
		_, err := check.Plan([]byte(problem), ".json", []byte(made), check.Options{})
		if bad, is := errors.AsType[*check.Unreadable](err); !is || bad.Problem != row.problem || bad.Line < 1 {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	two := `{"schema": "blackstart/plan-problem/1", "tasks": [{"id": "a", "minutes": 0}, {"id": "A", "minutes": 0}]}`
	made := `{"schema": "blackstart/plan/1", "objective": {"kind": "makespan", "value": 0}, "makespan": 0, "start": {"a": 0, "A": 0}}`
	if found, err := check.Plan([]byte(two), ".json", []byte(made), check.Options{}); err != nil || len(found) > 0 {
		t.Errorf("ids that differ in capitals: %v %v", found, err)
	}
}

// Where a problem makes no sense in a number, solver and checker make the same of it.
func TestTheSameOfNonsense(t *testing.T) {
	for name, problem := range map[string]string{
		"a start out of range":    `"start": 4294967296, "tasks": [{"id": "a", "minutes": 5}]`,
		"weights beyond all":      `"tasks": [{"id": "a", "minutes": 5}], "services": [{"id": "x", "set": ["none"], "weight": 9}, {"id": "y", "set": ["a"], "weight": 16777216}, {"id": "z", "set": ["a"], "weight": 1}]`,
		"shifts of two teams":     `"teams": [{"id": "t", "shifts": [{"from": 0, "until": 2, "heads": 1, "every": 9}]}, {"id": "u", "shifts": [{"from": 0, "until": 2, "heads": 1, "every": 9}]}], "tasks": [{"id": "a", "minutes": 2, "heads": [{"team": "u", "heads": 1}], "earliest": 400000}]`,
		"a shift after too many":  `"teams": [{"id": "t", "heads": 1, "shifts": [{"from": 0, "until": 2, "heads": 1, "every": 4}, {"from": 900000, "until": 900009, "heads": 3}]}], "tasks": [{"id": "a", "minutes": 2, "heads": [{"team": "t", "heads": 3}]}]`,
		"a start without minutes": `"teams": [{"id": "t", "heads": 1}], "tasks": [{"id": "a", "minutes": 5, "attend": "start", "heads": [{"team": "t", "heads": 1}]}, {"id": "b", "minutes": 5}]`,
		"a team without an id":    `"teams": [{"id": "", "heads": 1}], "tasks": [{"id": "a", "minutes": 5}, {"id": "b", "minutes": 5, "heads": [{"team": "", "heads": 1}]}]`,
	} {
		file := []byte(`{"schema": "blackstart/plan-problem/1", ` + problem + `}`)
		p, err := plan.ReadProblem(file)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := check.Plan(file, ".json", solved(t, p, plan.KindCost, 5), check.Options{}); err != nil || !check.Valid(found) {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
}

// What cannot be read is refused, never a plan that is good.
func FuzzPlan(f *testing.F) {
	f.Add([]byte(small), ".json", []byte(good))
	f.Add([]byte(strings.Replace(small, `"start": 0`, `"begin": "2026-11-22T03:00:00+01:00", "start": "2026-11-22T03:00:00+01:00"`, 1)), ".json", []byte(good))
	f.Add([]byte("3 1 2\n0 0 1 2\n4 1 1 3\n0 0 0\n"), ".rcp", []byte(good))
	f.Add([]byte("PRECEDENCE RELATIONS:\n1 1 1 2\n2 1 0\n***\nREQUESTS/DURATIONS:\n1 1 0 0\n2 1 3 1\n***\nRESOURCEAVAILABILITIES:\n2\n"), ".sm", []byte(good))
	for _, name := range []string{"forty.sm", "thirty.rcp", "everything.json"} {
		data, err := os.ReadFile(filepath.Join("..", "testdata", "same", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, filepath.Ext(name), []byte(good))
	}
	f.Fuzz(func(t *testing.T, problem []byte, extension string, plan []byte) {
		found, err := check.Plan(problem, extension, plan, check.Options{Salt: "dev"})
		if err != nil && len(found) > 0 {
			t.Error("it finds things in what it could not read")
		}
	})
}
