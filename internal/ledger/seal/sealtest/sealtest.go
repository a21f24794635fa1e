// Package sealtest knows how the devices of people sign: security keys as OpenSSH drives them, and passkeys as browsers do. Tests approve with it, and with what a
// broken or captured device would make. It keeps no secret: keys come from a seed of one byte.
package sealtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"strings"

	"blackstart/internal/ledger/seal"
)

// Flags of an authenticator (WebAuthn, section 6.1).
const (
	Present  = 0x01
	Verified = 0x04
)

// signer is a private key of one of the two algorithms.
type signer struct {
	ed ed25519.PrivateKey
	ec *ecdsa.PrivateKey
}

// newSigner makes the key of a seed.
func newSigner(seed byte, p256 bool) signer {
	raw := bytes.Repeat([]byte{seed}, 32)
	if !p256 {
		return signer{ed: ed25519.NewKeyFromSeed(raw)}
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	must(err)
	return signer{ec: key}
}

// sign gives an Ed25519 signature, or one of ECDSA over SHA-256 in ASN.1; both are the same each time (RFC 6979).
func (s signer) sign(message []byte) []byte {
	if s.ed != nil {
		return ed25519.Sign(s.ed, message)
	}
	sum := sha256.Sum256(message)
	sig, err := s.ec.Sign(nil, sum[:], crypto.SHA256)
	must(err)
	return sig
}

// SSH is a key as OpenSSH has it, on disk or in a security key. Namespace, Hash and Flags may be set wrong on purpose.
type SSH struct {
	Type        string
	Application string // of a security key
	Namespace   string
	Hash        string
	Reserved    string
	Flags       byte // of a security key
	signer
}

// NewSSH makes the key of a seed: "ssh-ed25519", "ecdsa-sha2-nistp256" or one of the two types of security keys.
func NewSSH(typ string, seed byte) *SSH {
	s := &SSH{Type: typ, Namespace: seal.SSHNamespace, Hash: "sha512", signer: newSigner(seed, strings.Contains(typ, "nistp256"))}
	if strings.HasPrefix(typ, "sk-") {
		s.Application, s.Flags = "ssh:", Present|Verified
	}
	return s
}

// Blob is the public key.
func (s *SSH) Blob() []byte {
	b := text(nil, s.Type)
	if s.ed != nil {
		b = text(b, string(s.ed.Public().(ed25519.PublicKey)))
	} else {
		point, err := s.ec.PublicKey.Bytes()
		must(err)
		b = text(text(b, "nistp256"), string(point))
	}
	if s.Application != "" {
		b = text(b, s.Application)
	}
	return b
}

// Line is the public key as a .pub file has it.
func (s *SSH) Line() string {
	return s.Type + " " + base64.StdEncoding.EncodeToString(s.Blob()) + " nobody@nowhere"
}

// Key is the public key as the trust root has it.
func (s *SSH) Key() seal.PersonKey { return seal.PersonKey{Public: s.Blob(), Kind: seal.SSHKey} }

// Approve signs as `ssh-keygen -Y sign` does.
func (s *SSH) Approve(payloadType string, payload []byte) seal.Approval {
	message := seal.PAE(payloadType, payload)
	digest := sha512.Sum512(message)
	sum := digest[:]
	if s.Hash == "sha256" {
		short := sha256.Sum256(message)
		sum = short[:]
	}
	signed := text(text(text(text([]byte("SSHSIG"), s.Namespace), s.Reserved), s.Hash), string(sum))
	sig := binary.BigEndian.AppendUint32([]byte("SSHSIG"), 1)
	sig = text(text(text(text(text(sig, string(s.Blob())), s.Namespace), s.Reserved), s.Hash), string(s.inner(signed)))
	return seal.Approval{Kind: seal.SSHKey, KeyID: s.Key().Fingerprint(), Sig: sig}
}

// inner is the signature inside the SSHSIG.
func (s *SSH) inner(signed []byte) []byte {
	var state []byte
	if s.Application != "" {
		application, inner := sha256.Sum256([]byte(s.Application)), sha256.Sum256(signed)
		state = []byte{s.Flags, 0, 0, 0, 7}
		signed = append(append(application[:], state...), inner[:]...)
	}
	raw := s.sign(signed)
	if s.ec != nil {
		raw = mpints(raw)
	}
	return append(text(text(nil, s.Type), string(raw)), state...)
}

// Passkey is a passkey with the browser that it is used in. All but the key may be set wrong on purpose.
type Passkey struct {
	RP        string
	Origin    string
	Type      string
	Challenge []byte // instead of the hash of what is approved
	Cross     bool
	Flags     byte
	HighS     bool // the other of the two signatures that ECDSA knows for each
	say       [2]string
	signer
}

// Say has the browser write new in place of old, once.
func (p *Passkey) Say(old, new string) *Passkey {
	p.say = [2]string{old, new}
	return p
}

// NewPasskey makes the passkey of a seed for the page https://hub.example:8443, by ES256 or by EdDSA.
func NewPasskey(seed byte, p256 bool) *Passkey {
	return &Passkey{RP: "hub.example", Origin: "https://hub.example:8443", Type: "webauthn.get", Flags: Present | Verified, signer: newSigner(seed, p256)}
}

// Key is the public key as the trust root has it.
func (p *Passkey) Key() seal.PersonKey {
	var public any
	if p.ec != nil {
		public = &p.ec.PublicKey
	} else {
		public = p.ed.Public()
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	must(err)
	key, err := seal.NewPasskey(spki, "hub.example", "https://hub.example:8443")
	must(err)
	return key
}

// Approve signs as navigator.credentials.get does.
func (p *Passkey) Approve(payloadType string, payload []byte) seal.Approval {
	sum := sha256.Sum256(seal.PAE(payloadType, payload))
	challenge := sum[:]
	if p.Challenge != nil {
		challenge = p.Challenge
	}
	client, err := json.Marshal(map[string]any{"type": p.Type, "challenge": base64.RawURLEncoding.EncodeToString(challenge), "origin": p.Origin, "crossOrigin": p.Cross})
	must(err)
	if p.say[0] != "" {
		client = bytes.Replace(client, []byte(p.say[0]), []byte(p.say[1]), 1)
	}
	rp, hash := sha256.Sum256([]byte(p.RP)), sha256.Sum256(client)
	data := append(rp[:], p.Flags, 0, 0, 0, 7)
	sig := p.sign(append(bytes.Clone(data), hash[:]...))
	if p.HighS {
		sig = other(sig)
	}
	return seal.Approval{Kind: seal.Passkey, KeyID: p.Key().Fingerprint(), Sig: sig, AuthenticatorData: data, ClientData: client}
}

type pair struct{ R, S *big.Int }

// other gives n-s for s (SEC 1, section 4.1.4: both hold).
func other(der []byte) []byte {
	var p pair
	_, err := asn1.Unmarshal(der, &p)
	must(err)
	p.S.Sub(elliptic.P256().Params().N, p.S)
	der, err = asn1.Marshal(p)
	must(err)
	return der
}

// mpints writes an ECDSA signature as SSH does (RFC 5656, section 3.1.2).
func mpints(der []byte) []byte {
	var p pair
	_, err := asn1.Unmarshal(der, &p)
	must(err)
	var b []byte
	for _, n := range []*big.Int{p.R, p.S} {
		raw := n.Bytes()
		if raw[0]&0x80 != 0 {
			raw = append([]byte{0}, raw...)
		}
		b = text(b, string(raw))
	}
	return b
}

func text(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}

func must(err error) {
	if err != nil {
		panic(err) // fixed keys and our own JSON: impossible
	}
}

// SSHLine writes a machine's key as if it were somebody's SSH key.
func SSHLine(k seal.Key) string {
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString(text(text(nil, "ssh-ed25519"), string(k)))
}
