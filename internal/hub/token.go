package hub

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

const tokenPrefix = "token/" // + hash of the token; value: a storedToken

// storedToken says whose a token is; what it is good for stands in the record.
type storedToken struct {
	User string    `json:"user"`
	Seq  uint64    `json:"seq"` // of the entry that made it
	Used time.Time `json:"used,omitzero"`
}

// NewToken makes an API token for a person, for whoever holds the data directory. It is shown once.
func (h *Hub) NewToken(ctx context.Context, user string) (string, error) {
	return h.MakeToken(ctx, access.ByConsole, user, "blackstart user token", access.MaxTokenLife)
}

// MakeToken makes an API token for a person that lasts for that long. It is shown once.
func (h *Hub) MakeToken(ctx context.Context, by access.Actor, user, label string, life time.Duration) (string, error) {
	done, err := h.Do(ctx, Request{Actor: by, Command: access.MakeToken{User: user, Label: label, Expires: h.clock.Now().Add(life)}})
	if err != nil {
		return "", err
	}
	token := newToken()
	return token, h.putToken(ctx, hashName(token), storedToken{User: done.Events[0].(access.TokenMade).User, Seq: done.First})
}

func (h *Hub) putToken(ctx context.Context, name string, t storedToken) error {
	value, err := json.Marshal(t)
	if err != nil {
		return fault.New(fault.Internal, "hub.token", "could not store a token: %w", err)
	}
	return h.store.PutSecret(ctx, tokenPrefix+name, value)
}

// RevokeToken ends a token. From the entry on it opens nothing, whatever becomes of its hash.
func (h *Hub) RevokeToken(ctx context.Context, by access.Actor, user string, seq uint64) error {
	if _, err := h.Do(ctx, Request{Actor: by, Command: access.RevokeToken{User: user, Token: seq}}); err != nil {
		return err
	}
	return h.sweepTokens(ctx)
}

// sweepTokens removes the hashes of tokens that open nothing any more.
func (h *Hub) sweepTokens(ctx context.Context) error {
	all, err := h.store.Secrets(ctx, tokenPrefix)
	for _, s := range all {
		var t storedToken
		if _, ok := h.holder(s.Value, &t); !ok && err == nil {
			err = h.store.DeleteSecret(ctx, s.Name)
		}
	}
	return err
}

// Token gives the person of an API token; false when it is unknown, revoked or over, or its person has left.
func (h *Hub) Token(ctx context.Context, token string) (access.Person, bool) {
	value, err := h.store.Secret(ctx, tokenPrefix+hashName(token))
	if err != nil {
		return access.Person{}, false
	}
	var t storedToken
	p, ok := h.holder(value, &t)
	if now := h.clock.Now().UTC(); ok && now.Sub(t.Used) > tokenNote {
		t.Used = now
		_ = h.putToken(ctx, hashName(token), t) // only when it was last used: while nothing can be stored, the token opens all the same
	}
	return p, ok
}

// holder reads whose token this is, if it still holds.
func (h *Hub) holder(value []byte, t *storedToken) (access.Person, bool) {
	if json.Unmarshal(value, t) != nil {
		return access.Person{}, false
	}
	p, ok := h.person(t.User)
	made, holds := p.Token(t.Seq)
	if !ok || !holds || !h.clock.Now().Before(made.Expires) {
		return access.Person{}, false
	}
	return p, true
}

// lastUsed says when each of a person's tokens was last used, to about [tokenNote].
func (h *Hub) lastUsed(ctx context.Context) (map[uint64]time.Time, error) {
	all, err := h.store.Secrets(ctx, tokenPrefix)
	used := map[uint64]time.Time{}
	for _, s := range all {
		var t storedToken
		if _, ok := h.holder(s.Value, &t); ok {
			used[t.Seq] = t.Used
		}
	}
	return used, err
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

// hashName is the name under which something about a token is stored.
func hashName(token string) string { return hex.EncodeToString(hashToken(token)) }
