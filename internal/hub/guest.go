package hub

import (
	"fmt"
	"strings"
	"time"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
)

// thingOf is the thing that a command is done to, where the table of rights lets it be given to somebody.
func (s *State) thingOf(c Command) access.Thing {
	switch c := c.(type) {
	case incident.Log:
		return access.IncidentThing(string(s.Incident.Canonical(c.Incident)))
	case access.RevokeToken:
		return access.UserThing(c.User)
	}
	return ""
}

// unknown gives those of the things that do not exist here: nobody is given what is yet to come.
func (s *State) unknown(things []access.Thing) []access.Thing {
	var all []access.Thing
	for _, t := range things {
		there := false
		switch kind, id := t.Cut(); kind {
		case "incident", "report":
			there = s.Incident.Has(id)
		case "order":
			_, there = s.Order.Order(order.ID(id))
		}
		if !there {
			all = append(all, t)
		}
	}
	return all
}

// aboutStay names whom it is about, and until when or what.
func aboutStay(e access.Event) []string {
	switch e := e.(type) {
	case access.Invited:
		return []string{e.ID, rolesIn(e.Roles)}
	case access.Uninvited:
		return []string{e.ID}
	case access.Limited:
		return []string{e.ID, e.Until.UTC().Format(time.RFC3339)}
	case access.Given:
		refs := []string{e.ID}
		for _, t := range e.Things {
			refs = append(refs, string(t))
		}
		return refs
	case access.Expired:
		return []string{e.ID}
	case access.TokenMade:
		return []string{e.User, e.Label, e.Expires.UTC().Format(time.RFC3339)}
	case access.TokenRevoked:
		return []string{e.User, fmt.Sprintf("#%d", e.Token)}
	default:
		return nil // not of a stay
	}
}

// rolesIn writes roles into one line.
func rolesIn(roles []access.Role) string {
	all := make([]string, len(roles))
	for n, r := range roles {
		all[n] = string(r)
	}
	return strings.Join(all, ", ")
}
