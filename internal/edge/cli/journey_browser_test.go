//go:build linux

package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const chromium = "/usr/bin/chromium"

// visitor is somebody at a browser. What they cannot find ends the test, with a picture where LOOK names a place for it.
type visitor struct {
	*journey
	who string
	ctx context.Context
}

// browser starts one Chromium for a journey. The hub's authority is not installed in it: that the hub is the right one is the business of the pin,
// which the agent tests.
func (j *journey) browser() context.Context {
	if j.at.browser != nil {
		return j.at.browser
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.UserDataDir(j.TempDir()), chromedp.NoSandbox,
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("ignore-certificate-errors", true),
		// What changes in the test's own network while the browser runs makes it drop HTTP/2 connections (ERR_NETWORK_CHANGED). Package app tests HTTP/2.
		chromedp.Flag("disable-http2", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	j.Cleanup(stop)
	browser, stopTab := chromedp.NewContext(allocator)
	j.Cleanup(stopTab)
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		j.Fatalf("Chromium did not start: %v", err)
	}
	j.at.browser = browser
	return browser
}

// visitor opens a window with cookies of its own.
func (j *journey) visitor(who string) *visitor {
	ctx, stop := chromedp.NewContext(j.browser(), chromedp.WithNewBrowserContext())
	j.Cleanup(stop)
	v := &visitor{journey: j, who: who, ctx: ctx}
	v.begin()
	v.open("/status?lang=" + j.lang) // the language stays as a cookie
	return v
}

// signIn lets a person in by name and password.
func (j *journey) signIn(id string) *visitor {
	v := j.visitor(id)
	v.open("/login")
	v.fill("input[name=id]", id)
	v.fill("input[name=password]", phraseOfAll)
	v.press("main button.primary")
	v.secure()
	v.sees(cast[id].name)
	return v
}

// secure adds a code app and takes the recovery codes, which is all that somebody can do who came in by a password alone.
func (v *visitor) secure() {
	v.Helper()
	v.sees(v.in("Ein Passwort allein genügt hier nicht", "A password alone is not enough here"))
	v.open("/") // and it leads nowhere else
	v.press(`main a[href="/account/totp"]`)
	v.has("svg.qr path")
	v.fill("input[name=code]", scan(v.T, v.text("[data-secret]")).code(v.T))
	v.press("main button.primary")
	v.sees(v.in("Sie werden nur jetzt gezeigt", "They are shown only now"))
	v.press("main a.primary")
}

// beside opens a second window of the same person.
func (v *visitor) beside(path string) *visitor {
	ctx, stop := chromedp.NewContext(v.ctx)
	v.Cleanup(stop)
	w := &visitor{journey: v.journey, who: v.who, ctx: ctx}
	w.begin()
	w.open(path)
	return w
}

// begin opens the window. The first thing done with it binds its life to the context it is done with, so that one has no time limit.
func (v *visitor) begin() {
	v.Helper()
	if err := chromedp.Do(v.ctx); err != nil {
		v.Fatalf("could not open a window: %v", err)
	}
	v.do(chromedp.EmulateViewport(wide, 900))
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.stuck("%v", err)
	}
}

// evaluated is what an expression gives in the page.
func evaluated[T any](v *visitor, expression string, args ...any) T {
	v.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	for i, a := range args {
		args[i] = fmt.Sprintf("%q", a)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[T](fmt.Sprintf(expression, args...)))
	if err != nil {
		v.stuck("%s: %v", fmt.Sprintf(expression, args...), err)
	}
	return found
}

// stuck ends the test with what the person sees.
func (v *visitor) stuck(format string, args ...any) {
	v.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	path, _ := chromedp.Run(ctx, chromedp.Location())
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string]("document.querySelector('main')?.innerText ?? document.body.innerText"))
	if dir := os.Getenv("LOOK"); dir != "" {
		png, _ := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		_ = os.WriteFile(filepath.Join(dir, "stuck-"+v.lang+".png"), png, 0o644)
	}
	v.Fatalf("%s at %s: %s\nThe page says:\n%s", v.who, path, fmt.Sprintf(format, args...), text)
}

// open goes to a path of the hub, or to a whole address.
func (v *visitor) open(path string) {
	v.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.at.base + path
	}
	v.do(chromedp.Navigate(path))
}

// path is where the visitor is.
func (v *visitor) path() string { return evaluated[string](v, "location.pathname") }

func (v *visitor) text(css string) string {
	return evaluated[string](v, "document.querySelector(%s).textContent", css)
}

func (v *visitor) count(css string) int {
	return evaluated[int](v, "document.querySelectorAll(%s).length", css)
}

func (v *visitor) attribute(css, name string) string {
	return evaluated[string](v, "document.querySelector(%s).getAttribute(%s)", css, name)
}

