package seal

import (
	"bytes"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

func fixedSigner(t *testing.T) *Signer {
	t.Helper()
	s, err := GenerateFrom("hub.test", bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The example of the DSSE specification, section "PAE".
func TestPAE(t *testing.T) {
	got := string(PAE("http://example.com/HelloWorld", []byte("hello world")))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("PAE = %q, want %q", got, want)
	}
}

// No two pairs of type and payload may share an encoding, or a signature for one would hold for the other.
func TestPAEIsInjective(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "type a"), rapid.String().Draw(t, "type b")
		p, q := rapid.SliceOf(rapid.Byte()).Draw(t, "payload a"), rapid.SliceOf(rapid.Byte()).Draw(t, "payload b")
		if same := a == b && bytes.Equal(p, q); bytes.Equal(PAE(a, p), PAE(b, q)) != same {
			t.Fatalf("PAE(%q, %x) and PAE(%q, %x) are confused", a, p, b, q)
		}
	})
}

func TestKeyFileRoundTrip(t *testing.T) {
	s := fixedSigner(t)
	back, err := ParseSigner(s.PEM())
	if err != nil {
		t.Fatal(err)
	}
	if back.Public() != s.Public() || back.Name() != s.Name() {
		t.Errorf("read back %s %s, want %s %s", back.Name(), back.Public(), s.Name(), s.Public())
	}
	if k, err := ParseKey(s.Public().String()); err != nil || k != s.Public() {
		t.Errorf("ParseKey = %v, %v", k, err)
	}
}

func TestBadKeys(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "short": "AAAA", "not base64": "!!!!", "pem of nothing": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"} {
		if _, err := ParseKey(text); err == nil {
			t.Errorf("ParseKey(%s) gave no error", name)
		}
		if _, err := ParseSigner([]byte(text)); err == nil {
			t.Errorf("ParseSigner(%s) gave no error", name)
		}
	}
	if Key("").Verify(nil, nil) {
		t.Error("an empty key verified something")
	}
}

func TestEnvelopeRefusesOtherBytes(t *testing.T) {
	const typ = "application/vnd.blackstart.order.v1+json"
	s := fixedSigner(t)
	e := Envelope{PayloadType: typ, Payload: []byte(`{"n":1}`)}
	e.Sign(s)
	a := Approve(s, typ, e.Payload)
	if !e.SignedBy(s.Public()) || a.Check(FileKey(s.Public()), typ, e.Payload) != nil {
		t.Fatal("own signature does not verify")
	}
	if a.Check(FileKey(s.Public()), typ, []byte(`{"n":2}`)) == nil || a.Check(FileKey(s.Public()), typ+"x", e.Payload) == nil {
		t.Error("an approval verifies for other bytes or another type")
	}
	a.Kind = "sshsig"
	if a.Check(FileKey(s.Public()), typ, e.Payload) == nil {
		t.Error("an approval of an unknown kind verifies")
	}
	e.Payload = []byte(`{"n":2}`)
	if e.SignedBy(s.Public()) {
		t.Error("the signature verifies for another payload")
	}
}

func TestParseEnvelopeIsStrict(t *testing.T) {
	const typ = "t"
	good := `{"payloadType":"t","payload":"e30=","signatures":[]}`
	if _, err := ParseEnvelope([]byte(good), typ); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"unknown member": `{"payloadType":"t","payload":"e30=","signatures":[],"x":1}`,
		"duplicate":      `{"payloadType":"t","payloadType":"t","payload":"e30=","signatures":[]}`,
		"case variant":   `{"PayloadType":"t","payload":"e30=","signatures":[]}`,
		"trailing data":  good + `{}`,
		"other type":     `{"payloadType":"u","payload":"e30=","signatures":[]}`,
		"too large":      `{"payloadType":"t","payload":"` + string(bytes.Repeat([]byte("A"), MaxEnvelope)) + `","signatures":[]}`,
	} {
		if _, err := ParseEnvelope([]byte(data), typ); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

// Our notes must be readable by the reference implementation, and our verifier must read its notes.
func TestNotesAgreeWithReference(t *testing.T) {
	s := fixedSigner(t)
	text, err := s.Public().VerifierKey(s.Name())
	if err != nil {
		t.Fatal(err)
	}
	reference, err := note.NewVerifier(text)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := note.Sign(&note.Note{Text: "origin\n1\nroot\n"}, s.NoteSigner())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []note.Verifier{reference, s.Public().NoteVerifier(s.Name())} {
		if _, err := note.Open(msg, note.VerifierList(v)); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
	name, key, err := ParseVerifierKey(text)
	if err != nil || name != s.Name() || key != s.Public() {
		t.Errorf("ParseVerifierKey = %s %s %v", name, key, err)
	}
}

func FuzzParseEnvelope(f *testing.F) {
	f.Add([]byte(`{"payloadType":"t","payload":"e30=","signatures":[{"keyid":"k","sig":"AA=="}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ParseEnvelope(data, "t"); err == nil {
			if back, err := ParseEnvelope(e.Marshal(), "t"); err != nil || !bytes.Equal(back.Payload, e.Payload) {
				t.Fatalf("does not survive a round trip: %v", err)
			}
		}
	})
}
