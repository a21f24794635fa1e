// Package access knows who may do what: people and programs with their roles, the customers they belong to, and the one table of rights
// over every route and command. It refuses to know secrets: passwords, tokens and sessions live outside the record, with the hub.
//
// Start at [Rights].
package access

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// Role is what somebody may be for. Roles combine; their rights add up.
type Role string

const (
	Lead          Role = "lead"          // Stabsleitung
	IT            Role = "it"            // IT and restore teams
	Forensics     Role = "forensics"     // own and external
	Communication Role = "communication" // statements, notices
	Legal         Role = "legal"         // legal and data protection
	Customers     Role = "customers"     // customer managers
	Approver      Role = "approver"      // may approve orders with a key of their own
	Auditor       Role = "auditor"       // reads everything, changes nothing
	Contact       Role = "contact"       // a customer's crisis contact: sees only what is public and their own page
	Admin         Role = "admin"         // people and the catalogue
	Guest         Role = "guest"         // from outside, for a time: forensics, an authority; sees only what they were given

	public Role = "public" // anybody, signed in or not
	agent  Role = "agent"  // an enrolled agent, by its key
	hub    Role = "hub"    // a part of the program itself: reaction, timer, follower
)

// Roles are all roles that a person can be given.
var Roles = []Role{Lead, IT, Forensics, Communication, Legal, Customers, Approver, Auditor, Contact, Admin, Guest}

// Actor says who acts: `user:anna`, `agent:fs-01`, or a part of the program (`hub:timer`, `hub:reaction`). It never holds a person's real name.
type Actor string

const (
	userPrefix  = "user:"
	agentPrefix = "agent:"
	hubPrefix   = "hub:"
)

// UserActor is the actor of the user with that ID.
func UserActor(id string) Actor { return Actor(userPrefix + id) }

// AgentActor is the actor of the agent on that host.
func AgentActor(host string) Actor { return Actor(agentPrefix + host) }

// Parts of the program that act in their own name.
const (
	ByReaction   Actor = "hub:reaction"   // a consequence, decided in the same pass as its cause
	ByTimer      Actor = "hub:timer"      // a deadline was reached
	ByFollower   Actor = "hub:follower"   // an effect outside, reported back
	ByInvitation Actor = "hub:invitation" // somebody who holds the link of an invitation
	ByConsole    Actor = "hub:console"    // someone at the machine itself, with the data directory in hand
	ByDoor       Actor = "hub:door"       // somebody came in, or tried to: the entry says who
)

// User gives the user's ID, and whether the actor is a user at all.
func (a Actor) User() (string, bool) { return strings.CutPrefix(string(a), userPrefix) }

// Person is a user of this record.
type Person struct {
	ID           string // `anna`; the actor is user:anna
	Roles        []Role
	Customer     string    // for a [Contact]: the customer whose page they see
	Organisation string    // two approvals from one house may not be enough for what is grave
	Keys         []Key     // approver keys that hold
	Until        time.Time `json:"Until,omitzero"`  // when the account ends by itself; zero if it does not
	Tokens       []Token   `json:"-"`               // API tokens that were made and not revoked
	Given        []Thing   `json:"Given,omitempty"` // what a [Guest] sees
	Seq          uint64    // number of the entry that added the person; the real name is read from its private part
	Ended        uint64    `json:"-"` // sessions that began before this entry are void
}

// Key is a public key with which a person approves orders.
type Key struct {
	seal.PersonKey
	Credential []byte // of a passkey: its id, by which a browser finds it
	Seq        uint64 // number of the entry that enrolled it
}

// Actor is who the person acts as.
func (p Person) Actor() Actor { return UserActor(p.ID) }

// Is says whether the person has the role.
func (p Person) Is(r Role) bool { return slices.Contains(p.Roles, r) }

// idForm is the form of every ID of the model.
var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

// CheckID refuses what cannot be the ID of the thing named by what.
func CheckID(what, id string) error {
	if !idForm.MatchString(id) {
		return fault.New(fault.Invalid, "id.form", "could not take %q as the id of the %s", id, what).
			Hinted("letters, digits, dot, underscore and hyphen, at most 63, the first a letter or digit")
	}
	return nil
}
