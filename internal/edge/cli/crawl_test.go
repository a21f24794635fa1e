package cli

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/statuspage"
)

const (
	pagesPerShape = 5   // pages of one shape (/cell/…, /journal/…) that a crawl visits: the 1,400 cells are drawn by one template
	pagesPerCrawl = 300 // far more than there are shapes
)

// walker visits every page that can be reached by links and by forms that only ask, as one caller, and shows each answer to see.
type walker struct {
	doors  http.Handler
	dress  func(r *http.Request)
	see    func(path string, a *http.Response, body string)
	known  map[string]bool
	shapes map[string]int
	queue  []string
}

func (w *walker) walk(from ...string) {
	w.known, w.shapes = map[string]bool{}, map[string]int{}
	for _, path := range from {
		w.offer(path)
	}
	for n := 0; len(w.queue) > 0 && n < pagesPerCrawl; n++ {
		path := w.queue[0]
		w.queue = w.queue[1:]
		r := httptest.NewRequest("GET", "http://127.0.0.1"+path, nil)
		w.dress(r)
		rec := httptest.NewRecorder()
		w.doors.ServeHTTP(rec, r)
		a := rec.Result()
		body := content(a)
		w.see(path, a, body)
		if next := a.Header.Get("Location"); next != "" {
			w.offer(next)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			w.links(path, body)
		}
	}
}

// offer adds an address of ours, unless enough of its shape were seen.
func (w *walker) offer(path string) {
	u, err := url.Parse(path)
	if err == nil {
		u.Fragment = "" // it stays in the browser
		path = u.String()
	}
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/live") || w.known[path] {
		return
	}
	shape, _, _ := strings.Cut(u.Path[1:], "/")
	for key := range u.Query() {
		shape += "?" + key
	}
	if w.known[path] = true; w.shapes[shape] < pagesPerShape {
		w.shapes[shape]++
		w.queue = append(w.queue, path)
	}
}

// links finds what a page leads to: links, files, and forms that ask, with each value that a list in them offers.
func (w *walker) links(page, body string) {
	form, field := "", ""
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		t := z.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		at := map[string]string{}
		for _, a := range t.Attr {
			at[a.Key] = a.Val
		}
		switch {
		case t.Data == "form":
			if form = ""; !strings.EqualFold(at["method"], "post") {
				form = cmp.Or(at["action"], page)
				w.offer(form)
			}
		case t.Data == "select":
			field = at["name"]
		case t.Data == "option" && form != "":
			w.offer(strings.SplitN(form, "?", 2)[0] + "?" + url.Values{field: {at["value"]}}.Encode())
		}
		for _, key := range []string{"href", "src", "hx-get", "sse-connect"} {
			if at[key] != "" {
				w.offer(at[key])
			}
		}
	}
}

// tenant is a customer of the example.
type tenant struct{ id, name string }

func tenants(t *testing.T) []tenant {
	t.Helper()
	f, err := os.Open("../../../examples/insurers/customers.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []tenant
	for _, r := range rows[1:] {
		if r[2] != "internal" { // the provider's own house is no customer
			all = append(all, tenant{r[0], r[1]})
		}
	}
	return all
}

// crisis is a house in the middle of it: two customers' cells off, a host about to be cut, a log, a public statement, a closed incident before.
func crisis(t *testing.T) *manned {
	m := emptyHouse(t)
	m.adopt()
	ctx := t.Context()
	m.do(ctx, incident.Open{Title: "internal-title of the first"})
	m.do(ctx, incident.Close{Incident: "inc-1", Summary: "internal-summary", OpenPoints: []string{"internal-point"}})
	m.do(ctx, incident.Open{Title: "internal-title"})
	m.do(ctx, incident.Log{Incident: "inc-2", Text: "internal-log about EK Morgenrot"})
	m.arm(someHost(m))
	m.do(ctx, contain.Propose{Incident: "inc-2", Host: someHost(m), Reason: "internal-reason"})
	m.do(ctx, statuspage.Publish{Incident: "inc-2", DE: "public-text", EN: "public-text"})
	for _, who := range []string{ownCustomer, otherCustomer} {
		ids, _, err := m.hub.Chosen(ctx, hub.BoardFilter{Customer: who})
		if err != nil {
			t.Fatal(err)
		}
		m.do(ctx, cell.Change{Cells: ids, Mode: cell.Off, Cause: cell.Precaution, Reason: "internal-cell"})
	}
	return m
}

// arm names two approvers and enrols an agent on the host, so that a proposal leads to an order.
func (m *manned) arm(host catalogue.Ref) {
	m.Helper()
	key := func() seal.Key {
		k, err := seal.Generate("k")
		if err != nil {
			m.Fatal(err)
		}
		return k.Public()
	}
	ctx := m.Context()
	for _, id := range []string{"a-one", "a-two"} {
		if err := m.hub.AddUser(ctx, access.ByConsole, phraseOfCrowd, access.AddUser{ID: id, Roles: []access.Role{access.Approver}}); err != nil {
			m.Fatal(err)
		}
		m.do(ctx, access.EnrolKey{User: id, Public: key().String()})
	}
	token, err := m.hub.OfferEnrolment(ctx, access.ByConsole, order.Host(host))
	if err == nil {
		_, err = m.hub.Do(ctx, hub.Request{Actor: access.AgentActor(host.ID()), Command: order.Enrol{Host: order.Host(host), Key: key(), Token: token}})
	}
	if err != nil {
		m.Fatal(err)
	}
}

// Nobody who does not work here reads another customer's name, id, or a word that was written inside, in any byte of any answer: pages reached by
// links and forms, every route asked directly, the interface for programs, files, errors, headers.
func TestCrawlNamesNobodyElse(t *testing.T) {
	m := crisis(t)
	all := tenants(t)
	if len(all) < 70 {
		t.Fatalf("only %d customers", len(all))
	}
	own := map[string]tenant{}
	some := []tenant{all[0], all[1], all[len(all)/2], all[len(all)-1]}
	if os.Getenv("NIGHTLY") != "" {
		some = all
	}
	for n, c := range some {
		id := fmt.Sprintf("c-%d", n)
		if err := m.hub.AddUser(t.Context(), access.ByConsole, phraseOfCrowd, access.AddUser{ID: id, Roles: []access.Role{access.Contact}, Customer: c.id}); err != nil {
			t.Fatal(err)
		}
		own[id] = c
	}
	seen := map[string]int{}
	for _, o := range m.outsiders(own) {
		look := func(path string, a *http.Response, body string) {
			seen[o.name]++
			o.check(t, all, path, a, body)
		}
		w := walker{doors: m.doors, dress: o.dress, see: look}
		from := []string{"/", "/status", "/status?lang=en", "/login", "/api/v1/head", "/api/v1/catalogue", "/api/v1/openapi.json", "/healthz", "/static/blackstart.css"}
		for _, row := range routes() {
			method, pattern, _ := strings.Cut(row.At, " ")
			for _, about := range []string{cmp.Or(o.own.id, ownCustomer), all[2].id, "inc-2", "u-lead"} {
				r := m.request(caller{}, method, pattern, about)
				o.dress(r)
				rec := httptest.NewRecorder()
				if r.URL.Path == "/login" {
					continue
				}
				m.doors.ServeHTTP(rec, r)
				a := rec.Result()
				body := content(a)
				for _, echo := range []string{r.URL.Path, url.QueryEscape(r.URL.Path)} { // who typed an address may read it again
					body = strings.ReplaceAll(body, echo, "")
					a.Header.Set("Location", strings.ReplaceAll(a.Header.Get("Location"), echo, ""))
				}
				look(row.At+" about "+about, a, body)
			}
		}
		w.walk(from...)
	}
	t.Logf("answers seen: %v", seen)
	for who, n := range seen {
		if n < 100 {
			t.Errorf("%s saw only %d answers", who, n)
		}
	}
}

const phraseOfCrowd = "correct horse battery staple"

// outsider is somebody who does not work here.
type outsider struct {
	name  string
	own   tenant // theirs, if any
	dress func(r *http.Request)
}

// outsiders are everybody whom the table of rights does not let see the board: nobody, contacts, and every role of which that is true.
func (m *manned) outsiders(contacts map[string]tenant) []outsider {
	m.Helper()
	list := []outsider{{name: "nobody", dress: func(*http.Request) {}}}
	add := func(name, user string, own tenant) {
		session := m.enter(m.Context(), user, phraseOfCrowd)
		token, err := m.hub.NewToken(m.Context(), user)
		if err != nil {
			m.Fatal(err)
		}
		list = append(list, outsider{name, own, func(r *http.Request) {
			r.AddCookie(&http.Cookie{Name: "session", Value: session})
			r.Header.Set("Authorization", "Bearer "+token)
		}})
	}
	for id, own := range contacts {
		add("the contact of "+own.id, id, own)
	}
	for _, r := range access.Roles {
		if r != access.Contact && m.hub.May(access.UserActor("u-"+string(r)), "GET /board") != nil {
			add(string(r), "u-"+string(r), tenant{})
		}
	}
	return list
}

// check looks for what is not theirs in every byte of an answer.
func (o outsider) check(t *testing.T, all []tenant, path string, a *http.Response, body string) {
	t.Helper()
	var head strings.Builder
	if err := a.Header.Write(&head); err != nil {
		t.Fatal(err)
	}
	text := strings.ToLower(head.String() + html.UnescapeString(body))
	for _, mine := range []string{o.own.id, o.own.name} {
		if mine != "" {
			text = strings.ReplaceAll(text, strings.ToLower(mine), "")
		}
	}
	for _, other := range all {
		for _, secret := range []string{other.id, other.name} {
			if other != o.own && strings.Contains(text, strings.ToLower(secret)) {
				t.Errorf("%s reads %q at %s: %s", o.name, secret, path, excerpt(text, strings.ToLower(secret)))
			}
		}
	}
	for _, secret := range []string{"internal-", "u-lead", "battery"} {
		if strings.Contains(text, secret) && !strings.HasSuffix(path, "about "+secret) {
			t.Errorf("%s reads %q at %s: %s", o.name, secret, path, excerpt(text, secret))
		}
	}
}

func excerpt(text, what string) string {
	i := strings.Index(text, what)
	return text[max(0, i-80):min(len(text), i+80)]
}

// The crawl is no blind man: whoever works here meets those very names by the same walk.
func TestCrawlSeesWhatIsThere(t *testing.T) {
	m := crisis(t)
	all := tenants(t)
	for _, role := range []access.Role{access.Lead, access.Auditor} {
		met, pages := map[string]bool{}, []string{}
		w := walker{doors: m.doors, dress: func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "session", Value: m.jar[role]}) }, see: func(path string, a *http.Response, body string) {
			pages = append(pages, path)
			for _, c := range all {
				if strings.Contains(body, c.id) {
					met[c.id] = true
				}
			}
			if a.StatusCode >= http.StatusBadRequest {
				t.Errorf("%s: a link leads to %s: %d", role, path, a.StatusCode)
			}
		}}
		w.walk("/")
		if len(met) != len(all) {
			t.Errorf("%s met %d of %d customers on %d pages", role, len(met), len(all), len(pages))
		}
		for _, shape := range []string{"/board", "/c/", "/cell/", "/log", "/impact", "/approvals", "/order/", "/restore", "/journal/", "/people", "/catalogue", "/report/", "/static/"} {
			if !slices.ContainsFunc(pages, func(p string) bool { return strings.HasPrefix(p, shape) }) {
				t.Errorf("%s reached no page %s", role, shape)
			}
		}
	}
}
