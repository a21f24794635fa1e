package web

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// What happens in the browser is tested in one: both tests run under the content security policy that people get.

func browserFor(t *testing.T, url string) context.Context {
	t.Helper()
	if _, err := os.Stat(chromium); err != nil {
		t.Skipf("no Chromium at %s", chromium)
	}
	browser := openBrowser(t)
	if _, err := chromedp.Call(browser, network.SetCookie, network.SetCookieParams{Name: "session", Value: "anna", URL: url}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(browser, 5*time.Minute) // ends a test that hangs, no slow one
	t.Cleanup(stop)
	return ctx
}

func TestBrowserSignsWithAKeyFileThatStaysThere(t *testing.T) {
	key, err := seal.Generate("anna")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "anna.pem")
	if err := os.WriteFile(file, key.PEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &house{}
	server := httptest.NewServer(h.handler())
	defer server.Close()
	defer server.CloseClientConnections()
	ctx := browserFor(t, server.URL)
	err = chromedp.Do(ctx, chromedp.Navigate(server.URL+"/order/o-18"), chromedp.SetUploadFiles(chromedp.CSS("#keyfile"), []string{file}), chromedp.Click(chromedp.CSS("#sign button")))
	if err != nil {
		t.Fatal(err)
	}
	for ctx.Err() == nil && h.commands() == nil { // until the form has arrived
		time.Sleep(10 * time.Millisecond)
	}
	if h.commands() == nil {
		t.Fatal("the browser sent no approval")
	}
	given := h.commands()[0].Command.(order.Approve)
	v, _ := h.Order(ctx, "o-18", "")
	if a := given.Approval; a.Kind != seal.Ed25519File || a.KeyID != key.Public().Fingerprint() || !key.Public().Verify(seal.PAE(v.PayloadType, v.Payload), a.Sig) {
		t.Errorf("the approval does not hold: %+v", a)
	}
}

// A passkey is made on the page of people and approves on the page of an order; what comes of it holds under the agent's own check.
func TestBrowserApprovesWithAPasskey(t *testing.T) {
	h := &house{}
	server := httptest.NewServer(h.handler())
	defer server.Close()
	defer server.CloseClientConnections()
	page := strings.Replace(server.URL, "127.0.0.1", "localhost", 1) // passkeys belong to names
	ctx := browserFor(t, page)
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	device := webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}}
	if _, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, device); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(page+"/people")); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](`document.querySelectorAll("details").forEach((d) => { d.open = true })`)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](`document.documentElement.dataset.old = "yes"`)); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#passkeymake button"))); err != nil {
		t.Fatal(err)
	}
	made := arrived(t, ctx, h, 1).(access.EnrolKey)
	settled(t, ctx)
	spki, err := base64.StdEncoding.DecodeString(made.Public)
	if err != nil {
		t.Fatal(err)
	}
	key, err := seal.NewPasskey(spki, made.RP, made.Origin)
	if err != nil || made.RP != "localhost" || made.Origin != page {
		t.Fatalf("made for %s on %s: %v", made.RP, made.Origin, err)
	}

	h.passkeys = []hub.PasskeyRef{{Credential: made.Credential, Fingerprint: key.Fingerprint(), RP: made.RP}}
	err = chromedp.Do(ctx, chromedp.Navigate(page+"/order/o-18"))
	for err != nil && strings.Contains(err.Error(), "ERR_ABORTED") && ctx.Err() == nil { // the answer to the form before came in between
		err = chromedp.Do(ctx, chromedp.Navigate(page+"/order/o-18"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("#passkeysign button"))); err != nil {
		t.Fatal(err)
	}
	given := arrived(t, ctx, h, 2).(order.Approve).Approval
	v, _ := h.Order(ctx, "o-18", "")
	if err := given.Check(key, v.PayloadType, v.Payload); err != nil || !given.By(key) {
		t.Errorf("the approval does not hold: %v, %+v", err, given)
	}
	if given.Check(key, v.PayloadType, []byte("other")) == nil {
		t.Error("the approval holds for anything")
	}
}

// settled waits until the page that a form led to is there: who goes on to another one meanwhile aborts both.
func settled(t *testing.T, ctx context.Context) {
	t.Helper()
	for ctx.Err() == nil {
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && !document.documentElement.dataset.old`))
		if err == nil && there {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the page after the form never came")
}

// arrived waits for the nth command that the browser sends.
func arrived(t *testing.T, ctx context.Context, h *house, n int) hub.Command {
	t.Helper()
	for len(h.commands()) < n {
		if ctx.Err() != nil {
			t.Fatalf("the browser sent %d commands, want %d", len(h.commands()), n)
		}
		time.Sleep(10 * time.Millisecond)
	}
	return h.commands()[n-1].Command
}

// lively is a house whose log grows while somebody looks.
type lively struct {
	house
	mu    sync.Mutex
	news  chan struct{} // closed when the log has grown
	grown bool
}

func (l *lively) grow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.grown = true
	close(l.news)
}

func (l *lively) Wait(ctx context.Context, after uint64) (uint64, error) {
	if after >= 1205 {
		<-ctx.Done()
		return after, ctx.Err()
	}
	select {
	case <-l.news:
		return 1205, nil
	case <-ctx.Done():
		return 1204, ctx.Err()
	}
}

func (l *lively) LogBook(ctx context.Context, id string, before uint64, limit int) (hub.LogView, error) {
	v, err := l.house.LogBook(ctx, id, before, limit)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.grown {
		v.Entries = append([]hub.Fact{{Seq: 1205, At: now, HappenedAt: now, By: "Mira Lang", Kind: "incident.logged", Text: "Neu"}}, v.Entries...)
	}
	return v, err
}

func TestOpenLogShowsNewEntriesAndKeepsWhatIsTyped(t *testing.T) {
	l := &lively{news: make(chan struct{})}
	server := httptest.NewServer(New(Deps{House: l, Door: doorman{house: &l.house}, Log: slog.New(slog.DiscardHandler)}))
	defer server.Close()
	defer server.CloseClientConnections()
	ctx := browserFor(t, server.URL)
	err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/log"), chromedp.SendKeys(chromedp.CSS("textarea[name=text]"), "halb getippt"))
	if err != nil {
		t.Fatal(err)
	}
	l.grow()
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(`li[data-seq="1205"]`))); err != nil {
		t.Fatalf("the new entry did not appear: %v", err)
	}
	typed, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("textarea[name=text]").value`))
	if err != nil || typed != "halb getippt" {
		t.Errorf("what was typed became %q (%v)", typed, err)
	}
}
