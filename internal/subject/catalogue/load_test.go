package catalogue

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
)

const insurers = "../../../examples/insurers"

func loadInsurers(t testing.TB) *Catalogue {
	t.Helper()
	c, findings := Load(os.DirFS(insurers))
	if c == nil {
		t.Fatalf("the example has errors: %v", findings)
	}
	return c
}

// The example is as the domain says: 27 services and three of the house, 80 customers and the house, about 1,400 cells, and one tension that is kept on purpose.
func TestInsurers(t *testing.T) {
	c, findings := Load(os.DirFS(insurers))
	if len(findings) != 1 || findings[0].Level != fault.Warning || findings[0].Code != "catalogue.rto" {
		t.Fatalf("findings: %v", findings)
	}
	want := Counts{Sites: 3, Environments: 85, Services: 30, Cells: 1430, Customers: 81, Hosts: 170, Teams: 10, Contacts: 641, Stakeholders: 20}
	if d := cmp.Diff(want, c.Counts()); d != "" {
		t.Error(d)
	}
	weight := 0
	for _, x := range c.Customers {
		weight += x.Weight
		if n := len(c.ContactsOf(NewRef(RefCustomer, x.ID))); n < 3 {
			t.Errorf("%s has %d channels", x.ID, n)
		}
	}
	if weight != 24_327_000 {
		t.Errorf("insured: %d", weight)
	}
}

// small is a catalogue that is clean and has one of everything; the tables below break it in one place each.
func small() map[string]string {
	return map[string]string{
		"provider.yaml":     "id: werk\nname: Werk\ncustomer: haus\n",
		"sites.yaml":        "- id: sued\n  name: {de: Süd, en: South}\n  zones: [a, b]\n",
		"profiles.yaml":     "- id: S\n  name: {de: Eigene, en: Own}\n  site: sued\n  zone: a\n",
		"environments.yaml": "- id: fund\n  name: {de: Fundament, en: Foundation}\n  kind: shared\n  site: sued\n  zone: b\n",
		"gates.yaml":        "- id: std\n  name: {de: Üblich, en: Usual}\n  gates: [order, release]\n",
		"teams.yaml":        "- {id: netz, name: {de: Netz, en: Network}, day: 2, night: 1, weekend: 1}\n",
		"stakeholders.yaml": "- {id: amt, name: {de: Amt, en: Office}, kind: authority}\n",
		"services.yaml": `- id: F1
  name: {de: Netz, en: Network}
  class: infrastructure
  priority: 1
  rto: 24h
  mtpd: 48h
  runs_in: {kind: shared}
- id: S1
  name: {de: Zahlung, en: Payment}
  class: business
  priority: 1
  rto: 48h
  mtpd: 96h
  runs_in: {profile: [S]}
  needs: [F1]
  gates: std
  probes:
    - {id: p, kind: https, depth: 4, from: hub}
  restore:
    - {id: r, name: {de: Tun, en: Do}, team: netz, heads: 1, hours: {low: 1, high: 2}}
  proof: {kind: https, depth: 4}
`,
		"hosts.yaml":    "- id: h1\n  env: fund\n  services: [F1]\n  addresses: [10.0.0.1]\n  probes:\n    - {id: q, service: F1, kind: tcp, target: \"10.0.0.1:443\", depth: 1, from: hub}\n",
		"customers.csv": "id,name,class,weight,lang,profile,authority,order\nhaus,Haus,internal,0,de,,,\nk1,Kasse Eins,federal,1000,de,S,amt,S1\n",
		"contacts.csv":  "id,who,role,person,kind,address,via,lang,checked\nc1,customer:k1,crisis-lead,Ada,mail,a@k1.example,S1@k1,de,2026-01-02\n",
	}
}

func fsOf(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for k, v := range files {
		m[k] = &fstest.MapFile{Data: []byte(v)}
	}
	return m
}

func TestSmallIsClean(t *testing.T) {
	if c, findings := Load(fsOf(small())); c == nil || len(findings) > 0 {
		t.Fatal(findings)
	}
}

// Every code has a row: one change to the small catalogue, and the place and words that a tired person then reads.
func TestFaults(t *testing.T) {
	for _, row := range faultRows {
		t.Run(row.want, func(t *testing.T) {
			files := small()
			if row.old == "" {
				files[row.file] = row.new
			} else if !strings.Contains(files[row.file], row.old) {
				t.Fatalf("%s does not hold %q", row.file, row.old)
			}
			if row.old != "" {
				files[row.file] = strings.Replace(files[row.file], row.old, row.new, 1)
			}
			if row.new == gone {
				delete(files, row.file)
			}
			_, findings := Load(fsOf(files))
			var got []string
			for _, f := range findings {
				got = append(got, f.Code[len("catalogue."):]+" "+f.String())
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, row.want) }) {
				t.Errorf("want %s\ngot  %s", row.want, strings.Join(got, "\n     "))
			}
			if len(got) > 1+row.more {
				t.Errorf("one mistake, %d findings:\n%s", len(got), strings.Join(got, "\n"))
			}
		})
	}
}

// Every code that the package can say stands in the table.
func TestFaultsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range faultRows {
		code, _, _ := strings.Cut(row.want, " ")
		seen[code] = true
	}
	for _, code := range codesInSource(t) {
		if !seen[code] && !slices.Contains(testedElsewhere, code) {
			t.Errorf("no row for code %s", code)
		}
	}
	t.Logf("%d codes", len(slices.Collect(maps.Keys(seen))))
}

// All faults of all files are said at once.
func TestAllAtOnce(t *testing.T) {
	files := small()
	files["sites.yaml"] = strings.Replace(files["sites.yaml"], "Süd, en", "Süd, ne", 1)
	files["services.yaml"] = strings.Replace(strings.Replace(files["services.yaml"], "needs: [F1]", "needs: [F7]", 1), "rto: 24h", "rto: 24", 1)
	files["customers.csv"] = strings.Replace(files["customers.csv"], "federal", "feudal", 1)
	files["teams.yaml"] = "- {id: [\n"
	_, findings := Load(fsOf(files))
	in := map[string]bool{}
	for _, f := range findings {
		in[f.File] = true
	}
	for _, f := range []string{"sites.yaml", "services.yaml", "customers.csv", "teams.yaml"} {
		if !in[f] {
			t.Errorf("nothing about %s in %v", f, findings)
		}
	}
}

// However many faults there are, the answer stays readable and says how many are left out.
func TestFindingsAreBounded(t *testing.T) {
	files := small()
	files["teams.yaml"] = strings.Repeat("- {id: netz, nmae: x}\n", 5000)
	_, findings := Load(fsOf(files))
	if len(findings) != maxFindings+1 || findings[maxFindings].Code != "catalogue.more" {
		t.Errorf("%d findings, the last is %v", len(findings), findings[len(findings)-1])
	}
}
