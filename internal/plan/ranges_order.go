package plan

import "slices"

// orderOfPlan is what is left of a plan when its times are forgotten: who comes before whom. A partial order alone, of predecessors and of people who go from work to work, would be faster
// to run; but where shifts come and go it says too little about who works by night, and a plan that was kept to the minute came out a third longer.
type orderOfPlan struct {
	net     *network
	list    []int32
	planned []bool  // of each task: it has a place in the plan
	over    int64   // when everything is over by it; nothing begins later but for what it waits for
	hold    []int64 // of each task, the minute before which no run begins it, for the plan does not either; minTime if its order says enough
}

// follow finds the order behind a plan.
func (n *network) follow(made *Plan) (*orderOfPlan, error) {
	if err := made.Fits(n.problem); err != nil {
		return nil, err
	}
	n.assume(made.Assumed)
	o := &orderOfPlan{net: n, planned: make([]bool, n.size()), hold: make([]int64, n.size())}
	start := make([]int64, n.size())
	for j := range int32(n.size()) {
		id := n.id(j)
		at, dated := made.Start[id]
		b, behind := made.Behind[id]
		switch {
		case behind:
			at = n.assumed + b.Plus
		case !dated: // it is left out, or the plan would not fit
			at = never
		}
		start[j], o.planned[j] = at, at < never
	}
	if err := n.follows(start); err != nil {
		return nil, err
	}
	o.list = n.orderOf(made)
	o.holdBack(start)
	return o, nil
}

// assume lets unknown gates open when a plan took them to open.
func (n *network) assume(opening *int64) {
	if opening == nil {
		return
	}
	n.assumed = min(max(*opening, -never), never)
	for j := range n.release {
		if t := &n.problem.Tasks[n.place[j]]; n.behind[j] {
			n.release[j] = max(t.release(n.start, t.opening()), n.assumed)
		}
	}
}

// follows says whether nothing begins before what it waits for begins.
func (n *network) follows(start []int64) error {
	for j := range int32(n.size()) {
		for _, l := range n.before.of(j) {
			if start[l.task] > start[j] && !n.fixed[j] {
				return failed("plan.other", 0, 0, "in the plan task %s begins before what it waits for: it is no plan for this problem", quoted(n.id(j)))
			}
		}
	}
	return nil
}

// holdBack finds what the order alone would begin earlier than the plan does: promised starts, a plan that was shifted to the right, waves, whatever somebody put off by hand.
func (o *orderOfPlan) holdBack(start []int64) {
	n := o.net
	n.free = slices.Clone(n.release)
	s := newPass(n)
	early := func(j int32) bool { return o.planned[j] && !n.fixed[j] && s.start[j] < start[j] }
	for j := range o.hold {
		o.hold[j] = minTime
	}
	s.run(o.list)
	o.over = n.overIn(s.end)
	if !slices.ContainsFunc(o.list, early) {
		n.free = nil
		return
	}
	s.reset(n.base)
	for _, j := range o.list {
		if n.fixed[j] {
			continue
		}
		s.begin(j, s.ready(j, n.release[j]))
		if early(j) {
			s.undo(j)
			o.hold[j], n.release[j] = start[j], start[j]
			s.begin(j, start[j])
		}
	}
	o.over = max(o.over, n.overIn(s.end), n.overIn(n.release)) // of what is over only beyond all time, a run may be over before
}
