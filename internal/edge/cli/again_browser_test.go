//go:build linux

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/store/sqlite"
)

// Anna, in a browser: in by password and code; the hub is started again with her proof six minutes old; she invites a colleague, is asked who she is,
// and after a slip of the finger the invitation is made with what she had typed. The colleague comes in by the link and adds a second factor. Then
// forensics for two days, this time without being asked.
func TestGraveActsAskAgainInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a browser takes its time")
	}
	if _, err := os.Stat(chromium); err != nil {
		t.Skipf("NOT TESTED: no Chromium at %s", chromium)
	}
	dir := t.TempDir()
	data, seed := filepath.Join(dir, "data"), filepath.Join(dir, "anna.totp")
	offline := shell{t, nil}
	offline.run(fault.ExitOK, "user", "--data", data, "add", "anna", "--role", "lead", "--role", "admin", "--real-name", "Anna Berger", "--password-file", "-", "--totp-out", seed)
	token := strings.TrimSpace(offline.run(fault.ExitOK, "user", "--data", data, "token", "anna"))
	address, err := os.ReadFile(seed)
	if err != nil {
		t.Fatal(err)
	}
	phone := scan(t, string(address))
	found, _, stop := stoppable(t, `serving\s+(\S+)\n`, "--data", data, "--listen", "127.0.0.1:0")
	j := &journey{T: t, lang: "en", at: served{base: found[1]}}
	shell{t, []string{"--hub", j.at.base, "--token", token}}.run(fault.ExitOK, "incident", "open", "eAU is rejected")

	anna := j.visitor("anna")
	anna.open("/login")
	anna.clockTold()
	anna.fill("input[name=id]", "anna")
	anna.fill("input[name=password]", phraseOfAll)
	anna.press("main form button.primary")
	anna.sees("Second step")
	anna.fill("input[name=code]", phone.code(t))
	anna.press("main form button.primary")
	anna.sees("Anna Berger", "What now")

	anna.do(chromedp.Navigate("about:blank")) // what listens for news would bring the session's time of use up while the hub stops
	stop()
	aged(t, data, 6*time.Minute)
	found, _ = serving(t, `serving\s+(\S+)\n`, "--data", data, "--listen", "127.0.0.1:0")
	j.at.base = found[1]

	anna.invites("ben", "it", "", "")
	anna.sees("Is it you?", "What you entered is kept")
	anna.misses(`value="ben"`)
	anna.picture("again")
	anna.fill("input[name=password]", phraseOfAll+", mistyped")
	anna.fill("input[name=code]", "000000")
	anna.press("#again button.primary")
	anna.sees("Is it you?", "What you entered is kept")
	anna.fill("input[name=password]", phraseOfAll)
	anna.fill("input[name=code]", phone.code(t))
	anna.press("#again button.primary")
	anna.sees("Invitation for ben")
	ben := j.accept("ben", "Ben Weber", anna.text("[data-link]"))
	ben.secure()
	ben.open("/board")
	ben.sees("Ben Weber", "What now")

	anna.invites("gast", "guest", time.Now().Add(48*time.Hour).Format("2006-01-02T15:04"), "incident:inc-1")
	anna.sees("Invitation for gast")
	guest := j.accept("gast", "Gustav Gastmann", anna.text("[data-link]"))
	guest.secure()
	guest.has("form.write")
	guest.open("/board")
	guest.sees("This page does not exist")
	anna.open("/people")
	anna.has(`[data-user="user:gast"] .st.d time`)
	anna.sees("Gustav Gastmann", "Account ends")
}

// invites fills in and sends the form of an invitation.
func (v *visitor) invites(id, role, until, given string) {
	v.Helper()
	const form = `form[action="/people"] `
	v.open("/people")
	v.unfold(form)
	v.fill(form+"[name=id]", id)
	v.tick(form + `[name=role][value="` + role + `"]`)
	v.fill(form+"[name=until]", until)
	v.fill(form+"[name=given]", given)
	v.press(form + "button.primary")
}

// clockTold looks at the page of sign-in with the right time, with a clock that is ahead, and with one that is behind; then with the right time again.
func (v *visitor) clockTold() {
	v.Helper()
	if !evaluated[bool](v, "document.getElementById('clock').hidden") {
		v.stuck("the page complains about a clock that is right")
	}
	for shift, want := range map[string]string{"+ 330000": "This computer's clock is 5\u00a0min ", "- 9030000": "This computer's clock is 2\u00a0h 30\u00a0min behind"} {
		script, err := chromedp.Call(v.ctx, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{
			Source: "(() => { const now = Date.now; Date.now = () => now() " + shift + " })()"})
		if err != nil {
			v.Fatal(err)
		}
		v.open("/login")
		v.sees(want)
		v.has("#clock.wrong[role=alert]")
		v.picture("login-clock")
		if _, err := chromedp.Call(v.ctx, cdpage.RemoveScriptToEvaluateOnNewDocument, cdpage.RemoveScriptToEvaluateOnNewDocumentParams(script)); err != nil {
			v.Fatal(err)
		}
	}
	v.open("/login")
}

// aged lets so much time pass for the proofs of all sessions of a hub that is down.
func aged(t *testing.T, data string, by time.Duration) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	sessions, err := store.Secrets(t.Context(), "session/")
	if err != nil || len(sessions) == 0 {
		t.Fatalf("%d sessions, %v", len(sessions), err)
	}
	for _, s := range sessions {
		fields := map[string]any{}
		if err := json.Unmarshal(s.Value, &fields); err != nil {
			t.Fatal(err)
		}
		fields["proved"] = time.Now().Add(-by)
		value, err := json.Marshal(fields)
		if err == nil {
			err = store.PutSecret(t.Context(), s.Name, value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
