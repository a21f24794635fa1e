package plan

import "slices"

// cycle gives the ids of one circle of tasks that wait for each other, each followed by what it waits for, or nil when there is none.
// It peels off tasks that wait for nothing that is left; what remains waits for something that remains, so following that leads into a circle.
func (n network) cycle() []string {
	waits := make([]int, len(n.before))
	var free []int
	for i, before := range n.before {
		if waits[i] = len(before); waits[i] == 0 {
			free = append(free, i)
		}
	}
	for len(free) > 0 {
		i := free[len(free)-1]
		free = free[:len(free)-1]
		for _, j := range n.after[i] {
			if waits[j]--; waits[j] == 0 {
				free = append(free, j)
			}
		}
	}
	at := slices.IndexFunc(waits, func(w int) bool { return w > 0 })
	if at < 0 {
		return nil
	}
	return n.circle(at, waits)
}

// circle follows, from a task that remained, one that it waits for, until a task comes again.
func (n network) circle(at int, waits []int) []string {
	seen := map[int]int{} // a task's place on the path
	var path []string
	for {
		if from, again := seen[at]; again {
			return path[from:]
		}
		seen[at] = len(path)
		path = append(path, n.problem.Tasks[at].ID)
		at = n.before[at][slices.IndexFunc(n.before[at], func(j int) bool { return waits[j] > 0 })]
	}
}
