package statuspage

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

var (
	ten  = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	anna = access.Stamp{By: "user:anna", At: ten.Add(time.Minute), HappenedAt: ten}

	publish   = Publish{Incident: "inc-1", DE: "Wir prüfen.", EN: "We are looking into it.", Known: true}
	published = Published{Incident: "inc-1", DE: "Wir prüfen.", EN: "We are looking into it.", Digest: "464a62d4e4b86282e642cd609088a3c4f19e37e395ea643c45949af30e214c17"}
)

func with(change func(*Publish)) Publish {
	c := publish
	change(&c)
	return c
}

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
	next := Published{Incident: "inc-1", DE: "Behoben.", EN: "Resolved.", Digest: Digest("Behoben.", "Resolved.")}
	for name, row := range map[string]struct {
		given []Event
		when  Publish
		then  []Event
		fault string
	}{
		"publish":                        {nil, publish, []Event{published}, ""},
		"publish what follows":           {[]Event{published}, Publish{"inc-1", "Behoben.", "Resolved.", true}, []Event{next}, ""},
		"publish what was said before":   {[]Event{published, next}, publish, []Event{published}, ""},
		"publish the same again":         {[]Event{published}, publish, nil, "statuspage.same"},
		"publish it on another incident": {[]Event{published}, with(func(c *Publish) { c.Incident = "inc-2" }), []Event{Published{"inc-2", published.DE, published.EN, published.Digest}}, ""},
		"publish in lines":               {nil, Publish{"inc-1", "a\n\tb", "a\n\tb", true}, []Event{Published{"inc-1", "a\n\tb", "a\n\tb", Digest("a\n\tb", "a\n\tb")}}, ""},
		"publish on nothing":             {nil, with(func(c *Publish) { c.Incident = "" }), nil, "id.form"},
		"publish about no incident":      {nil, with(func(c *Publish) { c.Known = false }), nil, "statuspage.unknown_incident"},
		"publish without German":         {nil, with(func(c *Publish) { c.DE = "" }), nil, "text.empty"},
		"publish without English":        {nil, with(func(c *Publish) { c.EN = " \n" }), nil, "text.empty"},
		"publish a novel":                {nil, with(func(c *Publish) { c.EN = strings.Repeat("x", MaxText+1) }), nil, "text.too_long"},
		"publish in Latin-1":             {nil, with(func(c *Publish) { c.DE = "pr\xfcfen" }), nil, "text.encoding"},
		"publish a zero byte":            {nil, with(func(c *Publish) { c.DE = "a\x00b" }), nil, "text.control"},
		"publish a terminal sequence":    {nil, with(func(c *Publish) { c.EN = "a\x1b[2Jb" }), nil, "text.control"},
		"publish backwards":              {nil, with(func(c *Publish) { c.EN = "not \u202eton" }), nil, "text.control"},
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
	other := Published{Incident: "inc-2", DE: "b", EN: "b", Digest: "b"}
	s := fold(published, other, published)
	one, three := Publication{"inc-1", 1, ten, published.Digest}, Publication{"inc-1", 3, ten, published.Digest}
	if diff := cmp.Diff([]Publication{one, {"inc-2", 2, ten, "b"}, three}, s.All()); diff != "" {
		t.Errorf("all (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Publication{one, three}, s.Of("INC-1")); diff != "" {
		t.Errorf("of inc-1 (-want +got):\n%s", diff)
	}
	if last, ok := s.Latest("inc-1"); !ok || last != three {
		t.Errorf("latest = %v, %v", last, ok)
	}
	if last, ok := s.Latest("inc-9"); ok {
		t.Errorf("latest of nothing = %v", last)
	}
	s.All()[0].Digest = "x"
	if s.All()[0].Digest != published.Digest {
		t.Error("the state changed through a copy")
	}
}

// A pair of texts has one digest, and moving a word from one language to the other changes it.
func TestDigest(t *testing.T) {
	if Digest("ab", "c") == Digest("a", "bc") {
		t.Error("two pairs of texts have one digest")
	}
	// printf '%s\0%s\0' a b | sha256sum
	if got, want := Digest("a", "b"), "8fb20ef63ced4145fc2e983ffe597d1dcff39154c3bf21f0fa9dde6a0c50fdc9"; got != want {
		t.Errorf("digest = %s, want %s", got, want)
	}
}
