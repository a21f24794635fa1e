package plan

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// simulation is what all runs of a plan share. Its network is that of the problem with the tasks numbered in the plan's order, so that a run goes through its memory from front to back;
// its calendars are without the work whose time is given, since how long that keeps its heads is drawn too.
type simulation struct {
	*network
	planned   []bool
	hold      []int64
	givens    []int32 // tasks whose time is given and that keep people busy
	durations []die
	openings  []die
}

func (o *orderOfPlan) simulation() *simulation {
	s := &simulation{network: o.net.renumbered(o.list)}
	for k, j := range o.list {
		s.planned, s.hold = append(s.planned, o.planned[j]), append(s.hold, o.hold[j])
		if s.fixed[k] && s.held[k] > 0 {
			s.givens = append(s.givens, int32(k))
		}
	}
	if s.bare != nil {
		s.base = s.bare
	}
	s.near = foreshortened(s.base, o.over+o.over-s.start)
	s.horizon = max(s.horizon, o.over) + s.horizon - s.start // what a plan holds back may be later than what a problem can say
	s.dice()
	return s
}

func (s *simulation) task(j int32) *Task { return &s.problem.Tasks[s.place[j]] }

// renumbered is the network with the tasks numbered by a list. Nothing in it knows what comes after a task.
func (n *network) renumbered(list []int32) *network {
	m, number := *n, make([]int32, len(list))
	for k, j := range list {
		number[j] = int32(k)
	}
	m.place, m.minutes, m.held, m.lead, m.release, m.at = listed(n.place, list), listed(n.minutes, list), listed(n.held, list), listed(n.lead, list), listed(n.release, list), listed(n.at, list)
	m.pauses, m.fixed, m.behind = listed(n.pauses, list), listed(n.fixed, list), listed(n.behind, list)
	if n.free != nil {
		m.free = listed(n.free, list)
	}
	m.before, m.after, m.needs = links{first: []int32{0}}, links{}, needs{first: []int32{0}}
	for _, j := range list {
		for _, l := range n.before.of(j) {
			m.before.to = append(m.before.to, link{number[l.task], l.lag})
		}
		m.needs.all = append(m.needs.all, n.needs.of(j)...)
		m.before.first, m.needs.first = append(m.before.first, int32(len(m.before.to))), append(m.needs.first, int32(len(m.needs.all)))
	}
	m.class, m.classes = nil, 0 // minutes are drawn: no two tasks want the same
	m.losses = slices.Clone(n.losses)
	for i := range m.losses {
		m.losses[i].set = listed(number, n.losses[i].set)
	}
	return &m
}

// listed are the values of the tasks of a list.
func listed[T any](of []T, list []int32) []T {
	values := make([]T, len(list))
	for k, j := range list {
		values[k] = of[j]
	}
	return values
}

// tally is what the runs came to.
type tally struct {
	ends     []int64 // of each run
	backs    *outcomes
	homeless []int64 // of each task, runs in which it finds no place though all that it waits for does
	critical []int64 // of each task, runs in which the end of everything waits for it
	weighed  []int64 // of each task, weight of the services that wait for it, over all runs
	weight   int64   // of all services
}

// tally makes the runs, on as many cores as there are; which core made a run changes nothing, since each has draws of its own.
func (s *simulation) tally(runs int, seed uint64) (*tally, error) {
	backs, err := s.outcomes(runs)
	if err != nil {
		return nil, err
	}
	t := &tally{ends: make([]int64, runs), backs: backs, homeless: make([]int64, s.size()), critical: make([]int64, s.size()), weighed: make([]int64, s.size())}
	for i := range s.losses {
		t.weight += s.losses[i].weight
	}
	var all sync.WaitGroup
	var mu sync.Mutex // guards the sums in t while a worker adds its own
	workers := max(1, min(runtime.GOMAXPROCS(0), runs, maxWorkers, maxWorked/max(1, s.size())))
	for w := range workers {
		all.Go(func() {
			r := s.newRun(t)
			for k := w; k < runs; k += workers {
				r.once(k, seed)
			}
			mu.Lock()
			defer mu.Unlock()
			for j := range r.critical {
				t.homeless[j] += r.homeless[j]
				t.critical[j] += r.critical[j]
				t.weighed[j] += r.weighed[j]
			}
		})
	}
	all.Wait()
	return t, nil
}

// outcomes are when each service is back in each run: minutes from the earliest that there can be, in four bytes each where that is enough.
type outcomes struct {
	runs  int
	first int64
	near  []uint32
	far   []int64
}

// outcomes makes room, if there may be so much.
func (s *simulation) outcomes(runs int) (*outcomes, error) {
	o, size := &outcomes{runs: runs, first: s.start}, len(s.losses)*runs
	for j, fixed := range s.fixed {
		if fixed {
			o.first = min(o.first, s.at[j])
		}
	}
	last := s.horizon
	for i := range s.losses {
		o.first, last = min(o.first, s.losses[i].since), max(last, s.losses[i].since)
	}
	wide := int64(4)
	if last-o.first >= math.MaxUint32 {
		wide = 8
	}
	switch most := maxOutcomes / wide; {
	case int64(size) > most:
		return nil, failed("plan.runs", 0, 0, "%d runs of %d services are more than can be kept at once: want at most %d runs", runs, len(s.losses), most/int64(len(s.losses)))
	case wide == 4:
		o.near = make([]uint32, size)
	default:
		o.far = make([]int64, size)
	}
	return o, nil
}

// put notes that a service is back in a minute, or never, in run k.
func (o *outcomes) put(service, k int, at int64) {
	switch {
	case o.far != nil:
		o.far[service*o.runs+k] = at
	case at >= min(never, o.first+math.MaxUint32): // nothing that is expected comes later
		o.near[service*o.runs+k] = math.MaxUint32
	default:
		o.near[service*o.runs+k] = uint32(at - o.first)
	}
}

// sorted are the minutes of a service, those of runs in which it never comes last. It may be asked once for each.
func (o *outcomes) sorted(service int, into []int64) []int64 {
	if o.far != nil {
		all := o.far[service*o.runs:][:o.runs]
		slices.Sort(all)
		return all
	}
	all := o.near[service*o.runs:][:o.runs]
	slices.Sort(all)
	into = into[:0]
	for _, after := range all {
		if after == math.MaxUint32 {
			into = append(into, never)
		} else {
			into = append(into, o.first+int64(after))
		}
	}
	return into
}
