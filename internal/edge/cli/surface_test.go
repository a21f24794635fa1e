package cli

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/edge/web"
	"blackstart/internal/subject/access"
)

// dress is what every answer must carry, whatever answers; "" means that any value will do.
var dress = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "",
	"Cache-Control":                "",
	"Content-Security-Policy":      "",
}

// keepable may be kept by others: they say nothing about whoever asked.
var keepable = []string{"/status", "/static/"}

// checkDress says what an answer lacks.
func checkDress(t *testing.T, what, path string, in bool, h http.Header) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(dress)) {
		if got := h.Get(name); got == "" || dress[name] != "" && got != dress[name] || len(h.Values(name)) != 1 {
			t.Errorf("%s: %s is %q", what, name, h.Values(name))
		}
	}
	for _, part := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action"} {
		if !strings.Contains(h.Get("Content-Security-Policy"), part) {
			t.Errorf("%s: the policy has no %s", what, part)
		}
	}
	if csp := h.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
		t.Errorf("%s: the policy is %s", what, csp)
	}
	kept := slices.ContainsFunc(keepable, func(p string) bool { return strings.HasPrefix(path, p) })
	if got := h.Get("Cache-Control"); got != "no-store" && (!kept || in && path == "/status") {
		t.Errorf("%s: may be kept: %s", what, got)
	}
	for _, feature := range []string{"publickey-credentials-get=(self)", "publickey-credentials-create=(self)", "camera=()", "microphone=()", "geolocation=()", "usb=()", "payment=()"} {
		if !strings.Contains(h.Get("Permissions-Policy"), feature) {
			t.Errorf("%s: the permissions lack %s", what, feature)
		}
	}
	if strings.Contains(h.Get("Permissions-Policy"), "*") || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		t.Errorf("%s: says too much", what)
	}
}

// Every route by every method, asked by nobody and by the lead; then what is no route at all: each answer carries every header, and none is a
// failure of ours.
func TestEveryAnswerCarriesItsHeaders(t *testing.T) {
	m := manTheHouse(t)
	paths := []web.Route{
		{At: "GET /no/such/page"}, {At: "GET //status"}, {At: "GET /status/"}, {At: "GET /../status"}, {At: "GET /static/../web.go"}, {At: "GET /static/%2e%2e%2fweb.go"},
		{At: "GET /api/v1/nothing"}, {At: "GET /api/v1//head"}, {At: "GET /api/v1/openapi.json"}, {At: "GET /agent/v1/nothing"}, {At: "GET /healthz/"}, {At: "GET /c/%00"}, {At: "GET /journal/-1"},
	}
	seen := map[int]int{}
	for _, row := range append(paths, routes()...) {
		_, pattern, _ := strings.Cut(row.At, " ")
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			for _, c := range []caller{{}, {role: access.Lead}, {role: access.Lead, token: true}} {
				if method == "POST" && pattern == "/login" && c.role != "" {
					continue // it costs a password's time each
				}
				w := httptest.NewRecorder()
				m.doors.ServeHTTP(w, m.request(c, method, pattern, ownCustomer))
				seen[w.Code]++
				checkDress(t, method+" "+pattern+" as "+c.String(), pattern, c.counts(row.At), w.Result().Header)
				if w.Code >= http.StatusInternalServerError {
					t.Errorf("%s %s as %s: %d", method, pattern, c, w.Code)
				}
			}
		}
	}
	t.Logf("answers by status: %v", seen)
	for _, code := range []int{200, 303, 401, 404, 405, 422} {
		if seen[code] == 0 {
			t.Errorf("no answer with %d was among them", code)
		}
	}
}

// What changes something is refused when another site sends it, at every door, before anybody looks at it.
func TestOtherSitesChangeNothing(t *testing.T) {
	m := manTheHouse(t)
	before := m.hub.Log().Next()
	for _, row := range routes() {
		method, pattern, _ := strings.Cut(row.At, " ")
		if method == http.MethodGet {
			continue
		}
		for name, trick := range map[string]func(r *http.Request){
			"cross-site":    func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
			"same-site":     func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
			"old browser":   func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "http://evil.example") },
			"null origin":   func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") },
			"another port":  func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "http://127.0.0.1:81") },
			"another name":  func(r *http.Request) { r.Host = "rebound.example" },
			"override form": func(r *http.Request) { r.Method = http.MethodGet; r.Header.Set("X-HTTP-Method-Override", method) },
		} {
			for _, c := range []caller{{role: access.Lead}, {role: access.Lead, token: true}} {
				r := m.request(c, method, pattern, ownCustomer)
				trick(r)
				w := httptest.NewRecorder()
				m.doors.ServeHTTP(w, r)
				if refused := w.Code == http.StatusForbidden || w.Code == http.StatusMisdirectedRequest; !refused && r.Method != http.MethodGet {
					t.Errorf("%s as %s by %s: %d", row.At, c, name, w.Code)
				}
			}
		}
	}
	if after := m.hub.Log().Next(); after != before {
		t.Errorf("%d entries were written", after-before)
	}
}
