package plan

import (
	"math"
	"testing"
)

// What a plan puts off beyond everything that its problem says comes as late in its runs, for services as for the whole: also beyond 2³², where four bytes end, and where nobody knows how long it takes.
func TestSimulateFar(t *testing.T) {
	for name, row := range map[string]struct {
		task        string
		start, last int64 // of the plan; by which its runs are over
	}{
		"exact":                     {`"minutes": 10`, 5_000_000_000, 5_000_000_010},
		"drawn":                     {`"minutes": {"min": 0, "likely": 10, "max": 10}`, 5_000_000_000, 5_000_000_010},
		"hardly before never":       {`"minutes": {"min": 0, "likely": 0, "max": 1}`, never - 2, never - 1},
		"over before never or not":  {`"minutes": {"min": 0, "likely": 20, "max": 20}`, never - 20, never},
		"far, though within a word": {`"minutes": 10`, 4_000_000_000, 4_000_000_010},
	} {
		p, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", "tasks": [{"id": "t", ` + row.task + `}], "services": [{"id": "s", "set": ["t"], "weight": 1}]}`))
		if err != nil {
			t.Fatal(err)
		}
		made := &Plan{Start: map[string]int64{"t": row.start}, Back: map[string]int64{"s": row.last}, Makespan: row.last}
		r, _, err := Simulate(p, made, 50, 1)
		if err != nil {
			t.Fatal(err)
		}
		back := r.Back["s"]
		if whole := r.Makespan; back.P50 == nil || *back.P50 != *whole.P50 || *back.P50 < row.start || *back.P50 > row.last || back.Never != whole.Never || back.Never == 50 {
			t.Errorf("%s: the service is back by %v, %d times never; everything by %v, %d times never", name, said(back.P50), back.Never, said(whole.P50), whole.Never)
		}
	}
	o := &outcomes{runs: 1, first: -7, near: make([]uint32, 1)}
	if o.put(0, 0, math.MaxUint32); o.sorted(0, nil)[0] != never {
		t.Errorf("what four bytes do not hold came back as minute %d", o.sorted(0, nil)[0])
	}
}

func said(minute *int64) int64 {
	if minute == nil {
		return never
	}
	return *minute
}

// A task that likely takes no time is a mark: it keeps nobody busy, however long it is drawn. So runs hold heads exactly where the plan does.
func TestSimulateMarks(t *testing.T) {
	p, err := ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", "teams": [{"id": "T", "heads": 1}], "tasks": [
	 {"id": "mark", "minutes": {"min": 0, "likely": 0, "max": 100}, "heads": [{"team": "T", "heads": 1}]},
	 {"id": "work", "minutes": 30, "heads": [{"team": "T", "heads": 1}]}], "services": [{"id": "s", "set": ["work"], "weight": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := Solve(p, Options{Schedules: 5})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := Simulate(p, made, 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	if back := r.Back["s"]; *back.P90 != 30 || *r.Makespan.P50 <= 30 {
		t.Errorf("work is over by %d, everything by %d", *back.P90, *r.Makespan.P50)
	}
}
