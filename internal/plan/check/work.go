package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// work is the problem as it stands in its file.
type work struct {
	Schema   string                     `json:"schema"`
	Name     string                     `json:"name"`
	Begin    string                     `json:"begin"` // see counted
	Start    int64                      `json:"start"`
	Teams    []team                     `json:"teams"`
	Tasks    []task                     `json:"tasks"`
	Services []service                  `json:"services"`
	Factors  *struct{ RTO, MTPD int64 } `json:"factors"`

	tasks map[string]*task // by id, the first of each; without those that say nonsense of themselves
	wrong map[string]bool  // ids of those
	more  map[string]int   // how often an id stands there again: the first one counts
	rotas map[string]rota  // of the teams by id
	first map[string]int   // place of the first service with an id
	count map[int]bool     // places of the services that count
}

type team struct {
	ID     string  `json:"id"`
	Heads  int64   `json:"heads"`
	Shifts []shift `json:"shifts"`
}

type shift struct{ From, Until, Heads, Every int64 }

type task struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Layer         string `json:"layer"`
	Minutes       triple `json:"minutes"`
	Heads         []need `json:"heads"`
	After         []wait `json:"after"`
	Earliest      *int64 `json:"earliest"`
	Attend        string `json:"attend"`
	AttendMinutes int64  `json:"attend_minutes"`
	Pausable      bool   `json:"pausable"`
	State         string `json:"state"`
	At            *int64 `json:"at"`
	Opens         *opens `json:"opens"`
}

type need struct {
	Team  string `json:"team"`
	Heads int64  `json:"heads"`
}

type service struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Set    []string `json:"set"`
	Since  int64    `json:"since"`
	Weight int64    `json:"weight"`
	RTO    int64    `json:"rto"`
	MTPD   int64    `json:"mtpd"`
}

// triple is a number, or an object of three.
type triple struct{ Min, Likely, Max int64 }

// UnmarshalJSON reads either form.
func (t *triple) UnmarshalJSON(b []byte) error {
	if b[0] == '{' {
		type plain triple
		return strict(b, (*plain)(t))
	}
	err := json.Unmarshal(b, &t.Likely)
	t.Min, t.Max = t.Likely, t.Likely
	return err
}

// opens is a triple, or the word unknown.
type opens struct {
	triple
	unknown bool
}

// UnmarshalJSON reads either form.
func (o *opens) UnmarshalJSON(b []byte) error {
	var word string
	if json.Unmarshal(b, &word) == nil && word == "unknown" {
		o.unknown = true
		return nil
	}
	return o.triple.UnmarshalJSON(b)
}

// wait is the id of a task, or an object with id and lag.
type wait struct {
	Task string `json:"task"`
	Lag  int64  `json:"lag"`
}

// UnmarshalJSON reads either form.
func (w *wait) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &w.Task)
	}
	type plain wait
	return strict(b, (*plain)(w))
}

// span is from a minute up to, but without, another.
type span struct {
	From  int64 `json:"from"`
	Until int64 `json:"until"`
}

// afterGate is a time that is no date.
type afterGate struct {
	Gates []string
	Plus  int64
}

// answer is the plan as it stands in its file.
type answer struct {
	Schema    string `json:"schema"`
	Objective struct {
		Kind, Method string
		Value, Bound int64
	} `json:"objective"`
	Makespan  int64                `json:"makespan"`
	Seed      uint64               `json:"seed"`
	Schedules int64                `json:"schedules"`
	Start     map[string]int64     `json:"start"`
	Pieces    map[string][]span    `json:"pieces"`
	Back      map[string]int64     `json:"back"`
	Behind    map[string]afterGate `json:"behind"`
	Waiting   map[string]afterGate `json:"services_behind"`
	Assumed   *int64               `json:"assumed"`
	LeftOut   []string             `json:"left_out"`
	Order     []string             `json:"order"`
}

// strict reads one JSON value, whole, without names that are not known.
func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something stands after its end")
	}
	return nil
}

func readPlan(data []byte) (*answer, error) {
	var p answer
	_, err := file(data, "blackstart/plan/1")
	if err == nil {
		err = strict(data, &p)
	}
	return &p, err
}

// file gives the words of a file of ours. That it is one of another kind is said before anything else about it.
func file(data []byte, schema string) ([]word, error) {
	if err := ofSchema(data, schema); err != nil {
		return nil, err
	}
	return readNames(data)
}

