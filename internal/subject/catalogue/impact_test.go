package catalogue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
)

// What a person asks first, in the example: one host of the foundation, and who stands in the dark.
func TestImpactInsurers(t *testing.T) {
	c := loadInsurers(t)
	cases := []struct {
		off                       Ref
		lost, degraded, customers int
	}{
		{"site:extern", 6 + 12*4 + 1, 0, 13},             // foundation, twelve customers with TI services, the public presence
		{"site:rz-sued", 6 + 42*20 + 3, 0, 43},           // 42 insurers and the house itself
		{"service:S2", 68 * 12, 68 * 2, 68},              // S2 and eleven that cannot do without; S3 takes deliveries and keeps them, S4 with it
		{"cell:S19@bkk-ahornwerk", 3, 0, 1},              // with it the record and the online office
		{"customer:bkk-ahornwerk", 20, 0, 1},             // its environment and nothing else
		{"host:web-auftritt", 1, 0, 1},                   // the website needs nothing and nothing needs it
		{"cell:I1@haus-it", 1, 1, 1},                     // workplaces go on without mail, worse
		{"env:sued-fundament", 6 + 42*20 + 3, 0, 43},     // nothing stands without a foundation
		{"host:mail-bkk-ahornwerk", 1, 0, 1},             // one insurer's mail
		{"host:verzeichnis-sued", 4 + 42*15 + 2, 84, 43}, // of twenty, S5, S7 and S13 need no directory; S3 is left without S2, S4 with it
	}
	for _, row := range cases {
		im, err := c.Impact([]Ref{row.off})
		if err != nil {
			t.Fatal(err)
		}
		got := im.Totals
		if got.Lost != row.lost || got.Degraded != row.degraded || got.Customers != row.customers {
			t.Errorf("%s: lost %d, degraded %d, customers %d; want %d, %d, %d", row.off, got.Lost, got.Degraded, got.Customers, row.lost, row.degraded, row.customers)
		}
	}
}

// The answer names causes: the off cell none, the others their direct needs.
func TestImpactVia(t *testing.T) {
	c := loadInsurers(t)
	im, err := c.Impact([]Ref{"cell:S2@bkk-ahornwerk"})
	if err != nil {
		t.Fatal(err)
	}
	via := map[CellID]string{}
	for _, x := range im.Cells {
		via[x.Cell] = fmt.Sprint(x.Effect, x.Via)
	}
	want := map[CellID]string{
		"S2@bkk-ahornwerk": "lost[]", "S1@bkk-ahornwerk": "lost[S2@bkk-ahornwerk]", "S9@bkk-ahornwerk": "lost[S8@bkk-ahornwerk]",
		"S3@bkk-ahornwerk": "degraded[S2@bkk-ahornwerk]", "S4@bkk-ahornwerk": "degraded[S3@bkk-ahornwerk]",
	}
	for id, w := range want {
		if via[id] != w {
			t.Errorf("%s: %s, want %s", id, via[id], w)
		}
	}
}

func TestImpactRefuses(t *testing.T) {
	c := loadInsurers(t)
	for _, row := range []struct {
		ref  Ref
		kind fault.Kind
		hint string
	}{
		{"rz-sued", fault.Invalid, "KIND:ID"},
		{"siet:rz-sued", fault.Invalid, "did you mean site?"},
		{"site:rz-sud", fault.NotFound, "did you mean site:rz-sued?"},
		{"cell:S1", fault.Invalid, "SERVICE@ENVIRONMENT"},
		{"cell:S1@bkk-ahornwrek", fault.NotFound, "did you mean cell:S1@bkk-ahornwerk?"},
		{"team:netz", fault.Invalid, "site, service"},
	} {
		_, err := c.Impact([]Ref{row.ref})
		if fault.KindOf(err) != row.kind || !strings.Contains(fmt.Sprint(err), row.hint) {
			t.Errorf("%s: %v", row.ref, err)
		}
	}
}

