package agent

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/vishvananda/netns"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/subject/order"
)

// testCertificate is the one of net/http/httptest, pinned itself.
func testCertificate() (tls.Certificate, wire.Pin) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	return s.TLS.Certificates[0], wire.PinOf(s.Certificate())
}

// wholeBed is the real thing but for the hub's room: this process is the host, and two neighbours have namespaces of their own.
func wholeBed(t testing.TB, h *hub) (hubAddr netip.AddrPort, pin wire.Pin, peer netns.NsHandle) {
	needNamespaces(t)
	own, err := netns.Get()
	must(t, err)
	t.Cleanup(func() { own.Close() })
	hubNS, peer := newNamespace(t), newNamespace(t)
	link(t, hubNS, []string{"10.98.1.1/24"}, own, []string{"10.98.1.2/24"})
	link(t, peer, []string{"10.98.2.1/24"}, own, []string{"10.98.2.2/24"})
	cert, pin := testCertificate()
	in(t, hubNS, func() error {
		l, err := net.Listen("tcp", "10.98.1.1:"+hubPort)
		if err != nil {
			return err
		}
		s := &http.Server{Handler: wire.Handler(h), ReadHeaderTimeout: time.Second}
		go s.Serve(tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13}))
		t.Cleanup(func() { s.Close() })
		return nil
	})
	serve(t, own, otherPort)
	return netip.MustParseAddrPort("10.98.1.1:" + hubPort), pin, peer
}

// eventually waits for what must come about, however slow the machine is.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: did not come about", what)
		}
	}
}

// From enrolment to release over TLS, with the real subject at one end and the real packet filter at the other; how fast it was is printed, not judged.
func TestWholeWay(t *testing.T) {
	h := newHub(t, time.Now)
	addr, pin, peer := wholeBed(t, h)
	dir := t.TempDir()
	if _, err := Enrol(t.Context(), dir, addr, pin, self, "wrong-token-of-20-b"); fault.CodeOf(err) != "order.token" {
		t.Fatalf("a wrong token: %v", err)
	}
	root, err := Enrol(t.Context(), dir, addr, pin, self, token)
	must(t, err)
	if root.Version != 1 || len(root.Approvers) != 2 {
		t.Errorf("root is %+v", root)
	}
	k := &Kernel{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- Run(ctx, Config{Dir: dir, Isolation: k}) }()
	eventually(t, "first call", func() bool { h.mu.Lock(); defer h.mu.Unlock(); return len(h.seen) > 0 })
	reachable(t, peer, "10.98.2.2", otherPort)

	begun := time.Now()
	h.cut("o-1", 4, 2, order.EndHold)
	eventually(t, "cut", func() bool { now, err := k.Current(ctx); return err == nil && now.Active })
	t.Logf("from draft to active rules, with approval and TLS: %s", time.Since(begun))
	unreachable(t, peer, "10.98.2.2", otherPort)
	eventually(t, "receipt through the rules", func() bool { return h.heard("o-1") == "accepted executed" })
	time.Sleep(5 * time.Second) // longer than trial and lease: it is confirmed and renewed
	unreachable(t, peer, "10.98.2.2", otherPort)
	if s, err := Look(dir); err != nil || s.Isolation != isolated || !s.Running {
		t.Errorf("status is %+v, %v", s, err)
	}
	h.release("o-2")
	reachable(t, peer, "10.98.2.2", otherPort)
	eventually(t, "receipts", func() bool {
		return h.heard("o-1") == "accepted executed released/ordered" && h.heard("o-2") == "accepted executed"
	})

	h.cut("o-3", 3, 2, order.EndHold)
	eventually(t, "second cut", func() bool { return h.heard("o-3") == "accepted executed" })
	cancel()
	must(t, <-done)
	reachable(t, peer, "10.98.2.2", otherPort) // the agent is gone; the kernel opens
	must(t, k.Release(context.Background()))
}

// BenchmarkApprovalToRules measures what people wait for: from the approval to active rules, through hub subject, long poll, TLS, two fsyncs and the kernel.
func BenchmarkApprovalToRules(b *testing.B) {
	h := newHub(b, time.Now)
	addr, pin, _ := wholeBed(b, h)
	dir := b.TempDir()
	_, err := Enrol(b.Context(), dir, addr, pin, self, token)
	must(b, err)
	k := &Kernel{}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error)
	go func() { done <- Run(ctx, Config{Dir: dir, Isolation: k}) }()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		h.cut(order.ID("c-"+string(rune('a'+i%26))+time.Now().Format("150405.000000000")), 60, 60, order.EndHold)
		for {
			if now, err := k.Current(ctx); err == nil && now.Active {
				break
			}
		}
		took = append(took, time.Since(begun))
		b.StopTimer()
		h.release(order.ID("r-" + time.Now().Format("150405.000000000")))
		for {
			if now, err := k.Current(ctx); err == nil && !now.Active {
				break
			}
		}
		time.Sleep(20 * time.Millisecond) // let the agent hang in its long poll again
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	cancel()
	must(b, <-done)
	must(b, k.Release(context.Background()))
}
