package statuspage

import (
	"fmt"
	"slices"
	"strings"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// State is every publication of this record. The zero value is the state before the first event.
type State struct {
	all []Publication // in the order of publication
	of  map[string][]int
}

// Apply makes the fact true in the state.
func Apply(s State, e Event, at access.Stamp) State {
	switch e := e.(type) {
	case Published:
		if s.of == nil {
			s.of = map[string][]int{}
		}
		k := key(e.Incident)
		s.of[k] = append(s.of[k], len(s.all))
		s.all = append(s.all, Publication{Incident: e.Incident, Seq: at.Seq, At: at.HappenedAt, Digest: e.Digest})
	default:
		panic(fmt.Sprintf("statuspage cannot apply %T", e))
	}
	return s
}

// All gives every publication, in order, as copies.
func (s State) All() []Publication { return slices.Clone(s.all) }

// Of gives the publications about one incident, in order.
func (s State) Of(id incident.ID) []Publication {
	var out []Publication
	for _, n := range s.of[key(id)] {
		out = append(out, s.all[n])
	}
	return out
}

// Latest gives the newest publication about one incident, and whether there is one.
func (s State) Latest(id incident.ID) (Publication, bool) {
	of := s.of[key(id)]
	if len(of) == 0 {
		return Publication{}, false
	}
	return s.all[of[len(of)-1]], true
}

func key(id incident.ID) string { return strings.ToLower(string(id)) }