// drawCatalogue makes a small random catalogue with all three ways of needing, in shared and customers' environments. Needs point to earlier services, so hard ones never run in a circle.
func drawCatalogue(t *rapid.T) *Catalogue {
	n := rapid.IntRange(1, 8).Draw(t, "services")
	var b strings.Builder
	for i := range n {
		place := rapid.SampledFrom([]string{"{kind: [shared, customer]}", "{kind: shared}", "{profile: [S]}"}).Draw(t, "place")
		fmt.Fprintf(&b, "- id: S%d\n  name: {de: a, en: a}\n  class: business\n  priority: 1\n  rto: 1h\n  mtpd: 1h\n  runs_in: %s\n", i, place)
		b.WriteString(drawNeeds(t, i))
	}
	files := small()
	for _, f := range []string{"hosts.yaml", "contacts.csv", "gates.yaml", "teams.yaml"} {
		delete(files, f)
	}
	files["services.yaml"] = b.String()
	files["customers.csv"] = "id,name,class,weight,lang,profile\nhaus,H,internal,0,de,\nk1,A,federal,10,de,S\nk2,B,state,20,de,S\n"
	c, findings := Load(fsOf(files))
	if c == nil {
		for _, f := range findings {
			if f.Level == fault.Error && f.Code != "catalogue.need_unresolved" {
				t.Fatalf("%v\n%s", f, b.String())
			}
		}
		t.Skip("a need that resolves nowhere")
	}
	return c
}

func drawNeeds(t *rapid.T, i int) string {
	pool := rapid.Permutation(ids(i)).Draw(t, "pool")
	take := func(most int) []string {
		k := min(rapid.IntRange(0, most).Draw(t, "take"), len(pool))
		out := pool[:k]
		pool = pool[k:]
		return out
	}
	s := fmt.Sprintf("  needs: {hard: [%s], soft: [%s], any: [", strings.Join(take(2), ", "), strings.Join(take(1), ", "))
	if g := take(3); len(g) > 0 {
		s += "[" + strings.Join(g, ", ") + "]"
	}
	return s + "]}\n"
}

func ids(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("S%d", i)
	}
	return out
}

func drawOff(t *rapid.T, c *Catalogue) []Ref {
	var refs []Ref
	for _, id := range rapid.SliceOfN(rapid.SampledFrom(c.Cells()), 0, 4).Draw(t, "off") {
		refs = append(refs, NewRef(RefCell, string(id)))
	}
	return refs
}

func effects(t *rapid.T, c *Catalogue, off []Ref) map[CellID]Effect {
	im, err := c.Impact(off)
	if err != nil {
		t.Fatal(err)
	}
	out := map[CellID]Effect{}
	for _, x := range im.Cells {
		out[x.Cell] = x.Effect
	}
	return out
}

// oracle follows the three sentences of the definition, again and again over all cells, until nothing changes. It resolves needs by itself.
func oracle(c *Catalogue, off []Ref) map[CellID]Effect {
	out := map[CellID]Effect{}
	for _, r := range off {
		out[CellID(r.ID())] = Lost
	}
	sweep := func(judge func(*Service, string) bool, e Effect) {
		for again := true; again; {
			again = false
			for _, id := range c.Cells() {
				s, _ := c.Service(id.Service())
				if out[id] == "" && judge(s, id.Env()) {
					out[id], again = e, true
				}
			}
		}
	}
	at := func(need, env string) Effect {
		if _, ok := c.graph.byID[NewCellID(need, env)]; ok {
			return out[NewCellID(need, env)]
		}
		return out[NewCellID(need, "fund")]
	}
	sweep(func(s *Service, env string) bool {
		gone := func(n string) bool { return at(n, env) == Lost }
		all := func(g []string) bool { return !slices.ContainsFunc(g, func(n string) bool { return !gone(n) }) }
		return slices.ContainsFunc(s.Needs.Hard, gone) || slices.ContainsFunc(s.Needs.Any, all)
	}, Lost)
	sweep(func(s *Service, env string) bool {
		hurt := func(n string) bool { return at(n, env) != "" }
		all := func(g []string) bool { return !slices.ContainsFunc(g, func(n string) bool { return !hurt(n) }) }
		soft := func(n string) bool { return at(n, env) == Lost }
		return slices.ContainsFunc(s.Needs.Soft, soft) || slices.ContainsFunc(s.Needs.Hard, hurt) || slices.ContainsFunc(s.Needs.Any, all)
	}, Degraded)
	return out
}

func TestImpactEqualsOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCatalogue(t)
		off := drawOff(t, c)
		if d := cmp.Diff(oracle(c, off), effects(t, c, off)); d != "" {
			t.Fatalf("off %v: %s", off, d)
		}
	})
}

// More off never means less lost, nor a cell that was hurt unhurt.
func TestImpactIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCatalogue(t)
		off := drawOff(t, c)
		less, more := effects(t, c, off), effects(t, c, append(slices.Clone(off), drawOff(t, c)...))
		for id, e := range less {
			if more[id] == "" || e == Lost && more[id] != Lost {
				t.Fatalf("%s was %s, is %q with more off", id, e, more[id])
			}
		}
	})
}

// Order and repetition of what is off change nothing, and every effect but that of the off cells has a cause that is itself hurt.
func TestImpactIsExplained(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCatalogue(t)
		off := drawOff(t, c)
		im, err := c.Impact(off)
		if err != nil {
			t.Fatal(err)
		}
		hurt := effects(t, c, off)
		for _, x := range im.Cells {
			direct := slices.Contains(off, NewRef(RefCell, string(x.Cell)))
			if direct != (len(x.Via) == 0) {
				t.Fatalf("%s off=%v via %v", x.Cell, direct, x.Via)
			}
			for _, v := range x.Via {
				if hurt[v] == "" {
					t.Fatalf("%s via %s, which is well", x.Cell, v)
				}
			}
		}
		back := append(slices.Clone(off), off...)
		slices.Reverse(back)
		again, _ := c.Impact(back)
		if d := cmp.Diff(im.Cells, again.Cells); d != "" {
			t.Fatal(d)
		}
	})
}

func BenchmarkImpactOneSite(b *testing.B) {
	c := loadInsurers(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Impact([]Ref{"site:rz-sued"}); err != nil {
			b.Fatal(err)
		}
	}
}

// large is a catalogue of 100,000 cells: 5,000 customers at one site with twenty services each.
func large(b *testing.B) *Catalogue {
	var services, customers strings.Builder
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 21 {
		place := "{profile: [S]}"
		if i == 0 {
			place = "{kind: shared}"
		}
		fmt.Fprintf(&services, "- id: S%d\n  name: {de: a, en: a}\n  class: business\n  priority: 1\n  rto: 1h\n  mtpd: 1h\n  runs_in: %s\n", i, place)
		if i > 0 {
			fmt.Fprintf(&services, "  needs: {hard: [S0%s]}\n", map[bool]string{true: fmt.Sprintf(", S%d", 1+rng.IntN(max(1, i-1)))}[i > 1])
		}
	}
	customers.WriteString("id,name,class,weight,lang,profile\nhaus,H,internal,0,de,\n")
	for i := range 5000 {
		fmt.Fprintf(&customers, "k%d,K,practice,1,de,S\n", i)
	}
	files := small()
	for _, f := range []string{"hosts.yaml", "contacts.csv"} {
		delete(files, f)
	}
	files["services.yaml"], files["customers.csv"] = services.String(), customers.String()
	c, findings := Load(fsOf(files))
	if c == nil {
		b.Fatal(findings)
	}
	return c
}

func BenchmarkImpact100000Cells(b *testing.B) {
	c := large(b)
	for _, off := range []Ref{"cell:S0@fund", "customer:k17", "service:S3"} {
		b.Run(string(off), func(b *testing.B) {
			for b.Loop() {
				if _, err := c.Impact([]Ref{off}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The heaviest customers come first, because they are called first; cells keep the order of the catalogue.
func TestImpactOrder(t *testing.T) {
	c := loadInsurers(t)
	im, err := c.Impact([]Ref{"site:rz-west", "site:rz-sued"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(im.Customers, func(a, b CustomerImpact) int { return b.Weight - a.Weight }) || im.Customers[0].ID != "ek-morgenrot" {
		t.Errorf("first is %s", im.Customers[0].ID)
	}
	at := map[CellID]int{}
	for i, id := range c.Cells() {
		at[id] = i
	}
	if !slices.IsSortedFunc(im.Cells, func(a, b CellImpact) int { return at[a.Cell] - at[b.Cell] }) {
		t.Error("cells are out of order")
	}
}
