package hub

import (
	"context"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

const invitePrefix = "invite/" // + hash of the token in the link; value: the user id that it lets in

// Invite keeps a place for somebody and gives the token of the link that lets them in, once. A new invitation for the same id voids the link before.
func (h *Hub) Invite(ctx context.Context, by access.Actor, c access.Invite) (token string, place access.Invited, err error) {
	h.adding.Lock() // of two invitations for one id only the link of the one that stands must be good
	defer h.adding.Unlock()
	done, err := h.Do(ctx, Request{Actor: by, Command: c})
	if err != nil {
		return "", place, err
	}
	if err := h.sweepInvitations(ctx, c.ID); err != nil {
		return "", place, err
	}
	token = newToken()
	return token, done.Events[0].(access.Invited), h.store.PutSecret(ctx, invitePrefix+hashName(token), []byte(strings.ToLower(c.ID)))
}

// sweepInvitations removes the hashes of links that are void: those for the id, and those whose invitation is no more.
func (h *Hub) sweepInvitations(ctx context.Context, id string) error {
	all, err := h.store.Secrets(ctx, invitePrefix)
	for _, s := range all {
		if _, good := h.invitation(string(s.Value)); err == nil && (!good || strings.EqualFold(string(s.Value), id)) {
			err = h.store.DeleteSecret(ctx, s.Name)
		}
	}
	return err
}

func (h *Hub) invitation(id string) (i access.Invitation, ok bool) {
	h.read(func(s *State) { i, ok = s.Access.Invitation(id, h.clock.Now()) })
	return i, ok
}

// Invited gives the invitation behind the token of a link; false when it was used, taken back or has run out.
func (h *Hub) Invited(ctx context.Context, token string) (access.Invitation, bool) {
	id, err := h.store.Secret(ctx, invitePrefix+hashName(token))
	if err != nil {
		return access.Invitation{}, false
	}
	return h.invitation(string(id))
}

// Accept takes an invitation up: whoever holds the link becomes the person that it keeps a place for, with a name and a password of their own. The
// password is stored first: a person who stands in the record can always sign in.
func (h *Hub) Accept(ctx context.Context, token, realName, password string) (user string, err error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	h.adding.Lock() // two who hold the same link must not both get in, and no other id's password may be touched
	defer h.adding.Unlock()
	i, ok := h.Invited(ctx, token)
	if !ok {
		return "", fault.New(fault.NotFound, "access.no_invitation", "could not use the invitation: it was used, taken back, or has run out").Hinted("ask for a new one")
	}
	c := access.Join{ID: i.Invited.ID, RealName: realName}
	h.read(func(s *State) { // asked before the password is stored, decided again when it is written
		_, err = access.Decide(s.Access, c, access.Stamp{By: access.ByInvitation, At: h.clock.Now()})
	})
	if err != nil {
		return "", err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return "", err
	}
	if err := h.store.PutSecret(ctx, passwordPrefix+strings.ToLower(i.Invited.ID), hash); err != nil {
		return "", err
	}
	if _, err := h.Do(ctx, Request{Actor: access.ByInvitation, Command: c}); err != nil {
		return "", err
	}
	return i.Invited.ID, h.sweepInvitations(ctx, i.Invited.ID)
}
