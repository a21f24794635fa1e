package plan

import (
	"fmt"
	"slices"
)

// Kinds of objective.
const (
	KindMakespan = "makespan" // the minute in which all is done
	KindWeighted = "weighted" // cost of an instance of the public sets with derived services, see [Problem.Weigh]
	KindCost     = "cost"     // cost of a problem with services, see [Factors]
)

// PlanSchema marks a plan file.
const PlanSchema = "blackstart/plan/1"

// Options are what a search may use.
type Options struct {
	Kind      string // of objective; empty: cost
	Schedules int    // passes of generation, justification included; 0 means 1, the starting order
	Seed      uint64
	Strong    bool // take the time for a strong bound, where there is one
}

// Solve plans. The findings say what is wrong with the problem; what they leave out is missing in the plan, the rest is planned. The error is an [*Error]: nothing can be planned at all.
// The plan depends on nothing but problem and options.
func Solve(p *Problem, o Options) (*Plan, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	o.Schedules = max(1, o.Schedules)
	if o.Kind == "" {
		o.Kind = KindCost
	}
	list, used := n.search(o)
	made := n.plan(list, used, o)
	return made, n.findings, nil
}

// FirstInFirstOut plans without searching: of the tasks whose predecessors are placed, the one that stands first in the problem gets its time, as early as these and its teams allow.
// A later task may fill a pause that no earlier one could use; it never delays an earlier one.
func FirstInFirstOut(p *Problem) (*Plan, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, err
	}
	made := n.plan(n.firstInFirstOut(), 1, Options{Kind: KindCost})
	return made, n.findings, nil
}

// plan generates the schedule of a list and says it in the problem's own words. What finds no place in it is added to the findings.
func (n *network) plan(list []int32, used int, o Options) *Plan {
	s := newPass(n)
	s.pieces = map[int32][]Span{}
	s.run(list)
	p := &Plan{Schema: PlanSchema, Seed: o.Seed, Schedules: used, Start: make(map[string]int64, n.size()), Makespan: n.start, LeftOut: n.leftOut}
	gates := n.gates()
	for j := range int32(n.size()) {
		id := n.problem.Tasks[n.place[j]].ID
		if n.behind[j] {
			p.Assumed = &n.assumed // if it has no place, that is so from this minute on
		}
		switch {
		case s.start[j] >= never:
			p.LeftOut = append(p.LeftOut, id)
		case n.behind[j]:
			p.behind(id, gates.before(j), s.start[j]-n.assumed)
		default:
			p.Start[id] = s.start[j]
			p.Makespan = max(p.Makespan, s.end[j])
		}
		if len(s.pieces[j]) > 1 && s.start[j] < never {
			p.piece(id, s.pieces[j])
		}
	}
	p.Objective = Objective{Kind: o.Kind, Value: p.Makespan}
	n.services(p, s.end, gates)
	if o.Kind != KindMakespan {
		p.Objective.Value = n.datedCost(s.end)
	}
	p.Objective.Bound, p.Objective.Method = n.bound(o, p.Objective.Value, s.start)
	n.tellUnplaced(s)
	n.keep(p, list)
	return p
}

// tellUnplaced says what has no place in a schedule: the tasks where it begins, how many with all that waits for them, and the services that therefore do not come back. A task that has
// no room even in an empty calendar was told of before; another one may find that the last shifts in which it fits are taken.
func (n *network) tellUnplaced(s *pass) {
	out := 0
	for j := range int32(n.size()) {
		if s.start[j] < never {
			continue
		}
		if out++; !n.roomless[j] && !slices.ContainsFunc(n.before.of(j), func(l link) bool { return s.start[l.task] >= never }) {
			n.tell(Finding{Code: "plan.no_place", Path: fmt.Sprintf("/tasks/%d", n.place[j]), Hint: "add a shift, or let it pause", alike: alike{thing: "task", id: quoted(n.id(j)),
				one:  fmt.Sprintf("finds no place: where its teams would have the heads for %d minutes, others are planned", n.held[j]),
				many: fmt.Sprintf("find no place: where those they need would be there, others are planned: %s", n.problem.Tasks[n.place[j]].wanted())}})
		}
	}
	if out == 0 {
		return
	}
	n.tell(Finding{Code: "plan.left_out", Path: "/tasks", Message: fmt.Sprintf("%s without a place or waiting for such; planned: %d", left(out, len(n.problem.Tasks)), n.size()-out)})
	for i := range n.losses {
		l := &n.losses[i]
		if k := slices.IndexFunc(l.set, func(j int32) bool { return s.end[j] >= never }); k >= 0 {
			n.tell(lost(&n.problem.Services[l.service], n.id(l.set[k]), fmt.Sprintf("/services/%d", l.service)))
		}
	}
}

// left begins the sentence about what is left out.
func left(out, all int) string { return fmt.Sprintf("%d of %d tasks are left out, being", out, all) }

// tell notes what only a schedule shows, up to as many as can be read.
func (n *network) tell(f Finding) {
	if n.counted(f) {
		return
	}
	switch n.told++; {
	case n.told < maxFindings:
		n.note(f)
	case n.told == maxFindings:
		n.findings = append(n.findings, Finding{Code: "plan.more", Message: "and more that find no place, or do not come back"})
	}
}

func (p *Plan) behind(id string, gates []string, plus int64) {
	if p.Behind == nil {
		p.Behind = map[string]BehindGate{}
	}
	p.Behind[id] = BehindGate{Gates: gates, Plus: plus}
}

func (p *Plan) piece(id string, pieces []Span) {
	if p.Pieces == nil {
		p.Pieces = map[string][]Span{}
	}
	p.Pieces[id] = pieces
}

// services says when each is back.
func (n *network) services(p *Plan, end []int64, gates *gateSets) {
	for i := range n.losses {
		l := &n.losses[i]
		id := n.problem.Services[l.service].ID
		switch back, behind := n.back(l, end); {
		case back >= never:
		case behind:
			if p.Waiting == nil {
				p.Waiting = map[string]BehindGate{}
			}
			p.Waiting[id] = BehindGate{Gates: gates.before(l.set...), Plus: back - n.assumed}
		default:
			if p.Back == nil {
				p.Back = map[string]int64{}
			}
			p.Back[id] = back
		}
	}
}

// back is when a service is back, and whether that is no date since it waits for an unknown gate.
func (n *network) back(l *loss, end []int64) (minute int64, behind bool) {
	minute = l.since
	for _, j := range l.set {
		minute, behind = max(minute, end[j]), behind || n.behind[j]
	}
	return minute, behind
}

// datedCost is the cost of the services of which the plan says when they are back.
func (n *network) datedCost(end []int64) int64 {
	var sum int64
	for i := range n.losses {
		if back, behind := n.back(&n.losses[i], end); back < never && !behind {
			sum += n.costOf(&n.losses[i], back)
		}
	}
	return sum
}

func (n *network) datedMakespan(end []int64) int64 {
	last := n.start
	for j := range end {
		if !n.behind[j] && end[j] < never {
			last = max(last, end[j])
		}
	}
	return last
}
