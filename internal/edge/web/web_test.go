package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/restore"
)

// visit asks for a page as somebody, "" for nobody.
func visit(t *testing.T, h *house, who, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	return deliver(h, who, r, header...)
}

// submit sends a form as somebody, as a browser would from the site itself.
func submit(t *testing.T, h *house, who, path string, form url.Values, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return deliver(h, who, r, header...)
}

func deliver(h *house, who string, r *http.Request, header ...string) *http.Response {
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: who})
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.handler().ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestEveryPageSpeaksBothLanguages(t *testing.T) {
	for _, s := range shots {
		for lang, other := range map[string]string{german: "Zum Inhalt", english: "Skip to content"} {
			r := visit(t, s.house, s.who, s.path, "Accept-Language", lang)
			body := text(t, r)
			if want := `<html lang="` + lang + `">`; !strings.Contains(body, want) || !strings.Contains(body, other) {
				t.Errorf("%s in %s: %d, no %q or %q", s.path, lang, r.StatusCode, want, other)
			}
			if strings.Contains(body, "%!") {
				t.Errorf("%s in %s: a phrase is filled in wrongly: %s", s.path, lang, around(body, "%!"))
			}
		}
	}
}

func around(body, what string) string {
	i := strings.Index(body, what)
	return body[max(0, i-60):min(len(body), i+60)]
}

func TestNoTextOfAnybodyBecomesMarkup(t *testing.T) {
	for _, s := range shots {
		h := &house{peace: s.house.peace, bare: s.house.bare, evil: `<script>alert("x")</script>' onload='`}
		body := text(t, visit(t, h, s.who, s.path))
		if strings.Contains(body, "<script>alert") || strings.Contains(body, "' onload='") {
			t.Errorf("%s: a text became markup", s.path)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+|hx-on[^=]*)=|<style|<script(?:>|\s[^>]*>[^<])|js:|javascript:`)

func TestPagesCarryNothingThatThePolicyForbids(t *testing.T) {
	for _, s := range shots {
		r := visit(t, s.house, s.who, s.path)
		if got := r.Header.Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: policy %q", s.path, got)
		}
		if found := inline.FindString(text(t, r)); found != "" {
			t.Errorf("%s: inline style or script: %s", s.path, found)
		}
	}
}

func TestBannerIsNeverGreenWhileAnIncidentIsOpen(t *testing.T) {
	for _, path := range []string{"/status", "/c/bkk-ahornwerk", "/board"} {
		body := text(t, visit(t, &optimist, "anna", path))
		banner := body[strings.Index(body, `class="banner`):]
		banner = banner[:strings.Index(banner, "</section>")]
		if strings.Contains(banner, `data-state="operational"`) || strings.Contains(banner, "●") {
			t.Errorf("%s: green while an incident is open: %s", path, banner)
		}
	}
}

// optimist claims that all is well although an incident is open.
var optimist = house{cheerful: true}

func TestPublicPagesNeedNoScript(t *testing.T) {
	for _, path := range []string{"/status"} {
		body := text(t, visit(t, &house{}, "", path))
		if strings.Contains(body, "<script") || strings.Contains(body, "hx-") {
			t.Errorf("%s: uses script", path)
		}
	}
}

func TestDrillAndSimulationStandOnEveryPage(t *testing.T) {
	for _, s := range shots {
		h := &house{peace: s.house.peace, bare: s.house.bare, drill: true}
		body := text(t, visit(t, h, s.who, s.path, "Accept-Language", "de"))
		if !strings.Contains(body, "ÜBUNG") || !strings.Contains(body, "SIMULIERTE AGENTEN") || !strings.Contains(body, "k7Qp-3fWz") || !strings.Contains(body, "unbezeugt") {
			t.Errorf("%s: no mark of the drill, of the simulation, or no journal head", s.path)
		}
	}
}

