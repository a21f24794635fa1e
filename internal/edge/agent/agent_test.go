package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

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

// Only leases that still run keep their server reachable.
func TestDHCPServers(t *testing.T) {
	root, now := t.TempDir(), time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	for name, text := range map[string]string{
		"run/systemd/netif/leases/2":          "# x\nADDRESS=192.0.2.5\nSERVER_ADDRESS=192.0.2.254\nLIFETIME=3600\n",
		"run/systemd/netif/leases/3":          "SERVER_ADDRESS=203.0.113.1\nLIFETIME=60\n",
		"run/systemd/netif/leases/4":          "SERVER_ADDRESS=203.0.113.4\nLIFETIME=4294967295\n",
		"var/lib/NetworkManager/a-eth0.lease": "SERVER_ADDRESS=192.0.2.254\n",
		"var/lib/dhcp/dhclient.eth0.leases": "lease {\n  option dhcp-server-identifier 203.0.113.2;\n  expire 0 2026/11/22 02:59:59;\n}\n" +
			"lease {\n  option dhcp-server-identifier 198.51.100.1;\n  option dhcp-server-identifier evil\n  option dhcp-server-identifier 198.51.100.1;\n  expire 0 2026/11/22 03:00:01;\n}\n" +
			"lease {\n  option dhcp-server-identifier 198.51.100.2;\n  expire never;\n}\n" +
			"lease {\n  option dhcp-server-identifier 203.0.113.3;\n  expire epoch 1000000000; # long ago\n}\n",
	} {
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		must(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o644))
		must(t, os.Chtimes(filepath.Join(root, name), now, now.Add(-2*time.Minute)))
	}
	if got := fmt.Sprint(dhcpServers(os.DirFS(root), now)); got != "[192.0.2.254 198.51.100.1 198.51.100.2 203.0.113.4]" {
		t.Errorf("servers are %s", got)
	}
}
