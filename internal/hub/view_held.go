package hub

import (
	"slices"
	"time"

	"blackstart/internal/subject/access"
)

// HeldView is everything that this house holds about one person: what they may ask for (GDPR, Art. 15), and what can be erased (Art. 17).
type HeldView struct {
	Frame        Frame `json:"-"`
	ID           string
	Name         string // empty when it was never said, or erased
	Here         bool   // they have an account
	Since        time.Time
	Roles        []string
	Organisation string
	Customer     string
	Until        time.Time `json:",omitzero"`
	Given        []string
	Keys         []KeyLine
	Tokens       []TokenLine
	Sessions     int        // how many there are now
	Credentials  []string   // kinds only
	Lines        []HeldLine // oldest first
	More         int        // lines left out because there are too many
}

// TokenLine is one API token that holds.
type TokenLine struct {
	Label   string
	Expires time.Time
	Used    time.Time // zero when it never was
	Seq     uint64
}

// HeldLine is an entry that has to do with the person.
type HeldLine struct {
	Fact
	Wrote   bool           // they acted
	About   bool           // the record itself names them, by their ID
	Named   bool           // its private part names them
	Fields  []PrivateField // the private part as it stands
	Private bool           // there is one, which can be erased
	Open    bool           // it belongs to an incident that is still open
	GoneBy  uint64         // the entry that erased its private part
}

// Chosen says whether an erasure takes this private part unless somebody decides otherwise: it is about the person, and no open incident may need it.
// What they merely wrote is about others or about the matter, and stays.
func (l HeldLine) Chosen() bool {
	own := l.Kind == (access.UserAdded{}).Kind() && l.About
	return l.Private && !l.Open && (own || l.Named)
}

// HasPrivate says whether there is anything left to erase.
func (v HeldView) HasPrivate() bool {
	return slices.ContainsFunc(v.Lines, func(l HeldLine) bool { return l.Private })
}
