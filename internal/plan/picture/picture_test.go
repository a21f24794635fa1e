package picture_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"blackstart/internal/plan"
	"blackstart/internal/plan/picture"
)

const work = `{"schema": "blackstart/plan-problem/1", "name": "site:north",
 "teams": [{"id": "net", "heads": 0, "shifts": [{"from": 0, "until": 600, "heads": 2, "every": 1440}]}],
 "tasks": [
  {"id": "a", "name": "Load <script>alert(1)</script> & rules", "layer": "ground", "minutes": 300, "heads": [{"team": "net", "heads": 2}]},
  {"id": "b", "layer": "ground", "minutes": 600, "heads": [{"team": "net", "heads": 1}], "pausable": true, "after": ["a"]},
  {"id": "copy", "layer": "house", "minutes": 2000, "attend": "none", "after": ["a"]},
  {"id": "turn\u202earound", "minutes": 10, "after": ["copy"]},
  {"id": "gate", "minutes": 30, "opens": "unknown"},
  {"id": "then", "layer": "house", "minutes": 90, "after": ["gate"]}],
 "services": [{"id": "S1", "set": ["b"], "weight": 3}, {"id": "S2", "set": ["then"], "weight": 1}]}`

func draw(t *testing.T, o picture.Options) string {
	t.Helper()
	p, err := plan.ReadProblem([]byte(work))
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := plan.FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	svg := picture.SVG(p, made, o)
	if !bytes.Equal(svg, picture.SVG(p, made, o)) {
		t.Error("drawn twice it is not the same")
	}
	return string(svg)
}

// The picture is well-formed, holds every task with its times, and nothing of a name becomes markup or turns the direction of reading.
func TestSVG(t *testing.T) {
	for _, o := range []picture.Options{{}, {German: true, Begin: time.Date(2026, 11, 3, 22, 0, 0, 0, time.FixedZone("CET", 3600))}} {
		svg := draw(t, o)
		d := xml.NewDecoder(strings.NewReader(svg))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("it is not well-formed: %v", err)
			}
			if start, ok := token.(xml.StartElement); ok && strings.EqualFold(start.Name.Local, "script") {
				t.Error("a name became a script")
			}
		}
		if strings.ContainsRune(svg, 0x202e) {
			t.Error("a name turns the direction of reading")
		}
		for _, id := range []string{"(a)", "(b)", "(copy)", "(gate)", "(then)"} {
			if !strings.Contains(svg, id+": ") {
				t.Errorf("task %s is not in it", id)
			}
		}
	}
}

