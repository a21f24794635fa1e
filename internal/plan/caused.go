package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Caused parts what was found about a problem after these events, and a plan of it, into what the events brought about, said of the place in the events that did, and what the problem had by itself.
// What is the same of many things is one finding then: they all have one cause.
func (e *Events) Caused(was, now *Problem, found []Finding) (caused, own []Finding) {
	if len(found) == 0 {
		return nil, nil
	}
	before := map[string]bool{}
	if _, had, err := FirstInFirstOut(was); err == nil {
		for _, f := range had {
			before[f.same()] = true
		}
	}
	for _, f := range found {
		if before[f.same()] {
			own = append(own, f)
			continue
		}
		f.Path = e.origin(now, f.Path)
		caused = append(caused, f)
	}
	first := "/now" // what nobody told of came with time: a shift that is over
	if k := slices.IndexFunc(caused, func(f Finding) bool { return f.Path != "" }); k >= 0 {
		first = caused[k].Path
	}
	for k := range caused {
		if caused[k].Path == "" {
			caused[k].Path = first
		}
	}
	return gathered(caused), own
}

// same is what makes two findings of two times one: not the minutes of which they speak, but how many things.
func (f *Finding) same() string {
	if f.Code == "plan.left_out" {
		return f.Message
	}
	return f.Code + f.Path + strconv.Itoa(f.alike.more)
}

// origin is the place in the events that changed what stands at a place in the problem; empty if none did.
func (e *Events) origin(now *Problem, path string) string {
	part := strings.SplitN(path, "/", 4) // "", "tasks", "3", "heads/0"
	if len(part) < 3 {
		return ""
	}
	i, err := strconv.Atoi(part[2])
	switch {
	case err != nil:
	case part[1] == "teams":
		if k := slices.IndexFunc(e.Teams, func(t Team) bool { return t.ID == now.Teams[i].ID }); k >= 0 {
			return strings.Join(append([]string{"", "teams", strconv.Itoa(k)}, part[3:]...), "/")
		}
		return e.ofTeam(now.Teams[i].ID)
	case part[1] == "tasks" && len(part) == 4 && strings.HasPrefix(part[3], "heads/"):
		if k, err := strconv.Atoi(part[3][len("heads/"):]); err == nil {
			return e.ofTeam(now.Tasks[i].Heads[k].Team)
		}
	case part[1] == "tasks":
		return e.ofTask(&now.Tasks[i])
	}
	return ""
}

// ofTeam is where the events change how many heads a team has: rather fewer than more.
func (e *Events) ofTeam(id string) string {
	for _, j := range []func(Joined) bool{func(j Joined) bool { return j.Team == id && j.By != nil && *j.By < 0 }, func(j Joined) bool { return j.Team == id }} {
		if k := slices.IndexFunc(e.Heads, j); k >= 0 {
			return fmt.Sprintf("/heads/%d", k)
		}
		if k := slices.IndexFunc(e.Teams, func(t Team) bool { return t.ID == id }); k >= 0 {
			return fmt.Sprintf("/teams/%d", k)
		}
	}
	return ""
}

// ofTask is where the events speak of a task, or else of a team that it needs.
func (e *Events) ofTask(t *Task) string {
	if k := slices.IndexFunc(e.Slipped, func(s Prolonged) bool { return s.Task == t.ID }); k >= 0 {
		return fmt.Sprintf("/slipped/%d", k)
	}
	if k := slices.IndexFunc(e.Paused, func(i Interrupted) bool { return i.Task == t.ID }); k >= 0 {
		return fmt.Sprintf("/paused/%d", k)
	}
	if k := slices.IndexFunc(e.Opens, func(g GateReported) bool { return g.Task == t.ID }); k >= 0 {
		return fmt.Sprintf("/opens/%d", k)
	}
	for _, n := range t.Heads {
		if at := e.ofTeam(n.Team); at != "" {
			return at
		}
	}
	return ""
}

// gathered puts findings that say the same and have one cause into one, with a few examples.
func gathered(found []Finding) (all []Finding) {
	groups := map[string][]Finding{}
	key := func(f Finding) string { return f.Path + f.Code + f.alike.many }
	for _, f := range found {
		groups[key(f)] = append(groups[key(f)], f)
	}
	for _, f := range found {
		switch group := groups[key(f)]; {
		case f.alike.many == "":
			all = append(all, f)
		case group != nil:
			all = append(all, oneOf(group))
			groups[key(f)] = nil
		}
	}
	return all
}

// oneOf is what a group says.
func oneOf(group []Finding) Finding {
	f := group[0]
	var ids []string
	many := 0
	for _, g := range group {
		if many += max(1, g.alike.more); len(ids) < maxAlike {
			ids = append(ids, g.alike.id)
		}
	}
	if many == 1 {
		f.alike.more = 0
		f.Message = f.alike.sentence()
		return f
	}
	examples := strings.Join(ids, ", ")
	if many > len(ids) {
		examples += " …"
	}
	f.Message = fmt.Sprintf("%d %ss %s (%s)", many, f.alike.thing, f.alike.many, examples)
	return f
}
