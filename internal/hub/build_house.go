package hub

import (
	"context"
	"strings"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// People builds who works here, whose keys agents believe, and which agents are enrolled.
func (h *Hub) People(ctx context.Context) (PeopleView, error) {
	var people []access.Person
	var agents []AgentLine
	var trust TrustState
	var root order.Root
	var since uint64
	var invited []access.Invitation
	sc, err := h.scene(ctx, func(s *State) {
		trust, root, since = s.trustState(), s.Order.Root, s.Order.RootSeq
		people = s.Access.All()
		invited = s.Access.Invitations(h.clock.Now())
		for _, a := range s.Order.Agents() {
			agents = append(agents, h.agentLine(a))
		}
	})
	v := PeopleView{Frame: sc.frame, Hosts: agents, Trust: trust}
	if err != nil {
		return v, err
	}
	v.Root = rootView(root, h.names(ctx))
	if since > 0 {
		entry, err := h.log.Entry(ctx, since)
		if err != nil {
			return v, err
		}
		v.Root.Since, v.Root.Seq = entry.At, since
	}
	who := h.names(ctx)
	for _, i := range invited {
		v.Invited = append(v.Invited, InviteLine{ID: i.Invited.ID, Role: rolesIn(i.Invited.Roles), By: who.of(i.By), Expires: i.Invited.Expires, Seq: i.Seq})
	}
	for _, r := range access.Roles {
		v.Roles = append(v.Roles, string(r))
	}
	for _, p := range people {
		if err := h.personLines(ctx, p, &v); err != nil {
			return v, err
		}
	}
	return v, nil
}

func (h *Hub) agentLine(a *order.Agent) AgentLine {
	last := h.calls.of(a.Host)
	return AgentLine{
		Host: string(a.Host), Fingerprint: a.Key.Fingerprint(), Root: a.Root, Since: a.Since, Heard: last.at,
		Silent: !a.Heard || !a.Silent.IsZero(), Simulated: last.simulated,
	}
}

// personLines adds a person and their keys.
func (h *Hub) personLines(ctx context.Context, p access.Person, v *PeopleView) error {
	entry, err := h.log.Entry(ctx, p.Seq)
	if err != nil {
		return err
	}
	roles := make([]string, len(p.Roles))
	for n, r := range p.Roles {
		roles[n] = string(r)
	}
	u := UserLine{Actor: string(p.Actor()), Name: h.names(ctx).of(p.Actor()), Role: strings.Join(roles, ", "), Customer: p.Customer, Since: entry.At, Seq: p.Seq}
	u.Until = p.Until
	for _, t := range p.Given {
		u.Given = append(u.Given, string(t))
	}
	if u.Tokens, err = h.Tokens(ctx, p); err != nil {
		return err
	}
	v.Users = append(v.Users, u)
	for _, k := range p.Keys {
		if entry, err = h.log.Entry(ctx, k.Seq); err != nil {
			return err
		}
		l := keyLine(order.Approver{PersonKey: k.PersonKey, Person: p.Actor(), Organisation: p.Organisation}, h.names(ctx))
		l.Since, l.Seq, l.InRoot = entry.At, k.Seq, v.Root.names(l)
		v.Keys = append(v.Keys, l)
	}
	return nil
}
