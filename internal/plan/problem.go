package plan

import (
	"fmt"
	"strconv"
	"time"
)

// Problem is the work to be planned.
type Problem struct {
	Schema   string          `json:"schema"` // blackstart/plan-problem/1
	Name     string          `json:"name,omitempty"`
	Begin    time.Time       `json:"begin,omitzero"` // the moment of minute 0, in the zone of whoever reads the plan; nothing is planned by it
	Start    int64           `json:"start,omitzero"` // the minute from which on work may begin; negative minutes are before the file's zero
	Teams    []Team          `json:"teams,omitempty"`
	Tasks    []Task          `json:"tasks"` // in the order of their wishes: [FirstInFirstOut] serves the first one first
	Services []Service       `json:"services,omitempty"`
	Factors  *Factors        `json:"factors,omitempty"` // nil: 1 and 4
	aside    map[string]bool // tasks that events have put aside with a rest
	lines    []int           // of the tasks in a file of the old formats
}

// ProblemSchema marks a problem file.
const ProblemSchema = "blackstart/plan-problem/1"

// Team is a number of people who can stand in for each other.
type Team struct {
	ID     string  `json:"id"`
	Heads  int64   `json:"heads"`            // whenever no shift says otherwise
	Shifts []Shift `json:"shifts,omitempty"` // must not overlap
}

// Shift says how many heads a team has from From up to, but without, Until; every Every minutes again, if that is not 0, for [CalendarFor] minutes in all.
type Shift struct {
	From  int64 `json:"from"`
	Until int64 `json:"until"`
	Heads int64 `json:"heads"`
	Every int64 `json:"every,omitzero"`
}

// Task is one piece of work, or a gate if Opens is set: work that may begin once the gate may be decided about, and that keeps the deciding team busy.
type Task struct {
	ID            string   `json:"id"`
	Name          string   `json:"name,omitempty"`
	Layer         string   `json:"layer,omitempty"`         // what people call the wave it belongs to; for pictures only
	Minutes       Range    `json:"minutes"`                 // plans are made with the likely duration; nothing: a mark
	Heads         []Need   `json:"heads,omitempty"`         // held from its begin for as long as Attend says; a task of no minutes keeps nobody busy
	After         []Link   `json:"after,omitempty"`         // tasks that must be over before this one begins
	Earliest      *int64   `json:"earliest,omitempty"`      // it does not begin before
	Attend        Attend   `json:"attend,omitempty"`        // empty: all
	AttendMinutes int64    `json:"attend_minutes,omitzero"` // with attend start: how long
	Pausable      bool     `json:"pausable,omitzero"`       // work with people may pause when a shift ends with fewer heads than it needs, and goes on later
	State         State    `json:"state,omitempty"`         // empty: not begun
	At            *int64   `json:"at,omitempty"`            // with a state: when it began, begins
	Opens         *Opening `json:"opens,omitempty"`         // a gate
}

// Attend says for how long a task needs its heads.
type Attend string

const (
	AttendAll   Attend = "all"   // from begin to end
	AttendStart Attend = "start" // for the first AttendMinutes
	AttendNone  Attend = "none"  // never: a copy that runs, a parcel on its way
)

// State says that the time of a task is no longer ours to choose.
type State string

const (
	StateFixed   State = "fixed"   // begins at At, whatever happens
	StateRunning State = "running" // began at At and goes on
	StateDone    State = "done"    // began at At and is over after its likely minutes
)

// Range is a duration in minutes, as people know it. In a file a plain number means that all three are the same.
type Range struct {
	Min, Likely, Max int64
}

// Opening is when a gate may be decided about: a minute, a range of minutes (plans are made with the likely one), or nobody knows. In a file: a number, a range, or "unknown".
type Opening struct {
	Range   Range
	Unknown bool
}

// Need is how many heads of which team.
type Need struct {
	Team  string `json:"team"`
	Heads int64  `json:"heads"`
}

// Link is a predecessor: the task begins no earlier than Lag minutes after that one is over. In a file a plain string means no lag.
type Link struct {
	Task string
	Lag  int64
}

// Service is what people miss: it is back when the last task of its set is over.
type Service struct {
	ID     string   `json:"id"`
	Name   string   `json:"name,omitempty"`
	Set    []string `json:"set"`
	Since  int64    `json:"since,omitzero"` // out since then; may lie before the problem's start
	Weight int64    `json:"weight"`
	RTO    int64    `json:"rto,omitzero"`  // minutes of outage that were promised; 0: nothing was
	MTPD   int64    `json:"mtpd,omitzero"` // minutes of outage that can be borne (ISO 22301: maximum tolerable period of disruption); 0: nobody said
}

// Factors are what a minute beyond RTO and beyond MTPD costs on top, as multiples of the weight. Cost is weight × minutes: per service
// w·(back − since) + RTO·w·(minutes beyond its RTO) + MTPD·w·(minutes beyond its MTPD).
type Factors struct {
	RTO  int64 `json:"rto"`
	MTPD int64 `json:"mtpd"`
}

// OwnTasks are the tasks that the problem's plans speak of: of those of one id the first.
func (p *Problem) OwnTasks() []*Task { return firsts(p.Tasks, func(t *Task) string { return t.ID }) }

// OwnServices are the services that its plans speak of, likewise.
func (p *Problem) OwnServices() []*Service {
	return firsts(p.Services, func(s *Service) string { return s.ID })
}

func firsts[T any](all []T, id func(*T) string) []*T {
	seen, first := make(map[string]bool, len(all)), make([]*T, 0, len(all))
	for i := range all {
		if x := &all[i]; !seen[id(x)] {
			seen[id(x)] = true
			first = append(first, x)
		}
	}
	return first
}

func (p *Problem) factors() Factors {
	if p.Factors == nil {
		return Factors{RTO: 1, MTPD: 4}
	}
	return *p.Factors
}

// usable are the factors that are planned with: those of the problem, unless they are beyond all bounds.
func (p *Problem) usable() Factors {
	if f := p.factors(); f.RTO >= 0 && f.RTO <= MaxFactor && f.MTPD >= 0 && f.MTPD <= MaxFactor {
		return f
	}
	return Factors{RTO: 1, MTPD: 4}
}

// String is the number, or all three.
func (r Range) String() string {
	if r == Exactly(r.Likely) {
		return strconv.FormatInt(r.Likely, 10)
	}
	return fmt.Sprintf("%d, %d or %d", r.Min, r.Likely, r.Max)
}

// Exactly is a duration that is known.
func Exactly(minutes int64) Range { return Range{minutes, minutes, minutes} }

// shifted is a range with another likely value, and all of it moved by as much: what is known exactly stays so.
func (r Range) shifted(likely int64) Range {
	by := likely - r.Likely
	return Range{Min: max(0, r.Min+by), Likely: likely, Max: max(likely, min(r.Max+by, MaxMinutes))}
}

// prolonged is a range of which people have just said how long it is likely to be: no shorter then, and as much longer as it could be before.
func (r Range) prolonged(likely int64) Range {
	r = r.shifted(likely)
	r.Min = likely
	return r
}
