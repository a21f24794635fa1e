package cli

import (
	"testing"
	"time"

	"blackstart/internal/plan"
)

// What the help shows can be written like that: each list is read.
func TestSomeEvents(t *testing.T) {
	e, err := plan.ReadEvents([]byte(someEvents), time.Date(2026, 11, 22, 3, 0, 0, 0, time.FixedZone("", 3600)))
	if err != nil {
		t.Fatal(err)
	}
	if e.Now != 4690 || len(e.Done)*len(e.Running)*len(e.Paused)*len(e.Slipped)*len(e.Opens)*len(e.Teams)*len(e.Heads) != 1 || *e.Done[0].At != 4260 || *e.Done[0].Over != 4350 || e.Notice.Minutes != 60 {
		t.Errorf("it was read as %+v", e)
	}
}
