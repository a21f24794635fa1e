package check_test

import (
	"testing"

	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
)

// The mark that editors of Windows put before UTF-8 is taken by solver and checker, in all formats, and moves no place.
func TestAMarkBeforeTheFile(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	for extension, row := range map[string]struct {
		problem string
		read    func([]byte) (*plan.Problem, error)
	}{
		".json": {`{"schema": "blackstart/plan-problem/1", "begin": "2026-11-22T03:00:00+01:00", "tasks": [{"id": "a", "minutes": 5, "earliest": "2026-11-22T03:07:00+01:00"}]}`, plan.ReadProblem},
		".rcp":  {"2 1 2\n0 0 1 2\n4 1 0\n", func(data []byte) (*plan.Problem, error) { return plan.ReadPatterson("x", data) }},
		".sm": {"jobs (incl. supersource/sink ): 1\n- renewable : 0 R\n- nonrenewable : 0 N\n- doubly constrained : 0 D\nPRECEDENCE RELATIONS:\njobnr.\n1 1 0\nREQUESTS/DURATIONS:\njobnr.\n---\n1 1 0\nRESOURCEAVAILABILITIES:\n\n",
			func(data []byte) (*plan.Problem, error) { return plan.ReadPSPLIB("x", data) }},
	} {
		p, err := row.read([]byte(mark + row.problem))
		if err != nil {
			t.Errorf("%s: %v", extension, err)
			continue
		}
		made := append([]byte(mark), solved(t, p, plan.KindMakespan, 1)...)
		if _, err := plan.ReadPlan(made); err != nil {
			t.Errorf("%s: %v", extension, err)
		}
		if found, err := check.Plan([]byte(mark+row.problem), extension, made, check.Options{}); err != nil || !check.Valid(found) {
			t.Errorf("%s: %v %v", extension, err, found)
		}
	}
	if at := plan.Places([]byte(mark+`{"a": 1}`), map[string]bool{"/a": true})["/a"]; at != plan.Places([]byte(`{"a": 1}`), map[string]bool{"/a": true})["/a"] {
		t.Errorf("the mark moves a place to %v", at)
	}
}
