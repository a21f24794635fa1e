package hub

import (
	"bytes"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/restore"
)

// canary marks what only a private part may hold.
const canary = "canary-"

// For every kind of the codec table, of today and to come: what stands in the private part stands nowhere else.
func TestPrivatePartsStayApart(t *testing.T) {
	seen := 0
	for name, k := range kinds {
		e := filled(t, k)
		v := reflect.New(reflect.TypeOf(e)).Elem()
		v.Set(reflect.ValueOf(e))
		p, ok := v.Addr().Interface().(withPrivate)
		if !ok {
			continue
		}
		seen++
		mark(reflect.ValueOf(p.PrivatePart()).Elem())
		body, private, err := k.encode(v.Interface().(Event))
		if err != nil || bytes.Contains(body, []byte(canary)) || !bytes.Contains(private, []byte(canary)) {
			t.Errorf("%s: body %s, private %s, %v", name, body, private, err)
		}
	}
	if seen == 0 {
		t.Error("no kind has a private part: look where they are now")
	}
}

// mark puts the canary into every string.
func mark(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(canary + "x")
	case reflect.Struct:
		for n := range v.NumField() {
			mark(v.Field(n))
		}
	case reflect.Slice:
		for n := range v.Len() {
			mark(v.Index(n))
		}
	}
}

// marked are commands with a canary wherever a person writes about persons; of a new one a line is added here, or the last check below asks for it.
func marked(n int) []Command {
	text := fmt.Sprintf("%s%d called", canary, n)
	cells := []cell.ID{"WEB@alpha"}
	return []Command{
		access.AddUser{ID: fmt.Sprintf("u%d", n), RealName: text, Roles: []access.Role{access.Lead}},
		access.AddUser{ID: "bad id", RealName: text, Roles: []access.Role{access.Lead}},
		access.Join{ID: "invited", RealName: text},
		incident.Open{Title: "t"},
		incident.Log{Incident: "inc-1", Text: text}, incident.Log{Incident: "inc-9", Text: text}, incident.Log{Incident: "inc-1", Text: text + "\x00"},
		incident.Close{Incident: "inc-1", Summary: text, OpenPoints: []string{text}}, incident.Close{Incident: "inc-9", Summary: text},
		cell.Change{Cells: cells, Mode: cell.Off, Cause: cell.Precaution, Reason: text}, cell.Change{Cells: cells, Mode: "no such", Reason: text},
		contain.Propose{Incident: "inc-1", Host: catalogue.Ref(webHost), Reason: text}, contain.Propose{Incident: "inc-1", Host: "host:none", Reason: text},
		contain.Withdraw{ID: "m-1", Reason: text}, contain.Open{ID: "m-1", Reason: text},
		restore.Deny{Plan: "p-1", Step: "release", Reason: text},
	}
}

// No private string ever appears in a record, in the words of a refusal (which are logged, and answered to others), or in a log line.
func TestNoPrivateStringGetsOut(t *testing.T) {
	var lines bytes.Buffer
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.NewTextHandler(&lines, nil)))
	written := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		p := ready(t)
		p.as("user:anna", incident.Open{Title: "t"})
		p.as("user:anna", access.Invite{ID: "invited", Roles: []access.Role{access.Lead}})
		var out strings.Builder // everything that leaves the house but private parts
		for n := range rapid.IntRange(5, 40).Draw(rt, "steps") {
			c := rapid.SampledFrom(marked(n)).Draw(rt, "command")
			by := rapid.SampledFrom([]access.Actor{"user:anna", access.ByConsole, "user:kim", ""}).Draw(rt, "by")
			_, err := p.Do(t.Context(), Request{Actor: by, Command: c})
			fmt.Fprintln(&out, err)
		}
		for e, err := range p.Hub.Log().Entries(t.Context(), 1, p.Hub.Log().Next()-1) {
			if err != nil {
				rt.Fatal(err)
			}
			out.Write(e.Raw)
			if bytes.Contains(e.Salted, []byte(canary)) {
				written[e.Kind] = true
			}
		}
		if i := strings.Index(out.String(), canary); i >= 0 {
			rt.Fatalf("a private string got out: …%s", out.String()[max(0, i-300):min(out.Len(), i+30)])
		}
	})
	if bytes.Contains(lines.Bytes(), []byte(canary)) {
		t.Errorf("a private string was logged: %s", lines.Bytes())
	}
	if len(written) < 5 {
		t.Errorf("the canary was put into private parts of %v only", written)
	}
}
