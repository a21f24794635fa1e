package seal_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/seal/sealtest"
)

const typ = "application/vnd.blackstart.order.v1+json"

var payload = []byte(`{"v":1}`)

func fileKey(t *testing.T, seed byte) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom("test", bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// device is a key with a way to approve by it.
type device struct {
	key     seal.PersonKey
	approve func(payloadType string, payload []byte) seal.Approval
}

func devices(t *testing.T) map[string]device {
	file := fileKey(t, 1)
	all := map[string]device{"file": {seal.FileKey(file.Public()), func(typ string, p []byte) seal.Approval { return seal.Approve(file, typ, p) }}}
	for _, typ := range []string{"ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"} {
		s := sealtest.NewSSH(typ, 2)
		all[typ] = device{s.Key(), s.Approve}
	}
	for name, p256 := range map[string]bool{"passkey EdDSA": false, "passkey ES256": true} {
		p := sealtest.NewPasskey(3, p256)
		all[name] = device{p.Key(), p.Approve}
	}
	return all
}

// Each kind approves what it signed and nothing else; no kind passes for another; no flipped bit of what matters passes.
func TestKindsApprove(t *testing.T) {
	all := devices(t)
	for name, d := range all {
		if err := d.key.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		a := d.approve(typ, payload)
		if err := a.Check(d.key, typ, payload); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if a.Check(d.key, typ, []byte(`{"v":2}`)) == nil || a.Check(d.key, typ+"x", payload) == nil {
			t.Errorf("%s approved other bytes", name)
		}
		for other, o := range all {
			if other != name && a.Check(o.key, typ, payload) == nil {
				t.Errorf("%s passed for %s", name, other)
			}
		}
		for n := range a.Sig {
			broken := a
			broken.Sig = bytes.Clone(a.Sig)
			broken.Sig[n] ^= 1
			if broken.Check(d.key, typ, payload) == nil {
				t.Errorf("%s: byte %d of the signature does not matter", name, n)
			}
		}
		a.Sig = append(a.Sig, 0)
		if a.Check(d.key, typ, payload) == nil {
			t.Errorf("%s: a signature that goes on was taken", name)
		}
	}
}

// What a device, a browser or an SSH client would make for another purpose is no consent.
func TestWrongPurpose(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*sealtest.SSH)
		code  string
	}{
		"for a commit":      {func(s *sealtest.SSH) { s.Namespace = "git" }, "approval.other"},
		"no namespace":      {func(s *sealtest.SSH) { s.Namespace = "" }, "approval.other"},
		"reserved is set":   {func(s *sealtest.SSH) { s.Reserved = "x" }, "approval.other"},
		"unknown hash":      {func(s *sealtest.SSH) { s.Hash = "sha1" }, "approval.other"},
		"not touched":       {func(s *sealtest.SSH) { s.Flags = 0 }, seal.CodeUnverified},
		"of a web page":     {func(s *sealtest.SSH) { s.Application = "hub.example" }, "approval.other"},
		"sha256 is allowed": {func(s *sealtest.SSH) { s.Hash = "sha256" }, ""},
		"touched, no PIN":   {func(s *sealtest.SSH) { s.Flags = sealtest.Present }, ""},
	} {
		s := sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 2)
		key := s.Key()
		c.spoil(s)
		if err := s.Approve(typ, payload).Check(key, typ, payload); codeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
	for name, c := range map[string]struct {
		spoil func(*sealtest.Passkey)
		code  string
	}{
		"for signing in":          {func(p *sealtest.Passkey) { p.Challenge = bytes.Repeat([]byte{1}, 32) }, "approval.other"},
		"a registration":          {func(p *sealtest.Passkey) { p.Type = "webauthn.create" }, "approval.other"},
		"on another page":         {func(p *sealtest.Passkey) { p.Origin = "https://hub.example.evil" }, "approval.other"},
		"on another port":         {func(p *sealtest.Passkey) { p.Origin = "https://hub.example" }, "approval.other"},
		"inside another page":     {func(p *sealtest.Passkey) { p.Cross = true }, "approval.other"},
		"of another name":         {func(p *sealtest.Passkey) { p.RP = "example" }, "approval.other"},
		"touched, not verified":   {func(p *sealtest.Passkey) { p.Flags = sealtest.Present }, seal.CodeUnverified},
		"verified, not touched":   {func(p *sealtest.Passkey) { p.Flags = sealtest.Verified }, seal.CodeUnverified},
		"says it has more":        {func(p *sealtest.Passkey) { p.Flags |= 0x80 }, "approval.other"},
		"says it is registered":   {func(p *sealtest.Passkey) { p.Flags |= 0x40 }, "approval.other"},
		"backed up, unallowed":    {func(p *sealtest.Passkey) { p.Flags |= 0x10 }, "approval.other"},
		"backed up":               {func(p *sealtest.Passkey) { p.Flags |= 0x18 }, ""},
		"high s, as some make it": {func(p *sealtest.Passkey) { p.HighS = true }, ""},
	} {
		p := sealtest.NewPasskey(3, true)
		key := p.Key()
		c.spoil(p)
		if err := p.Approve(typ, payload).Check(key, typ, payload); codeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
	}
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.CodeOf(err)
}

