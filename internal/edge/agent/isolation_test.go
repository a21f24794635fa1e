package agent

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/order"
)

// handClock is a clock that a test moves.
type handClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *handClock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *handClock) wait(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

var testRules = Rules{
	Hubs:  []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:8443"), netip.MustParseAddrPort("[2001:db8::1]:8443")},
	DHCP:  []netip.Addr{netip.MustParseAddr("192.0.2.254")},
	Lease: time.Minute,
}

func TestSimulatedConforms(t *testing.T) {
	clock := &handClock{t: time.Unix(1e9, 0)}
	conform(t, NewSimulated(clock.now), clock.wait)
}

// conform is the suite for every isolation. wait lets the lease's time go by.
func conform(t *testing.T, iso Isolation, wait func(time.Duration)) {
	ctx := context.Background()
	stands := func(want bool) Current {
		t.Helper()
		c, err := iso.Current(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if c.Active != want {
			t.Fatalf("active is %v, want %v", c.Active, want)
		}
		return c
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	stands(false)
	do(iso.Release(ctx)) // opening an open host is fine
	if err := iso.Renew(ctx, time.Minute); fault.CodeOf(err) != "agent.not_isolated" {
		t.Errorf("renewing nothing: %v", err)
	}

	do(iso.Apply(ctx, testRules))
	if c := stands(true); c.Left <= 0 || c.Left > time.Minute || !strings.Contains(c.Text, "ip6 saddr 2001:db8::1") || !strings.Contains(c.Text, "@lease drop") {
		t.Errorf("left %s, text %s", c.Left, c.Text)
	}
	for name, bad := range map[string]Rules{
		"no hub":           {Lease: time.Minute},
		"hub without port": {Hubs: []netip.AddrPort{netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), 0)}, Lease: time.Minute},
		"hub at 0.0.0.0":   {Hubs: []netip.AddrPort{netip.MustParseAddrPort("0.0.0.0:1")}, Lease: time.Minute},
		"no lease":         {Hubs: testRules.Hubs},
	} {
		if err := iso.Apply(ctx, bad); order.CodeOf(err) != order.NoHubAddress {
			t.Errorf("rules with %s: %v", name, err)
		}
		stands(true) // the old rules are untouched
	}
	do(iso.Apply(ctx, testRules)) // cutting off twice is fine
	do(iso.Renew(ctx, time.Hour))
	if c := stands(true); c.Left <= time.Minute || c.Left > time.Hour {
		t.Errorf("after renewing, %s are left", c.Left)
	}
	do(iso.Release(ctx))
	do(iso.Release(ctx))
	stands(false)

	short := testRules
	short.Lease = minLease
	do(iso.Apply(ctx, short))
	stands(true)
	for end := time.Now().Add(30 * time.Second); ; wait(minLease / 2) { // it ends by itself; how soon is not asked
		if c, err := iso.Current(ctx); err != nil || !c.Active {
			do(err)
			break
		}
		if time.Now().After(end) {
			t.Fatal("the lease did not end")
		}
	}
	do(iso.Apply(ctx, testRules)) // and may be taken again
	stands(true)
	do(iso.Release(ctx))
}
