package catalogue

import (
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Command is something that a person wants done with the catalogue.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Adopt puts a revision into force. The hub has opened the bundle without errors and fills in what it knows: Dropped from [Dropped], InUse what any subject still speaks of.
type Adopt struct {
	SHA256  string `json:"sha256"`
	Counts  Counts `json:"counts"`
	Dropped []Ref  `json:"dropped"`
	InUse   []Ref  `json:"in_use"`
}

// NewAdopt is the command that puts next into force after old, which is nil the first time.
func NewAdopt(old, next *Catalogue) Adopt {
	return Adopt{SHA256: next.sha256, Counts: next.Counts(), Dropped: Dropped(old, next)}
}

// Name is the word in the rights table.
func (Adopt) Name() string { return "catalogue.adopt" }
func (Adopt) command()     {}

// Emits says which events each command can lead to.
var Emits = map[string][]string{"catalogue.adopt": {"catalogue.adopted"}}

// Decide says what a command does, or why not.
func Decide(s State, c Command, _ access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Adopt:
		return adopt(s, c)
	}
	return nil, fault.New(fault.Internal, "catalogue.command", "%T is not a command for the catalogue", c)
}

func adopt(s State, c Adopt) ([]Event, error) {
	if len(c.SHA256) != 64 || strings.Trim(c.SHA256, "0123456789abcdef") != "" {
		return nil, fault.New(fault.Invalid, "catalogue.revision", "%q is not the digest of a bundle", clip(c.SHA256))
	}
	if c.SHA256 == s.SHA256 {
		return nil, fault.New(fault.Conflict, "catalogue.same", "revision %s is already in force", c.SHA256[:12])
	}
	var kept []string
	for _, r := range c.Dropped {
		if slices.Contains(c.InUse, r) {
			kept = append(kept, string(r))
		}
	}
	if len(kept) > 0 {
		const named = 5 // enough to find the place in the files
		more := ""
		if len(kept) > named {
			kept, more = kept[:named], " and more"
		}
		return nil, fault.New(fault.Conflict, "catalogue.in_use", "the revision drops %s%s, which an open matter still speaks of", strings.Join(kept, ", "), more).
			Hinted("put it back into the files, or close the matter first")
	}
	return []Event{Adopted{SHA256: c.SHA256, Counts: c.Counts}}, nil
}
