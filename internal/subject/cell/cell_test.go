package cell

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

var (
	ten   = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	anna  = access.Stamp{By: "user:anna", At: ten.Add(time.Hour), HappenedAt: ten}
	house = []ID{"S1@a", "S1@b", "S2@a"}
	one   = []ID{"S1@a"}
	hold  = Hold{By: ByIncident, Ref: "inc-1"}
	other = Hold{By: ByAuthority, Ref: "gematik"}

	off  = Changed{Cells: one, Mode: Off, Cause: Precaution, Decided: "user:anna", Selection: "host:web-01", Private: ChangedPrivate{Reason: "beacons"}}
	back = Changed{Cells: one, Mode: Returning, Cause: Planned, Decided: "user:anna"}
	held = Held{Cells: one, Hold: hold}
	free = Released{Cells: one, Hold: hold}
	seen = Observed{Cells: one, Condition: Normal, Source: "probe"}
)

// fold is the state of the house after the events, numbered from 1 as the record would.
func fold(events ...Event) State {
	s := Establish(State{}, house)
	for n, e := range events {
		at := anna
		at.Seq = uint64(n + 1)
		s = Apply(s, e, at)
	}
	return s
}

// Every row is a decision: what was, what is asked, and the facts or the code of the fault that answer.
func TestDecide(t *testing.T) {
	for name, row := range map[string]struct {
		given []Event
		when  Command
		then  []Event
		fault string
	}{
		"observe":                        {nil, Observe{one, Normal, "probe"}, []Event{seen}, ""},
		"observe the same again":         {[]Event{seen}, Observe{one, Normal, "person"}, nil, "cell.nothing"},
		"observe where one is new":       {[]Event{seen}, Observe{house, Normal, "probe"}, []Event{Observed{[]ID{"S1@b", "S2@a"}, Normal, "probe"}}, ""},
		"observe what nobody knows":      {nil, Observe{one, "sleepy", "probe"}, nil, "cell.no_such_condition"},
		"observe by hearsay":             {nil, Observe{one, Normal, "press"}, nil, "cell.no_such_source"},
		"observe no cell of ours":        {nil, Observe{[]ID{"S1@a", "S9@a"}, Normal, "probe"}, nil, "cell.unknown"},
		"observe nothing":                {nil, Observe{nil, Normal, "probe"}, nil, "cell.nothing"},
		"observe everything twice over":  {nil, Observe{make([]ID, MaxChosen+1), Normal, "probe"}, nil, "cell.too_many"},
		"change":                         {nil, Change{Cells: one, Mode: Off, Cause: Precaution, Selection: "host:web-01", Reason: "beacons"}, []Event{off}, ""},
		"change on another's word":       {nil, Change{Cells: one, Mode: Off, Cause: Attack, Decided: "user:ben"}, []Event{Changed{Cells: one, Mode: Off, Cause: Attack, Decided: "user:ben"}}, ""},
		"change, sorted and once each":   {nil, Change{Cells: []ID{"S2@a", "S1@a", "S2@a"}, Mode: Off, Cause: Attack}, []Event{Changed{Cells: []ID{"S1@a", "S2@a"}, Mode: Off, Cause: Attack, Decided: "user:anna"}}, ""},
		"change those not so already":    {[]Event{off}, Change{Cells: house, Mode: Off, Cause: Attack}, []Event{Changed{Cells: house[1:], Mode: Off, Cause: Attack, Decided: "user:anna"}}, ""},
		"change what is so already":      {[]Event{off}, Change{Cells: one, Mode: Off, Cause: Attack}, nil, "cell.nothing"},
		"change back":                    {[]Event{off}, Change{Cells: one, Mode: Returning, Cause: Planned}, []Event{back}, ""},
		"change to regular, released":    {[]Event{off, held, back, free}, Change{Cells: one, Mode: Regular, Cause: Planned}, []Event{Changed{Cells: one, Mode: Regular, Cause: Planned, Decided: "user:anna"}}, ""},
		"change to regular while held":   {[]Event{off, held, back}, Change{Cells: one, Mode: Regular, Cause: Planned}, nil, "cell.held"},
		"regular, one of two released":   {[]Event{off, held, Held{one, other}, back, free}, Change{Cells: one, Mode: Regular, Cause: Planned}, nil, "cell.held"},
		"change from off to regular":     {[]Event{off}, Change{Cells: one, Mode: Regular, Cause: Planned}, nil, "cell.unlawful"},
		"one unlawful refuses all":       {[]Event{off}, Change{Cells: house, Mode: Maintenance, Cause: Planned}, nil, "cell.unlawful"},
		"change to what nobody knows":    {nil, Change{Cells: one, Mode: "asleep", Cause: Planned}, nil, "cell.no_such_mode"},
		"change for what nobody knows":   {nil, Change{Cells: one, Mode: Off, Cause: "fate"}, nil, "cell.no_such_cause"},
		"change without a cause":         {nil, Change{Cells: one, Mode: Off}, nil, "cell.no_such_cause"},
		"change with a novel":            {nil, Change{Cells: one, Mode: Off, Cause: Attack, Reason: strings.Repeat("x", MaxReason+1)}, nil, "text.too_long"},
		"change a novel of a selection":  {nil, Change{Cells: one, Mode: Off, Cause: Attack, Selection: strings.Repeat("x", MaxReason+1)}, nil, "text.too_long"},
		"change in Latin-1":              {nil, Change{Cells: one, Mode: Off, Cause: Attack, Reason: "\xf6"}, nil, "text.encoding"},
		"change no cell of ours":         {nil, Change{Cells: []ID{"S9@a"}, Mode: Off, Cause: Attack}, nil, "cell.unknown"},
		"hold":                           {nil, Place{one, hold}, []Event{held}, ""},
		"hold by a second one":           {[]Event{held}, Place{one, other}, []Event{Held{one, other}}, ""},
		"hold twice":                     {[]Event{held}, Place{one, hold}, nil, "cell.nothing"},
		"hold by what nobody knows":      {nil, Place{one, Hold{"fate", "x"}}, nil, "cell.no_such_hold"},
		"hold by nothing":                {nil, Place{one, Hold{ByIncident, ""}}, nil, "id.form"},
		"release":                        {[]Event{held}, Release{one, hold}, []Event{free}, ""},
		"release what is held by others": {[]Event{held}, Release{one, other}, nil, "cell.nothing"},
		"release by what nobody knows":   {[]Event{held}, Release{one, Hold{"fate", "x"}}, nil, "cell.no_such_hold"},
		"pass":                           {[]Event{off}, Pass{one, "clearance"}, []Event{Passed{one, "clearance"}}, ""},
		"pass twice":                     {[]Event{off, Passed{one, "clearance"}}, Pass{one, "clearance"}, nil, "cell.nothing"},
		"pass what has no name":          {nil, Pass{one, ""}, nil, "id.form"},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := Decide(fold(row.given...), row.when, anna)
			if diff := cmp.Diff(row.then, events); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			var f *fault.Fault
			if errors.As(err, &f); (f == nil) != (row.fault == "") || f != nil && f.Code != row.fault {
				t.Errorf("fault = %v, want code %q", err, row.fault)
			}
			for _, e := range events {
				if !slices.Contains(Emits[row.when.Name()], e.Kind()) {
					t.Errorf("%s led to %s, which Emits does not say", row.when.Name(), e.Kind())
				}
			}
		})
	}
}

