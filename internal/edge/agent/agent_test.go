package agent

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

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
	kinds   []string
	seen    []wire.Exchange
	extra   []seal.Envelope // forged orders that are handed out besides
}

func newHub(t testing.TB, now func() time.Time) *hub {
	h := &hub{t: t, now: now, changed: make(chan struct{})}
	approver := func(seed byte, person access.Actor) order.Approver {
		return order.Approver{Key: signer(t, seed).Public(), Kind: seal.Ed25519File, Person: person}
	}
	h.do(order.Trust{Root: order.Root{Version: 1, Origin: "test", Hub: []seal.Key{signer(t, hubSeed).Public()}, Threshold: 2,
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
		h.kinds = append(h.kinds, strings.TrimPrefix(e.Kind(), "order."))
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

func (h *hub) setDown(down bool) { h.mu.Lock(); defer h.mu.Unlock(); h.down = down }

func (h *hub) facts() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.kinds, " ")
}

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
	e.Sign(signer(h.t, hubSeed))
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
	must(t, write(h.cfg.Dir, memoryFile, memory{V: 1, Floor: floor{At: time.Now()}}))
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

// In a bubble time stands still while anybody works: that the cut is active at once means that nothing on the way waits.
func TestCutHoldReleaseAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		defer stop()
		h.after(time.Hour)
		begun := time.Now()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		synctest.Wait()
		h.wants("active", h.active(), true)
		h.wants("time from order to active rules", time.Since(begun), time.Duration(0))
		h.after(3 * time.Hour)
		h.wants("active after hours", h.active(), true)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed")
		h.hub.release("o-2")
		h.after(time.Second)
		h.wants("active", h.active(), false)
		h.wants("receipts", h.hub.heard("o-1")+", "+h.hub.heard("o-2"), "accepted executed released/ordered, accepted executed")
	})
}

func TestTrialEndsWithoutHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		defer stop()
		h.iso.mu.Lock() // the hub goes away after it has handed out the order, before the rules are active
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.hub.setDown(true)
		h.iso.mu.Unlock()
		h.after(time.Minute)
		h.wants("active in the trial", h.active(), true)
		h.after(2 * time.Minute)
		h.wants("active after the trial", h.active(), false)
		h.hub.setDown(false)
		h.after(time.Minute)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed released/unconfirmed")
	})
}

// Whoever silences the hub must not thereby open the hosts.
func TestConfirmedCutHoldsWithoutHub(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		defer stop()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.hub.cut("o-2", 600, 120, order.EndHold) // a second order while the first stands
		h.after(time.Minute)
		h.hub.setDown(true)
		h.after(3 * time.Hour)
		h.wants("active", h.active(), true)
	})
}

func TestLeaseEndsAsOrdered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		defer stop()
		h.hub.cut("o-1", 600, 120, order.EndRelease)
		h.after(9 * time.Minute)
		h.wants("active", h.active(), true)
		h.after(2 * time.Minute)
		h.wants("active after the lease", h.active(), false)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed released/lease_ended")
	})
}

func TestRulesArePutBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		defer stop()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		must(t, h.iso.Release(context.Background())) // by somebody else
		h.after(2 * tendEvery)
		h.wants("active", h.active(), true)
		h.after(time.Minute)
		h.wants("reapplied", h.hub.seen[len(h.hub.seen)-1].State.Reapplied, 1)
	})
}

// A stop leaves the rules; a start within the lease takes them up; after a reboot they are applied anew.
func TestStopAndStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		stop()
		h.wants("active after the stop", h.active(), true)
		stop = h.run()
		h.after(time.Hour)
		h.wants("active after the start", h.active(), true)
		stop()
		h.after(time.Hour)
		h.wants("active long after the stop", h.active(), false)
		h.cfg.Clock = bubbleClock{time.Now(), "boot-2"}
		defer h.run()()
		h.wants("active after the reboot", h.active(), true)
		h.after(time.Hour)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed")
	})
}

func TestKernelRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.run()()
		h.iso.fail = fault.New(fault.Unavailable, string(order.NotApplied), "no")
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		h.wants("receipts", h.hub.heard("o-1"), "accepted refused/not_applied")
	})
}

func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.run()()
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		h.hub.order(order.Draft{ID: "r-1", Verb: order.Report, Params: jsontext.Value(`{"of":"state"}`)})
		h.after(time.Second)
		o, _ := h.hub.state.Order("r-1")
		r, err := order.ParseReceipt(o.Receipts[len(o.Receipts)-1])
		must(t, err)
		if r.Status != order.Executed || r.After != isolated || !strings.Contains(r.Rules, "192.0.2.1") {
			t.Errorf("report is %+v", r)
		}
	})
}

// A crash between accepted and done: what may run again runs again; what may not, or is not known any more, is reported as unknown.
func TestCrashBetweenAcceptedAndDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.hub.release("o-2")
		first, second := h.hub.state.For(self)[0], h.hub.state.For(self)[1]
		foreign := []byte(strings.Replace(string(second.Payload), `"verb":"release"`, `"verb":"restart"`, 1))
		var m memory
		must(t, read(h.cfg.Dir, memoryFile, &m))
		m.Last = order.Last{Approved: 2}
		m.remember(job{Hash: order.Hash(first.Payload), Order: first})
		m.remember(job{Hash: order.Hash(foreign), Order: seal.Envelope{PayloadType: order.PayloadType, Payload: foreign}})
		must(t, write(h.cfg.Dir, memoryFile, m))
		h.cfg.Hub = &absent{}
		stop := h.run()
		h.wants("active", h.active(), true)
		stop()
		must(t, read(h.cfg.Dir, memoryFile, &m))
		var said []string
		for _, e := range m.Spool {
			r, err := order.ParseReceipt(e)
			must(t, err)
			said = append(said, fmt.Sprintf("%s %s%s", r.Order, r.Status, r.Code))
		}
		h.wants("receipts", strings.Join(said, ", "), "o-1 executed, o-2 unknowninterrupted")
	})
}

// absent is a hub that is not there.
type absent struct{}

func (*absent) Exchange(context.Context, wire.Exchange) (wire.Answer, error) {
	return wire.Answer{}, errors.New("nobody there")
}

// Orders that nobody gave, over the wire: each is refused once, with its code, and on record at the hub.
func TestForgedOrdersAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.hub.do(order.Draft{ID: "o-1", Verb: order.Isolate, Targets: []order.Host{self}, Reason: "test"})
		o, _ := h.hub.state.Order("o-1")
		bare := h.hub.Seal(order.PayloadType, o.Envelope.Payload)
		h.hub.extra = []seal.Envelope{bare, {PayloadType: order.PayloadType, Payload: []byte("{}")}}
		defer h.run()()
		h.after(5 * time.Minute)
		h.wants("active", h.active(), false)
		a, _ := h.hub.state.Agent(self)
		codes := ""
		for _, w := range a.Strays {
			codes += string(w.Code) + " "
		}
		h.wants("refusal of what can be read", h.hub.heard("o-1"), "refused/unapproved")
		h.wants("refusal of what cannot", codes, "malformed ")
	})
}

// The hub forgets a receipt: it comes again with the order, and the order is not run twice.
func TestOrderComesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.hub.extra = h.hub.state.For(self)
		defer h.run()()
		h.after(10 * time.Minute)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed")
		h.wants("applied", h.iso.ends.After(time.Now()), true)
		if n := len(h.hub.seen); n > 700 {
			t.Errorf("%d exchanges in ten minutes: the agent spins", n)
		}
	})
}

func TestCarriedByHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.hub.cut("o-1", 600, 120, order.EndHold)
		envelope := h.hub.state.For(self)[0]
		h.cfg.Hub = &absent{}
		bare := envelope
		bare.Approvals = nil
		apply := func(e seal.Envelope) order.Receipt {
			t.Helper()
			got, err := Apply(t.Context(), h.cfg, e.Marshal())
			must(t, err)
			r, err := order.ParseReceipt(got)
			must(t, err)
			return r
		}
		h.wants("without approval", apply(bare).Code, order.Unapproved)
		h.wants("with approval", apply(envelope).Status, order.Executed)
		h.wants("active", h.active(), true)
		h.wants("again", apply(envelope).Status, order.Executed)

		h.cfg.Hub = h.hub // now an agent runs, and hands its work in
		h.hub.release("o-2")
		release := h.hub.state.For(self)[1]
		h.hub.setDown(true)
		defer h.run()()
		h.wants("by the running agent", apply(release).Status, order.Executed)
		h.wants("active", h.active(), false)
		h.hub.setDown(false)
		h.after(time.Minute)
		h.wants("receipts", h.hub.heard("o-1")+", "+h.hub.heard("o-2"), "refused/unapproved accepted executed released/ordered, accepted executed")
	})
}

// Agent time is a floor: the hub raises it, an old answer does not lower it, a reboot does not lose it.
func TestAgentTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		a, unlock, err := open(h.cfg)
		must(t, err)
		begin := a.Now()
		h.after(time.Hour)
		h.wants("an hour later", a.Now().Sub(begin), time.Hour)
		a.raise(begin.Add(5 * time.Hour))
		a.raise(begin)
		h.wants("raised", a.Now().Sub(begin), 5*time.Hour)
		must(t, a.save())
		unlock()
		h.after(time.Hour)
		a, unlock, err = open(h.cfg)
		must(t, err)
		h.wants("restarted an hour later", a.Now().Sub(begin), 6*time.Hour)
		must(t, a.save())
		unlock()
		h.cfg.Clock = bubbleClock{time.Now(), "boot-2"}
		h.after(time.Hour)
		a, unlock, err = open(h.cfg)
		must(t, err)
		defer unlock()
		h.wants("rebooted", a.Now().Sub(begin), 6*time.Hour)
	})
}

func TestOneAgentPerDirectory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.run()()
		if err := Run(t.Context(), h.cfg); fault.CodeOf(err) != codeRunning {
			t.Errorf("a second agent: %v", err)
		}
		s, err := Look(h.cfg.Dir)
		must(t, err)
		h.wants("running", s.Running, true)
	})
	if err := Run(t.Context(), Config{Dir: t.TempDir()}); fault.CodeOf(err) != "agent.not_enrolled" {
		t.Errorf("an empty directory: %v", err)
	}
}

// When the disk is full nothing is accepted, hence nothing done.
func TestNothingIsDoneThatIsNotWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.run()()
		must(t, os.Rename(h.cfg.Dir, h.cfg.Dir+".away"))
		h.hub.cut("o-1", 600, 120, order.EndHold)
		h.after(time.Minute)
		h.wants("active", h.active(), false)
		must(t, os.Rename(h.cfg.Dir+".away", h.cfg.Dir))
		h.after(time.Minute)
		h.wants("active", h.active(), true)
		h.wants("receipts", h.hub.heard("o-1"), "accepted executed")
	})
}

func TestDHCPServers(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"run/systemd/netif/leases/2":          "# x\nADDRESS=192.0.2.5\nSERVER_ADDRESS=192.0.2.254\n",
		"var/lib/dhcp/dhclient.eth0.leases":   "lease {\n  option dhcp-server-identifier 198.51.100.1;\n  option dhcp-server-identifier evil;\n}\n",
		"var/lib/NetworkManager/a-eth0.lease": "SERVER_ADDRESS=192.0.2.254\n",
	} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
	}
	if got := fmt.Sprint(dhcpServers(os.DirFS(root))); got != "[192.0.2.254 198.51.100.1]" {
		t.Errorf("servers are %s", got)
	}
}
