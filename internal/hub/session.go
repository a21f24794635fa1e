package hub

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

const sessionPrefix = "session/" // + hash of the token; value: expiry and user

// SignIn checks a password and opens a session: the token for the cookie. Whoever has no account waits as long as who has one.
func (h *Hub) SignIn(ctx context.Context, user, password string) (string, error) {
	stored, err := h.store.Secret(ctx, passwordPrefix+strings.ToLower(user))
	if err != nil {
		stored = nobody
	}
	var p access.Person
	var known bool
	h.read(func(s *State) { p, known = s.Access.Find(user) })
	same, err := samePassword(ctx, stored, password)
	if err != nil {
		return "", err
	}
	if !same || !known {
		return "", fault.New(fault.Forbidden, "access.sign_in", "could not sign in: user or password is wrong")
	}
	token := newToken()
	value := fmt.Sprintf("%d %s", time.Now().Add(sessionLife).Unix(), p.ID) // the machine's clock: a drill's jumps must not sign people out
	return token, h.store.PutSecret(ctx, sessionPrefix+hex.EncodeToString(hashToken(token)), []byte(value))
}

// SignOut ends a session.
func (h *Hub) SignOut(ctx context.Context, token string) error {
	return h.store.DeleteSecret(ctx, sessionPrefix+hex.EncodeToString(hashToken(token)))
}

// Session gives the person of a session; false when it is unknown, has run out, or its person has left.
func (h *Hub) Session(ctx context.Context, token string) (access.Person, bool) {
	value, err := h.store.Secret(ctx, sessionPrefix+hex.EncodeToString(hashToken(token)))
	if err != nil {
		return access.Person{}, false
	}
	var expires int64
	var user string
	if _, err := fmt.Sscan(string(value), &expires, &user); err != nil || time.Now().Unix() >= expires {
		return access.Person{}, false
	}
	return h.person(user)
}
