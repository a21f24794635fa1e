package access

import (
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// Invite keeps a place for somebody who is to come in by a one-time link. The secret in the link is the hub's; this says who it lets in, as what.
type Invite struct {
	ID           string    `json:"id"`
	Roles        []Role    `json:"roles"`
	Customer     string    `json:"customer,omitempty"`
	Organisation string    `json:"organisation,omitempty"`
	Until        time.Time `json:"until,omitzero"`  // when the account ends by itself; required for a guest
	Given        []Thing   `json:"given,omitempty"` // for a guest: what they see
	Unknown      []Thing   `json:"-"`               // filled in by the hub: those that do not exist
	Expires      time.Time `json:"-"`               // filled in by the hub: when the link is void
}

// Uninvite takes an invitation back.
type Uninvite struct {
	ID string `json:"id"`
}

// Join takes an invitation up. The hub gives it for whoever holds the link.
type Join struct {
	ID       string `json:"id"`
	RealName string `json:"real_name"`
}

func (Invite) Name() string   { return "access.invite" }
func (Uninvite) Name() string { return "access.uninvite" }
func (Join) Name() string     { return "access.join" }

func (Invite) command()   {}
func (Uninvite) command() {}
func (Join) command()     {}

// Invitation is a place that is kept.
type Invitation struct {
	Invited Invited
	By      Actor
	Seq     uint64 // number of the entry that made it
}

// as is the person that the invitation makes.
func (i Invited) as(realName string) AddUser {
	return AddUser{ID: i.ID, RealName: realName, Roles: i.Roles, Customer: i.Customer, Organisation: i.Organisation, Until: i.Until, Given: i.Given}
}

// Invitation gives the invitation of that user ID, if it is still good.
func (s State) Invitation(id string, now time.Time) (Invitation, bool) {
	i, ok := s.invited[strings.ToLower(id)]
	if !ok || !now.Before(i.Invited.Expires) {
		return Invitation{}, false
	}
	return i, true
}

// Invitations gives all that are still good, sorted by ID. What has run out is as if it had never been.
func (s State) Invitations(now time.Time) []Invitation {
	var all []Invitation
	for id := range s.invited {
		if i, ok := s.Invitation(id, now); ok {
			all = append(all, i)
		}
	}
	slices.SortFunc(all, func(a, b Invitation) int { return strings.Compare(a.Invited.ID, b.Invited.ID) })
	return all
}

func (s State) invite(c Invite, at Stamp) ([]Event, error) {
	e := Invited{ID: c.ID, Roles: c.Roles, Customer: c.Customer, Organisation: c.Organisation, Until: c.Until.UTC(), Given: c.Given, Expires: c.Expires.UTC()}
	u := e.as("")
	u.Unknown = c.Unknown
	if _, err := s.addUser(u, at); err != nil {
		return nil, err
	}
	if len(s.Invitations(at.At)) >= MaxInvitations {
		return nil, fault.New(fault.Conflict, "access.too_many_invitations", "could not invite %s: %d invitations are open", c.ID, MaxInvitations).Hinted("take back those that nobody will take up")
	}
	return []Event{e}, nil
}

func (s State) uninvite(c Uninvite, at Stamp) ([]Event, error) {
	i, ok := s.Invitation(c.ID, at.At)
	if !ok {
		return nil, fault.New(fault.NotFound, "access.no_invitation", "could not take back the invitation of %.80q: there is none", c.ID)
	}
	return []Event{Uninvited{ID: i.Invited.ID}}, nil
}

func (s State) join(c Join, at Stamp) ([]Event, error) {
	i, ok := s.Invitation(c.ID, at.At)
	if !ok {
		return nil, fault.New(fault.NotFound, "access.no_invitation", "could not let %.80q in: the invitation was taken back, used, or has run out", c.ID)
	}
	if err := CheckText("name", c.RealName, MaxName); err != nil {
		return nil, err
	}
	return s.addUser(i.Invited.as(c.RealName), at)
}
