package app

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

var hello = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })

// Whatever a door answers, and whatever the guard answers itself, is dressed.
func TestEveryAnswerIsDressed(t *testing.T) {
	doors := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no", http.StatusNotFound)
	})
	for name, r := range map[string]*http.Request{
		"a door":        httptest.NewRequest("GET", "http://localhost/x", nil),
		"another name":  httptest.NewRequest("GET", "http://evil.example/", nil),
		"another site":  crossSite(httptest.NewRequest("POST", "http://localhost/x", nil)),
		"too long":      httptest.NewRequest("GET", "http://localhost/"+strings.Repeat("a", maxURL), nil),
		"by a tunnel":   httptest.NewRequest("GET", "https://localhost/", nil),
		"many headers":  manyHeaders(httptest.NewRequest("GET", "http://localhost/", nil)),
		"a query flood": httptest.NewRequest("GET", "http://localhost/?"+strings.Repeat("a&", maxQuery), nil),
	} {
		w := httptest.NewRecorder()
		newGuard(doors).under(nil).ServeHTTP(w, r)
		for header, want := range around {
			if got := w.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
		if w.Code == http.StatusOK {
			t.Errorf("%s: let through", name)
		}
	}
}

func crossSite(r *http.Request) *http.Request {
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	return r
}

func manyHeaders(r *http.Request) *http.Request {
	for n := range maxHeaders + 1 {
		r.Header.Add("X-Flood", fmt.Sprint(n))
	}
	return r
}

func TestWhatNoDoorSees(t *testing.T) {
	for name, c := range map[string]struct {
		r    *http.Request
		want int
	}{
		"plain":         {httptest.NewRequest("GET", "http://hub.example/", nil), http.StatusOK},
		"at the bound":  {httptest.NewRequest("GET", "http://hub.example/"+strings.Repeat("a", maxURL-len("http://hub.example/")), nil), http.StatusOK},
		"long":          {httptest.NewRequest("GET", "http://hub.example/"+strings.Repeat("a", maxURL), nil), http.StatusRequestURITooLong},
		"query flood":   {httptest.NewRequest("GET", "http://hub.example/?"+strings.Repeat("a&", maxQuery), nil), http.StatusBadRequest},
		"header flood":  {manyHeaders(httptest.NewRequest("GET", "http://hub.example/", nil)), http.StatusRequestHeaderFieldsTooLarge},
		"announced big": {announced(httptest.NewRequest("PUT", "http://hub.example/", strings.NewReader("x")), maxBody+1), http.StatusRequestEntityTooLarge},
		"other site":    {crossSite(httptest.NewRequest("DELETE", "http://hub.example/", nil)), http.StatusForbidden},
		"other origin":  {withOrigin(httptest.NewRequest("POST", "http://hub.example/", nil), "http://evil.example"), http.StatusForbidden},
		"own origin":    {withOrigin(httptest.NewRequest("POST", "http://hub.example/", nil), "http://hub.example"), http.StatusOK},
		"other reads":   {crossSite(httptest.NewRequest("GET", "http://hub.example/", nil)), http.StatusOK},
	} {
		w := httptest.NewRecorder()
		newGuard(hello).under([]string{"hub.example"}).ServeHTTP(w, c.r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
}

func announced(r *http.Request, size int64) *http.Request { r.ContentLength = size; return r }

func withOrigin(r *http.Request, origin string) *http.Request {
	r.Header.Set("Origin", origin)
	return r
}

// Only names that the hub was given, its own machine's, and the address that the request came to are answered (DNS rebinding).
func TestNames(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST:8443": true, "localhost.": true, "127.0.0.1:1": true, "[::1]": true, "[::1]:8443": true,
		"hub.example": true, "HUB.example:8443": true, "a.crisis.example": true, "192.0.2.7": true, "192.0.2.7:8443": true, "10.1.1.1:8443": true, "": true,
		"evil.example": false, "hub.example.evil.example": false, "evilhub.example": false, "a.b.crisis.example": false, "crisis.example": false,
		"192.0.2.8": false, "127.0.0.1.nip.io": false, "localhost.evil.example": false, "[2001:db8::1]": false, "2130706433": false, "hub.example@evil.example": false,
		"127.0.0.1 evil": false, "[::ffff:10.1.1.1]:8443": true, "0x7f.1": false, "hub.example:8443:1": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.TCPAddrFromAddrPort(netip.MustParseAddrPort("10.1.1.1:8443"))))
		w := httptest.NewRecorder()
		newGuard(hello).under([]string{"Hub.Example", "*.crisis.example", "192.0.2.7"}).ServeHTTP(w, r)
		if got := w.Code == http.StatusOK; got != want || !got && w.Code != http.StatusMisdirectedRequest {
			t.Errorf("%q: %d", host, w.Code)
		}
		if !want && (strings.Contains(w.Body.String(), "crisis.example") || !strings.Contains(w.Body.String(), "--name")) {
			t.Errorf("%q: the refusal lists our names, or gives no way out: %s", host, w.Body)
		}
	}
}

