package hub

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

const tokenPrefix = "token/" // + hash of the token; value: user

// NewToken makes an API token for a person. It is shown once.
func (h *Hub) NewToken(ctx context.Context, user string) (string, error) {
	p, ok := h.person(user)
	if !ok {
		return "", fault.New(fault.NotFound, "access.unknown_user", "could not make a token: there is no user %q", user)
	}
	token := newToken()
	return token, h.store.PutSecret(ctx, tokenPrefix+hex.EncodeToString(hashToken(token)), []byte(p.ID))
}

// Token gives the person of an API token.
func (h *Hub) Token(ctx context.Context, token string) (access.Person, bool) {
	user, err := h.store.Secret(ctx, tokenPrefix+hex.EncodeToString(hashToken(token)))
	if err != nil {
		return access.Person{}, false
	}
	return h.person(string(user))
}

// newToken makes a token. Of tokens only hashes are kept: whoever reads the database can sign in as nobody.
func newToken() string {
	for {
		var b [32]byte
		rand.Read(b[:])                                                           // never fails (crypto/rand, Go 1.24)
		if token := base64.RawURLEncoding.EncodeToString(b[:]); token[0] != '-' { // or a command line would take it for a flag
			return token
		}
	}
}

// hashToken is enough for tokens: they are random, so there is nothing to guess.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
