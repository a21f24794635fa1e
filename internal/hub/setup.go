package hub

import (
	"context"
	"crypto/subtle"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

const setUpSecret = "set-up" // hash of the token in the set-up link

// SetUpToken makes the token of the one-time set-up link, or gives "" when somebody has entered the house already. Each start of an empty house
// makes a new one; the one before is void.
func (h *Hub) SetUpToken(ctx context.Context) (string, error) {
	if !h.empty() {
		return "", nil
	}
	token := newToken()
	return token, h.store.PutSecret(ctx, setUpSecret, hashToken(token))
}

// SetUp adds the first person by the set-up link and signs them in. They lead and keep the keys of the house until they have added others.
func (h *Hub) SetUp(ctx context.Context, c Caller, token, password string, u access.AddUser) (Entered, error) {
	h.setUp.Lock() // two who hold the same link at the same time must not both get in
	defer h.setUp.Unlock()
	if !h.SetUpFresh(ctx, token) {
		return Entered{}, fault.New(fault.NotFound, "access.set_up", "could not use the set-up link: it was used, or a newer one was printed").Hinted("look at the last start's output")
	}
	u.Roles = []access.Role{access.Lead, access.Admin, access.Approver}
	if err := h.AddUser(ctx, access.ByConsole, password, u); err != nil {
		return Entered{}, err
	}
	if err := h.store.DeleteSecret(ctx, setUpSecret); err != nil {
		return Entered{}, err
	}
	return h.SignIn(ctx, c, u.ID, password)
}

// SetUpFresh says whether the token of a set-up link is good and not used up.
func (h *Hub) SetUpFresh(ctx context.Context, token string) bool {
	want, err := h.store.Secret(ctx, setUpSecret)
	return err == nil && subtle.ConstantTimeCompare(want, hashToken(token)) == 1 && h.empty()
}

func (h *Hub) empty() (empty bool) {
	h.read(func(s *State) { empty = s.Access.Empty() })
	return empty
}
