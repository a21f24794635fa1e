package agent

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

func signer(t testing.TB, n byte) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom("agent", bytes.NewReader(bytes.Repeat([]byte{n}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	hubSeed, annaSeed, benSeed, agentSeed = 1, 2, 3, 5
	self                                  = order.Host("host:fs-01")
	token                                 = "a-token-of-20-bytes!"
)

// hub is the real subject behind an exchange in memory: what it hands out and what it takes in is what a hub would.
type hub struct {
	t   testing.TB
	now func() time.Time

	mu      sync.Mutex
	state   order.State
	changed chan struct{} // closed when there may be a new order
	down    bool
	seen    []wire.Exchange
	extra   []seal.Envelope // forged orders that are handed out besides
	seed    byte            // of the key that it signs with; 0 for hubSeed
}

func newHub(t testing.TB, now func() time.Time) *hub {
	h := &hub{t: t, now: now, changed: make(chan struct{})}
	approver := func(seed byte, person access.Actor) order.Approver {
		return order.Approver{PersonKey: seal.FileKey(signer(t, seed).Public()), Person: person}
	}
	h.do(order.SetRoot{Root: order.Root{Version: 1, Origin: "test", Hub: []seal.Key{signer(t, hubSeed).Public()}, Threshold: 2,
		Approvers: []order.Approver{approver(annaSeed, "user:anna"), approver(benSeed, "user:ben")}}})
	h.do(order.OfferEnrolment{Host: self, TokenHash: order.TokenHash(token)})
	return h
}

func (h *hub) do(c order.Command) {
	h.t.Helper()
	if err := h.try(c); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hub) try(c order.Command) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	at := access.Stamp{At: h.now()}
	events, err := order.Decide(h.state, c, at)
	for _, e := range events {
		h.state = order.Apply(h.state, e, at)
	}
	close(h.changed)
	h.changed = make(chan struct{})
	return err
}

// order drafts, has approved and issues.
func (h *hub) order(d order.Draft, approvers ...byte) {
	h.t.Helper()
	d.Targets, d.Reason = []order.Host{self}, "test"
	h.do(d)
	o, _ := h.state.Order(d.ID)
	payload := o.Envelope.Payload
	for _, seed := range approvers {
		h.do(order.Approve{ID: d.ID, Approval: seal.Approve(signer(h.t, seed), order.PayloadType, payload)})
	}
	h.do(order.Issue{ID: d.ID, Signature: h.Seal(order.PayloadType, payload).Signatures[0]})
}

func (h *hub) cut(id order.ID, lease, confirm int, end order.End) {
	h.t.Helper()
	h.order(order.Draft{ID: id, Verb: order.Isolate, LeaseS: lease, ConfirmS: confirm, End: end}, annaSeed)
}

func (h *hub) release(id order.ID) {
	h.t.Helper()
	h.order(order.Draft{ID: id, Verb: order.Release}, annaSeed, benSeed)
}

// trust has both people approve what change makes of the root in force, and issues it. It gives the order as it is carried by hand.
func (h *hub) trust(change func(*order.ProposeRoot)) seal.Envelope {
	h.t.Helper()
	c := order.ProposeRoot{Reason: "test", Root: h.state.Root}
	change(&c)
	h.do(c)
	o, _ := h.state.RootProposed()
	for _, seed := range []byte{annaSeed, benSeed} {
		h.do(order.Approve{ID: o.Order.ID, Approval: seal.Approve(signer(h.t, seed), order.PayloadType, o.Envelope.Payload)})
	}
	h.do(order.Issue{ID: o.Order.ID, Signature: h.Seal(order.PayloadType, o.Envelope.Payload).Signatures[0]})
	return o.Envelope
}

func (h *hub) setDown(down bool) { h.mu.Lock(); defer h.mu.Unlock(); h.down = down }

// heard gives the receipts that arrived, as status/code of order.
func (h *hub) heard(id order.ID) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	o, ok := h.state.Order(id)
	if !ok {
		return ""
	}
	var words []string
	for _, e := range o.Receipts {
		r, err := order.ParseReceipt(e)
		if err != nil {
			h.t.Error(err)
		}
		words = append(words, strings.TrimSuffix(string(r.Status)+"/"+string(r.Code), "/"))
	}
	return strings.Join(words, " ")
}

