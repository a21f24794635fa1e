package drill

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"blackstart/internal/edge/wire"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/probe"
)

// What people carry is made once: a drill that goes on finds the same keys, passwords and certificate.
func TestPapersAreMadeOnce(t *testing.T) {
	p := papers{t.TempDir()}
	key, err := p.key("anna")
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.key("anna")
	if err != nil || again.Public() != key.Public() {
		t.Errorf("another key, %v", err)
	}
	first, err := p.password("anna")
	if err != nil || len(first) < 12 {
		t.Errorf("password %q, %v", first, err)
	}
	if second, _ := p.password("anna"); second != first {
		t.Error("another password")
	}
	_, pin, err := p.certificate([]net.IP{{127, 0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, same, _ := p.certificate(nil); same != pin {
		t.Error("another certificate")
	}
}

// A drill's one effect cannot leave the stage, and nobody looks before the stage stands.
func TestTheLookFromOutsideStaysOnTheStage(t *testing.T) {
	s := &stage{ready: make(chan struct{}), set: newSimulated()}
	h := &host{Host: &catalogue.Host{ID: "web", Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1")}}, looks: []probe.Spec{{Kind: probe.TCP, Target: "10.0.0.1:80"}}}
	s.hosts = []*host{h}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := s.probe(ctx, h.looks[0]); r.OK {
		t.Error("a look before the stage stands passed")
	}
	close(s.ready)
	if r := s.probe(t.Context(), h.looks[0]); !r.OK {
		t.Errorf("a host of the stage does not answer: %s", r.Detail)
	}
	for _, target := range []string{"10.0.0.1:81", "127.0.0.1:22", "192.0.2.1:80"} {
		if r := s.probe(t.Context(), probe.Spec{Kind: probe.TCP, Target: target}); r.OK || !strings.Contains(r.Detail, "not on the stage") {
			t.Errorf("looked at %s: %+v", target, r)
		}
	}
}

// slow is a hub that keeps agents waiting until it is told.
type slow struct {
	wire.Hub
	release chan struct{}
}

func (s slow) Exchange(_ context.Context, r wire.Exchange) (wire.Answer, error) {
	if r.WaitS > 0 {
		<-s.release
	}
	return wire.Answer{}, nil
}

// The clock stands still until every agent waits: one that only says something does not count.
func TestDoorKnowsWhoIsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		d := &door{Hub: slow{release: release}, waiting: map[order.Host]int{}, changed: make(chan struct{})}
		still := make(chan error, 1)
		go func() { still <- d.all(t.Context(), []order.Host{"host:a", "host:b"}, nil) }()
		exchange := func(h order.Host, wait int) {
			if _, err := d.Exchange(t.Context(), wire.Exchange{Host: h, WaitS: wait}); err != nil {
				t.Error(err)
			}
		}
		go exchange("host:a", 25)
		exchange("host:b", 0)
		synctest.Wait()
		if len(still) > 0 {
			t.Fatal("still, though one agent is not waiting")
		}
		go exchange("host:b", 25)
		if err := <-still; err != nil {
			t.Fatal(err)
		}
		close(release)
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := d.all(ctx, []order.Host{"host:a"}, nil); err == nil {
			t.Error("an agent that was answered still counts as waiting")
		}
	})
}

// Foreign texts cannot become headings or columns of the report.
func TestReportKeepsTextsInTheirPlace(t *testing.T) {
	r := Report{Title: "T", Simulated: true, Incident: ReportIncident{Title: "a\n# b"}, Open: []string{"x\n\n# y"}, Timeline: []ReportFact{{By: "a|b", Text: "c\nd | e"}}}
	text := string(r.Markdown())
	if strings.Contains(text, "\n# b") || strings.Contains(text, "\n# y") || !strings.Contains(text, `a\|b`) || !strings.Contains(text, `c d \| e`) {
		t.Errorf("the report is\n%s", text)
	}
	if !strings.Contains(text, "Simulated: no host was really cut off") {
		t.Error("the report does not say that it was simulated")
	}
	data, err := r.JSON()
	if err != nil || !strings.Contains(string(data), `"schema"`) {
		t.Errorf("%s, %v", data, err)
	}
}