// sees wants every text in the page as it is shown.
func (v *visitor) sees(texts ...string) {
	v.Helper()
	shown := evaluated[string](v, "document.body.innerText")
	for _, want := range texts {
		if !strings.Contains(shown, want) {
			v.stuck("does not see %q", want)
		}
	}
}

// misses wants none of the texts anywhere in the page, shown or not.
func (v *visitor) misses(texts ...string) {
	v.Helper()
	all := evaluated[string](v, "document.documentElement.outerHTML")
	for _, no := range texts {
		if strings.Contains(all, no) {
			v.stuck("should not find %q", no)
		}
	}
}

func (v *visitor) has(css string) {
	v.Helper()
	if v.count(css) == 0 {
		v.stuck("does not find %s", css)
	}
}

// until waits for something that comes about. A page that listens shows it by itself; one that does not is loaded again, as people would.
func (v *visitor) until(css string) {
	v.Helper()
	listens := v.count("#feed") > 0
	for end := time.Now().Add(patience); v.count(css) == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			v.stuck("waited in vain for %s", css)
		}
		if !listens {
			v.do(chromedp.Reload())
		}
	}
}

// unfold opens what an element is folded away in, by the line that people press.
func (v *visitor) unfold(css string) {
	v.Helper()
	v.has(css)
	evaluated[bool](v, "(() => { for (let d = document.querySelector(%s).closest('details'); d; d = d.parentElement.closest('details')) if (!d.open) d.querySelector('summary').click(); return true })()", css)
}

func (v *visitor) fill(css, text string) {
	v.Helper()
	v.has(css)
	evaluated[string](v, "document.querySelector(%s).value = %s", css, text)
}

func (v *visitor) tick(css string) {
	v.Helper()
	v.has(css)
	v.do(chromedp.Click(chromedp.CSS(css)))
}

// choose picks the option with that value in whichever of the lists has it.
func (v *visitor) choose(css, value string) {
	v.Helper()
	if !evaluated[bool](v, "(() => { for (const s of document.querySelectorAll(%s)) for (const o of s.options) if (o.value === %s) { s.value = o.value; return true } return false })()", css, value) {
		v.stuck("cannot choose %s", value)
	}
}

// press clicks what leads to another page, and waits for that.
func (v *visitor) press(css string) {
	v.Helper()
	v.has(css)
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(css))); err != nil {
		v.stuck("cannot press %s: %v", css, err)
	}
}

// post sends a form again that is not on the page any more.
func (v *visitor) post(action string) {
	v.Helper()
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	send := fmt.Sprintf("(() => { const f = document.createElement('form'); f.method = 'post'; f.action = %q; document.body.append(f); f.submit() })()", action)
	if _, err := chromedp.RunResponse(ctx, chromedp.Action[chromedp.Void](func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](send)(ctx, t)
		return chromedp.Void{}, err
	})); err != nil {
		v.stuck("cannot send to %s: %v", action, err)
	}
}

// sign chooses a key file; the page signs with it, and sends only the signature.
func (v *visitor) sign(file string) {
	v.Helper()
	v.has("#keyfile")
	v.do(chromedp.SetUploadFiles(chromedp.CSS("#keyfile"), []string{file}))
	v.press("#sign button")
}

const (
	wide   = 1280
	narrow = 360
)

// picture keeps what the visitor sees, on a screen, on a phone, in the dark and on paper. Without LOOK it only measures: no page is wider than a phone.
func (v *visitor) picture(name string) {
	v.Helper()
	v.do(chromedp.EmulateViewport(narrow, 900))
	if w := evaluated[int](v, "document.documentElement.scrollWidth"); w > narrow {
		v.Errorf("%s is %d px wide in a window of %d", v.path(), w, narrow)
	}
	if dir := os.Getenv("LOOK"); dir != "" {
		base := filepath.Join(dir, v.lang+"-"+name)
		v.shot(base + "-360.png")
		v.do(chromedp.EmulateViewport(wide, 900))
		v.shot(base + "-1280.png")
		v.scheme("dark")
		v.shot(base + "-dark.png")
		v.scheme("light")
		v.paper(base + ".pdf")
	}
	v.do(chromedp.EmulateViewport(wide, 900))
}

func (v *visitor) shot(file string) {
	ctx, stop := context.WithTimeout(v.ctx, patience)
	defer stop()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		v.Errorf("%s: %v", file, err)
	}
}

func (v *visitor) scheme(value string) {
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}}
	if _, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, media); err != nil {
		v.Error(err)
	}
}

func (v *visitor) paper(file string) {
	yes := true
	sheet, err := chromedp.Call(v.ctx, cdpage.PrintToPDF, cdpage.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
	if err == nil {
		err = os.WriteFile(file, sheet.Data, 0o644)
	}
	if err != nil {
		v.Errorf("%s: %v", file, err)
	}
}
