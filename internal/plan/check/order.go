package check

// order checks that the list which a plan says to come from names each task that has a time once, and none before one that it waits for. It may name what is left out: that found no place
// when its turn came. A plan without a list says that its begins are the list.
func (c *checker) order() {
	if len(c.plan.Order) == 0 {
		return
	}
	turn := map[string]int{}
	for k, id := range c.plan.Order {
		if c.work.tasks[id] == nil {
			c.wrong("order", id, "the order names it, and the problem has no such task that could be planned")
		}
		if _, twice := turn[id]; twice {
			c.wrong("order", id, "the order names it twice")
		}
		turn[id] = k
	}
	for id := range c.when {
		k, named := turn[id]
		if !named {
			c.wrong("order", id, "the plan has a time for it, and its order does not name it")
			continue
		}
		t := c.work.tasks[id]
		for _, l := range t.After {
			if turn[l.Task] > k && !t.given() { // what is given waits for nobody
				c.wrong("order", id, "it waits for %s, which comes after it in the order", called(l.Task))
			}
		}
	}
}
