package incident

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

var (
	ten     = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	anna    = access.Stamp{By: "user:anna", At: ten.Add(time.Hour), HappenedAt: ten}
	opened  = Opened{ID: "inc-1", Title: "eAU rejects", Lead: "user:anna"}
	aware   = Anchored{Incident: "inc-1", Anchor: FirstKnowledge, Moment: ten}
	logged  = Logged{Incident: "inc-1", Private: LoggedPrivate{Text: "rejects since 22:00"}}
	led     = Led{Incident: "inc-1", Lead: "user:ben"}
	closed  = Closed{Incident: "inc-1", OpenPoints: 1, Private: ClosedPrivate{Summary: "over", OpenPoints: []string{"S1 stays interim"}}}
	running = []Event{opened, aware, logged}
)

// fold is the state after the events, numbered from 1 as the record would.
func fold(events ...Event) State {
	var s State
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
		"open":                           {nil, Open{Title: "eAU rejects"}, []Event{opened, aware}, ""},
		"open gives the next free id":    {[]Event{opened}, Open{Title: "again", Lead: "user:ben"}, []Event{Opened{ID: "inc-2", Title: "again", Lead: "user:ben"}, Anchored{"inc-2", FirstKnowledge, ten}}, ""},
		"open twice, other case":         {running, Open{ID: "INC-1", Title: "x"}, nil, "incident.exists"},
		"open under a bad id":            {nil, Open{ID: "a b", Title: "x"}, nil, "id.form"},
		"open without a title":           {nil, Open{Title: " \n"}, nil, "text.empty"},
		"open with a novel":              {nil, Open{Title: strings.Repeat("x", MaxTitle+1)}, nil, "text.too_long"},
		"open in Latin-1":                {nil, Open{Title: "St\xf6rung"}, nil, "text.encoding"},
		"open with a terminal sequence":  {nil, Open{Title: "a\x1b[2Jb"}, nil, "text.control"},
		"log":                            {running, Log{Incident: "inc-1", Text: "rejects since 22:00"}, []Event{logged}, ""},
		"log a correction":               {running, Log{Incident: "inc-1", Text: "21:55", Corrects: 3}, []Event{Logged{"inc-1", 3, LoggedPrivate{"21:55"}}}, ""},
		"correct what is no line":        {running, Log{Incident: "inc-1", Text: "21:55", Corrects: 1}, nil, "incident.no_such_line"},
		"log where nothing is":           {nil, Log{Incident: "inc-1", Text: "x"}, nil, "incident.unknown"},
		"log after the close":            {append(running, closed), Log{Incident: "inc-1", Text: "rejects since 22:00"}, []Event{logged}, ""},
		"hand over":                      {running, SetLead{"inc-1", "user:ben"}, []Event{led}, ""},
		"hand over to the one who leads": {running, SetLead{"inc-1", "user:anna"}, nil, "incident.same_lead"},
		"hand over to nobody":            {running, SetLead{"inc-1", ""}, nil, "incident.no_lead"},
		"anchor":                         {running, SetAnchor{"inc-1", DataBreach, ten}, []Event{Anchored{"inc-1", DataBreach, ten}}, ""},
		"anchor in the future":           {running, SetAnchor{"inc-1", DataBreach, ten.Add(2 * time.Hour)}, nil, "incident.moment"},
		"anchor without a moment":        {running, SetAnchor{"inc-1", DataBreach, time.Time{}}, nil, "incident.moment"},
		"anchor nobody knows":            {running, SetAnchor{"inc-1", "lunch", ten}, nil, "incident.no_such_anchor"},
		"close with a point left":        {running, Close{Incident: "inc-1", Summary: "over", OpenPoints: []string{"S1 stays interim"}, Held: 3}, []Event{closed}, ""},
		"close while cells are held":     {running, Close{Incident: "inc-1", Summary: "over", Held: 3}, nil, "incident.cells_held"},
		"close without a word":           {running, Close{Incident: "inc-1"}, nil, "text.empty"},
		"close with an empty point":      {running, Close{Incident: "inc-1", Summary: "over", OpenPoints: []string{""}}, nil, "text.empty"},
		"close with a list nobody reads": {running, Close{Incident: "inc-1", Summary: "over", OpenPoints: slices.Repeat([]string{"x"}, MaxOpenPoints+1)}, nil, "incident.too_many_points"},
		"close twice":                    {append(running, closed), Close{Incident: "inc-1", Summary: "over"}, nil, "incident.closed"},
		"hand over after the close":      {append(running, closed), SetLead{"inc-1", "user:ben"}, nil, "incident.closed"},
		"close where nothing is":         {nil, Close{Incident: "inc-9", Summary: "over"}, nil, "incident.unknown"},
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
	s := fold(append(running, led, closed)...)
	got, ok := s.Find("INC-1")
	want := Incident{ID: "inc-1", Title: "eAU rejects", Lead: "user:ben", OpenedAt: ten, ClosedAt: ten,
		Anchors: map[Anchor]time.Time{FirstKnowledge: ten}, Log: []uint64{3}, OpenLeft: 1, CloseSeq: 5}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("incident (-want +got):\n%s", diff)
	}
	if i, ok := s.Running(); ok {
		t.Errorf("running = %v after the close", i)
	}
	if i, ok := fold(opened, aware, Opened{ID: "inc-2", Title: "b"}).Running(); !ok || i.ID != "inc-2" {
		t.Errorf("running = %v, %v, want the newest open", i, ok)
	}
}

// What is handed out is a copy: a page that sorts or cuts it must not change the state.
func TestFindGivesCopies(t *testing.T) {
	s := fold(running...)
	i, _ := s.Find("inc-1")
	i.Log[0], i.Anchors[Major] = 99, ten
	again, _ := s.Find("inc-1")
	if again.Log[0] != 3 || len(again.Anchors) != 1 {
		t.Errorf("the state changed through a copy: %+v", again)
	}
}

// Whatever is asked in whatever order: a decision never panics, what it decides can be applied, and a closed incident stays closed.
func TestAnySequenceOfCommands(t *testing.T) {
	ids := []ID{"", "inc-1", "INC-1", "inc-2", "a b"}
	rapid.Check(t, func(t *rapid.T) {
		var s State
		closed := map[ID]bool{}
		for n := range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := rapid.SampledFrom(ids).Draw(t, "id")
			c := rapid.SampledFrom([]Command{
				Open{ID: id, Title: "t"}, Log{Incident: id, Text: "x", Corrects: uint64(rapid.IntRange(0, n).Draw(t, "corrects"))},
				SetLead{id, "user:ben"}, SetAnchor{id, Major, ten}, Close{Incident: id, Summary: "s", Held: rapid.IntRange(0, 1).Draw(t, "held")},
			}).Draw(t, "command")
			at := anna
			at.Seq = uint64(n + 1)
			events, err := Decide(s, c, at)
			if (err == nil) != (len(events) > 0) {
				t.Fatalf("%T gave %d events and the error %v", c, len(events), err)
			}
			for _, e := range events {
				s = Apply(s, e, at)
				if c, ok := e.(Closed); ok {
					closed[c.Incident] = true
				}
			}
			for id := range closed {
				if i, _ := s.Find(id); i.Open() {
					t.Fatalf("incident %s opened again after its close", id)
				}
			}
		}
	})
}
