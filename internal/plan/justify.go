package plan

// justification looks at a schedule from behind: everything is put off as long as no service comes back later, and what could least be put off then goes first. It is the double
// justification of makespans (Valls, Ballestín and Quintanilla 2005) with the services' times in the place of the one end. Without calendars the result is never dearer; with them it
// mostly is not, and what is dearer is dropped.
type justification struct {
	mirror *network
	pass   *pass
	sorter sorter
	keys   []int64
}

func newJustification(n *network) *justification {
	m := n.mirror()
	return &justification{mirror: m, pass: newPass(m), keys: make([]int64, n.size())}
}

// list is the order of the latest begins.
func (q *justification) list(n *network, end []int64) []int32 {
	q.deadlines(n, end)
	q.pass.run(q.sorter.descending(end))
	for j := range q.keys {
		q.keys[j] = -q.pass.end[j]
	}
	return q.sorter.lawful(n, q.keys)
}

// deadlines says until when each task may last: until its service is back, or until all is over.
func (q *justification) deadlines(n *network, end []int64) {
	last := n.datedMakespan(end)
	for j, e := range end {
		q.mirror.release[j] = -max(last, e)
	}
	for i := range n.losses {
		l := &n.losses[i]
		back, _ := n.back(l, end)
		for _, j := range l.set {
			q.mirror.release[j] = max(q.mirror.release[j], -back)
		}
	}
}

// justify tries the order of the latest begins of the present schedule, which takes two passes.
func (a *annealing) justify() {
	if a.budget-a.used < 2 {
		return
	}
	if a.justification == nil {
		a.justification = newJustification(a.net)
	}
	list := a.ordered(a.justification.list(a.net, a.end))
	a.used++
	if cost := a.worth(list); cost < a.cost {
		a.accept(list, cost)
	}
}
