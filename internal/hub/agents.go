package hub

import (
	"context"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// OrdersFor gives the orders that the host has not finished, and the number of the newest entry they rest on.
func (h *Hub) OrdersFor(host order.Host) (orders []seal.Envelope, basis uint64) {
	h.read(func(s *State) { orders, basis = s.Order.For(host), h.log.Next()-1 })
	return orders, basis
}

// Agent gives the key that speaks for the host, and the host as the house spells it.
func (h *Hub) Agent(host order.Host) (spelled order.Host, key seal.Key, ok bool) {
	h.read(func(s *State) {
		if a, found := s.Order.Agent(host); found {
			spelled, key, ok = a.Host, a.Key, true
		}
	})
	return spelled, key, ok
}

// TrustRoot is what an agent is given at its enrolment: whom it will obey.
func (h *Hub) TrustRoot() (root order.Root) {
	h.read(func(s *State) { root = s.Order.Root })
	return root
}

// Trust gives the trust root in force, the number of the entry since which it is, how it stands, and the hosts whose agents obey an older one.
func (h *Hub) Trust() (root order.Root, since uint64, state TrustState, behind []order.Host) {
	h.read(func(s *State) {
		root, since, state, behind = s.Order.Root, s.Order.RootSeq, s.trustState(), s.Order.Behind(s.Order.Root.Version)
	})
	return root, since, state, behind
}

// HasHost says whether the adopted catalogue has a host with that id; where none is adopted, nobody knows.
func (h *Hub) HasHost(id string) (ok bool) {
	h.read(func(s *State) {
		if ok = s.Catalogue.Current == nil; !ok {
			_, ok = s.Catalogue.Current.Host(id)
		}
	})
	return ok
}

// Sign signs an envelope with the hub's key: an answer to an agent, or an order of class read.
func (h *Hub) Sign(e *seal.Envelope) { e.Sign(h.key) }

// OfferEnrolment makes a one-time token with which one agent can enrol for the host.
func (h *Hub) OfferEnrolment(ctx context.Context, by access.Actor, host order.Host) (token string, err error) {
	var live, known, ruled bool
	var people int
	var wanted order.Root
	h.read(func(s *State) {
		a, ok := s.Order.Agent(host)
		live = ok && a.Heard && a.Silent.IsZero()
		people, known, ruled = s.Order.Root.People(), s.trusted(), s.Order.Ruled()
		wanted = s.wantedRoot()
		wanted.Version = s.Order.Root.Version + 1
	})
	if people >= approversBack && !known && !ruled { // a takeover before anybody was bound: the root follows this house, as it does with keys
		if _, err := h.Do(ctx, Request{Actor: access.ByReaction, Command: order.SetRoot{Root: wanted}}); err != nil {
			return "", err
		}
		known = true
	}
	if people < approversBack {
		return "", fault.New(fault.Conflict, "agent.no_way_back", "could not offer an enrolment for %s: %d people have approver keys, and to open a host that was cut takes %d", host, people, approversBack).
			Hinted("enrol their keys first: an agent keeps the trust root that it is given")
	}
	if !known {
		return "", fault.New(fault.Conflict, "agent.hub_unknown", "could not offer an enrolment for %s: the trust root does not name this hub's key, so the agent would not believe its answer", host).
			Hinted("after a takeover the people of the trust root first approve one that names this hub")
	}
	if live {
		return "", fault.New(fault.Conflict, "agent.live", "could not offer an enrolment for %s: its agent is there and calls", host).
			Hinted("stop that agent first; a minute later it counts as silent")
	}
	token = newToken()
	_, err = h.Do(ctx, Request{Actor: by, Command: order.OfferEnrolment{Host: host, TokenHash: order.TokenHash(token)}})
	return token, err
}

// Heard notes that an agent called. Only the first call of an enrolment and the first after a silence become entries; the rest is kept in memory.
func (h *Hub) Heard(ctx context.Context, host order.Host, simulated bool) {
	h.calls.mark(host, simulated, time.Now())
	var news bool
	h.read(func(s *State) {
		a, ok := s.Order.Agent(host)
		news = ok && (!a.Heard || !a.Silent.IsZero())
	})
	if news {
		_, _ = h.Do(ctx, Request{Actor: access.AgentActor(host.ID()), Command: order.Hear{Host: host}}) // refused only if it is no news any more
	}
}

// calls remembers when each agent called last, and whether it only pretends. It is no part of the record.
type calls struct {
	mu   sync.Mutex
	last map[order.Host]call
}

type call struct {
	at        time.Time
	simulated bool
}

func (c *calls) mark(host order.Host, simulated bool, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil {
		c.last = map[order.Host]call{}
	}
	c.last[folded(host)] = call{at, simulated}
}

func (c *calls) of(host order.Host) call {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last[folded(host)]
}

// folded is the host as it is compared: ignoring case.
func folded(h order.Host) order.Host { return order.Host(strings.ToLower(string(h))) }

// Offered says whether an enrolment is offered for the host with this token, so that a flood of strangers is turned away without a place in the line.
func (h *Hub) Offered(host order.Host, token string) (ok bool) {
	h.read(func(s *State) { ok = s.Order.Offered(host, token, h.clock.Now()) })
	return ok
}
