package backup

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"io"
	"os"

	"filippo.io/age"
	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/durable"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// RecipientsSecret names the recipients of the copies, one a line. They are public keys; they travel so that the new hub can be copied at once.
const RecipientsSecret = "copy/recipients"

// Carried are the prefixes of the secrets that a copy carries, so that people can sign in at the new hub within the minute (docs/adr/0004). All others
// stay: the hub's key, which must not exist twice; sessions; API tokens; the authority of TLS; cursors of followers.
var Carried = []string{"password/", "totp/", "passkey/", "recovery/", TokenSecret, RecipientsSecret}

// credentials is the signed part: the secrets, and for which record at which size.
type credentials struct {
	Origin  string           `json:"origin"`
	Size    uint64           `json:"size"`
	Secrets []journal.Secret `json:"secrets"`
}

// collect reads the secrets that are carried, and gives a digest by which a change is seen.
func collect(ctx context.Context, store journal.Store) (all []journal.Secret, digest [sha256.Size]byte, err error) {
	hash := sha256.New()
	for _, prefix := range Carried {
		found, err := store.Secrets(ctx, prefix)
		if err != nil {
			return nil, digest, err
		}
		for _, s := range found {
			for _, part := range [][]byte{[]byte(s.Name), s.Value} {
				sum := sha256.Sum256(part)
				hash.Write(sum[:])
			}
		}
		all = append(all, found...)
	}
	return all, [sha256.Size]byte(hash.Sum(nil)), nil
}

// writeSecrets writes the credentials under a name with the size, and takes away those before the last ones.
func writeSecrets(root *os.Root, to []age.Recipient, key *seal.Signer, c credentials) error {
	data := signed(secretsType, c, key).Marshal()
	err := durable.Write(root, secretsFile(c.Size), sealed(to, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}))
	if err != nil {
		return err
	}
	l, err := list(root)
	for n, size := range l.secrets {
		if n >= keepSecrets && err == nil {
			err = root.Remove(secretsFile(size))
		}
	}
	return err
}

// sealed compresses and encrypts what write writes.
func sealed(to []age.Recipient, write func(io.Writer) error) func(io.Writer) error {
	return encrypted(to, func(w io.Writer) error {
		z := gzip.NewWriter(w)
		if err := write(z); err != nil {
			return err
		}
		return z.Close()
	})
}

func encrypted(to []age.Recipient, write func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		e, err := age.Encrypt(w, to...)
		if err != nil {
			return err
		}
		if err := write(e); err != nil {
			return err
		}
		return e.Close()
	}
}

// parseSecrets reads credentials that the key must have signed for the origin.
func parseSecrets(r io.Reader, origin string, key seal.Key) ([]journal.Secret, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSecrets+1))
	if err != nil || len(data) > maxSecrets {
		return nil, fault.New(fault.Invalid, "copy.secrets", "could not read the credentials: %v, %d bytes", err, len(data))
	}
	var e seal.Envelope
	var c credentials
	if err = json.Unmarshal(data, &e, json.RejectUnknownMembers(true)); err == nil {
		err = json.Unmarshal(e.Payload, &c, json.RejectUnknownMembers(true))
	}
	if err != nil || e.PayloadType != secretsType || !e.SignedBy(key) || c.Origin != origin {
		return nil, fault.New(fault.Invalid, "copy.secrets", "could not take the credentials: the hub of this record did not sign them")
	}
	for _, s := range c.Secrets {
		if !carried(s.Name) {
			return nil, fault.New(fault.Invalid, "copy.secrets", "could not take the credentials: they hold %.80q, which no copy carries", s.Name)
		}
	}
	return c.Secrets, nil
}
