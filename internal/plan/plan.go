// Package plan says in which order work is done and when each piece begins: a problem goes in, a schedule comes out. It knows pieces of work, what must be done before what,
// and teams that do one thing at a time. It refuses to know what the work is for, who decides, what time of day it is and in which time zone: a minute is a number.
//
// All sums are in whole minutes, so that the same problem gives the same schedule on every machine. Rules of planning are functions from [Problem] to [Schedule]; the first is [FirstInFirstOut].
package plan

import (
	"fmt"
	"math"
	"strings"
)

// Problem is the work to be planned.
type Problem struct {
	Tasks []Task // in the order of their wishes: the first one is served first
	Start int64  // the minute from which on work may be done
}

// Task is one piece of work that is not interrupted once it began. A task of no minutes is a mark: a gate, a milestone.
type Task struct {
	ID      string
	Minutes int64
	After   []string // tasks that must be over before this one begins
	Team    string   // who does it; one team does one task at a time. Empty: nobody is kept busy by it
}

// Schedule says when each task is done.
type Schedule struct {
	Slots []Slot // in the order of the problem's tasks
	End   int64  // the minute in which all is done; Start when there is nothing to do
}

// Slot is one task's time: from Start up to, but without, End.
type Slot struct {
	ID         string
	Start, End int64
}

// Error says why a problem has no schedule. Tasks are the ids that it is about; for a cycle they are the whole of it, in order.
type Error struct {
	Code  string // `plan.cycle`, `plan.unknown_task`, …: what programs compare
	Tasks []string
	text  string
}

// Error is the sentence about it.
func (e *Error) Error() string { return e.text }

func failed(code string, tasks []string, format string, args ...any) error {
	return &Error{Code: code, Tasks: tasks, text: "could not plan: " + fmt.Sprintf(format, args...)}
}

// network is a problem that was found sound, with ids replaced by places in the list.
type network struct {
	problem Problem
	before  [][]int // of each task, the tasks it waits for
	after   [][]int // of each task, the tasks that wait for it
}

// read checks a problem and links its tasks.
func read(p Problem) (network, error) {
	n := network{problem: p, before: make([][]int, len(p.Tasks)), after: make([][]int, len(p.Tasks))}
	if len(p.Tasks) > MaxTasks {
		return n, failed("plan.too_many", nil, "%d tasks, at most %d", len(p.Tasks), MaxTasks)
	}
	place, err := places(p)
	if err != nil {
		return n, err
	}
	for i, t := range p.Tasks {
		for _, id := range t.After {
			j, known := place[id]
			if !known {
				return n, failed("plan.unknown_task", []string{t.ID, id}, "task %s waits for %s, which is no task of the problem", t.ID, id)
			}
			n.before[i], n.after[j] = append(n.before[i], j), append(n.after[j], i)
		}
	}
	if cycle := n.cycle(); cycle != nil {
		return n, failed("plan.cycle", cycle, "tasks wait for each other: %s", strings.Join(append(cycle, cycle[0]), " waits for "))
	}
	return n, nil
}

// places gives each task's place, after checking what a task says about itself. The sum of all minutes must fit, since in the worst case all is done one by one.
func places(p Problem) (map[string]int, error) {
	place := make(map[string]int, len(p.Tasks))
	end := p.Start
	for i, t := range p.Tasks {
		if _, twice := place[t.ID]; twice || t.ID == "" {
			return nil, failed("plan.duplicate", []string{t.ID}, "the id %q is empty or stands there twice", t.ID)
		}
		if t.Minutes < 0 || t.Minutes > MaxMinutes {
			return nil, failed("plan.minutes", []string{t.ID}, "task %s takes %d minutes, want 0 to %d", t.ID, t.Minutes, int64(MaxMinutes))
		}
		if end > math.MaxInt64-t.Minutes {
			return nil, failed("plan.overflow", []string{t.ID}, "from minute %d on there is no room for all tasks", p.Start)
		}
		place[t.ID], end = i, end+t.Minutes
	}
	return place, nil
}
