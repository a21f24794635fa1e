package hub

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// Names of the secrets of accounts. Of tokens only hashes are kept: whoever reads the database can sign in as nobody.
const (
	passwordPrefix = "password/" // + user
	sessionPrefix  = "session/"  // + hash of the token; value: expiry and user
	tokenPrefix    = "token/"    // + hash of the token; value: user
	setUpSecret    = "set-up"    // hash of the token in the set-up link
)

// SetUpToken makes the token of the one-time set-up link, or gives "" when somebody has entered the house already. Each start of an empty house
// makes a new one; the one before is void.
func (h *Hub) SetUpToken(ctx context.Context) (string, error) {
	if !h.empty() {
		return "", nil
	}
	token := newToken()
	return token, h.store.PutSecret(ctx, setUpSecret, hashToken(token))
}

// SetUp adds the first person by the set-up link and signs them in.
func (h *Hub) SetUp(ctx context.Context, token, password string, u access.AddUser) (session string, err error) {
	h.setUp.Lock() // two who hold the same link at the same time must not both get in
	defer h.setUp.Unlock()
	if !h.SetUpFresh(ctx, token) {
		return "", fault.New(fault.NotFound, "access.set_up", "could not use the set-up link: it was used, or a newer one was printed").Hinted("look at the last start's output")
	}
	if err := h.AddUser(ctx, access.ByConsole, password, u); err != nil {
		return "", err
	}
	if err := h.store.DeleteSecret(ctx, setUpSecret); err != nil {
		return "", err
	}
	return h.SignIn(ctx, u.ID, password)
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

// AddUser adds a person with a password. The password is stored first: a person who stands in the record can always sign in.
func (h *Hub) AddUser(ctx context.Context, by access.Actor, password string, u access.AddUser) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	h.adding.Lock() // of two who add the same id at the same time, the password of the one who succeeds must stand
	defer h.adding.Unlock()
	var err error
	h.read(func(s *State) {
		if err = s.Access.May(by, u.Name()); err == nil {
			_, err = access.Decide(s.Access, u, access.Stamp{By: by}) // asked before the password is stored, decided again when it is written
		}
	})
	if err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	if err := h.store.PutSecret(ctx, passwordPrefix+strings.ToLower(u.ID), hash); err != nil {
		return err
	}
	_, err = h.Do(ctx, Request{Actor: by, Command: u})
	return err
}

// SetPassword gives a person another password, by whoever holds the data directory.
func (h *Hub) SetPassword(ctx context.Context, user, password string) error {
	p, ok := h.person(user)
	if !ok {
		return fault.New(fault.NotFound, "access.unknown_user", "could not set a password: there is no user %q", user)
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return h.store.PutSecret(ctx, passwordPrefix+strings.ToLower(p.ID), hash)
}

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

// Person gives the person with that user ID.
func (h *Hub) person(user string) (p access.Person, ok bool) {
	h.read(func(s *State) { p, ok = s.Access.Find(user) })
	return p, ok
}

// RealName is who a person is outside this record; empty when that was never said or has been shredded.
func (h *Hub) RealName(ctx context.Context, p access.Person) string {
	entry, err := h.log.Entry(ctx, p.Seq)
	if err != nil {
		return ""
	}
	if e, err := Decode(entry); err == nil {
		if added, ok := e.(access.UserAdded); ok {
			return added.Private.RealName
		}
	}
	return ""
}

// May says whether the actor may do what the table of rights names.
func (h *Hub) May(a access.Actor, what string) (err error) {
	h.read(func(s *State) { err = s.Access.May(a, what) })
	return err
}

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

func checkPassword(password string) error {
	if len(password) < minPassword || len(password) > maxPassword {
		return fault.New(fault.Invalid, "access.password", "could not take the password: it has %d bytes, want %d to %d", len(password), minPassword, maxPassword).
			Hinted("four random words are long enough and can be typed at three in the morning")
	}
	return nil
}

// argon2id with the second recommended option of RFC 9106, section 4: 64 MiB and 3 passes. Its 4 lanes are 2 here, the cores of the laptop that
// we design for.
const (
	argonTime    = 3
	argonMemory  = 64 << 10 // KiB
	argonThreads = 2
	argonSalt    = 16
	argonKey     = 32
)

// hashPassword gives salt and hash. At most maxHashing are computed at once: each takes 64 MiB, and a flood of guesses must not take the house down.
func hashPassword(ctx context.Context, password string) ([]byte, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt) // never fails (crypto/rand, Go 1.24)
	hash, err := hashWith(ctx, salt, password)
	return append(salt, hash...), err
}

func hashWith(ctx context.Context, salt []byte, password string) ([]byte, error) {
	if queued.Add(1) > maxHashQueue {
		queued.Add(-1)
		return nil, fault.New(fault.Unavailable, "access.busy", "could not check the password: too many are being checked").Hinted("try again in a few seconds")
	}
	defer queued.Add(-1)
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
		return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey), nil
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "access.busy", "could not check the password: %w", ctx.Err())
	}
}

// nobody is a hash that no password has: comparing with it takes as long as with a real one.
var nobody = make([]byte, argonSalt+argonKey)

// samePassword compares in constant time.
func samePassword(ctx context.Context, stored []byte, password string) (bool, error) {
	if len(stored) != argonSalt+argonKey || len(password) > maxPassword {
		return false, nil
	}
	got, err := hashWith(ctx, stored[:argonSalt], password)
	return err == nil && subtle.ConstantTimeCompare(got, stored[argonSalt:]) == 1, err
}

var (
	hashing = make(chan struct{}, maxHashing)
	queued  atomic.Int64 // how many wait or are computed
)
