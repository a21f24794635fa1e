package web

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"blackstart/internal/hub"
)

// shot is one picture: a page, as somebody sees it.
type shot struct {
	name, path, who string
	house           *house
}

var shots = []shot{
	{"board", "/board", "anna", &house{}},
	{"board-drill", "/board", "anna", &house{drill: true}},
	{"board-peace", "/board", "anna", &house{peace: true}},
	{"board-bare", "/board", "anna", &house{bare: true}},
	{"board-damaged", "/board", "anna", &house{damaged: &hub.Damage{Where: "entry 431", First: 431, Last: 431}}},
	{"board-copied", "/board", "anna", &house{copied: true}},
	{"cell", "/cell/S2/bkk-ahornwerk", "anna", &house{}},
	{"log", "/log", "anna", &house{}},
	{"log-peace", "/log", "anna", &house{peace: true}},
	{"impact", "/impact", "anna", &house{}},
	{"impact-off", "/impact?off=host:fs-02", "anna", &house{}},
	{"approvals", "/approvals", "anna", &house{}},
	{"approvals-peace", "/approvals", "anna", &house{peace: true}},
	{"order", "/order/o-18", "anna", &house{}},
	{"order-done", "/order/o-17", "anna", &house{}},
	{"order-trust", "/order/trust-5", "anna", &house{}},
	{"restore", "/restore", "anna", &house{}},
	{"restore-bare", "/restore", "anna", &house{bare: true}},
	{"journal", "/journal", "anna", &house{}},
	{"record", "/journal/1204", "anna", &house{}},
	{"status", "/status", "", &house{}},
	{"status-peace", "/status", "", &house{peace: true}},
	{"customer", "/c/bkk-ahornwerk", "kurt", &house{}},
	{"report", "/report/inc-1", "anna", &house{drill: true}},
	{"login", "/login", "", &house{}},
	{"login-code", "/login", "anna/half", &house{}},
	{"account", "/account", "anna", &house{}},
	{"account-new", "/account", "anna/new", &house{bare: true}},
	{"account-totp", "/account/totp", "anna", &house{}},
	{"again", "/again?next=/account", "anna/late", &house{}},
	{"setup", "/setup/good", "", &house{peace: true, bare: true}},
	{"people", "/people", "anna", &house{}},
	{"held", "/people/kurt/held", "anna", &house{}},
	{"shred", "/people/kurt/shred", "anna", &house{}},
	{"invite-join", "/invite/good", "", &house{}},
	{"catalogue", "/catalogue", "anna", &house{}},
	{"catalogue-bare", "/catalogue", "anna", &house{peace: true, bare: true}},
	{"missing", "/c/someone-else", "kurt", &house{}},
}

// TestLook writes pictures of every page for people to look at: LOOK=dir go test -run TestLook. It asserts one thing only: no page is wider than its window.
func TestLook(t *testing.T) {
	dir := os.Getenv("LOOK")
	if dir == "" {
		t.Skip("LOOK names no directory for the pictures")
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Skipf("no Chromium at %s", chromium)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	browser := openBrowser(t)
	for _, s := range shots {
		server := httptest.NewServer(s.house.handler())
		for _, lang := range []string{german, english} {
			base := filepath.Join(dir, s.name+"-"+lang)
			s.picture(t, browser, server.URL, lang, 1280, "light", base+"-1280.png")
			s.picture(t, browser, server.URL, lang, 360, "light", base+"-360.png")
		}
		s.picture(t, browser, server.URL, german, 1280, "dark", filepath.Join(dir, s.name+"-dark.png"))
		s.paper(t, browser, server.URL, filepath.Join(dir, s.name+"-print.pdf"))
		server.CloseClientConnections() // a page that listens for news would keep Close waiting
		server.Close()
	}
}

const chromium = "/usr/bin/chromium"

func openBrowser(t *testing.T) context.Context {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, stopTab := chromedp.NewContext(allocator)
	t.Cleanup(stopTab)
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("Chromium did not start: %v", err)
	}
	return browser
}

// open goes to the page as the visitor, in a language, in light or dark.
func (s shot) open(ctx context.Context, url, lang, scheme string, width int64) error {
	if _, err := chromedp.Call(ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		return err
	}
	cookies := map[string]string{languageCookie: lang}
	if s.who != "" {
		cookies["session"] = s.who
	}
	for name, value := range cookies {
		if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: url}); err != nil {
			return err
		}
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		return err
	}
	screen := emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < phoneWidth}
	if _, err := chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, screen); err != nil {
		return err
	}
	return chromedp.Do(ctx, chromedp.Navigate(url+s.path))
}

const phoneWidth = 500

func (s shot) picture(t *testing.T, browser context.Context, url, lang string, width int64, scheme, file string) {
	t.Helper()
	ctx, stop := context.WithTimeout(browser, time.Minute)
	defer stop()
	if err := s.open(ctx, url, lang, scheme, width); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int64]("document.documentElement.scrollWidth"))
	if err != nil || wide > width {
		t.Errorf("%s: the page is %d px wide in a window of %d (%v)", file, wide, width, err)
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	keep(t, file, png)
}

func (s shot) paper(t *testing.T, browser context.Context, url, file string) {
	t.Helper()
	ctx, stop := context.WithTimeout(browser, time.Minute)
	defer stop()
	if err := s.open(ctx, url, german, "light", 1280); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	yes := true
	sheet, err := chromedp.Call(ctx, cdpage.PrintToPDF, cdpage.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	keep(t, file, sheet.Data)
}

func keep(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o644); err != nil {
		t.Fatal(err)
	}
}