// Times are said as readers count them: by the clock where the beginning is known, as a distance where it is not, and behind an unknown gate never as a date.
func TestTimes(t *testing.T) {
	english, german := draw(t, picture.Options{}), draw(t, picture.Options{German: true, Begin: time.Date(2026, 11, 3, 22, 0, 0, 0, time.FixedZone("CET", 3600))})
	for _, want := range []string{"rules (a): +0 min – +5 h", "then (then): gate gate + 30 min – gate gate + 2 h", "25 % wait for a gate", "1 service (25 % of weight), 2 tasks without a date until this opens: gate gate.", "Distances from the gate hold if it opens then: +"} {
		if !strings.Contains(english, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, want := range []string{"rules (a): Di 03.11. 22:00 – Mi 04.11. 03:00", "then (then): Tor gate + 30 min – Tor gate + 2 h", "25 % warten auf ein Tor"} {
		if !strings.Contains(german, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// A plan that was made on the way shows where it is: what is over has its own ground, what runs is not over before now, and the day of the week is said.
func TestOnTheWay(t *testing.T) {
	p, err := plan.ReadProblem([]byte(`{"schema": "blackstart/plan-problem/1", "begin": "2026-11-03T22:00:00+01:00", "start": 600, "tasks": [
		{"id": "was", "minutes": 60, "state": "done", "at": 0}, {"id": "is", "minutes": 60, "state": "running", "at": 60}, {"id": "then", "minutes": 60, "after": ["is"]}],
		"services": [{"id": "A", "set": ["was"], "weight": 9}, {"id": "B", "set": ["then"], "weight": 1}]}`))
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := plan.FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	english, german := string(picture.SVG(p, made, picture.Options{})), string(picture.SVG(p, made, picture.Options{German: true}))
	for _, want := range []string{">now, Wed 4 Nov 08:00</text>", `<rect class="past" x="200.0"`, "is (is): Tue 3 Nov 23:00 – Wed 4 Nov 08:00", "then (then): Wed 4 Nov 08:00", "done: Wed 4 Nov 2026 09:00 (UTC+01:00).", "heaviest services that are still out", "crosses it is running"} {
		if !strings.Contains(english, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if !strings.Contains(german, ">jetzt, Mi 04.11. 08:00</text>") || !strings.Contains(german, "fertig: Mi 04.11.2026 09:00") {
		t.Error("it does not say it in German")
	}
	if strings.Contains(english, ">A, ") || !strings.Contains(english, ">B, Wed 4 Nov 09:00<") {
		t.Error("the services that are marked are not those still out")
	}
	p.Start = -60
	if svg := string(picture.SVG(p, made, picture.Options{})); strings.Contains(svg, `class="past"`) || strings.Contains(svg, `class="now"`) {
		t.Error("where nothing has begun, now is the beginning")
	}
}

// A picture of nothing, and one of very much, are pictures too.
func TestExtremes(t *testing.T) {
	empty := picture.SVG(&plan.Problem{}, &plan.Plan{}, picture.Options{})
	if !bytes.HasPrefix(empty, []byte("<svg ")) {
		t.Errorf("of nothing: %s", empty)
	}
	p := &plan.Problem{Teams: []plan.Team{{ID: "x", Heads: 3}}}
	for i := range 2000 {
		p.Tasks = append(p.Tasks, plan.Task{ID: fmt.Sprint(i), Minutes: plan.Exactly(500_000), Heads: []plan.Need{{Team: "x", Heads: 1}}})
	}
	made, _, err := plan.FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	if svg := picture.SVG(p, made, picture.Options{}); len(svg) > 4<<20 || strings.Contains(string(svg), "NaN") {
		t.Errorf("of %d tasks: %d bytes", len(p.Tasks), len(svg))
	}
}

// Behind the line of an unknown gate stands its name and the distance from it, layers differ in a copy in black and white, and a print fits the paper.
func TestOnPaper(t *testing.T) {
	svg := draw(t, picture.Options{German: true, Begin: time.Date(2026, 11, 3, 22, 0, 0, 0, time.FixedZone("CET", 3600))})
	for _, want := range []string{`class="gate" x=`, ">Tor gate</text>", "S2, Tor + 2 h", "size:A4 landscape", "blass: ruht", ">b</text>", "S1, Do 0"} {
		if !strings.Contains(svg, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, not := range []string{"Ziel cost", "critical path", "(weak)", "+−"} {
		if strings.Contains(svg, not) {
			t.Errorf("it says %q", not)
		}
	}
}

const short = `{"schema": "blackstart/plan-problem/1", "begin": "2026-11-03T22:00:00+01:00",
 "teams": [{"id": "pay", "heads": 1}, {"id": "net", "heads": 1}],
 "tasks": [
  {"id": "one", "layer": "business", "minutes": 60, "heads": [{"team": "net", "heads": 1}]},
  {"id": "two", "layer": "business", "minutes": 60, "heads": [{"team": "pay", "heads": 2}]},
  {"id": "three", "layer": "business", "minutes": 60, "after": ["two"]}],
 "services": [{"id": "A", "set": ["one"], "weight": 3}, {"id": "B", "set": ["three"], "weight": 1}, {"id": "odd", "set": ["nothing"], "weight": 5}]}`

// What is left out is said before anything else, with who is missing, and nothing of it waits for a gate that is not there. Its team keeps its row, and no curve is full.
func TestLeftOut(t *testing.T) {
	p, err := plan.ReadProblem([]byte(short))
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := plan.FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	english, german := string(picture.SVG(p, made, picture.Options{})), string(picture.SVG(p, made, picture.Options{German: true}))
	for _, want := range []string{"1 service (25 % of weight) does not come back: 2 tasks are left out. pay has at most 1, needs 2.", "Of 3 tasks, 1 with a date", "; 25 % do not come back", ">pay (1)</text>", ">1 left out</text>", "business (1/3)", ", only what has a date"} {
		if !strings.Contains(english, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	for _, want := range []string{"1 Dienst (25 % des Gewichts) kommt nicht zurück", ">1 nicht eingeplant</text>", "Fachverfahren (1/3)"} {
		if !strings.Contains(german, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	p.Services = append(p.Services, plan.Service{ID: "C", Name: "Clinic <b>", Set: []string{"two"}, Weight: 4})
	if svg := string(picture.SVG(p, made, picture.Options{})); !strings.Contains(svg, "2 services (63 % of weight) do not come back") || !strings.Contains(svg, ">The heaviest of these: Clinic &lt;b&gt;, B.</text>") {
		t.Error("of two that do not come back it does not name the heavier one first")
	}
	if strings.Contains(english, "gate") || strings.Contains(german, "Tor") {
		t.Error("it says something of a gate")
	}
	if title, sub := strings.Index(english, "does not come back"), strings.Index(english, "the last one ends: "); title < 0 || title > sub {
		t.Error("what is lost stands behind what is done")
	}
}

func read(t *testing.T, text string) (*plan.Problem, *plan.Plan) {
	t.Helper()
	p, err := plan.ReadProblem([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := plan.FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, made
}

const nightly = `{"schema": "blackstart/plan-problem/1", "begin": "2026-11-03T07:00:00+01:00", "start": 60,
 "teams": [{"id": "day", "heads": 0, "shifts": [{"from": 0, "until": 720, "heads": 2, "every": 1440}]}, {"id": "all", "heads": 3, "shifts": [{"from": 720, "until": 1440, "heads": 1, "every": 1440}]}, {"id": "same", "heads": 1}],
 "tasks": [
  {"id": "ground", "layer": "low", "minutes": 600, "heads": [{"team": "same", "heads": 1}], "state": "running", "at": 0},
  {"id": "side", "layer": "low", "minutes": 300, "heads": [{"team": "all", "heads": 1}]},
  {"id": "tape", "name": "Tape runs by itself", "layer": "high", "minutes": 1800, "heads": [{"team": "all", "heads": 1}], "attend": "start", "attend_minutes": 60, "after": ["ground"]},
  {"id": "last", "layer": "high", "minutes": 120, "heads": [{"team": "day", "heads": 1}], "after": ["tape", "release"]},
  {"id": "release", "name": "Release", "minutes": 30, "opens": 1500}],
 "services": [{"id": "A", "set": ["last"], "weight": 3, "rto": 60, "mtpd": 2000}, {"id": "B", "set": ["side"], "weight": 1}]}`

// What the end hangs on has rows of its own with names and times, and outlines; what runs is said to; gates with a date have their line.
func TestWhatTheEndHangsOn(t *testing.T) {
	p, made := read(t, nightly)
	svg := string(picture.SVG(p, made, picture.Options{}))
	for _, want := range []string{">What the end hangs on</text>", ">ground, runs until Tue 3 Nov 17:00</text>", ">last, until Thu 5 Nov 09:00</text>", ">gate Release, Wed 4 Nov 08:30</text>", "outlined: the end hangs on it"} {
		if !strings.Contains(svg, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(svg, ">side, until") {
		t.Error("the end does not hang on side")
	}
	if n := strings.Count(svg, `stroke-width="1.4"><title>`); n != 6 {
		t.Errorf("%d outlines, want one of each of three links in both parts", n)
	}
}

// Before an opening, known or not, or a date of its own, a task hangs on nothing that is work.
func TestWhereAChainEnds(t *testing.T) {
	for _, own := range []string{`"opens": 3000`, `"opens": "unknown"`, `"earliest": 3000`} {
		p, made := read(t, `{"schema": "blackstart/plan-problem/1", "teams": [{"id": "x", "heads": 1}], "tasks": [
			{"id": "early", "minutes": 60, "heads": [{"team": "x", "heads": 1}]},
			{"id": "own", "minutes": 30, "heads": [{"team": "x", "heads": 1}], "after": ["early"], `+own+`},
			{"id": "last", "minutes": 60, "after": ["own"]}]}`)
		svg := string(picture.SVG(p, made, picture.Options{}))
		if !strings.Contains(svg, ">own, until ") || strings.Contains(svg, ">early, until ") {
			t.Errorf("with %s the chain does not end where it should", own)
		}
	}
}

// What is over was over when it was, not now.
func TestAllOver(t *testing.T) {
	p, made := read(t, `{"schema": "blackstart/plan-problem/1", "begin": "2026-11-03T22:00:00+01:00", "start": 6000, "tasks": [{"id": "was", "minutes": 60, "state": "done", "at": 0}]}`)
	if svg := string(picture.SVG(p, made, picture.Options{})); !strings.Contains(svg, "1 task, 0 teams, done: Tue 3 Nov 2026 23:00") {
		t.Error("it does not say when the last task was over")
	}
}

// Teams are shaded while they are away, paler while they are fewer, and not at all where nothing changes; a calendar that makes no sense or repeats every minute costs no paper.
func TestNights(t *testing.T) {
	p, made := read(t, nightly)
	svg := string(picture.SVG(p, made, picture.Options{}))
	if none, fewer := strings.Count(svg, `fill-opacity="0.13" d=`), strings.Count(svg, `fill-opacity="0.05" d=`); none != 1 || fewer != 1 {
		t.Errorf("%d teams away and %d with fewer heads, want one of each", none, fewer)
	}
	if !strings.Contains(svg, "grey: team is away") {
		t.Error("the legend does not say what grey is")
	}
	before := len(svg)
	p.Teams[0].Shifts = []plan.Shift{{From: 0, Until: 1, Heads: 2, Every: 1}, {From: 5, Until: 1}, {From: -1 << 62, Until: 1 << 62, Every: 1 << 61}, {From: 1, Until: 2, Every: -3}}
	if after := len(picture.SVG(p, made, picture.Options{})); after > before+1000 {
		t.Errorf("%d bytes became %d", before, after)
	}
}

// A layer has the same hue in every picture of a problem, whatever begins first.
func TestHuesStay(t *testing.T) {
	p, made := read(t, short)
	p.Tasks[1].Layer = "ti"
	key := regexp.MustCompile(`fill="(#[0-9a-f]{6})"/>\n<text class="key"[^>]*>(business|ti)<`)
	hues := func() (hues string) {
		for _, found := range key.FindAllStringSubmatch(string(picture.SVG(p, made, picture.Options{})), -1) {
			hues += found[2] + " " + found[1] + ","
		}
		return hues
	}
	before := hues()
	made.Start["one"], made.Start["two"] = 600, 0
	if after := hues(); after != before || strings.Count(before, "#") != 2 {
		t.Errorf("%s became %s", before, after)
	}
}

// Words on a bar stand on its full or on its pale part, in ink that can be read there, and not across.
func TestNamesOnBars(t *testing.T) {
	p, made := read(t, nightly)
	svg := string(picture.SVG(p, made, picture.Options{}))
	name := regexp.MustCompile(`<rect x="([0-9.]+)" y="[0-9]+" width="([0-9.]+)" height="10"/></g>\n<text class="name" x="([0-9.]+)" y="[0-9]+" font-size="9" fill="#16191d">Tape runs by itself<`).FindStringSubmatch(svg)
	if name == nil {
		t.Fatal("the name does not stand on the pale part")
	}
	var begin, width, x float64
	if _, err := fmt.Sscan(strings.Join(name[1:], " "), &begin, &width, &x); err != nil || x < begin+width {
		t.Errorf("the name begins at %v, the full part ends at %v (%v)", x, begin+width, err)
	}
}

// What is out longer than was promised, or than can be borne, hangs from above; a picture whose services have no such limits says nothing of them. Figures have their unit.
func TestLate(t *testing.T) {
	p, made := read(t, nightly)
	made.Objective = plan.Objective{Kind: plan.KindCost, Value: 7925639820, Bound: 1217558610, Method: "critical path (weak)"}
	svg := string(picture.SVG(p, made, picture.Options{}))
	for _, want := range []string{">A, Thu 5 Nov 09:00, 16 h 40 min beyond MTPD</text>", `<path class="late"`, `<path class="dead"`, "Cost: 7 925 639 820 weight × minutes; no plan can be below 1 217 558 610, a rough estimate by the longest chain."} {
		if !strings.Contains(svg, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	p.Services[0].RTO, p.Services[0].MTPD = 0, 0
	if svg := string(picture.SVG(p, made, picture.Options{})); strings.Contains(svg, "RTO") || strings.Contains(svg, "MTPD") || strings.Contains(svg, `class="late"`) {
		t.Error("it says something of limits that nobody set")
	}
}

// Hatched work is drawn at once: a print of thousands of pieces that are each hatched takes minutes, and tens of megabytes.
func TestHatchedAtOnce(t *testing.T) {
	p := &plan.Problem{Teams: []plan.Team{{ID: "x", Heads: 3}}}
	for i := range 200 {
		p.Tasks = append(p.Tasks, plan.Task{ID: fmt.Sprint(i), Layer: fmt.Sprint("layer ", min(i, 4)), Minutes: plan.Exactly(60), Heads: []plan.Need{{Team: "x", Heads: 1}}})
	}
	made, _, err := plan.FirstInFirstOut(p)
	if err != nil {
		t.Fatal(err)
	}
	svg := string(picture.SVG(p, made, picture.Options{}))
	if n := strings.Count(svg, "url(#plan-hatch-4)"); n < 3 || n > 15 {
		t.Errorf("the hatch is used %d times, want once in the wave, the legend, the team, and each named link", n)
	}
	if n := strings.Count(svg, "<title>"); n < len(p.Tasks) {
		t.Errorf("%d of %d tasks are in it", n, len(p.Tasks))
	}
}
