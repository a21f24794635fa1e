package wire

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

func signer(t testing.TB, n byte) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom("test", bytes.NewReader(bytes.Repeat([]byte{n}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var start = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

// fakeHub is a hub of one host that answers what a test wants.
type fakeHub struct {
	t      testing.TB
	signer *seal.Signer
	got    []Exchange
	answer Answer
	fail   error
}

const self = order.Host("host:fs-01")

func (h *fakeHub) AgentKey(_ context.Context, host order.Host) (seal.Key, error) {
	if host != self {
		return "", fault.New(fault.NotFound, "order.not_enrolled", "no")
	}
	return signer(h.t, 5).Public(), nil
}

func (h *fakeHub) Enrol(_ context.Context, r EnrolRequest) (Enrolled, error) {
	if r.Token != "good" {
		return Enrolled{}, fault.New(fault.Forbidden, "order.token", "could not enrol").Hinted("ask anew")
	}
	return Enrolled{Host: r.Host, Time: start, Root: h.root(), Hubs: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.1:443")}}, nil
}

func (h *fakeHub) root() order.Root {
	return order.Root{Version: 1, Origin: "test", Hub: []seal.Key{signer(h.t, 1).Public()}, Threshold: 2}
}

func (h *fakeHub) Exchange(_ context.Context, r Exchange) (Answer, error) {
	h.got = append(h.got, r)
	return h.answer, h.fail
}

func (h *fakeHub) Seal(payloadType string, payload []byte) seal.Envelope {
	e := seal.Envelope{PayloadType: payloadType, Payload: payload}
	e.Sign(h.signer)
	return e
}

// authority makes a certificate authority and a server certificate for the address.
func authority(t testing.TB, address string) (tls.Certificate, Pin) {
	t.Helper()
	make := func(tmpl, parent *x509.Certificate, key, by *ecdsa.PrivateKey) []byte {
		tmpl.SerialNumber, tmpl.NotBefore, tmpl.NotAfter = big.NewInt(1), start.Add(-time.Hour), start.Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, tmpl, parent, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	caKey, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	caTemplate := &x509.Certificate{Subject: pkix.Name{CommonName: "ca"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	caDER := make(caTemplate, caTemplate, caKey, caKey)
	ca, err := x509.ParseCertificate(caDER)
	if err != nil {
		t.Fatal(err)
	}
	leaf := make(&x509.Certificate{IPAddresses: []net.IP{net.ParseIP(address)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, ca, key, caKey)
	return tls.Certificate{Certificate: [][]byte{leaf, caDER}, PrivateKey: key}, PinOf(ca)
}

// serve starts the handler on loopback with a certificate for the given address.
func serve(t testing.TB, handler http.Handler, certAddress string) (netip.AddrPort, Pin) {
	t.Helper()
	cert, pin := authority(t, certAddress)
	s := httptest.NewUnstartedServer(handler)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS13}
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	return netip.MustParseAddrPort(s.Listener.Addr().String()), pin
}

func client(t testing.TB, h *fakeHub, pin Pin, agentSeed byte, hubs ...netip.AddrPort) *Client {
	c := NewClient(hubs, pin, self, signer(t, agentSeed), h.root(), func() time.Time { return start })
	t.Cleanup(c.Close)
	return c
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want code %s", what, err, code)
	}
}

func TestExchange(t *testing.T) {
	h := &fakeHub{t: t, signer: signer(t, 1), answer: Answer{Time: start, Orders: []seal.Envelope{{PayloadType: order.PayloadType, Payload: []byte("{}")}}}}
	addr, pin := serve(t, Handler(h), "127.0.0.1")
	dead := netip.MustParseAddrPort("127.0.0.1:1") // the second address serves when the first is dead
	c := client(t, h, pin, 5, dead, addr)
	a, err := c.Exchange(t.Context(), Exchange{Counter: 7, WaitS: 3600})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Orders) != 1 || !a.Time.Equal(start) || a.Counter != 7 {
		t.Errorf("answer is %+v", a)
	}
	if h.got[0].WaitS != int(MaxWait/time.Second) || h.got[0].Host != self {
		t.Errorf("the hub heard %+v", h.got[0])
	}
	if c.first() != 1 {
		t.Error("the address that answered is not preferred")
	}

	_, err = client(t, h, pin, 9, addr).Exchange(t.Context(), Exchange{})
	wantCode(t, "signed by a stranger", err, "wire.agent")
	h.fail = fault.New(fault.Unavailable, "journal.read_only", "could not write")
	_, err = c.Exchange(t.Context(), Exchange{})
	wantCode(t, "hub in trouble", err, "journal.read_only")
	h.fail, h.signer = nil, signer(t, 9)
	_, err = c.Exchange(t.Context(), Exchange{})
	wantCode(t, "answer by another", err, "wire.hub")
	_, err = client(t, h, pin, 5).Exchange(t.Context(), Exchange{})
	wantCode(t, "no address", err, "wire.hubs")
}

// An answer that was given once is no answer to the next question, even with all signatures right.
func TestOldAnswerIsRefused(t *testing.T) {
	h := &fakeHub{t: t, signer: signer(t, 1)}
	var kept []byte
	addr, pin := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if kept == nil {
			rec := httptest.NewRecorder()
			Handler(h).ServeHTTP(rec, r)
			kept = rec.Body.Bytes()
		}
		w.Write(kept)
	}), "127.0.0.1")
	c := client(t, h, pin, 5, addr)
	if _, err := c.Exchange(t.Context(), Exchange{Counter: 1}); err != nil {
		t.Fatal(err)
	}
	_, err := c.Exchange(t.Context(), Exchange{Counter: 2})
	wantCode(t, "an old answer", err, "wire.echo")
}

func TestPin(t *testing.T) {
	h := &fakeHub{t: t, signer: signer(t, 1)}
	addr, pin := serve(t, Handler(h), "127.0.0.1")
	_, other := authority(t, "127.0.0.1")
	_, err := client(t, h, other, 5, addr).Exchange(t.Context(), Exchange{})
	wantCode(t, "another authority", err, "wire.unreachable")

	elsewhere, pinElsewhere := serve(t, Handler(h), "192.0.2.7")
	_, err = client(t, h, pinElsewhere, 5, elsewhere).Exchange(t.Context(), Exchange{})
	wantCode(t, "certificate for another address", err, "wire.unreachable")

	late := NewClient([]netip.AddrPort{addr}, pin, self, signer(t, 5), h.root(), func() time.Time { return start.AddDate(1, 0, 0) })
	_, err = late.Exchange(t.Context(), Exchange{})
	wantCode(t, "certificate of last year", err, "wire.unreachable")

	for _, text := range []string{pin.String(), strings.ToUpper(hexOf(pin)), colons(hexOf(pin))} {
		if back, err := ParsePin(text); err != nil || back != pin {
			t.Errorf("ParsePin(%s): %v", text, err)
		}
	}
	for _, text := range []string{"", "SHA256:", "SHA256:AAAA", "zz", pin.String() + "="} {
		if _, err := ParsePin(text); err == nil {
			t.Errorf("ParsePin(%q) gave no error", text)
		}
	}
}

func hexOf(p Pin) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, c := range p {
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

func colons(hex string) string {
	var pairs []string
	for i := 0; i < len(hex); i += 2 {
		pairs = append(pairs, hex[i:i+2])
	}
	return strings.Join(pairs, ":")
}

func TestNoRedirects(t *testing.T) {
	h := &fakeHub{t: t, signer: signer(t, 1)}
	good, _ := serve(t, Handler(h), "127.0.0.1")
	bad, badPin := serve(t, http.RedirectHandler("https://"+good.String()+ExchangePath, http.StatusTemporaryRedirect), "127.0.0.1")
	_, err := client(t, h, badPin, 5, bad).Exchange(t.Context(), Exchange{})
	wantCode(t, "a redirect", err, "wire.status")
	if len(h.got) != 0 {
		t.Error("the redirect was followed")
	}
}

func TestEnrol(t *testing.T) {
	h := &fakeHub{t: t, signer: signer(t, 1)}
	srv := httptest.NewUnstartedServer(Handler(h))
	srv.StartTLS() // the standard library's test certificate names 127.0.0.1 and is pinned itself
	t.Cleanup(srv.Close)
	addr, pin := netip.MustParseAddrPort(srv.Listener.Addr().String()), PinOf(srv.Certificate())
	got, err := Enrol(t.Context(), addr, pin, self, "good", signer(t, 6))
	if err != nil || got.Root.Version != 1 || len(got.Hubs) != 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	_, err = Enrol(t.Context(), addr, pin, self, "bad", signer(t, 6))
	wantCode(t, "wrong token", err, "order.token")
	h.signer = signer(t, 9)
	_, err = Enrol(t.Context(), addr, pin, self, "good", signer(t, 6))
	wantCode(t, "root signed by another", err, "wire.hub")
}

// What a stranger sends is refused with a status and never shown to the hub.
func TestHandlerRefusals(t *testing.T) {
	h := &fakeHub{t: t, signer: signer(t, 1)}
	post := func(path string, body []byte) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		Handler(h).ServeHTTP(w, httptest.NewRequest("POST", path, bytes.NewReader(body)))
		return w
	}
	sealed := func(typ string, payload string, by byte) []byte {
		e := seal.Envelope{PayloadType: typ, Payload: []byte(payload)}
		e.Sign(signer(t, by))
		return e.Marshal()
	}
	const good = `{"v":1,"host":"host:fs-01","counter":1,"wait_s":0,"receipts":[],"state":{"isolation":"open","order":"","left_s":0,"reapplied":0,"simulated":false,"version":"","at":"2026-11-21T03:00:00Z"}}`
	if w := post(ExchangePath, sealed(ExchangeType, good, 5)); w.Code != http.StatusOK {
		t.Fatalf("a good exchange: %d %s", w.Code, w.Body)
	}
	for name, c := range map[string]struct {
		path   string
		body   []byte
		status int
	}{
		"empty":             {ExchangePath, nil, 422},
		"too large":         {ExchangePath, bytes.Repeat([]byte("x"), maxBody+1), 422},
		"other type":        {ExchangePath, sealed(AnswerType, good, 5), 422},
		"unknown member":    {ExchangePath, sealed(ExchangeType, strings.Replace(good, `{"v":1`, `{"v":1,"x":1`, 1), 5), 422},
		"other version":     {ExchangePath, sealed(ExchangeType, strings.Replace(good, `"v":1`, `"v":2`, 1), 5), 422},
		"other key":         {ExchangePath, sealed(ExchangeType, good, 9), 403},
		"other host":        {ExchangePath, sealed(ExchangeType, strings.Replace(good, "fs-01", "fs-02", 1), 5), 403},
		"enrol without key": {EnrolPath, sealed(EnrolType, `{"v":1,"host":"host:x","key":"`+signer(t, 8).Public().String()+`","token":"good"}`, 9), 422},
	} {
		if w := post(c.path, c.body); w.Code != c.status {
			t.Errorf("%s: %d %s, want %d", name, w.Code, w.Body, c.status)
		}
	}
	if len(h.got) != 1 {
		t.Errorf("the hub heard %d exchanges, want 1", len(h.got))
	}
}

func TestFit(t *testing.T) {
	e := seal.Envelope{Payload: make([]byte, order.MaxReceipt)}
	var many []seal.Envelope
	for range 100 {
		many = append(many, e)
	}
	some := Fit(many)
	if len(some) == 0 || len(some) == len(many) {
		t.Fatalf("%d of %d fit", len(some), len(many))
	}
	payload, err := encode(Exchange{Receipts: some})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(seal.Envelope{PayloadType: ExchangeType, Payload: payload}.Marshal()) + 500; n > maxBody {
		t.Errorf("a message of %d envelopes has %d bytes, more than %d", len(some), n, maxBody)
	}
	if huge := (seal.Envelope{Payload: make([]byte, maxCarried)}); len(Fit([]seal.Envelope{huge, e})) != 1 {
		t.Error("one that does not fit blocks the way for ever")
	}
}
