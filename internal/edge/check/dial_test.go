package check

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"blackstart/internal/subject/probe"
)

// Addresses as they are when they are dialled, whatever stood in the target. A name that was good a moment ago and leads elsewhere now (rebinding)
// is judged by where it leads now.
func TestAddressesThatAreLookedAt(t *testing.T) {
	for address, want := range map[string]struct{ byName, literally bool }{
		"192.0.2.1:80":               {true, true},
		"10.20.0.11:443":             {true, true},
		"[fd20::11]:443":             {true, true},
		"[2001:db8::1]:25":           {true, true},
		"127.0.0.1:80":               {false, true},
		"127.8.8.8:80":               {false, true},
		"[::1]:80":                   {false, true},
		"[::ffff:127.0.0.1]:80":      {false, true},
		"[64:ff9b::7f00:1]:80":       {false, true},
		"0.0.0.0:80":                 {false, false},
		"[::]:80":                    {false, false},
		"169.254.169.254:80":         {false, false},
		"[::ffff:169.254.169.254]:1": {false, false},
		"[64:ff9b::a9fe:a9fe]:80":    {false, false},
		"[fe80::1%eth0]:80":          {false, false},
		"[fd00:ec2::254]:80":         {false, false},
		"100.100.100.200:80":         {false, false},
		"224.0.0.1:80":               {false, false},
		"[ff02::1]:80":               {false, false},
		"255.255.255.255:80":         {false, false},
		"no address":                 {false, false},
	} {
		byName := dialer(probe.Spec{Kind: probe.TCP, Target: "name.example:80"}).Control("tcp", address, nil) == nil
		literally := dialer(probe.Spec{Kind: probe.TCP, Target: "192.0.2.1:80"}).Control("tcp", address, nil) == nil
		if byName != want.byName || literally != want.literally {
			t.Errorf("%s: by a name %v, literally %v; want %+v", address, byName, literally, want)
		}
	}
}

// Every kind goes through the dialer: a name of this machine reaches nothing, its literal address does, and nobody is sent there by a redirect.
func TestEveryKindIsHeld(t *testing.T) {
	var asked atomic.Int32
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1); r.URL.Path == "/away" {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		}
	}))
	defer site.Close()
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(site.URL, "http://"))
	for kind := range kinds {
		target := map[bool]string{true: "http://%/", false: "%"}[kind == probe.HTTP]
		spec := probe.Spec{Kind: kind, Target: strings.Replace(target, "%", "localhost:"+port, 1)}
		if spec.Check() != nil {
			continue // a kind whose target is written in another way is held by its own suite
		}
		if got := Run(t.Context(), spec); got.OK || got.Depth > probe.Named || !strings.Contains(got.Detail, "leads to this machine") && !strings.Contains(got.Detail, "lookup") {
			t.Errorf("%s by name: %+v", kind, got)
		}
		spec.Target = strings.Replace(target, "%", "127.0.0.1:"+port, 1)
		if got := Run(t.Context(), spec); kind == probe.TCP && !got.OK {
			t.Errorf("%s literally: %+v", kind, got)
		}
		spec.Target = strings.Replace(target, "%", "169.254.169.254:80", 1)
		if got := Run(t.Context(), spec); got.OK || !strings.Contains(got.Detail, "never looked at") {
			t.Errorf("%s of cloud metadata: %+v", kind, got)
		}
	}
	before := asked.Load()
	if got := Run(t.Context(), probe.Spec{Kind: probe.HTTP, Target: site.URL + "/away"}); strings.Contains(got.Detail, "169.254") || asked.Load() != before+1 {
		t.Errorf("followed a redirect: %+v", got)
	}
}
