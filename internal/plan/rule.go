package plan

// unlocks is the starting order for costs: again and again the service with the highest weight per work of what is still missing of its closure (its set and all these wait for), and
// then that closure. What serves no service comes last.
func (n *network) unlocks() []int32 {
	u := newUnlocking(n)
	for s, ok := u.next(); ok; s, ok = u.next() {
		u.append(s)
	}
	for j := range int32(n.size()) {
		u.place(j)
	}
	return u.list
}

// unlocking is the state of that order while it grows.
type unlocking struct {
	net     *network
	work    []int64   // of each task, what it takes of its teams
	closure [][]int32 // of each service, in order of numbers
	users   links     // of each task, the services in whose closure it is
	missing []int64   // of each service, work not yet placed
	placed  []bool
	list    []int32
	heap    sorter
}

const unlockScale = 1 << 40 // weight per work as a whole number: the highest sorts first

func newUnlocking(n *network) *unlocking {
	u := &unlocking{net: n, work: n.shares(), closure: make([][]int32, len(n.losses)), missing: make([]int64, len(n.losses)), placed: make([]bool, n.size())}
	for j := range u.work {
		u.work[j] = u.work[j]*n.held[j] + n.minutes[j] + 1
	}
	mark := make([]int32, n.size())
	to := make([]link, 0, n.size())
	of := make([]int32, 0, n.size())
	for s := range n.losses {
		u.closure[s] = n.closureOf(n.losses[s].set, mark, int32(s+1))
		for _, j := range u.closure[s] {
			u.missing[s] += u.work[j]
			to, of = append(to, link{task: j}), append(of, int32(s))
		}
	}
	u.users = usersOf(n.size(), to, of)
	for s := range n.losses {
		u.offer(int32(s))
	}
	return u
}

// usersOf turns "service s uses task j" round.
func usersOf(size int, to []link, of []int32) links {
	r := links{first: make([]int32, size+1), to: make([]link, len(to))}
	for _, l := range to {
		r.first[l.task+1]++
	}
	for j := range size {
		r.first[j+1] += r.first[j]
	}
	fill := append([]int32(nil), r.first...)
	for i, l := range to {
		r.to[fill[l.task]] = link{task: of[i]}
		fill[l.task]++
	}
	return r
}

// closureOf is a set with all that it waits for, lawfully ordered. mark tells one call from the other.
func (n *network) closureOf(set []int32, seen []int32, mark int32) []int32 {
	var closure []int32
	var visit func(j int32)
	visit = func(j int32) {
		if seen[j] == mark {
			return
		}
		seen[j] = mark
		for _, l := range n.before.of(j) {
			visit(l.task)
		}
		closure = append(closure, j)
	}
	for _, j := range set {
		visit(j)
	}
	return closure
}

// offer puts a service into the heap with its present worth; what was offered before with less is passed over later.
func (u *unlocking) offer(s int32) {
	worth := u.net.losses[s].weight * (unlockScale / MaxWeights) * MaxWeights / (u.missing[s] + 1)
	u.heap.push(word(-min(worth, unlockScale), s))
}

// next takes the service that is worth most.
func (u *unlocking) next() (int32, bool) {
	for len(u.heap.heap) > 0 {
		w := u.heap.pop()
		s := int32(w & (1<<numberBits - 1))
		if u.closure[s] != nil {
			return s, true
		}
	}
	return 0, false
}

// append places what is missing of a service's closure.
func (u *unlocking) append(s int32) {
	closure := u.closure[s]
	u.closure[s] = nil
	for _, j := range closure {
		u.place(j)
	}
}

func (u *unlocking) place(j int32) {
	if u.placed[j] {
		return
	}
	u.placed[j] = true
	u.list = append(u.list, j)
	for _, user := range u.users.of(j) {
		if u.missing[user.task] -= u.work[j]; u.closure[user.task] != nil {
			u.offer(user.task)
		}
	}
}
