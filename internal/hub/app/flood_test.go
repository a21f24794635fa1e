package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// crowd is how many connections a flood opens: FLOOD=4000 by night, a handful otherwise.
func crowd() int {
	if n, err := strconv.Atoi(os.Getenv("FLOOD")); err == nil {
		return n
	}
	return 200
}

// flooded serves on loopback with the program's own gate and bounds.
func flooded(t testing.TB, h http.Handler, config *tls.Config) (string, *share) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a := &App{conns: newShare(maxConns)}
	s, served := server(newGuard(h).under(nil)), make(chan error, 1)
	address := l.Addr().String()
	if config != nil {
		l = secured{l, config}
	}
	go func() { served <- s.Serve(a.gated(l)) }()
	t.Cleanup(func() { s.Close(); <-served })
	return address, a.conns
}

// neighbour is a client on another network than the flood.
func neighbour(t testing.TB) *http.Client {
	t.Helper()
	d := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	transport := &http.Transport{DialContext: d.DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// While one network holds connections open by every trick, others are answered and memory stays bounded; in the end the server has hung up on all.
func TestFloodEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: it waits for the headers' real time to be over")
	}
	address, places := flooded(t, hello, nil)
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tricks := []string{"", "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n", "GET /" + strings.Repeat("a", 1000), "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + strings.Repeat("a", maxHeader-2000), "\x16\x03\x01\x02", "PRI * HTTP/2.0\r\n"}
	var held []net.Conn
	for n := range crowd() {
		c, err := net.Dial("tcp", address)
		if err != nil {
			continue // turned away before the handshake was over
		}
		_, _ = io.WriteString(c, tricks[n%len(tricks)]) // who was turned away may not get it out
		held = append(held, c)
	}
	client := neighbour(t)
	for range 50 {
		a, err := client.Get("http://" + address)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(a.Body); string(body) != "hello" {
			t.Errorf("beside the flood: %d %s", a.StatusCode, body)
		}
		a.Body.Close()
	}
	runtime.ReadMemStats(&during)
	if grown := int64(during.HeapInuse) - int64(before.HeapInuse); grown > int64(crowd())*3*maxHeader+(16<<20) {
		t.Errorf("%d connections hold %d MB", crowd(), grown>>20)
	} else {
		places.mu.Lock() // the server still gives places away and takes them back
		t.Logf("%d connections, %d places taken, %d KB each", crowd(), places.taken, grown/int64(crowd())>>10)
		places.mu.Unlock()
	}
	for _, c := range held {
		_ = c.SetReadDeadline(time.Now().Add(2 * time.Minute)) // never reached by a server that hangs up
		if _, err := io.Copy(io.Discard, c); err != nil && os.IsTimeout(err) {
			t.Fatal("a connection of the flood is still open")
		}
		c.Close()
	}
}

// Streams that are reset as soon as they are opened (CVE-2023-44487) run no more handlers at once than one connection may, and the server hangs up.
func TestRapidResetEnds(t *testing.T) {
	var running, most atomic.Int64
	release := make(chan struct{})
	stuck := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/fine" {
			hello(w, r)
			return
		}
		most.Store(max(most.Load(), running.Add(1)))
		<-release // a handler that does not notice that nobody listens any more
		running.Add(-1)
	})
	pair := selfSigned(t)
	address, _ := flooded(t, stuck, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2", "http/1.1"}})
	defer close(release)
	c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, http2.ClientPreface); err != nil {
		t.Fatal(err)
	}
	f := http2.NewFramer(c, c)
	goodbye := make(chan http2.ErrCode, 1)
	go func() { goodbye <- farewell(f) }()
	err = f.WriteSettings()
	var block strings.Builder
	h := hpack.NewEncoder(&block)
	for n := 0; err == nil && n < 20_000; n++ {
		block.Reset()
		for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", "localhost"}, {":path", "/"}} {
			_ = h.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}) // into memory
		}
		id := uint32(2*n + 1)
		if err = f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: []byte(block.String()), EndStream: true, EndHeaders: true}); err == nil {
			err = f.WriteRSTStream(id, http2.ErrCodeCancel)
		}
	}
	if code := <-goodbye; code != http2.ErrCodeEnhanceYourCalm {
		t.Errorf("the server took 20,000 resets and said %s", code)
	}
	if most.Load() > maxStreams {
		t.Errorf("%d handlers ran at once", most.Load())
	}
	other := &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer other.CloseIdleConnections()
	_, port, _ := net.SplitHostPort(address)
	a, err := other.Get("https://localhost:" + port + "/fine")
	if err != nil || a.StatusCode != http.StatusOK || a.ProtoMajor != 2 {
		t.Fatalf("beside it: %v %v", a, err)
	}
	a.Body.Close()
}

// farewell reads until the server says goodbye, and why.
func farewell(f *http2.Framer) http2.ErrCode {
	for {
		frame, err := f.ReadFrame()
		if err != nil {
			return http2.ErrCodeNo
		}
		if g, ok := frame.(*http2.GoAwayFrame); ok && g.ErrCode != http2.ErrCodeNo {
			return g.ErrCode
		}
	}
}

// The service beside 4,000 half-open connections against the service alone: the second should be nine tenths of the first at least.
func BenchmarkAlone(b *testing.B)  { benchmarkBeside(b, 0) }
func BenchmarkBeside(b *testing.B) { benchmarkBeside(b, 4000) }

func benchmarkBeside(b *testing.B, halfOpen int) {
	address, _ := flooded(b, hello, nil)
	for range halfOpen {
		c, err := net.Dial("tcp", address)
		if err != nil {
			continue // turned away: the network has its share
		}
		defer c.Close()
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\n")
	}
	client := neighbour(b)
	b.ResetTimer()
	for b.Loop() {
		a, err := client.Get("http://" + address)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, a.Body)
		a.Body.Close()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// selfSigned is a certificate for localhost that nobody believes.
func selfSigned(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{nameLocalhost}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
