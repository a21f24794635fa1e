package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub/app"
)

// start starts a program whose only page waits until it is told to go on; stop it with the function given back.
func start(t *testing.T, dir string, page http.HandlerFunc) (*app.App, func() error) {
	t.Helper()
	a, err := app.Start(context.Background(), app.Config{Data: dir, Handler: func(*app.App) http.Handler { return page }})
	if err != nil {
		t.Fatal(err)
	}
	return a, func() error { a.Stop(); return a.Wait() }
}

func hello(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }

// A stop answers what was asked before it, closes the record, and leaves a checkpoint over all of it.
func TestStopInOrder(t *testing.T) {
	dir, asked, goOn := t.TempDir(), make(chan struct{}), make(chan struct{})
	a, stop := start(t, dir, func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-goOn
		hello(w, r)
	})
	l, err := app.Listen(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	a.Serve(l)
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		answer <- string(body)
	}()
	<-asked
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	<-a.Done()
	close(goOn)
	if got := <-answer; got != "hello" {
		t.Errorf("the request that was under way got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if covered, last := a.Hub.Log().Covered(), a.Hub.Log().Next()-1; covered != last {
		t.Errorf("the last checkpoint covers %d of %d entries", covered, last)
	}
	_, again := start(t, dir, hello)
	if err := again(); err != nil {
		t.Error(err)
	}
}

// Two programs on one directory would write two histories.
func TestOneProgramPerDirectory(t *testing.T) {
	dir := t.TempDir()
	_, stop := start(t, dir, hello)
	defer func() { _ = stop() }()
	_, err := app.Start(t.Context(), app.Config{Data: dir, Handler: func(*app.App) http.Handler { return http.HandlerFunc(hello) }})
	if fault.CodeOf(err) != "store.locked" {
		t.Errorf("a second program: %v", err)
	}
}

func TestPlainOnlyOnLoopback(t *testing.T) {
	for address, code := range map[string]string{"0.0.0.0:0": "app.plain", "[::]:0": "app.plain", "example.org:0": "app.plain", "192.0.2.1:0": "app.plain", "nonsense": "app.address"} {
		if l, err := app.Listen(t.Context(), address, nil); fault.CodeOf(err) != code {
			t.Errorf("%s: %v %v, want %s", address, l, err, code)
		}
	}
}

// The authority is made once: agents pin it, so it must outlive restarts. Its certificates carry every name and literal address that was asked
// for, and browsers and agents find them valid by their own clocks.
func TestAuthority(t *testing.T) {
	dir := t.TempDir()
	var fingerprint string
	for range 2 {
		a, stop := start(t, dir, hello)
		ca, err := a.Authority(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if fingerprint != "" && ca.Fingerprint() != fingerprint {
			t.Error("a restart made another authority")
		}
		fingerprint = ca.Fingerprint()
		config, err := ca.Serve("Hub.Example", "192.0.2.7", "::1", "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		l, err := app.Listen(t.Context(), "127.0.0.1:0", config)
		if err != nil {
			t.Fatal(err)
		}
		a.Serve(l)
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ca.PEM())
		c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: roots, ServerName: "hub.example"})
		if err != nil {
			t.Fatal(err)
		}
		leaf := c.ConnectionState().PeerCertificates[0]
		if !slices.ContainsFunc(leaf.IPAddresses, net.ParseIP("192.0.2.7").Equal) || c.ConnectionState().Version != tls.VersionTLS13 {
			t.Errorf("certificate for %v %v over %x", leaf.DNSNames, leaf.IPAddresses, c.ConnectionState().Version)
		}
		if until := time.Until(leaf.NotAfter); until > 398*24*time.Hour {
			t.Errorf("browsers refuse a certificate that lives %s", until)
		}
		c.Close()
		browser := http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "hub.example"}}}
		if r, err := browser.Get("https://" + l.Addr().String()); err != nil || r.ProtoMajor != 2 {
			t.Errorf("a browser gets %v %v, want HTTP/2", r, err)
		} else {
			r.Body.Close()
		}
		browser.CloseIdleConnections()
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestAddresses(t *testing.T) {
	a, stop := start(t, t.TempDir(), hello)
	defer func() { _ = stop() }()
	l, err := app.Listen(t.Context(), "127.0.0.1:0", nil)
	if err != nil {
		t.Fatal(err)
	}
	a.Serve(l)
	if all := a.Addresses(); len(all) != 1 || all[0].String() != l.Addr().String() {
		t.Errorf("addresses = %v, want %s", all, l.Addr())
	}
	names := app.LocalNames("0.0.0.0:1")
	if !slices.Contains(names, "127.0.0.1") || !slices.Contains(names, "localhost") {
		t.Errorf("names = %v", names)
	}
}
