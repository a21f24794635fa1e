package plan

import (
	"cmp"
	"slices"
)

// Notice is what people were told: starts within so many minutes from now are promises, and moving one costs Price, in the unit of the objective.
type Notice struct {
	Minutes int64 `json:"minutes"`
	Price   int64 `json:"price"`
}

// Diff is what another plan changes. Moves are in the order of the problem.
type Diff struct {
	Tasks    []Move `json:"tasks,omitempty"`    // starts that moved, came or went
	Services []Move `json:"services,omitempty"` // times of being back that moved
	From     int64  `json:"from"`               // the objective before
	To       int64  `json:"to"`
	Sunk     int64  `json:"sunk,omitzero"` // what of a cost lies before the problem's start: no plan changes that
	Promised int    `json:"promised"`      // tasks that were to begin within the notice
	Broken   int    `json:"broken"`        // how many of these moved
}

// Move is one time before and after; nil where there is none.
type Move struct {
	ID     string `json:"id"`
	From   *int64 `json:"from,omitempty"`
	To     *int64 `json:"to,omitempty"`
	GoesOn bool   `json:"goes_on,omitzero"` // it was begun and put aside: To is not its begin, but when its rest is gone on with
}

// Replan plans the rest of a problem anew, beginning from the order of an earlier plan. The problem says what has happened: its start is now, tasks that began have a state, durations
// are what is known by now. What is done, running or fixed stays. Tasks that were to begin within the notice begin no earlier than promised, if they find a place then,
// and later only where that saves more than it costs.
func Replan(p *Problem, old *Plan, o Options, notice Notice) (*Plan, *Diff, []Finding, error) {
	n, err := p.compile()
	if err != nil {
		return nil, nil, nil, err
	}
	if o.Kind == "" {
		o.Kind = KindCost
	}
	o.Schedules = max(1, o.Schedules)
	n.promise(old, notice)
	h := newHunt(n, o)
	h.best = n.orderOf(old)
	a := newAnnealing(h, o.Kind)
	a.warm = slices.Clone(h.best)
	if n.size() > 0 {
		a.run()
	}
	made := n.plan(h.best, h.used+1, o)
	diff := Compare(p, old, made, notice)
	if o.Kind != KindMakespan {
		diff.Sunk = n.sunk(made)
	}
	return made, diff, n.findings, nil
}

// sunk is what a plan's services have cost until the problem's start.
func (n *network) sunk(made *Plan) int64 {
	var sum int64
	for i := range n.losses {
		l := &n.losses[i]
		if back, dated := made.Back[n.problem.Services[l.service].ID]; dated {
			sum += n.costOf(l, min(back, n.start))
		}
	}
	return sum
}

func (n *network) id(j int32) string { return n.problem.Tasks[n.place[j]].ID }

// promise notes which starts were promised.
func (n *network) promise(old *Plan, notice Notice) {
	n.price, n.free = notice.Price, slices.Clone(n.release)
	for j := range int32(n.size()) {
		at, planned := old.Start[n.id(j)]
		if planned && !n.fixed[j] && n.minutes[j] > 0 && at >= n.start && at < n.start+notice.Minutes { // nobody is told of a mark
			n.release[j] = max(n.release[j], at)
			n.promises = append(n.promises, promise{j, at})
		}
	}
}

// promise is a start that people were told.
type promise struct {
	task int32
	at   int64
}

// broken is the price of the promises that a schedule does not keep.
func (n *network) broken(start []int64) int64 {
	count := int64(0)
	for _, p := range n.promises {
		if start[p.task] != p.at {
			count++
		}
	}
	return n.price * count
}

// orderOf is the order of an earlier plan, made lawful: that which it says, or else that of its begins. What it does not name comes last. It may be anybody's: of an id that stands there twice
// the first place counts, and one that is not known none.
func (n *network) orderOf(old *Plan) []int32 {
	keys, said := n.turns(old), make(map[string]int, len(old.Order))
	for k, id := range slices.Backward(old.Order) {
		said[id] = k
	}
	for j := range keys {
		if k, ok := said[n.id(int32(j))]; ok {
			keys[j] = int64(k) - keyShift // before every minute
		}
	}
	var s sorter
	return s.lawful(n, keys)
}

// orderOfBegins is that of an earlier plan's begins alone, made lawful; what was not in it comes last.
func (n *network) orderOfBegins(old *Plan) []int32 {
	var s sorter
	return s.lawful(n, n.turns(old))
}

// keep lets a plan say the list that made it, unless its begins do.
func (n *network) keep(p *Plan, list []int32) {
	if p.Order = nil; slices.Equal(list, n.orderOfBegins(p)) {
		return
	}
	for _, j := range list {
		p.Order = append(p.Order, n.id(j))
	}
}

// turns are when it is whose turn by the begins of a plan.
func (n *network) turns(old *Plan) []int64 {
	keys := make([]int64, n.size())
	for j := range keys {
		id := n.id(int32(j))
		switch at, planned := old.Start[id]; {
		case planned:
			keys[j] = old.turn(id, at)
		case old.Assumed != nil && old.Behind[id].Gates != nil:
			keys[j] = *old.Assumed + old.Behind[id].Plus
		default:
			keys[j] = never
		}
		keys[j] = min(max(keys[j], -never), never)
	}
	return keys
}

// turn is when it is a task's turn by its plan: at its begin, or where it pauses at its last piece, for whatever came between came first.
func (p *Plan) turn(id string, at int64) int64 {
	if pieces := p.Pieces[id]; len(pieces) > 0 {
		return pieces[len(pieces)-1].From
	}
	return at
}

// Compare says what is different between two plans of a problem, or of what the problem became.
func Compare(p *Problem, old, made *Plan, notice Notice) *Diff {
	d := &Diff{From: old.Objective.Value, To: made.Objective.Value}
	for _, t := range p.OwnTasks() {
		moved := d.move(&d.Tasks, t.ID, old.Start, made.Start)
		if moved && p.aside[t.ID] {
			d.Tasks[len(d.Tasks)-1].GoesOn = true
		}
		if at, planned := old.Start[t.ID]; planned && t.State == "" && t.Minutes.Likely > 0 && at >= p.Start && at < p.Start+notice.Minutes {
			d.Promised++
			if moved {
				d.Broken++
			}
		}
	}
	for _, s := range p.OwnServices() {
		d.move(&d.Services, s.ID, old.Back, made.Back)
	}
	return d
}

// move notes a time that is not the same.
func (d *Diff) move(to *[]Move, id string, before, after map[string]int64) bool {
	from, was := before[id]
	at, is := after[id]
	if was == is && cmp.Compare(from, at) == 0 {
		return false
	}
	m := Move{ID: id}
	if was {
		m.From = &from
	}
	if is {
		m.To = &at
	}
	*to = append(*to, m)
	return true
}
