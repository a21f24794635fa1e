package hub

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/subject/access"
)

var update = flag.Bool("update", false, "write the generated parts of the docs anew")

// Consequences must not lead back to their cause, or a pass could run for ever. Commands lead to events by Emits, events to commands by the table.
func TestReactionsFormADAG(t *testing.T) {
	edges := map[string][]string{}
	for _, r := range reactions {
		if _, ok := kinds[r.on]; !ok {
			t.Errorf("a reaction waits for %s, which is no kind", r.on)
		}
		if _, ok := emits[r.then]; !ok {
			t.Errorf("%s leads to %s, which is no command", r.on, r.then)
		}
		edges[r.on] = append(edges[r.on], r.then)
	}
	maps.Copy(edges, emits)
	if cycle := findCycle(edges); cycle != nil {
		t.Errorf("consequences run in a circle: %s", strings.Join(cycle, " → "))
	}
}

func TestFindCycleFindsOne(t *testing.T) {
	if c := findCycle(map[string][]string{"a": {"b"}, "b": {"c", "d"}, "d": {"b"}}); strings.Join(c, "") != "bdb" {
		t.Errorf("cycle = %v, want b d b", c)
	}
	if c := findCycle(map[string][]string{"a": {"b", "c"}, "b": {"c"}}); c != nil {
		t.Errorf("cycle = %v in a DAG", c)
	}
}

// findCycle gives a cycle with its first node again at the end, nil when there is none.
func findCycle(edges map[string][]string) []string {
	done := map[string]bool{}
	var path []string
	var visit func(string) []string
	visit = func(n string) []string {
		if at := slices.Index(path, n); at >= 0 {
			return append(slices.Clone(path[at:]), n)
		}
		if done[n] {
			return nil
		}
		path = append(path, n)
		for _, next := range edges[n] {
			if c := visit(next); c != nil {
				return c
			}
		}
		path, done[n] = path[:len(path)-1], true
		return nil
	}
	for _, n := range slices.Sorted(maps.Keys(edges)) {
		if c := visit(n); c != nil {
			return c
		}
	}
	return nil
}

// Every event that a command can lead to is a kind that can be written, and every kind but the house's own comes from a command.
func TestKindsAndEmitsAgree(t *testing.T) {
	made := map[string]bool{"journal.opened": true, "journal.continued": true, "hub.reaction_failed": true, "hub.clock_jumped": true}
	for command, list := range emits {
		if err := access.HasRow(command); !err {
			t.Errorf("command %s has no row in access.Rights", command)
		}
		for _, k := range list {
			made[k] = true
			if _, ok := kinds[k]; !ok {
				t.Errorf("%s leads to %s, which codec.go does not know", command, k)
			}
		}
	}
	for k := range kinds {
		if !made[k] {
			t.Errorf("kind %s comes from no command", k)
		}
	}
}

// docs/reactions.md is drawn from the table itself.
func TestReactionsDocument(t *testing.T) {
	const file = "../../docs/reactions.md"
	want := reactionsDocument()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%s is not what the table says (%v): run 'make gen'", file, err)
	}
}

func reactionsDocument() string {
	var b strings.Builder
	b.WriteString("# Consequences\n\nDrawn from the table in `internal/hub/reaction.go` by its test (`make gen`). There is no other place for a consequence.\n\n```mermaid\nflowchart LR\n")
	drawn := map[string]bool{}
	for _, r := range reactions {
		fmt.Fprintf(&b, "  %s([%s]) --> %s[%s]\n", node(r.on), r.on, node(r.then), r.then)
		for _, e := range emits[r.then] {
			if !drawn[r.then] {
				fmt.Fprintf(&b, "  %s -.-> %s([%s])\n", node(r.then), node(e), e)
			}
		}
		drawn[r.then] = true
	}
	b.WriteString("```\n\nRound: an event. Square: a command that follows from it. Dotted: the events that the command can lead to.\n\n| when | then | because |\n|---|---|---|\n")
	for _, r := range reactions {
		fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", r.on, r.then, r.why)
	}
	return b.String()
}

func node(name string) string { return strings.NewReplacer(".", "_").Replace(name) }
