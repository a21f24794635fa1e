package seal

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
)

// SSHNamespace is the namespace of approvals: a signature that somebody made with the same key for a commit or a file is none of ours.
const SSHNamespace = "order@blackstart"

// Types of keys that may approve. RSA and DSA may not; certificates would bring in authorities of their own.
const (
	sshEd25519 = "ssh-ed25519"                        // RFC 8709, section 4
	sshP256    = "ecdsa-sha2-nistp256"                // RFC 5656, section 3.1
	skEd25519  = "sk-ssh-ed25519@openssh.com"         // PROTOCOL.u2f, "SSH U2F Key formats"
	skP256     = "sk-ecdsa-sha2-nistp256@openssh.com" // the same
	curveP256  = "nistp256"

	sshMagic   = "SSHSIG" // PROTOCOL.sshsig, section 2
	sshArmor   = "SSH SIGNATURE"
	sshVersion = 1

	flagPresent  = 0x01 // SSH_SK_USER_PRESENCE_REQD; the UP bit of WebAuthn, section 6.1
	flagVerified = 0x04 // SSH_SK_USER_VERIFICATION_REQD; the UV bit
)

// ParseSSHKey reads a line as it stands in a .pub file or in authorized_keys. The comment is dropped: it is often somebody's name, and the trust root holds none.
func ParseSSHKey(line string) (PersonKey, error) {
	if strings.Contains(line, "PRIVATE KEY-----") {
		return PersonKey{}, badKey("key.private", "that is the private key; take the file that ends in .pub, the other one never leaves its owner")
	}
	words := strings.Fields(line)
	if len(words) > 0 && !slices.Contains(sshTypes, words[0]) && len(words) > 2 && words[0] == "verify-required" {
		k, err := ParseSSHKey(strings.Join(words[1:], " "))
		k.MustVerify = true
		if err == nil {
			err = k.Check()
		}
		return k, err
	}
	if len(words) < 2 || strings.Contains(strings.TrimSpace(line), "\n") {
		return PersonKey{}, badKey("key.form", "want one line: type, base64 and a comment")
	}
	if !slices.Contains(sshTypes, words[0]) {
		return PersonKey{}, badKey("key.type", "%.60q is none of %s; the only option before it is verify-required", words[0], strings.Join(sshTypes, ", "))
	}
	blob, err := base64.StdEncoding.Strict().DecodeString(words[1])
	if err != nil {
		return PersonKey{}, badKey("key.form", "the second word is not base64")
	}
	k := PersonKey{Public: blob, Kind: SSHKey}
	p, err := k.open()
	if err == nil && p.name != words[0] {
		err = badKey("key.type", "the line says %s, the key %s", words[0], p.name)
	}
	return k, err
}

var sshTypes = []string{sshEd25519, skEd25519, sshP256, skP256}

// Line is the key as a .pub file holds it; empty for other kinds.
func (k PersonKey) Line() string {
	p, err := k.open()
	if err != nil || k.Kind != SSHKey {
		return ""
	}
	line := p.name + " " + base64.StdEncoding.EncodeToString(k.Public)
	if k.MustVerify {
		return "verify-required " + line
	}
	return line
}

// fields reads the binary forms of SSH (RFC 4251, section 5). The first that does not fit spoils all after it, so that one question at the end suffices.
type fields struct {
	rest []byte
	bad  bool
}

func (f *fields) take(n uint32) []byte {
	if f.bad || uint64(n) > uint64(len(f.rest)) {
		f.bad, f.rest = true, nil
		return nil
	}
	taken := f.rest[:n:n]
	f.rest = f.rest[n:]
	return taken
}

