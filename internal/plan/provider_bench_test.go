package plan_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"blackstart/internal/plan"
)

// provider is a generated problem with so many cells.
func provider(b *testing.B, cells int) *plan.Problem {
	b.Helper()
	p, err := plan.Generate(plan.Shape{Customers: 80, Services: cells, Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// solved plans, and has the plan checked while the clock stands.
func solved(b *testing.B, p *plan.Problem, schedules int) *plan.Plan {
	b.Helper()
	made, _, err := plan.Solve(p, plan.Options{Schedules: schedules, Seed: 1})
	if b.StopTimer(); err != nil {
		b.Fatal(err)
	}
	valid(b, p, made)
	b.StartTimer()
	return made
}

func seconds(b *testing.B) { b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s") }

// What 890 cells take, about 7,000 tasks.
func BenchmarkProviderFirst(b *testing.B) {
	p := provider(b, 890)
	for b.Loop() {
		solved(b, p, 1)
	}
	seconds(b)
}

func BenchmarkProviderImproved(b *testing.B) {
	p := provider(b, 890)
	for b.Loop() {
		solved(b, p, providerSchedules)
	}
	seconds(b)
}

// providerSchedules are what a search of 890 cells gets where somebody waits for it, re-planning a fifth of them.
const providerSchedules = 500

func BenchmarkProviderReplan(b *testing.B) {
	p := provider(b, 890)
	old := solved(b, p, providerSchedules)
	slip := old.Makespan / 3
	events := plan.Events{Schema: plan.EventsSchema, Now: slip, AsPlanned: true, Slip: "dev", Notice: plan.Notice{Minutes: 60, Price: old.Objective.Value / int64(len(p.Tasks))}}
	now, _, err := events.Change(p, old)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		made, _, _, err := plan.Replan(now, old, plan.Options{Schedules: providerSchedules / 5, Seed: 1}, events.Notice)
		if b.StopTimer(); err != nil {
			b.Fatal(err)
		}
		valid(b, now, made)
		b.StartTimer()
	}
	seconds(b)
}

func BenchmarkProviderRanges(b *testing.B) {
	p := provider(b, 890)
	made := solved(b, p, 1)
	for b.Loop() {
		if _, _, err := plan.Simulate(p, made, 1000, 1); err != nil {
			b.Fatal(err)
		}
	}
	seconds(b)
}

// 100,000 tasks: a valid plan, and the most memory that this process had resident until it was there.
func BenchmarkProviderHuge(b *testing.B) {
	p := provider(b, 13_050)
	if len(p.Tasks) < 98_000 {
		b.Fatal(len(p.Tasks))
	}
	var peak float64
	for b.Loop() {
		made, _, err := plan.Solve(p, plan.Options{Schedules: 1, Seed: 1})
		b.StopTimer()
		if peak = resident(); err != nil {
			b.Fatal(err)
		}
		valid(b, p, made)
		b.StartTimer()
	}
	seconds(b)
	b.ReportMetric(peak, "peak-MB")
}

// resident is the most memory that this process ever had; 0 where the system does not say.
func resident() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 64)
			return n / 1024
		}
	}
	return 0
}
