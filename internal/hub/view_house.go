package hub

import (
	"time"

	"blackstart/internal/fault"
)

// PeopleView lists who may do what here.
type PeopleView struct {
	Frame   Frame
	Users   []UserLine
	Keys    []KeyLine // enrolled here; agents believe those of Root
	Trust   TrustState
	Root    RootView
	Roles   []string
	Invited []InviteLine
	Hosts   []AgentLine
}

// UserLine is one user.
type UserLine struct {
	Actor    string // user:anna
	Name     string
	Role     string
	Customer string // for a customer's contact
	Since    time.Time
	Locked   bool
	Until    time.Time // zero when the account does not end by itself
	Given    []string  // what a guest sees
	Tokens   []TokenLine
	Seq      uint64
}

// InviteLine is a place that is kept for somebody.
type InviteLine struct {
	ID      string
	Role    string
	By      string
	Expires time.Time
	Seq     uint64
}

// KeyLine is one approver's key.
type KeyLine struct {
	Person       string
	Actor        string // user:anna
	Organisation string
	Kind         string
	Fingerprint  string
	MustVerify   bool   // a security key that asks for PIN or finger
	RP           string // of a passkey: the name it belongs to
	InRoot       bool   // agents believe it
	Since        time.Time
	Seq          uint64
}

// AgentLine is one enrolled agent.
type AgentLine struct {
	Host        string
	Fingerprint string
	Root        uint64 // version of the trust root that it obeys
	Since       time.Time
	Heard       time.Time
	Silent      bool
	Simulated   bool
}

// CatalogueView is the adopted revision, and what waits to be adopted.
type CatalogueView struct {
	Frame    Frame
	SHA256   string // empty when none is adopted
	At       time.Time
	By       string
	Seq      uint64
	Services int
	Envs     int
	Clients  int
	Cells    int
	Waiting  *CatalogueDiff
}

// CatalogueDiff is a revision that differs from the adopted one.
type CatalogueDiff struct {
	SHA256   string
	Changes  []CatalogueChange
	Findings []fault.Finding
	Refused  string // why it cannot be adopted as it is; empty when it can
}

// CatalogueChange is one thing that differs.
type CatalogueChange struct {
	Op     string // added, removed, changed
	Ref    string
	Fields []string
}
