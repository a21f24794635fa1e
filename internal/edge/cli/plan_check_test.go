package cli

import (
	"bytes"
	"testing"
	"time"

	"blackstart/internal/fault"
)

// A file that the second opinion cannot read is one that cannot be used, for whoever wanted to see the plan; only who asked for its verdict is told that there is none.
func TestUnreadableIsNoVerdict(t *testing.T) {
	var said bytes.Buffer
	c := PlanCheckCmd{File: "p.json", Plan: "made.json"}
	_, _, err := c.judge(&IO{Err: &said}, []byte(`{"schema": "blackstart/plan-problem/1", "tasks": []}`), []byte(`{`), time.Time{})
	if err != Exit(fault.ExitNegative) {
		t.Errorf("it ends with %v, want %d", err, fault.ExitNegative)
	}
	if !bytes.Contains(said.Bytes(), []byte("could not use made.json")) {
		t.Errorf("it says %q", said.Bytes())
	}
}
