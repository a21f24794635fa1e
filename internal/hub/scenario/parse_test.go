package scenario

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
)

// short is a scenario in which the tests replace single lines.
const short = `format: blackstart/scenario/1
name: short
title: {de: Kurz, en: Short}
start: 2026-11-03T04:00:00+01:00
catalogue: insurers
stage: {hosts: [kern-bkk-ahornwerk]}
people:
  - {id: anna, name: Anna, roles: [lead, it, approver]}
  - {id: ben, name: Ben, roles: [auditor]}
steps:
  - id: open
    title: {de: Auf, en: Open}
    at: 10m
    who: anna
    do: open_incident
    with: {id: i-1, title: T}
  - id: look
    title: {de: Blick, en: Look}
    delay: 5m
    who: anna
    do: log
    with: {text: hello}
    expect:
      - event: incident.logged
`

func parsed(t *testing.T, text string) *Scenario {
	t.Helper()
	s, findings := Parse("s.yaml", []byte(text))
	if s == nil {
		t.Fatal(findings)
	}
	return s
}

func TestStepsAreInTheOrderInWhichTheyAreDue(t *testing.T) {
	s := parsed(t, short+`  - id: early
    title: {de: Früh, en: Early}
    at: 0s
    who: anna
    do: log
    with: {text: before}
  - id: both
    title: {de: Beide, en: Both}
    after: [early, look]
    delay: 1h
    who: anna
    do: log
    with: {text: after}
`)
	var got []string
	for _, x := range s.Steps {
		got = append(got, fmt.Sprint(x.ID, " ", x.Due))
	}
	if want := []string{"early 0s", "open 10m0s", "look 15m0s", "both 1h15m0s"}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	if want := time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC); !s.Start.Equal(want) {
		t.Errorf("start %s, want %s", s.Start, want)
	}
}

// Every fault has its place, its code, and where possible a way out.
func TestFaults(t *testing.T) {
	for name, row := range map[string]struct{ old, by, at, code string }{
		"no format":           {"format: blackstart/scenario/1", "format: other/1", "1:9", "value"},
		"no name":             {"name: short\n", "", "1:1", "key_missing"},
		"a key twice":         {"name: short", "name: short\nname: again", "3:1", "key_duplicate"},
		"unknown key":         {"name: short", "name: short\ncolour: red", "3:1", "key_unknown"},
		"one language":        {"{de: Kurz, en: Short}", "{de: Kurz}", "3:8", "key_missing"},
		"no time":             {"2026-11-03T04:00:00+01:00", "tomorrow", "4:8", "value"},
		"unknown role":        {"roles: [auditor]", "roles: [boss]", "9:34", "value"},
		"nobody approves":     {"roles: [lead, it, approver]", "roles: [lead, it]", "8:3", "no_approver"},
		"person twice":        {"id: ben", "id: ANNA", "9:10", "duplicate"},
		"unknown person":      {"    who: anna\n    do: open", "    who: carl\n    do: open", "14:10", "unknown_person"},
		"unknown deed":        {"do: log", "do: dance", "21:9", "value"},
		"unknown parameter":   {"{text: hello}", "{text: hello, loud: true}", "22:25", "key_unknown"},
		"parameter missing":   {"{id: i-1, title: T}", "{id: i-1}", "16:11", "key_missing"},
		"step twice":          {"id: look", "id: Open", "17:9", "duplicate"},
		"at and delay":        {"delay: 5m", "delay: 5m\n    at: 5m", "20:9", "when"},
		"after a later step":  {"delay: 5m", "after: later", "19:12", "unknown_step"},
		"negative delay":      {"delay: 5m", "delay: -5m", "19:12", "value"},
		"beyond the span":     {"delay: 5m", "delay: 2879h59m", "17:5", "when"},
		"two incidents":       {"do: log\n    with: {text: hello}", "do: open_incident\n    with: {id: i-2, title: T}", "22:16", "second_incident"},
		"no incident":         {"do: open_incident\n    with: {id: i-1, title: T}", "do: log\n    with: {text: T}", "1:1", "no_incident"},
		"unknown kind":        {"event: incident.logged", "event: incident.sung", "24:16", "unknown_kind"},
		"two in one":          {"- event: incident.logged", "- {event: incident.logged, incident: open}", "24:9", "expectation"},
		"unknown expectation": {"- event: incident.logged", "- weather: fine", "24:9", "expectation"},
		"not on the stage":    {"do: log\n    with: {text: hello}", "do: kill_agent\n    with: {host: mail-haus}", "22:18", "not_on_stage"},
		"no such measure":     {"do: log\n    with: {text: hello}", "do: propose_open\n    with: {measure: m-1, reason: R}", "22:21", "unknown_measure"},
		"no such order":       {"do: log\n    with: {text: hello}", "do: approve\n    with: {of: open}", "22:16", "unknown_step"},
		"no reference":        {"do: log\n    with: {text: hello}", "do: observe_cells\n    with: {cells: [nowhere], condition: normal}", "22:20", "reference"},
		"anchor":              {"name: short", "name: &a short", "2:7", "alias"},
		"alias":               {"name: short", "name: *a", "2:7", "alias"},
		"two documents":       {"name: short", "---\nname: short", "1:1", ""},
		"not UTF-8":           {"Kurz", "K\xfcrz", "3:1", "encoding"},
		"hidden characters":   {"Kurz", "Ku\u202erz", "3:1", "control"},
		"a bomb of brackets":  {"name: short", "name: " + strings.Repeat("[", 40), "", ""},
		"a long line":         {"Kurz", strings.Repeat("x", maxLine+1), "3:1", "line"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(short, row.old) {
				t.Fatalf("the scenario has no %q", row.old)
			}
			s, findings := Parse("s.yaml", []byte(strings.Replace(short, row.old, row.by, 1)))
			if s != nil || len(findings) == 0 {
				t.Fatal("was taken")
			}
			if row.code == "" {
				return
			}
			at := func(f fault.Finding) string { return fmt.Sprintf("%d:%d", f.Line, f.Col) }
			if !slices.ContainsFunc(findings, func(f fault.Finding) bool { return f.Code == "scenario."+row.code && at(f) == row.at }) {
				t.Errorf("want scenario.%s at %s, got %v", row.code, row.at, findings)
			}
		})
	}
}

func TestTooLargeAndEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", strings.Repeat("# x\n", maxFile/4+1), "- a\n- b\n"} {
		if s, findings := Parse("s.yaml", []byte(text)); s != nil || len(findings) == 0 {
			t.Errorf("a file of %d bytes was taken", len(text))
		}
	}
}

// What the scenario speaks of must be in its catalogue.
func TestAgainstTheCatalogue(t *testing.T) {
	cat, findings := catalogue.Load(os.DirFS("../../../examples/insurers"))
	if cat == nil {
		t.Fatal(findings)
	}
	s := parsed(t, strings.Replace(short, "kern-bkk-ahornwerk", "kern-bkk-nirgends", 1))
	f := s.Against(cat)
	if len(f) != 1 || f[0].Code != "scenario.unknown_reference" || f[0].Line != 6 {
		t.Errorf("findings %v, want one in line 6", f)
	}
}

// The example is the first thing anybody plays.
func TestFirstLightIsClean(t *testing.T) {
	data, err := os.ReadFile("../../../examples/first-light/first-light.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := parsed(t, string(data))
	cat, _ := catalogue.Load(os.DirFS("../../../examples/insurers"))
	if f := s.Against(cat); len(f) > 0 {
		t.Error(f)
	}
	used := map[string]bool{}
	for _, x := range s.Steps {
		for _, e := range x.Expect {
			used[reflect.TypeOf(e).Name()] = true
		}
	}
	if len(used) != len(expectations) {
		t.Errorf("it expects %d kinds of things, the list has %d: every one should be seen at work", len(used), len(expectations))
	}
}

// The schema for editors lists what the program knows.
func TestSchemaListsWhatTheProgramKnows(t *testing.T) {
	var s struct {
		Properties struct {
			Steps struct {
				Items struct {
					Properties struct {
						Do     struct{ Enum []string }
						Expect struct {
							Items struct{ Properties map[string]any }
						}
					}
					OneOf []any `json:"oneOf"`
				}
			}
		}
	}
	if err := json.Unmarshal(Schema(), &s, json.MatchCaseInsensitiveNames(true)); err != nil {
		t.Fatal(err)
	}
	step := s.Properties.Steps.Items
	var expects []string
	for k := range step.Properties.Expect.Items.Properties {
		expects = append(expects, k)
	}
	slices.Sort(expects)
	if !slices.Equal(step.Properties.Do.Enum, Deeds()) || len(step.OneOf) != len(Deeds()) || !slices.Equal(expects, Expectations()) {
		t.Errorf("the schema knows %v and %v, the program %v and %v", step.Properties.Do.Enum, expects, Deeds(), Expectations())
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(short))
	if data, err := os.ReadFile("../../../examples/first-light/first-light.yaml"); err == nil {
		f.Add(data)
	}
	f.Add([]byte("steps: [[[[{}]]]]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, findings := Parse("s.yaml", data)
		if (s == nil) != fault.HasErrors(findings) {
			t.Errorf("scenario %v with findings %v", s, findings)
		}
		for _, x := range findings {
			if x.Line < 1 || x.Col < 1 || x.Message == "" {
				t.Errorf("a finding without a place or a message: %+v", x)
			}
		}
	})
}
