package check

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// repeatsFor is for how many minutes a repeated shift repeats, and mostShifts how many shifts all teams have at most, written out (docs/planning.md).
const (
	repeatsFor = 400 * 24 * 60
	mostShifts = 100_000
)

// stretches are the shifts of a team, written out, in order and without overlaps: where two overlap, the one that began first counts until it ends. Of all teams
// together there are only so many left.
func (t *team) stretches(left *int) []shift {
	var all []shift
	for _, s := range t.Shifts {
		if s.From >= s.Until || far(s.From) || far(s.Until) || s.Heads < 0 || s.Heads > 32_000 || s.Every < 0 || s.Every > 0 && s.Every < s.Until-s.From {
			continue
		}
		for n := int64(0); *left > 0 && (n == 0 || s.Every > 0 && n*s.Every < repeatsFor); n++ {
			*left--
			all = append(all, shift{From: s.From + n*s.Every, Until: s.Until + n*s.Every, Heads: s.Heads})
		}
	}
	slices.SortStableFunc(all, func(a, b shift) int { return cmp.Compare(a.From, b.From) })
	kept, last := all[:0], int64(math.MinInt64)
	for _, s := range all {
		if s.From = max(s.From, last); s.From < s.Until {
			kept, last = append(kept, s), s.Until
		}
	}
	return kept
}

// rota answers how many heads a team has in a minute.
type rota struct {
	plain, most int64
	shifts      []shift
}

// written is a team's rota from a minute on, for which so many shifts are left; a team whose number of heads makes no sense has nobody. Heads that were there only before help nobody.
func (t *team) written(from int64, left *int) rota {
	if t.Heads < 0 || t.Heads > 32_000 {
		return rota{}
	}
	r := rota{plain: t.Heads, most: t.Heads, shifts: t.stretches(left)}
	for _, s := range r.shifts {
		if s.Until > from {
			r.most = max(r.most, s.Heads)
		}
	}
	return r
}

func (r rota) heads(minute int64) int64 {
	k := sort.Search(len(r.shifts), func(k int) bool { return r.shifts[k].Until > minute })
	if k < len(r.shifts) && r.shifts[k].From <= minute {
		return r.shifts[k].Heads
	}
	return r.plain
}

// turns are the minutes in which the number of heads may change.
func (r rota) turns() []int64 {
	var all []int64
	for _, s := range r.shifts {
		all = append(all, s.From, s.Until)
	}
	return all
}

// drops says whether a team has fewer heads from this minute on than in the minute before.
func (w *work) drops(id string, minute int64) bool {
	r, known := w.rotas[id]
	return known && r.heads(minute) < r.heads(minute-1)
}