func (h *hub) Exchange(ctx context.Context, x wire.Exchange) (wire.Answer, error) {
	h.mu.Lock()
	down := h.down
	h.seen = append(h.seen, x)
	h.mu.Unlock()
	if down {
		return wire.Answer{}, errors.New("nobody there")
	}
	for _, r := range x.Receipts {
		if err := h.try(order.Receive{Receipt: r}); err != nil && fault.KindOf(err) != fault.Conflict {
			h.t.Errorf("the hub refuses a receipt: %v", err)
		}
	}
	deadline := time.After(time.Duration(x.WaitS) * time.Second)
	for {
		h.mu.Lock()
		due, changed := append(h.state.For(self), h.extra...), h.changed
		h.mu.Unlock()
		if len(due) > 0 || x.WaitS == 0 {
			return wire.Answer{Time: h.now(), Orders: due}, nil
		}
		select {
		case <-changed:
		case <-deadline:
			return wire.Answer{Time: h.now()}, nil
		case <-ctx.Done():
			return wire.Answer{}, ctx.Err()
		}
	}
}

func (h *hub) AgentKey(_ context.Context, host order.Host) (seal.Key, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if a, ok := h.state.Agent(host); ok {
		return a.Key, nil
	}
	return "", fault.New(fault.NotFound, "x", "none")
}

func (h *hub) Enrol(_ context.Context, r wire.EnrolRequest) (wire.Enrolled, error) {
	err := h.try(order.Enrol{Host: r.Host, Key: r.Key, Token: r.Token})
	return wire.Enrolled{Host: r.Host, Time: h.now(), Root: h.state.Root}, err
}

func (h *hub) Seal(payloadType string, payload []byte) seal.Envelope {
	e := seal.Envelope{PayloadType: payloadType, Payload: payload}
	e.Sign(signer(h.t, cmp.Or(h.seed, hubSeed)))
	return e
}

// bubbleClock is the clock of a synctest bubble, where time passes when everybody waits.
type bubbleClock struct {
	start time.Time
	boot  string
}

func (c bubbleClock) Uptime() time.Duration                            { return time.Since(c.start) }
func (c bubbleClock) Boot() string                                     { return c.boot }
func (c bubbleClock) Sleep(ctx context.Context, d time.Duration) error { return sleep(ctx, d) }

// house is a hub, a directory and an isolation that cuts nothing, for as many lives of the agent as a test wants.
type house struct {
	t   *testing.T
	hub *hub
	iso *flaky
	cfg Config
}

// flaky is a simulated isolation that can be made to fail.
type flaky struct {
	*Simulated
	mu   sync.Mutex
	fail error
}

func (f *flaky) Apply(ctx context.Context, r Rules) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return f.fail
	}
	return f.Simulated.Apply(ctx, r)
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, hub: newHub(t, time.Now), iso: &flaky{Simulated: NewSimulated(time.Now)}}
	h.cfg = Config{Dir: t.TempDir(), Isolation: h.iso, Simulated: true, Clock: bubbleClock{time.Now(), "boot-1"}, Hub: h.hub}
	h.hub.do(order.Enrol{Host: self, Key: signer(t, agentSeed).Public(), Token: token})
	must(t, durable(h.cfg.Dir, keyFile, signer(t, agentSeed).PEM()))
	must(t, write(h.cfg.Dir, memoryFile, newMemory(time.Now(), h.cfg.Clock)))
	must(t, write(h.cfg.Dir, rootFile, h.hub.state.Root))
	must(t, write(h.cfg.Dir, identityFile, identity{V: 1, Host: self, Hubs: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:443")}}))
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run lets the agent live until stop is called.
func (h *house) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- Run(ctx, h.cfg) }()
	synctest.Wait()
	return func() { cancel(); must(h.t, <-done) }
}

func (h *house) after(d time.Duration) { time.Sleep(d); synctest.Wait() }

func (h *house) active() bool {
	now, err := h.iso.Current(context.Background())
	must(h.t, err)
	return now.Active
}

func (h *house) wants(what string, got, want any) {
	h.t.Helper()
	if got != want {
		h.t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