// A key that must verify its user says so in the line, and then a touch is not enough.
func TestMustVerify(t *testing.T) {
	s := sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 2)
	key, err := seal.ParseSSHKey("verify-required " + s.Line())
	if err != nil || !key.MustVerify || !strings.HasPrefix(key.Line(), "verify-required sk-ssh-ed25519@openssh.com ") {
		t.Fatalf("%+v, %v", key, err)
	}
	if err := s.Approve(typ, payload).Check(key, typ, payload); err != nil {
		t.Error(err)
	}
	s.Flags = sealtest.Present
	if err := s.Approve(typ, payload).Check(key, typ, payload); fault.CodeOf(err) != seal.CodeUnverified {
		t.Error(err)
	}
}

// The other spellings of one clientDataJSON are refused, and members that browsers add are not.
func TestClientData(t *testing.T) {
	p := sealtest.NewPasskey(3, false)
	for name, c := range map[string]struct {
		old, new string
		good     bool
	}{
		"twice":           {`"type":`, `"type":"webauthn.get","type":`, false},
		"other case":      {`"type":`, `"Type":`, false},
		"trailing":        {`}`, `}{}`, false},
		"no JSON":         {`{`, ``, false},
		"cross is a text": {`false`, `"false"`, false},
		"top origin":      {`{`, `{"topOrigin":"https://evil.example",`, false},
		"added member":    {`{`, `{"other_keys_can_be_added_here":"do not compare",`, true},
	} {
		again := *p
		if err := again.Say(c.old, c.new).Approve(typ, payload).Check(p.Key(), typ, payload); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadPersonKeys(t *testing.T) {
	ssh, pass := sealtest.NewSSH("ssh-ed25519", 2), sealtest.NewPasskey(3, true)
	spoil := func(k seal.PersonKey, f func(*seal.PersonKey)) seal.PersonKey { f(&k); return k }
	neutral := append([]byte{1}, make([]byte, 31)...)
	for name, k := range map[string]seal.PersonKey{
		"nothing":                    {},
		"unknown kind":               {Public: ssh.Blob(), Kind: "pgp"},
		"weak file key":              {Public: neutral, Kind: seal.Ed25519File},
		"weak SSH key":               {Public: bytes.Replace(ssh.Blob(), ssh.Blob()[19:], neutral, 1), Kind: seal.SSHKey},
		"SSH key cut short":          {Public: ssh.Blob()[:40], Kind: seal.SSHKey},
		"SSH key goes on":            {Public: append(ssh.Blob(), 0), Kind: seal.SSHKey},
		"RSA":                        {Public: []byte("\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x01\x03"), Kind: seal.SSHKey},
		"disk cannot verify":         spoil(ssh.Key(), func(k *seal.PersonKey) { k.MustVerify = true }),
		"file of a page":             spoil(ssh.Key(), func(k *seal.PersonKey) { k.RP = "hub.example" }),
		"passkey of an address":      spoil(pass.Key(), func(k *seal.PersonKey) { k.RP = "192.0.2.1" }),
		"passkey of no page":         spoil(pass.Key(), func(k *seal.PersonKey) { k.Origins = nil }),
		"page of another name":       spoil(pass.Key(), func(k *seal.PersonKey) { k.Origins = []string{"https://evilhub.example"} }),
		"page without TLS":           spoil(pass.Key(), func(k *seal.PersonKey) { k.Origins = []string{"http://hub.example"} }),
		"page with a path":           spoil(pass.Key(), func(k *seal.PersonKey) { k.Origins = []string{"https://hub.example/"} }),
		"passkey in another writing": spoil(pass.Key(), func(k *seal.PersonKey) { k.Public = append(bytes.Clone(k.Public), 0) }),
	} {
		if err := k.Check(); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for name, line := range map[string]string{
		"empty": "", "no base64": "ssh-ed25519 !!!", "two lines": ssh.Line() + "\n" + ssh.Line(), "unknown option": "no-touch-required " + ssh.Line(),
		"other type": strings.Replace(ssh.Line(), "ssh-ed25519", "sk-ssh-ed25519@openssh.com", 1), "private": "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA",
	} {
		if _, err := seal.ParseSSHKey(line); err == nil {
			t.Errorf("the line %q (%s) was taken", line, name)
		}
	}
}

// A machine's key in an SSH dress is the machine's key, and one key in two kinds is one key.
func TestMaterial(t *testing.T) {
	machine := fileKey(t, 2).Public()
	for _, k := range []seal.PersonKey{seal.FileKey(machine), sealtest.NewSSH("ssh-ed25519", 2).Key(), sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 2).Key(), sealtest.NewPasskey(2, false).Key()} {
		if k.Material() != string(machine) {
			t.Errorf("%s hides whose key it is", k.Kind)
		}
	}
	if a, b := sealtest.NewSSH("ecdsa-sha2-nistp256", 2).Key(), sealtest.NewPasskey(2, true).Key(); a.Material() != b.Material() || a.Material() == string(machine) {
		t.Error("P-256")
	}
}

// OpenSSH itself signs, and prints the same fingerprint.
func TestRealOpenSSH(t *testing.T) {
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed")
	}
	for _, typ := range []string{"ed25519", "ecdsa"} {
		dir := t.TempDir()
		run := func(args ...string) string {
			out, err := exec.Command(keygen, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("ssh-keygen %v: %v\n%s", args, err, out)
			}
			return string(out)
		}
		file, order := filepath.Join(dir, "key"), filepath.Join(dir, "order")
		run("-q", "-t", typ, "-N", "", "-C", "anna@example.com", "-f", file)
		if err := os.WriteFile(order, seal.PAE(typ, payload), 0o600); err != nil {
			t.Fatal(err)
		}
		run("-Y", "sign", "-f", file, "-n", seal.SSHNamespace, order)
		line, err := os.ReadFile(file + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		key, err := seal.ParseSSHKey(string(line))
		if err != nil {
			t.Fatal(err)
		}
		if printed := run("-l", "-f", file); !strings.Contains(printed, key.Fingerprint()) {
			t.Errorf("ssh-keygen prints %s, we %s", printed, key.Fingerprint())
		}
		armor, err := os.ReadFile(order + ".sig")
		if err != nil {
			t.Fatal(err)
		}
		a, err := seal.ParseSSHApproval(armor)
		if err != nil || !a.By(key) {
			t.Fatalf("%+v, %v", a, err)
		}
		if err := a.Check(key, typ, payload); err != nil {
			t.Error(err)
		}
	}
}

func FuzzSSHApproval(f *testing.F) {
	s := sealtest.NewSSH("sk-ecdsa-sha2-nistp256@openssh.com", 2)
	key, good := s.Key(), s.Approve(typ, payload)
	f.Add(key.Public, good.Sig)
	f.Add(sealtest.NewSSH("ssh-ed25519", 2).Blob(), sealtest.NewSSH("ssh-ed25519", 2).Approve(typ, payload).Sig)
	f.Fuzz(func(t *testing.T, public, sig []byte) {
		k := seal.PersonKey{Public: public, Kind: seal.SSHKey}
		if k.Check() == nil {
			if back, err := seal.ParseSSHKey(k.Line()); err != nil || !bytes.Equal(back.Public, public) {
				t.Fatalf("%q is not read back: %v", k.Line(), err)
			}
		}
		if err := (seal.Approval{Kind: seal.SSHKey, Sig: sig}).Check(key, typ, []byte("never signed")); err == nil {
			t.Fatal("approved what nobody signed")
		}
		_ = (seal.Approval{Kind: seal.SSHKey, Sig: sig}).Check(k, typ, payload)
	})
}

func FuzzPasskeyApproval(f *testing.F) {
	p := sealtest.NewPasskey(3, true)
	key, good := p.Key(), p.Approve(typ, payload)
	f.Add(key.Public, good.AuthenticatorData, good.ClientData, good.Sig)
	f.Fuzz(func(t *testing.T, public, data, client, sig []byte) {
		a := seal.Approval{Kind: seal.Passkey, Sig: sig, AuthenticatorData: data, ClientData: client}
		if a.Check(key, typ, []byte("never signed")) == nil {
			t.Fatal("approved what nobody signed")
		}
		k := seal.PersonKey{Public: public, Kind: seal.Passkey, RP: "hub.example", Origins: []string{"https://hub.example"}}
		if k.Check() == nil && k.Material() == "" {
			t.Fatal("a good key of no material")
		}
		_ = a.Check(k, typ, payload)
	})
}

func FuzzSSHKeyLine(f *testing.F) {
	f.Add(sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 2).Line())
	f.Add("verify-required sk-ssh-ed25519@openssh.com " + base64.StdEncoding.EncodeToString([]byte("x")))
	f.Fuzz(func(t *testing.T, line string) {
		k, err := seal.ParseSSHKey(line)
		if err != nil {
			return
		}
		if back, err := seal.ParseSSHKey(k.Line()); err != nil || back.Material() != k.Material() || back.MustVerify != k.MustVerify {
			t.Fatalf("%q became %q: %v", line, k.Line(), err)
		}
	})
}
