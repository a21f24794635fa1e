package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFirstInFirstOut(t *testing.T) {
	for name, row := range map[string]struct {
		problem Problem
		want    Schedule
	}{
		"nothing to do": {Problem{Start: 7}, Schedule{Slots: []Slot{}, End: 7}},
		"three in a row with a gate": {
			Problem{Start: 100, Tasks: []Task{
				{ID: "reinstall", Minutes: 60, Team: "server"},
				{ID: "clearance", After: []string{"reinstall"}},
				{ID: "connect", Minutes: 15, After: []string{"clearance"}, Team: "net"},
			}},
			Schedule{Slots: []Slot{{"reinstall", 100, 160}, {"clearance", 160, 160}, {"connect", 160, 175}}, End: 175},
		},
		"one team, one thing at a time": {
			Problem{Tasks: []Task{{ID: "a", Minutes: 10, Team: "x"}, {ID: "b", Minutes: 5, Team: "x"}, {ID: "c", Minutes: 5, Team: "y"}, {ID: "d", Minutes: 5}}},
			Schedule{Slots: []Slot{{"a", 0, 10}, {"b", 10, 15}, {"c", 0, 5}, {"d", 0, 5}}, End: 15},
		},
		"the first in the list is served first": {
			Problem{Tasks: []Task{{ID: "late", Minutes: 10, After: []string{"early"}, Team: "x"}, {ID: "early", Minutes: 10, Team: "x"}, {ID: "third", Minutes: 10, Team: "x"}}},
			Schedule{Slots: []Slot{{"late", 10, 20}, {"early", 0, 10}, {"third", 20, 30}}, End: 30},
		},
		"a pause is filled by what fits": {
			Problem{Tasks: []Task{{ID: "outside", Minutes: 10}, {ID: "x1", Minutes: 5, After: []string{"outside"}, Team: "x"}, {ID: "long", Minutes: 11, Team: "x"}, {ID: "short", Minutes: 10, Team: "x"}}},
			Schedule{Slots: []Slot{{"outside", 0, 10}, {"x1", 10, 15}, {"long", 15, 26}, {"short", 0, 10}}, End: 26},
		},
		"a mark waits for its team": {
			Problem{Tasks: []Task{{ID: "a", Minutes: 10, Team: "x"}, {ID: "other", Minutes: 5}, {ID: "mark", After: []string{"other"}, Team: "x"}}},
			Schedule{Slots: []Slot{{"a", 0, 10}, {"other", 0, 5}, {"mark", 10, 10}}, End: 10},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := FirstInFirstOut(row.problem)
			if diff := cmp.Diff(row.want, got); err != nil || diff != "" {
				t.Errorf("err = %v, schedule (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	many := make([]Task, MaxTasks+1)
	for name, row := range map[string]struct {
		problem Problem
		code    string
		tasks   []string
	}{
		"unknown predecessor": {Problem{Tasks: []Task{{ID: "a", After: []string{"z"}}}}, "plan.unknown_task", []string{"a", "z"}},
		"waits for itself":    {Problem{Tasks: []Task{{ID: "a", After: []string{"a"}}}}, "plan.cycle", []string{"a"}},
		"a circle behind a tail": {Problem{Tasks: []Task{{ID: "tail", After: []string{"a"}}, {ID: "a", After: []string{"b"}}, {ID: "b", After: []string{"c"}}, {ID: "c", After: []string{"a"}}}},
			"plan.cycle", []string{"a", "b", "c"}},
		"the same id twice": {Problem{Tasks: []Task{{ID: "a"}, {ID: "a"}}}, "plan.duplicate", []string{"a"}},
		"no id":             {Problem{Tasks: []Task{{}}}, "plan.duplicate", []string{""}},
		"time backwards":    {Problem{Tasks: []Task{{ID: "a", Minutes: -1}}}, "plan.minutes", []string{"a"}},
		"a century":         {Problem{Tasks: []Task{{ID: "a", Minutes: MaxMinutes + 1}}}, "plan.minutes", []string{"a"}},
		"end of time":       {Problem{Start: math.MaxInt64 - 1, Tasks: []Task{{ID: "a", Minutes: 2}}}, "plan.overflow", []string{"a"}},
		"too much":          {Problem{Tasks: many}, "plan.too_many", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := FirstInFirstOut(row.problem)
			var e *Error
			if !errors.As(err, &e) || e.Code != row.code {
				t.Fatalf("error = %v, want code %s", err, row.code)
			}
			if diff := cmp.Diff(row.tasks, e.Tasks); diff != "" {
				t.Errorf("tasks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCycleIsSaidWhole(t *testing.T) {
	_, err := FirstInFirstOut(Problem{Tasks: []Task{{ID: "a", After: []string{"b"}}, {ID: "b", After: []string{"a"}}}})
	if got, want := err.Error(), "could not plan: tasks wait for each other: a waits for b waits for a"; got != want {
		t.Errorf("error = %q, want %q", got, want)
	}
}

// drawProblem makes a problem in which a task may wait for any other that a hidden order puts before it, wherever both stand in the list.
func drawProblem(t *rapid.T) Problem {
	n := rapid.IntRange(0, 14).Draw(t, "tasks")
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("t%02d", i)
	}
	hidden := rapid.Permutation(ids).Draw(t, "hidden")
	p := Problem{Start: rapid.Int64Range(-1000, 1000).Draw(t, "start")}
	for _, id := range ids {
		task := Task{ID: id, Minutes: rapid.Int64Range(0, 9).Draw(t, "minutes"), Team: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "team")}
		for _, before := range hidden[:slices.Index(hidden, id)] {
			if rapid.IntRange(0, 4).Draw(t, "waits") == 0 {
				task.After = append(task.After, before)
			}
		}
		p.Tasks = append(p.Tasks, task)
	}
	return p
}

// Whatever the problem: nothing starts before Start or before what it waits for, no team does two things at once, and the end is the last end.
func TestScheduleIsLawful(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := FirstInFirstOut(p)
		if err != nil {
			t.Fatal(err)
		}
		at, end := map[string]Slot{}, p.Start
		for i, slot := range s.Slots {
			if slot.ID != p.Tasks[i].ID || slot.End-slot.Start != p.Tasks[i].Minutes {
				t.Fatalf("slot %v for task %v", slot, p.Tasks[i])
			}
			at[slot.ID], end = slot, max(end, slot.End)
		}
		if s.End != end {
			t.Fatalf("end = %d, the last slot ends in %d", s.End, end)
		}
		for i, task := range p.Tasks {
			if why := unlawful(p, at, task, at[task.ID].Start, p.Tasks[:i]); why != "" {
				t.Fatalf("task %s in %v: %s", task.ID, at[task.ID], why)
			}
		}
	})
}

// Against the plainest program that does what the comment says: take the first task that may be taken, try every minute.
func TestAgainstTryingEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s, err := FirstInFirstOut(p)
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]Slot{}
		var placed []Task
		for len(placed) < len(p.Tasks) {
			task := p.Tasks[slices.IndexFunc(p.Tasks, func(c Task) bool {
				_, done := at[c.ID]
				return !done && !slices.ContainsFunc(c.After, func(id string) bool { _, ok := at[id]; return !ok })
			})]
			begin := p.Start
			for unlawful(p, at, task, begin, placed) != "" {
				begin++
			}
			at[task.ID], placed = Slot{task.ID, begin, begin + task.Minutes}, append(placed, task)
		}
		for _, slot := range s.Slots {
			if slot != at[slot.ID] {
				t.Fatalf("slot %v, trying every minute gives %v", slot, at[slot.ID])
			}
		}
	})
}

