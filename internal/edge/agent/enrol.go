package agent

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// Enrol makes the host's agent: it makes a key here, which never leaves the host, redeems the token at the hub, and writes down whom to obey.
// It gives the trust root, so that its approvers can be read out and compared. The directory must hold no agent yet.
func Enrol(ctx context.Context, dir string, hub netip.AddrPort, pin wire.Pin, host order.Host, token string) (order.Root, error) {
	if _, err := os.Stat(filepath.Join(dir, identityFile)); err == nil {
		return order.Root{}, fault.New(fault.Conflict, "agent.enrolled", "could not enrol in %s: there is an agent already", dir).Hinted("remove the directory first if it shall obey another hub")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return order.Root{}, fault.New(fault.Unavailable, "agent.disk", "could not make the agent's directory: %w", err)
	}
	signer, err := seal.Generate("agent")
	if err != nil {
		return order.Root{}, err
	}
	if err := durable(dir, keyFile, signer.PEM()); err != nil {
		return order.Root{}, err
	}
	a, err := wire.Enrol(ctx, hub, pin, host, token, signer)
	if err != nil {
		return order.Root{}, err
	}
	if err := write(dir, memoryFile, newMemory(a.Time, hostClock{})); err != nil {
		return order.Root{}, err
	}
	if err := write(dir, rootFile, a.Root); err != nil {
		return order.Root{}, err
	}
	// Last, since it is what makes the directory an agent's.
	return a.Root, write(dir, identityFile, identity{V: order.Version, Host: a.Host, Hubs: addresses(hub, a.Hubs), Pin: pin})
}

// addresses is where the hub can be called: first where it was called just now.
func addresses(dialled netip.AddrPort, given []netip.AddrPort) []netip.AddrPort {
	hubs := []netip.AddrPort{dialled}
	for _, h := range given {
		if !slices.Contains(hubs, h) && len(hubs) < maxHubs {
			hubs = append(hubs, h)
		}
	}
	return hubs
}

// Status is what an agent's directory says, read without disturbing a running agent.
type Status struct {
	Host      order.Host       `json:"host"`
	Hubs      []netip.AddrPort `json:"hubs"`
	Root      uint64           `json:"root_version"`
	Running   bool             `json:"running"`
	Isolation string           `json:"isolation"`
	Order     order.ID         `json:"order"`
	Ends      time.Time        `json:"ends,omitzero"` // when the cut ends by itself; absent while it holds
	Last      order.Last       `json:"last"`
	Waiting   int              `json:"receipts_waiting"`
	Reapplied int              `json:"reapplied"`
	Time      time.Time        `json:"time"`    // agent time when the memory was last written
	Ahead     int              `json:"ahead_s"` // by how much the hub's word has put it before the host's own count: time switched off, or a lie
}

// Look reads how the agent in a directory stands.
func Look(dir string) (Status, error) {
	a := &Agent{Config: Config{Dir: dir, Clock: hostClock{}}}
	if err := a.load(); err != nil {
		return Status{}, err
	}
	s := Status{Host: a.self.Host, Hubs: a.self.Hubs, Root: a.root.Version, Isolation: a.was(), Last: a.memory.Last,
		Waiting: len(a.memory.Spool), Reapplied: a.memory.Reapplied, Time: a.memory.Floor.At, Ahead: a.ahead()}
	if c := a.memory.Cut; c != nil {
		s.Order, s.Ends = c.Order, c.Ends
	}
	unlock, err := lock(dir)
	if s.Running = fault.CodeOf(err) == codeRunning; err == nil {
		unlock()
	}
	return s, nil
}
