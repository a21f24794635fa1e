// Package vault knows how the data key of a record that is sealed at rest is kept from whoever steals the disk: wrapped to officers' age recipients, any
// one of whom opens it, or split into paper shares, k of n of which do. It does not know what the key opens.
//
// Start at [Wrap] and [Split]; what they make stands in seal.json beside the database, see [Seal].
package vault

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"strings"

	"filippo.io/age"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
)

// KeyBytes is the length of a data key.
const KeyBytes = 32

const (
	// MaxSeal bounds seal.json: twenty recipients take about 4 KiB.
	MaxSeal = 64 << 10
	// MaxRecipients bounds to how many people a key is wrapped: each of them alone opens it.
	MaxRecipients = 20
	// MaxShares bounds how many shares there are: more than a crisis team has safes. 255 would be the limit of the field.
	MaxShares = 16
)

const schema = "blackstart/seal/1"

// Seal is what stands beside a sealed database. Exactly one of Wrapped and Need is set.
type Seal struct {
	Schema     string   `json:"schema"`
	Cipher     string   `json:"cipher"` // adiantum: see the store
	Recipients []string `json:"recipients,omitempty"`
	Wrapped    []byte   `json:"wrapped,omitempty"` // the data key in an age file
	Need       int      `json:"need,omitzero"`     // so many shares open it
	Of         int      `json:"of,omitzero"`       // so many were made
	Check      []byte   `json:"check"`             // tells the right key from a wrong one, and nothing else: HMAC-SHA256 of a constant
}

// NewKey makes a data key.
func NewKey() []byte {
	key := make([]byte, KeyBytes)
	rand.Read(key) // never fails (crypto/rand, Go 1.24)
	return key
}

func check(key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(schema))
	return mac.Sum(nil)
}

// Wrap wraps a data key to recipients (age1…), each of whom can open it alone.
func Wrap(key []byte, recipients []string) (Seal, error) {
	s := Seal{Schema: schema, Cipher: "adiantum", Recipients: recipients, Check: check(key)}
	to, err := age.ParseRecipients(strings.NewReader(strings.Join(recipients, "\n")))
	if err != nil || len(to) > MaxRecipients {
		return s, fault.New(fault.Invalid, "seal.recipient", "could not use the recipients, at most %d: %v", MaxRecipients, err).Hinted("a recipient begins with age1; 'blackstart copy key' makes one")
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err == nil {
		if _, err = w.Write(key); err == nil {
			err = w.Close()
		}
	}
	if err != nil {
		return s, fault.New(fault.Internal, "seal.wrap", "could not wrap the key: %w", err)
	}
	s.Wrapped = out.Bytes()
	return s, nil
}

// Unwrap gives the data key to whoever holds the identity of a recipient.
func (s Seal) Unwrap(identity []age.Identity) ([]byte, error) {
	if len(s.Wrapped) == 0 {
		return nil, fault.New(fault.Conflict, "seal.shares", "could not open the seal with a key file: it takes %d of %d shares", s.Need, s.Of).Hinted("enter them with --unseal -")
	}
	r, err := age.Decrypt(bytes.NewReader(s.Wrapped), identity...)
	if errors.As(err, new(*age.NoIdentityMatchError)) {
		return nil, fault.New(fault.Forbidden, "seal.identity", "could not open the seal: it is wrapped to somebody else").Hinted("bring the key of %s", strings.Join(s.Recipients, " or "))
	}
	var key []byte
	if err == nil {
		key, err = io.ReadAll(io.LimitReader(r, KeyBytes+1))
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "seal.damaged", "could not open the seal: it is damaged: %w", err)
	}
	return s.checked(key)
}

// checked gives the key if it is the right one.
func (s Seal) checked(key []byte) ([]byte, error) {
	if len(key) != KeyBytes || !hmac.Equal(check(key), s.Check) {
		return nil, fault.New(fault.Forbidden, "seal.wrong", "could not open the seal: this is not its key")
	}
	return key, nil
}

// Split splits a data key into n shares, any k of which give it back and k-1 of which say nothing about it.
func Split(key []byte, k, n int) (Seal, []string, error) {
	s := Seal{Schema: schema, Cipher: "adiantum", Need: k, Of: n, Check: check(key)}
	if k < 2 || n < k || n > MaxShares {
		return s, nil, fault.New(fault.Invalid, "seal.shares", "could not make %d shares of which %d are needed: want 2 at least, and %d at most", n, k, MaxShares)
	}
	var all []string
	for _, share := range split(key, k, n) {
		all = append(all, share.String())
	}
	return s, all, nil
}

// Combine gives the data key from shares as they stand on paper. It says which line is mistyped.
func (s Seal) Combine(lines []string) ([]byte, error) {
	if s.Need == 0 {
		return nil, fault.New(fault.Conflict, "seal.wrapped", "could not open the seal with shares: it is wrapped to %s", strings.Join(s.Recipients, " or ")).Hinted("name the file of one of these keys with --unseal")
	}
	var shares []share
	for _, line := range lines {
		sh, err := parseShare(line)
		if err != nil {
			return nil, err
		}
		for _, there := range shares {
			if there.x == sh.x {
				return nil, fault.New(fault.Invalid, "seal.twice", "could not use share %d: it was entered twice", sh.x)
			}
		}
		shares = append(shares, sh)
	}
	if len(shares) < s.Need {
		return nil, fault.New(fault.Invalid, "seal.few", "could not open the seal with %d shares: it takes %d", len(shares), s.Need)
	}
	return s.checked(combine(shares[:s.Need]))
}

// Marshal is the file.
func (s Seal) Marshal() []byte {
	data, err := json.Marshal(s, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		panic("a seal did not marshal: " + err.Error()) // impossible: strings, numbers and bytes
	}
	return append(data, '\n')
}

// Parse reads the file.
func Parse(data []byte) (s Seal, err error) {
	if len(data) > MaxSeal {
		return s, fault.New(fault.Invalid, "seal.damaged", "could not read the seal: it has more than %d bytes", MaxSeal)
	}
	if err := json.Unmarshal(data, &s, json.RejectUnknownMembers(true)); err != nil {
		return s, fault.New(fault.Invalid, "seal.damaged", "could not read the seal: %w", err)
	}
	if s.Schema != schema || s.Cipher != "adiantum" || (len(s.Wrapped) == 0) == (s.Need == 0) || s.Need < 0 || s.Need > MaxShares {
		return s, fault.New(fault.Invalid, "seal.damaged", "could not read the seal: this program does not know its form (%.40q, %.40q)", s.Schema, s.Cipher)
	}
	return s, nil
}
