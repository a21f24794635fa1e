package plan

// climb is the search over lists for any objective: late acceptance (Burke and Bykov 2017) with moves that keep lists lawful.
type climb struct {
	*hunt
	pass *pass
	kind string
}

func newClimb(h *hunt, kind string) *climb {
	return &climb{hunt: h, pass: newPass(h.net), kind: kind}
}

// worth generates a list and says what it costs.
func (c *climb) worth(list []int32) int64 {
	c.pass.run(list)
	c.used++
	v := c.net.cost(c.pass.end)
	if c.kind == KindMakespan {
		v = c.net.makespan(c.pass.end)
	}
	if v < c.value {
		c.value = v
		c.best = append(c.best[:0], list...)
	}
	return v
}

func (c *climb) run() {
	list := c.net.firstInFirstOut()
	now := c.worth(list)
	const memory = 50
	past := make([]int64, memory)
	for i := range past {
		past[i] = now
	}
	trial := make([]int32, len(list))
	for !c.over() {
		copy(trial, list)
		c.shift(trial)
		v := c.worth(trial)
		if k := c.used % memory; v <= now || v <= past[k] {
			now = v
			list, trial = trial, list
			past[k] = now
		}
	}
}

// shift moves one task as far as those it waits for and those that wait for it allow.
func (c *climb) shift(list []int32) {
	i := c.random.below(len(list))
	j := list[i]
	lo, hi := i, i
	for lo > 0 && !c.linked(list[lo-1], j) {
		lo--
	}
	for hi+1 < len(list) && !c.linked(j, list[hi+1]) {
		hi++
	}
	to := c.random.between(lo, hi)
	for ; i < to; i++ {
		list[i] = list[i+1]
	}
	for ; i > to; i-- {
		list[i] = list[i-1]
	}
	list[i] = j
}

func (c *climb) linked(before, after int32) bool {
	for _, l := range c.net.before.of(after) {
		if l.task == before {
			return true
		}
	}
	return false
}
