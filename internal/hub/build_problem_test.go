package hub

import (
	"encoding/json"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blackstart/examples"
	"blackstart/internal/plan"
	"blackstart/internal/plan/check"
	"blackstart/internal/subject/catalogue"
)

// With a data centre off, every customer's lost cell is a service that comes back, in a plan that a second opinion finds valid, and with nobody asked for more than their shift.
func TestProblemOfAnExample(t *testing.T) {
	c := exampleCatalogue(t)
	begin := time.Date(2026, 11, 3, 22, 0, 0, 0, time.FixedZone("CET", 3600))
	p, err := ProblemOf(c, []catalogue.Ref{"site:rz-sued"}, begin)
	if err != nil {
		t.Fatal(err)
	}
	if both, err := ProblemOf(c, []catalogue.Ref{"site:rz-sued", "site:rz-west"}, begin); err != nil || p.Name != "site:rz-sued" || both.Name != "site:rz-sued, site:rz-west" {
		t.Errorf("the problems are called %q and %q, %v", p.Name, both.Name, err)
	}
	im, err := c.Impact([]catalogue.Ref{"site:rz-sued"})
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	for _, x := range im.Cells {
		if x.Effect == catalogue.Lost && len(x.Customers) > 0 {
			missed++
		}
	}
	made, findings, err := plan.FirstInFirstOut(p)
	if err != nil || len(findings) > 0 {
		t.Fatal(err, findings)
	}
	if len(made.Back) < missed*9/10 || len(made.Back) != len(p.Services) || len(made.LeftOut) > 0 {
		t.Errorf("%d services come back of %d; %d cells of customers are lost; left out: %v", len(made.Back), len(p.Services), missed, made.LeftOut)
	}
	file, err := p.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := check.Plan(file, ".json", answer, check.Options{}); err != nil || !check.Valid(found) {
		t.Errorf("the plan is not valid: %v, %v", found, err)
	}
}

func exampleCatalogue(t *testing.T) *catalogue.Catalogue {
	t.Helper()
	dir, err := fs.Sub(examples.Files, "insurers")
	if err != nil {
		t.Fatal(err)
	}
	c, findings := catalogue.Load(dir)
	if c == nil {
		t.Fatal(findings)
	}
	return c
}

func TestWeightOf(t *testing.T) {
	order := []string{"S1", "S2", "S3", "S4"}
	for name, row := range map[string]struct {
		priority, persons int
		service           string
		order             []string
		want              int64
	}{
		"first of four, a thousand persons":  {1, 1000, "S1", order, 32},
		"third of four":                      {1, 1000, "S3", order, 24},
		"in no order":                        {1, 1000, "S9", order, 16},
		"a customer without an order":        {2, 1000, "S1", nil, 8},
		"a hundred thousand persons":         {1, 100_000, "S9", order, 160},
		"the least of all, for three people": {5, 3, "S9", order, 1},
		"nobody":                             {1, 0, "S1", order, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := weightOf(&catalogue.Service{ID: row.service, Priority: row.priority}, &catalogue.Customer{Weight: row.persons, Order: row.order})
			if got != row.want {
				t.Errorf("weight %d, want %d", got, row.want)
			}
		})
	}
}

// A problem that begins on a Friday evening has the weekend before it, in the place's own time.
func TestRota(t *testing.T) {
	friday := time.Date(2026, 11, 6, 22, 0, 0, 0, time.FixedZone("CET", 3600))
	got := rota(catalogue.Team{ID: "net", Day: 6, Night: 2, Weekend: 3}, friday)
	hour := int64(60)
	want := plan.Team{ID: "net", Heads: 2, Shifts: []plan.Shift{
		{From: -15 * hour, Until: -3 * hour, Heads: 6, Every: week}, // the Friday that is over, and those that come
		{From: 9 * hour, Until: 21 * hour, Heads: 3, Every: week},
		{From: 33 * hour, Until: 45 * hour, Heads: 3, Every: week},
		{From: 57 * hour, Until: 69 * hour, Heads: 6, Every: week},
		{From: 81 * hour, Until: 93 * hour, Heads: 6, Every: week},
		{From: 105 * hour, Until: 117 * hour, Heads: 6, Every: week},
		{From: 129 * hour, Until: 141 * hour, Heads: 6, Every: week},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What the mapping leaves aside is told: gates of what is built anew, clocks of what people miss, and nothing of what is neither.
func TestLeftAside(t *testing.T) {
	c := exampleCatalogue(t)
	gated := 0
	for i := range c.Services {
		if c.Services[i].Gates != "" {
			gated++
		}
	}
	p := &plan.Problem{Tasks: []plan.Task{{ID: "S1@x/works"}, {ID: "S16@x/works"}}, Services: []plan.Service{{ID: "S17@x"}, {ID: "S1@x"}}}
	gates, clocks := LeftAside(c, p)
	if diff := cmp.Diff([][]string{{"S1", "S16"}, {"S17"}}, [][]string{gates, clocks}); diff != "" || gated < 3 {
		t.Error(diff, gated)
	}
}
