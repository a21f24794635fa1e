package hub

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"blackstart/internal/fault"
)

const passwordPrefix = "password/" // + user; salt and hash

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
