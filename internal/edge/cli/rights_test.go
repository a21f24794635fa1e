package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/hub"
	"blackstart/internal/hub/app"
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

func manTheHouse(t *testing.T) *manned {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	m := &manned{T: t, jar: map[access.Role]string{}, token: map[access.Role]string{}}
	a, err := app.Start(ctx, app.Config{Data: t.TempDir(), Handler: handler(false, slog.New(slog.DiscardHandler))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); _ = a.Wait() })
	m.app, m.hub, m.doors = a, a.Hub, a.Handler()
	bundle, err := catalogue.Pack(os.DirFS("../../../examples/insurers"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Hub.AdoptCatalogue(ctx, access.ByConsole, "", bundle); err != nil {
		t.Fatal(err)
	}
	for _, r := range access.Roles {
		m.add(ctx, r)
	}
	m.do(ctx, incident.Open{Title: "secret title"})
	return m
}

func (m *manned) add(ctx context.Context, r access.Role) {
	m.Helper()
	const password = "correct horse battery staple"
	u := access.AddUser{ID: "u-" + string(r), Roles: []access.Role{r}}
	if r == access.Contact {
		u.Customer = ownCustomer
	}
	var err error
	if err = m.hub.AddUser(ctx, access.ByConsole, password, u); err == nil {
		if m.jar[r], err = m.hub.SignIn(ctx, u.ID, password); err == nil {
			m.token[r], err = m.hub.NewToken(ctx, u.ID)
		}
	}
	if err != nil {
		m.Fatal(err)
	}
}

func (m *manned) do(ctx context.Context, c hub.Command) {
	m.Helper()
	if _, err := m.hub.Do(ctx, hub.Request{Actor: access.ByConsole, Command: c}); err != nil {
		m.Fatal(err)
	}
}

// ask sends a request to a route as a person of that role, "" for nobody, and gives the answer.
func (m *manned) ask(role access.Role, route, customer string) (int, string) {
	method, pattern, _ := strings.Cut(route, " ")
	path := strings.NewReplacer("{$}", "", "{id}", customer, "{service}", "S1", "{env}", otherCustomer, "{seq}", "2", "{incident}", "inc-1",
		"{token}", "x", "{file}", "blackstart.css", "{host}", "x", "{plan}", "p-1", "{step}", "s").Replace(pattern)
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(""))
	ctx, cancel := context.WithCancel(r.Context())
	if path == "/live" && m.hub.May(access.UserActor("u-"+string(role)), route) == nil {
		cancel() // a stream that nobody listens to ends at once
	}
	defer cancel()
	r = r.WithContext(ctx)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if role != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: m.jar[role]})
		r.Header.Set("Authorization", "Bearer "+m.token[role])
	}
	w := httptest.NewRecorder()
	m.doors.ServeHTTP(w, r)
	body, _ := io.ReadAll(w.Result().Body)
	return w.Code, string(body)
}

// route is a route and what the table of rights is asked for it.
type route struct{ at, right string }

// routes are all routes: those of the table of rights, those of the commands, and the forms of the pages, which have the right of their command.
func routes(t *testing.T) []route {
	t.Helper()
	source, err := os.ReadFile("../web/web.go")
	if err != nil {
		t.Fatal(err)
	}
	forms := regexp.MustCompile(`s\.form\("([^"]+)", "([^"]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(forms) == 0 {
		t.Fatal("web.go has no forms any more: read them from where they are now")
	}
	var list []route
	for _, f := range forms {
		list = append(list, route{f[1], f[2]})
	}
	for _, r := range access.Rights {
		switch {
		case r.What == "POST /logout":
			continue // it would do what it says, and all that follows would be asked by nobody
		case !strings.Contains(r.What, " "):
			r.What = "POST /api/v1/do/" + r.What
		}
		list = append(list, route{r.What, r.What})
	}
	return list
}

func denied(code int) bool {
	return code == http.StatusNotFound || code == http.StatusUnauthorized || code == http.StatusSeeOther
}

// Every route × every role: whoever the table does not name is turned away as if the thing were not there, and whoever it names is not.
func TestRouteByRole(t *testing.T) {
	m := manTheHouse(t)
	for _, row := range routes(t) {
		for _, role := range append([]access.Role{""}, access.Roles...) {
			actor := access.Actor("")
			if role != "" {
				actor = access.UserActor("u-" + string(role))
			}
			may := m.hub.May(actor, row.right) == nil
			code, _ := m.ask(role, row.at, otherCustomer)
			if !may && !denied(code) {
				t.Errorf("%s as %q: %d, though the table does not name them", row.at, role, code)
			}
			if may && code == http.StatusForbidden && row.at != "POST /login" { // a wrong password is a refusal of another kind
				t.Errorf("%s as %q: forbidden, though the table names them", row.at, role)
			}
		}
	}
}

// A customer's contact gets 404 for everything of others, over every route, and no answer of any route holds another customer's name.
func TestContactSeesOnlyTheirOwn(t *testing.T) {
	m := manTheHouse(t)
	m.do(t.Context(), contain.Propose{Incident: "inc-1", Host: someHost(m), Reason: "secret reason"})
	if code, body := m.ask(access.Contact, "GET /c/{id}", ownCustomer); code != http.StatusOK || !strings.Contains(body, "Ahornwerk") {
		t.Errorf("own page: %d", code)
	}
	for _, row := range routes(t) {
		code, body := m.ask(access.Contact, row.at, otherCustomer)
		if open := m.hub.May("", row.right) == nil; !open && code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", row.at, code)
		}
		for _, secret := range []string{"Spindelwerk", otherCustomer, "secret title", "secret reason", "u-lead"} {
			if strings.Contains(strings.ToLower(body), strings.ToLower(secret)) && code != http.StatusNotFound { // a page that says "not found" may repeat the address that was typed
				t.Errorf("%s tells a contact of %s about %q", row.at, ownCustomer, secret)
			}
		}
	}
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
		if code, body := m.ask(access.Lead, row.What, ownCustomer); code == http.StatusNotFound && !strings.Contains(row.What, "{") || code == http.StatusMethodNotAllowed {
			t.Errorf("%s leads nowhere: %d %s", row.What, code, fmt.Sprintf("%.80s", body))
		}
	}
}
