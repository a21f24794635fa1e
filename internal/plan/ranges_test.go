package plan

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Where nothing is uncertain the runs keep what was planned, to the minute, and problem and plan make the plan again, byte for byte: however it was made, with calendars, pauses and gates.
func TestCertainRunsAreThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(rapid.Uint64().Draw(t, "problem"))
		if certain(p); rapid.IntRange(0, 9).Draw(t, "few shifts") > 0 { // shifts that come again for 400 days take most of the time
			for k := range p.Teams {
				for i := range p.Teams[k].Shifts {
					p.Teams[k].Shifts[i].Every = 0
				}
			}
		}
		seed, kind := rapid.Uint64().Draw(t, "seed"), rapid.SampledFrom([]string{KindCost, KindMakespan}).Draw(t, "kind")
		made := planned(t)(Solve(p, Options{Kind: kind, Schedules: rapid.IntRange(1, 60).Draw(t, "schedules"), Seed: seed}))
		e := Events{Now: p.Start + rapid.Int64Range(0, 30).Draw(t, "now"), AsPlanned: true, Slip: rapid.StringN(1, 1, 1).Draw(t, "slip"), Notice: Notice{Minutes: 20, Price: 10}}
		switch rapid.IntRange(0, 5).Draw(t, "how") {
		case 1:
			made = planned(t)(StrictWaves(p))
		case 2:
			made = planned(t)(LargestWeightFirst(p, true))
		case 3:
			now := happened(t, &e, p, made)
			made = planned(t)(ShiftRight(p, now, made, kind))
			p = now
		case 4:
			p = happened(t, &e, p, made)
			made = planned(t)(InOldOrder(p, made, kind))
		case 5:
			p = happened(t, &e, p, made)
			anew, _, found, err := Replan(p, made, Options{Kind: kind, Schedules: 20, Seed: seed}, e.Notice)
			made = planned(t)(anew, found, err)
		}
		isAgain(t, p, made)
	})
}

