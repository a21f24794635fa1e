package wire

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// Pin is the SHA-256 of the certificate that a hub's chain must contain: its own authority's, or the hub's own where there is none.
// It is read out or copied at enrolment, and it is all that an agent knows of the web's public key infrastructure.
type Pin [sha256.Size]byte

// PinOf is the pin of a certificate.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.Raw) }

// String is SHA256: and unpadded base64, like the fingerprints of keys.
func (p Pin) String() string { return "SHA256:" + base64.RawStdEncoding.EncodeToString(p[:]) }

// MarshalText writes the pin as String does.
func (p Pin) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a pin as [ParsePin] does.
func (p *Pin) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePin(string(text))
	return err
}

// ParsePin reads SHA256: and base64, or 64 hex digits with or without colons, as other tools print fingerprints.
func ParsePin(text string) (Pin, error) {
	var raw []byte
	var err error
	if encoded, ok := strings.CutPrefix(text, "SHA256:"); ok {
		raw, err = base64.RawStdEncoding.Strict().DecodeString(encoded)
	} else {
		raw, err = hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	}
	if err != nil || len(raw) != sha256.Size {
		return Pin{}, fault.New(fault.Invalid, "wire.pin", "could not read the fingerprint %.100q: want SHA256: and 43 characters, or 64 hex digits", text)
	}
	return Pin(raw), nil
}

// Config trusts the pinned certificate and nothing else, at the given literal address or name. The standard check is replaced, not left out: it cannot start from a fingerprint.
func (p Pin) Config(address string, now func() time.Time) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error {
		return p.check(s.PeerCertificates, address, now())
	}}
}

// check demands that the chain contains the pinned certificate and that the hub's own one follows from it, for the address that was dialled.
func (p Pin) check(chain []*x509.Certificate, address string, now time.Time) error {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	found := false
	for _, c := range chain {
		if PinOf(c) == p {
			roots.AddCert(c)
			found = true
		} else {
			between.AddCert(c)
		}
	}
	if !found {
		return fault.New(fault.Forbidden, "wire.pin", "could not trust the hub: it does not show the certificate %s", p).Hinted("compare the fingerprint with the one that the hub printed")
	}
	leaf := chain[0]
	if PinOf(leaf) == p {
		return nil // the very certificate that was compared: names and dates add nothing
	}
	// The address must be in the certificate (RFC 9110, section 4.3.5): a pinned public authority signs for others too.
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now, DNSName: address, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	if err != nil {
		return fault.New(fault.Forbidden, "wire.pin", "could not trust the hub: %w", err)
	}
	return nil
}
