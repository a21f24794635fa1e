package order

import (
	"bytes"
	"net/netip"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/seal/sealtest"
	"blackstart/internal/subject/access"
)

// Seeds of the devices in the published vectors.
const annaSSHSeed, carlSeed, doraSeed, emilSeed, faySeed, gusSeed, hansSeed = 21, 6, 7, 22, 23, 24, 25

// vectorRoot is the root of the vectors: people with every kind of key, and anna with two of them.
func vectorRoot(t testing.TB) Root {
	device := func(k seal.PersonKey, person access.Actor) Approver {
		return Approver{PersonKey: k, Person: person, Organisation: "provider"}
	}
	fay := sealtest.NewSSH("sk-ecdsa-sha2-nistp256@openssh.com", faySeed).Key()
	fay.MustVerify = true
	return with(testRoot(t), carl, dora, device(sealtest.NewSSH("ssh-ed25519", annaSSHSeed).Key(), "user:anna"), device(sealtest.NewSSH("ssh-ed25519", emilSeed).Key(), "user:emil"),
		device(fay, "user:fay"), device(sealtest.NewPasskey(gusSeed, false).Key(), "user:gus"), device(sealtest.NewSSH("ecdsa-sha2-nistp256", hansSeed).Key(), "user:hans"))
}

// by is an order with approvals made by devices.
func by(t testing.TB, o Order, approve ...func(string, []byte) seal.Approval) seal.Envelope {
	e := envelope(t, o)
	for _, a := range approve {
		e.Approvals = append(e.Approvals, a(e.PayloadType, e.Payload))
	}
	return e
}

func sshKey(typ string, seed byte, spoil ...func(*sealtest.SSH)) func(string, []byte) seal.Approval {
	s := sealtest.NewSSH(typ, seed)
	for _, f := range spoil {
		f(s)
	}
	return s.Approve
}

func passkey(seed byte, p256 bool, spoil ...func(*sealtest.Passkey)) func(string, []byte) seal.Approval {
	p := sealtest.NewPasskey(seed, p256)
	for _, f := range spoil {
		f(p)
	}
	return p.Approve
}

// deviceVectors are approvals by SSH keys and passkeys, good ones and those that were made for something else.
func deviceVectors(t testing.TB) []vector {
	const sk, skEC = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
	ssh := func(f func(*sealtest.SSH)) seal.Envelope { return by(t, cut(), sshKey(sk, carlSeed, f)) }
	page := func(f func(*sealtest.Passkey)) seal.Envelope { return by(t, cut(), passkey(doraSeed, true, f)) }
	relabelled := by(t, cut(), sshKey(sk, carlSeed))
	relabelled.Approvals[0].Kind = seal.Ed25519File
	dressed := by(t, cut(), passkey(doraSeed, true))
	dressed.Approvals = append(dressed.Approvals[:0], seal.Approve(signer(t, annaSeed), PayloadType, dressed.Payload))
	dressed.Approvals[0].ClientData = []byte("{}")
	elsewhere := by(t, cut(), passkey(doraSeed, true))
	other := cut()
	other.Targets = []Host{"host:other"}
	elsewhere.Approvals = by(t, other, passkey(doraSeed, true)).Approvals
	return []vector{
		{Name: "security key by SSH", Envelope: by(t, cut(), sshKey(sk, carlSeed))},
		{Name: "SSH key on disk", Envelope: by(t, cut(), sshKey("ssh-ed25519", emilSeed))},
		{Name: "SSH key of P-256", Envelope: by(t, cut(), sshKey("ecdsa-sha2-nistp256", hansSeed))},
		{Name: "SSH with sha256", Envelope: ssh(func(s *sealtest.SSH) { s.Hash = "sha256" })},
		{Name: "security key that verified its user, as it must", Envelope: by(t, cut(), sshKey(skEC, faySeed))},
		{Name: "passkey ES256", Envelope: by(t, cut(), passkey(doraSeed, true))},
		{Name: "passkey EdDSA", Envelope: by(t, cut(), passkey(gusSeed, false))},
		{Name: "passkey with a high s", Envelope: page(func(p *sealtest.Passkey) { p.HighS = true })},
		{Name: "browser adds a member", Envelope: page(func(p *sealtest.Passkey) { p.Say("{", `{"other_keys_can_be_added_here":"x",`) })},
		{Name: "release by SSH and passkey", Envelope: by(t, release(), sshKey(sk, carlSeed), passkey(doraSeed, true))},

		{Name: "SSH in the namespace of commits", Envelope: ssh(func(s *sealtest.SSH) { s.Namespace = "git" }), Code: OtherBytes},
		{Name: "SSH with something reserved", Envelope: ssh(func(s *sealtest.SSH) { s.Reserved = "x" }), Code: OtherBytes},
		{Name: "SSH with an unknown hash", Envelope: ssh(func(s *sealtest.SSH) { s.Hash = "sha1" }), Code: OtherBytes},
		{Name: "security key without a touch", Envelope: ssh(func(s *sealtest.SSH) { s.Flags = 0 }), Code: Unverified},
		{Name: "security key that had to verify its user and did not", Envelope: by(t, cut(), sshKey(skEC, faySeed, func(s *sealtest.SSH) { s.Flags = sealtest.Present })), Code: Unverified},
		{Name: "SSH said to be a key file", Envelope: relabelled, Code: OtherBytes},
		{Name: "key file with parts of a passkey", Envelope: dressed, Code: OtherBytes},
		{Name: "SSH key that the root does not name", Envelope: by(t, cut(), sshKey("ssh-ed25519", strangerSeed)), Code: UnknownKey},
		{Name: "passkey for signing in", Envelope: page(func(p *sealtest.Passkey) { p.Challenge = bytes.Repeat([]byte{1}, 32) }), Code: OtherBytes},
		{Name: "passkey for another order", Envelope: elsewhere, Code: OtherBytes},
		{Name: "passkey being registered", Envelope: page(func(p *sealtest.Passkey) { p.Type = "webauthn.create" }), Code: OtherBytes},
		{Name: "passkey on another page", Envelope: page(func(p *sealtest.Passkey) { p.Origin = "https://hub.example" }), Code: OtherBytes},
		{Name: "passkey inside another page", Envelope: page(func(p *sealtest.Passkey) { p.Cross = true }), Code: OtherBytes},
		{Name: "passkey of another name", Envelope: page(func(p *sealtest.Passkey) { p.RP = "example" }), Code: OtherBytes},
		{Name: "passkey touched, user not verified", Envelope: page(func(p *sealtest.Passkey) { p.Flags = sealtest.Present }), Code: Unverified},
		{Name: "passkey verified, not touched", Envelope: page(func(p *sealtest.Passkey) { p.Flags = sealtest.Verified }), Code: Unverified},
		{Name: "passkey's page said twice", Envelope: page(func(p *sealtest.Passkey) { p.Say(`"type":`, `"type":"webauthn.get","type":`) }), Code: OtherBytes},
		{Name: "one person with two kinds of keys", Envelope: by(t, release(), sshKey("ssh-ed25519", annaSSHSeed), func(typ string, p []byte) seal.Approval { return seal.Approve(signer(t, annaSeed), typ, p) }), Code: SamePerson},
		{Name: "one signature of P-256 in both its forms", Envelope: by(t, release(), passkey(doraSeed, true), passkey(doraSeed, true, func(p *sealtest.Passkey) { p.HighS = true })), Code: SamePerson},
	}
}

