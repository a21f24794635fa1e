package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"

	"blackstart/internal/fault"
)

// saltPrefix begins every salted private part; what follows is the salt in base64, then the author's members.
const saltPrefix = `{"salt":"`

// saltHead is the length of the salted form before the author's first member: the prefix, the salt and its closing quote.
var saltHead = len(saltPrefix) + base64.StdEncoding.EncodedLen(saltBytes) + 1

// salted puts a random salt in front of the members of a private part: without it, whoever holds an export without
// private parts could guess a name and check the guess against the hash.
func salted(private []byte, random io.Reader) ([]byte, error) {
	object, err := compactObject(private)
	if err != nil {
		return nil, fault.New(fault.Invalid, "journal.private", "could not take the private part: %w", err)
	}
	var salt [saltBytes]byte
	if _, err := io.ReadFull(random, salt[:]); err != nil {
		return nil, fault.New(fault.Internal, "journal.salt", "could not make a salt: %w", err)
	}
	b := base64.StdEncoding.AppendEncode([]byte(saltPrefix), salt[:])
	b = append(b, '"')
	if len(object) > len(`{}`) {
		b = append(b, ',')
	}
	b = append(b, object[1:]...)
	return b, checkSalted(b)
}

// checkSalted refuses every form of a private part but the one that salted writes.
func checkSalted(b []byte) error {
	if len(b) > MaxPrivate {
		return fault.New(fault.Invalid, "journal.private", "could not take the private part: it has %d bytes, at most %d", len(b), MaxPrivate)
	}
	c, err := compactObject(b)
	if err != nil || !bytes.Equal(c, b) || len(b) < saltHead || !bytes.HasPrefix(b, []byte(saltPrefix)) {
		return fault.New(fault.Invalid, "journal.private", `could not take the private part: want one JSON object whose only member "salt" is the journal's`)
	}
	return nil
}

// unsalt takes the salt away again.
func unsalt(b []byte) []byte {
	if len(b) < saltHead {
		return nil
	}
	return append([]byte{'{'}, bytes.TrimPrefix(b[saltHead:], []byte{','})...)
}

// SHA256 is the hash by which private parts and blobs are named: lower-case hex, as sha256sum prints it.
func SHA256(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
