package plan

import (
	"strconv"
	"strings"
)

// ReadPatterson reads the format of Patterson's instances (.rcp): number of activities and of resources, what there is of each resource; then for each activity its duration,
// what it needs of each resource, the number of its successors, and these. A unit of time becomes a minute; tasks are called by their numbers, the source being 1.
func ReadPatterson(name string, data []byte) (*Problem, error) {
	t := newTokens(data)
	n, err := t.number("the number of activities", 1, MaxTasks)
	if err != nil {
		return nil, err
	}
	p := &Problem{Schema: ProblemSchema, Name: name, Tasks: make([]Task, 0, min(n, int64(len(data)/4)+1))}
	if err := t.teams(p); err != nil {
		return nil, err
	}
	var links []numbered
	for j := range n {
		if err := t.demand(p, j+1); err != nil {
			return nil, err
		}
		if links, err = t.successors(links, j+1, n); err != nil {
			return nil, err
		}
	}
	if word := t.word(); word != "" {
		return nil, failed("plan.trailing", t.at.line, t.at.col, "after the last of %d activities stands %.20q", n, word)
	}
	p.link(links)
	return p, nil
}

// numbered is a pair of activities by number: the second waits for the first.
type numbered struct{ before, after int64 }

func (t *tokens) teams(p *Problem) *Error {
	k, err := t.number("the number of resources", 0, MaxTeams)
	if err != nil {
		return err
	}
	for r := range k {
		heads, err := t.number("what there is of resource "+strconv.FormatInt(r+1, 10), 0, MaxHeads)
		if err != nil {
			return err
		}
		p.Teams = append(p.Teams, Team{ID: "R" + strconv.FormatInt(r+1, 10), Heads: heads})
	}
	return nil
}

// demand reads duration and needs of one activity.
func (t *tokens) demand(p *Problem, j int64) *Error {
	id := strconv.FormatInt(j, 10)
	minutes, err := t.number("the duration of activity "+id, 0, MaxMinutes)
	if err != nil {
		return err
	}
	task, line := Task{ID: id, Minutes: Exactly(minutes)}, t.at.line
	for _, team := range p.Teams {
		heads, err := t.number("what activity "+id+" needs of "+team.ID, 0, MaxHeads)
		if err != nil {
			return err
		}
		if heads > 0 {
			task.Heads = append(task.Heads, Need{team.ID, heads})
		}
	}
	p.Tasks, p.lines = append(p.Tasks, task), append(p.lines, line)
	return nil
}

// successors reads how many and which.
func (t *tokens) successors(links []numbered, j, n int64) ([]numbered, *Error) {
	id := strconv.FormatInt(j, 10)
	count, err := t.number("the number of successors of activity "+id, 0, n)
	if err != nil {
		return nil, err
	}
	if int64(len(links))+count > MaxLinks {
		return nil, failed("plan.too_many", t.at.line, t.at.col, "more than %d successors in all", MaxLinks)
	}
	for range count {
		s, err := t.number("a successor of activity "+id, 1, n)
		if err != nil {
			return nil, err
		}
		links = append(links, numbered{j, s})
	}
	return links, nil
}

// Line is where a finding about a problem from a file of the old formats points to: the line of its task, or the first one.
func (p *Problem) Line(pointer string) int {
	words := strings.Split(pointer, "/")
	if len(words) < 3 || words[1] != "tasks" {
		return 1
	}
	if i, err := strconv.Atoi(words[2]); err == nil && i < len(p.lines) {
		return p.lines[i]
	}
	return 1
}

// link turns successors into predecessors.
func (p *Problem) link(links []numbered) {
	for _, l := range links {
		t := &p.Tasks[l.after-1]
		t.After = append(t.After, Link{Task: p.Tasks[l.before-1].ID})
	}
}
