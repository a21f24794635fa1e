package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"blackstart/internal/hub"
)

// fill puts a name and a number into a text that may use either, both or none.
func fill(text, name string, count int) string {
	if !strings.Contains(text, "%[") {
		return text
	}
	return fmt.Sprintf(text, name, count)
}

// cellPath leads to the page of a cell named S1@env.
func cellPath(cell string) string {
	service, env, _ := strings.Cut(cell, "@")
	return local("cell", service, env)
}

func journalPath(kind string, before uint64) string {
	q := url.Values{"before": {strconv.FormatUint(before, 10)}}
	if kind != "" {
		q.Set("kind", kind)
	}
	return "/journal?" + q.Encode()
}

// names lists things by their names.
func (p *page) names(list []hub.Choice) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = p.called(c)
	}
	return strings.Join(names, ", ")
}

// offNames lists what goes off, with its references, so that a screenshot alone says what was asked.
func (p *page) offNames(list []hub.Choice) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.ID
		if name := p.name(c.Name); name != "" && name != c.ID {
			names[i] = name + " (" + c.ID + ")"
		}
	}
	return strings.Join(names, ", ")
}

// chosenOf is the one among the choices that was asked about, so that the form keeps it.
func chosenOf(v hub.ImpactView, among []hub.Choice) string {
	for _, off := range v.Off {
		if slices.ContainsFunc(among, func(c hub.Choice) bool { return c.ID == off.ID }) {
			return off.ID
		}
	}
	return ""
}

// restOf is what was asked about and stands in none of the lists of the form.
func restOf(v hub.ImpactView) string {
	var rest []string
	shown := []string{chosenOf(v, v.Sites), chosenOf(v, v.Hosts), chosenOf(v, v.Services), chosenOf(v, v.Clients)}
	for _, off := range v.Off {
		if !slices.Contains(shown, off.ID) {
			rest = append(rest, off.ID)
		}
	}
	return strings.Join(rest, " ")
}

// waits says whether an order still needs people.
func (p *page) waits(o hub.OrderLine) bool { return o.State == "drafted" && o.Got < o.Needed }

// approved says whether the visitor stands among those who approved.
func (p *page) approved(v hub.OrderView) bool {
	return slices.ContainsFunc(v.Approvals, func(a hub.ApprovalLine) bool { return a.Person == p.who.Name })
}

// decided says whether the visitor has agreed at a gate.
func (p *page) decided(g *hub.GateLine) bool {
	return slices.ContainsFunc(g.Decisions, func(d hub.GateDecision) bool { return d.Yes && d.By == p.who.Name })
}

// hosts names hosts by their ids: that they are hosts is clear from what is done to them.
func (p *page) hosts(refs []string) string {
	ids := make([]string, len(refs))
	for i, r := range refs {
		ids[i] = strings.TrimPrefix(r, "host:")
	}
	return strings.Join(ids, ", ")
}

// granted counts who said yes at a gate.
func granted(g *hub.GateLine) int {
	n := 0
	for _, d := range g.Decisions {
		if d.Yes {
			n++
		}
	}
	return n
}

// grouped sets blanks into a long hash, so that eyes can follow it.
func grouped(hash string) string {
	var b strings.Builder
	for i := 0; i < len(hash); i += groupOf {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(hash[i:min(i+groupOf, len(hash))])
	}
	return b.String()
}

// groupOf is the length of a group: four can be held in mind at once.
const groupOf = 4

// idOf is the user ID of an actor.
func idOf(actor string) string {
	_, id, _ := strings.Cut(actor, ":")
	return id
}
