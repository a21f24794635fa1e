package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/plan"
)

// outlook is what a plan means for those who wait: no service is left out of the count because nobody knows when it is back.
type outlook struct {
	problem *plan.Problem
	made    *plan.Plan
	dated   []*plan.Service // by when they are back
	waiting []*plan.Service // for a gate of which nobody knows when it opens
	lost    []*plan.Service // that never come back, since work that they need is left out
	left    int             // services that are no part of the plan: what is wrong with them is a finding
	weight  int64           // of all but these
	end     int64           // the minute in which all that has dates is over
}

func newOutlook(p *plan.Problem, made *plan.Plan) *outlook {
	o := &outlook{problem: p, made: made, dated: datedServices(p, made), end: lastEnd(p, made)}
	out := make(map[string]bool, len(made.LeftOut))
	for _, id := range made.LeftOut {
		out[id] = true
	}
	for _, s := range p.OwnServices() {
		_, dated := made.Back[s.ID]
		_, waits := made.Waiting[s.ID]
		switch {
		case dated:
		case waits:
			o.waiting = append(o.waiting, s)
		case slices.ContainsFunc(s.Set, func(id string) bool { return out[id] }):
			o.lost = append(o.lost, s)
		default:
			o.left++
		}
	}
	o.weight = weightOf(o.dated) + weightOf(o.waiting) + weightOf(o.lost)
	return o
}

func weightOf(services []*plan.Service) (sum int64) {
	for _, s := range services {
		sum += s.Weight
	}
	return sum
}

// lastEnd is when the last dated task is over, also if that was long ago.
func lastEnd(p *plan.Problem, made *plan.Plan) int64 {
	if len(made.Start) == 0 {
		return made.Makespan
	}
	last := false
	end := int64(0)
	for _, t := range p.OwnTasks() {
		if start, dated := made.Start[t.ID]; dated {
			if _, over := made.Placed(t, start, p.Start); !last || over > end {
				last, end = true, over
			}
		}
	}
	return end
}

// share is the minute in which so many tenths of the weight of all services are back, if they ever are.
func (o *outlook) share(tenths int64) (minute int64, known bool) {
	sum := int64(0)
	for _, s := range o.dated {
		if sum += s.Weight; 10*sum >= tenths*o.weight {
			return o.made.Back[s.ID], true
		}
	}
	return 0, false
}

// beyond counts the services with a limit, those that break it, and those of which nobody knows, since they wait for a gate. Who never comes back breaks every limit.
func (o *outlook) beyond(limit func(*plan.Service) int64) (broken, unknown, all int) {
	for _, s := range o.dated {
		if limit(s) > 0 {
			if all++; o.made.Back[s.ID]-s.Since > limit(s) {
				broken++
			}
		}
	}
	for _, s := range o.waiting {
		switch all++; {
		case limit(s) <= 0:
			all--
		case o.problem.Start-s.Since > limit(s): // it is not back by now
			broken++
		default:
			unknown++
		}
	}
	for _, s := range o.lost {
		if limit(s) > 0 {
			broken, all = broken+1, all+1
		}
	}
	return broken, unknown, all
}

func rto(s *plan.Service) int64  { return s.RTO }
func mtpd(s *plan.Service) int64 { return s.MTPD }

// printMissing says, before anything else, what the plan does not bring back, and what it cannot date.
func (w *paper) printMissing(o *outlook) {
	if len(o.lost) > 0 {
		fmt.Fprintf(w, "never back\t%s (%s of the weight) %s not come back: %s\n", plural(len(o.lost), "service"), percent(weightOf(o.lost), o.weight), verb(len(o.lost), "does", "do"), reasons(o))
		fmt.Fprintf(w, "\tthe heaviest: %s; %s left out\n", heaviest(o.lost), plural(len(o.made.LeftOut), "task"))
	}
	if many := len(o.made.LeftOut); many > 0 && len(o.lost) == 0 {
		fmt.Fprintf(w, "left out\t%s: %s\n", plural(many, "task"), reasons(o))
	}
	if o.left > 0 {
		fmt.Fprintf(w, "not planned\t%s: what is wrong with them stands in the findings of 'plan solve'\n", plural(o.left, "service"))
	}
	if len(o.waiting) > 0 {
		fmt.Fprintf(w, "no date\t%s (%s of the weight) %s for %s\n", plural(len(o.waiting), "service"), percent(weightOf(o.waiting), o.weight), verb(len(o.waiting), "waits", "wait"), awaited(o.made))
	} else if len(o.made.Behind) > 0 {
		fmt.Fprintf(w, "no date\t%s %s for %s\n", plural(len(o.made.Behind), "task"), verb(len(o.made.Behind), "waits", "wait"), awaited(o.made))
	}
	if o.made.Assumed != nil && len(o.made.Behind) > 0 {
		fmt.Fprintf(w, "\tplanned as if opened %s: what stands behind a + holds for that, at another hour other people are there\n", w.at(*o.made.Assumed))
	}
}

// verb is the form of a verb for one or many.
func verb(many int, one, more string) string {
	if many == 1 {
		return one
	}
	return more
}

// reasons says why tasks are left out: of which teams there are too few, or else with which tasks it begins.
func reasons(o *outlook) string {
	var words []string
	for _, s := range o.problem.Shortages(o.made) {
		words = append(words, fmt.Sprintf("%s has %d, needs %d", inCell(s.Team), s.Has, s.Needs))
	}
	if len(words) == 0 {
		words = firstLeftOut(o)
	}
	return named(words)
}

// firstLeftOut are the tasks left out that wait for no other such: there it begins. In a circle there is none.
func firstLeftOut(o *outlook) []string {
	out := make(map[string]bool, len(o.made.LeftOut))
	for _, id := range o.made.LeftOut {
		out[id] = true
	}
	var first []string
	for i := range o.problem.Tasks {
		t := &o.problem.Tasks[i]
		if out[t.ID] && !slices.ContainsFunc(t.After, func(l plan.Link) bool { return out[l.Task] }) {
			first = append(first, inCell(t.ID))
		}
	}
	if len(first) == 0 {
		return []string{"tasks wait for each other"}
	}
	first[0] = "no place for " + first[0]
	return first
}

// named are the first of several, and how many more there are.
func named(words []string) string {
	if more := len(words) - mostNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(words[:mostNamed], ", "), more)
	}
	return strings.Join(words, ", ")
}

func heaviest(services []*plan.Service) string {
	sorted := slices.Clone(services)
	slices.SortStableFunc(sorted, func(a, b *plan.Service) int { return cmp.Compare(b.Weight, a.Weight) })
	var words []string
	for _, s := range sorted {
		words = append(words, inCell(s.ID))
	}
	return named(words)
}

// awaited are the gates of which nobody knows when they open.
func awaited(made *plan.Plan) string {
	seen := map[string]bool{}
	for _, b := range made.Behind {
		for _, id := range b.Gates {
			seen[id] = true
		}
	}
	var words []string
	for id := range seen {
		words = append(words, inCell(id))
	}
	slices.Sort(words)
	return verb(len(words), "gate ", "gates ") + named(words)
}
