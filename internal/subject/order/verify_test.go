package order

import (
	"bytes"
	"encoding/base64"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
)

var update = flag.Bool("update", false, "write testdata/vectors.json anew")

// Fixed keys: seed n is 32 bytes of n. Nobody may use them for anything but these tests.
func signer(t testing.TB, n byte) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom("test", bytes.NewReader(bytes.Repeat([]byte{n}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	hubSeed, annaSeed, annaSecondSeed, benSeed, agentSeed, strangerSeed = 1, 2, 3, 4, 5, 9
	self                                                                = Host("host:fs-01")
)

var start = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

var enrolled = start.Add(-time.Hour)

func testRoot(t testing.TB) Root {
	approver := func(seed byte, person string) Approver {
		return Approver{PersonKey: seal.FileKey(signer(t, seed).Public()), Person: access.Actor("user:" + person), Organisation: "provider"}
	}
	return Root{Version: 1, Origin: "blackstart/test", Hub: []seal.Key{signer(t, hubSeed).Public()}, Threshold: 2,
		Approvers: []Approver{approver(annaSeed, "anna"), approver(annaSecondSeed, "Anna"), approver(benSeed, "ben")}}
}

func cut() Order {
	return Order{V: 1, ID: "o-1", N: 7, Class: Cut, Verb: Isolate, Params: jsontext.Value(`{}`), Targets: []Host{self}, NotBefore: start, Expires: start.Add(15 * time.Minute),
		LeaseS: 1800, ConfirmS: 120, End: EndHold, Reason: "encrypts the file share", Head: "812 x4Jm9"}
}

func release() Order {
	o := cut()
	o.ID, o.N, o.Class, o.Verb, o.LeaseS, o.ConfirmS, o.End, o.Reason = "o-2", 8, Loosen, Release, 0, 0, EndNone, "cleared by forensics"
	return o
}

func report() Order {
	o := release()
	o.ID, o.N, o.Class, o.Verb, o.Params, o.Reason = "o-3", 1, Read, Report, jsontext.Value(`{"of":"state"}`), "is it really cut off?"
	return o
}

// envelope signs an order as the hub and as the people with the seeds.
func envelope(t testing.TB, o Order, approvers ...byte) seal.Envelope {
	t.Helper()
	payload, err := json.Marshal(o, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return sealed(t, payload, approvers...)
}

func sealed(t testing.TB, payload []byte, approvers ...byte) seal.Envelope {
	e := seal.Envelope{PayloadType: PayloadType, Payload: payload}
	e.Sign(signer(t, hubSeed))
	for _, seed := range approvers {
		e.Approvals = append(e.Approvals, seal.Approve(signer(t, seed), PayloadType, payload))
	}
	return e
}

// vector is one published case: what an agent must say about an envelope, asked with the root, host, counters and time at the head of the file.
type vector struct {
	Name     string        `json:"name"`
	Envelope seal.Envelope `json:"envelope"`
	At       time.Time     `json:"at,omitzero"` // instead of the time at the head
	Code     Code          `json:"code"`        // empty: accepted
}

type vectors struct {
	About string            `json:"about"`
	Seeds map[string]string `json:"seeds"`
	Root  Root              `json:"root"`
	Self  Host              `json:"self"`
	Last  Last              `json:"last"`
	At    time.Time         `json:"at"`
	Cases []vector          `json:"cases"`
}

func makeVectors(t testing.TB) vectors {
	change := func(o Order, f func(*Order)) Order { f(&o); return o }
	raw := func(old, new string) seal.Envelope {
		payload := envelope(t, cut()).Payload
		if !bytes.Contains(payload, []byte(old)) {
			t.Fatalf("the order does not hold %q", old)
		}
		return sealed(t, bytes.Replace(payload, []byte(old), []byte(new), 1), annaSeed)
	}
	borrowed := envelope(t, cut())
	borrowed.Approvals = envelope(t, change(cut(), func(o *Order) { o.Targets = []Host{"host:other"} }), annaSeed).Approvals
	unsigned := envelope(t, cut(), annaSeed)
	unsigned.Signatures = nil
	selfApproved := envelope(t, cut(), hubSeed)
	otherType := envelope(t, cut(), annaSeed)
	otherType.PayloadType = ReceiptType
	many := change(cut(), func(o *Order) { o.Class, o.Targets = CutMany, []Host{self, "host:fs-02"} })
	cases := []vector{
		{Name: "cut, one approver", Envelope: envelope(t, cut(), annaSeed)},
		{Name: "cut-many, two people", Envelope: envelope(t, many, annaSeed, benSeed)},
		{Name: "release, two people", Envelope: envelope(t, release(), annaSeed, benSeed)},
		{Name: "read, nobody", Envelope: envelope(t, report())},
		{Name: "host in other case", Envelope: envelope(t, change(cut(), func(o *Order) { o.Targets = []Host{"host:FS-01"} }), annaSeed)},
		{Name: "last second", Envelope: envelope(t, cut(), annaSeed), At: start.Add(15*time.Minute - time.Second)},

		{Name: "not json", Envelope: sealed(t, []byte("isolate everything"), annaSeed), Code: Malformed},
		{Name: "empty", Envelope: sealed(t, nil, annaSeed), Code: Malformed},
		{Name: "other payload type", Envelope: otherType, Code: Malformed},
		{Name: "unknown member", Envelope: raw(`{"v":1`, `{"v":1,"shell":"id"`), Code: Malformed},
		{Name: "missing member", Envelope: raw(`,"head":"812 x4Jm9"`, ``), Code: Malformed},
		{Name: "member twice", Envelope: raw(`{"v":1`, `{"v":1,"v":1`), Code: Malformed},
		{Name: "member in other case", Envelope: raw(`"n":7`, `"N":7`), Code: Malformed},
		{Name: "null", Envelope: raw(`"reason":"encrypts the file share"`, `"reason":null`), Code: Malformed},
		{Name: "trailing data", Envelope: sealed(t, append(envelope(t, cut()).Payload, '{', '}'), annaSeed), Code: Malformed},
		{Name: "too large", Envelope: raw(`encrypts`, strings.Repeat("x", MaxOrder)), Code: Malformed},
		{Name: "other version", Envelope: raw(`"v":1`, `"v":2`), Code: Malformed},
		{Name: "unknown param", Envelope: raw(`"params":{}`, `"params":{"allow":"203.0.113.9"}`), Code: Malformed},
		{Name: "class talked down", Envelope: envelope(t, change(many, func(o *Order) { o.Class = Cut }), annaSeed), Code: Malformed},
		{Name: "no lease", Envelope: raw(`"lease_s":1800`, `"lease_s":0`), Code: Malformed},
		{Name: "trial longer than lease", Envelope: raw(`"lease_s":1800`, `"lease_s":60`), Code: Malformed},
		{Name: "reason that steers a terminal", Envelope: raw(`encrypts`, `\u001b[5A\u001b[Kencrypts`), Code: Malformed},
		{Name: "reason that turns the direction of reading", Envelope: raw(`encrypts`, "\u202eencrypts"), Code: Malformed},
		{Name: "head that steers a terminal", Envelope: raw(`812 x4Jm9`, `812\r`), Code: Malformed},
		{Name: "local time", Envelope: raw(`"not_before":"2026-11-21T03:00:00Z"`, `"not_before":"2026-11-21T04:00:00+01:00"`), Code: Malformed},
		{Name: "good for a year", Envelope: raw(`"expires":"2026`, `"expires":"2027`), Code: Malformed},
		{Name: "target twice", Envelope: raw(`["host:fs-01"]`, `["host:fs-01","host:FS-01"]`), Code: Malformed},
		{Name: "target is a site", Envelope: raw(`["host:fs-01"]`, `["site:rz-sued"]`), Code: Malformed},
		{Name: "unknown verb", Envelope: raw(`"verb":"isolate"`, `"verb":"run"`), Code: UnknownVerb},
		{Name: "no hub signature", Envelope: unsigned, Code: NotHub},
		{Name: "approved by a stranger", Envelope: envelope(t, cut(), strangerSeed), Code: UnknownKey},
		{Name: "approved by the hub itself", Envelope: selfApproved, Code: UnknownKey},
		{Name: "one good approval and a stranger's", Envelope: envelope(t, cut(), annaSeed, strangerSeed), Code: UnknownKey},
		{Name: "approval for other bytes", Envelope: borrowed, Code: OtherBytes},
		{Name: "one person with two keys", Envelope: envelope(t, release(), annaSeed, annaSecondSeed), Code: SamePerson},
		{Name: "one approval twice", Envelope: envelope(t, release(), annaSeed, annaSeed), Code: SamePerson},
		{Name: "nobody approved", Envelope: envelope(t, cut()), Code: Unapproved},
		{Name: "one of two approved", Envelope: envelope(t, release(), benSeed), Code: Unapproved},
		{Name: "for another host", Envelope: envelope(t, change(cut(), func(o *Order) { o.Targets = []Host{"host:other"} }), annaSeed), Code: OtherHost},
		{Name: "too early", Envelope: envelope(t, cut(), annaSeed), At: start.Add(-time.Second), Code: NotYet},
		{Name: "too late", Envelope: envelope(t, cut(), annaSeed), At: start.Add(15 * time.Minute), Code: Expired},
		{Name: "replayed", Envelope: envelope(t, change(cut(), func(o *Order) { o.N = 6 }), annaSeed), Code: Overtaken},
		{Name: "began before the agent was enrolled", Envelope: envelope(t, change(cut(), func(o *Order) { o.NotBefore = enrolled.Add(-time.Second) }), annaSeed), Code: Overtaken},
		{Name: "began when the agent was enrolled", Envelope: envelope(t, change(cut(), func(o *Order) { o.NotBefore = enrolled }), annaSeed)},
	}
	cases = append(cases, deviceVectors(t)...)
	cases = append(cases, trustVectors(t)...)
	seeds := map[string]string{}
	for name, n := range map[string]byte{"hub": hubSeed, "anna": annaSeed, "anna's second key": annaSecondSeed, "ben": benSeed, "stranger": strangerSeed,
		"anna's SSH key": annaSSHSeed, "carl (sk-ssh-ed25519)": carlSeed, "dora (passkey ES256)": doraSeed, "emil (ssh-ed25519)": emilSeed, "fay (sk-ecdsa, verify-required)": faySeed,
		"gus (passkey EdDSA)": gusSeed, "hans (ecdsa-sha2-nistp256)": hansSeed, "the next hub": newHubSeed} {
		seeds[name] = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{n}, 32))
	}
	return vectors{About: "Orders and what an agent must say about them; an empty code means that it obeys. Seeds are private keys, of Ed25519 (RFC 8032) or as the number of P-256, for tests only. See docs/orders.md.",
		Seeds: seeds, Root: vectorRoot(t), Self: self, Last: Last{Approved: 6, Since: enrolled}, At: start, Cases: cases}
}

// The published vectors are what the code makes, byte for byte.
func TestVectorsAreCurrent(t *testing.T) {
	data, err := json.Marshal(makeVectors(t), json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, '\n')
	if *update {
		if err := os.WriteFile("testdata/vectors.json", data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(published, data) {
		t.Error("testdata/vectors.json is not what the code makes; a change of the format needs a new version. Otherwise run with -update.")
	}
}

// Every published case is answered as published, reading the file as a stranger would; and every code of Verify has a case.
func TestVectors(t *testing.T) {
	data, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v, json.RejectUnknownMembers(true)); err != nil {
		t.Fatal(err)
	}
	if err := v.Root.Check(); err != nil {
		t.Fatal(err)
	}
	covered := map[Code]bool{}
	for _, c := range v.Cases {
		covered[c.Code] = true
		now := v.At
		if !c.At.IsZero() {
			now = c.At
		}
		switch _, err := Verify(c.Envelope, v.Root, v.Self, v.Last, now); {
		case err == nil && c.Code != None:
			t.Errorf("%s: obeyed, want %s", c.Name, c.Code)
		case err != nil && CodeOf(err) != c.Code:
			t.Errorf("%s: refused as %s (%v), want %q", c.Name, CodeOf(err), err, c.Code)
		}
	}
	for _, code := range []Code{None, Malformed, UnknownVerb, NotHub, UnknownKey, OtherBytes, Unverified, SamePerson, Unapproved, OtherHost, NotYet, Expired, Overtaken} {
		if !covered[code] {
			t.Errorf("no vector for code %q", code)
		}
	}
}

// Orders that only read have a counter of their own: a hub that reads much cannot use up the numbers that people approve.
func TestReadOrdersCountApart(t *testing.T) {
	last := Last{Approved: 100, Read: 0}
	if _, err := Verify(envelope(t, report()), testRoot(t), self, last, start); err != nil {
		t.Errorf("a first read order was refused: %v", err)
	}
	last = last.Raised(Read, 1)
	if _, err := Verify(envelope(t, report()), testRoot(t), self, last, start); CodeOf(err) != Overtaken {
		t.Errorf("a replayed read order: %v", err)
	}
	if last.Approved != 100 {
		t.Errorf("a read order moved the other counter to %d", last.Approved)
	}
}

func TestRootCheck(t *testing.T) {
	for name, spoil := range map[string]func(*Root){
		"version 0":               func(r *Root) { r.Version = 0 },
		"no hub":                  func(r *Root) { r.Hub = nil },
		"one person changes it":   func(r *Root) { r.Threshold = 1 },
		"hub is an approver":      func(r *Root) { r.Approvers[0].Public = []byte(r.Hub[0]) },
		"key of two people":       func(r *Root) { r.Approvers[2].Public = r.Approvers[0].Public },
		"approver is no user":     func(r *Root) { r.Approvers[0].Person = "hub:timer" },
		"unknown kind of key":     func(r *Root) { r.Approvers[0].Kind = "pgp" },
		"more keys than bearable": func(r *Root) { r.Hub = make([]seal.Key, maxKeys+1) },
	} {
		r := testRoot(t)
		if spoil(&r); r.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := testRoot(t).Check(); err != nil {
		t.Error(err)
	}
}

// Whatever parses survives a round trip, and nothing makes Parse or Verify panic.
func FuzzParse(f *testing.F) {
	for _, c := range makeVectors(f).Cases {
		f.Add(c.Envelope.Payload)
	}
	root := testRoot(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		if o, err := Parse(payload); err == nil {
			again, err := o.Marshal()
			if err != nil {
				t.Fatalf("parsed but does not marshal: %v", err)
			}
			if back, err := Parse(again); err != nil || back.ID != o.ID || back.N != o.N || !back.Expires.Equal(o.Expires) {
				t.Fatalf("does not survive a round trip: %v", err)
			}
		} else if !CodeOf(err).Known() {
			t.Fatalf("code %q is not on the list", CodeOf(err))
		}
		if _, err := Verify(seal.Envelope{PayloadType: PayloadType, Payload: payload}, root, self, Last{}, start); err == nil {
			t.Fatal("obeyed without a signature")
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	f.Add(receipt(f, Receipt{Status: Executed, Counter: 1}).Payload)
	f.Fuzz(func(t *testing.T, payload []byte) {
		if r, err := ParseReceipt(seal.Envelope{PayloadType: ReceiptType, Payload: payload}); err == nil && (!r.Code.Known() || !r.Host.Valid()) {
			t.Fatalf("took %+v", r)
		}
	})
}
