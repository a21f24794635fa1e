package backup

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// Types of what the hub signs here (DSSE): bytes signed as one are never taken for another.
const (
	headType    = "application/vnd.blackstart.copy-head.v1+json"
	secretsType = "application/vnd.blackstart.copy-secrets.v1+json"
	claimType   = "application/vnd.blackstart.copy-claim.v1+json"
)

// Head says whose copy a directory holds, how far it goes, and where that hub was reached. It stands there in the clear, so it names nobody.
type Head struct {
	Origin    string           `json:"origin"`
	Key       seal.Key         `json:"key"`
	Size      uint64           `json:"size"` // entries; 0 in a copy that has just been begun
	Root      tlog.Hash        `json:"root"`
	At        time.Time        `json:"at"` // when it was written, by the old hub's machine
	Addresses []netip.AddrPort `json:"addresses"`
}

// head gives the two numbers that a journal is compared by.
func (h Head) head() journal.Head { return journal.Head{Size: h.Size, Root: h.Root} }

// signHead makes the file.
func signHead(h Head, key *seal.Signer) []byte { return signed(headType, h, key).Marshal() }

// readHead reads the head of a directory; NotFound if there is none. Its signature is by the key that it names itself: whose that is, is asked elsewhere.
func readHead(root *os.Root) (h Head, file []byte, err error) {
	if file, err = readSmall(root, headFile); err != nil {
		return h, nil, err
	}
	e, err := seal.ParseEnvelope(file, headType)
	if err == nil {
		err = json.Unmarshal(e.Payload, &h, json.RejectUnknownMembers(true))
	}
	if err != nil || !e.SignedBy(h.Key) || len(h.Addresses) > maxAddresses {
		return h, nil, fault.New(fault.Invalid, "copy.head", "could not read %s in %s: it is damaged or forged", headFile, root.Name())
	}
	return h, file, nil
}

func signed(payloadType string, payload any, key *seal.Signer) seal.Envelope {
	data, err := json.Marshal(payload, json.Deterministic(true))
	if err != nil {
		panic("what a copy says of itself did not marshal: " + err.Error()) // impossible: numbers, times, keys and valid strings
	}
	e := seal.Envelope{PayloadType: payloadType, Payload: data}
	e.Sign(key)
	return e
}

// Claim says that another hub goes on with this record. It is what the old hub must see before it writes on.
type Claim struct {
	OldHead string    `json:"old_head"` // the old hub's last signed checkpoint that the copy held
	Origin  string    `json:"origin"`   // of the new hub
	Key     seal.Key  `json:"key"`
	At      time.Time `json:"at"`
}

// claimed is the file: the claim signed by the new key, and the proof that whoever wrote it could read the copy. Without the proof anybody who can
// write to a stick could silence a hub.
type claimed struct {
	Claim seal.Envelope `json:"claim"`
	Proof []byte        `json:"proof"` // HMAC-SHA256 of what the signature covers, by the token from the credentials (RFC 2104); empty if these were lost
}

// TokenSecret names the token of a record's copies. It is copied with the credentials and made anew by whoever takes over.
const TokenSecret = "takeover/token"

// NewToken makes the token.
func NewToken() []byte {
	token := make([]byte, tokenBytes)
	rand.Read(token) // never fails (crypto/rand, Go 1.24)
	return token
}

func proof(token []byte, e seal.Envelope) []byte {
	mac := hmac.New(sha256.New, token)
	mac.Write(e.Bytes())
	return mac.Sum(nil)
}

// WriteClaim leaves the claim in the directory. The token may be empty: then the old hub shows the claim and does not obey it.
func WriteClaim(dir string, c Claim, key *seal.Signer, token []byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fault.New(fault.Unavailable, "copy.dir", "could not open %s: %w", dir, err)
	}
	defer root.Close()
	file := claimed{Claim: signed(claimType, c, key)}
	if len(token) > 0 {
		file.Proof = proof(token, file.Claim)
	}
	data, err := json.Marshal(file, jsontext.WithIndent("  "))
	if err != nil {
		return fault.New(fault.Internal, "copy.claim", "could not write the claim: %w", err)
	}
	return writeSmall(root, claimFile, data)
}

// readClaim reads the claim of a directory; NotFound if there is none. proven says that it carries the proof by the token.
func readClaim(root *os.Root, token []byte) (c Claim, proven bool, err error) {
	data, err := readSmall(root, claimFile)
	if err != nil {
		return c, false, err
	}
	var file claimed
	if err = json.Unmarshal(data, &file, json.RejectUnknownMembers(true)); err == nil {
		err = json.Unmarshal(file.Claim.Payload, &c, json.RejectUnknownMembers(true))
	}
	if err != nil || file.Claim.PayloadType != claimType || !file.Claim.SignedBy(c.Key) {
		return c, false, fault.New(fault.Invalid, "copy.claim", "could not read %s in %s: it is damaged or forged", claimFile, root.Name())
	}
	return c, len(token) > 0 && hmac.Equal(file.Proof, proof(token, file.Claim)), nil
}

// FindClaim gives the proven claim that stands in a directory; false if there is none, or the directory cannot be read.
func FindClaim(dir string, token []byte) (Claim, bool) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Claim{}, false
	}
	defer root.Close()
	c, proven, err := readClaim(root, token)
	return c, err == nil && proven
}
