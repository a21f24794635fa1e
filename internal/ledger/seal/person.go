package seal

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"blackstart/internal/fault"
)

// ApprovalKind names the form of a person's signature.
type ApprovalKind string

// The kinds. The list is closed; docs/orders.md says how each is checked.
const (
	// Ed25519File is a raw Ed25519 signature over the PAE, made with a key file.
	Ed25519File ApprovalKind = "ed25519"
	// SSHKey is an SSHSIG over the PAE in the namespace [SSHNamespace]: `ssh-keygen -Y sign`, with a key on disk or in a security key.
	SSHKey ApprovalKind = "sshsig"
	// Passkey is a WebAuthn assertion whose challenge is the SHA-256 of the PAE.
	Passkey ApprovalKind = "webauthn"
)

// PersonKey is the public key with which one person approves, with what must hold of a signature by it. Keys of machines are a [Key]: they sign without anybody being there.
type PersonKey struct {
	Public     []byte       `json:"key"` // ed25519: 32 bytes · sshsig: the blob of a .pub line · webauthn: SubjectPublicKeyInfo (RFC 5280, section 4.1)
	Kind       ApprovalKind `json:"kind"`
	MustVerify bool         `json:"verify_required,omitzero"` // sshsig with a security key: it must have asked for a PIN or a finger
	RP         string       `json:"rp_id,omitzero"`           // webauthn: the name that the passkey belongs to
	Origins    []string     `json:"origins,omitempty"`        // webauthn: the pages on which it may have been used
}

// FileKey is the key of somebody who approves with a key file.
func FileKey(k Key) PersonKey { return PersonKey{Public: []byte(k), Kind: Ed25519File} }

// ParsePersonKey reads the text of a public key: of a key file as [ParseKey] does, or an SSH line as [ParseSSHKey] does.
func ParsePersonKey(text string) (PersonKey, error) {
	words := strings.Fields(text)
	if len(words) > 1 && words[0] != "-----BEGIN" || strings.Contains(text, "PRIVATE KEY-----") {
		return ParseSSHKey(text)
	}
	k, err := ParseKey(text)
	return FileKey(k), err
}

// Fingerprint is SHA256: and the unpadded base64 of the hash of the key's bytes; of an SSH key it is what `ssh-keygen -l` prints.
func (k PersonKey) Fingerprint() string { return fingerprint(k.Public) }

func fingerprint(public []byte) string {
	sum := sha256.Sum256(public)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// Check says what is wrong with the key in itself.
func (k PersonKey) Check() error {
	if _, err := k.open(); err != nil {
		return err
	}
	if k.Kind == Passkey {
		return k.checkPages()
	}
	if k.RP != "" || len(k.Origins) > 0 {
		return badKey("key.form", "only a passkey belongs to a page")
	}
	return nil
}

// Material is what signs in the end, whatever it is wrapped in: the raw Ed25519 key, or the point of P-256. Two keys of the same material are one key:
// a hub's key written as an SSH key stays the hub's.
func (k PersonKey) Material() string {
	switch p, err := k.open(); {
	case err != nil:
		return string(k.Public)
	case p.ed != nil:
		return string(p.ed)
	default:
		point, _ := p.ec.Bytes() // was read from those bytes
		return string(point)
	}
}

// opened is a key that has been read: of one algorithm or the other.
type opened struct {
	ed          ed25519.PublicKey
	ec          *ecdsa.PublicKey
	name        string // of its SSH type
	application string // of a security key; empty for keys on disk
}

func (k PersonKey) open() (opened, error) {
	if len(k.Public) > maxKeyBlob {
		return opened{}, badKey("key.form", "it has %d bytes, at most %d", len(k.Public), maxKeyBlob)
	}
	if k.MustVerify && k.Kind != SSHKey {
		return opened{}, badKey("key.form", "only an SSH key in a security key can be told to verify its user") // a passkey must always
	}
	switch k.Kind {
	case Ed25519File:
		ed, err := edPoint(k.Public)
		return opened{ed: ed}, err
	case SSHKey:
		p, err := openSSH(k.Public)
		if err == nil && k.MustVerify && p.application == "" {
			err = badKey("key.form", "a key on disk cannot verify its user")
		}
		return p, err
	case Passkey:
		return openSPKI(k.Public)
	}
	return opened{}, badKey("key.kind", "this program knows no kind %q", k.Kind)
}

func edPoint(raw []byte) (ed25519.PublicKey, error) {
	if len(raw) != ed25519.PublicKeySize {
		return nil, badKey("key.form", "an Ed25519 key has %d bytes, not %d", ed25519.PublicKeySize, len(raw))
	}
	_, err := proper(raw)
	return raw, err
}

func badKey(code, format string, args ...any) error {
	return fault.New(fault.Invalid, code, "could not take the public key: "+format, args...)
}

// Approval is a person's consent to exactly these bytes.
type Approval struct {
	Kind  ApprovalKind `json:"kind"`
	KeyID string       `json:"keyid"` // fingerprint; a hint, never trusted
	Sig   []byte       `json:"sig"`   // ed25519: 64 bytes · sshsig: the SSHSIG without its armour · webauthn: the assertion's signature

	AuthenticatorData []byte `json:"authenticator_data,omitempty"` // webauthn only
	ClientData        []byte `json:"client_data,omitempty"`        // webauthn only: clientDataJSON, byte for byte
}

// Approve makes a person's approval of a payload with a key file.
func Approve(s *Signer, payloadType string, payload []byte) Approval {
	return Approval{Kind: Ed25519File, KeyID: s.Public().Fingerprint(), Sig: s.Sign(PAE(payloadType, payload))}
}

// CodeUnverified is of an approval by the right key for the right bytes, whose device does not say that its owner was there and known to it.
const CodeUnverified = "approval.unverified"

// Check says why the approval is not the key's consent to this payload; nil when it is.
func (a Approval) Check(k PersonKey, payloadType string, payload []byte) error {
	p, err := k.open()
	if err != nil {
		return err
	}
	if a.Kind != k.Kind {
		return notConsent("it is of kind %.20q, the key of kind %q", a.Kind, k.Kind)
	}
	if a.Kind != Passkey && len(a.AuthenticatorData)+len(a.ClientData) > 0 {
		return notConsent("it holds parts that only a passkey's has")
	}
	message := PAE(payloadType, payload)
	switch k.Kind {
	case SSHKey:
		return checkSSHSig(k, p, a.Sig, message)
	case Passkey:
		return checkAssertion(k, p, a, message)
	default:
		if !Key(k.Public).Verify(message, a.Sig) {
			return notConsent("the signature is not over these bytes")
		}
		return nil
	}
}

// By says whether the approval names this key; who wrote that name is unknown.
func (a Approval) By(k PersonKey) bool { return a.KeyID == k.Fingerprint() }

func notConsent(format string, args ...any) error {
	return fault.New(fault.Forbidden, "approval.other", "could not take the approval: "+format, args...)
}

func unverified(what string) error {
	return fault.New(fault.Forbidden, CodeUnverified, "could not take the approval: the device does not say that its owner %s", what)
}

// same compares bytes that are no secret.
func same[A, B ~[]byte | ~string](a A, b B) bool { return bytes.Equal([]byte(a), []byte(b)) }
