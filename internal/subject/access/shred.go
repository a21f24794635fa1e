package access

import (
	"slices"
	"strings"

	"blackstart/internal/fault"
)

// Basis is the reason for which private parts are erased: a code from a closed list, since a sentence would be about the person again.
type Basis string

const (
	AtRequest Basis = "request"  // the person asks for it, or objects: GDPR, Art. 17(1)(b) and (c)
	NotNeeded Basis = "over"     // it is no longer needed for what it was kept for: GDPR, Art. 5(1)(e) and 17(1)(a)
	TooMuch   Basis = "too-much" // entered by mistake, or more than was needed: GDPR, Art. 5(1)(c)
	Unlawful  Basis = "unlawful" // it must never have been kept: GDPR, Art. 17(1)(d)
)

// Bases are all reasons.
var Bases = []Basis{AtRequest, NotNeeded, TooMuch, Unlawful}

// Shred erases the private parts of entries for good: names and free texts. The entries stay, with who acted, when, and what kind of thing happened.
type Shred struct {
	Entries []uint64 `json:"entries"`
	Basis   Basis    `json:"basis"`
	User    string   `json:"user,omitempty"`    // the person of this house whom it is about, if it is one
	Despite bool     `json:"despite,omitempty"` // also what belongs to an incident that is still open
	Parts   []Part   `json:"-"`                 // filled in by the hub: those of the entries that have a private part
}

// Part is a private part that can be erased.
type Part struct {
	Entry uint64
	Open  bool // it belongs to an incident that is still open: evidence that somebody may need (GDPR, Art. 17(3)(e))
}

func (Shred) Name() string { return "access.shred" }
func (Shred) command()     {}

func (s State) shred(c Shred) ([]Event, error) {
	switch {
	case !slices.Contains(Bases, c.Basis):
		return nil, fault.New(fault.Invalid, "access.basis", "could not erase anything: %.40q is no reason", c.Basis).Hinted("one of %v", Bases)
	case len(c.Entries) == 0 || len(c.Entries) > MaxShred:
		return nil, fault.New(fault.Invalid, "access.shred_count", "could not erase the private parts of %d entries: 1 to %d at once", len(c.Entries), MaxShred)
	case c.User != "" && !s.used[strings.ToLower(c.User)]:
		return nil, fault.New(fault.NotFound, "access.unknown_user", "could not erase anything about %q: there never was such a user", c.User)
	case len(c.Parts) == 0:
		return nil, fault.New(fault.Conflict, "access.shred_nothing", "could not erase anything: none of the entries has a private part (any more)")
	}
	e := Shredded{Basis: c.Basis, User: c.User, Despite: c.Despite}
	for _, p := range c.Parts {
		if p.Open && !c.Despite {
			return nil, fault.New(fault.Conflict, "access.shred_held", "could not erase entry %d: it belongs to an incident that is still open", p.Entry).
				Hinted("close the incident first, or say that it is to be erased all the same")
		}
		e.Entries = append(e.Entries, p.Entry)
	}
	slices.Sort(e.Entries)
	e.Entries = slices.Compact(e.Entries)
	return []Event{e}, nil
}

// Knew says whether there is, or ever was, a person of that user ID.
func (s State) Knew(id string) bool { return s.used[strings.ToLower(id)] }
