package drill

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"blackstart/internal/edge/agent"
	"blackstart/internal/edge/wire"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/probe"
)

// simulated is a stage without hosts: real agents in this process, whose isolation cuts nothing. A look is answered by what that isolation says, so
// it proves nothing; pages and reports say so.
type simulated struct {
	mu     sync.Mutex // guards cuts
	cuts   map[string]*agent.Simulated
	stops  map[string]func() // ends the agent of a host and waits for it
	silent chan error
}

func newSimulated() *simulated {
	return &simulated{cuts: map[string]*agent.Simulated{}, stops: map[string]func(){}, silent: make(chan error)}
}

// hub is on loopback, and only for enrolments: the agents themselves call it in this process.
func (*simulated) hub() netip.AddrPort { return netip.MustParseAddrPort("127.0.0.1:0") }

func (s *simulated) raise(context.Context, []*host) error { return nil }

func (s *simulated) start(ctx context.Context, h *host, d *door) error {
	s.mu.Lock()
	cut := s.cuts[h.ID]
	if cut == nil {
		cut = agent.NewSimulated(time.Now)
		s.cuts[h.ID] = cut
	}
	s.mu.Unlock()
	life, end := context.WithCancel(context.WithoutCancel(ctx)) // the agent outlives the raising; stop ends it
	var running sync.WaitGroup
	running.Go(func() {
		// It ends with life; what it could not do shows at the hub as silence.
		_ = agent.Run(life, agent.Config{Dir: h.dir, Isolation: cut, Simulated: true, Version: "drill", Clock: newClock(), Hub: direct{d, h.ref()}})
	})
	s.stops[h.ID] = func() { end(); running.Wait() }
	return nil
}

func (s *simulated) stop(h *host) error {
	if end := s.stops[h.ID]; end != nil {
		end()
		delete(s.stops, h.ID)
	}
	return nil
}

func (s *simulated) look(ctx context.Context, h *host, spec probe.Spec) probe.Result {
	s.mu.Lock()
	cut := s.cuts[h.ID]
	s.mu.Unlock()
	r := probe.Result{At: time.Now().UTC(), Vantage: vantage, Detail: "simulated: answers"}
	if cut != nil {
		if now, err := cut.Current(ctx); err == nil && now.Active {
			r.Detail = "simulated: cut off"
			return r
		}
	}
	r.OK, r.Depth = true, probe.Connected
	return r
}

func (s *simulated) died() <-chan error { return s.silent }

func (s *simulated) close() error {
	for id, end := range s.stops {
		end()
		delete(s.stops, id)
	}
	return nil
}

// direct is the way from an agent in this process to the hub: the same exchanges without the wire.
type direct struct {
	door *door
	host order.Host
}

// Exchange answers as the hub would.
func (d direct) Exchange(ctx context.Context, x wire.Exchange) (wire.Answer, error) {
	x.Host = d.host
	return d.door.Exchange(ctx, x)
}
