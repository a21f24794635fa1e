package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// Names of the secrets of the own certificate authority.
const (
	caKeySecret  = "tls/ca-key"
	caCertSecret = "tls/ca-cert"
)

const (
	caLife   = 5 * 365 * 24 * time.Hour // longer than any crisis and its court case need pages
	leafLife = 397 * 24 * time.Hour     // browsers refuse server certificates that live longer (CA/B Forum ballot SC-31)
	backdate = 24 * time.Hour           // clients' clocks are wrong in a crisis, mostly by a time zone
)

// Authority is the hub's own certificate authority. Agents and invited colleagues pin its fingerprint; no outside authority, no DNS and no
// directory is needed.
type Authority struct {
	app  *App
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Authority gives the hub's certificate authority; the first call makes it.
func (a *App) Authority(ctx context.Context) (*Authority, error) {
	keyDER, err := a.store.Secret(ctx, caKeySecret)
	if fault.KindOf(err) == fault.NotFound {
		return a.newAuthority(ctx)
	}
	certDER, err2 := a.store.Secret(ctx, caCertSecret)
	if err != nil || err2 != nil {
		return nil, fault.New(fault.Unavailable, "tls.ca", "could not read the certificate authority: %v %v", err, err2)
	}
	key, err := x509.ParseECPrivateKey(keyDER)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "tls.ca", "could not read the key of the certificate authority: %w", err)
	}
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "tls.ca", "could not read the certificate authority: %w", err)
	}
	return &Authority{app: a, cert: cert, key: key}, nil
}

func (a *App) newAuthority(ctx context.Context) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fault.New(fault.Internal, "tls.key", "could not make a key: %w", err)
	}
	from, to := a.span(caLife)
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Blackstart " + a.Hub.Origin()},
		NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fault.New(fault.Internal, "tls.ca", "could not make the certificate authority: %w", err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, fault.New(fault.Internal, "tls.key", "could not store a key: %w", err)
	}
	if err := a.store.PutSecret(ctx, caCertSecret, der); err != nil { // the key last: with it the authority exists
		return nil, err
	}
	if err := a.store.PutSecret(ctx, caKeySecret, keyDER); err != nil {
		return nil, err
	}
	return a.Authority(ctx)
}

// span is how long a certificate holds that is made now: by the machine's clock for browsers, and by the hub's for agents, whose time is the
// hub's. In a drill the two are weeks apart.
func (a *App) span(life time.Duration) (from, to time.Time) {
	from, to = time.Now(), a.Hub.Now()
	if to.Before(from) {
		from, to = to, from
	}
	return from.Add(-backdate), to.Add(life)
}

// Fingerprint is the SHA-256 of the certificate in the one form of all fingerprints here: that of SSH, SHA256: and unpadded base64.
func (c *Authority) Fingerprint() string {
	sum := sha256.Sum256(c.cert.Raw)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// PEM is the certificate of the authority, for whoever wants to install it.
func (c *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.cert.Raw})
}

// Serve makes the TLS configuration for a server under the given names; literal addresses are names too. ECDSA P-256, since a first visit
// costs a signature and 40,000 come at once.
func (c *Authority) Serve(names ...string) (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fault.New(fault.Internal, "tls.key", "could not make a key: %w", err)
	}
	from, to := c.app.span(leafLife)
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: names[0]}, NotBefore: from, NotAfter: to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if ip := net.ParseIP(n); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, strings.ToLower(n))
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, c.cert, key.Public(), c.key)
	if err != nil {
		return nil, fault.New(fault.Internal, "tls.leaf", "could not make a certificate for %s: %w", strings.Join(names, ", "), err)
	}
	pair := tls.Certificate{Certificate: [][]byte{der, c.cert.Raw}, PrivateKey: key}
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}, nil
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)) // RFC 5280, section 4.1.2.2: positive, at most 20 octets
	if err != nil {
		panic("the system has no randomness: " + err.Error())
	}
	return n
}
