// Package check says whether a plan keeps what its problem demands. It is a second opinion: it reads both files by itself, shares no code with the solver, and is written for the
// reader, not for speed. A mistake would have to be made twice, by two different ways of thinking, to stay unseen.
//
// It knows the rules of a problem (docs/planning.md, section "The problem"); it refuses to know how a plan is found and whether there is a better one. Start at [Plan].
package check

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Finding is one rule that the plan breaks, or one thing in the problem that it leaves aside.
type Finding struct {
	Warning bool   // the plan is valid all the same
	Code    string // `check.precedence`, …
	Task    string // or service, or team; empty: the whole
	Message string
}

// Options say what the files themselves do not.
type Options struct {
	Name string // of the instance, for the weighted objective: the file's name without extension
	Salt string // of the derived services
}

// Plan compares a plan file with its problem file, whose format is given by the extension of its name: .sm, .rcp, else our JSON. The findings without a warning are what is wrong with the plan.
// The error is an [*Unreadable].
func Plan(problem []byte, extension string, plan []byte, o Options) ([]Finding, error) {
	mark := []byte("\xef\xbb\xbf") // some editors put it before UTF-8
	problem, plan = bytes.TrimPrefix(problem, mark), bytes.TrimPrefix(plan, mark)
	w, err := readProblem(problem, extension, o.Name)
	if err != nil {
		return nil, unreadable(problem, true, err)
	}
	p, err := readPlan(plan)
	if err != nil {
		return nil, unreadable(plan, false, err)
	}
	if p.Objective.Kind == "weighted" {
		w.weigh(o)
	}
	w.weights()
	c := &checker{work: w, plan: p, when: map[string]times{}, rooms: map[string][]room{}, gates: map[string][]string{}}
	if c.foreign() {
		return c.found, nil // what its sums would be for this problem helps nobody
	}
	if c.minutes(); Valid(c.found) { // else sums would leave 63 bits, and say what they like
		c.rules()
	}
	slices.SortStableFunc(c.found, func(a, b Finding) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Task, b.Task)) })
	return c.found, nil
}

func (c *checker) rules() {
	c.place()
	c.given()
	c.precedence()
	c.releases()
	c.heads()
	c.behindGates()
	c.excuses()
	c.services()
	c.order()
	c.sums()
	c.counts()
}

// foreign says whether the plan begins a task that the problem has not.
func (c *checker) foreign() bool {
	for _, id := range slices.Sorted(maps.Keys(c.plan.Start)) {
		if c.work.tasks[id] == nil && !c.work.wrong[id] {
			c.wrong("unknown", id, "the problem has no such task: the plan is for another problem")
			return true
		}
	}
	return false
}

// called are ids in a sentence. One that could be mistaken for words of it stands in quotes.
func called(ids ...string) string {
	said := make([]string, len(ids))
	for i, id := range ids {
		if said[i] = id; id == "" || strings.ContainsFunc(id, func(r rune) bool { return r == '"' || unicode.IsSpace(r) }) {
			said[i] = strconv.QuoteToASCII(id)
		}
	}
	return strings.Join(said, ", ")
}

// Unreadable says why one of the two files cannot be read, and where.
type Unreadable struct {
	Problem   bool // it is the problem; else the plan
	Line, Col int  // from 1
	Err       error
}

// Error is what is wrong; a file may have a word of ten megabytes in it.
func (u *Unreadable) Error() string { return fmt.Sprintf("%.200s", u.Err.Error()) }

// Unwrap is what is wrong.
func (u *Unreadable) Unwrap() error { return u.Err }

// unreadable finds the place of an error. Where the reader tells none it is the beginning, or, of a file that is not complete, the end.
func unreadable(data []byte, problem bool, err error) *Unreadable {
	u := &Unreadable{Problem: problem, Line: 1, Col: 1, Err: err}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var row *rowError
	var at *placeError
	offset := int64(0)
	switch {
	case errors.As(err, &row):
		u.Line = row.line
	case errors.As(err, &at):
		offset = at.offset
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		u.Err = fmt.Errorf("%s: a %s does not belong there", cmp.Or(kind.Field, "the whole"), kind.Value) // its offset is one within a value, not within the file
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		offset = int64(len(data))
		u.Err = errors.New("the file ends here, before it is complete")
	}
	if before := data[:min(offset, int64(len(data)))]; offset > 0 {
		u.Line, u.Col = 1+bytes.Count(before, []byte{'\n'}), max(1, len(before)-1-bytes.LastIndexByte(before, '\n'))
	}
	return u
}

