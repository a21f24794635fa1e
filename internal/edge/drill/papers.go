package drill

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"blackstart/internal/edge/wire"
	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// papers are what the simulated people carry in their pockets, and the certificate that the agents of the stage were shown: made once, kept in the
// drill's data directory, so that a drill that was killed goes on with the same keys.
type papers struct{ data string }

// key is the approver key of a person.
func (p papers) key(person string) (*seal.Signer, error) {
	file, err := p.once(person+".key", func() ([]byte, error) {
		k, err := seal.Generate(person)
		if err != nil {
			return nil, err
		}
		return k.PEM(), nil
	})
	if err != nil {
		return nil, err
	}
	return seal.ParseSigner(file)
}

// password is how a person signs in.
func (p papers) password(person string) (string, error) {
	file, err := p.once(person+".password", func() ([]byte, error) {
		var b [passwordBytes]byte
		rand.Read(b[:]) // never fails (crypto/rand, Go 1.24)
		return []byte(strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))), nil
	})
	return string(file), err
}

// certificate is what the hub shows to the agents, and its pin. The agents pin the very certificate and not an authority: their time is the drill's,
// in which a certificate made today may not be valid yet.
func (p papers) certificate(addresses []net.IP) (tls.Certificate, wire.Pin, error) {
	file, err := p.once("hub.pem", func() ([]byte, error) { return newCertificate(addresses) })
	if err != nil {
		return tls.Certificate{}, wire.Pin{}, err
	}
	pair, err := tls.X509KeyPair(file, file)
	if err != nil {
		return pair, wire.Pin{}, fault.New(fault.Invalid, "drill.certificate", "could not use the certificate of the stage: %w", err)
	}
	return pair, wire.PinOf(pair.Leaf), nil
}

func newCertificate(addresses []net.IP) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fault.New(fault.Internal, "drill.certificate", "could not make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Blackstart drill"}, IPAddresses: addresses,
		NotBefore: time.Unix(0, 0), NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fault.New(fault.Internal, "drill.certificate", "could not make a certificate: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fault.New(fault.Internal, "drill.certificate", "could not store a key: %w", err)
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...), nil
}

// belongTo refuses a data directory in which another scenario was played: steps of the two could bear the same names.
func (p papers) belongTo(scenario string) error {
	name, err := p.once("scenario", func() ([]byte, error) { return []byte(scenario), nil })
	if err == nil && string(name) != scenario {
		err = fault.New(fault.Conflict, "drill.other", "could not play %s in %s: %s was played there", scenario, p.data, name).Hinted("use another data directory")
	}
	return err
}

// once reads a file, or makes it whole when there is none.
func (p papers) once(name string, make func() ([]byte, error)) ([]byte, error) {
	path := filepath.Join(p.data, "people", name)
	data, err := os.ReadFile(path)
	if err == nil {
		return data, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, noPaper(name, err)
	}
	if data, err = make(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, noPaper(name, err)
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return nil, noPaper(name, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return nil, noPaper(name, err)
	}
	return data, nil
}

func noPaper(name string, err error) error {
	return fault.New(fault.Unavailable, "drill.papers", "could not keep %s of the drill: %w", name, err)
}
