package sqlite

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"blackstart/internal/ledger/store/crashdisk"
)

// The crash programme: docs/durability.md says what each trial does, under which fault model, and what is not covered.
// Under plain go test each trial runs a few seeds; DURABILITY=ci and DURABILITY=nightly, set by deploy/durability, run what is promised.
// SEED=n runs that one seed alone and says every step.

// outcome is one row of the table of results.
type outcome struct {
	Trial    string  `json:"trial"`
	Engine   string  `json:"engine"`
	Trials   int     `json:"trials"`
	First    uint64  `json:"first_seed"`
	Last     uint64  `json:"last_seed"`
	Found    int     `json:"found"`   // of a control: how often it was caught; of a trial: damage that was there and was named
	Lost     int     `json:"lost"`    // acknowledged and gone, or damaged and not noticed
	Control  bool    `json:"control"` // must find something, or the trial proves nothing
	Pass     bool    `json:"pass"`
	Note     string  `json:"note,omitempty"`
	Seconds  float64 `json:"seconds"`
	Complete string  `json:"-"` // why the trial did not run whole, if so
}

// sized is a number of trials under go test, in CI, and at night.
type sized struct{ quick, ci, nightly int }

func (n sized) now() int {
	switch os.Getenv("DURABILITY") {
	case "ci":
		return n.ci
	case "nightly":
		return n.nightly
	}
	return n.quick
}

// run runs one(seed) for n seeds, or for the one in SEED, and reports. one gives how many trials it was, how many found something, how many lost something, and
// an error that says what; a trial fails on a loss, a control when it has found nothing.
func (o outcome) run(t *testing.T, n sized, one func(seed uint64) (trials, found, lost int, err error)) {
	t.Helper()
	began := time.Now()
	o.First, o.Last = 1, uint64(n.now())
	if s, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		o.First, o.Last = s, s
	}
	var why error
	for seed := o.First; seed <= o.Last; seed++ {
		trials, found, lost, err := one(seed)
		o.Trials, o.Found, o.Lost = o.Trials+trials, o.Found+found, o.Lost+lost
		if err != nil && why == nil {
			why = err
		}
		if err != nil && !o.Control {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	if o.Control {
		t.Logf("%s: the first loss that the control found: %v", o.Trial, why)
		if o.Found == 0 && os.Getenv("SEED") == "" {
			t.Errorf("%s, %s: %d trials found nothing, so the trial proves nothing", o.Trial, o.Engine, o.Trials)
		}
	}
	o.Seconds = time.Since(began).Seconds()
	o.report(t)
}

// report prints the row, and adds it to the file that DURABILITY_RESULTS names.
func (o outcome) report(t *testing.T) {
	t.Helper()
	o.Pass = !t.Failed()
	t.Logf("%s (%s): %d trials, seeds %d…%d, found %d, lost %d, %.1f s", o.Trial, o.Engine, o.Trials, o.First, o.Last, o.Found, o.Lost, o.Seconds)
	path := os.Getenv("DURABILITY_RESULTS")
	if path == "" {
		return
	}
	line, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}

// crashing is a disk for a store that is made of a crash disk. The WAL is folded back every few pages, so that small workloads see that too.
func crashing(d *crashdisk.Disk) disk {
	return disk{files: d, vfs: d.Name(), synchronous: machine.synchronous, fold: 12}
}

// shmDir is a real directory for the shared memory of the WAL; in memory, where there is one, since nothing in it has to last.
func shmDir(t testing.TB) string {
	t.Helper()
	if dir, err := os.MkdirTemp("/dev/shm", "blackstart"); err == nil {
		t.Cleanup(func() { os.RemoveAll(dir) })
		return dir
	}
	return t.TempDir()
}
