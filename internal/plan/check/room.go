package check

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// room is what a team has from a minute on: heads that are there by its shifts, without those of what is given, and heads that are left by all that the plan places.
type room struct{ at, there, left int64 }

// use is so many heads more or fewer from a minute on.
type use struct{ at, free, given int64 }

const (
	beforeAll = math.MinInt64 / 4
	afterAll  = math.MaxInt64 / 4
)

// rooms go through all minutes in which something changes for a team.
func (r rota) rooms(all []use) (rooms []room) {
	all = append(all, use{at: beforeAll})
	for _, at := range r.turns() {
		all = append(all, use{at: at})
	}
	sort.Slice(all, func(a, b int) bool { return all[a].at < all[b].at })
	var free, given int64
	for i, u := range all {
		free, given = free+u.free, given+u.given
		if i+1 == len(all) || all[i+1].at > u.at {
			there := max(0, r.heads(u.at)-given)
			rooms = append(rooms, room{u.at, there, there - free})
		}
	}
	return rooms
}

// opening is a stretch of time in which all the heads that some work needs are left.
type opening struct {
	from, until int64
	pause       bool  // such work may leave off at its end and go on later
	before      int64 // minutes of all openings before it at whose end it may
	most        int64 // the largest sum of before and length among this opening and those after it: what work could have done by its end
}

// shared are the openings that tasks of the same needs can use, in order. There are as many lists as kinds of need, and each may be as long as all shifts; so only the last one is kept.
type shared struct {
	of  *task
	all []opening
}

// byNeeds puts tasks of the same needs side by side.
func byNeeds(a, b *task) int {
	pausable := func(t *task) int { return count(t.Pausable) }
	return cmp.Or(cmp.Compare(pausable(a), pausable(b)), slices.CompareFunc(a.Heads, b.Heads, func(m, n need) int { return cmp.Or(cmp.Compare(m.Team, n.Team), cmp.Compare(m.Heads, n.Heads)) }))
}

// openings are those for a task.
func (c *checker) openings(t *task) []opening {
	if c.open.of != nil && byNeeds(c.open.of, t) == 0 {
		return c.open.all
	}
	needs := slices.DeleteFunc(slices.Clone(t.Heads), func(n need) bool { return n.Heads == 0 })
	var turns []int64
	for _, n := range needs {
		for _, r := range c.rooms[n.Team] {
			turns = append(turns, r.at)
		}
	}
	slices.Sort(turns)
	all := c.stretches(needs, slices.Compact(turns), t.Pausable)
	for i := 1; i < len(all); i++ {
		if all[i].before = all[i-1].before; all[i-1].pause {
			all[i].before += all[i-1].until - all[i-1].from
		}
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].most = all[i].before + all[i].until - all[i].from; i+1 < len(all) {
			all[i].most = max(all[i].most, all[i+1].most)
		}
	}
	c.open = shared{t, all}
	return all
}

// stretches walks along the minutes in which something changes for one of the teams. Work leaves off where the number of its people falls by a shift and the shifts alone leave too few; where
// others would keep them busy as well it might have to, too, but that is not for certain.
func (c *checker) stretches(needs []need, turns []int64, pausable bool) (all []opening) {
	at, open := make([]int, len(needs)), false
	for _, minute := range turns {
		left, there, falls := true, true, false
		for k, n := range needs {
			rooms := c.rooms[n.Team]
			for at[k]+1 < len(rooms) && rooms[at[k]+1].at <= minute {
				at[k]++
			}
			left, there = left && rooms[at[k]].left >= n.Heads, there && rooms[at[k]].there >= n.Heads
			falls = falls || pausable && c.work.drops(n.Team, minute)
		}
		switch {
		case left && !open:
			all = append(all, opening{from: minute, until: afterAll})
		case !left && open:
			all[len(all)-1].until, all[len(all)-1].pause = minute, falls && !there
		}
		open = left
	}
	return all
}

// fits says whether a task finds room from a minute on, and from which on.
func (c *checker) fits(t *task, from int64) (int64, bool) {
	held := t.held(c.work.Start)
	if held == 0 || !slices.ContainsFunc(t.Heads, func(n need) bool { return n.Heads > 0 }) {
		return from, true
	}
	all := c.openings(t)
	k := sort.Search(len(all), func(k int) bool { return all[k].until > from })
	if k == len(all) {
		return 0, false
	}
	from = max(from, all[k].from)
	if all[k].until-from >= held {
		return from, true
	}
	if all[k].pause {
		held += from - all[k].from // what is over of this opening does not help
	}
	held, all = held+all[k].before, all[k:]
	i := sort.Search(len(all), func(i int) bool { return all[i].most < held }) - 1 // the last one in which it could end
	if i < 1 {
		return 0, false
	}
	if all[0].pause {
		return from, true
	}
	return all[i].from, true
}