// unlawful says why the task must not begin in that minute, given the slots of the others; empty when it may.
func unlawful(p Problem, at map[string]Slot, task Task, begin int64, others []Task) string {
	end := begin + task.Minutes
	if begin < p.Start {
		return "before the start"
	}
	for _, id := range task.After {
		if begin < at[id].End {
			return "before " + id + " is over"
		}
	}
	for _, o := range others {
		if b := at[o.ID]; o.Team == task.Team && task.Team != "" && b.Start < b.End && begin < b.End && b.Start < end {
			return "while its team does " + o.ID
		}
	}
	return ""
}

// A problem made of anything either has a schedule or an error with a code; planning twice gives the same.
func TestAnyProblem(t *testing.T) {
	ids := []string{"", "a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		p := Problem{Start: rapid.Int64().Draw(t, "start")}
		for range rapid.IntRange(0, 6).Draw(t, "tasks") {
			p.Tasks = append(p.Tasks, Task{ID: rapid.SampledFrom(ids).Draw(t, "id"), Minutes: rapid.Int64().Draw(t, "minutes") % 50,
				After: rapid.SliceOfN(rapid.SampledFrom(ids), 0, 3).Draw(t, "after"), Team: rapid.SampledFrom(ids).Draw(t, "team")})
		}
		s, err := FirstInFirstOut(p)
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Code == "") {
			t.Fatalf("error without a code: %v", err)
		}
		again, _ := FirstInFirstOut(p)
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("planned twice:\n%s", diff)
		}
	})
}
