package catalogue

import (
	"fmt"

	"blackstart/internal/subject/access"
)

// State is which revision is in force. Current is attached by the hub after Apply, from the bundle of that digest, because state is made of events and a bundle is too long for one.
type State struct {
	SHA256  string // empty before the first adoption
	Adopted int    // how many revisions there have been
	Current *Catalogue
}

// Apply follows one event. A new revision takes the old catalogue off until the hub attaches the new one, so that nobody reads a revision that is no longer in force.
func Apply(s State, e Event, _ access.Stamp) State {
	switch e := e.(type) {
	case Adopted:
		return State{SHA256: e.SHA256, Adopted: s.Adopted + 1}
	}
	panic(fmt.Sprintf("catalogue cannot apply %T", e))
}