func TestApply(t *testing.T) {
	s := fold(seen, off, held, Passed{one, "clearance"})
	want := Cell{ID: "S1@a", Condition: Normal, Seen: ten, Mode: Off, Cause: Precaution, Since: ten, Decided: "user:anna", Gate: "clearance", Holds: []Hold{hold}, Seq: 4}
	got, ok := s.Find("S1@a")
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("cell (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(one, s.HeldBy(hold)); diff != "" {
		t.Errorf("held by the incident (-want +got):\n%s", diff)
	}
	s = Apply(s, back, anna)
	if x, _ := s.Find("S1@a"); x.Gate != "clearance" {
		t.Errorf("returning, the last gate passed is %q", x.Gate)
	}
	s = Apply(s, off, anna)
	if x, _ := s.Find("S1@a"); x.Gate != "" {
		t.Errorf("cut off again, the cell still has passed %q", x.Gate)
	}
	before := slices.Collect(cellsOf(s))
	s = Apply(s, Changed{Cells: []ID{"S9@gone"}, Mode: Off}, anna)
	if diff := cmp.Diff(before, slices.Collect(cellsOf(s))); diff != "" {
		t.Errorf("a cell that the catalogue dropped changed something:\n%s", diff)
	}
}

// cellsOf gives copies of all cells.
func cellsOf(s State) func(func(Cell) bool) {
	return func(yield func(Cell) bool) {
		for x := range s.All() {
			if c, _ := s.Find(x.ID); !yield(c) {
				return
			}
		}
	}
}

