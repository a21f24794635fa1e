package plan

// latest is a minute after which no schedule has anything left to do: once every release, shift and given time is behind, some task works or some lag runs in every minute until all is over,
// each task and the longest lag before it once. Durations and openings count with their most, since [Simulate] draws up to that.
func (c *compiler) latest() int64 {
	last, sum := c.start, int64(0)
	for _, line := range c.calls {
		if len(line) > 0 {
			last = max(last, line[len(line)-1].at)
		}
	}
	for j := range int32(c.size()) {
		t := &c.p.Tasks[c.place[j]]
		if c.fixed[j] {
			last = max(last, c.at[j]+max(c.minutes[j], t.Minutes.Max))
			continue
		}
		last = max(last, c.release[j])
		if t.Opens != nil && !t.Opens.Unknown {
			last = max(last, t.Opens.Range.Max)
		}
		sum += t.Minutes.Max
	}
	return last + sum + c.lags()
}

// lags adds up the longest lag before each task, from what is fixed too.
func (c *compiler) lags() (sum int64) {
	for j := range int32(c.size()) {
		longest := int64(0)
		for _, l := range c.before.of(j) {
			longest = max(longest, l.lag)
		}
		sum += longest
	}
	return sum
}
