package check

import (
	"fmt"
	"hash/fnv"
	"slices"
)

// services checks when each service is back. What is wrong with a service itself leaves it out of the cost.
func (c *checker) services() {
	for i := range c.work.Services {
		s := &c.work.Services[i]
		back, behind, counts := c.back(i)
		said, dated := c.plan.Back[s.ID]
		after, waiting := c.plan.Waiting[s.ID]
		switch {
		case !counts && c.work.first[s.ID] == i && (dated || waiting):
			c.wrong("service", s.ID, "the plan says when it is back, but its set is not planned")
		case counts && behind && (!waiting || dated || c.plan.Assumed == nil || after.Plus != back-*c.plan.Assumed):
			c.wrong("service", s.ID, "it waits for an unknown gate and is back in minute %d of the assumed ones; the plan says otherwise", back)
		case counts && behind && !slices.Equal(c.gatesOf(s), sorted(after.Gates)):
			c.wrong("service", s.ID, "the unknown gates before it are %s, the plan names %s", called(c.gatesOf(s)...), called(after.Gates...))
		case counts && !behind && (!dated || waiting):
			c.wrong("service", s.ID, "its set is over in minute %d, the plan gives no date or one behind a gate", back)
		case counts && !behind && said != back:
			c.wrong("service", s.ID, "its set is over in minute %d, the plan says it is back in minute %d", back, said)
		}
	}
}

// gatesOf are the gates that the plan names for the tasks of a service.
func (c *checker) gatesOf(s *service) (gates []string) {
	for _, id := range s.Set {
		gates = append(gates, c.plan.Behind[id].Gates...)
	}
	return slices.Compact(sorted(gates))
}

// back is when service i is back, whether that hangs on an unknown gate, and whether it counts at all.
func (c *checker) back(i int) (minute int64, behind, counts bool) {
	s := &c.work.Services[i]
	if !c.work.count[i] {
		return 0, false, false
	}
	minute = s.Since
	for _, id := range s.Set {
		at, placed := c.when[id]
		if !placed {
			return 0, false, false
		}
		_, gated := c.plan.Behind[id]
		minute, behind = max(minute, at.end), behind || gated
	}
	return minute, behind, true
}

// heaviest is the largest sum of weights that a problem may have.
const heaviest = 1 << 24

// weights finds the services that count, one after the other: whose set can be planned by what the problem says, as long as the sum of their weights is not too much.
func (w *work) weights() {
	w.count = map[int]bool{}
	stuck, sum := w.circles(), int64(0)
	for i := range w.Services {
		s := &w.Services[i]
		sane := s.ID != "" && w.first[s.ID] == i && s.Weight >= 0 && s.Weight <= heaviest-sum && !far(s.Since) && s.RTO >= 0 && s.RTO <= horizon && s.MTPD >= 0 && s.MTPD <= horizon
		if sane && !slices.ContainsFunc(s.Set, func(id string) bool { return w.tasks[id] == nil || stuck[id] }) {
			w.count[i] = true
			sum += s.Weight
		}
	}
}

// sums computes makespan and objective anew.
func (c *checker) sums() {
	last := c.work.Start
	for id, at := range c.when {
		if _, behind := c.plan.Behind[id]; !behind {
			last = max(last, at.end)
		}
	}
	if c.plan.Makespan != last {
		c.wrong("makespan", "", "all dated tasks are over in minute %d, the plan says minute %d", last, c.plan.Makespan)
	}
	value := last
	switch kind := c.plan.Objective.Kind; kind {
	case "makespan":
	case "weighted", "cost":
		value = c.cost()
	default:
		c.wrong("objective", "", "nobody knows the objective %.40q", kind)
		return
	}
	if c.plan.Objective.Value != value {
		c.wrong("objective", "", "the objective is %d, the plan says %d", value, c.plan.Objective.Value)
	}
	if c.plan.Objective.Bound > value {
		c.wrong("bound", "", "the plan says that no plan can be below %d, and is itself at %d", c.plan.Objective.Bound, value)
	}
}

// cost is the sum over all services with a date: weight × minutes out, and again for the minutes beyond what was promised and beyond what can be borne.
func (c *checker) cost() (sum int64) {
	rto, mtpd := int64(1), int64(4)
	if f := c.work.Factors; f != nil && f.RTO >= 0 && f.RTO <= 8 && f.MTPD >= 0 && f.MTPD <= 8 {
		rto, mtpd = f.RTO, f.MTPD
	}
	for i := range c.work.Services {
		s := &c.work.Services[i]
		back, behind, counts := c.back(i)
		if !counts || behind {
			continue
		}
		out := back - s.Since
		sum += s.Weight * out
		if s.RTO > 0 {
			sum += rto * s.Weight * max(0, out-s.RTO)
		}
		if s.MTPD > 0 {
			sum += mtpd * s.Weight * max(0, out-s.MTPD)
		}
	}
	return sum
}

// weigh derives services and releases from the names in the instance (docs/planning.md, "Weighted variants"). The first and the last activity are dummies.
func (w *work) weigh(o Options) {
	half := uint64(w.critical())/2 + 1
	w.Services, w.Factors = nil, nil
	for i := 1; i < len(w.Tasks)-1; i++ {
		t := &w.Tasks[i]
		name := fmt.Sprintf("%s|%s|%s|", o.Salt, w.Name, t.ID)
		if h := hash(name + "w"); h%100 < 40 {
			weight := int64(1)
			switch class := h / 100 % 100; {
			case class < 10:
				weight = 10
			case class < 30:
				weight = 5
			case class < 60:
				weight = 3
			}
			w.first["s"+t.ID] = len(w.Services)
			w.Services = append(w.Services, service{ID: "s" + t.ID, Set: []string{t.ID}, Weight: weight})
		}
		if g := hash(name + "r"); g%100 < 15 {
			earliest := int64(g / 100 % half)
			t.Earliest = &earliest
		}
	}
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// critical is the length of the longest chain of tasks.
func (w *work) critical() (longest int64) {
	ends := map[string]int64{}
	var end func(id string) int64
	end = func(id string) int64 {
		if e, known := ends[id]; known {
			return e
		}
		t, begin := w.tasks[id], int64(0)
		if t == nil {
			return 0
		}
		ends[id] = 0 // a circle ends here; the instance is refused for it elsewhere
		for _, l := range t.After {
			begin = max(begin, end(l.Task)+l.Lag)
		}
		ends[id] = begin + t.Minutes.Likely
		return ends[id]
	}
	for id := range w.tasks {
		longest = max(longest, end(id))
	}
	return longest
}