func planned(t *rapid.T) func(*Plan, []Finding, error) *Plan {
	return func(made *Plan, _ []Finding, err error) *Plan {
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
}

// happened is what a problem has become, again with nothing uncertain.
func happened(t *rapid.T, e *Events, p *Problem, made *Plan) *Problem {
	now, _, err := e.Change(p, made)
	if err != nil {
		t.Fatal(err)
	}
	certain(now)
	return now
}

// certain makes everything last as long as it likely does.
func certain(p *Problem) {
	p.Tasks = slices.Clone(p.Tasks)
	for i := range p.Tasks {
		t := &p.Tasks[i]
		if t.Minutes = Exactly(t.Minutes.Likely); t.Opens != nil {
			t.Opens = &Opening{Range: Exactly(t.Opens.Range.Likely), Unknown: t.Opens.Unknown}
		}
	}
}

// isAgain makes a plan again from its problem and its file, and runs it.
func isAgain(t *rapid.T, p *Problem, made *Plan) {
	data, err := made.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadPlan(data)
	if err != nil {
		t.Fatal(err)
	}
	n, err := p.compile()
	if err != nil {
		t.Fatal(err)
	}
	o, err := n.follow(read)
	if err != nil {
		t.Fatal(err)
	}
	again, err := n.plan(o.list, made.Schedules, Options{Kind: made.Objective.Kind, Seed: made.Seed}).Marshal()
	if err != nil || !bytes.Equal(again, data) {
		t.Fatalf("%v: made again it is another plan\n%s\n%s", err, data, again)
	}
	r, _, err := Simulate(p, read, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	kept := func(what string, q Quantiles, want int64) {
		if q.Never > 0 || q.Planned != want || *q.P50 != want || *q.P90 != want {
			t.Fatalf("%s: %+v, planned %d\n%s", what, q, want, data)
		}
	}
	kept("everything", r.Makespan, made.Makespan)
	for id, back := range made.Back {
		kept(id, r.Back[id].Quantiles, back)
	}
	for id, b := range made.Waiting {
		kept(id, r.Back[id].Quantiles, b.Plus)
	}
	if len(r.Back) != len(made.Back)+len(made.Waiting) {
		t.Fatalf("ranges of %d services, planned %d", len(r.Back), len(made.Back)+len(made.Waiting))
	}
}

// Of pieces of work the begins do not say in which order they found their places: here, followed by begins alone, the plan would cost less, and be another one.
func TestPlansKeepTheirOrder(t *testing.T) {
	p := small(632)
	made, _, err := Solve(p, Options{Schedules: 40, Seed: 1})
	if err != nil || len(made.Order) == 0 {
		t.Fatal(err, made)
	}
	again := func() int64 {
		n, err := p.compile()
		if err != nil {
			t.Fatal(err)
		}
		return n.plan(n.orderOf(made), 1, Options{Kind: KindCost}).Objective.Value
	}
	if value := again(); value != made.Objective.Value {
		t.Errorf("made again it costs %d, not %d", value, made.Objective.Value)
	}
	if made.Order = nil; again() == made.Objective.Value {
		t.Error("its begins would say the same: this says nothing")
	}
}

// The order of a plan file is anybody's: whoever stands there twice comes where it stands first, nobody comes before whom it waits for, and who is forgotten comes last.
func TestOrderOfAnybody(t *testing.T) {
	p := crew(work("a", 10, "x"), work("b", 10, "x", "a"), work("c", 10, "x"), work("d", 10, "x"))
	made, _, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := p.compile()
	if err != nil {
		t.Fatal(err)
	}
	for order, want := range map[string]string{"d c b a": "d c a b", "": "a b c d", "c tea c a c": "c a b d", "d": "d a b c"} {
		made.Order = strings.Fields(order)
		var got []string
		for _, j := range n.orderOf(made) {
			got = append(got, n.id(j))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q is followed as %q, want %q", order, got, want)
		}
		if _, _, err := Simulate(p, made, 2, 1); err != nil {
			t.Errorf("%q: %v", order, err)
		}
	}
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
	r, _, err := Simulate(p, made, 2000, 7)
	if err != nil {
		t.Fatal(err)
	}
	s1, s2, s3 := r.Back["S1"], r.Back["S2"], r.Back["S3"]
	if s1.Planned != 200 || *s1.P50 <= 250 || *s1.P90 <= *s1.P50+50 || *s1.P90 > 700 {
		t.Errorf("S1 is back in %+v; half of the runs should be beyond 250, since both tasks lean to the long side", s1)
	}
	if *s2.P50 != 10 || *s2.P90 != 10 {
		t.Errorf("S2 waits for nothing uncertain: %+v", s2)
	}
	if !s3.Behind || s3.Planned != 20 || *s3.P50 < 10 || *s3.P90 > 60 {
		t.Errorf("S3 is back so long after its gate: %+v", s3)
	}
	if c := r.Tasks["a"]; c.End != 1000 || c.Weight != 600 {
		t.Errorf("on task a hangs %+v, want the end of all runs and three fifths of the weight", c)
	}
	if c := r.Tasks["aside"]; c.End != 0 || c.Weight != 200 {
		t.Errorf("on the task aside hangs %+v, want its own service", c)
	}
	before := runtime.GOMAXPROCS(1)
	alone, _, err := Simulate(p, made, 2000, 7)
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
	r, _, err := Simulate(p, made, 500, 1)
	if err != nil {
		t.Fatal(err)
	}
	if b := r.Back["S"]; b.Planned != 1440+180 || *b.P50 < 1440+100 || *b.P90 > 1440+280 {
		t.Errorf("b is over in %+v: 420 minutes on the first day, the rest on the second", b)
	}
}

// A draw that no shift is long enough for leaves the work out, and all that waits for it: such a run has no end, and nobody is told the minute of one.
func TestSimulateNever(t *testing.T) {
	p := crew(work("before", 60, "x"), work("long", 300, "x", "before"), work("then", 10, "y", "long"), work("aside", 10, "y"))
	p.Teams[0] = Team{ID: "x", Shifts: []Shift{{From: 0, Until: 480, Heads: 1, Every: 1440}}}
	p.Tasks[1].Minutes = Range{200, 300, 800}
	p.Tasks = append(p.Tasks, Task{ID: "gate", Opens: &Opening{Unknown: true}}, Task{ID: "after", After: []Link{{Task: "gate"}, {Task: "then"}}})
	p.Services = []Service{{ID: "S", Set: []string{"then"}, Weight: 3}, {ID: "A", Set: []string{"aside"}, Weight: 1}, {ID: "G", Set: []string{"after"}, Weight: 1}}
	made, _, err := Solve(p, Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, found, err := Simulate(p, made, 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Back["S"] // beyond 480: (800-480)² / (600 × 500), a third
	if s.Never < 300 || s.Never > 380 || s.P50 == nil || *s.P50 < 300 || *s.P50 > 1440+490 || s.P90 != nil {
		t.Errorf("S is back in %+v, want a third of the runs without an end", s)
	}
	if r.Makespan.Never != s.Never || r.Makespan.P90 != nil {
		t.Errorf("everything is over in %+v, though S is not back in %d runs", r.Makespan, s.Never)
	}
	if g := r.Back["G"]; !g.Behind || g.Never != s.Never || g.P90 != nil {
		t.Errorf("G is back in %+v after its gate, though it waits for what is left out in %d runs", g, s.Never)
	}
	if a := r.Back["A"]; a.Never != 0 || *a.P90 > 20 {
		t.Errorf("A waits for nothing of that: %+v", a)
	}
	if c := r.Tasks["long"]; c.End != 1000 || c.Weight < 600+c.End*s.Never/1000/5 || c.Weight > 800 {
		t.Errorf("on the long task hangs %+v, want the end of all runs, S in all of them and G at least in those without an end", c)
	}
	if len(found) != 1 || !found[0].Warning || found[0].Code != "plan.too_long" || found[0].Path != "/tasks/1" {
		t.Errorf("found %+v, want one warning about the long task", found)
	}
}

// In a generated problem everything comes back in every run.
func TestGeneratedRanges(t *testing.T) {
	p, err := Generate(Shape{Customers: 12, Services: 60, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := Solve(p, Options{Schedules: 100, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, found, err := Simulate(p, made, 200, 1)
	if err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	if m := r.Makespan; m.Never > 0 || *m.P50 < m.Planned {
		t.Errorf("everything is over in %+v, want later than planned, since durations lean to the long side", m)
	}
}

// What runs keeps its people as long as it takes, and takes no less than it has taken: who waits for them begins when it is over, in every run.
func TestSimulateOverrun(t *testing.T) {
	p := crew(work("runs", 150, "x"), work("next", 10, "x"), work("stands", 20, "y"), work("then", 10, "y"))
	began, later := int64(-100), int64(5)
	p.Tasks[0].State, p.Tasks[0].At, p.Tasks[0].Minutes = StateRunning, &began, Range{50, 150, 400}
	p.Tasks[2].State, p.Tasks[2].At, p.Tasks[2].Minutes = StateFixed, &later, Range{10, 20, 90}
	for i := range p.Tasks {
		p.Services = append(p.Services, Service{ID: p.Tasks[i].ID, Set: []string{p.Tasks[i].ID}, Weight: 1})
	}
	made, _, err := Solve(p, Options{Schedules: 1})
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := Simulate(p, made, 2000, 1)
	if err != nil {
		t.Fatal(err)
	}
	runs, next := r.Back["runs"], r.Back["next"]
	if runs.Planned != 50 || *runs.P50 < 90 || *runs.P50 > 107 || *runs.P90 < 200 || *runs.P90 > 220 { // of durations beyond 100, half are beyond 198, a tenth beyond 310
		t.Errorf("what runs is over in %d and %d, planned %d", *runs.P50, *runs.P90, runs.Planned)
	}
	if *next.P50 != *runs.P50+10 || *next.P90 != *runs.P90+10 {
		t.Errorf("what waits for its people is over in %d and %d, those are free in %d and %d", *next.P50, *next.P90, *runs.P50, *runs.P90)
	}
	if stands, then := r.Back["stands"], r.Back["then"]; *then.P50 < *stands.P50+10 || *then.P90 != *stands.P90+10 {
		t.Errorf("behind what is fixed, %+v, comes %+v", stands, then)
	}
}

// What still runs after so many minutes is drawn like what was drawn anew until it was that long.
func TestAtLeast(t *testing.T) {
	r := newRandom(3)
	for _, x := range []Range{{10, 20, 100}, {10, 100, 100}, {10, 10, 100}, {0, 70, 100}} {
		for _, least := range []int64{0, 10, 11, 19, 20, 50, 69, 70, 71, 95} {
			got, want, draws := 0.0, 0.0, 0
			for range 4000 {
				d := x.atLeast(least, r.next())
				if d < least || d > x.Max {
					t.Fatalf("%v from %d on: %d", x, least, d)
				}
				got += float64(d) / 4000
			}
			for draws < 4000 {
				if d := x.quantile(r.next()); d >= least {
					want, draws = want+float64(d)/4000, draws+1
				}
			}
			if math.Abs(got-want) > 2 {
				t.Errorf("%v from %d on: the mean is %.1f, want %.1f", x, least, got, want)
			}
		}
		if d := x.atLeast(200, r.next()); d != 200 {
			t.Errorf("what runs longer than ever thought takes %d in all, not 200", d)
		}
	}
}

// What is kept of the runs has a bound, which says how many runs there may be; times too far apart for four bytes are kept all the same.
func TestSimulateMuch(t *testing.T) {
	p := crew(work("a", 10, "x"))
	for i := range 20_000 {
		p.Services = append(p.Services, Service{ID: fmt.Sprint("s", i), Set: []string{"a"}, Weight: 1})
	}
	made, _, err := Solve(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var refused *Error
	if _, _, err := Simulate(p, made, 3356, 1); !errors.As(err, &refused) || refused.Code != "plan.runs" || !strings.Contains(err.Error(), "at most 3355 runs") {
		t.Errorf("%v", err)
	}
	p.Services = append(p.Services[:1000], Service{ID: "early", Set: nil, Since: -MaxMoment, Weight: 1}, Service{ID: "late", Set: []string{"a"}, Since: MaxMoment, Weight: 1})
	if made, _, err = Solve(p, Options{}); err != nil {
		t.Fatal(err)
	}
	r, _, err := Simulate(p, made, 1000, 1)
	if err != nil || *r.Back["early"].P90 != -MaxMoment || *r.Back["late"].P90 != MaxMoment || *r.Back["s7"].P90 != 10 {
		t.Errorf("%v %+v %+v", err, r.Back["early"], r.Back["late"])
	}
}

// The products of the widest ranges fit, and no range is so wide that it is not drawn at all.
func TestTriangularWide(t *testing.T) {
	r := newRandom(1)
	for _, x := range []Range{{-MaxMoment, 0, MaxMoment}, {-MaxMoment, -MaxMoment, MaxMoment}, {-MaxMoment, MaxMoment, MaxMoment}, {0, math.MaxUint32, math.MaxUint32}, {0, 1, math.MaxUint32}, {0, 7, math.MaxUint32 + 1}} {
		sum, others := 0.0, 0
		for range 2000 {
			d := x.quantile(r.next())
			if d < x.Min || d > x.Max {
				t.Fatalf("%d is not in %v", d, x)
			}
			if sum += float64(d); d != x.Likely {
				others++
			}
		}
		want := (float64(x.Min) + float64(x.Likely) + float64(x.Max)) / 3
		if mean := sum / 2000; math.Abs(mean-want) > float64(x.Max-x.Min)/50 || others < 1900 {
			t.Errorf("the mean of %v is %.0f, want %.0f; %d of 2,000 draws are not the likely one", x, mean, want, others)
		}
	}
	for n, want := range map[uint64]uint64{0: 0, 1: 1, 3: 1, 1<<52 - 1: 1<<26 - 1, (math.MaxUint32)*(math.MaxUint32) - 1: math.MaxUint32 - 1, math.MaxUint32 * math.MaxUint32: math.MaxUint32, math.MaxUint64: math.MaxUint32} {
		if got := squareRoot(n); got != want {
			t.Errorf("the root of %d is %d, want %d", n, got, want)
		}
	}
}

func TestTriangular(t *testing.T) {
	r := newRandom(1)
	x := Range{10, 20, 100}
	sum, below := int64(0), 0
	for range 20_000 {
		d := x.quantile(r.next())
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
	if d := Exactly(7).quantile(r.next()); d != 7 {
		t.Errorf("what is known is drawn as %d", d)
	}
}