// entrusted is an order of class trust, which brings a root with another hub key and one person more.
func entrusted(t testing.TB, spoil ...func(*Order, *TrustParams)) Order {
	p := TrustParams{Root: vectorRoot(t), Of: []string{"blackstart/test"}, Hubs: []netip.AddrPort{netip.MustParseAddrPort("192.0.2.7:8443")}, CA: "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
	p.Root.Version, p.Root.Origin, p.Root.Hub = 2, "blackstart/next", []seal.Key{signer(t, newHubSeed).Public()}
	p.Root.Approvers = slices.Concat(p.Root.Approvers[2:5], []Approver{{PersonKey: sealtest.NewSSH("ssh-ed25519", strangerSeed).Key(), Person: "user:ida"}}) // without anna
	o := release()
	o.ID, o.N, o.Class, o.Verb, o.Targets, o.Reason = "trust-2", 2, ChangeTrust, Trust, []Host{}, "after a takeover"
	for _, f := range spoil {
		f(&o, &p)
	}
	params, err := json.Marshal(p, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	o.Params = params
	return o
}

// trustVectors are orders that bring another root.
func trustVectors(t testing.TB) []vector {
	signedBy := func(o Order, seed byte) seal.Envelope {
		e := envelope(t, o, annaSeed, benSeed)
		e.Signatures = nil
		e.Sign(signer(t, seed))
		return e
	}
	spoilt := func(f func(*Order, *TrustParams)) seal.Envelope {
		return envelope(t, entrusted(t, f), annaSeed, benSeed)
	}
	return []vector{
		{Name: "trust, two people of the old root, the old hub", Envelope: signedBy(entrusted(t), hubSeed)},
		{Name: "trust, two people of the old root, the new hub", Envelope: signedBy(entrusted(t), newHubSeed)},
		{Name: "trust, several versions on", Envelope: spoilt(func(o *Order, p *TrustParams) { o.N, p.Root.Version = 40, 40 })},
		{Name: "trust by nobody's hub", Envelope: signedBy(entrusted(t), strangerSeed), Code: NotHub},
		{Name: "trust by one person", Envelope: envelope(t, entrusted(t), annaSeed), Code: Unapproved},
		{Name: "trust by one whom it brings", Envelope: by(t, entrusted(t), sshKey("ssh-ed25519", strangerSeed)), Code: UnknownKey},
		{Name: "trust for another house", Envelope: spoilt(func(_ *Order, p *TrustParams) { p.Of = []string{"drill/test"} }), Code: OtherHost},
		{Name: "trust of the version that is obeyed", Envelope: spoilt(func(o *Order, p *TrustParams) { o.N, p.Root.Version = 1, 1 }), Code: Overtaken},
		{Name: "trust with another number than its root", Envelope: spoilt(func(o *Order, _ *TrustParams) { o.N = 3 }), Code: Malformed},
		{Name: "trust that names a target", Envelope: spoilt(func(o *Order, _ *TrustParams) { o.Targets = []Host{self} }), Code: Malformed},
		{Name: "trust that nobody could change again", Envelope: spoilt(func(_ *Order, p *TrustParams) { p.Root.Approvers = p.Root.Approvers[:1] }), Code: Malformed},
		{Name: "trust in which the hub approves", Envelope: spoilt(func(_ *Order, p *TrustParams) {
			p.Root.Approvers[0].PersonKey = sealtest.NewSSH("ssh-ed25519", newHubSeed).Key()
		}), Code: Malformed},
		{Name: "trust with a key of small order", Envelope: spoilt(func(_ *Order, p *TrustParams) {
			p.Root.Approvers[0].PersonKey = seal.PersonKey{Kind: seal.Ed25519File, Public: append([]byte{1}, make([]byte, 31)...)}
		}), Code: Malformed},
		{Name: "trust talked down to a cut", Envelope: spoilt(func(o *Order, _ *TrustParams) { o.Class = Cut }), Code: Malformed},
	}
}
