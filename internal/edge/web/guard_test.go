package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"blackstart/internal/subject/access"
)

// A form is taken as browsers send it from our pages, within its bounds, and never as files.
func TestFormsAreBounded(t *testing.T) {
	many := url.Values{}
	for n := range maxFields {
		many.Add("points", fmt.Sprint(n))
	}
	for name, c := range map[string]struct {
		kind, body string
		ok         bool
	}{
		"plain":          {"application/x-www-form-urlencoded", "incident=inc-1&text=x", true},
		"with a charset": {"application/x-www-form-urlencoded; charset=UTF-8", "incident=inc-1&text=x", true},
		"as many as may": {"application/x-www-form-urlencoded", many.Encode(), true},
		"one more":       {"application/x-www-form-urlencoded", many.Encode() + "&text=x", false},
		"a long field":   {"application/x-www-form-urlencoded", "text=" + strings.Repeat("a", maxField+1), false},
		"a long name":    {"application/x-www-form-urlencoded", strings.Repeat("a", maxFieldName+1) + "=x", false},
		"too large":      {"application/x-www-form-urlencoded", "a=" + strings.Repeat("a", maxForm/2) + "&b=" + strings.Repeat("b", maxForm/2), false},
		"bad escape":     {"application/x-www-form-urlencoded", "text=%zz", false},
		"a file":         {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=text\r\n\r\nx\r\n--x--\r\n", false},
		"JSON":           {"application/json", `{"text":"x"}`, false},
		"plain text":     {"text/plain", "text=x", false},
		"without a type": {"", "text=x", false},
		"nothing at all": {"", "", true},
	} {
		h := &house{}
		r := httptest.NewRequest("POST", "/log", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.kind)
		a := deliver(h, "anna", r)
		if (a.StatusCode != http.StatusUnprocessableEntity) != c.ok || !c.ok && len(h.did) > 0 {
			t.Errorf("%s: %d, %d commands", name, a.StatusCode, len(h.did))
		}
	}
}

// Each person has some streams of news, all together have an end, and who leaves makes room.
func TestListenersAreBounded(t *testing.T) {
	var l listeners
	for n := range maxListeners {
		if !l.enter(access.UserActor(fmt.Sprint(n / maxOwn))) {
			t.Fatalf("listener %d is turned away", n)
		}
	}
	if l.enter("user:late") {
		t.Error("there is no end")
	}
	l.leave(access.UserActor("0"))
	if l.enter(access.UserActor("1")) {
		t.Error("a person has one more than their own")
	}
	if !l.enter("user:late") {
		t.Error("who left made no room")
	}
	h := &house{}
	s := New(Deps{House: h, Door: doorman{house: h}}).(guarded)
	for range maxOwn {
		s.listeners.enter("user:anna")
	}
	r := httptest.NewRequest("GET", "/live", nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: "anna"})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("one stream too many: %d", w.Code)
	}
}
