package check_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

const (
	wholeProblem = `{"schema": "blackstart/plan-problem/1", "name": "p", "begin": "2026-11-22T03:00:00+01:00", "start": 1,
 "teams": [{"id": "t", "heads": 3, "shifts": [{"from": 0, "until": 9, "heads": 1, "every": 500000}]}],
 "tasks": [{"id": "a", "name": "n", "layer": "l", "minutes": {"min": 1, "likely": 2, "max": 3}, "heads": [{"team": "t", "heads": 1}], "after": ["b", {"task": "c", "lag": 2}],
   "earliest": 4, "attend": "start", "attend_minutes": 1, "pausable": true, "state": "fixed", "at": 5, "opens": {"min": 1, "likely": 2, "max": 3}},
  {"id": "b", "minutes": 7, "opens": "unknown"}],
 "services": [{"id": "s", "name": "n", "set": ["a"], "since": 0, "weight": 1, "rto": 5, "mtpd": 6}], "factors": {"rto": 1, "mtpd": 4}}`
	wholePlan = `{"schema": "blackstart/plan/1", "objective": {"kind": "cost", "value": 1, "bound": 1, "method": "m"}, "makespan": 3, "seed": 4, "schedules": 5, "start": {"a": 0, "at": 1},
 "pieces": {"a": [{"from": 0, "until": 9}]}, "back": {"s": 5}, "behind": {"b": {"gates": ["b"], "plus": 3}}, "services_behind": {"s": {"gates": ["b"], "plus": 3}},
 "assumed": 6, "left_out": ["c"], "order": ["a", "b"]}`
)

// others are what may stand in the place of a value.
var others = []string{`null`, `-0`, `0`, `01`, `+1`, `1.0`, `1e0`, `1E2`, `1.5`, `-`, `1e400`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `18446744073709551615`, `18446744073709551616`,
	`"7"`, `""`, `true`, `false`, `[]`, `{}`, `[null]`, `[1]`, `{"min": null}`, `{"min": 1}`, `{"task": null}`, `{"task": "a", "lag": null}`, `{"Task": "a"}`, `{"at": null}`, `"unknown"`, `"\u0075nknown"`, `"Unknown"`,
	`"\ud800"`, `"\ude00\ud83d"`, `"\ud83d\ude00"`, `"\ud83d\uD83D\ude00"`, `"\\ud800"`, `"\ud800\\ude00"`, "\"\xff\"", "\"\x01\"", `"\'"`, `"\/"`, `nul`, `NaN`,
	`"2026-11-22T07:00:00+01:00"`, `"2026-11-22T07:00:00Z"`, `"2026-11-22t07:00:00z"`, `"2026-11-22T07:00:00\u002b01:00"`, `"2026-11-22T07:00:00.5Z"`, `"2026-11-22T07:00:00,5Z"`, `"2026-11-22T7:00:00Z"`, `"2026-11-22 07:00:00Z"`,
	`"2026-11-22T07:00Z"`, `"2026-11-22T07:00:00"`, `"2026-11-22T24:00:00Z"`, `"2026-11-22T07:00:00+24:00"`, `"2026-11-22T07:00:00+01:60"`, `"2026-02-29T07:00:00Z"`, `"2026-11-22T07:00:60Z"`, `"2026-11-22"`, ` "2026-11-22T07:00:00Z"`,
	`"0001-01-01T00:00:00Z"`, `"0001-01-01T00:00:59Z"`, `"0001-01-01T01:00:00+01:00"`, `"0000-01-01T00:00:00Z"`, `"9999-12-31T23:59:59Z"`, `{"min": "2026-11-22T07:00:00Z", "likely": 2, "max": "2026-11-22t09:00:00z"}`}