// No number of networks that take all they can keeps a new one out while there are fewer of them than places, and what was given is given back.
func TestShareLeavesRoomForNewcomers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newShare(rapid.IntRange(2, 200).Draw(t, "places"))
		greedy := rapid.IntRange(1, s.places-1).Draw(t, "greedy")
		held := map[netip.Prefix]int{}
		for got := true; got; {
			got = false
			for n := range greedy {
				who := networkOf(fmt.Sprintf("10.0.%d.1:1", n))
				if s.enter(who) {
					held[who]++
					got = true
				}
			}
		}
		if most := held[networkOf("10.0.0.1:1")]; most > (s.places+1)/2 {
			t.Fatalf("one network holds %d of %d places", most, s.places)
		}
		if newcomer := networkOf("192.0.2.1:1"); !s.enter(newcomer) {
			t.Fatalf("%d greedy networks keep a newcomer out of %d places", greedy, s.places)
		} else {
			s.leave(newcomer)
		}
		for who, n := range held {
			for range n {
				s.leave(who)
			}
		}
		if s.taken != 0 || len(s.by) != 0 {
			t.Fatalf("%d places and %d networks are still held", s.taken, len(s.by))
		}
	})
}

func TestNetworks(t *testing.T) {
	for a, b := range map[string]string{
		"192.0.2.1:1": "192.0.2.1:2", "[2001:db8::1]:1": "[2001:db8::ffff]:2", "[::ffff:192.0.2.1]:1": "192.0.2.1:9", "[fe80::1%eth0]:1": "[fe80::2%eth1]:1",
	} {
		if networkOf(a) != networkOf(b) {
			t.Errorf("%s and %s are two networks", a, b)
		}
	}
	if networkOf("192.0.2.1:1") == networkOf("192.0.2.2:1") || networkOf("[2001:db8::1]:1") == networkOf("[2001:db8:0:1::1]:1") {
		t.Error("two networks are taken for one")
	}
}

// Connections that keep the server waiting are closed when their time is over, by a clock that costs no time here.
func TestWaitingConnectionsEnd(t *testing.T) {
	big := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.CopyN(w, endless{}, 1<<20)
	})
	for name, c := range map[string]struct {
		say    string
		within time.Duration
	}{
		"says nothing":     {"", headerTimeout},
		"half a line":      {"GET / HT", headerTimeout},
		"half a header":    {"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b", headerTimeout},
		"no body":          {"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n", readTimeout},
		"half a chunk":     {"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", readTimeout},
		"takes no answer":  {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", writeTimeout},
		"takes no refusal": {"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", writeTimeout},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newPipes()
				s := server(newGuard(big).under(nil))
				served := make(chan error, 1)
				places := newShare(2)
				go func() { served <- s.Serve(gate{l, places}) }()
				c0, begun := l.dial(), time.Now()
				if _, err := io.WriteString(c0, c.say); err != nil {
					t.Fatal(err)
				}
				time.Sleep(c.within + time.Second) // in the bubble's time
				synctest.Wait()
				if _, err := c0.Write([]byte("x")); err == nil {
					t.Errorf("still open after %s", time.Since(begun))
				}
				synctest.Wait()
				if places.taken != 0 {
					t.Error("the connection is closed and keeps its place")
				}
				s.Close()
				<-served
			})
		})
	}
}

// A client that asks again and again within its idle time keeps its connection; one that drips a header a second does not.
func TestDrippingHeadersDoNotHelp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		s := server(newGuard(hello).under(nil))
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		c, begun := l.dial(), time.Now()
		_, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n")
		for ; err == nil && time.Since(begun) < time.Hour; time.Sleep(time.Second) {
			_, err = io.WriteString(c, "X-A: b\r\n")
		}
		if lived := time.Since(begun); lived > headerTimeout+2*time.Second {
			t.Errorf("lived %s", lived)
		}
		patient := l.dial()
		in := bufio.NewReader(patient)
		for range 10 {
			if _, err := io.WriteString(patient, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
				t.Fatal(err)
			}
			a, err := http.ReadResponse(in, nil)
			if err != nil || a.StatusCode != http.StatusOK {
				t.Fatalf("%v %v", a, err)
			}
			_, _ = io.Copy(io.Discard, a.Body)
			time.Sleep(idleTimeout - time.Second)
		}
		s.Close()
		<-served
	})
}

// endless is a body without end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// pipes is a listener in memory.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.done) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }
