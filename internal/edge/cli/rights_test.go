package cli

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"blackstart/internal/edge/web"
	"blackstart/internal/edge/wire"
	"blackstart/internal/hub"
	"blackstart/internal/hub/app"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
)

// manned is a hub over the insurers' catalogue with one person of every role, an incident and a measure, and its doors as one handler.
type manned struct {
	*testing.T
	app   *app.App
	hub   *hub.Hub
	doors http.Handler
	jar   map[access.Role]string // session cookies
	token map[access.Role]string // API tokens
}

const ownCustomer, otherCustomer = "bkk-ahornwerk", "bkk-spindelwerk"

// manTheHouse is a house of the insurers' catalogue in which an incident is open.
func manTheHouse(t *testing.T) *manned {
	t.Helper()
	m := emptyHouse(t)
	m.adopt()
	m.do(t.Context(), incident.Open{Title: "secret title"})
	m.do(t.Context(), access.Give{ID: "u-" + string(access.Guest), Things: []access.Thing{"incident:inc-1"}})
	return m
}

// emptyHouse is a house with nothing but its people.
func emptyHouse(t *testing.T) *manned {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	m := &manned{T: t, jar: map[access.Role]string{}, token: map[access.Role]string{}}
	a, err := app.Start(ctx, app.Config{Data: t.TempDir(), Handler: handler("", slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = a.Wait() })
	m.app, m.hub, m.doors = a, a.Hub, a.Handler()
	for _, r := range access.Roles {
		m.add(ctx, r)
	}
	return m
}

// adopt takes over the insurers' catalogue.
func (m *manned) adopt() {
	m.Helper()
	bundle, err := catalogue.Pack(os.DirFS("../../../examples/insurers"))
	if err == nil {
		_, _, err = m.hub.AdoptCatalogue(m.Context(), access.ByConsole, "", bundle)
	}
	if err != nil {
		m.Fatal(err)
	}
}

func (m *manned) add(ctx context.Context, r access.Role) {
	m.Helper()
	const password = "correct horse battery staple"
	u := access.AddUser{ID: "u-" + string(r), Roles: []access.Role{r}}
	if r == access.Contact {
		u.Customer = ownCustomer
	}
	if r == access.Guest {
		u.Until = time.Now().Add(48 * time.Hour)
	}
	var err error
	if err = m.hub.AddUser(ctx, access.ByConsole, password, u); err == nil {
		m.jar[r] = m.enter(ctx, u.ID, password)
		m.token[r], err = m.hub.NewToken(ctx, u.ID)
	}
	if err != nil {
		m.Fatal(err)
	}
}

// enter signs somebody in, with a code of an authenticator that they were given.
func (m *manned) enter(ctx context.Context, id, password string) string {
	m.Helper()
	address, err := m.hub.GiveTOTP(ctx, id)
	if err != nil {
		m.Fatal(err)
	}
	half, err := m.hub.SignIn(ctx, hub.Caller{}, id, password)
	if err != nil {
		m.Fatal(err)
	}
	in, err := m.hub.Complete(ctx, hub.Caller{}, half.Token, scan(m.T, address).code(m.T))
	if err != nil || in.Stage != hub.StageIn {
		m.Fatalf("%s came only to stage %q: %v", id, in.Stage, err)
	}
	return in.Token
}

func (m *manned) do(ctx context.Context, c hub.Command) {
	m.Helper()
	if _, err := m.hub.Do(ctx, hub.Request{Actor: access.ByConsole, Command: c}); err != nil {
		m.Fatal(err)
	}
}

// caller is who asks, and by what they say so: a browser by its cookie, a program by its token, an agent by its signature.
type caller struct {
	role  access.Role
	token bool
	agent []byte // an exchange that it has signed
}

func (c caller) String() string {
	switch {
	case c.agent != nil:
		return "an agent"
	case c.role == "":
		return "nobody"
	case c.token:
		return "the program of " + string(c.role)
	}
	return string(c.role)
}

// callers are everybody who may come to a door.
func (m *manned) callers() []caller {
	all := []caller{{}, {agent: m.exchange()}}
	for _, r := range access.Roles {
		all = append(all, caller{role: r}, caller{role: r, token: true})
	}
	return all
}

// counts says whether a caller's way of saying who they are is taken at a route: cookies only by pages, tokens only by the interface for programs. So
// no page of another site can make a browser call the interface in its visitor's name.
func (c caller) counts(route string) bool {
	program := strings.Contains(route, " /api/")
	return c.role != "" && c.token == program
}

// request is a request to a route by that caller, about a customer.
func (m *manned) request(c caller, method, pattern, customer string) *http.Request {
	path := strings.NewReplacer("{$}", "", "{id}", customer, "{service}", "S1", "{env}", otherCustomer, "{seq}", "2", "{incident}", "inc-1",
		"{token}", "x", "{file}", "blackstart.css", "{host}", "x", "{plan}", "p-1", "{step}", "s", "{kind}", "passkey").Replace(pattern)
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, bytes.NewReader(c.agent))
	if path == "/live" && method == http.MethodGet && c.counts("GET /live") && m.hub.May(access.UserActor("u-"+string(c.role)), "GET /live") == nil {
		ctx, cancel := context.WithCancel(r.Context())
		cancel() // a stream that nobody listens to ends at once
		r = r.WithContext(ctx)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	switch {
	case c.role != "" && c.token:
		r.Header.Set("Authorization", "Bearer "+m.token[c.role])
	case c.role != "":
		r.AddCookie(&http.Cookie{Name: "session", Value: m.jar[c.role]})
	}
	return r
}

// ask sends a request to a route and gives the answer.
func (m *manned) ask(c caller, route, customer string) *http.Response {
	method, pattern, _ := strings.Cut(route, " ")
	w := httptest.NewRecorder()
	m.doors.ServeHTTP(w, m.request(c, method, pattern, customer))
	return w.Result()
}

// exchange is what an agent sends, signed by a key of its own.
func (m *manned) exchange() []byte {
	key, err := seal.Generate("x")
	if err != nil {
		m.Fatal(err)
	}
	e := seal.Envelope{PayloadType: wire.ExchangeType, Payload: []byte(`{"v":1,"host":"host:x","counter":1,"wait_s":0,"receipts":[],"state":{}}`)}
	e.Sign(key)
	return e.Marshal()
}

// routes are all routes: those of the pages with the forms, those of the table of rights, and those of the commands.
func routes() []web.Route {
	list := web.Routes()
	for _, r := range access.Rights {
		if !strings.Contains(r.What, " ") {
			r.What = "POST /api/v1/do/" + r.What
		}
		if !slices.ContainsFunc(list, func(have web.Route) bool { return have.At == r.What }) {
			list = append(list, web.Route{At: r.What, Right: r.What})
		}
	}
	// Signing out would do what it says, and all that follows would be asked by nobody.
	return slices.DeleteFunc(list, func(r web.Route) bool { return r.At == "POST /logout" })
}

func denied(code int) bool {
	return code == http.StatusNotFound || code == http.StatusUnauthorized || code == http.StatusSeeOther
}

// states are the states of a house in which every door is asked.
var states = map[string]func(m *manned){
	"empty": func(*manned) {},
	"open":  func(m *manned) { m.adopt(); m.do(m.Context(), incident.Open{Title: "secret title"}) },
	"closed": func(m *manned) {
		m.adopt()
		m.do(m.Context(), incident.Open{Title: "secret title"})
		m.do(m.Context(), incident.Close{Incident: "inc-1", Summary: "over"})
	},
}

// Every route × every caller × every state × own or another's customer: whoever the table does not name is turned away as if the thing were not
// there, whoever it names is not, and no door breaks.
func TestRouteByRole(t *testing.T) {
	asked := 0
	for state, bring := range states {
		m := emptyHouse(t)
		bring(m)
		callers := m.callers()
		for _, row := range routes() {
			for _, c := range callers {
				for _, customer := range []string{ownCustomer, otherCustomer} {
					if customer == ownCustomer && !strings.Contains(row.At, "{id}") {
						continue // it is about no customer
					}
					asked++
					m.judge(state, row, c, customer)
				}
			}
		}
	}
	t.Logf("%d requests", asked)
}

func (m *manned) judge(state string, row web.Route, c caller, customer string) {
	m.Helper()
	actor := access.Actor("")
	if c.counts(row.At) {
		actor = access.UserActor("u-" + string(c.role))
	}
	about := access.Of(row.Right, func(wildcard string) string {
		if !strings.Contains(row.At, "{"+wildcard+"}") {
			return ""
		}
		return map[string]string{"id": customer, "incident": "inc-1"}[wildcard]
	})
	may := m.hub.MayWith(actor, row.Right, about) == nil
	code := m.ask(c, row.At, customer).StatusCode
	switch {
	case code >= http.StatusInternalServerError:
		m.Errorf("%s, house %s, as %s: %d", row.At, state, c, code)
	case !may && !denied(code) && row.At != "GET /c/{id}":
		m.Errorf("%s, house %s, as %s: %d, though the table does not name them", row.At, state, c, code)
	case !may && !denied(code):
		m.Errorf("%s of %s, house %s, as %s: %d, though it is not theirs", row.At, customer, state, c, code)
	case may && code == http.StatusUnauthorized, may && code == http.StatusForbidden && row.At != "POST /login" && !strings.Contains(row.At, "/agent/"): // a wrong password and a wrong key are refusals of another kind
		m.Errorf("%s, house %s, as %s: %d, though the table names them", row.At, state, c, code)
	}
}

// A guest gets 404 for everything but the log book that they were given, over every route, and is led nowhere else.
func TestGuestSeesOnlyWhatWasGiven(t *testing.T) {
	m := manTheHouse(t)
	m.do(t.Context(), contain.Propose{Incident: "inc-1", Host: someHost(m), Reason: "a reason"})
	guest := caller{role: access.Guest}
	book := m.ask(guest, "GET /log?incident=inc-1", "")
	body := content(book)
	if book.StatusCode != http.StatusOK || !strings.Contains(body, "secret title") || !strings.Contains(body, `action="/log?incident=inc-1"`) {
		t.Errorf("the given log book: %d", book.StatusCode)
	}
	for _, link := range regexp.MustCompile(`(href|action)="(/[^"]*)"`).FindAllStringSubmatch(body, -1) {
		method := map[string]string{"href": "GET ", "action": "POST "}[link[1]]
		if link[2] == "/logout" {
			continue
		}
		if a := m.ask(guest, method+html.UnescapeString(link[2]), ""); a.StatusCode == http.StatusNotFound || a.StatusCode == http.StatusUnauthorized {
			t.Errorf("the log book leads a guest to %s: %d", link[2], a.StatusCode)
		}
	}
	for _, row := range routes() {
		a := m.ask(caller{role: access.Guest, token: strings.Contains(row.At, " /api/")}, row.At, otherCustomer)
		theirs := slices.ContainsFunc(access.Rights, func(r access.Right) bool { return r.What == row.Right && slices.Contains(r.Who, access.Guest) }) // their own account
		if open := m.hub.May("", row.Right) == nil; !open && !theirs && a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", row.At, a.StatusCode)
		}
		body := content(a)
		for _, secret := range []string{"secret title", "a reason", "u-lead"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s: the answer to a guest holds %q", row.At, secret)
			}
		}
	}
	for _, path := range []string{"/log", "/log?incident=inc-2", "/log?incident="} {
		if a := m.ask(guest, "GET "+path, ""); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, a.StatusCode)
		}
	}
}

// A customer's contact gets 404 for everything of others, over every route, and no answer of any route holds another customer's name.
func TestContactSeesOnlyTheirOwn(t *testing.T) {
	m := manTheHouse(t)
	m.do(t.Context(), contain.Propose{Incident: "inc-1", Host: someHost(m), Reason: "secret reason"})
	if a := m.ask(caller{role: access.Contact}, "GET /c/{id}", ownCustomer); a.StatusCode != http.StatusOK || !strings.Contains(content(a), "Ahornwerk") {
		t.Errorf("own page: %d", a.StatusCode)
	}
	for _, row := range routes() {
		c := caller{role: access.Contact, token: strings.Contains(row.At, " /api/")}
		a := m.ask(c, row.At, otherCustomer)
		if open := m.hub.May("", row.Right) == nil || m.hub.May(access.UserActor("u-contact"), row.Right) == nil; !open && a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", row.At, a.StatusCode)
		}
		body := strings.ToLower(content(a))
		for _, secret := range []string{"spindelwerk", otherCustomer, "secret title", "secret reason", "u-lead"} {
			if strings.Contains(body, secret) && a.StatusCode != http.StatusNotFound { // a page that says "not found" may repeat the address that was typed
				t.Errorf("%s tells a contact of %s about %q", row.At, ownCustomer, secret)
			}
		}
	}
}

