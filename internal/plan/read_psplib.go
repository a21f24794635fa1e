package plan

import (
	"strconv"
	"strings"
)

// ReadPSPLIB reads the single-mode format of PSPLIB (.sm; Kolisch and Sprecher 1996): a header, then three tables. A unit of time becomes a minute; tasks are called by their
// numbers, the source being 1. Nonrenewable resources and more than one mode are problems of another kind and refused.
func ReadPSPLIB(name string, data []byte) (*Problem, error) {
	t := newTokens(data)
	n, kinds, err := t.headPSPLIB()
	if err != nil {
		return nil, err
	}
	p := &Problem{Schema: ProblemSchema, Name: name, Tasks: make([]Task, 0, min(n, int64(len(data)/4)+1))}
	for r := range kinds {
		p.Teams = append(p.Teams, Team{ID: "R" + strconv.FormatInt(r+1, 10)})
	}
	links, err := t.precedence(n)
	if err != nil {
		return nil, err
	}
	if err := t.requests(p, n); err != nil {
		return nil, err
	}
	if err := t.availability(p); err != nil {
		return nil, err
	}
	p.link(links)
	return p, nil
}

// headPSPLIB reads how many jobs and renewable resources there are.
func (t *tokens) headPSPLIB() (jobs, kinds int64, err *Error) {
	if err = t.find("jobs"); err != nil {
		return
	}
	if jobs, err = t.afterColon("the number of jobs", 1, MaxTasks); err != nil {
		return
	}
	for _, kind := range []string{"renewable", "nonrenewable", "doubly"} {
		for word := ""; word != kind; {
			if word = t.word(); word == "" {
				return 0, 0, failed("plan.header", t.at.line, t.at.col, "the header does not say how many %s resources there are", kind)
			}
		}
		most, what := int64(0), " resources (only renewable ones are planned)"
		if kind == "renewable" {
			most, what = MaxTeams, " resources"
		}
		count, err := t.afterColon("the number of "+kind+what, 0, most)
		if err != nil {
			return 0, 0, err
		}
		kinds = max(kinds, count)
	}
	return jobs, kinds, nil
}

func (t *tokens) afterColon(what string, lo, hi int64) (int64, *Error) {
	for word := ""; !strings.HasSuffix(word, ":"); {
		if word = t.word(); word == "" {
			return 0, failed("plan.header", t.at.line, t.at.col, "the file ends where %s should stand", what)
		}
	}
	return t.number(what, lo, hi)
}

// row reads the number and mode with which each line of a table begins; jobs come in order, in one mode.
func (t *tokens) row(table string, j int64) *Error {
	got, err := t.number("a job number in "+table, 1, MaxTasks)
	if err != nil {
		return err
	}
	if got != j {
		return failed("plan.order", t.at.line, t.at.col, "%s goes on with job %d where job %d should stand", table, got, j)
	}
	_, err = t.number("the number of modes (only problems of one mode are planned)", 1, 1)
	return err
}

func (t *tokens) precedence(n int64) (links []numbered, err *Error) {
	if err := t.find("PRECEDENCE"); err != nil {
		return nil, err
	}
	if err := t.find("jobnr."); err != nil {
		return nil, err
	}
	t.skipLine()
	for j := range n {
		if err := t.row("PRECEDENCE RELATIONS", j+1); err != nil {
			return nil, err
		}
		if links, err = t.successors(links, j+1, n); err != nil {
			return nil, err
		}
	}
	return links, nil
}

func (t *tokens) requests(p *Problem, n int64) *Error {
	if err := t.find("REQUESTS/DURATIONS:"); err != nil {
		return err
	}
	if err := t.find("jobnr."); err != nil {
		return err
	}
	t.skipLine()
	t.skipLine() // a rule of dashes
	for j := range n {
		if err := t.row("REQUESTS/DURATIONS", j+1); err != nil {
			return err
		}
		if err := t.demand(p, j+1); err != nil {
			return err
		}
	}
	return nil
}

func (t *tokens) availability(p *Problem) *Error {
	if err := t.find("RESOURCEAVAILABILITIES:"); err != nil {
		return err
	}
	t.skipLine()
	t.skipLine() // the names of the resources
	for r := range p.Teams {
		heads, err := t.number("what there is of "+p.Teams[r].ID, 0, MaxHeads)
		if err != nil {
			return err
		}
		p.Teams[r].Heads = heads
	}
	return nil
}
