package web

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/subject/access"
)

var anew = flag.Bool("update", false, "write docs/rights.md anew")

const rightsDocument = "../../../docs/rights.md"

// docs/rights.md is the table of rights as people read it: drawn by asking the real table for a person of every role, never copied.
func TestRightsDocument(t *testing.T) {
	want := rightsText()
	if *anew {
		if err := os.WriteFile(rightsDocument, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile(rightsDocument); string(got) != want {
		t.Error("docs/rights.md is not what the table of rights says: run 'make gen' and commit")
	}
}

// rightsText draws the table.
func rightsText() string {
	var b strings.Builder
	b.WriteString("# Who may do what\n\nGenerated from `internal/subject/access/rights.go` and the routes by `make gen`; do not edit. A route or command without a row does not start, and\n" +
		"a test asks the real doors for every row as every role, with and without a session, over three states of the house.\n\n" +
		"● may · ◐ only for what is theirs or was given to them: their customer, an incident, a report, an order · an empty field: answered as if it did not exist (404; who is not signed in is asked to sign in on pages,\n" +
		"401 on the interface for programs). An agent signs its requests with its key and gets only through its own two doors. Roles combine: rights add up.\n")
	commands := map[string][]string{}
	for _, r := range Routes() {
		if r.At != r.Right {
			commands[r.Right] = append(commands[r.Right], "`"+r.At+"`")
		}
	}
	for _, s := range []struct {
		title string
		has   func(what string) bool
	}{
		{"Pages", func(what string) bool { return strings.Contains(what, " ") && !strings.Contains(what, "/v1/") }},
		{"For programs and agents", func(what string) bool { return strings.Contains(what, "/v1/") }},
		{"Commands", func(what string) bool { return !strings.Contains(what, " ") }},
	} {
		fmt.Fprintf(&b, "\n## %s\n", s.title)
		if s.title == "Commands" {
			b.WriteString("Also as `POST /api/v1/do/NAME`. A form has the right of the command that it becomes. Without a mark: only parts of the program give it.\n")
		}
		b.WriteString("\n| | nobody |" + columns(func(r access.Role) string { return string(r) }) + "\n|---|:-:|" + columns(func(access.Role) string { return ":-:" }) + "\n")
		for _, row := range access.Rights {
			if s.has(row.What) {
				what := strings.Join(append([]string{"`" + row.What + "`"}, commands[row.What]...), ", ")
				fmt.Fprintf(&b, "| %s | %s |%s\n", what, rightOf(row, ""), columns(func(r access.Role) string { return rightOf(row, r) }))
			}
		}
	}
	return b.String()
}

func columns(of func(access.Role) string) string {
	var b strings.Builder
	for _, r := range access.Roles {
		b.WriteString(" " + of(r) + " |")
	}
	return b.String()
}

// rightOf asks the table for a person with only that role.
func rightOf(row access.Right, role access.Role) string {
	person := access.UserAdded{ID: "one", Roles: []access.Role{role}}
	if role == access.Contact {
		person.Customer = "theirs"
	}
	actor := access.UserActor("one")
	if role == "" {
		person.Roles, actor = nil, ""
	}
	s := access.Apply(access.State{}, person, access.Stamp{})
	if role == access.Guest {
		s = access.Apply(s, access.Given{ID: "one", Things: []access.Thing{"incident:theirs", "report:theirs", "order:theirs"}}, access.Stamp{})
	}
	own := access.Of(row.What, func(string) string { return "theirs" })
	switch {
	case s.May(actor, row.What) == nil:
		return "●"
	case s.MayWith(actor, row.What, own) == nil:
		return "◐"
	}
	return ""
}

// Every route of the pages stands once, and what it asks of the table is a row there.
func TestRoutesAreUnique(t *testing.T) {
	var seen []string
	for _, r := range Routes() {
		if slices.Contains(seen, r.At) || !access.HasRow(r.Right) {
			t.Errorf("%s asks for %s", r.At, r.Right)
		}
		seen = append(seen, r.At)
	}
	if len(seen) < 40 {
		t.Errorf("only %d routes", len(seen))
	}
}
