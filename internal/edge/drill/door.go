package drill

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"blackstart/internal/edge/api"
	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/order"
)

// door is where the agents of the stage reach the hub. It knows which of them wait for orders and have nothing to say or to do: the drill's clock
// stands still until all of them wait.
type door struct {
	wire.Hub
	server *http.Server
	served sync.WaitGroup
	at     netip.AddrPort
	pin    wire.Pin

	mu      sync.Mutex // guards what follows
	waiting map[order.Host]int
	changed chan struct{} // closed and replaced when waiting changes
}

// openDoor listens for agents.
func openDoor(ctx context.Context, h *hub.Hub, at netip.AddrPort, p papers) (*door, error) {
	pair, pin, err := p.certificate([]net.IP{at.Addr().AsSlice()})
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", at.String())
	if err != nil {
		return nil, fault.New(fault.Unavailable, "drill.door", "could not listen for agents on %s: %w", at, err)
	}
	d := &door{pin: pin, waiting: map[order.Host]int{}, changed: make(chan struct{})}
	d.at = l.Addr().(*net.TCPAddr).AddrPort()
	d.Hub = api.Agents(h, func() []netip.AddrPort { return []netip.AddrPort{d.at} })
	d.server = &http.Server{Handler: wire.Handler(d), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: answerTimeout, ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}}}
	d.served.Go(func() { _ = d.server.ServeTLS(l, "", "") }) // ends with Close; whoever cannot reach the hub says so
	return d, nil
}

// Exchange answers an agent. One that wants to wait is served at once first: what it says is recorded, and only who has nothing to do waits.
func (d *door) Exchange(ctx context.Context, r wire.Exchange) (wire.Answer, error) {
	wait := r.WaitS
	r.WaitS = 0
	a, err := d.Hub.Exchange(ctx, r)
	if err != nil || wait == 0 || len(a.Orders) > 0 {
		return a, err
	}
	r.WaitS, r.Receipts = wait, nil
	d.note(r.Host, 1)
	defer d.note(r.Host, -1)
	return d.Hub.Exchange(ctx, r)
}

func (d *door) note(h order.Host, n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting[h] += n
	close(d.changed)
	d.changed = make(chan struct{})
}

// all returns when the agents of all these hosts wait. died says why one of them never will; it may be nil.
func (d *door) all(ctx context.Context, hosts []order.Host, died <-chan error) error {
	for {
		d.mu.Lock()
		still, changed := true, d.changed
		for _, h := range hosts {
			still = still && d.waiting[h] > 0
		}
		d.mu.Unlock()
		if still {
			return nil
		}
		select {
		case <-changed:
		case err := <-died:
			return err
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "drill.stopped", "could not wait for the agents: %w", context.Cause(ctx))
		}
	}
}

// close ends the door and every exchange under way.
func (d *door) close() {
	_ = d.server.Close()
	d.served.Wait()
}

// clock is an agent's time on the stage: it counts from its start, and every start is a boot of its own. So the time between two runs of a drill
// has not passed for the host, as it has not for the hub.
type clock struct {
	started time.Time
	boot    string
}

func newClock() clock { return clock{time.Now(), rand.Text()} }

func (c clock) Uptime() time.Duration { return time.Since(c.started) }

func (c clock) Boot() string { return c.boot }

func (clock) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