func content(a *http.Response) string {
	body, _ := io.ReadAll(a.Body)
	return string(body)
}

// someHost is a host of the catalogue.
func someHost(m *manned) catalogue.Ref {
	v, err := m.hub.ImpactOf(m.Context(), nil)
	if err != nil || len(v.Hosts) == 0 {
		m.Fatalf("no hosts: %v", err)
	}
	ref := v.Hosts[0].ID
	if !strings.HasPrefix(ref, "host:") {
		ref = "host:" + ref
	}
	return catalogue.Ref(ref)
}

// Every route that the doors know stands in the table, and every route of the table is behind a door: the lead finds no row that leads nowhere.
func TestEveryRowLeadsSomewhere(t *testing.T) {
	m := manTheHouse(t)
	for _, row := range access.Rights {
		if !strings.Contains(row.What, " ") || !slices.Contains(row.Who, access.Lead) {
			continue
		}
		a := m.ask(caller{role: access.Lead, token: strings.Contains(row.What, " /api/")}, row.What, ownCustomer)
		if code := a.StatusCode; code == http.StatusNotFound && !strings.Contains(row.What, "{") || code == http.StatusMethodNotAllowed {
			t.Errorf("%s leads nowhere: %d %.80s", row.What, code, content(a))
		}
	}
}