// What the solver takes, the checker reads, and what the one refuses the other does too: every value of a problem and of a plan becomes something else, every name is written in other ways, and each file
// is given to both.
func TestReadersAgree(t *testing.T) {
	taken, refused := 0, 0
	for _, whole := range []string{wholeProblem, strings.Replace(wholeProblem, `"begin": "2026-11-22T03:00:00+01:00", `, ``, 1), wholePlan} {
		for _, file := range slices.Concat([]string{whole, whole + " ", whole + "1", whole + "{}", "\ufeff" + whole, ``, `null`, `{}`, `[]`}, changes(t, whole)) {
			if agree(t, []byte(file)) {
				taken++
			} else {
				refused++
			}
		}
	}
	if taken < 1000 || refused < 5000 {
		t.Errorf("%d files are taken and %d refused", taken, refused)
	}
}

// changes are all files that come of one by changing one thing.
func changes(t *testing.T, whole string) (all []string) {
	t.Helper()
	var open []json.Delim
	names, last := []bool{false}, 0
	d := json.NewDecoder(strings.NewReader(whole))
	for d.More() || len(open) > 0 {
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		until := int(d.InputOffset())
		from := last + len(whole[last:until]) - len(strings.TrimLeft(whole[last:until], " \n:,"))
		put := func(new string) { all = append(all, whole[:from]+new+whole[until:]) }
		top := len(names) - 1
		isName := len(open) > 0 && open[len(open)-1] == '{' && names[top]
		switch delim, is := token.(json.Delim); {
		case is && (delim == '{' || delim == '['):
			names[top] = true
			open, names = append(open, delim), append(names, true)
			all = append(all, wholes(whole, from)...)
		case is:
			open, names = open[:len(open)-1], names[:top]
		case isName:
			names[top] = false
			word := token.(string)
			for _, other := range []string{strings.ToUpper(word), strings.ToUpper(word[:1]) + word[1:], strings.ReplaceAll(word, "s", "ſ"), word + "_", "", " " + word, strings.ReplaceAll(word, "_", "")} {
				put(`"` + other + `"`)
			}
			escaped, err := json.Marshal(word[1:])
			if err != nil {
				t.Fatal(err)
			}
			escape := `"\u00` + string("0123456789abcdef"[word[0]>>4]) + string("0123456789abcdef"[word[0]&15]) + string(escaped[1:])
			put(escape)
			for _, twice := range []string{whole[from:until], escape} {
				put(twice + `: 0, ` + whole[from:until])
				put(twice + `: null, ` + whole[from:until])
			}
		default:
			names[top] = true
			for _, other := range others {
				put(other)
			}
		}
		last = until
	}
	return all
}

// wholes puts something else in the place of an object or a list.
func wholes(whole string, from int) (all []string) {
	var value json.RawMessage
	if json.NewDecoder(strings.NewReader(whole[from:])).Decode(&value) == nil {
		for _, other := range others {
			all = append(all, whole[:from]+other+whole[from+len(value):])
		}
	}
	return all
}

// agree says whether a file is taken as a problem or as a plan.
func agree(t *testing.T, file []byte) bool {
	t.Helper()
	none := []byte(`{"schema": "blackstart/plan-problem/1", "tasks": []}`)
	_, asProblem := plan.ReadProblem(file)
	_, asPlan := plan.ReadPlan(file)
	for _, row := range []struct {
		what          string
		problem, made []byte
		solver        error
	}{{"problem", file, none, asProblem}, {"plan", none, file, asPlan}} {
		found, err := check.Plan(row.problem, ".json", row.made, check.Options{})
		bad, is := errors.AsType[*check.Unreadable](err)
		if why, is := errors.AsType[*plan.Error](row.solver); is && why.Code == "plan.value" && err == nil && !check.Valid(found) {
			continue // it is well written, and no plan: of that the checker makes a finding
		}
		if refuses := is && bad.Problem == (row.what == "problem"); refuses != (row.solver != nil) {
			t.Errorf("as a %s: the solver says %v, the checker %v:\n%s", row.what, row.solver, err, file)
		}
	}
	return asProblem == nil || asPlan == nil
}

// FuzzReadersAgree is the same of anything.
func FuzzReadersAgree(f *testing.F) {
	for _, whole := range []string{wholeProblem, wholePlan, small, good} {
		f.Add([]byte(whole))
	}
	data, err := os.ReadFile(filepath.Join("..", "testdata", "same", "everything.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(bytes.TrimSpace(data)) > 0 {
			agree(t, data)
		}
	})
}