func (f *fields) number() uint32 {
	b := f.take(4)
	if f.bad {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

func (f *fields) text() []byte { return f.take(f.number()) }

// positive reads an mpint that is above zero and as short as it can be.
func (f *fields) positive() *big.Int {
	b := f.text()
	if len(b) == 0 || b[0] > 0x7f || b[0] == 0 && (len(b) == 1 || b[1] < 0x80) {
		f.bad = true
	}
	return new(big.Int).SetBytes(b)
}

func (f *fields) whole() bool { return !f.bad && len(f.rest) == 0 }

func appendText(b []byte, text string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...)
}

// openSSH reads a public key blob.
func openSSH(blob []byte) (p opened, err error) {
	f := &fields{rest: blob}
	p.name = string(f.text())
	switch p.name {
	case sshEd25519, skEd25519:
		p.ed, err = edPoint(f.text())
	case sshP256, skP256:
		curve := string(f.text())
		p.ec, err = ecdsa.ParseUncompressedPublicKey(elliptic.P256(), f.text()) // refuses what is not on the curve, and the point at infinity
		if err != nil || curve != curveP256 {
			err = badKey("key.form", "it holds no point of P-256")
		}
	default:
		return p, badKey("key.type", "SSH keys of type %.60q cannot approve; make one of type ed25519 or ed25519-sk", p.name)
	}
	if err != nil {
		return p, err
	}
	if strings.HasPrefix(p.name, "sk-") {
		// A passkey's application is a name of the web, which no SSH client asks for: with this prefix the two can never sign for each other (PROTOCOL.u2f, "ssh:").
		if p.application = string(f.text()); !strings.HasPrefix(p.application, "ssh:") {
			return p, badKey("key.application", "its application is %.60q, not ssh:", p.application)
		}
	}
	if !f.whole() {
		return p, badKey("key.form", "it is cut short or goes on after its end")
	}
	return p, nil
}

// checkSSHSig follows PROTOCOL.sshsig. The reserved field, which it tells to ignore, must be empty here: what we cannot read is no consent.
func checkSSHSig(k PersonKey, p opened, sig, message []byte) error {
	if len(sig) > maxSSHSig {
		return notConsent("the SSH signature has %d bytes, at most %d", len(sig), maxSSHSig)
	}
	f := &fields{rest: sig}
	magic, version, public := f.take(uint32(len(sshMagic))), f.number(), f.text()
	namespace, reserved, hash, signature := f.text(), f.text(), f.text(), f.text()
	switch {
	case !f.whole() || !same(magic, sshMagic) || version != sshVersion || len(reserved) != 0:
		return notConsent("it is no SSH signature of version %d", sshVersion)
	case !same(public, k.Public):
		return notConsent("it is by another SSH key")
	case !same(namespace, SSHNamespace):
		return notConsent("it was signed in the namespace %.60q, not %q", namespace, SSHNamespace)
	}
	var digest []byte
	switch string(hash) {
	case "sha256":
		sum := sha256.Sum256(message)
		digest = sum[:]
	case "sha512":
		sum := sha512.Sum512(message)
		digest = sum[:]
	default:
		return notConsent("the hash is %.20q, neither sha256 nor sha512", hash)
	}
	signed := appendText([]byte(sshMagic), SSHNamespace)
	for _, part := range []string{"", string(hash), string(digest)} {
		signed = appendText(signed, part)
	}
	return p.checkSSH(signature, signed, k.MustVerify)
}

// checkSSH checks the innermost signature. What a security key signs begins with its application and what it knows of its user (PROTOCOL.u2f, "SSH U2F signatures").
func (p opened) checkSSH(signature, signed []byte, mustVerify bool) error {
	f := &fields{rest: signature}
	name, raw := f.text(), f.text()
	var flags byte
	if p.application != "" {
		application, inner := sha256.Sum256([]byte(p.application)), sha256.Sum256(signed)
		state := f.take(5) // flags, counter
		if f.bad {
			return notConsent("the SSH signature is cut short")
		}
		flags = state[0]
		signed = slices.Concat(application[:], state, inner[:])
	}
	if !f.whole() || !same(name, p.name) || !p.signed(signed, raw) {
		return notConsent("the SSH signature is not over these bytes")
	}
	switch {
	case p.application != "" && flags&flagPresent == 0:
		return unverified("touched it")
	case mustVerify && flags&flagVerified == 0:
		return unverified("gave a PIN or a finger, as this key requires")
	}
	return nil
}

// signed checks a signature in the form that SSH gives it (RFC 8709, section 6; RFC 5656, section 3.1.2). Of ECDSA both s and n-s hold: that is why people
// are counted, never signatures.
func (p opened) signed(message, raw []byte) bool {
	if p.ed != nil {
		return ed25519.Verify(p.ed, message, raw)
	}
	f := &fields{rest: raw}
	r, s := f.positive(), f.positive()
	sum := sha256.Sum256(message)
	return f.whole() && ecdsa.Verify(p.ec, sum[:], r, s)
}

// ParseSSHApproval reads the armoured text that `ssh-keygen -Y sign` writes. Whose it is and what it signs is asked later.
func ParseSSHApproval(text []byte) (Approval, error) {
	if len(text) > maxArmor {
		return Approval{}, notConsent("the SSH signature has %d bytes, at most %d", len(text), maxArmor)
	}
	block, rest := pem.Decode(text)
	if block == nil || block.Type != sshArmor || len(block.Headers) > 0 || strings.TrimSpace(string(rest)) != "" {
		return Approval{}, notConsent("it is no SSH signature in its armour")
	}
	f := &fields{rest: block.Bytes}
	magic, _, public := f.take(uint32(len(sshMagic))), f.number(), f.text()
	if f.bad || !same(magic, sshMagic) {
		return Approval{}, notConsent("it is no SSH signature")
	}
	return Approval{Kind: SSHKey, KeyID: fingerprint(public), Sig: block.Bytes}, nil
}
