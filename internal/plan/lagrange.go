package plan

import "slices"

// lagrange is the bound of Möhring, Schulz, Stork and Uetz (2003): the limits of the teams are priced, minute by minute, instead of kept; what is left, starts with costs under
// precedence, is a minimum cut. Any prices give a bound; a subgradient method looks for good ones. All numbers are multiples of 1/1024, rounded so that the bound stays one.
type lagrange struct {
	net      *network
	unit     int64   // minutes of one step of time: all times are multiples of it
	length   int64   // steps in which every good schedule is over
	first    []int64 // of each task, its earliest begin, in steps
	last     []int64
	node     []int32 // of each task, the first of its nodes
	teams    []int   // those that anybody needs, by profile and lane
	price    [][]int64
	used     [][]int64
	heads    []int64
	graph    *flow
	costs    []int // of each task, its first arc of cost
	pristine []int64
	fees     [][]int64
}

const (
	fine        = 1024
	maxNodes    = 100_000   // 120 tasks of the public sets have 80,000; a cut takes seconds there
	manyNodes   = 1_200_000 // nodes times rounds
	mostRounds  = 60        // later ones hardly gain
	leastRounds = 12
)

// lagrangian gives the bound, or ok = false where it is too big or time is not uniform. upper is the value of some schedule.
func (n *network) lagrangian(upper int64) (bound int64, ok bool) {
	l := &lagrange{net: n}
	if !l.applies() || !l.windows() {
		return 0, false
	}
	l.build()
	step := int64(2 * fine) // factor of Polyak's step, halved when nothing gets better
	stuck := 0
	for range min(mostRounds, max(leastRounds, manyNodes/len(l.graph.head))) {
		value := l.solve()
		if floor := (value + fine - 1) / fine; value > 0 && floor > bound {
			bound, stuck = floor, 0
		} else if stuck++; stuck >= 4 {
			step, stuck = step/2, 0
		}
		if bound >= upper || !l.improve(upper*fine-value, step) {
			break
		}
	}
	return min(bound, upper), true
}

// applies says whether time is uniform and every service hangs on one task: then its cost stands at that task.
func (l *lagrange) applies() bool {
	n := l.net
	if slices.Contains(n.fixed, true) || slices.Contains(n.behind, true) || len(n.losses) == 0 || n.size() == 0 {
		return false
	}
	for k := range n.base {
		if len(n.base[k].at) > 2 {
			return false
		}
	}
	return !slices.ContainsFunc(n.losses, func(l loss) bool { return len(l.set) != 1 })
}

