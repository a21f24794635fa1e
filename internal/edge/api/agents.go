package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// Agents is the agents' door to a hub. Addresses are every literal address under which agents reach it, read at each enrolment, since a hub
// begins to listen after its handlers are made.
func Agents(h *hub.Hub, addresses func() []netip.AddrPort) wire.Hub {
	return agents{h, addresses}
}

type agents struct {
	hub       *hub.Hub
	addresses func() []netip.AddrPort
}

// AgentKey gives the key of the host's agent.
func (a agents) AgentKey(_ context.Context, host order.Host) (seal.Key, error) {
	if _, key, ok := a.hub.Agent(host); ok {
		return key, nil
	}
	return "", fault.New(fault.NotFound, "agent.unknown", "could not find an agent of host %s", host)
}

// Enrol redeems the token and gives the agent the trust root.
func (a agents) Enrol(ctx context.Context, r wire.EnrolRequest) (wire.Enrolled, error) {
	root := a.hub.TrustRoot()
	if root.Version == 0 {
		return wire.Enrolled{}, fault.New(fault.Conflict, "agent.no_root", "could not enrol host %s: no approver's key is enrolled yet, so the agent would obey nobody", r.Host).
			Hinted("'blackstart user add --approver-key' first")
	}
	if !a.hub.Offered(r.Host, r.Token) {
		return wire.Enrolled{}, fault.New(fault.Forbidden, "order.token", "could not enrol %.100s: the token is unknown, used or too old", r.Host).Hinted("'blackstart agent offer' makes a new one")
	}
	_, err := a.hub.Do(ctx, hub.Request{Actor: access.AgentActor(r.Host.ID()), Command: order.Enrol{Host: r.Host, Key: r.Key, Token: r.Token}})
	if err != nil {
		return wire.Enrolled{}, err
	}
	host, _, _ := a.hub.Agent(r.Host)
	return wire.Enrolled{Host: host, Time: a.hub.Now(), Root: a.hub.TrustRoot(), Hubs: a.addresses()}, nil
}

// Exchange records the receipts, then waits for an order. A receipt that is refused for good is dealt with: the refusal is the answer to it.
func (a agents) Exchange(ctx context.Context, r wire.Exchange) (wire.Answer, error) {
	for _, receipt := range r.Receipts {
		if err := a.receive(ctx, r.Host, receipt); err != nil {
			return wire.Answer{}, err
		}
	}
	a.hub.Heard(ctx, r.Host, r.State.Simulated)
	ctx, cancel := context.WithTimeout(ctx, time.Duration(r.WaitS)*time.Second)
	defer cancel()
	for {
		orders, basis := a.hub.OrdersFor(r.Host)
		if len(orders) > 0 || r.WaitS == 0 {
			return wire.Answer{Time: a.hub.Now(), Orders: wire.Fit(orders)}, nil
		}
		if _, err := a.hub.Wait(ctx, basis); err != nil {
			return wire.Answer{Time: a.hub.Now(), Orders: orders}, nil // nothing came: the agent asks again
		}
	}
}

func (a agents) receive(ctx context.Context, host order.Host, receipt seal.Envelope) error {
	sum := sha256.Sum256(receipt.Payload)
	_, err := a.hub.Do(ctx, hub.Request{
		Actor: access.AgentActor(host.ID()), Key: "receipt/" + string(host) + "/" + hex.EncodeToString(sum[:]), Command: order.Receive{Receipt: receipt},
	})
	if kind := fault.KindOf(err); err != nil && (kind == fault.Unavailable || kind == fault.Internal) {
		return err // nothing was recorded: the agent keeps it and sends it again
	}
	return nil
}

// Seal signs an answer with the hub's key.
func (a agents) Seal(payloadType string, payload []byte) seal.Envelope {
	e := seal.Envelope{PayloadType: payloadType, Payload: payload}
	a.hub.Sign(&e)
	return e
}
