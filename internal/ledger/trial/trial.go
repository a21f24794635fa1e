// Package trial counts the trials of the crash programme, in whatever package they are made, and writes each as one row of the table in
// docs/durability.md. It knows nothing of what is tried. Start at [Row.Run].
//
// Under plain go test a trial runs a few seeds. DURABILITY=ci and DURABILITY=nightly, which deploy/durability sets, run what is promised; SEED=n runs that
// one seed alone; DURABILITY_RESULTS names a file that every row is added to.
package trial

import (
	"cmp"
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"
)

// Row is one trial: what is tried on which engine, and what came of it.
type Row struct {
	Trial   string  `json:"trial"`
	Engine  string  `json:"engine"`
	Control bool    `json:"control"` // a negative control: it must find something, or the trial beside it proves nothing
	Trials  int     `json:"trials"`
	First   uint64  `json:"first_seed"`
	Last    uint64  `json:"last_seed"`
	Found   int     `json:"found"` // damage that was done and noticed
	Lost    int     `json:"lost"`  // acknowledged and gone, or damaged and not noticed
	Pass    bool    `json:"pass"`
	Note    string  `json:"note,omitempty"` // what else there is to know, for example what was skipped
	Seconds float64 `json:"seconds"`
	Size    string  `json:"size"`    // quick, ci or nightly
	Machine string  `json:"machine"` // as deploy/durability says it
	Commit  string  `json:"commit"`
}

// Size is how many seeds are run under go test, in CI, and at night.
type Size struct{ Quick, CI, Nightly int }

func (n Size) now() int {
	switch os.Getenv("DURABILITY") {
	case "ci":
		return n.CI
	case "nightly":
		return n.Nightly
	}
	return n.Quick
}

// Count is what one seed came to; the error says what was lost first.
type Count struct {
	Trials, Found, Lost int
	Err                 error
}

// Run runs one for every seed and reports. A trial fails when it loses something; a control fails when it loses nothing.
func (r Row) Run(t *testing.T, n Size, one func(seed uint64) Count) {
	t.Helper()
	began := time.Now()
	r.First, r.Last = 1, uint64(n.now())
	alone, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64)
	if err == nil {
		r.First, r.Last = alone, alone
	}
	for seed := r.First; seed <= r.Last; seed++ {
		c := one(seed)
		if c.Err != nil && r.Control && r.Lost == 0 {
			t.Logf("%s, %s: the first loss, seed %d: %v", r.Trial, r.Engine, seed, c.Err)
		}
		if c.Err != nil && !r.Control {
			t.Errorf("%s, seed %d: %v", r.Trial, seed, c.Err)
		}
		r.Trials, r.Found, r.Lost = r.Trials+c.Trials, r.Found+c.Found, r.Lost+c.Lost
	}
	r.Seconds = time.Since(began).Seconds()
	r.Report(t)
}

// Report judges the row and writes it down.
func (r Row) Report(t *testing.T) {
	t.Helper()
	switch {
	case r.Control && r.Lost == 0 && os.Getenv("SEED") == "":
		t.Errorf("%s, %s: %d trials lost nothing, so the trial beside this control proves nothing", r.Trial, r.Engine, r.Trials)
	case !r.Control && r.Lost > 0:
		t.Errorf("%s, %s: %d lost in %d trials", r.Trial, r.Engine, r.Lost, r.Trials)
	}
	r.Pass = !t.Failed()
	t.Logf("%s (%s): %d trials, seeds %d…%d, found %d, lost %d, %.1f s %s", r.Trial, r.Engine, r.Trials, r.First, r.Last, r.Found, r.Lost, r.Seconds, r.Note)
	path := os.Getenv("DURABILITY_RESULTS")
	if path == "" {
		return
	}
	if err := add(path, r); err != nil {
		t.Error(err)
	}
}

func add(path string, r Row) error {
	r.Size, r.Machine, r.Commit = cmp.Or(os.Getenv("DURABILITY"), "quick"), os.Getenv("DURABILITY_MACHINE"), os.Getenv("DURABILITY_COMMIT")
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(append(line, '\n'))
	return err
}
