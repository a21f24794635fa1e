//go:build linux

package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"blackstart/internal/fault"
)

// authenticatorIn puts a security key with a fingerprint reader into a window.
func (v *visitor) authenticatorIn() webauthn.AuthenticatorID {
	v.Helper()
	if _, err := chromedp.Call(v.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		v.Fatal(err)
	}
	made, err := chromedp.Call(v.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "usb", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		v.Fatal(err)
	}
	return made.AuthenticatorID
}

// Anna, in a browser, at a hub called localhost: a first passkey with recovery codes, a second one on another authenticator, sign-in by passkey and by
// paper, and a session that is ended in one window and over in the other.
func TestAccessInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a browser takes its time")
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Skipf("NOT TESTED: no Chromium at %s", chromium)
	}
	data := filepath.Join(t.TempDir(), "data")
	shell{t, nil}.run(fault.ExitOK, "user", "--data", data, "add", "anna", "--role", "lead", "--real-name", "Anna Berger", "--password-file", "-")
	found, _ := serving(t, `serving\s+(\S+)\n`, "--data", data, "--listen", "127.0.0.1:0")
	j := &journey{T: t, lang: "en", at: served{base: found[1]}}

	anna := j.visitor("anna")
	key := anna.authenticatorIn()
	anna.open("/login")
	anna.fill("input[name=id]", "anna")
	anna.fill("input[name=password]", phraseOfAll)
	anna.press("main form button.primary")
	anna.sees("A password alone is not enough here")
	anna.fill("input[name=label]", "security key")
	anna.clicks("[data-passkey=create]", "[data-code]")
	anna.picture("recovery")
	paper := evaluated[string](anna, "document.querySelectorAll('[data-code]')[4].textContent")
	anna.open("/board")
	anna.sees("Anna Berger", "What now")

	if _, err := chromedp.Call(anna.ctx, webauthn.RemoveVirtualAuthenticator, webauthn.RemoveVirtualAuthenticatorParams{AuthenticatorID: key}); err != nil {
		t.Fatal(err)
	}
	anna.authenticatorIn()
	anna.open("/account")
	anna.fill("input[name=label]", "laptop")
	anna.clicks("[data-passkey=create]", "[data-credential]:nth-of-type(2)")
	anna.sees("security key", "laptop", "works under localhost")
	anna.press("header form.out button")
	anna.open("/login")
	anna.clicks("[data-passkey=get]", "form.out")
	anna.sees("Anna Berger")

	other := j.visitor("anna elsewhere")
	other.open("/login")
	other.fill("input[name=id]", "anna")
	other.fill("input[name=password]", phraseOfAll)
	other.press("main form button.primary")
	other.sees("Second step")
	other.fill("input[name=code]", paper)
	other.press("main form button.primary")
	other.sees("9 codes left")
	anna.open("/account")
	anna.press(`form[action^="/account/session/"] button`)
	other.open("/board")
	other.sees("Sign in")
}

// clicks presses what a script waits for, and waits for what comes of it.
func (v *visitor) clicks(css, then string) {
	v.Helper()
	v.do(chromedp.WaitVisible(chromedp.CSS(css)), chromedp.Click(chromedp.CSS(css)), chromedp.WaitVisible(chromedp.CSS(then)))
}
