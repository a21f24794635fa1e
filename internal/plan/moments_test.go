package plan_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"testing"
	"time"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

// A problem that says everything it can in moments is the same problem, to the solver and to the second opinion, whatever zone each moment is written in.
func TestMomentsAreMinutes(t *testing.T) {
	begin := time.Date(2026, 3, 28, 22, 0, 0, 0, time.FixedZone("", 3600))
	zones := []*time.Location{time.UTC, begin.Location(), time.FixedZone("", -8*3600), time.FixedZone("", 5*3600+45*60)}
	count := 0
	moment := func(all []byte, number *regexp.Regexp) []byte {
		return number.ReplaceAllFunc(all, func(pair []byte) []byte {
			at := number.FindSubmatchIndex(pair)
			minute, err := strconv.ParseInt(string(pair[at[2]:at[3]]), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			count++
			said := plan.Moment(begin, minute).In(zones[count%len(zones)]).Add(time.Duration(count%60) * time.Second)
			return fmt.Appendf(bytes.Clone(pair[:at[2]]), "%q", said.Format(time.RFC3339))
		})
	}
	plain := file(t, "everything.json")
	told := moment(plain, regexp.MustCompile(`"(?:start|earliest|at|since|opens|from|until)": (-?[0-9]+)`))
	told = regexp.MustCompile(`"opens": \{[^}]*\}`).ReplaceAllFunc(told, func(all []byte) []byte {
		return moment(all, regexp.MustCompile(`"(?:min|likely|max)": ([0-9]+)`))
	})
	told = bytes.Replace(told, []byte(`"start":`), []byte(`"begin": "2026-03-28T22:00:00+01:00", "start":`), 1)
	if count < 15 {
		t.Fatalf("%d moments", count)
	}
	p, want := problem(t, told), problem(t, plain)
	if want.Begin = begin; !bytes.Equal(written(t, p), written(t, want)) {
		t.Errorf("it became another problem:\n%s", written(t, p))
	}
	made, _, err := plan.Solve(want, plan.Options{Schedules: 50})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := check.Plan(told, ".json", written(t, made), check.Options{}); err != nil || !check.Valid(found) {
		t.Errorf("the second opinion read another problem: %v %v", err, found)
	}
}
