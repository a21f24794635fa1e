package plan

import (
	"fmt"
	"strings"
)

// alike is a finding that may have to be made about many things: a team that is ill takes a hundred tasks with it, and nobody reads a hundred lines.
type alike struct {
	thing, id string // "task", and which
	one, many string // what is said of one, and of several
	more      int    // how many others of the same kind it speaks of; not of its own then
}

// several are the things of which the same was found.
type several struct {
	told int // one by one
	at   int // where the finding about all others stands; 0: there is none, since what is told one by one stands before it
}

// counted says whether a finding is one of many alike, of which enough were told one by one: then it is only counted.
func (n *network) counted(f Finding) bool {
	c := n.same[f.Code+f.alike.many]
	if c == nil || c.at == 0 {
		return false
	}
	at := &n.findings[c.at]
	at.alike.more++
	at.Message = at.alike.sentence()
	return true
}

// note keeps a finding.
func (n *network) note(f Finding) {
	if f.alike.many != "" {
		if n.same == nil {
			n.same = map[string]*several{}
		}
		c := n.same[f.Code+f.alike.many]
		if c == nil {
			c = &several{}
			n.same[f.Code+f.alike.many] = c
		}
		if c.told++; c.told > maxAlike {
			c.at, f.alike.more = len(n.findings), 1
		}
		f.Message = f.alike.sentence()
	}
	n.findings = append(n.findings, f)
}

// sentence is what it says: of one thing, or of all that were not told one by one.
func (a *alike) sentence() string {
	switch a.more {
	case 0:
		return fmt.Sprintf("%s %s %s", a.thing, a.id, a.one)
	case 1:
		return fmt.Sprintf("and 1 more: %s %s %s", a.thing, a.id, a.one)
	}
	return fmt.Sprintf("and %d more %ss %s", a.more, a.thing, a.many)
}

// crowd notes what the compiler finds of one thing and may find of many.
func (c *compiler) crowd(f Finding) {
	if c.counted(f) {
		return
	}
	if c.reasons++; c.reasons <= maxFindings {
		c.note(f)
	}
}

// wanted is whom a task needs, in words.
func (t *Task) wanted() string {
	var all []string
	for _, n := range t.Heads {
		if n.Heads > 0 {
			all = append(all, fmt.Sprintf("%d of team %s", n.Heads, quoted(n.Team)))
		}
	}
	return strings.Join(all, " and ")
}

func heads(n int64) string {
	if n == 1 {
		return "1 head"
	}
	return fmt.Sprintf("%d heads", n)
}