// ofSchema says whether a file is of the wanted kind; one that is no JSON at all is for others to refuse.
func ofSchema(data []byte, want string) error {
	var kind struct{ Schema string }
	if json.Unmarshal(data, &kind) == nil && kind.Schema != want {
		return fmt.Errorf("its schema is %.40q, want %s", kind.Schema, want)
	}
	return nil
}

func readProblem(data []byte, extension, name string) (w *work, err error) {
	switch strings.ToLower(extension) {
	case ".sm":
		w, err = psplib(data)
	case ".rcp":
		w, err = patterson(data)
	default:
		w, err = ours(data)
	}
	if err != nil {
		return nil, err
	}
	if name != "" {
		w.Name = name
	}
	w.index()
	return w, nil
}

// ours reads a problem in our own format.
func ours(data []byte) (*work, error) {
	words, err := file(data, "blackstart/plan-problem/1")
	if err != nil {
		return nil, err
	}
	if data, err = counted(data, words); err != nil {
		return nil, err
	}
	w := new(work)
	return w, strict(data, w)
}

// index finds tasks and teams by id, and those tasks that cannot be planned by what they say of themselves.
func (w *work) index() {
	w.tasks, w.wrong, w.more, w.rotas = map[string]*task{}, map[string]bool{}, map[string]int{}, map[string]rota{}
	if w.Start < -horizon/2 || w.Start > horizon/2 {
		w.Start = 0 // docs/planning.md, `start`
	}
	left := mostShifts
	for i := range w.Teams {
		if _, known := w.rotas[w.Teams[i].ID]; !known && w.Teams[i].ID != "" {
			w.rotas[w.Teams[i].ID] = w.Teams[i].written(w.Start, &left)
		}
	}
	w.first = map[string]int{}
	for i, s := range slices.Backward(w.Services) {
		w.first[s.ID] = i
	}
	for i := range w.Tasks {
		t := &w.Tasks[i]
		switch {
		case t.ID == "":
			w.wrong[""] = true
		case w.tasks[t.ID] != nil:
			w.more[t.ID]++
		default:
			w.tasks[t.ID] = t
		}
	}
	for _, t := range w.tasks {
		if w.nonsense(t) {
			w.wrong[t.ID] = true
		}
	}
	for id := range w.wrong {
		delete(w.tasks, id)
	}
}

// longest is ten years of minutes, and horizon the last minute that a problem may name.
const (
	longest = 10 * 366 * 24 * 60
	horizon = int64(1) << 32
)

// nonsense says whether what a task says of itself cannot be planned, wherever the others stand.
func (w *work) nonsense(t *task) bool {
	m := t.Minutes
	bad := m.Min < 0 || m.Likely < m.Min || m.Max < m.Likely || m.Max > longest ||
		t.Earliest != nil && far(*t.Earliest) || t.At != nil && far(*t.At) ||
		!slices.Contains([]string{"", "all", "start", "none"}, t.Attend) || (t.Attend == "start") != (t.AttendMinutes != 0) || t.AttendMinutes < 0 || t.AttendMinutes > longest ||
		!slices.Contains([]string{"", "fixed", "running", "done"}, t.State) || (t.State == "") != (t.At == nil) ||
		t.At != nil && t.State != "fixed" && *t.At > w.Start
	if o := t.Opens; o != nil && !o.unknown {
		bad = bad || o.Min > o.Likely || o.Likely > o.Max || far(o.Min) || far(o.Max)
	}
	seen := map[string]bool{}
	for _, n := range t.Heads {
		r, known := w.rotas[n.Team]
		bad = bad || !known || seen[n.Team] || n.Heads < 0 || n.Heads > 32_000
		seen[n.Team] = true
		if t.State == "" && t.Attend != "none" && m.Likely > 0 {
			bad = bad || n.Heads > r.most
		}
	}
	for _, l := range t.After {
		bad = bad || l.Lag < 0 || l.Lag > longest
	}
	return bad
}

func far(minute int64) bool { return minute < -horizon || minute > horizon }

// minutes is how long a task takes in a plan made in minute now: its likely time, but what runs is not over before now.
func (t *task) minutes(now int64) int64 {
	if t.State == "running" {
		return max(t.Minutes.Likely, now-*t.At)
	}
	return t.Minutes.Likely
}

// held is how long a task keeps its heads in a plan made in minute now.
func (t *task) held(now int64) int64 {
	switch {
	case t.State == "done" || t.Attend == "none":
		return 0
	case t.Attend == "start":
		return min(t.AttendMinutes, t.minutes(now))
	}
	return t.minutes(now)
}

// given says that the time of a task is not the plan's to choose.
func (t *task) given() bool { return t.State != "" }