// A damaged record is said on every page of the house, in its language, with the place and the way out; never to the public.
func TestDamageStandsOnEveryPage(t *testing.T) {
	h := &house{damaged: &hub.Damage{Where: "entries 5 to 8", First: 5, Last: 8}}
	for _, path := range []string{"/board", "/log", "/journal", "/people"} {
		for lang, want := range map[string][]string{
			german:  {"JOURNAL BESCHÄDIGT", "einer der Einträge 5 bis 8", "blackstart journal verify", "blackstart takeover"},
			english: {"RECORD DAMAGED", "one of the entries 5 to 8", "blackstart journal verify", "blackstart takeover"},
		} {
			page := text(t, visit(t, h, "anna", path, "Accept-Language", lang))
			for _, words := range want {
				if !strings.Contains(page, words) {
					t.Errorf("%s in %s does not say %q", path, lang, words)
				}
			}
		}
	}
}

func TestBoardStaysSmall(t *testing.T) {
	r := visit(t, &house{}, "anna", "/board", "Accept-Encoding", "gzip")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(body) > boardBytes {
		t.Errorf("the board with all cells is %d bytes compressed, at most %d", len(body), boardBytes)
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := io.ReadAll(z)
	if cells := bytes.Count(plain, []byte("data-cell=")); cells < 1300 {
		t.Errorf("the fixture has only %d cells", cells)
	}
	t.Logf("%d bytes, %d compressed", len(plain), len(body))
}

func TestContactSeesOnlyTheirOwn(t *testing.T) {
	open := map[string]bool{"/status": true, "/c/bkk-ahornwerk": true, "/setup/good": true, "/invite/good": true, "/people/kurt/held": true, "/login": true, "/account": true, "/account/totp": true, "/again?next=/account": true}
	for _, s := range shots {
		r := visit(t, s.house, "kurt", s.path)
		want := http.StatusNotFound
		if open[s.path] {
			want = http.StatusOK
		}
		if s.path == "/login" {
			want = http.StatusSeeOther // signed in already
		}
		if r.StatusCode != want {
			t.Errorf("%s: %d for a contact, want %d", s.path, r.StatusCode, want)
		}
	}
}

func TestNotYoursLooksLikeNotThere(t *testing.T) {
	key := regexp.MustCompile(`lang=(de|en)|/[a-z0-9/-]+\?lang`)
	yours := key.ReplaceAllString(text(t, visit(t, &house{}, "kurt", "/c/bkk-glasofen")), "")
	gone := key.ReplaceAllString(text(t, visit(t, &house{}, "kurt", "/c/no-such-thing")), "")
	odd := key.ReplaceAllString(text(t, visit(t, &house{}, "kurt", "/no-such-page")), "")
	if yours != gone || gone != odd {
		t.Error("the page for what is not yours differs from that for what does not exist")
	}
}

func TestNobodyIsAskedToSignInAndComesBack(t *testing.T) {
	r := visit(t, &house{}, "", "/order/o-18")
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/login?next=%2Forder%2Fo-18" {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	r = submit(t, &house{}, "", "/login", url.Values{"id": {"anna"}, "password": {"correct horse battery"}, "next": {"/order/o-18"}})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/order/o-18" {
		t.Fatalf("%d to %q", r.StatusCode, r.Header.Get("Location"))
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Value != "anna" {
		t.Errorf("cookie %v", c)
	}
	for _, next := range []string{"//evil.example", `/\evil.example`, "https://evil.example", ""} {
		r = submit(t, &house{}, "", "/login", url.Values{"id": {"anna"}, "password": {"correct horse battery"}, "next": {next}})
		if got := r.Header.Get("Location"); got != "/" {
			t.Errorf("next=%q leads to %q", next, got)
		}
	}
	r = submit(t, &house{}, "", "/login", url.Values{"id": {"anna"}, "password": {"wrong"}}, "Accept-Language", "de")
	if body := text(t, r); r.StatusCode != http.StatusForbidden || !strings.Contains(body, "Name oder Passwort stimmt nicht") || !strings.Contains(body, `value="anna"`) {
		t.Errorf("wrong password: %d", r.StatusCode)
	}
}

func TestFormSentAfterTheSessionEndedKeepsItsText(t *testing.T) {
	h := &house{}
	r := submit(t, h, "", "/log", url.Values{"text": {"x"}})
	if r.StatusCode != http.StatusUnauthorized || len(h.did) > 0 {
		t.Errorf("%d, %d commands", r.StatusCode, len(h.did))
	}
}

func TestFormsBecomeCommands(t *testing.T) {
	for _, c := range []struct {
		path string
		form url.Values
		want hub.Command
		next string
	}{
		{"/incident", url.Values{"title": {" Alarm "}}, incident.Open{Title: "Alarm"}, "/board"},
		{"/log", url.Values{"incident": {"inc-1"}, "text": {"Anruf"}}, incident.Log{Incident: "inc-1", Text: "Anruf"}, "/log?incident=inc-1"},
		{"/incident/inc-1/lead", url.Values{"lead": {"rita"}}, incident.SetLead{Incident: "inc-1", Lead: "user:rita"}, "/log"},
		{"/incident/inc-1/close", url.Values{"summary": {"gut"}, "points": {"a\r\n\r\n b"}}, incident.Close{Incident: "inc-1", Summary: "gut", OpenPoints: []string{"a", "b"}}, "/report/inc-1"},
		{"/impact/propose", url.Values{"incident": {"inc-1"}, "host": {"host:fs-02"}, "reason": {"r"}}, contain.Propose{Incident: "inc-1", Host: "host:fs-02", Reason: "r"}, "/approvals"},
		{"/measure/m-3/open", url.Values{"reason": {"r"}}, contain.Open{ID: "m-3", Reason: "r"}, "/approvals"},
		{"/restore/p-1/clear/grant", url.Values{}, restore.Grant{Plan: "p-1", Step: "clear"}, "/restore"},
		{"/restore/p-1/clear/deny", url.Values{"reason": {"r"}}, restore.Deny{Plan: "p-1", Step: "clear", Reason: "r"}, "/restore"},
	} {
		h := &house{}
		c.form.Set("key", "k1")
		c.form.Set("happened_at", "2026-11-21T14:03")
		r := submit(t, h, "anna", c.path, c.form)
		if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != c.next || len(h.did) != 1 {
			t.Errorf("%s: %d to %q, %d commands", c.path, r.StatusCode, r.Header.Get("Location"), len(h.did))
			continue
		}
		got := h.did[0]
		if !reflect.DeepEqual(got.Command, hub.Command(c.want)) || got.Actor != "user:anna" || got.Key != "web/anna/k1" || !got.HappenedAt.Equal(dayOne) {
			t.Errorf("%s: %#v", c.path, got)
		}
	}
}

func TestApprovalIsReadFromScriptAndFromFile(t *testing.T) {
	for name, approval := range map[string]string{
		"script":   `{"kind":"ed25519","keyid":"SHA256:x","sig":"AAEC"}`,
		"envelope": `{"payloadType":"t","payload":"AAEC","signatures":[],"approvals":[{"kind":"ed25519","keyid":"SHA256:x","sig":"AAEC"}]}`,
	} {
		h := &house{}
		r := submit(t, h, "anna", "/order/o-18/approve", url.Values{"approval": {approval}})
		if r.StatusCode != http.StatusSeeOther || len(h.did) != 1 || h.did[0].Command.Name() != "order.approve" {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
	r := submit(t, &house{}, "anna", "/order/o-18/approve", url.Values{"approval": {"{}"}}, "Accept-Language", "de")
	if body := text(t, r); r.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "Die Freigabe ist nicht lesbar") {
		t.Errorf("an empty approval: %d", r.StatusCode)
	}
}

func TestRefusedFormComesBackWithItsText(t *testing.T) {
	h := &house{refusal: fault.New(fault.Conflict, "incident.closed", "could not change incident inc-1: it was closed")}
	r := submit(t, h, "anna", "/log", url.Values{"incident": {"inc-1"}, "text": {"Zwölf Zeilen Bericht"}}, "Accept-Language", "de")
	if body := text(t, r); r.StatusCode != http.StatusConflict || !strings.Contains(body, "Zwölf Zeilen Bericht") || !strings.Contains(body, "Der Vorfall ist geschlossen") {
		t.Errorf("%d", r.StatusCode)
	}
}

func TestAuditorChangesNothing(t *testing.T) {
	h := &house{}
	if r := submit(t, h, "rita", "/log", url.Values{"text": {"x"}}); r.StatusCode != http.StatusNotFound || len(h.did) > 0 {
		t.Errorf("%d, %d commands", r.StatusCode, len(h.did))
	}
	if body := text(t, visit(t, h, "rita", "/log")); strings.Contains(body, `action="/log"`) {
		t.Error("an auditor is shown a form that is refused")
	}
}

func TestFragmentIsPartOfThePage(t *testing.T) {
	whole := text(t, visit(t, &house{}, "anna", "/approvals"))
	part := text(t, visit(t, &house{}, "anna", "/approvals", "HX-Request", "true"))
	if !strings.HasPrefix(part, `<div id="live"`) || !strings.Contains(whole, part) {
		t.Error("the fragment is not what the page shows")
	}
}

func TestNewsSaysOnlyThatTheRecordMovedOn(t *testing.T) {
	server := httptest.NewServer((&house{}).handler())
	defer server.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/live?after=7", nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: "anna"})
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	const want = "event: moved\nid: 1204\ndata: 1204\n\n"
	got := make([]byte, len(want))
	if _, err := io.ReadFull(a.Body, got); err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
}

func TestVendoredFilesAreTheOnesNoted(t *testing.T) {
	note, err := os.ReadFile("static/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"htmx.min.js", "hx-sse.min.js"} {
		sum := sha256.Sum256(files[name].body)
		if !strings.Contains(string(note), hex.EncodeToString(sum[:])) {
			t.Errorf("%s: its hash is not in static/README.md", name)
		}
	}
	r := visit(t, &house{}, "", asset("blackstart.css"))
	if r.StatusCode != http.StatusOK || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the style sheet: %d, %s", r.StatusCode, r.Header.Get("Cache-Control"))
	}
}

func TestEveryNextStepHasWords(t *testing.T) {
	for _, k := range []hub.NextKind{hub.NextPeace, hub.NextCatalogue, hub.NextLead, hub.NextCut, hub.NextApprove, hub.NextWait, hub.NextVerify, hub.NextRefused, hub.NextRelease, hub.NextGate, hub.NextStepDue, hub.NextClose} {
		a, ok := nextActs[k]
		if !ok || a.path == nil {
			t.Errorf("no words for %s", k)
			continue
		}
		for _, lang := range []string{german, english} {
			p := &page{lang: lang}
			for _, n := range []int{0, 1, 3} {
				if text := p.nextSentence(hub.NextStep{Kind: k, Ref: "o-1", Name: label("fs-01", ""), Count: n}); text == "" || strings.Contains(text, "%") {
					t.Errorf("%s in %s: %q", k, lang, text)
				}
			}
		}
	}
}

func BenchmarkBoard(b *testing.B) {
	h := &house{}
	v, _ := h.Board(context.Background(), hub.BoardFilter{})
	r := httptest.NewRequest("GET", "/board", nil)
	s := &server{}
	s.deps.House = h
	p := s.newPage(r)
	p.frame, p.in = v.Frame, true
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := boardPage(p, v).Render(context.Background(), &out); err != nil {
			b.Fatal(err)
		}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(out.Bytes()) // into memory
	_ = z.Close()
	b.ReportMetric(float64(packed.Len())/1000, "gzip-KB")
}

// The public page costs a few bytes while nothing changed, for strangers only: a signed-in person's page is nobody else's.
func TestStatusIsNotSentTwice(t *testing.T) {
	h := &house{}
	first := visit(t, h, "", "/status")
	tag := first.Header.Get("ETag")
	if tag == "" || first.StatusCode != http.StatusOK {
		t.Fatalf("status %d with tag %q", first.StatusCode, tag)
	}
	again := visit(t, h, "", "/status", "If-None-Match", `"other", `+tag)
	if again.StatusCode != http.StatusNotModified || text(t, again) != "" || again.Header.Get("Vary") != first.Header.Get("Vary") {
		t.Errorf("the same page again: %d, Vary %q", again.StatusCode, again.Header.Get("Vary"))
	}
	if other := visit(t, h, "", "/status?lang=en", "If-None-Match", tag); other.StatusCode != http.StatusOK {
		t.Errorf("in the other language: %d", other.StatusCode)
	}
	if own := visit(t, h, "anna", "/status", "If-None-Match", tag); own.StatusCode != http.StatusOK || own.Header.Get("ETag") != "" || own.Header.Get("Cache-Control") != "" {
		t.Errorf("for somebody signed in: %d, %v", own.StatusCode, own.Header)
	}
	if strings.Contains(text(t, first), "<script") {
		t.Error("the public page needs a script")
	}
}
