package catalogue

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const gone = "\x00gone"

// testedElsewhere are codes that a row cannot cause: they need a file system, a bundle, or a very large input.
var testedElsewhere = []string{"more", "unreadable", "not_a_file", "bundle", "too_many_files"}

var faultRows = []struct {
	file, old, new string
	want           string // code, then the beginning of the finding
	more           int    // findings that follow from it
}{
	// files
	{"sites.yaml", "", gone, "file_missing sites.yaml:0:0: error: is missing", 0},
	{"service.yaml", "", "", "file_unknown service.yaml:0:0: error: is not a file of a catalogue (did you mean services.yaml?)", 0},
	{"teams.yaml", "", "# " + strings.Repeat("x\n# ", maxYAMLBytes/4+1), "too_large teams.yaml:0:0: error: has more than 1024 KiB", 0},
	{"teams.yaml", "", "\xff\xfea\x00", "encoding teams.yaml:1:1: error: is UTF-16", 0},
	{"teams.yaml", "", "a\x00b\x00", "encoding teams.yaml:1:2: error: holds a zero byte", 0},
	{"teams.yaml", "- {", "\ufeff- {", "encoding teams.yaml:1:1: error: begins with a byte order mark", 0},
	{"sites.yaml", "Süd", "S\xfcd", "encoding sites.yaml:2:15: error: is not UTF-8: byte 0xFC would be ü in Latin-1", 0},
	{"contacts.csv", "Ada", "\u202eadA", "control contacts.csv:2:28: error: holds the invisible character U+202E", 0},
	{"teams.yaml", "", "# x\n# " + strings.Repeat("x", maxLine), "line_length teams.yaml:2:1: error: has a line of more than 4096 bytes", 0},

	// the dialect of YAML
	{"teams.yaml", "day: 2", "day: [", "syntax teams.yaml:1:51: error: is not YAML: ", 0},
	{"gates.yaml", "[order, release]", "&a [order]", "alias gates.yaml:3:10: error: anchors, aliases, merges and tags are not used", 0},
	{"teams.yaml", "", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "alias teams.yaml:1:4:", 0},
	{"teams.yaml", "day: 2", "day: !!int 2", "alias teams.yaml:1:50:", 0},
	{"teams.yaml", "", "%YAML 1.2\n---\n- a\n", "alias teams.yaml:1:1: error: directives", 0},
	{"provider.yaml", "id: werk", "---\nid: a\n---\nid: werk", "documents provider.yaml:4:1: error: holds more than one YAML document", 0},
	{"teams.yaml", "", strings.Repeat("[", 17), "depth teams.yaml:1:17: error: values are nested too deep", 0},
	{"teams.yaml", "", strings.Repeat("- ", 17), "depth teams.yaml:1:33: error: values are nested too deep", 0},
	{"teams.yaml", "", "- id: a\n" + strings.Repeat("  x:\n  - y\n", 64), "too_many teams.yaml:128:4: error: a mapping has too many keys", 0},
	{"teams.yaml", "", "- {" + strings.Repeat("x: y, ", 65) + "}", "too_many teams.yaml:1:389: error: a mapping has too many keys", 0},

	// records
	{"sites.yaml", "zones:", "zone:", "key_unknown sites.yaml:3:3: error: key zone is not known here (did you mean zones?)", 3},
	{"sites.yaml", "  zones:", "  id: x\n  zones:", "key_duplicate sites.yaml:3:3: error: key id stands here twice", 0},
	{"provider.yaml", "name: Werk\n", "", "key_missing provider.yaml:1:1: error: key name is missing (add name:)", 0},
	{"environments.yaml", "kind: shared", "kind: customer", "key_missing environments.yaml:1:3: error: an environment of kind customer names its customers", 3},
	{"services.yaml", "  mtpd: 48h\n", "", "key_missing services.yaml:1:3: error: service F1 has no outer deadline", 0},
	{"services.yaml", "{kind: https, depth: 4}", "{}", "key_missing services.yaml:21:10: error: the proof names no check and no test by people", 0},
	{"provider.yaml", "name: Werk", "name:", "empty provider.yaml:2:1: error: key name is empty", 0},
	{"provider.yaml", "name: Werk", "name: \"\"", "empty provider.yaml:2:7: error: key name is empty", 0},
	{"customers.csv", "Kasse Eins", "", "empty customers.csv:3:4: error: column name is empty", 0},
	{"services.yaml", "{kind: shared}", "{}", "empty services.yaml:7:12: error: key runs_in is empty", 3},
	{"provider.yaml", "name: Werk", "name: [Werk]", "type provider.yaml:2:7: error: key name takes a single value, this is a list", 0},
	{"sites.yaml", "{de: Süd, en: South}", "Süd", "type sites.yaml:2:9: error: key name takes a text in German and English", 0},
	{"gates.yaml", "", "id: std\n", "type gates.yaml:1:1: error: a list is expected, this is a mapping", 1},
	{"teams.yaml", "day: 2", "day: 010", "value teams.yaml:1:50: error: key day takes a whole number from 0 to 500, not \"010\"", 0},
	{"services.yaml", "rto: 24h", "rto: 24", "value services.yaml:5:8: error: key rto takes whole hours", 0},
	{"services.yaml", "class: business", "class: busines", "value services.yaml:10:10: error: key class does not take \"busines\" (did you mean business?)", 0},
	{"services.yaml", "low: 1, high: 2", "low: 3, high: 2", "value services.yaml:20:84: error: the high estimate 2 is below the low one 3", 0},
	{"gates.yaml", "release", "relaese", "value gates.yaml:3:18: error: key gates does not take \"relaese\" (did you mean release?)", 0},
	{"customers.csv", "federal", "feudal", "value customers.csv:3:15: error: column class does not take \"feudal\" (known are federal, internal", 0},
	{"customers.csv", "Kasse Eins,federal", "Käße Eins,feudal", "value customers.csv:3:14: error: column class", 0}, // columns count characters, not bytes
	{"customers.csv", "internal", "federal", "value customers.csv:2:1: error: customer haus stands for the provider itself but is of class federal", 0},
	{"contacts.csv", "customer:k1", "host:h1", "value contacts.csv:2:4: error: column who does not take \"host:h1\"", 0},
	{"contacts.csv", "2026-01-02", "2.1.2026", "value contacts.csv:2:59: error: column checked takes a day, not \"2.1.2026\"", 0},
	{"gates.yaml", "[order, release]", "[order, order]", "duplicate gates.yaml:3:18: error: \"order\" stands twice in this list", 0},
	{"services.yaml", "needs: [F1]", "needs: {hard: [F1], soft: [F1]}", "duplicate services.yaml:15:10: error: F1 stands twice among the needs", 0},
	{"gates.yaml", "[order, release]", "[" + strings.Repeat("x,", maxList) + "x]", "too_many gates.yaml:3:10: error: has 257 entries, at most 256 are allowed", 0},
	{"sites.yaml", "id: sued", "id: süd", "id sites.yaml:1:7: error: \"süd\" is not an id", 2},
	{"services.yaml", "id: S1", "id: f1", "id_duplicate services.yaml:8:7: error: service f1 is already at services.yaml:1", 2},
	{"services.yaml", "    - {id: p, kind: https, depth: 4, from: hub}\n", "    - {id: p, kind: https, depth: 4, from: hub}\n    - {id: P, kind: tcp, depth: 1, from: hub}\n", "id_duplicate services.yaml:8:7: error: probe P stands here twice", 0},

	// long lists
	{"customers.csv", "Kasse Eins", "Kasse \"Eins", "syntax customers.csv:3:10: error: is not CSV: ", 0},
	{"customers.csv", "Kasse Eins,", "", "columns customers.csv:3:1: error: has 7 fields, the header has 8", 0},
	{"customers.csv", "weight", "wieght", "key_unknown customers.csv:1:15: error: column wieght is not known here (did you mean weight?)", 1},

	// what hangs together
	{"services.yaml", "needs: [F1]", "needs: [F7]", "dangling services.yaml:15:11: error: service F7 does not exist (did you mean F1?)", 0},
	{"services.yaml", "needs: [F1]", "needs: [f1]", "dangling services.yaml:15:11: error: service f1 does not exist (did you mean F1?)", 0},
	{"services.yaml", "gates: std", "gates: sdt", "dangling services.yaml:16:10: error: gate set sdt does not exist (did you mean std?)", 0},
	{"environments.yaml", "zone: b", "zone: c", "dangling environments.yaml:5:9: error: site sued has no zone c", 0},
	{"contacts.csv", "S1@k1", "S1@k2", "dangling contacts.csv:2:50: error: cell S1@k2 does not exist (did you mean S1@k1?)", 0},
	{"hosts.yaml", "services: [F1]", "services: [S1]", "dangling hosts.yaml:3:14: error: cell S1@fund does not exist", 1},
	{"services.yaml", "  runs_in: {kind: shared}\n", "  runs_in: {kind: shared}\n  needs: [S1]\n", "cycle services.yaml:8:11: error: hard needs run in a circle: F1 → S1 → F1 (make one", 2},
	{"services.yaml", "{kind: shared}", "{kind: provider}", "need_unresolved services.yaml:15:11: error: S1 needs F1, which runs neither in k1 nor where", 2},
	{"environments.yaml", "- id: fund", "- {id: zwei, name: {de: Zwei, en: Two}, kind: shared, site: sued, zone: b}\n- id: fund", "need_ambiguous services.yaml:15:11: error: S1 needs F1, which could be F1@zwei or F1@fund (in k1)", 0},
	{"services.yaml", "{kind: shared}", "{env: [fund], kind: provider}", "runs_nowhere services.yaml:1:7: warning: service F1 runs in no environment", 2},
	{"services.yaml", "rto: 48h", "rto: 12h", "rto services.yaml:15:11: warning: service S1 is agreed for 12h but cannot work before F1, agreed for 24h", 0},
	{"services.yaml", "mtpd: 96h", "mtpd: 24h", "mtpd services.yaml:13:9: error: service S1 is agreed to be usable after 48h, later than what can be borne at most, 24h", 0},
	{"services.yaml", "  proof: {kind: https, depth: 4}", "  proof: {kind: sftp, depth: 4}", "proof services.yaml:8:7: error: service S1 has no probe of kind sftp at depth 4", 0},
	{"hosts.yaml", "depth: 1", "depth: 2", "probe_depth hosts.yaml:6:70: error: a check of kind tcp reaches depth 1 at most", 0},
	{"hosts.yaml", "10.0.0.1:443", "10.0.0.2:443", "probe_target hosts.yaml:6:47: error: target 10.0.0.2:443 is not an address of host h1", 0},
	{"hosts.yaml", "10.0.0.1:443", "10.0.0.1", "probe_target hosts.yaml:6:47: error: \"10.0.0.1\" is not a target for kind tcp (write HOST:PORT", 0},
	{"hosts.yaml", "[10.0.0.1]", "[web.example]", "address hosts.yaml:4:15: error: \"web.example\" is not a literal address of a host", 1},
	{"contacts.csv", "a@k1.example", "a.k1.example", "address contacts.csv:2:37: error: \"a.k1.example\" is not an address for kind mail", 0},
	{"hosts.yaml", "- id: h1", "- {id: h0, env: fund, addresses: [10.0.0.1]}\n- id: h1", "address_duplicate hosts.yaml:5:15: error: address 10.0.0.1 is already used at hosts.yaml:1", 1},
}

var codeInSource = regexp.MustCompile(`(?:fail|warn)\(.*?, "([a-z_]+)", `)

// codesInSource reads which codes the package can say out of its own calls.
func codesInSource(t *testing.T) []string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range codeInSource.FindAllSubmatch(src, -1) {
			codes = append(codes, string(m[1]))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
