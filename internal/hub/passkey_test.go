package hub

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
)

// fob is an authenticator in software, honest as long as nobody bends it.
type fob struct {
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte // of the person whom it was made for
	count  uint32
	flags  byte
	rp     string // whom it believes to talk to
	origin string
}

// Flags of authenticator data (WebAuthn 3, section 6.1).
const (
	userPresent  = 1 << 0
	userVerified = 1 << 2
	attested     = 1 << 6
)

var home = Site{RP: "hub.example", Origin: "https://hub.example"}

// question is what of the hub's options a fob reads.
type question struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		User      struct {
			ID string `json:"id"`
		} `json:"user"`
	} `json:"publicKey"`
}

func asked(t *testing.T, options []byte, err error) (q question) {
	t.Helper()
	if err == nil {
		err = json.Unmarshal(options, &q)
	}
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func newFob(t *testing.T, at Site) *fob {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &fob{key: key, id: []byte(rand.Text()), flags: userPresent | userVerified, rp: at.RP, origin: at.Origin}
}

func (f *fob) data(flags byte) []byte {
	sum := sha256.Sum256([]byte(f.rp))
	return binary.BigEndian.AppendUint32(append(sum[:], flags), f.count)
}

func (f *fob) clientData(kind, challenge string) []byte {
	return []byte(`{"type":"` + kind + `","challenge":"` + challenge + `","origin":"` + f.origin + `","crossOrigin":false}`)
}

func (f *fob) answer(response map[string]string) []byte {
	id := base64.RawURLEncoding.EncodeToString(f.id)
	out, _ := json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	return out
}

var b64 = base64.RawURLEncoding.EncodeToString

// makes answers the question for a new passkey.
func (f *fob) makes(t *testing.T, q question) []byte {
	t.Helper()
	point, err := f.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	f.handle, _ = base64.RawURLEncoding.DecodeString(q.PublicKey.User.ID)
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) // EC2, ES256, P-256 (RFC 9053, section 7.1.1)
	if err != nil {
		t.Fatal(err)
	}
	data := append(f.data(f.flags|attested), make([]byte, 16)...) // no AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(f.id)))
	data = append(append(data, f.id...), cose...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	if err != nil {
		t.Fatal(err)
	}
	return f.answer(map[string]string{"clientDataJSON": b64(f.clientData("webauthn.create", q.PublicKey.Challenge)), "attestationObject": b64(object)})
}

// signs answers the question for a passkey.
func (f *fob) signs(t *testing.T, q question) []byte {
	t.Helper()
	data, client := f.data(f.flags), f.clientData("webauthn.get", q.PublicKey.Challenge)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, f.key, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return f.answer(map[string]string{"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(f.handle)})
}

// fobOf adds a fob for somebody who signs in with password and code.
func (d *doorway) fobOf(id string, in Entered) *fob {
	d.Helper()
	f := newFob(d.T, home)
	options, err := d.OfferPasskey(d.Context(), in.Token, home)
	if err := d.AddPasskey(d.Context(), in.Token, home, "fob of "+id, f.makes(d.T, asked(d.T, options, err))); err != nil {
		d.Fatal(err)
	}
	return f
}

// tries answers a question for a passkey, with a session or without.
func (d *doorway) tries(f *fob, token string) (Entered, error) {
	d.Helper()
	options, err := d.AskPasskey(d.Context(), token, home, "")
	return d.EnterByPasskey(d.Context(), from("192.0.2.1"), token, home, f.signs(d.T, asked(d.T, options, err)))
}

// A passkey that is bent in any one way lets nobody in, and as it was it does.
func TestBentPasskeys(t *testing.T) {
	d := newDoorway(t)
	if err := d.SetPassword(t.Context(), "ben", doorPassword); err != nil {
		t.Fatal(err)
	}
	c := from("192.0.2.1")
	annas, bens := d.enters(c, "anna", d.phoneOf("anna")), d.enters(c, "ben", d.phoneOf("ben"))
	anna, ben := d.fobOf("anna", annas), d.fobOf("ben", bens)
	for name, b := range map[string]struct {
		bend func(*fob)
		code string
	}{
		"nobody was verified":             {func(f *fob) { f.flags = userPresent }, "access.passkey"},
		"nobody was there":                {func(f *fob) { f.flags = 0 }, "access.passkey"},
		"for another site":                {func(f *fob) { f.rp = "evil.example" }, "access.passkey"},
		"from another page":               {func(f *fob) { f.origin = "https://evil.example" }, "access.passkey"},
		"another's handle":                {func(f *fob) { f.handle = ben.handle }, "access.passkey"},
		"another's key":                   {func(f *fob) { f.key = ben.key }, "access.passkey"},
		"unknown":                         {func(f *fob) { f.id = []byte("never heard of") }, "access.passkey"},
		"as it was":                       {func(*fob) {}, ""},
		"synchronised, so has no counter": {func(f *fob) { f.count = 0 }, ""},
	} {
		bent := *anna
		b.bend(&bent)
		if e, err := d.tries(&bent, ""); b.code == "" && (err != nil || e.Stage != StageIn) || b.code != "" && e.Token != "" {
			t.Errorf("%s: %+v, %v", name, e, err)
		} else if b.code != "" {
			d.refused(err, b.code)
		}
	}
	anna.count = 7
	if _, err := d.tries(anna, ""); err != nil {
		t.Fatal(err)
	}
	for _, count := range []uint32{7, 3, 0} { // a copy starts where it was copied (WebAuthn 3, section 6.1.1)
		anna.count = count
		_, err := d.tries(anna, "")
		d.refused(err, "access.cloned")
	}
}

// However good somebody else's passkey is, it proves nothing for a session that is not theirs: neither as the second factor nor once more.
func TestAnothersPasskey(t *testing.T) {
	d := newDoorway(t)
	if err := d.SetPassword(t.Context(), "ben", doorPassword); err != nil {
		t.Fatal(err)
	}
	c := from("192.0.2.1")
	annas := d.enters(c, "anna", d.phoneOf("anna"))
	ben := d.fobOf("ben", d.enters(c, "ben", d.phoneOf("ben")))
	half, err := d.SignIn(t.Context(), c, "anna", doorPassword)
	if err != nil || half.Stage != StageCode {
		t.Fatalf("%+v, %v", half, err)
	}
	for _, token := range []string{half.Token, annas.Token} {
		before, ok := d.Session(t.Context(), token)
		if !ok {
			t.Fatal("no session to begin with")
		}
		_, err := d.tries(ben, token)
		if after, _ := d.Session(t.Context(), token); after.Stage != before.Stage || after.ID != "anna" || d.Fresh(after) {
			t.Errorf("it did something: %+v", after)
		}
		d.refused(err, "access.passkey")
		d.at = d.at.Add(freshFor) // the half-open one has ended; the other needs another proof
	}
}

// An answer that was caught on its way is worth nothing a second time, nor in another session.
func TestCaughtAnswers(t *testing.T) {
	d := newDoorway(t)
	c := from("192.0.2.1")
	in := d.enters(c, "anna", d.phoneOf("anna"))
	f := d.fobOf("anna", in)
	options, err := d.AskPasskey(t.Context(), "", home, "")
	answer := f.signs(t, asked(t, options, err))
	_, err = d.EnterByPasskey(t.Context(), c, in.Token, home, answer)
	d.refused(err, "access.challenge")
	if _, err := d.EnterByPasskey(t.Context(), c, "", home, answer); err != nil {
		t.Fatal(err)
	}
	_, err = d.EnterByPasskey(t.Context(), c, "", home, answer)
	d.refused(err, "access.challenge")
	weak := newFob(t, home)
	weak.flags = userPresent
	options, err = d.OfferPasskey(t.Context(), in.Token, home)
	d.refused(d.AddPasskey(t.Context(), in.Token, home, "weak", weak.makes(t, asked(t, options, err))), "access.passkey")
	options, err = d.OfferPasskey(t.Context(), in.Token, home)
	d.refused(d.AddPasskey(t.Context(), in.Token, home, "again", f.makes(t, asked(t, options, err))), "access.passkey_taken")
}

// A token that somebody planted before is never the one after, at no step, and is worth nothing once the next is given.
func TestTokensAreNewAtEveryStep(t *testing.T) {
	d := newDoorway(t)
	code, c := d.phoneOf("anna"), from("192.0.2.1")
	half, err := d.SignIn(t.Context(), c, "anna", doorPassword)
	if err != nil {
		t.Fatal(err)
	}
	in, err := d.Complete(t.Context(), c, half.Token, code())
	if err != nil {
		t.Fatal(err)
	}
	changed, err := d.ChangePassword(t.Context(), c, in.Token, doorPassword+"!")
	if err != nil {
		t.Fatal(err)
	}
	for n, old := range []Entered{half, in} {
		if _, ok := d.Session(t.Context(), old.Token); ok || old.Token == changed.Token || half.Token == in.Token {
			t.Errorf("token %d lives on", n)
		}
	}
	if s, ok := d.Session(t.Context(), changed.Token); !ok || s.Stage != StageIn {
		t.Errorf("after the change: %+v", s)
	}
}
