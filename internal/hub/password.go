package hub

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/stretch"
	"blackstart/internal/subject/access"
)

const passwordPrefix = "password/" // + user; salt and hash

// SetPassword gives a person another password, by whoever holds the data directory. It ends their sessions.
func (h *Hub) SetPassword(ctx context.Context, user, password string) error {
	p, ok := h.person(user)
	if !ok {
		return fault.New(fault.NotFound, "access.unknown_user", "could not set a password: there is no user %q", user)
	}
	return h.changePassword(ctx, access.ByConsole, p, password)
}

// ChangePassword gives the person of the session another password and ends all their sessions but this one, which goes on under a new token.
func (h *Hub) ChangePassword(ctx context.Context, c Caller, token, password string) (Entered, error) {
	s, p, err := h.fresh(ctx, token)
	if err != nil {
		return Entered{}, err
	}
	if err := h.changePassword(ctx, access.ByDoor, p, password); err != nil {
		return Entered{}, err
	}
	h.drop(ctx, s)
	return h.enter(ctx, c, p, access.SignIn{How: s.How})
}

// changePassword stores the new one first: what is entered as changed is changed.
func (h *Hub) changePassword(ctx context.Context, by access.Actor, p access.Person, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	if err := h.store.PutSecret(ctx, passwordPrefix+strings.ToLower(p.ID), hash); err != nil {
		return err
	}
	_, err = h.Do(ctx, Request{Actor: by, Command: access.ChangePassword{User: p.ID}})
	return err
}

func checkPassword(password string) error {
	if len(password) < minPassword || len(password) > maxPassword {
		return fault.New(fault.Invalid, "access.password", "could not take the password: it has %d bytes, want %d to %d", len(password), minPassword, maxPassword).
			Hinted("four random words are long enough and can be typed at three in the morning")
	}
	return nil
}

// hashPassword gives salt and hash of a new password, by somebody who is inside already.
func hashPassword(ctx context.Context, password string) ([]byte, error) {
	salt := make([]byte, stretch.Salt)
	rand.Read(salt) // never fails (crypto/rand, Go 1.24)
	hash, err := hashWith(ctx, lane{rank: rankKnown}, salt, password)
	return append(salt, hash...), err
}

// hashWith waits in line for its turn (hashline.go).
func hashWith(ctx context.Context, at lane, salt []byte, password string) ([]byte, error) {
	if err := hashes.enter(ctx, at); err != nil {
		return nil, err
	}
	defer hashes.leave(at)
	return stretch.Key(password, salt), nil
}

// nobody is a hash that no password has: comparing with it takes as long as with a real one.
var nobody = make([]byte, stretch.Salt+stretch.Size)

// samePasswordOf compares with the user's password, in constant time. For a user who has none it takes as long and says no.
func (h *Hub) samePasswordOf(ctx context.Context, at lane, user, password string) (bool, error) {
	stored, err := h.store.Secret(ctx, passwordPrefix+strings.ToLower(user))
	if err != nil || len(stored) != len(nobody) {
		stored = nobody
	}
	if len(password) > maxPassword {
		return false, nil
	}
	got, err := hashWith(ctx, at, stored[:stretch.Salt], password)
	return err == nil && subtle.ConstantTimeCompare(got, stored[stretch.Salt:]) == 1, err
}
