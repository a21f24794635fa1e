package plan

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// crew is a problem of tasks that each need one head of a team of one.
func crew(tasks ...Task) *Problem {
	p := &Problem{Schema: ProblemSchema, Tasks: tasks}
	for _, t := range tasks {
		for _, d := range t.Heads {
			if !slices.ContainsFunc(p.Teams, func(k Team) bool { return k.ID == d.Team }) {
				p.Teams = append(p.Teams, Team{ID: d.Team, Heads: 1})
			}
		}
	}
	return p
}

func work(id string, minutes int64, team string, after ...string) Task {
	t := Task{ID: id, Minutes: Exactly(minutes)}
	if team != "" {
		t.Heads = []Need{{team, 1}}
	}
	for _, a := range after {
		t.After = append(t.After, Link{Task: a})
	}
	return t
}

func TestFirstInFirstOut(t *testing.T) {
	for name, row := range map[string]struct {
		problem *Problem
		want    map[string]int64
		end     int64
	}{
		"three in a row with a mark": {crew(work("reinstall", 60, "server"), work("clearance", 0, "", "reinstall"), work("connect", 15, "net", "clearance")),
			map[string]int64{"reinstall": 0, "clearance": 60, "connect": 60}, 75},
		"one team, one thing at a time": {crew(work("a", 10, "x"), work("b", 5, "x"), work("c", 5, "y"), work("d", 5, "")),
			map[string]int64{"a": 0, "b": 10, "c": 0, "d": 0}, 15},
		"the first in the list is served first": {crew(work("late", 10, "x", "early"), work("early", 10, "x"), work("third", 10, "x")),
			map[string]int64{"late": 10, "early": 0, "third": 20}, 30},
		"a pause is filled by what fits": {crew(work("outside", 10, ""), work("x1", 5, "x", "outside"), work("long", 11, "x"), work("short", 10, "x")),
			map[string]int64{"outside": 0, "x1": 10, "long": 15, "short": 0}, 26},
		"a mark keeps nobody busy": {crew(work("a", 10, "x"), work("other", 5, ""), work("mark", 0, "x", "other")),
			map[string]int64{"a": 0, "other": 0, "mark": 5}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			got, findings, err := FirstInFirstOut(row.problem)
			if err != nil || len(findings) > 0 {
				t.Fatal(err, findings)
			}
			if diff := cmp.Diff(row.want, got.Start); diff != "" || got.Makespan != row.end {
				t.Errorf("makespan = %d, starts (-want +got):\n%s", got.Makespan, diff)
			}
		})
	}
}

// drawCrew makes a problem in which a task may wait for any other that a hidden order puts before it, wherever both stand in the list.
func drawCrew(t *rapid.T) *Problem {
	n := rapid.IntRange(1, 14).Draw(t, "tasks")
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("t%02d", i)
	}
	hidden := rapid.Permutation(ids).Draw(t, "hidden")
	var tasks []Task
	for _, id := range ids {
		task := work(id, rapid.Int64Range(0, 9).Draw(t, "minutes"), rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "team"))
		for _, before := range hidden[:slices.Index(hidden, id)] {
			if rapid.IntRange(0, 4).Draw(t, "waits") == 0 {
				task.After = append(task.After, Link{Task: before})
			}
		}
		tasks = append(tasks, task)
	}
	return crew(tasks...)
}

// Against the plainest program that does what the comment says: take the first task that may be taken, try every minute.
func TestAgainstTryingEveryMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawCrew(t)
		got, findings, err := FirstInFirstOut(p)
		if err != nil || len(findings) > 0 {
			t.Fatal(err, findings)
		}
		at := map[string]int64{}
		for len(at) < len(p.Tasks) {
			i := slices.IndexFunc(p.Tasks, func(c Task) bool {
				_, placed := at[c.ID]
				return !placed && !slices.ContainsFunc(c.After, func(l Link) bool { _, ok := at[l.Task]; return !ok })
			})
			begin := int64(0)
			for clashes(p, at, &p.Tasks[i], begin) {
				begin++
			}
			at[p.Tasks[i].ID] = begin
		}
		if diff := cmp.Diff(at, got.Start); diff != "" {
			t.Fatalf("trying every minute gives other starts (-want +got):\n%s", diff)
		}
	})
}

// clashes says whether the task must not begin in that minute, given the times of the others.
func clashes(p *Problem, at map[string]int64, task *Task, begin int64) bool {
	end := begin + task.Minutes.Likely
	for i := range p.Tasks {
		o := &p.Tasks[i]
		from, placed := at[o.ID]
		until := from + o.Minutes.Likely
		if !placed {
			continue
		}
		if slices.ContainsFunc(task.After, func(l Link) bool { return l.Task == o.ID }) && begin < until {
			return true
		}
		if begin < end && from < until && len(o.Heads) > 0 && len(task.Heads) > 0 && o.Heads[0].Team == task.Heads[0].Team && begin < until && from < end {
			return true
		}
	}
	return false
}
