package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/plan"
)

// mostBands is how many stretches with fewer people are drawn in all, and leastBand the width below which one is left out: shading must not cost more paper than work.
const (
	mostBands = 20_000
	leastBand = 1.5
)

// nights shades, behind a team's bars, when its shifts leave it nobody, and paler when fewer heads than it has at most. Beyond dates nobody knows which shift it is.
func (s *sheet) nights(t *plan.Team, height int) {
	var none, fewer strings.Builder
	full, roster := most(*t), s.roster(t)
	for _, f := range roster {
		x, w := s.x(f.From), s.x(f.Until)-s.x(f.From)
		if f.Heads >= full || w < leastBand || s.bands == mostBands {
			continue
		}
		s.bands++
		b := &fewer
		if f.Heads == 0 {
			b = &none
		}
		fmt.Fprintf(b, "M%.1f %dh%.1fv%dh-%.1fz", x, s.y-3, w, height, w)
	}
	s.shade(none.String(), darkness)
	s.shade(fewer.String(), dusk)
}

// How dark it is where a team has nobody, and where it has fewer than it could.
const (
	darkness = "0.13"
	dusk     = "0.05"
)

func (s *sheet) shade(path, opacity string) {
	if path != "" {
		fmt.Fprintf(s, `<path class="off" fill="#16191d" fill-opacity="%s" d="%s"/>`+"\n", opacity, path)
	}
}

// roster is how many heads a team has from when to when, as far as dates go: shifts without gaps between them. It is for looking at only, so what makes no sense is passed over without a word.
func (s *sheet) roster(t *plan.Team) (roster []plan.Shift) {
	all := s.shifts(t)
	slices.SortStableFunc(all, func(a, b plan.Shift) int { return cmp.Compare(a.From, b.From) })
	at := s.from
	add := func(until, heads int64) {
		switch last := len(roster) - 1; {
		case until <= at:
			return
		case last >= 0 && roster[last].Heads == heads:
			roster[last].Until = until
		default:
			roster = append(roster, plan.Shift{From: at, Until: until, Heads: heads})
		}
		at = until
	}
	for _, f := range all {
		add(min(f.From, s.dates), t.Heads)
		add(min(f.Until, s.dates), f.Heads)
	}
	add(s.dates, t.Heads)
	return roster
}

// shifts writes out what a team's shifts are while something is drawn. What comes again too often to be seen is left out.
func (s *sheet) shifts(t *plan.Team) (all []plan.Shift) {
	for _, f := range t.Shifts {
		switch {
		case f.From >= f.Until || f.From < -plan.MaxMoment || f.Until > plan.MaxMoment || f.Every < 0:
		case f.Every == 0:
			all = append(all, f)
		case f.Every >= f.Until-f.From && s.x(s.from+f.Every)-left >= leastBand:
			for n := max(0, (s.from-f.Until)/f.Every); f.From+n*f.Every < s.dates && n*f.Every < plan.CalendarFor; n++ {
				all = append(all, plan.Shift{From: f.From + n*f.Every, Until: f.Until + n*f.Every, Heads: f.Heads})
			}
		}
	}
	return all
}
