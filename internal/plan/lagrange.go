package plan

// lagrange is the bound of Möhring, Schulz, Stork and Uetz (2003): the limits of the teams are priced, step of time by step of time, instead of kept; what is left, begins with costs
// under precedence, is a minimum cut. Any prices give a bound; a subgradient method looks for good ones. Everything is whole numbers, rounded so that the bound stays one.
//
// What makes it small enough: work that no dated service waits for is left out; so is what only waits for one other thing ([carried]); and time ends where the known plan ends. Whoever
// begins there "or later" pays for being late, but takes nobody's time: every plan, however long, is one of this relaxation and costs no less.
type lagrange struct {
	net  *network
	work *pass // the calendars, with nobody at work but what is fixed; they are only looked at
	grid
	choices []choice
	given   int64 // cost of services that only fixed tasks bring back
	fine    int64 // prices and costs are multiples of 1/fine
	teams   []pricedTeam
	most    int64 // of a price: sums of higher ones would not fit
	graph   *flow
	blank   []int64 // room of its arcs, costs aside
	rate    []int64 // of the choice at hand, by step: what a minute of it costs
	sums    []int64 // of rate × minutes, up to each step
}

const (
	maxChoices  = 2000           // beyond, the steps of time would be half days
	maxArcs     = 800_000        // 50 MB
	manyArcs    = 40_000_000     // arcs times rounds: a minute or two
	mostVisits  = 1_000_000_000  // of nodes: the same where cuts are hard
	mostRounds  = 300            // later ones hardly gain
	leastRounds = 40             // earlier ones do
	fullStep    = 2 * 1024       // Polyak's step, in 1/1024: twice the way at which what is known to be above would be reached
	smallStep   = 4              // from here on prices hardly move
	patience    = 6              // rounds without a gain until the step is halved
	worthwhile  = 256            // part of the distance that counts as one
	keptWay     = 2              // quarters of the old way that the new one keeps
	finest      = int64(1) << 20 // parts of a unit of cost: prices are per head and minute, and small
	mostCost    = int64(1) << 50 // times fine: leaves ten bits below boundless, which no sum of costs reaches
)

// pricedTeam is what the bound knows of a team, by step.
type pricedTeam struct {
	number int     // by profile and lane
	supply []int64 // head minutes that the calendar gives
	used   []int64 // those that the present choices take
	price  []int64 // of a head minute
	best   []int64 // the prices of the best bound so far
	way    []int64 // along which prices move
}

// lagrangian gives the bound, or ok = false where the problem is too big. upper is the value of a plan, start are its begins; ends is when tasks are over at the earliest, or never.
func (n *network) lagrangian(upper int64, start, ends []int64) (bound int64, ok bool) {
	l, ok := n.relaxed(maxArcs, upper, start, ends)
	if !ok {
		return 0, false
	}
	return min(l.climb(upper), upper), true
}

// relaxed is the problem with at most about so many arcs.
func (n *network) relaxed(arcs, upper int64, start, ends []int64) (*lagrange, bool) {
	l := &lagrange{net: n, work: &pass{net: n, work: n.base}}
	if !l.choose(ends) {
		return nil, false
	}
	l.lay(start, arcs)
	if !l.scale(upper) {
		return nil, false
	}
	l.build()
	l.list()
	return l, true
}

// climb looks for prices with a high bound: from the best ones so far along a way that remembers a part of the last ways (Camerini, Fratta and Maffioli 1975), as far as Polyak's step
// towards the known value, shortened when nothing more is gained.
func (l *lagrange) climb(upper int64) int64 {
	goal, top := upper*l.fine, int64(minTime)
	step, stuck := int64(fullStep), 0
	for range min(mostRounds, max(leastRounds, manyArcs/len(l.graph.to))) {
		value := l.solve()
		if stuck++; value > top {
			if value-top > (goal-value)/worthwhile {
				stuck = 0
			}
			top = value
			l.keep()
		}
		if stuck > patience {
			step, stuck = step/2, 0
			l.goBack()
		}
		if top > goal-l.fine || step < smallStep || l.graph.visits > mostVisits || !l.improve(goal-value, step) {
			break
		}
	}
	return (top + l.fine - 1) / l.fine // costs are whole numbers
}

func (l *lagrange) keep() {
	for k := range l.teams {
		copy(l.teams[k].best, l.teams[k].price)
	}
}

func (l *lagrange) goBack() {
	for k := range l.teams {
		copy(l.teams[k].price, l.teams[k].best)
		clear(l.teams[k].way)
	}
}

// scale makes the fees, and prices as fine as the costs allow.
func (l *lagrange) scale(upper int64) bool {
	total := max(upper, 1) + l.given
	for i := range l.choices {
		c := &l.choices[i]
		if len(c.fees) == 0 {
			continue
		}
		c.fee = make([]int64, len(c.over))
		for t, over := range c.over {
			for _, f := range c.fees {
				c.fee[t] += l.net.costOf(f.service, f.when.minute(over))
			}
		}
		total += c.fee[len(c.fee)-1]
	}
	for l.fine = finest; l.fine > 1 && total > mostCost/l.fine; l.fine /= 2 {
	}
	for i := range l.choices {
		for t := range l.choices[i].fee {
			l.choices[i].fee[t] *= l.fine
		}
	}
	return total <= mostCost/l.fine
}
