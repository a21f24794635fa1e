package seal

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"blackstart/internal/fault"
)

// algEd25519 is the algorithm byte of Ed25519 in note keys (C2SP signed-note).
const algEd25519 = 1

// NoteSigner makes the signer of C2SP signed notes from the key, under its name.
func (s *Signer) NoteSigner() note.Signer { return noteSigner{s} }

// NoteVerifier makes the verifier for notes signed under that name.
func (k Key) NoteVerifier(name string) note.Verifier { return noteVerifier{name, k} }

// VerifierKey is the key in the text form of note keys, NAME+HASH+KEY, the way other tools of the transparency world expect it.
func (k Key) VerifierKey(name string) (string, error) {
	text, err := note.NewEd25519VerifierKey(name, []byte(k))
	if err != nil {
		return "", fault.New(fault.Invalid, "key.name", "could not write the verifier key of %q: %w", name, err)
	}
	return text, nil
}

// ParseVerifierKey reads NAME+HASH+KEY and gives the name and the key.
func ParseVerifierKey(text string) (string, Key, error) {
	if _, err := note.NewVerifier(text); err != nil {
		return "", "", fault.New(fault.Invalid, "key.form", "could not read the verifier key: %w", err)
	}
	name, rest, _ := strings.Cut(text, "+")
	_, encoded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) == 0 || raw[0] != algEd25519 {
		return "", "", fault.New(fault.Invalid, "key.type", "could not read the verifier key of %q: not Ed25519", name)
	}
	return name, Key(raw[1:]), nil
}

// noteHash is the key hash of C2SP signed-note: the first four bytes of SHA-256(name, newline, algorithm, key), big-endian.
func noteHash(name string, k Key) uint32 {
	sum := sha256.Sum256([]byte(name + "\n" + string(rune(algEd25519)) + string(k)))
	return binary.BigEndian.Uint32(sum[:])
}

type noteSigner struct{ s *Signer }

func (n noteSigner) Name() string                    { return n.s.name }
func (n noteSigner) KeyHash() uint32                 { return noteHash(n.s.name, n.s.Public()) }
func (n noteSigner) Sign(msg []byte) ([]byte, error) { return n.s.Sign(msg), nil }

type noteVerifier struct {
	name string
	k    Key
}

func (n noteVerifier) Name() string                { return n.name }
func (n noteVerifier) KeyHash() uint32             { return noteHash(n.name, n.k) }
func (n noteVerifier) Verify(msg, sig []byte) bool { return n.k.Verify(msg, sig) }
