package seal

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Clauses are of Web Authentication Level 3 (W3C). An assertion for an approval is told from one for signing in by its challenge: there it is chance, here it is
// the hash of what is approved. The two are equal only if somebody who issues challenges wants them to be; docs/orders.md, section 6, says what that somebody can do.

// NewPasskey takes a passkey's public key as a browser gives it, with the name it belongs to and the page it was made on.
func NewPasskey(spki []byte, rp string, origins ...string) (PersonKey, error) {
	k := PersonKey{Public: spki, Kind: Passkey, RP: rp, Origins: origins}
	return k, k.Check()
}

// openSPKI reads a SubjectPublicKeyInfo of the two algorithms that we take: ES256 and EdDSA with Ed25519.
func openSPKI(der []byte) (p opened, err error) {
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return p, badKey("key.form", "it is no public key of a passkey")
	}
	if again, err := x509.MarshalPKIXPublicKey(parsed); err != nil || !bytes.Equal(again, der) {
		return p, badKey("key.form", "it is not written in the one way that counts") // else one key could stand in the root twice
	}
	switch k := parsed.(type) {
	case ed25519.PublicKey:
		p.ed, err = edPoint(k)
	case *ecdsa.PublicKey:
		if p.ec = k; k.Curve != elliptic.P256() {
			err = badKey("key.type", "its curve is not P-256")
		}
	default:
		err = badKey("key.type", "passkeys approve by ES256 or EdDSA only")
	}
	return p, err
}

// checkPages says whether name and pages of a passkey fit each other (section 5.1.2: the name is the page's host, or ends it). Browsers take no addresses there.
func (k PersonKey) checkPages() error {
	if _, err := netip.ParseAddr(k.RP); err == nil || k.RP == "" || strings.ToLower(k.RP) != k.RP {
		return badKey("key.rp", "a passkey belongs to a host name in small letters, not to %.60q", k.RP)
	}
	if len(k.Origins) == 0 || len(k.Origins) > maxOrigins {
		return badKey("key.origin", "it names %d pages, want 1 to %d", len(k.Origins), maxOrigins)
	}
	for _, o := range k.Origins {
		u, err := url.Parse(o)
		if err != nil || len(o) > maxOrigin || u.Scheme+"://"+u.Host != o || u.Scheme != "https" && !(u.Scheme == "http" && u.Hostname() == "localhost") {
			return badKey("key.origin", "%.100q is not of the form https://NAME or https://NAME:PORT", o)
		}
		if u.Hostname() != k.RP && !strings.HasSuffix(u.Hostname(), "."+k.RP) {
			return badKey("key.origin", "%s is no page of %s", o, k.RP)
		}
	}
	return nil
}

// said is what we read of clientDataJSON (section 5.8.1). Browsers may add members; double ones and other spellings of these are refused by the decoder.
type said struct {
	Type        string `json:"type"`
	Challenge   string `json:"challenge"`
	Origin      string `json:"origin"`
	CrossOrigin bool   `json:"crossOrigin"`
	TopOrigin   string `json:"topOrigin"`
}

// Bits of the authenticator's flags (section 6.1), beside those of sshsig.go.
const (
	flagEligible   = 0x08 // BE
	flagBackedUp   = 0x10 // BS
	flagCredential = 0x40 // AT: only a registration has it
	flagExtensions = 0x80 // ED
	authDataSize   = sha256.Size + 1 + 4
)

// checkAssertion follows section 7.2, step by step, without what needs a memory (the signature counter).
func checkAssertion(k PersonKey, p opened, a Approval, message []byte) error {
	if len(a.ClientData) > maxClientData || len(a.AuthenticatorData) > maxAuthData {
		return notConsent("the passkey's answer is too long")
	}
	challenge := sha256.Sum256(message)
	if err := k.checkSaid(a.ClientData, challenge[:]); err != nil {
		return err
	}
	client := sha256.Sum256(a.ClientData)
	if !p.asserted(slices.Concat(a.AuthenticatorData, client[:]), a.Sig) { // steps 20 and 21
		return notConsent("the passkey did not sign it")
	}
	return k.checkAuthenticator(a.AuthenticatorData)
}

// checkSaid looks at what the browser says: for what, and on which page (steps 8 to 14).
func (k PersonKey) checkSaid(clientData, challenge []byte) error {
	var c said
	if err := json.Unmarshal(clientData, &c); err != nil {
		return notConsent("what the browser says cannot be read: %w", err)
	}
	switch {
	case c.Type != "webauthn.get": // step 10
		return notConsent("the passkey was used for %.40q, not to sign", c.Type)
	case c.Challenge != base64.RawURLEncoding.EncodeToString(challenge): // step 11
		return notConsent("the passkey signed something else")
	case !slices.Contains(k.Origins, c.Origin): // step 12
		return notConsent("the passkey was used on the page %.100q, which the trust root does not name", c.Origin)
	case c.CrossOrigin || c.TopOrigin != "": // steps 13 and 14
		return notConsent("the passkey was used on a page inside another one")
	}
	return nil
}

// checkAuthenticator looks at what the device says of its user (steps 15 to 19).
func (k PersonKey) checkAuthenticator(data []byte) error {
	rp := sha256.Sum256([]byte(k.RP))
	if len(data) < authDataSize || !bytes.HasPrefix(data, rp[:]) {
		return notConsent("the passkey was used for another name than %s", k.RP)
	}
	flags := data[sha256.Size]
	switch {
	case flags&flagCredential != 0 || (flags&flagExtensions != 0) != (len(data) > authDataSize) || flags&(flagEligible|flagBackedUp) == flagBackedUp:
		return notConsent("what the passkey's device says is no assertion")
	case flags&flagPresent == 0:
		return unverified("was there")
	case flags&flagVerified == 0:
		return unverified("gave a PIN or a finger")
	}
	return nil
}

// asserted checks an assertion's signature (section 6.5.5): ES256 in ASN.1, EdDSA as RFC 8032 has it.
func (p opened) asserted(message, sig []byte) bool {
	if p.ed != nil {
		return ed25519.Verify(p.ed, message, sig)
	}
	sum := sha256.Sum256(message)
	return ecdsa.VerifyASN1(p.ec, sum[:], sig)
}
