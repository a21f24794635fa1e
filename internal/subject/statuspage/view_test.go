package statuspage

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
)

// words is every word that a cell can have, found by asking cells, so that a new word cannot be forgotten here.
func words() []cell.Word {
	var all []cell.Word
	for _, mode := range cell.Modes {
		for _, condition := range cell.Conditions {
			for _, effect := range []cell.Effect{"", catalogue.Lost, catalogue.Degraded} {
				all = append(all, cell.Cell{Mode: mode, Condition: condition}.Word(effect))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// The whole mapping, word by word: what the page shows, what goes over the wire, how bad it is.
func TestWords(t *testing.T) {
	want := map[cell.Word]struct {
		level Level
		wire  Wire
		rank  int
	}{
		cell.WordOperational: {Operational, WireOperational, 0},
		cell.WordReplaced:    {Operational, WireOperational, 0},
		cell.WordUnknown:     {Unknown, WirePartial, 1},
		cell.WordMaintenance: {Maintenance, WireMaintenance, 2},
		cell.WordDegraded:    {Degraded, WireDegraded, 3},
		cell.WordLimited:     {Degraded, WireDegraded, 3},
		cell.WordInterim:     {Degraded, WireDegraded, 3},
		cell.WordReturning:   {Restoring, WireDegraded, 3},
		cell.WordBasic:       {Partial, WirePartial, 4},
		cell.WordOutage:      {Major, WireMajor, 5},
		cell.WordBlocked:     {Major, WireMajor, 5},
		cell.WordOff:         {Off, WireMajor, 5},
	}
	for _, w := range words() {
		row, known := want[w]
		if l := LevelOf(w); !known || l != row.level || l.Wire() != row.wire || l.Rank() != row.rank {
			t.Errorf("%s is shown as %s, %s, rank %d; want %v", w, l, l.Wire(), l.Rank(), row)
		}
	}
	if len(words()) != len(want) {
		t.Errorf("cells have %d words, the table knows %d", len(words()), len(want))
	}
}

// What nobody knows is never good news.
func TestUnknownWordsAndLevels(t *testing.T) {
	if l := LevelOf("sleeping"); l != Unknown {
		t.Errorf("an unknown word is shown as %s", l)
	}
	if l := Level("sleeping"); l.Rank() != 5 || l.Wire() != WireMajor {
		t.Errorf("an unknown level has rank %d and is %s on the wire", l.Rank(), l.Wire())
	}
	if !slices.IsSortedFunc(Levels, func(a, b Level) int { return a.Rank() - b.Rank() }) || len(Levels) != len(rows) {
		t.Errorf("Levels %v are not sorted by rank or not all", Levels)
	}
}

func TestView(t *testing.T) {
	parts := []Part{
		{"S2@a", cell.WordOperational, true, []string{"a"}},
		{"S1@a", cell.WordOff, true, []string{"a"}},
		{"S1@b", cell.WordOperational, true, []string{"b"}},
		{"S1@shared", cell.WordReturning, true, []string{"a", "c"}},
		{"S3@a", cell.WordOutage, false, []string{"a"}},
		{"S1@d", cell.WordOutage, false, []string{"d"}},
	}
	want := Page{Banner: Off, Services: []Service{{"S1", Off, 2, 3}, {"S2", Operational, 0, 1}}}
	if diff := cmp.Diff(want, View(parts, true)); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Page{Banner: Unknown}, View(nil, false)); diff != "" {
		t.Errorf("page of nothing (-want +got):\n%s", diff)
	}
	if b := View(parts[:1], false).Banner; b != Operational {
		t.Errorf("in peace, with all well, the banner is %s", b)
	}
	if b := View(parts[:1], true).Banner; b != Unknown {
		t.Errorf("with an incident open and all well, the banner is %s", b)
	}
}

func drawParts(t *rapid.T) []Part {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Part {
		return Part{
			Cell:      catalogue.NewCellID(fmt.Sprintf("S%d", rapid.IntRange(1, 4).Draw(t, "service")), fmt.Sprintf("e%d", rapid.IntRange(1, 9).Draw(t, "env"))),
			Word:      rapid.SampledFrom(words()).Draw(t, "word"),
			Visible:   rapid.Bool().Draw(t, "visible"),
			Customers: rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 3).Draw(t, "customers"),
		}
	}), 0, 12).Draw(t, "parts")
}

// The banner and each service are exactly as bad as the worst visible part, but for the floor that an incident lays; and never operational while one is open.
func TestNeverBetterThanTheWorstVisiblePart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts, open := drawParts(t), rapid.Bool().Draw(t, "incident")
		page := View(parts, open)
		worst, byService := 0, map[string]int{}
		for _, p := range parts {
			if p.Visible {
				rank := LevelOf(p.Word).Rank()
				worst, byService[p.Cell.Service()] = max(worst, rank), max(byService[p.Cell.Service()], rank)
			}
		}
		if open || len(byService) == 0 {
			worst = max(worst, Unknown.Rank())
		}
		if page.Banner.Rank() != worst || open && page.Banner == Operational {
			t.Fatalf("incident open: %v, banner %s of rank %d, worst visible part %d", open, page.Banner, page.Banner.Rank(), worst)
		}
		if len(page.Services) != len(byService) {
			t.Fatalf("%d services shown, %d have visible parts", len(page.Services), len(byService))
		}
		for _, s := range page.Services {
			if s.Worst.Rank() != byService[s.ID] || s.Affected > s.Of || s.Worst == Operational && s.Affected > 0 {
				t.Fatalf("service %+v, worst visible part %d", s, byService[s.ID])
			}
		}
	})
}

// Invisible parts can be changed, dropped or shuffled in: the page stays the same to the last field.
func TestInvisiblePartsHaveNoEffect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts, open := drawParts(t), rapid.Bool().Draw(t, "incident")
		visible := slices.DeleteFunc(slices.Clone(parts), func(p Part) bool { return !p.Visible })
		others := drawParts(t)
		for n := range others {
			others[n].Visible = false
		}
		mixed := rapid.Permutation(append(slices.Clone(visible), others...)).Draw(t, "mixed")
		for name, same := range map[string][]Part{"without": visible, "with others": mixed} {
			if diff := cmp.Diff(View(parts, open), View(same, open)); diff != "" {
				t.Fatalf("%s the invisible parts the page differs:\n%s", name, diff)
			}
		}
	})
}

// More bad news never makes a page look better.
func TestBannerIsMonotonous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfN(rapid.SampledFrom(words()), 1, 8).Draw(t, "words")
		more := append(slices.Clone(some), rapid.SampledFrom(words()).Draw(t, "one more"))
		if before, after := Banner(some, false), Banner(more, false); after.Rank() < before.Rank() {
			t.Fatalf("with one more word the banner went from %s to %s", before, after)
		}
		if peace, open := Banner(some, false), Banner(some, true); open.Rank() < peace.Rank() {
			t.Fatalf("with an incident the banner went from %s to %s", peace, open)
		}
	})
}
