package plan

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// Where nothing is uncertain the runs keep what was planned, or are earlier: nobody waits longer than in the plan.
func TestCertainRunsKeepThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawCrew(t)
		for i := range p.Tasks {
			p.Services = append(p.Services, Service{ID: fmt.Sprint("s", i), Set: []string{p.Tasks[i].ID}, Weight: 1})
		}
		made, _, err := Solve(p, Options{Schedules: 5, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		r, err := Simulate(p, made, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		if r.Makespan.P90 > made.Makespan {
			t.Errorf("everything is over in %d, planned %d", r.Makespan.P90, made.Makespan)
		}
		for id, b := range r.Back {
			if b.P50 != b.P90 || b.P90 > b.Planned {
				t.Errorf("%s is back in %d … %d, planned %d", id, b.P50, b.P90, b.Planned)
			}
		}
	})
}

// uncertain is a small chain beside a task that nobody waits for.
func uncertain() *Problem {
	p := crew(work("a", 100, "x"), work("b", 100, "x", "a"), work("aside", 10, "y"))
	p.Tasks[0].Minutes, p.Tasks[1].Minutes = Range{50, 100, 300}, Range{100, 100, 400}
	p.Tasks = append(p.Tasks, Task{ID: "gate", Opens: &Opening{Unknown: true}}, Task{ID: "after", Minutes: Range{10, 20, 60}, After: []Link{{Task: "gate"}}})
	p.Services = []Service{{ID: "S1", Set: []string{"b"}, Weight: 3}, {ID: "S2", Set: []string{"aside"}, Weight: 1}, {ID: "S3", Set: []string{"after"}, Weight: 1}}
	return p
}

func TestSimulate(t *testing.T) {
	p := uncertain()
	made, _, err := Solve(p, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Simulate(p, made, 2000, 7)
	if err != nil {
		t.Fatal(err)
	}
	s1, s2, s3 := r.Back["S1"], r.Back["S2"], r.Back["S3"]
	if s1.Planned != 200 || s1.P50 <= 250 || s1.P90 <= s1.P50+50 || s1.P90 > 700 {
		t.Errorf("S1 is back in %+v; half of the runs should be beyond 250, since both tasks lean to the long side", s1)
	}
	if s2.P50 != 10 || s2.P90 != 10 {
		t.Errorf("S2 waits for nothing uncertain: %+v", s2)
	}
	if !s3.Behind || s3.Planned != 20 || s3.P50 < 10 || s3.P90 > 60 {
		t.Errorf("S3 is back so long after its gate: %+v", s3)
	}
	if c := r.Tasks["a"]; c.End != 1000 || c.Weight != 600 {
		t.Errorf("on task a hangs %+v, want the end of all runs and three fifths of the weight", c)
	}
	if c := r.Tasks["aside"]; c.End != 0 || c.Weight != 200 {
		t.Errorf("on the task aside hangs %+v, want its own service", c)
	}
	before := runtime.GOMAXPROCS(1)
	alone, err := Simulate(p, made, 2000, 7)
	runtime.GOMAXPROCS(before)
	if err != nil || !reflect.DeepEqual(r, alone) {
		t.Errorf("one core gives another answer: %+v, %v", alone, err)
	}
}

// What nobody hands over comes with the shift, and at night nobody works who is not there.
func TestSimulateShifts(t *testing.T) {
	p := crew(work("a", 60, "x"), work("b", 600, "x", "a"))
	p.Teams[0] = Team{ID: "x", Heads: 0, Shifts: []Shift{{From: 0, Until: 480, Heads: 1, Every: 1440}}}
	p.Tasks[1].Pausable, p.Tasks[1].Minutes = true, Range{500, 600, 700}
	p.Services = []Service{{ID: "S", Set: []string{"b"}, Weight: 1}}
	made, _, err := Solve(p, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Simulate(p, made, 500, 1)
	if err != nil {
		t.Fatal(err)
	}
	if b := r.Back["S"]; b.Planned != 1440+180 || b.P50 < 1440+100 || b.P90 > 1440+280 {
		t.Errorf("b is over in %+v: 420 minutes on the first day, the rest on the second", b)
	}
}

func TestTriangular(t *testing.T) {
	r := newRandom(1)
	x := Range{10, 20, 100}
	sum, below := int64(0), 0
	for range 20_000 {
		d := r.triangular(x)
		if d < x.Min || d > x.Max {
			t.Fatalf("%d is not between %d and %d", d, x.Min, x.Max)
		}
		if sum += d; d < x.Likely {
			below++
		}
	}
	if mean := sum / 20_000; mean < 42 || mean > 44 { // (10 + 20 + 100) / 3
		t.Errorf("the mean is %d, want 43", mean)
	}
	if below < 1900 || below > 2700 { // (20 − 10) / (100 − 10) of them
		t.Errorf("%d of 20,000 are below the likely one, want 2,222", below)
	}
	if d := r.triangular(Exactly(7)); d != 7 {
		t.Errorf("what is known is drawn as %d", d)
	}
}
