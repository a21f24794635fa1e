package hub

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// authenticator is an app or token that makes codes (RFC 6238), as it is stored.
type authenticator struct {
	ID     string    `json:"id"`
	Secret string    `json:"secret"` // base32
	Step   int64     `json:"step"`   // the newest step whose code was used: RFC 6238, section 5.2, lets no code count twice
	Added  time.Time `json:"added"`
	Given  bool      `json:"given"` // made at the console for somebody, not enrolled by them
}

// What every authenticator app can do: SHA-1, six digits, 30 seconds. HMAC needs no collision resistance.
const (
	totpDigits = 6
	totpPeriod = 30
	totpSecret = 20 // bytes (RFC 4226, section 4, R6)
	totpSkew   = 1  // steps before and after: phones differ by half a minute (RFC 6238, section 5.2)
)

var totpForm = totp.ValidateOpts{Period: totpPeriod, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

func newAuthenticator(now time.Time) authenticator {
	b := make([]byte, totpSecret)
	rand.Read(b) // never fails (crypto/rand, Go 1.24)
	return authenticator{ID: rand.Text()[:8], Secret: base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b), Added: now}
}

// step gives the step whose code this is, if it is near now and newer than what was used.
func (a authenticator) step(code string, now time.Time) (int64, bool) {
	at := now.Unix() / totpPeriod
	for step := at - totpSkew; step <= at+totpSkew; step++ {
		want, err := totp.GenerateCodeCustom(a.Secret, time.Unix(step*totpPeriod, 0), totpForm)
		if err == nil && step > a.Step && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// spendTOTP uses a code up. Of two that bring the same one, one is let in.
func (h *Hub) spendTOTP(ctx context.Context, user, code string) (bool, error) {
	h.adding.Lock()
	defer h.adding.Unlock()
	f := h.factorsOf(user)
	if f.totp == nil {
		return false, nil
	}
	step, ok := f.totp.step(code, h.door.now())
	if !ok {
		return false, nil
	}
	a := *f.totp
	a.Step = step
	h.changeFactors(user, func(f *factors) { f.totp = &a })
	return true, h.putTOTP(ctx, user, a)
}

// putTOTP stores an authenticator. While the record is read-only the used step is remembered in memory only, and nobody is kept out for it.
func (h *Hub) putTOTP(ctx context.Context, user string, a authenticator) error {
	value, err := json.Marshal(a)
	if err != nil {
		return fault.New(fault.Internal, "access.totp_file", "could not store the authenticator: %w", err)
	}
	if err = h.store.PutSecret(ctx, totpPrefix+strings.ToLower(user), value); h.ReadOnly() != nil {
		return nil
	}
	return err
}

// OfferTOTP gives the secret that the person of the session is about to put into an authenticator: the same until it is confirmed or the session ends.
func (h *Hub) OfferTOTP(ctx context.Context, token string) (otpauth string, err error) {
	s, p, err := h.fresh(ctx, token)
	if err != nil {
		return "", err
	}
	h.door.mu.Lock()
	defer h.door.mu.Unlock()
	if s.authenticator == "" {
		s.authenticator = newAuthenticator(h.door.now()).Secret
	}
	return h.otpauth(p, s.authenticator), nil
}

// otpauth is the address that authenticator apps read, as a QR code or typed.
func (h *Hub) otpauth(p access.Person, secret string) string {
	label := "Blackstart:" + p.ID
	q := url.Values{"secret": {secret}, "issuer": {"Blackstart"}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + label, RawQuery: strings.ReplaceAll(q.Encode(), "+", "%20")}).String()
}

// AddTOTP takes the offered secret into use once the authenticator has shown a code of it. It takes the place of an older one.
func (h *Hub) AddTOTP(ctx context.Context, token, code string) error {
	s, p, err := h.fresh(ctx, token)
	if err != nil {
		return err
	}
	h.door.mu.Lock()
	offered := s.authenticator
	h.door.mu.Unlock()
	a := newAuthenticator(h.door.now())
	a.Secret = offered
	step, ok := a.step(plainCode(code), h.door.now())
	if !ok || offered == "" {
		return fault.New(fault.Invalid, "access.totp_confirm", "could not confirm the authenticator: the code does not fit").Hinted("scan the picture again, wait for the next code, and compare the clocks")
	}
	a.Step = step
	if err := h.takeTOTP(ctx, access.ByDoor, p, a); err != nil {
		return err
	}
	h.door.mu.Lock()
	s.authenticator = ""
	h.door.mu.Unlock()
	return nil
}

// takeTOTP stores an authenticator and enters it.
func (h *Hub) takeTOTP(ctx context.Context, by access.Actor, p access.Person, a authenticator) error {
	h.adding.Lock()
	defer h.adding.Unlock()
	if old := h.factorsOf(p.ID).totp; old != nil {
		if _, err := h.Do(ctx, Request{Actor: by, Command: access.RemoveCredential{User: p.ID, Credential: access.TOTP, ID: old.ID}}); err != nil {
			return err
		}
	}
	if err := h.putTOTP(ctx, p.ID, a); err != nil {
		return err
	}
	h.changeFactors(p.ID, func(f *factors) { f.totp = &a })
	_, err := h.Do(ctx, Request{Actor: by, Command: access.AddCredential{User: p.ID, Credential: access.TOTP, ID: a.ID}})
	return err
}

// GiveTOTP makes an authenticator for somebody at the console, for machines that are set up unattended. The address holds the secret: it goes to its
// owner and nowhere else.
func (h *Hub) GiveTOTP(ctx context.Context, user string) (otpauth string, err error) {
	p, ok := h.person(user)
	if !ok {
		return "", fault.New(fault.NotFound, "access.unknown_user", "could not make an authenticator: there is no user %q", user)
	}
	a := newAuthenticator(h.door.now())
	a.Given = true
	return h.otpauth(p, a.Secret), h.takeTOTP(ctx, access.ByConsole, p, a)
}
