// Package seal knows how a byte string is bound to the one who vouches for it: the keys of machines and their files, the three kinds of keys
// with which people approve, the pre-authentication encoding of DSSE, envelopes with signatures and approvals, and signed notes (C2SP) for checkpoints.
// It does not know what is signed, nor whether the signer was entitled to: that is asked of the trust root, elsewhere.
//
// Start at [PAE]: everything that anybody signs here, a hub, an agent or a person, goes through it; notes alone have their own form.
// How a person's approval is checked begins at [Approval.Check].
package seal

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io"
	"slices"
	"strings"

	"blackstart/internal/fault"
)

// Key is a public Ed25519 key. It is a string so that it can be compared and can be a map key; use [ParseKey] for foreign input.
type Key string

// Fingerprint is SHA256: and the unpadded base64 of the hash of the raw key, short enough to be read out on the phone.
func (k Key) Fingerprint() string { return fingerprint([]byte(k)) }

// String is the key in standard base64, the form in which keys are written in files and entries.
func (k Key) String() string { return base64.StdEncoding.EncodeToString([]byte(k)) }

// MarshalText writes the key as base64.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a key as [ParseKey] does.
func (k *Key) UnmarshalText(text []byte) (err error) {
	*k, err = ParseKey(string(text))
	return err
}

// Verify says whether sig is this key's signature of message (RFC 8032, pure Ed25519).
func (k Key) Verify(message, sig []byte) bool {
	return len(k) == ed25519.PublicKeySize && ed25519.Verify(ed25519.PublicKey(k), message, sig)
}

// ParseKey reads a public key from base64 (32 bytes) or from a PEM block of type PUBLIC KEY.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	if block, _ := pem.Decode([]byte(text)); block != nil {
		pub, err := x509.ParsePKIXPublicKey(block.Bytes)
		if ed, ok := pub.(ed25519.PublicKey); err == nil && ok {
			return proper(ed)
		}
		return "", fault.New(fault.Invalid, "key.type", "could not read the public key: the PEM block holds no Ed25519 key")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return "", fault.New(fault.Invalid, "key.form", "could not read the public key: want 32 bytes in base64 or a PEM block")
	}
	return proper(raw)
}

// proper refuses the points of small order: for such a key there are signatures that hold for any message, so whoever enrolled it could say that anybody had signed.
// RFC 8032, section 5.1.7, does not ask for this check, and Go's ed25519 does not make it.
func proper(raw []byte) (Key, error) {
	y := slices.Clone(raw)
	y[len(y)-1] &= 0x7f // the top bit is the sign of x; both signs of a small point are small
	if slices.Contains(smallOrder, hex.EncodeToString(y)) {
		return "", fault.New(fault.Invalid, "key.weak", "could not take the public key: it is a point of small order, under which anything passes as signed")
	}
	return Key(raw), nil
}

// smallOrder is every encoding of the y of a point whose order divides 8, little-endian, without the sign of x: five values, and the two that have a second encoding
// below 2^255 (libsodium, ge25519_has_small_order; checked by calculation in the test).
var smallOrder = []string{
	"0000000000000000000000000000000000000000000000000000000000000000", // 0, order 4
	"0100000000000000000000000000000000000000000000000000000000000000", // 1, order 1
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p - 1, order 2
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p, again 0
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // p + 1, again 1
}

// Signer holds a private Ed25519 key and the name under which it signs notes.
type Signer struct {
	name    string
	private ed25519.PrivateKey
}

// Generate makes a new key from the system's randomness; name becomes the key name in signed notes and must hold neither space nor plus.
func Generate(name string) (*Signer, error) { return GenerateFrom(name, rand.Reader) }

// GenerateFrom is Generate with another source of 32 bytes, for test vectors.
func GenerateFrom(name string, source io.Reader) (*Signer, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(source, seed); err != nil {
		return nil, fault.New(fault.Internal, "key.random", "could not make a key: %w", err)
	}
	return &Signer{name: name, private: ed25519.NewKeyFromSeed(seed)}, nil
}

// Name is the name under which the key signs notes.
func (s *Signer) Name() string { return s.name }

// Public is the key that others check with.
func (s *Signer) Public() Key { return Key(s.private.Public().(ed25519.PublicKey)) }

// Sign signs the message as it is; callers sign a [PAE], never bare input.
func (s *Signer) Sign(message []byte) []byte { return ed25519.Sign(s.private, message) }

// nameHeader carries the key's name inside its PEM file.
const nameHeader = "Name"

// PEM is the private key as PKCS #8 (RFC 8410) with its name as a header. Whoever reads it can sign: keep it on a stick or on paper, mode 0600.
func (s *Signer) PEM() []byte {
	der, err := x509.MarshalPKCS8PrivateKey(s.private)
	if err != nil {
		panic("an Ed25519 key did not marshal: " + err.Error()) // impossible for this type
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Headers: map[string]string{nameHeader: s.name}, Bytes: der})
}

// ParseSigner reads a private key file as [Signer.PEM] writes it; files of other programs, which have no name, sign as "key".
func ParseSigner(file []byte) (*Signer, error) {
	block, _ := pem.Decode(file)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, fault.New(fault.Invalid, "key.form", "could not read the key file: no PEM block of type PRIVATE KEY").Hinted("make one with 'blackstart order key'")
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	ed, ok := private.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fault.New(fault.Invalid, "key.type", "could not read the key file: it holds no Ed25519 key")
	}
	name := block.Headers[nameHeader]
	if name == "" {
		name = "key"
	}
	return &Signer{name: name, private: ed}, nil
}
