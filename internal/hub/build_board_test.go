package hub

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/statuspage"
)

func (p *played) board(f BoardFilter) BoardView {
	p.Helper()
	v, err := p.Board(p.Context(), f)
	if err != nil {
		p.Fatal(err)
	}
	return v
}

func TestBoardEmptyHouse(t *testing.T) {
	v := play(t).board(BoardFilter{})
	if !v.Empty || v.Next.Kind != NextCatalogue || v.Worst == ShownOperational || v.Frame.Incident != nil {
		t.Errorf("empty %v, next %s, worst %s, incident %v", v.Empty, v.Next.Kind, v.Worst, v.Frame.Incident)
	}
}

// The board of the small house after the cut: alpha's web service is off, its mail only misses it, bravo is untouched, and the foundation is marked as used by both.
func TestBoardAfterCut(t *testing.T) {
	p := ready(t)
	p.cutOff()
	v := p.board(BoardFilter{})
	at, _ := p.state.Cell.Find("WEB@alpha")
	want := []BoardGroup{{Site: Choice{"rz", Label{"Rechenzentrum", "Data centre"}}, Rows: []BoardRow{
		{Env: Choice{"base", Label{"Fundament", "Foundation"}}, Kind: "shared", Slots: []Slot{{Kind: SlotOwn, State: ShownUnknown}, {}, {}}},
		{Env: Choice{ID: "alpha", Name: v.Groups[0].Rows[1].Env.Name}, Kind: "customer", Slots: []Slot{
			{Kind: SlotShared, State: ShownUnknown, Env: "base"}, {Kind: SlotOwn, State: ShownOff, Seq: at.Seq}, {Kind: SlotOwn, State: ShownDegraded, Seq: at.Seq}}},
		{Env: Choice{ID: "bravo", Name: v.Groups[0].Rows[2].Env.Name}, Kind: "customer", Slots: []Slot{
			{Kind: SlotShared, State: ShownUnknown, Env: "base"}, {Kind: SlotOwn, State: ShownUnknown}, {Kind: SlotOwn, State: ShownUnknown}}},
	}}}
	if diff := cmp.Diff(want, v.Groups); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]StateCount{{ShownOff, 1}, {ShownDegraded, 1}, {ShownUnknown, 3}}, v.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if v.Worst != ShownOff || v.Frame.Incident == nil || v.Frame.Incident.Lead != "Anna Adler" {
		t.Errorf("worst %s, incident %+v", v.Worst, v.Frame.Incident)
	}
	if diff := cmp.Diff(NextStep{Kind: NextRelease, Count: 1}, v.Next); diff != "" {
		t.Errorf("next (-want +got):\n%s", diff)
	}
}

func TestBoardFilter(t *testing.T) {
	p := ready(t)
	p.cutOff()
	for name, row := range map[string]struct {
		f             BoardFilter
		rows, columns []string
	}{
		"nothing":    {BoardFilter{}, []string{"base", "alpha", "bravo"}, []string{"NET", "WEB", "MAIL"}},
		"a customer": {BoardFilter{Customer: "bravo"}, []string{"bravo"}, []string{"NET", "WEB", "MAIL"}},
		"a service":  {BoardFilter{Service: "WEB"}, []string{"alpha", "bravo"}, []string{"WEB"}},
		"a state":    {BoardFilter{State: ShownOff}, []string{"alpha"}, []string{"WEB"}},
		"no match":   {BoardFilter{State: ShownOff, Customer: "bravo"}, nil, nil},
		"a site":     {BoardFilter{Site: "elsewhere"}, nil, nil},
	} {
		v := p.board(row.f)
		var rows, columns []string
		for _, g := range v.Groups {
			for _, r := range g.Rows {
				rows = append(rows, r.Env.ID)
			}
		}
		for _, s := range v.Services {
			columns = append(columns, s.ID)
		}
		if diff := cmp.Diff([][]string{row.rows, row.columns}, [][]string{rows, columns}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(v.Counts) != 3 {
			t.Errorf("%s: the filter narrowed the counts", name)
		}
	}
}

// The "what now" line leads through the whole story, in this order.
func TestNextStep(t *testing.T) {
	p := play(t)
	var got []NextKind
	note := func() { got = append(got, p.board(BoardFilter{}).Next.Kind) }
	note()
	p.staff()
	p.adopt(smallHouse)
	p.agent(webHost)
	note()
	p.as("user:anna", incident.Open{Title: "x", Lead: "hub:console"})
	note()
	p.as("user:anna", incident.SetLead{Incident: "inc-1", Lead: "user:anna"})
	note()
	p.as("user:anna", proposal)
	note()
	p.approve("m-1-cut", "benno")
	note()
	p.carry("m-1-cut", webHost)
	note()
	p.look("m-1", true)
	note()
	p.look("m-1", false)
	note()
	plan, err := p.PlanBack(t.Context(), "inc-1", p.Hub.Log().Next()-1)
	if err != nil {
		t.Fatal(err)
	}
	p.as("user:anna", plan)
	note()
	want := []NextKind{NextCatalogue, NextPeace, NextLead, NextCut, NextApprove, NextWait, NextVerify, NextRefused, NextRelease, NextStepDue}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("next (-want +got):\n%s", diff)
	}
	p = ready(t)
	p.cutOff()
	p.broughtBack()
	if n := p.board(BoardFilter{}).Next.Kind; n != NextPeace {
		t.Errorf("after the close next is %s", n)
	}
}

