package hub

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"time"

	"blackstart/internal/fault"
)

// A challenge is 16 random bytes, when it runs out (8 bytes), and 16 bytes of a MAC over both and over what it is for. So the hub keeps nothing of the
// challenges that it hands out, and nobody can fill its memory by asking for them; only those that were answered rightly are kept until they run
// out, so that no answer counts twice. WebAuthn 3, section 13.4.3, asks for 16 random bytes at least.
const (
	challengeRandom = 16
	challengeBody   = challengeRandom + 8
	challengeSize   = challengeBody + 16
)

// challenge makes one for a purpose, which names the session that it is for, if any.
func (d *door) challenge(purpose string) []byte {
	c := make([]byte, challengeBody, challengeSize)
	rand.Read(c[:challengeRandom]) // never fails (crypto/rand, Go 1.24)
	binary.BigEndian.PutUint64(c[challengeRandom:], uint64(d.now().Add(challengeLife).Unix()))
	return append(c, d.mac("challenge/"+purpose, string(c))[:challengeSize-challengeBody]...)
}

var errChallenge = fault.New(fault.Forbidden, "access.challenge", "could not take the answer: the question is too old, was answered before, or was another").Hinted("try again")

// asked checks that the challenge is ours, for this purpose, and not too old.
func (d *door) asked(challenge, purpose string) error {
	c, err := base64.RawURLEncoding.DecodeString(challenge)
	if err != nil || len(c) != challengeSize || !hmac.Equal(c[challengeBody:], d.mac("challenge/"+purpose, string(c[:challengeBody]))[:challengeSize-challengeBody]) {
		return errChallenge
	}
	if until := binary.BigEndian.Uint64(c[challengeRandom:]); d.now().Unix() >= int64(until) {
		return errChallenge
	}
	return nil
}

// spend uses a challenge up, after its answer was found right. It refuses one that was used up before.
func (d *door) spend(challenge string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	for c, until := range d.spent {
		if now.After(until) {
			delete(d.spent, c)
		}
	}
	if _, twice := d.spent[challenge]; twice {
		return errChallenge
	}
	d.spent[challenge] = now.Add(challengeLife + time.Second)
	return nil
}
