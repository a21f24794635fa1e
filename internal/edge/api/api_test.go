package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"blackstart/internal/edge/api"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/subject/access"
)

// caller is a program with a person's token.
type caller struct {
	*testing.T
	doors http.Handler
	token string
}

func newCaller(t *testing.T) caller {
	t.Helper()
	ctx := context.Background()
	h, err := hub.Open(ctx, hub.Options{Store: new(journaltest.Memory)})
	if err != nil {
		t.Fatal(err)
	}
	u := access.AddUser{ID: "anna", Roles: []access.Role{access.Lead, access.Admin}}
	if err := h.AddUser(ctx, access.ByConsole, "correct horse battery staple", u); err != nil {
		t.Fatal(err)
	}
	token, err := h.NewToken(ctx, "anna")
	if err != nil {
		t.Fatal(err)
	}
	return caller{t, api.New(h), token}
}

// call sends a request and gives status and body as JSON.
func (c caller) call(method, path, body string, headers ...string) (int, map[string]any) {
	c.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.token)
	for n := 0; n < len(headers); n += 2 {
		r.Header.Set(headers[n], headers[n+1])
	}
	w := httptest.NewRecorder()
	c.doors.ServeHTTP(w, r)
	data, _ := io.ReadAll(w.Result().Body)
	var answer map[string]any
	if err := json.Unmarshal(data, &answer); err != nil {
		c.Fatalf("%s %s: %d %s", method, path, w.Code, data)
	}
	return w.Code, answer
}

func TestCommand(t *testing.T) {
	c := newCaller(t)
	code, answer := c.call("POST", "/api/v1/do/incident.open", `{"title":"x"}`, "Idempotency-Key", "k1")
	if code != 200 || answer["ids"].([]any)[0] != "inc-1" || answer["repeated"] != false {
		t.Fatalf("%d %v", code, answer)
	}
	code, again := c.call("POST", "/api/v1/do/incident.open", `{"title":"x"}`, "Idempotency-Key", "k1")
	if code != 200 || again["repeated"] != true || again["first"] != answer["first"] || again["ids"].([]any)[0] != "inc-1" {
		t.Errorf("the second time: %d %v", code, again)
	}
}

// Every refusal is an RFC 9457 problem whose title is the code of the fault.
func TestRefusals(t *testing.T) {
	c := newCaller(t)
	stranger := c
	stranger.token = "made-up"
	for name, row := range map[string]struct {
		as         caller
		path, body string
		status     int
		title      string
	}{
		"no token":         {stranger, "incident.open", `{"title":"x"}`, 401, ""},
		"the subject":      {c, "incident.open", `{"title":" "}`, 422, "text.empty"},
		"not there":        {c, "incident.log", `{"incident":"inc-9","text":"x"}`, 404, "incident.unknown"},
		"unknown member":   {c, "incident.open", `{"title":"x","colour":"red"}`, 422, ""},
		"about nothing":    {c, "statuspage.publish", `{"incident":"inc-9","de":"x","en":"x"}`, 404, "statuspage.unknown_incident"},
		"not a person's":   {c, "order.issue", `{}`, 404, ""},
		"no JSON":          {c, "incident.open", `{"title":`, 400, ""},
		"an order by hand": {c, "order.draft", `{}`, 404, ""},
	} {
		t.Run(name, func(t *testing.T) {
			row.as.T = t
			r := httptest.NewRequest("POST", "/api/v1/do/"+row.path, strings.NewReader(row.body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+row.as.token)
			w := httptest.NewRecorder()
			row.as.doors.ServeHTTP(w, r)
			if w.Code != row.status || row.title != "" && !strings.Contains(w.Body.String(), `"title":"`+row.title+`"`) {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, row.status, row.title)
			}
		})
	}
}

// The description is OpenAPI 3.1 and names every command that a person may give, each behind a token.
func TestDescription(t *testing.T) {
	c := newCaller(t)
	code, doc := c.call("GET", "/api/v1/openapi.json", "")
	if code != 200 || !strings.HasPrefix(doc["openapi"].(string), "3.1") {
		t.Fatalf("%d %v", code, doc["openapi"])
	}
	paths := doc["paths"].(map[string]any)
	for _, command := range []string{"incident.open", "contain.propose", "order.approve", "restore.grant", "cell.change", "statuspage.publish"} {
		op, ok := paths["/api/v1/do/"+command].(map[string]any)
		if !ok {
			t.Errorf("%s is not described", command)
			continue
		}
		if security := op["post"].(map[string]any)["security"]; security == nil {
			t.Errorf("%s is described without a token", command)
		}
	}
	for _, command := range []string{"order.issue", "order.draft", "contain.check", "order.trust"} {
		if _, ok := paths["/api/v1/do/"+command]; ok {
			t.Errorf("%s is given by parts of the program only, and is described", command)
		}
	}
}