// Valid says whether none of the findings is an error.
func Valid(found []Finding) bool {
	return !slices.ContainsFunc(found, func(f Finding) bool { return !f.Warning })
}

// checker compares one plan with one problem.
type checker struct {
	work  *work
	plan  *answer
	when  map[string]times    // of every task that the plan places
	rooms map[string][]room   // of every team
	open  shared              // of the task that was asked about last
	gates map[string][]string // the unknown ones before each task, as far as anybody asked
	found []Finding
}

// times are when a task begins, is over, and keeps its heads.
type times struct {
	start, end int64
	busy       []span
}

func (c *checker) wrong(code, task, format string, args ...any) {
	c.found = append(c.found, Finding{Code: "check." + code, Task: task, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) note(code, task, format string, args ...any) {
	c.found = append(c.found, Finding{Warning: true, Code: "check." + code, Task: task, Message: fmt.Sprintf(format, args...)})
}

// place finds the times of each task: every task has exactly one place in the plan.
func (c *checker) place() {
	leftOut := map[string]int{}
	for _, id := range c.plan.LeftOut {
		leftOut[id]++
	}
	for id, t := range c.work.tasks {
		dated, isDated := c.plan.Start[id]
		behind, isBehind := c.plan.Behind[id]
		out := leftOut[id] - c.work.more[id] // further ones of the same id are left out too
		switch {
		case isDated && !isBehind && out == 0:
			c.when[id] = c.timesOf(t, dated)
		case isBehind && !isDated && out == 0:
			if c.plan.Assumed == nil {
				c.wrong("assumed", id, "it waits for a gate, and the plan does not say when it takes the gate to open")
				continue
			}
			c.when[id] = c.timesOf(t, *c.plan.Assumed+behind.Plus)
		case out == 1 && !isDated && !isBehind:
		default:
			c.wrong("place", id, "the plan speaks of it %d times, want once: in start, behind or left_out", count(isDated, isBehind)+out)
		}
	}
	for id := range c.plan.Start {
		c.known(id)
	}
	for id := range c.plan.Pieces {
		c.known(id)
	}
	for id := range leftOut {
		if c.work.tasks[id] == nil && !c.work.wrong[id] {
			c.wrong("unknown", id, "the problem has no such task")
		}
	}
}

func count(facts ...bool) (n int) {
	for _, f := range facts {
		if f {
			n++
		}
	}
	return n
}

func (c *checker) known(id string) {
	switch {
	case c.work.wrong[id]:
		c.wrong("nonsense", id, "it is planned, although what the problem says of it makes no sense")
	case c.work.tasks[id] == nil:
		c.wrong("unknown", id, "the problem has no such task")
	}
}

// timesOf says when a task that begins in a minute is over and keeps its heads: in one piece, unless the plan names several.
func (c *checker) timesOf(t *task, start int64) times {
	held := t.held(c.work.Start)
	pieces := c.plan.Pieces[t.ID]
	if len(pieces) == 0 {
		return times{start: start, end: start + t.minutes(c.work.Start), busy: []span{{start, start + held}}}
	}
	c.pieces(t, start, pieces)
	last := pieces[len(pieces)-1]
	return times{start: start, end: last.Until + t.minutes(c.work.Start) - held, busy: pieces}
}

// pieces checks that work in pieces may be in pieces, that they are in order and make up the whole, and that each pause begins where heads fall away by the calendar: people are
// sent home when their shift ends, not because a plan would like to use them elsewhere.
func (c *checker) pieces(t *task, start int64, pieces []span) {
	if !t.Pausable || t.given() {
		c.wrong("pause", t.ID, "it is planned in %d pieces, but may not pause", len(pieces))
	}
	if pieces[0].From != start {
		c.wrong("pieces", t.ID, "its first piece begins in minute %d, the task in minute %d", pieces[0].From, start)
	}
	sum := int64(0)
	for i, p := range pieces {
		sum += p.Until - p.From
		if p.Until <= p.From || i > 0 && p.From < pieces[i-1].Until {
			c.wrong("pieces", t.ID, "piece %d from minute %d to minute %d is empty or overlaps the one before", i+1, p.From, p.Until)
		}
		if i < len(pieces)-1 && pieces[i+1].From > p.Until && !slices.ContainsFunc(t.Heads, func(n need) bool { return c.work.drops(n.Team, p.Until) }) {
			c.wrong("pause", t.ID, "it pauses in minute %d, where no shift of its teams ends", p.Until)
		}
	}
	if sum != t.held(c.work.Start) {
		c.wrong("pieces", t.ID, "its pieces make %d minutes, want %d", sum, t.held(c.work.Start))
	}
}
