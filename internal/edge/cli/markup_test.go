package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/restore"
)

// mark stands in every text of the corpus, so that it is found wherever it ends up.
const mark = "zqxj"

// corpus are texts that try to become more than text. All fit into the shortest field.
var corpus = []string{
	`<script>zqxj</script>`, `<img src=x onerror=zqxj>`, `"><svg onload=zqxj>`, `'><b zqxj>`, `" onmouseover="zqxj`, `' onfocus=zqxj autofocus='`, "` onclick=zqxj",
	`</textarea><b zqxj>`, `</title><script>zqxj</script>`, `</style><b zqxj>`, `</script><b zqxj>`, `<!-- zqxj`, `--><b zqxj>`, `]]><b zqxj>`, `<zqxj`, `</option></select><b zqxj>`,
	`javascript:zqxj`, `JaVaScRiPt:zqxj//`, `data:text/html,<b zqxj>`, `//zqxj.example/`, `{{zqxj}}`, `${zqxj}`, `%[1]s zqxj %!d(MISSING)`, `&lt;b zqxj&gt;`, `&#60;b zqxj&#62;`, `&amp;lt;b zqxj>`,
	`\u003cb zqxj\u003e`, `<b zqxj`, `<iframe srcdoc="zqxj">`, `<base href=//zqxj>`, `<meta http-equiv=refresh content="0;url=//zqxj">`, `<a href=javascript:zqxj>x</a>`, `<form action=//zqxj><input name=zqxj>`,
	`<template zqxj>`, `<math><mi//xlink:href="data:x,zqxj">`, `＜b zqxj＞`, `zqxj` + "\u2028" + `<b zqxj>`, `=HYPERLINK("zqxj")`, `hx-get="/zqxj"`, `<div hx-on:click=zqxj>`,
}

// loaded gives the texts of the corpus one after the other, so that every field gets another in each round.
type loaded struct{ n int }

func (l *loaded) text() string {
	l.n++
	return corpus[l.n%len(corpus)]
}

