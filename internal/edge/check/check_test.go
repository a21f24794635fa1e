package check

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"blackstart/internal/subject/probe"
)

// closed is an address of this machine where nothing listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// mute takes connections and says nothing.
func mute(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l.Addr().String()
}

// Every kind against good and bad servers: the suite that a new kind joins. What is never allowed is an error, a panic, or a look without end.
func TestConformance(t *testing.T) {
	elsewhere := 0
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			w.Write([]byte("Portal: all is well"))
		case "/away":
			http.Redirect(w, r, "/other", http.StatusFound)
		case "/other":
			elsewhere++
		case "/endless":
			for range 1 << 12 {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		case "/hostile":
			w.WriteHeader(http.StatusInternalServerError)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = nil
	t.Cleanup(secure.Close)
	at := strings.TrimPrefix(site.URL, "http://")

	for name, c := range map[string]struct {
		spec  probe.Spec
		ok    bool
		depth probe.Depth
	}{
		"tcp open":               {probe.Spec{Kind: probe.TCP, Target: at}, true, probe.Connected},
		"tcp closed":             {probe.Spec{Kind: probe.TCP, Target: closed(t)}, false, probe.Named},
		"http answers":           {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/ok"}, true, probe.Greeted},
		"http function":          {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/ok", Expect: probe.Expect{Contains: "all is well"}}, true, probe.Functional},
		"http wrong content":     {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/ok", Expect: probe.Expect{Contains: "burning"}}, false, probe.Greeted},
		"http 404":               {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/none"}, false, probe.Greeted},
		"http 404 wanted":        {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/none", Expect: probe.Expect{Status: 404}}, true, probe.Greeted},
		"http 500":               {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/hostile"}, false, probe.Greeted},
		"http redirect":          {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/away", Expect: probe.Expect{Status: 200}}, false, probe.Greeted},
		"http endless":           {probe.Spec{Kind: probe.HTTP, Target: site.URL + "/endless", Expect: probe.Expect{Contains: "x"}}, false, probe.Greeted},
		"http closed":            {probe.Spec{Kind: probe.HTTP, Target: "http://" + closed(t)}, false, probe.Named},
		"https by stranger's CA": {probe.Spec{Kind: probe.HTTP, Target: secure.URL}, false, probe.Connected},
		"spec is wrong":          {probe.Spec{Kind: "ping", Target: at}, false, probe.Named},
	} {
		got := Vantage{Name: "outside", Now: func() time.Time { return time.Unix(0, 0) }}.Run(t.Context(), c.spec)
		if got.OK != c.ok || got.Depth != c.depth || got.Vantage != "outside" || got.Detail == "" || !got.At.Equal(time.Unix(0, 0)) {
			t.Errorf("%s: %+v, want ok %v at depth %d", name, got, c.ok, c.depth)
		}
	}
	if elsewhere != 0 {
		t.Error("a redirect was followed")
	}
}

// A server that takes the connection and says nothing holds nobody up for longer than the caller wants.
func TestMuteServer(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got := Run(ctx, probe.Spec{Kind: probe.HTTP, Target: "http://" + mute(t)}); got.OK || got.Depth != probe.Connected || got.Vantage != "hub" {
		t.Errorf("%+v", got)
	}
}

func TestDetailIsOneLine(t *testing.T) {
	if got := clip("a\r\nb\x1b[31m" + strings.Repeat("ä", 1000)); strings.ContainsAny(got, "\r\n\x1b") || len([]rune(got)) != maxDetail {
		t.Errorf("%q", got)
	}
}
