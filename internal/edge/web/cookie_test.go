package web

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Under TLS the session's cookie can be set by no other host and no other path, goes over nothing but TLS, and a planted one is replaced at sign-in; one
// without the prefix is nobody's (RFC 6265bis, section 4.1.3.2).
func TestSessionCookieUnderTLS(t *testing.T) {
	door := New(Deps{TLS: true, House: &house{}, Door: doorman{house: &house{}}, Log: slog.New(slog.DiscardHandler), Origins: func() []string { return []string{"https://hub.example"} }})
	ask := func(method, path, body string, cookies ...*http.Cookie) *http.Response {
		r := httptest.NewRequest(method, "https://hub.example"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		return w.Result()
	}
	a := ask("POST", "/login", "id=anna&password=correct+horse+battery", &http.Cookie{Name: "__Host-session", Value: "planted"})
	var session *http.Cookie
	for _, c := range a.Cookies() {
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(c.Name, "__Host-") {
			t.Errorf("the cookie is %s", c)
		}
		if c.Name == "__Host-session" {
			session = c
		}
	}
	if session == nil || session.Value == "planted" {
		t.Fatalf("%d, and the session is %v", a.StatusCode, session)
	}
	if a := ask("GET", "/account", "", session); a.StatusCode != http.StatusOK {
		t.Errorf("with the session: %d", a.StatusCode)
	}
	for _, planted := range []*http.Cookie{{Name: "session", Value: session.Value}, {Name: "__Host-session", Value: "planted"}} {
		if a := ask("GET", "/account", "", planted); a.StatusCode == http.StatusOK {
			t.Errorf("%s lets somebody in", planted)
		}
	}
}
