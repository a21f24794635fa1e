package plan

// network is what can be planned of a problem, as dense arrays. Tasks are numbered in an order in which each comes after what it waits for, and of those that could come next the one
// that stands first in the problem: the order 0, 1, 2, … is the starting order of [FirstInFirstOut], and breaking ties by number never breaks precedence.
type network struct {
	problem *Problem
	place   []int32 // of each task in the problem
	minutes []int64
	held    []int64 // minutes for which it keeps its heads
	lead    []int64 // minutes after its begin at which it takes them: 0, but for mirrored tasks that are attended only at what was their start
	release []int64
	free    []int64 // the releases of the problem itself, where those of a plan were put off by promises or waves: bounds go by these; else nil
	pauses  []bool  // its held minutes may be interrupted where heads fall away
	fixed   []bool  // its time is given: at
	at      []int64 // of fixed tasks
	behind  []bool  // it is an unknown gate or waits for one
	before  links
	after   links
	needs   needs
	class   []int32 // of each task: those of one class need the same for as long; nil where minutes are drawn, or time runs backwards
	classes int
	base    []profile
	bare    []profile // base before any task took heads whose time is given, or nil: none did
	near    []profile // base without what is far behind the end of the starting order, or nil: calendars are long, and each pass begins with a copy
	drops   [][]drop  // per profile, in order; only there pauses begin
	losses  []loss    // the services
	factors Factors
	start   int64
	horizon int64 // a minute after which no schedule has anything left to do
	assumed int64 // when unknown gates are taken to open

	promises []promise // of a plan that is made anew
	price    int64     // of one that is broken

	findings []Finding
	told     int                 // of those that only a schedule shows
	same     map[string]*several // findings that are alike, by what they say
	leftOut  []string
	roomless map[int32]bool // tasks of which the findings say that no calendar has room for them
}

// links are all predecessors or successors of all tasks in one array; those of task j stand from first[j] up to first[j+1].
type links struct {
	first []int32
	to    []link
}

type link struct {
	task int32
	lag  int64
}

func (l *links) of(j int32) []link { return l.to[l.first[j]:l.first[j+1]] }

// needs are what the tasks keep busy, per profile.
type needs struct {
	first []int32
	all   []need
}

type need struct {
	profile int32
	heads   uint64
}

func (n *needs) of(j int32) []need { return n.all[n.first[j]:n.first[j+1]] }

// classify finds out which tasks want the same of their teams.
func (n *network) classify() {
	type part struct {
		before int32 // the class that has all needs but this one
		need   need
		held   int64 // of the whole; 0: it is a part
		pauses bool
	}
	known := map[part]int32{}
	number := func(p part) int32 {
		k, met := known[p]
		if !met {
			k = int32(len(known))
			known[p] = k
		}
		return k
	}
	n.class = make([]int32, n.size())
	for j := range n.class {
		k := int32(-1)
		for _, d := range n.needs.of(int32(j)) {
			k = number(part{before: k, need: d})
		}
		n.class[j] = number(part{before: k, held: n.held[j], pauses: n.pauses[j]})
	}
	n.classes = len(known)
}

// loss is a service as the cost sees it.
type loss struct {
	service   int32   // its place in the problem
	set       []int32 // its tasks
	weight    int64
	since     int64
	due, dead int64 // the minutes of RTO and MTPD; maxTime where there are none
}

func (n *network) size() int { return len(n.minutes) }

// costOf is what it costs that the service is back in that minute.
func (n *network) costOf(l *loss, back int64) int64 {
	back = max(back, l.since)
	cost := back - l.since
	if back > l.due {
		cost += n.factors.RTO * (back - l.due)
	}
	if back > l.dead {
		cost += n.factors.MTPD * (back - l.dead)
	}
	return l.weight * cost
}

// cost is that of a whole schedule, given when each task is over.
func (n *network) cost(end []int64) int64 {
	var sum int64
	for i := range n.losses {
		l := &n.losses[i]
		back := l.since
		for _, j := range l.set {
			back = max(back, end[j])
		}
		sum += n.costOf(l, back)
	}
	return sum
}

// mostHeads is how many heads each team has at most, by profile and lane.
func (n *network) mostHeads() []int64 {
	most := make([]int64, lanes*len(n.base))
	for k := range n.base {
		for _, free := range n.base[k].free {
			for team := range lanes {
				most[lanes*k+team] = max(most[lanes*k+team], int64(free>>(16*team)&0x7fff))
			}
		}
	}
	return most
}

// shares is how much of its teams each task keeps busy, summed over teams.
func (n *network) shares() []int64 {
	sum := make([]int64, n.size())
	n.eachShare(func(j, _ int, share int64) { sum[j] += share })
	return sum
}

// eachShare tells what each task keeps busy of each of its teams, in thousandths of the heads that team has at most.
func (n *network) eachShare(tell func(j, team int, share int64)) {
	most := n.mostHeads()
	for j := range n.size() {
		for _, d := range n.needs.of(int32(j)) {
			for i := range lanes {
				if heads := int64(d.heads >> (16 * i) & 0x7fff); heads > 0 {
					team := lanes*int(d.profile) + i
					tell(j, team, 1000*heads/max(1, most[team]))
				}
			}
		}
	}
}
