package web

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"blackstart/internal/ledger/journal"
)

// programsOnly are faults that no form of a page can cause: they answer agents, the API, or a part of the house; beside each group, who meets it.
var programsOnly = []string{
	"contain.no_news", "contain.order_taken", "contain.ordered", "contain.other_order", "contain.too_many_probes", // reactions and followers
	"order.counter", "order.receipt", "order.receipt_key", "order.strays", "order.token", "order.backward", "order.words", // agents
	"order.exists", "order.reason", "order.root", "order.root_moved", "order.root_version", // reactions
	"restore.cells", "restore.minutes", "restore.no_gate", "restore.no_such_kind", "restore.starts", "restore.step_exists", "restore.steps", // plans by API
	"cell.no_such_cause", "cell.no_such_condition", "cell.no_such_hold", "cell.no_such_mode", "cell.no_such_source", // acts on cells by API
	"incident.no_such_anchor", "catalogue.revision", // API
	"access.nothing_over",                                                                      // the timer
	"access.no_such_credential", "access.no_such_way", "access.no_failures", "door.unreadable", // the door itself, and the start
	"copy.no_recipient", "hub.bundle", "hub.drill", "hub.encode", "hub.first", "hub.key", "hub.unknown_kind", "hub.unreadable", // the start, and defects
}

// sources are where faults are made that can come up to a page.
var sources = []string{".", "../../hub", "../../ledger/backup/target.go", "../../ledger/durable/durable.go", "../../ledger/seal/key.go", "../../subject/access", "../../subject/cell", "../../subject/contain", "../../subject/incident",
	"../../subject/order", "../../subject/restore", "../../subject/statuspage", "../../subject/catalogue/decide.go", "../../subject/catalogue/impact.go", "../../subject/catalogue/ref.go"}

func faultCodes(t *testing.T) []string {
	t.Helper()
	var codes []string
	made := regexp.MustCompile(`fault\.New\((fault\.\w+), ?"([a-z_]+\.[a-z_]+)"`)
	for _, source := range sources {
		files := []string{source}
		if !strings.HasSuffix(source, ".go") {
			files, _ = filepath.Glob(filepath.Join(source, "*.go")) // the pattern is well formed
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range made.FindAllStringSubmatch(string(text), -1) {
				if m[1] != "fault.Internal" { // said in one sentence for all
					codes = append(codes, m[2])
				}
			}
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Whoever is refused something at night must understand why, in their language.
func TestEveryFaultOfAPageHasWords(t *testing.T) {
	codes := faultCodes(t)
	if len(codes) < 80 {
		t.Fatalf("only %d codes were found: look where they are made now", len(codes))
	}
	for _, code := range codes {
		_, said := faultWords[code]
		if programs := slices.Contains(programsOnly, code); said == programs {
			t.Errorf("%s: has words %v, met by programs only %v: give it words, or say who meets it", code, said, programs)
		}
	}
	for _, code := range programsOnly {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is made nowhere any more", code)
		}
	}
	for code, f := range faultWords {
		if f.de == "" || f.en == "" || f.de == f.en {
			t.Errorf("%s is not said in both languages: %q, %q", code, f.de, f.en)
		}
	}
}

// Every kind that this build writes is said in words. The hub's table is not exported, so its source is read.
func TestEveryKindHasWords(t *testing.T) {
	kinds := map[string]bool{journal.KindOpened: true, journal.KindContinued: true}
	named := regexp.MustCompile(`(?m)^func \(\w*\s?\w+\) Kind\(\) string +\{ return "([a-z_.]+)" \}`)
	files, _ := filepath.Glob("../../subject/*/event*.go")
	for _, name := range append(files, "../../hub/event.go") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			kinds[m[1]] = true
		}
	}
	table, err := os.ReadFile("../../hub/codec.go")
	if err != nil {
		t.Fatal(err)
	}
	if rows := strings.Count(string(table), "\tkindOf["); len(kinds) != rows {
		t.Errorf("%d kinds were found, the hub's table has %d", len(kinds), rows)
	}
	for kind := range kinds {
		if w := kindWords[kind]; w.de == "" || w.en == "" {
			t.Errorf("%s has no words", kind)
		}
	}
	for kind := range kindWords {
		if !kinds[kind] {
			t.Errorf("words for %s, which nobody writes", kind)
		}
	}
}

// The closed list of agents' codes is said in words too.
func TestEveryReceiptCodeHasWords(t *testing.T) {
	text, err := os.ReadFile("../../subject/order/code.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code = "([a-z_]+)"`).FindAllStringSubmatch(string(text), -1)
	if len(codes) == 0 {
		t.Fatal("no codes were found: look where they are now")
	}
	for _, m := range codes {
		if w := receiptWords[m[1]]; w.de == "" || w.en == "" {
			t.Errorf("%s has no words", m[1])
		}
	}
}