// hostile is the insurers' catalogue in which every name is a text of the corpus behind the real one.
func (l *loaded) hostile(t *testing.T) fstest.MapFS {
	t.Helper()
	named := regexp.MustCompile(`(?m)^(\s*(?:- )?(?:name|de|en|note|description):) ([^\[{|>#\n]+)$`)
	files := fstest.MapFS{}
	source := os.DirFS("../../../examples/insurers")
	err := fs.WalkDir(source, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(source, path)
		switch {
		case strings.HasSuffix(path, ".yaml"):
			data = named.ReplaceAllFunc(data, func(line []byte) []byte {
				part := named.FindSubmatch(line)
				text, _ := json.Marshal(strings.Trim(string(part[2]), `"' `) + " " + l.text()) // JSON's strings are YAML's too
				return append(append(part[1], ' '), text...)
			})
		case strings.HasSuffix(path, "customers.csv"):
			data = l.hostileNames(t, data)
		}
		files[path] = &fstest.MapFile{Data: data, Mode: 0o600}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (l *loaded) hostileNames(t *testing.T, data []byte) []byte {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		row[1] += " " + l.text()
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// meant are members of commands that name something or choose from a list, and a value that is good in the house of the test. Every other string of
// every command is taken for a text and gets the corpus.
func (m *manned) meant() map[string]any {
	cells, _, err := m.hub.Chosen(m.Context(), hub.BoardFilter{Customer: ownCustomer})
	if err != nil {
		m.Fatal(err)
	}
	gate := "s"
	if v, err := m.hub.Restore(m.Context(), ""); err == nil {
		for _, s := range v.Steps {
			if s.Kind == "gate" {
				gate = s.ID
			}
		}
	}
	return map[string]any{
		"incident": "inc-1", "cells": cells, "host": someHost(m), "mode": "off", "cause": "precaution", "condition": "normal", "source": "person", "hold": map[string]any{"by": "incident", "ref": "inc-1"}, "entries": []int{1}, "hubs": []string{"192.0.2.1:443"}, "gate": "forensic",
		"lead": "user:u-lead", "decided": "user:u-lead", "anchor": "first_alert", "moment": time.Now().UTC().Format(time.RFC3339), "user": "u-it", "plan": "p-1", "step": gate, "id": "m-1", "corrects": 0,
	}
}

// schema is as much of a JSON schema as commands need.
type schema struct {
	Ref        string            `json:"$ref"`
	Type       any               `json:"type"`
	Format     string            `json:"format"`
	Encoding   string            `json:"contentEncoding"`
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

// described is the interface's own description, made from the table of commands by reflection.
type described struct {
	Paths map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

// fill makes a value for a schema.
func (d *described) fill(s schema, name string, meant map[string]any, l *loaded) any {
	if ref, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		s = d.Components.Schemas[ref]
	}
	if v, ok := meant[name]; ok {
		return v
	}
	switch kind, _ := s.Type.(string); {
	case len(s.Properties) > 0:
		v := map[string]any{}
		for member, of := range s.Properties {
			if member == "id" && !slices.Contains(s.Required, "id") {
				continue // the house gives it
			}
			if given := d.fill(of, member, meant, l); given != nil {
				v[member] = given
			}
		}
		return v
	case s.Items != nil:
		return []any{d.fill(*s.Items, "", meant, l)}
	case s.Encoding != "":
		return "AAEC"
	case kind == "string" && s.Format == "":
		return l.text()
	}
	return nil
}

// giveAll gives every command of the table once, with texts of the corpus in whatever is a text, by somebody who may, and says which were taken. What
// ends something comes last.
func (m *manned) giveAll(l *loaded) map[string]bool {
	m.Helper()
	var d described
	a := m.ask(caller{role: access.Lead, token: true}, "GET /api/v1/openapi.json", "")
	if err := json.Unmarshal([]byte(content(a)), &d); err != nil {
		m.Fatal(err)
	}
	first := []string{"incident.open", "incident.log", "cell.observe", "cell.change", "cell.place_hold", "contain.propose"}
	last := []string{"contain.withdraw", "cell.release_hold", "incident.close"}
	const door = "/api/v1/do/"
	names := slices.Clone(first)
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		if name, ok := strings.CutPrefix(path, door); ok && name != "restore.adopt" && !slices.Contains(append(first, last...), name) && !strings.HasPrefix(name, "access.remove") {
			names = append(names, name)
		}
	}
	taken := map[string]bool{}
	for _, name := range append(names, last...) {
		if strings.HasPrefix(name, "restore.") {
			m.plan()
		}
		body, err := json.Marshal(d.fill(d.Paths[door+name]["post"].RequestBody.Content["application/json"].Schema, "", m.meant(), l))
		if err != nil {
			m.Fatal(err)
		}
		taken[name] = m.give(name, body)
	}
	return taken
}

// plan adopts a plan back over what is off, once: its steps carry the catalogue's names.
func (m *manned) plan() {
	m.Helper()
	if v, err := m.hub.Restore(m.Context(), ""); err != nil || v.Plan != "" {
		return
	}
	c, err := m.hub.PlanBack(m.Context(), "inc-1", m.hub.Log().Next()-1)
	if err == nil {
		_, err = m.hub.Do(m.Context(), hub.Request{Actor: access.ByConsole, Command: c})
	}
	for worked := true; err == nil && worked; { // up to the gate, where texts are written
		worked = false
		var v hub.RestoreView
		v, err = m.hub.Restore(m.Context(), "")
		for _, s := range v.Steps {
			if s.State == "ready" && s.Kind != "gate" {
				m.do(m.Context(), restore.Start{Plan: restore.ID(v.Plan), Step: restore.StepID(s.ID)})
				m.do(m.Context(), restore.Finish{Plan: restore.ID(v.Plan), Step: restore.StepID(s.ID)})
				worked = true
			}
		}
	}
	if err != nil {
		m.Fatal(err)
	}
}

// give sends a command as the first role that may give it. An answer that quotes it is JSON, and nothing takes it for a page.
func (m *manned) give(name string, body []byte) bool {
	m.Helper()
	for _, role := range access.Roles {
		if m.hub.May(access.UserActor("u-"+string(role)), name) != nil {
			continue
		}
		r := httptest.NewRequest("POST", "http://127.0.0.1/api/v1/do/"+name, bytes.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+m.token[role])
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		m.doors.ServeHTTP(w, r)
		if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "application/") {
			m.Errorf("%s answers as %s", name, kind)
		}
		if w.Code != http.StatusOK {
			m.Logf("%s: %d %.300s\n%.300s", name, w.Code, w.Body, body)
		}
		return w.Code == http.StatusOK
	}
	return false
}

// inert says what in a page is more than text because of a text of ours.
func inert(body string) (wrong string, marks int) {
	inside := ""
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		kind := z.Next()
		raw := string(z.Raw())
		t := z.Token()
		switch kind {
		case html.ErrorToken:
			return wrong, marks
		case html.TextToken:
			if marks += strings.Count(t.Data, mark); strings.Contains(t.Data, mark) && (inside == "script" || inside == "style") {
				wrong = raw
			}
		case html.CommentToken, html.DoctypeToken:
			if strings.Contains(raw, mark) {
				wrong = raw
			}
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			if inside = t.Data; kind == html.EndTagToken {
				inside = ""
			}
			if hot(t) {
				wrong = raw
			}
		}
	}
}

// addresses are attributes that a browser follows; ours are all of this site.
var addresses = []string{"href", "src", "action", "formaction", "xlink:href", "poster", "data", "hx-get", "hx-post", "sse-connect", "cite", "ping"}

// hot says whether a tag does something that a text of ours told it, or that no tag of ours may do.
func hot(t html.Token) bool {
	if strings.Contains(t.Data, mark) || slices.Contains([]string{"iframe", "object", "embed", "base", "template", "math"}, t.Data) {
		return true
	}
	for _, a := range t.Attr {
		switch {
		case strings.Contains(a.Key, mark), strings.HasPrefix(a.Key, "on"), strings.HasPrefix(a.Key, "hx-on"), a.Key == "style", a.Key == "srcdoc":
			return true
		case slices.Contains(addresses, a.Key) && !(strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") || strings.HasPrefix(a.Val, "#") || strings.HasPrefix(a.Val, "?") || a.Val == ""):
			return true
		case a.Key == "content" && strings.Contains(a.Val, mark):
			return true
		}
	}
	return false
}

// The detector sees each text of the corpus that is let through raw, or the test below would prove nothing.
func TestRawMarkupIsFound(t *testing.T) {
	harmless := []string{"javascript:", "JaVaScRiPt:", "data:text", "//zqxj", "{{", "${", "%[1]", "&lt;b", "&#60;", "&amp;", `\u003c`, "＜", "=HYPER", "hx-get=", `" onmouse`, "' onfocus", "` onclick", "<!-- "}
	for _, text := range corpus {
		body := "<p>" + text + "</p>"
		if wrong, _ := inert(body); wrong == "" && !slices.ContainsFunc(harmless, func(p string) bool { return strings.HasPrefix(text, p) }) && !strings.HasPrefix(text, "]]>") {
			t.Errorf("%s goes unseen", text)
		}
	}
	for _, in := range []string{`<a href="javascript:zqxj">`, `<a href="//zqxj.example/">`, `<p class="" onmouseover="zqxj">`, `<script>var a = "zqxj"</script>`, `<a href="data:text/html,zqxj">`, `<!-- zqxj -->`, `<p hx-on:click="zqxj">`} {
		if wrong, _ := inert(in); wrong == "" {
			t.Errorf("%s goes unseen", in)
		}
	}
	if wrong, marks := inert(`<p title="&lt;b zqxj&gt;">&lt;script&gt;zqxj&lt;/script&gt;</p><textarea><b zqxj></textarea>`); wrong != "" || marks != 2 {
		t.Errorf("escaped text is taken for markup: %q, %d", wrong, marks)
	}
}

// No text of anybody's becomes markup: every text field of every command, every name of a catalogue and of a person, on every page that any role
// reaches, with the incident open and closed.
func TestNoTextBecomesMarkup(t *testing.T) {
	m, l := emptyHouse(t), &loaded{}
	bundle, err := catalogue.Pack(l.hostile(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, findings, err := m.hub.AdoptCatalogue(t.Context(), access.ByConsole, "", bundle); err != nil {
		t.Fatal(err, findings)
	}
	m.arm(someHost(m))
	for n, text := range corpus[:6] {
		u := access.AddUser{ID: "h-" + string(rune('a'+n)), RealName: text, Organisation: corpus[len(corpus)-1-n], Roles: []access.Role{access.IT}}
		if err := m.hub.AddUser(t.Context(), access.ByConsole, phraseOfCrowd, u); err != nil {
			t.Fatal(err)
		}
	}
	session := m.enter(t.Context(), "h-c", phraseOfCrowd)
	taken := m.giveAll(l)
	for _, name := range []string{"incident.open", "incident.log", "cell.change", "contain.propose", "contain.withdraw", "restore.deny", "statuspage.publish", "incident.close"} {
		if !taken[name] {
			t.Errorf("%s was not taken with texts of the corpus: tell 'meant' what its members mean", name)
		}
	}
	// A second incident with all of the corpus in its log stays open.
	m.give("incident.open", []byte(`{"title":"<script>zqxj</script>"}`))
	for _, text := range corpus {
		body, _ := json.Marshal(map[string]string{"incident": "inc-2", "text": text})
		if !m.give("incident.log", body) {
			t.Errorf("the log did not take %q", text)
		}
	}
	marks, pages := 0, 0
	look := func(who string) func(string, *http.Response, string) {
		return func(path string, a *http.Response, body string) {
			if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
				return
			}
			wrong, found := inert(body)
			if marks, pages = marks+found, pages+1; wrong != "" {
				t.Errorf("%s at %s: %s", who, path, wrong)
			}
		}
	}
	from := []string{"/", "/status", "/log?incident=inc-1", "/log?incident=inc-2", "/report/inc-1", "/report/inc-2"}
	for _, text := range corpus {
		q := url.QueryEscape(text)
		from = append(from, "/login?next="+q, "/board?customer="+q, "/board?state="+q, "/journal?kind="+q, "/impact?off="+q, "/"+q, "/c/"+q, "/log?incident="+q, "/status?lang="+q, "/?"+q+"=1")
	}
	(&walker{doors: m.doors, dress: func(*http.Request) {}, see: look("nobody")}).walk(from...)
	for _, role := range access.Roles {
		cookie := m.jar[role]
		if role == access.IT {
			cookie = session // whose own name is of the corpus
		}
		(&walker{doors: m.doors, dress: func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "session", Value: cookie}) }, see: look(string(role))}).walk(from...)
	}
	t.Logf("%d marks as text on %d pages; taken: %v", marks, pages, taken)
	if marks < 10_000 || pages < 1000 {
		t.Errorf("only %d marks on %d pages: the texts did not get there", marks, pages)
	}
}
