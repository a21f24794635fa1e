package hub

import (
	"context"
	"strings"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// People builds who works here, whose keys agents believe, and which agents are enrolled.
func (h *Hub) People(ctx context.Context) (PeopleView, error) {
	var people []access.Person
	var agents []AgentLine
	sc, err := h.scene(ctx, func(s *State) {
		people = s.Access.All()
		for _, a := range s.Order.Agents() {
			agents = append(agents, h.agentLine(a))
		}
	})
	v := PeopleView{Frame: sc.frame, Hosts: agents}
	if err != nil {
		return v, err
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
		Host: string(a.Host), Fingerprint: a.Key.Fingerprint(), Since: a.Since, Heard: last.at,
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
	v.Users = append(v.Users, u)
	for _, k := range p.Keys {
		if entry, err = h.log.Entry(ctx, k.Seq); err != nil {
			return err
		}
		v.Keys = append(v.Keys, keyLine(u.Name, p, k, entry))
	}
	return nil
}

func keyLine(name string, p access.Person, k access.Key, entry journal.Entry) KeyLine {
	return KeyLine{Person: name, Organisation: p.Organisation, Kind: string(k.Kind), Fingerprint: k.Fingerprint(), Since: entry.At, Seq: k.Seq}
}