// windows finds the unit of time, and between which steps each task begins: one after the other, after the last release, everything is over by length.
func (l *lagrange) windows() bool {
	n := l.net
	heads, tails := n.heads(), n.tails(nil)
	var sum, late int64
	for j := range n.minutes {
		l.unit = gcd(gcd(gcd(l.unit, n.minutes[j]), n.held[j]), n.release[j]-n.start)
		sum += n.minutes[j]
		late = max(late, n.release[j]-n.start)
	}
	for _, b := range n.before.to {
		l.unit = gcd(l.unit, b.lag)
		sum += b.lag
	}
	l.unit = max(1, l.unit)
	l.length = (sum + late) / l.unit
	total := int64(0)
	for j := range n.minutes {
		l.node = append(l.node, int32(total)+2)
		l.first = append(l.first, (heads[j]-n.minutes[j]-n.start)/l.unit)
		l.last = append(l.last, l.length-(tails[j]+n.minutes[j])/l.unit)
		if total += l.last[j] - l.first[j] + 2; total > maxNodes {
			return false
		}
	}
	return true
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

const boundless = int64(1) << 60

// build makes the graph once: node t of a task is on the source's side if it begins in step t or later.
func (l *lagrange) build() {
	n := l.net
	nodes := int32(2)
	for j := range l.first {
		nodes = l.node[j] + int32(l.last[j]-l.first[j]) + 2
	}
	l.graph = newFlow(int(nodes), int(nodes)*4)
	for j := range l.first {
		l.graph.arc(0, l.node[j], boundless)
		l.costs = append(l.costs, len(l.graph.to))
		for t := l.first[j]; t <= l.last[j]; t++ {
			a := l.graph.arc(l.at(j, t), l.at(j, t+1), 0)
			l.graph.room[a^1] = boundless // whoever begins no earlier than t+1 begins no earlier than t
		}
		l.graph.arc(l.at(j, l.last[j]+1), 1, boundless)
		for _, b := range n.before.of(int32(j)) {
			l.follow(int(b.task), j, (n.minutes[b.task]+b.lag)/l.unit)
		}
	}
	l.pristine = slices.Clone(l.graph.room)
	l.fees = make([][]int64, len(l.first))
	for i := range n.losses {
		l.fee(&n.losses[i])
	}
	l.rent()
}

func (l *lagrange) at(j int, t int64) int32 { return l.node[j] + int32(t-l.first[j]) }

// follow enters "whoever begins no earlier than t has followers that begin no earlier than t + distance".
func (l *lagrange) follow(i, j int, distance int64) {
	for t := max(l.first[i], l.first[j]-distance); t <= l.last[i]; t++ {
		if t+distance > l.first[j] && t+distance <= l.last[j]+1 {
			l.graph.arc(l.at(i, t), l.at(j, t+distance), boundless)
		}
	}
}

// fee adds what it costs to begin in each step.
func (l *lagrange) fee(s *loss) {
	n, j := l.net, s.set[0]
	if l.fees[j] == nil {
		l.fees[j] = make([]int64, l.last[j]-l.first[j]+1)
	}
	for t := range l.fees[j] {
		l.fees[j][t] += fine * n.costOf(s, n.start+(l.first[j]+int64(t))*l.unit+n.minutes[j])
	}
}

// rent lists the teams.
func (l *lagrange) rent() {
	for k, most := range l.net.mostHeads() {
		if most > 0 {
			l.teams, l.heads = append(l.teams, k), append(l.heads, most)
			l.price, l.used = append(l.price, make([]int64, l.length+1)), append(l.used, make([]int64, l.length+1))
		}
	}
}

// holds is how many heads of a team a task keeps busy.
func (l *lagrange) holds(j, team int) int64 {
	for _, d := range l.net.needs.of(int32(j)) {
		if int(d.profile) == l.teams[team]/lanes {
			return int64(d.heads >> (16 * (l.teams[team] % lanes)) & 0x7fff)
		}
	}
	return 0
}

// solve gives the bound of the present prices, and leaves in used what the cheapest starts take of each team.
func (l *lagrange) solve() int64 {
	copy(l.graph.room, l.pristine)
	for j := range l.first {
		l.charge(j)
	}
	value := l.graph.run(0, 1)
	for k := range l.teams {
		clear(l.used[k])
		for _, p := range l.price[k] {
			value -= p * l.heads[k]
		}
	}
	for j := range l.first {
		t := l.first[j]
		for t < l.last[j] && l.graph.level[l.at(j, t+1)] >= 0 {
			t++
		}
		for k := range l.teams {
			if h := l.holds(j, k); h > 0 {
				for s := t; s < t+l.net.held[j]/l.unit; s++ {
					l.used[k][s] += h
				}
			}
		}
	}
	return value
}

// charge enters what each begin of a task costs: its fee, and the prices of the heads it holds.
func (l *lagrange) charge(j int) {
	held := l.net.held[j] / l.unit
	a := l.costs[j]
	if l.fees[j] != nil {
		for t, fee := range l.fees[j] {
			l.graph.room[a+2*t] += fee
		}
	}
	for k := range l.teams {
		h := l.holds(j, k)
		if h == 0 {
			continue
		}
		var sum int64
		for s := l.first[j]; s < l.first[j]+held; s++ {
			sum += l.price[k][s]
		}
		for t := l.first[j]; t <= l.last[j]; t++ {
			l.graph.room[a+2*int(t-l.first[j])] += h * sum
			sum -= l.price[k][t]
			if t+held < int64(len(l.price[k])) {
				sum += l.price[k][t+held]
			}
		}
	}
}

// improve raises the prices of minutes that are wanted too much and lowers those of the others, by Polyak's step towards the value that is known. It says whether anything was wanted too much.
func (l *lagrange) improve(gap, step int64) bool {
	var norm int64
	for k := range l.teams {
		for s := range l.used[k] {
			if g := l.used[k][s] - l.heads[k]; g > 0 || l.price[k][s] > 0 {
				norm += g * g
			}
		}
	}
	if norm == 0 || step == 0 || gap <= 0 {
		return false
	}
	length := gap / norm * step / fine
	if gap/norm < 1<<20 {
		length = gap * step / fine / norm
	}
	for k := range l.teams {
		for s := range l.used[k] {
			l.price[k][s] = max(0, l.price[k][s]+length*(l.used[k][s]-l.heads[k]))
		}
	}
	return length > 0
}