// What is seen to fail takes others with it although nobody switched it off, and since when is told by what failed.
func TestConsequenceOfFailure(t *testing.T) {
	p := ready(t)
	p.as("user:anna", cell.Observe{Cells: []cell.ID{"NET@base"}, Condition: cell.Failed, Source: "person"})
	fell := p.clock.now
	v, err := p.Cell(t.Context(), "WEB", "bravo")
	if err != nil {
		t.Fatal(err)
	}
	if v.State != ShownOutage || v.Cause != "consequence" || !v.Since.Equal(fell) || v.Seq != p.Hub.Log().Next()-1 {
		t.Errorf("WEB@bravo is %s by %s since %s (#%d)", v.State, v.Cause, v.Since, v.Seq)
	}
	want := []NeedLine{{Cell: "NET@base", Name: Label{"Netz", "Network"}, Kind: "hard", State: ShownOutage}}
	if diff := cmp.Diff(want, v.Needs); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
	if len(v.NeededBy) != 1 || v.NeededBy[0].Cell != "MAIL@bravo" || v.NeededBy[0].Kind != "soft" {
		t.Errorf("needed by %+v", v.NeededBy)
	}
}

// Every word of a cell has a word of the page, and severity knows them all.
func TestShownTables(t *testing.T) {
	for _, m := range cell.Modes {
		for _, c := range cell.Conditions {
			x := cell.Cell{Mode: m, Condition: c}
			for _, e := range []cell.Effect{"", catalogue.Lost, catalogue.Degraded} {
				s := shownOf[x.Word(e)]
				if string(s) != string(x.Word(e)) {
					t.Errorf("%s/%s/%s is shown as %q", m, c, e, s)
				}
				if !containsShown(severity, s) {
					t.Errorf("severity does not know %s", s)
				}
			}
		}
	}
	for n := range severity[1:] {
		if rankOf(severity[n]) > rankOf(severity[n+1]) {
			t.Errorf("%s stands before %s", severity[n], severity[n+1])
		}
	}
}

func containsShown(list []Shown, s Shown) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// rankOf is the rank of a word on the status page.
func rankOf(s Shown) int {
	for level, shown := range shownOfLevel {
		if shown == s {
			return level.Rank()
		}
	}
	return statuspage.LevelOf(cell.Word(s)).Rank()
}

// Whatever happens to cells: no banner is better than the worst that is visible beside it, and none is green while an incident is open.
func TestBannerNeverBetter(t *testing.T) {
	p := ready(t)
	p.as("user:anna", incident.Open{Title: "x"})
	all := []cell.ID{"NET@base", "WEB@alpha", "MAIL@alpha", "WEB@bravo", "MAIL@bravo"}
	rapid.Check(t, func(rt *rapid.T) {
		id := rapid.SampledFrom(all).Draw(rt, "cell")
		p.clock.now = p.clock.now.Add(1)
		var c Command = cell.Change{Cells: []cell.ID{id}, Mode: rapid.SampledFrom(cell.Modes).Draw(rt, "mode"), Cause: cell.Planned}
		if rapid.Bool().Draw(rt, "observe") {
			c = cell.Observe{Cells: []cell.ID{id}, Condition: rapid.SampledFrom(cell.Conditions).Draw(rt, "condition"), Source: "person"}
		}
		_, _ = p.Do(t.Context(), Request{Actor: "user:anna", Command: c}) // many are refused by the law of change; the state is what it is
		board := p.board(BoardFilter{})
		for _, n := range board.Counts {
			notBetter(rt, "board", board.Worst, n.State)
		}
		status, err := p.Status(t.Context())
		if err != nil {
			rt.Fatal(err)
		}
		for _, g := range status.Groups {
			notBetter(rt, "status", status.Worst, g.Worst)
			for _, s := range g.Services {
				notBetter(rt, "group", g.Worst, s.State)
			}
		}
		for _, client := range []string{"alpha", "bravo"} {
			v, err := p.Customer(t.Context(), client)
			if err != nil {
				rt.Fatal(err)
			}
			for _, x := range v.Cells {
				notBetter(rt, client, v.Worst, x.State)
			}
			if v.Worst == ShownOperational {
				rt.Fatalf("%s is green while an incident is open", client)
			}
		}
		if board.Worst == ShownOperational || status.Worst == ShownOperational {
			rt.Fatal("a banner is green while an incident is open")
		}
	})
}

func notBetter(t *rapid.T, what string, banner, part Shown) {
	if rankOf(banner) < rankOf(part) {
		t.Fatalf("%s: the banner says %s beside %s", what, banner, part)
	}
}

func TestBoardOfInsurers(t *testing.T) {
	p := insurers(t)
	p.switchOff("site:rz-sued")
	v := p.board(BoardFilter{})
	rows, own := 0, 0
	for _, g := range v.Groups {
		rows += len(g.Rows)
		for _, r := range g.Rows {
			for _, s := range r.Slots {
				if s.Kind == SlotOwn {
					own++
				}
			}
		}
	}
	c := p.state.Catalogue.Current
	if rows != len(c.Environments) || own != len(c.Cells()) || len(v.Services) != len(c.Services) {
		t.Errorf("%d rows, %d cells, %d columns; want %d, %d, %d", rows, own, len(v.Services), len(c.Environments), len(c.Cells()), len(c.Services))
	}
}

// BenchmarkBoard builds the board of 1,400 cells with one site off: cold after each new entry, and warm for all readers after the first.
func BenchmarkBoard(b *testing.B) {
	p := insurers(b)
	p.switchOff("site:rz-sued")
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			p.views.mu.Lock()
			p.views.sight = nil
			p.views.mu.Unlock()
			p.board(BoardFilter{})
		}
	})
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			p.board(BoardFilter{})
		}
	})
}
