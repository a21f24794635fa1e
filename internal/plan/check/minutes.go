package check

// latest is the last minute that a plan may name, and -latest the first. No plan needs it: nothing is planned beyond twice the horizon. Up to there no sum of the checker leaves 63 bits:
// all weights together (2^24), an outage (2^34 and the horizon before 0), and both factors at 8.
const latest = int64(1) << 34

// counts refuses what no search has: fewer than no schedules. None at all is what a plan of another hand says by saying nothing.
func (c *checker) counts() {
	if n := c.plan.Schedules; n < 0 {
		c.wrong("schedules", "", "it says that %d schedules were made", n)
	}
}

// minutes refuses every minute of the plan that nothing could be reckoned with.
func (c *checker) minutes() {
	p := c.plan
	c.minute("", "makespan", p.Makespan)
	if p.Assumed != nil {
		c.minute("", "assumed", *p.Assumed)
	}
	for id, m := range p.Start {
		c.minute(id, "start", m)
	}
	for id, m := range p.Back {
		c.minute(id, "back", m)
	}
	for id, b := range p.Behind {
		c.minute(id, "behind", b.Plus)
	}
	for id, b := range p.Waiting {
		c.minute(id, "services_behind", b.Plus)
	}
	for id, pieces := range p.Pieces {
		for _, s := range pieces {
			c.minute(id, "pieces", s.From)
			c.minute(id, "pieces", s.Until)
		}
	}
}

func (c *checker) minute(id, field string, minute int64) {
	if minute < -latest || minute > latest {
		c.wrong("minute", id, "%s is minute %d, want %d to %d", field, minute, -latest, latest)
	}
}
