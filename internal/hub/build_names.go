package hub

import (
	"cmp"
	"context"
	"strings"

	"blackstart/internal/subject/access"
)

// names calls actors as the house knows them: people by their real names, which stand in the private part of the entry that added them; programs and
// people who have left, or whose names were shredded, by their IDs.
type names struct {
	h     *Hub
	ctx   context.Context
	known map[access.Actor]string
}

func (h *Hub) names(ctx context.Context) *names {
	return &names{h: h, ctx: ctx, known: map[access.Actor]string{}}
}

func (n *names) of(a access.Actor) string {
	if name, ok := n.known[a]; ok {
		return name
	}
	name := string(a)
	if id, isUser := a.User(); isUser {
		name = id
		if p, ok := n.h.person(id); ok {
			name = cmp.Or(n.h.RealName(n.ctx, p), id)
		}
	}
	n.known[a] = name
	return name
}

// AllPeople gives everybody who may act here, sorted by ID.
func (h *Hub) AllPeople() (all []access.Person) {
	h.read(func(s *State) { all = s.Access.All() })
	return all
}

// organisation is the house a person comes from; empty for people of this one and for those who have left.
func (n *names) organisation(a access.Actor) string {
	id, _ := a.User()
	p, _ := n.h.person(id)
	return p.Organisation
}

// lower is the form in which IDs are compared: they are unique ignoring case.
func lower[ID ~string](id ID) string { return strings.ToLower(string(id)) }