// What is handed out is a copy: a page that sorts or cuts it must not change the state.
func TestFindGivesCopies(t *testing.T) {
	s := fold(held)
	x, _ := s.Find("S1@a")
	x.Holds[0].Ref = "inc-9"
	if again, _ := s.Find("S1@a"); again.Holds[0] != hold {
		t.Errorf("the state changed through a copy: %+v", again)
	}
}

// A newly adopted catalogue keeps what is known of its cells, adds the new ones unobserved, and drops the others.
func TestEstablishKeepsKnown(t *testing.T) {
	s := Establish(fold(off, held), []ID{"S9@z", "S1@a"})
	x, _ := s.Find("S1@a")
	if x.Mode != Off || !x.HeldBy(hold) || x.Seq != 2 {
		t.Errorf("the known cell became %+v", x)
	}
	fresh, _ := s.Find("S9@z")
	if diff := cmp.Diff(Cell{ID: "S9@z", Condition: Unknown, Mode: Regular, Cause: CauseUnknown}, fresh); diff != "" {
		t.Errorf("the new cell (-want +got):\n%s", diff)
	}
	if _, ok := s.Find("S1@b"); ok || s.Len() != 2 {
		t.Errorf("the dropped cell is there: %v, %d cells", ok, s.Len())
	}
	var order []ID
	for x := range s.All() {
		order = append(order, x.ID)
	}
	if !slices.IsSorted(order) {
		t.Errorf("cells in the order %v", order)
	}
}

// A selection larger than an event becomes several events, each within its bound, together every cell once.
func TestBulkSplits(t *testing.T) {
	var ids []ID
	for n := range 2*MaxCells + 1 {
		ids = append(ids, catalogue.NewCellID(fmt.Sprintf("S%05d", n), "a"))
	}
	s := Establish(State{}, ids)
	slices.Reverse(ids)
	events, err := Decide(s, Change{Cells: ids, Mode: Off, Cause: Attack}, anna)
	if err != nil {
		t.Fatal(err)
	}
	var got []ID
	for _, e := range events {
		part := e.(Changed).Cells
		if len(part) > MaxCells {
			t.Errorf("an event holds %d cells, at most %d", len(part), MaxCells)
		}
		got = append(got, part...)
		s = Apply(s, e, anna)
	}
	slices.Reverse(ids)
	if len(events) != 3 || !slices.Equal(got, ids) {
		t.Errorf("%d events with %d cells, want 3 with %d", len(events), len(got), len(ids))
	}
	for x := range s.All() {
		if x.Mode != Off {
			t.Fatalf("cell %s is %s", x.ID, x.Mode)
		}
	}
}
