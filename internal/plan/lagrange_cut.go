package plan

import "slices"

const (
	source    = 0
	sink      = 1
	boundless = int64(1) << 60
)

// build makes the graph once: a step's node is on the source's side if its choice is of that step or a later one.
func (l *lagrange) build() {
	nodes, arcs := int32(2), 0
	for i := range l.choices {
		c := &l.choices[i]
		c.node = nodes
		nodes += int32(len(c.over))
		arcs += (1 + len(c.after)) * (len(c.over) + 1)
	}
	l.graph = newFlow(int(nodes), arcs)
	for i := range l.choices {
		c := &l.choices[i]
		l.graph.arc(source, c.node, boundless)
		c.arc = len(l.graph.to)
		for t := range c.over {
			to := c.node + int32(t) + 1
			if t == len(c.over)-1 {
				to = sink
			}
			a := l.graph.arc(c.node+int32(t), to, 0)
			if l.graph.room[a^1] = boundless; to == sink { // whoever is no earlier than the next step is no earlier than this one
				l.graph.room[a^1] = 0
			}
		}
		for _, b := range c.after {
			l.follow(c, b)
		}
	}
	l.blank = slices.Clone(l.graph.room)
}

// follow enters "if that is of step t or later, this is of step u or later", where it says anything new.
func (l *lagrange) follow(c *choice, b carried) {
	before, said := &l.choices[b.choice], c.first
	for t, over := range before.over {
		if u := l.enter(c, b.minute(over)); u > said {
			l.graph.arc(before.node+int32(t), c.node+int32(u-c.first), boundless)
			said = u
		}
	}
}

// solve gives the bound of the present prices, times fine, and leaves what the cheapest choices take of each team.
func (l *lagrange) solve() int64 {
	copy(l.graph.room, l.blank)
	for i := range l.choices {
		l.charge(&l.choices[i])
	}
	value := l.given*l.fine + l.graph.run(source, sink)
	for k := range l.teams {
		p := &l.teams[k]
		clear(p.used)
		for t := range p.price {
			value -= p.price[t] * p.supply[t]
		}
	}
	for i := range l.choices {
		l.take(&l.choices[i])
	}
	return value
}

// charge enters what each step of a choice costs: its services, and the heads it holds.
func (l *lagrange) charge(c *choice) {
	room := l.graph.room[c.arc:]
	for t, fee := range c.fee {
		room[2*t] = fee
	}
	if c.task < 0 || len(l.net.needs.of(c.task)) == 0 {
		return
	}
	l.tariff(c.task)
	if c.pauses {
		l.chargePausing(c, room)
		return
	}
	for t := range c.over[:len(c.over)-1] {
		if c.shut[t] {
			room[2*t] = boundless
			continue
		}
		rent, _ := l.rent(c, c.first+int64(t))
		room[2*t] += rent
	}
}

// rent is the least that the heads of a task cost that begins in a step, and the minute of that.
func (l *lagrange) rent(c *choice, t int64) (cost, begin int64) {
	held := l.net.held[c.task]
	if l.aligned {
		return l.sum(l.at(t)+held) - l.sum(l.at(t)), l.at(t)
	}
	begin = max(c.ready, l.at(t))
	cost = l.sum(begin+held) - l.sum(begin)
	for _, other := range []int64{l.at(t+1) - held%l.unit, l.at(t + 1)} { // what a begin costs is straight between those whose end, or begin, is that of a step
		if other > begin {
			if less := l.sum(other+held) - l.sum(other); less < cost {
				cost, begin = less, other
			}
		}
	}
	return cost, begin
}

// tariff fills rate and sums for a task.
func (l *lagrange) tariff(j int32) {
	clear(l.rate)
	for k := range l.teams {
		if h := l.holds(j, k); h > 0 {
			for t, p := range l.teams[k].price {
				l.rate[t] += h * p
			}
		}
	}
	for t, r := range l.rate {
		l.sums[t+1] = l.sums[t] + r*l.unit
	}
}

// sum is what work up to a minute costs.
func (l *lagrange) sum(minute int64) int64 {
	t := l.step(minute)
	if t == l.length {
		return l.sums[t]
	}
	return l.sums[t] + l.rate[t]*(minute-l.at(t))
}

// take adds what the cheapest choice holds.
func (l *lagrange) take(c *choice) {
	if c.task < 0 || len(l.net.needs.of(c.task)) == 0 {
		return
	}
	t := 0
	for t < len(c.over)-1 && l.graph.level[c.node+int32(t)+1] < 0 {
		t++
	}
	if t == len(c.over)-1 {
		return
	}
	l.tariff(c.task)
	if c.pauses {
		l.takePausing(c, c.first+int64(t))
		return
	}
	_, begin := l.rent(c, c.first+int64(t))
	for until, from := begin+l.net.held[c.task], begin; from < until; {
		s := l.step(from)
		if s == l.length {
			break
		}
		next := min(until, l.at(s+1))
		l.uses(c.task, s, next-from)
		from = next
	}
}

func (l *lagrange) uses(j int32, step, minutes int64) {
	for k := range l.teams {
		l.teams[k].used[step] += l.holds(j, k) * minutes
	}
}

// holds is how many heads of a team a task keeps busy.
func (l *lagrange) holds(j int32, team int) int64 {
	number := l.teams[team].number
	for _, d := range l.net.needs.of(j) {
		if int(d.profile) == number/lanes {
			return int64(d.heads >> (16 * (number % lanes)) & 0x7fff)
		}
	}
	return 0
}
