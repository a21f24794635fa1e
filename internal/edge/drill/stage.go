package drill

import (
	"context"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"sync"
	"time"

	"blackstart/internal/edge/agent"
	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/probe"
)

// host is one host of the stage.
type host struct {
	*catalogue.Host
	dir   string
	runs  bool // its agent is meant to run
	looks []probe.Spec
}

func (h *host) ref() order.Host { return order.Host(catalogue.NewRef(catalogue.RefHost, h.ID)) }

// targets is where the probes of the catalogue look.
func (h *host) targets() []netip.AddrPort {
	var all []netip.AddrPort
	for _, p := range h.Probes {
		if at, err := netip.ParseAddrPort(p.Target); err == nil {
			all = append(all, at)
		}
	}
	return all
}

// set is one kind of stage: in namespaces, or simulated.
type set interface {
	// hub is where agents reach the hub; raise makes the address exist first.
	hub() netip.AddrPort
	// raise builds the hosts and starts their services.
	raise(ctx context.Context, hosts []*host) error
	// start starts the agent of a host, stop ends it.
	start(ctx context.Context, h *host, d *door) error
	stop(h *host) error
	// look looks at a service of a host from outside.
	look(ctx context.Context, h *host, s probe.Spec) probe.Result
	// died tells of a host that ended by itself.
	died() <-chan error
	// close ends everything and waits for it.
	close() error
}

// stage is what a scenario is played on. It has no lock: the scenario calls it from one goroutine; probes wait for ready and then only read.
type stage struct {
	data  string
	hosts []*host
	set   set
	hub   *hub.Hub
	door  *door
	ready chan struct{} // closed when the stage stands: before that nobody looks, since a host that is being raised is not cut off
}

func newStage(c Config, cat *catalogue.Catalogue) *stage {
	s := &stage{data: c.Data, ready: make(chan struct{})}
	for _, id := range c.Scenario.Hosts {
		x, ok := cat.Host(id)
		if !ok {
			continue // the scenario was checked against the catalogue
		}
		h := &host{Host: x, dir: agentDir(c.Data, id)}
		for _, p := range x.Probes {
			h.looks = append(h.looks, probe.Spec{Kind: probe.Kind(p.Kind), Target: p.Target})
		}
		h.looks = append(h.looks, probe.Spec{Kind: probe.HTTP, Target: "http://" + netip.AddrPortFrom(x.Addresses[0], servicePort).String() + "/"})
		s.hosts = append(s.hosts, h)
	}
	if c.Simulate {
		s.set = newSimulated()
	} else {
		s.set = newNamespaces()
	}
	return s
}

// Raise brings the stage up, in the state in which an earlier run left it.
func (s *stage) Raise(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, raiseWait, errors.New("the stage did not stand in time"))
	defer cancel()
	if err := s.set.raise(ctx, s.hosts); err != nil {
		return err
	}
	var err error
	if s.door, err = openDoor(ctx, s.hub, s.set.hub(), papers{s.data}); err != nil {
		return err
	}
	for _, h := range s.hosts {
		if err := s.enrol(ctx, h); err != nil {
			return err
		}
		if err := s.Agent(ctx, h.ID, true); err != nil {
			return err
		}
	}
	if err := s.Still(ctx); err != nil {
		return err
	}
	for _, h := range s.hosts {
		if err := s.restored(ctx, h); err != nil {
			return err
		}
	}
	close(s.ready)
	return nil
}

// enrol makes the agent of a host, once.
func (s *stage) enrol(ctx context.Context, h *host) error {
	if _, err := agent.Look(h.dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(h.dir), 0o700); err != nil {
		return fault.New(fault.Unavailable, "drill.agent", "could not make the directory of the agents: %w", err)
	}
	token, err := s.hub.OfferEnrolment(ctx, access.ByConsole, h.ref())
	if err != nil {
		return err
	}
	_, err = agent.Enrol(ctx, h.dir, s.door.at, s.door.pin, h.ref(), token)
	return err
}

// restored waits until the host is as its agent's book says: a cut that stood when an earlier run was killed is put back by the agent.
func (s *stage) restored(ctx context.Context, h *host) error {
	for {
		book, err := agent.Look(h.dir)
		if err != nil {
			return err
		}
		if open := s.answers(ctx, h); (book.Order == "") == open {
			return nil
		}
		select {
		case <-time.After(raiseEvery):
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "drill.host", "could not bring host %s up: %w", h.ID, context.Cause(ctx))
		}
	}
}

// answers says whether the host answers the first look.
func (s *stage) answers(ctx context.Context, h *host) bool {
	return s.looks(ctx, h, h.looks[0]).OK
}

func (s *stage) looks(ctx context.Context, h *host, spec probe.Spec) probe.Result {
	ctx, cancel := context.WithTimeout(ctx, lookWait)
	defer cancel()
	return s.set.look(ctx, h, spec)
}

// Still returns when no agent has anything to say or to do.
func (s *stage) Still(ctx context.Context) error {
	var running []order.Host
	for _, h := range s.hosts {
		if h.runs {
			running = append(running, h.ref())
		}
	}
	return s.door.all(ctx, running, s.set.died())
}

// Agent starts or ends the agent of a host.
func (s *stage) Agent(ctx context.Context, id string, run bool) error {
	for _, h := range s.hosts {
		if h.ID != id || h.runs == run {
			continue
		}
		h.runs = run
		if run {
			return s.set.start(ctx, h, s.door)
		}
		return s.set.stop(h)
	}
	return nil
}

// Look looks at a host in every way that is known.
func (s *stage) Look(ctx context.Context, id string) (map[string]bool, error) {
	var mu sync.Mutex // guards passes
	passes := map[string]bool{}
	var looking sync.WaitGroup // at the same time: a look at a host that is cut off takes its full time
	for _, h := range s.hosts {
		if h.ID != id {
			continue
		}
		for _, spec := range h.looks {
			looking.Go(func() {
				ok := s.looks(ctx, h, spec).OK
				mu.Lock()
				defer mu.Unlock()
				passes[string(spec.Kind)+" "+spec.Target] = ok
			})
		}
	}
	looking.Wait()
	return passes, nil
}

// probe is the drill's one effect: a look from outside that cannot leave the stage.
func (s *stage) probe(ctx context.Context, spec probe.Spec) probe.Result {
	select {
	case <-s.ready:
	case <-ctx.Done():
		return probe.Result{Vantage: vantage, Detail: "the drill was stopped"}
	}
	for _, h := range s.hosts {
		for _, known := range h.looks {
			if known == spec {
				return s.looks(ctx, h, spec)
			}
		}
	}
	return probe.Result{Vantage: vantage, Detail: "not on the stage: a drill looks nowhere else"}
}

// vantage is the place from which a drill looks.
const vantage = "drill"

func (s *stage) close() error {
	var err error
	if s.set != nil {
		err = s.set.close()
	}
	if s.door != nil {
		s.door.close()
	}
	return err
}
