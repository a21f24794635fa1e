package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

func TestAdopt(t *testing.T) {
	one, two := strings.Repeat("1", 64), strings.Repeat("2", 64)
	for _, row := range []struct {
		name  string
		given State
		when  Adopt
		want  []Event
		code  string
		kind  fault.Kind
	}{
		{"the first", State{}, Adopt{SHA256: one, Counts: Counts{Cells: 3}}, []Event{Adopted{SHA256: one, Counts: Counts{Cells: 3}}}, "", 0},
		{"the next", State{SHA256: one, Adopted: 1}, Adopt{SHA256: two, Dropped: []Ref{"host:a"}, InUse: []Ref{"host:b"}}, []Event{Adopted{SHA256: two}}, "", 0},
		{"the same again", State{SHA256: one}, Adopt{SHA256: one}, nil, "catalogue.same", fault.Conflict},
		{"without what is in use", State{SHA256: one}, Adopt{SHA256: two, Dropped: []Ref{"host:a", "host:b"}, InUse: []Ref{"host:b"}}, nil, "catalogue.in_use", fault.Conflict},
		{"no digest", State{}, Adopt{SHA256: "abc"}, nil, "catalogue.revision", fault.Invalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			events, err := Decide(row.given, row.when, access.Stamp{})
			if d := cmp.Diff(row.want, events); d != "" {
				t.Error(d)
			}
			if row.code != "" && (fault.CodeOf(err) != row.code || fault.KindOf(err) != row.kind) {
				t.Errorf("got %v", err)
			}
			if row.code == "catalogue.in_use" && (!strings.Contains(err.Error(), "host:b") || strings.Contains(err.Error(), "host:a")) {
				t.Errorf("does not name the one in use alone: %v", err)
			}
			s := row.given
			for _, e := range events {
				if !slices.Contains(Emits[row.when.Name()], e.Kind()) {
					t.Errorf("%s led to %s, which Emits does not say", row.when.Name(), e.Kind())
				}
				s = Apply(s, e, access.Stamp{})
			}
			if len(events) > 0 && (s.SHA256 != row.when.SHA256 || s.Adopted != row.given.Adopted+1 || s.Current != nil) {
				t.Errorf("state %+v", s)
			}
		})
	}
}
