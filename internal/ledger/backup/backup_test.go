package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/seal"
)

const origin = "blackstart/test"

var start = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// bench is a record with a copy of it, and a clock that the test moves.
type bench struct {
	*testing.T
	store    *journaltest.Memory
	log      *journal.Log
	key      *seal.Signer
	identity *age.X25519Identity
	dir      string
	now      time.Time
	claimed  []backup.Claim
	n        int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, store: &journaltest.Memory{}, key: signerOf(t, origin, 7), dir: t.TempDir(), now: start}
	var err error
	if b.identity, err = age.GenerateX25519Identity(); err != nil {
		t.Fatal(err)
	}
	if b.log, err = journal.Open(t.Context(), b.store, journal.Options{Origin: origin, Signer: b.key, Now: func() time.Time { return b.now }}); err != nil {
		t.Fatal(err)
	}
	b.put(backup.TokenSecret, "token")
	b.append(journal.Draft{At: start, Actor: "hub:console", Kind: journal.KindOpened, Schema: 1, Body: fmt.Appendf(nil, `{"origin":%q,"key":%q,"drill":false}`, origin, b.key.Public())})
	return b
}

func signerOf(t *testing.T, name string, seed byte) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom(name, bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *bench) append(d ...journal.Draft) {
	b.Helper()
	if err := b.log.Append(b.Context(), d); err != nil {
		b.Fatal(err)
	}
}

// grow appends n entries, each third with a private part.
func (b *bench) grow(n int) {
	b.Helper()
	for ; n > 0; n -= min(n, 500) {
		var drafts []journal.Draft
		for range min(n, 500) {
			b.n++
			d := journal.Draft{At: start.Add(time.Duration(b.n) * time.Second), Actor: "user:anna", Kind: "incident.logged", Schema: 1, Body: fmt.Appendf(nil, `{"n":%d}`, b.n)}
			if b.n%3 == 0 {
				d.Private = []byte(`{"caller":"Anna Ahorn"}`)
			}
			drafts = append(drafts, d)
		}
		b.append(drafts...)
	}
}

func (b *bench) put(name, value string) {
	b.Helper()
	if err := b.store.PutSecret(b.Context(), name, []byte(value)); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) blob(data string) string {
	b.Helper()
	name, err := b.store.PutBlob(b.Context(), []byte(data))
	if err != nil {
		b.Fatal(err)
	}
	return name
}

// target makes a target of the record, as a start of the hub does.
func (b *bench) target() *backup.Target {
	return backup.NewTarget(b.dir, backup.Record{Store: b.store, Log: b.log, Key: b.key, Since: 1, To: []age.Recipient{b.identity.Recipient()}, Token: []byte("token"),
		Now: func() time.Time { return b.now }, Addresses: func() []netip.AddrPort { return []netip.AddrPort{netip.MustParseAddrPort("192.0.2.7:8443")} },
		Claimed: func(c backup.Claim, _ string) { b.claimed = append(b.claimed, c) }})
}

func (b *bench) round(t *backup.Target, code string) {
	b.Helper()
	err := t.Round(b.Context())
	if err == nil && code != "" || err != nil && fault.CodeOf(err) != code {
		b.Fatalf("a round ended with %v, want %q", err, code)
	}
}

// files gives the names in the copy that begin like this.
func (b *bench) files(prefix string) (all []string) {
	b.Helper()
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			all = append(all, e.Name())
		}
	}
	return all
}

func (b *bench) open(upTo uint64) (*backup.Copy, error) {
	b.Helper()
	c, err := backup.Open(b.dir, []age.Identity{b.identity}, upTo)
	if err == nil {
		b.Cleanup(func() { c.Close() })
	}
	return c, err
}

// same verifies the copy and holds it against the record.
func (b *bench) same() *backup.Copy {
	b.Helper()
	c, err := b.open(0)
	if err != nil {
		b.Fatal(err)
	}
	v, err := journal.Verify(b.Context(), c.Source(), b.key.Public().Fingerprint())
	if err != nil || !v.OK || v.Head != b.log.Head() || v.Covered != v.Head.Size || v.Withheld != 0 {
		b.Fatalf("the copy: %+v %v, want %s", v, err, b.log.Head().Short())
	}
	if r, err := journal.Compare(b.Context(), c.Source(), journal.Stored(b.store)); err != nil || r.Relation != journal.Same {
		b.Fatalf("copy and record: %+v %v", r, err)
	}
	if !c.HeadBy(v) {
		b.Error("the head is not by the keeper of the record")
	}
	return c
}

// What is copied a little at a time is the record, with private parts, blobs and credentials, and nothing else; a full block ends up in one file.
func TestCopyIsTheRecord(t *testing.T) {
	b := newBench(t)
	b.put("password/anna", "hash")
	b.put("hub-key", "never")
	b.put("session/1", "never")
	b.put("token/1", "never")
	evidence := b.blob("evidence")
	target := b.target()
	for _, n := range []int{1, 3, 700, 400, 1, 2500} {
		b.grow(n)
		b.round(target, "")
		b.same()
	}
	b.blob("catalogue")
	b.round(target, "") // nothing new: no entry names it yet
	b.grow(1)
	b.round(target, "")
	c := b.same()
	if segments := b.files("seg-"); len(segments) > 3+5 || !slices.Contains(segments, "seg-000000000001-000000001000.jsonl.gz.age") {
		t.Errorf("full blocks are not joined: %v", segments)
	}
	if blobs := b.files("blob-"); len(blobs) != 2 || !slices.Contains(blobs, "blob-"+evidence+".age") {
		t.Errorf("blobs = %v", blobs)
	}
	secrets, skipped := c.Secrets(origin, b.key.Public())
	if len(secrets) != 2 || len(skipped) != 0 || secrets[0].Name != "password/anna" || string(secrets[0].Value) != "hash" || secrets[1].Name != backup.TokenSecret {
		t.Errorf("credentials = %v %v", secrets, skipped)
	}
	if h, _ := c.Head(); h.Addresses[0].String() != "192.0.2.7:8443" {
		t.Errorf("head = %+v", h)
	}
}

// Without an identity nothing of what people wrote or are called can be read off the stick.
func TestNothingInTheClear(t *testing.T) {
	b := newBench(t)
	b.put("password/anna", "salted-hash-of-anna")
	b.blob("evidence-in-the-clear")
	b.grow(10)
	b.round(b.target(), "")
	for _, name := range b.files("") {
		data, err := os.ReadFile(filepath.Join(b.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"anna", "Ahorn", "incident.logged", "evidence-in"} {
			if bytes.Contains(data, []byte(word)) {
				t.Errorf("%s holds %q in the clear", name, word)
			}
		}
	}
	stranger, _ := age.GenerateX25519Identity()
	c, err := backup.Open(b.dir, []age.Identity{stranger}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := journal.Verify(t.Context(), c.Source(), ""); fault.CodeOf(err) != "copy.identity" {
		t.Errorf("a stranger's identity: %v", err)
	}
}

// A changed password travels although no entry tells of it, and the credentials before it do not pile up.
func TestPasswordsTravel(t *testing.T) {
	b := newBench(t)
	target := b.target()
	for n := range 5 {
		b.grow(1)
		b.put("password/anna", fmt.Sprint("hash", n))
		b.round(target, "")
	}
	b.put("password/anna", "last")
	b.round(target, "")
	if secrets, _ := b.same().Secrets(origin, b.key.Public()); len(secrets) == 0 || string(secrets[0].Value) != "last" {
		t.Errorf("credentials = %v", secrets)
	}
	if files := b.files("secrets-"); len(files) != 2 {
		t.Errorf("credentials pile up: %v", files)
	}
}

// What is shredded in the record is gone from the copies too, also from one that was not plugged in when it happened.
func TestShreddedLeavesTheCopies(t *testing.T) {
	b := newBench(t)
	target := b.target()
	for range 3 {
		b.grow(7)
		b.round(target, "")
	}
	b.grow(1200)
	b.n++
	b.append(journal.Draft{At: start.Add(time.Duration(b.n) * time.Second), Actor: "user:anna", Kind: journal.KindShredded, Schema: 1, Body: []byte(`{"entries":[4,10,1201]}`)})
	b.round(b.target(), "")
	c, err := b.open(0)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := journal.Verify(t.Context(), c.Source(), ""); err != nil || !v.OK || v.Shredded != 3 {
		t.Errorf("%+v %v", v, err)
	}
}

// After a restart, an unplugged stick, a crash between segment and head, or a segment that somebody deleted, the copy becomes whole again.
func TestResume(t *testing.T) {
	b := newBench(t)
	b.grow(2300)
	b.round(b.target(), "")
	head, err := os.ReadFile(filepath.Join(b.dir, "head.json"))
	if err != nil {
		t.Fatal(err)
	}
	target := b.target()
	for name, harm := range map[string]func(){
		"nothing":           func() {},
		"crash before head": func() { b.grow(5); b.round(target, ""); b.write("head.json", head) },
		"crash in writing":  func() { b.write(".unfinished-00", []byte("half")) },
		"segment deleted":   func() { b.remove("seg-000000001001-000000002000.jsonl.gz.age") },
		"first deleted":     func() { b.remove("seg-000000000001-000000001000.jsonl.gz.age") },
		"another stick":     func() { b.dir = t.TempDir(); target = b.target() },
	} {
		harm()
		b.grow(1)
		fresh := b.target()
		b.round(fresh, "")
		b.same()
		if left := b.files(".unfinished"); len(left) > 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

func (b *bench) write(name string, data []byte) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), data, 0o600); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) remove(name string) {
	b.Helper()
	if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
		b.Fatal(err)
	}
}

// A copy of another record, or of this one where it went on differently, is left alone: it may be the better one.
func TestForeignCopyIsLeftAlone(t *testing.T) {
	b := newBench(t)
	b.grow(10)
	b.round(b.target(), "")
	before := b.files("")
	other := newBench(t)
	other.dir = b.dir
	other.n = 100
	other.grow(20)
	other.round(other.target(), "copy.foreign")
	behind := newBench(t)
	behind.dir = b.dir
	behind.round(behind.target(), "copy.foreign") // the same beginning, but the copy knows more: this directory was rolled back
	b.remove("head.json")
	b.round(b.target(), "copy.foreign")
	if got := b.files("seg-"); len(got) != 1 || len(before) == 0 {
		t.Errorf("the foreign copy was touched: %v", got)
	}
}

// A directory that is not there is never made, and a target that comes back is brought up to date.
func TestTargetGone(t *testing.T) {
	b := newBench(t)
	target := b.target()
	dir := b.dir
	b.round(target, "")
	away := filepath.Join(t.TempDir(), "away")
	if err := os.Rename(dir, away); err != nil {
		t.Fatal(err)
	}
	b.grow(5)
	b.round(target, "copy.gone")
	if _, err := os.Stat(dir); err == nil {
		t.Error("a missing directory was made")
	}
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	b.round(target, "")
	b.same()
}

// Whatever is missing or torn is named by its segment, with what can be done.
func TestDamageIsNamed(t *testing.T) {
	second := "seg-000000001001-000000002000.jsonl.gz.age"
	for name, c := range map[string]struct {
		harm func(*bench)
		code string
		says []string
	}{
		"segment deleted":      {func(b *bench) { b.remove(second) }, "copy.gap", []string{"1001 to 2000", "--up-to 1000"}},
		"last segment deleted": {func(b *bench) { b.remove("seg-000000002001-000000002301.jsonl.gz.age") }, "copy.gap", []string{"2001 to 2301", "head.json"}},
		"segment torn":         {func(b *bench) { b.cut(second, 2) }, "copy.torn", []string{second, "--up-to 1000"}},
		"segment emptied":      {func(b *bench) { b.write(second, nil) }, "copy.torn", []string{second}},
		"bit flipped":          {func(b *bench) { b.flip(second) }, "copy.torn", []string{second}},
		"segments swapped":     {func(b *bench) { b.exchange(second, "seg-000000000001-000000001000.jsonl.gz.age") }, "", []string{"entry 1"}},
		"blob torn":            {func(b *bench) { b.cut(b.files("blob-")[0], 2) }, "copy.torn", []string{"blob-"}},
		"a directory instead":  {func(b *bench) { b.remove(second); b.mkdir(second) }, "copy.torn", []string{second}},
		"everything deleted":   {func(b *bench) { b.dir = b.TempDir() }, "copy.empty", []string{"--copy-to"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.blob("evidence")
			b.grow(2300)
			b.round(b.target(), "")
			c.harm(b)
			said, code := "", ""
			opened, err := b.open(0)
			if err == nil {
				var v journal.Verdict
				v, err = journal.Verify(t.Context(), opened.Source(), "")
				said = v.Where + ": " + v.Why
				if v.OK {
					t.Fatal("it verified")
				}
			}
			if err != nil {
				said, code = err.Error(), fault.CodeOf(err)
			}
			if code != c.code {
				t.Errorf("%s: %s, want %s", code, said, c.code)
			}
			for _, word := range c.says {
				if !strings.Contains(said, word) {
					t.Errorf("%q does not say %q", said, word)
				}
			}
		})
	}
}

// What is whole before a torn segment can be gone on from, up to where a segment ends.
func TestUpTo(t *testing.T) {
	b := newBench(t)
	b.grow(2300)
	b.round(b.target(), "")
	b.cut("seg-000000002001-000000002301.jsonl.gz.age", 2)
	c, err := b.open(2000)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := journal.Verify(t.Context(), c.Source(), ""); err != nil || !v.OK || v.Head.Size != 2000 {
		t.Errorf("%+v %v", v, err)
	}
	if _, err := b.open(1999); fault.CodeOf(err) != "copy.up_to" {
		t.Errorf("up to the middle of a segment: %v", err)
	}
}

func (b *bench) cut(name string, part int) {
	b.Helper()
	data := b.read(name)
	b.write(name, data[:len(data)/part])
}

func (b *bench) flip(name string) {
	b.Helper()
	data := b.read(name)
	data[len(data)/2] ^= 1
	b.write(name, data)
}

func (b *bench) exchange(one, two string) {
	b.Helper()
	a, z := b.read(one), b.read(two)
	b.write(one, z)
	b.write(two, a)
}

func (b *bench) mkdir(name string) {
	b.Helper()
	if err := os.Mkdir(filepath.Join(b.dir, name), 0o700); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) read(name string) []byte {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// A claim with the proof silences the hub; one without, which anybody with the stick could write, stops only this target; our own is none.
func TestClaims(t *testing.T) {
	b := newBench(t)
	b.grow(3)
	b.round(b.target(), "")
	taker := signerOf(t, "blackstart/taker", 9)
	claim := backup.Claim{Origin: taker.Name(), Key: taker.Public(), At: start}
	write := func(token string, key *seal.Signer) {
		if err := backup.WriteClaim(b.dir, claim, key, []byte(token)); err != nil {
			t.Fatal(err)
		}
	}
	for _, token := range []string{"", "guessed"} {
		write(token, taker)
		b.round(b.target(), "copy.unproven")
		if _, ok := backup.FindClaim(b.dir, []byte("token")); ok || len(b.claimed) > 0 {
			t.Errorf("a claim with the token %q was believed", token)
		}
	}
	write("token", b.key) // signed by another key than it names
	b.round(b.target(), "copy.claim")
	write("token", taker)
	b.round(b.target(), "copy.claimed")
	if len(b.claimed) != 1 || b.claimed[0].Key != taker.Public() {
		t.Errorf("claimed = %v", b.claimed)
	}
	claim.Key = b.key.Public()
	write("token", b.key)
	b.grow(1)
	b.round(b.target(), "")
}

// Credentials that the hub did not sign, or that no copy carries, are not taken: whoever can write to a stick knows the recipients too.
func TestForgedCredentials(t *testing.T) {
	b := newBench(t)
	b.put("password/anna", "hash")
	b.round(b.target(), "")
	forger := newBench(t)
	forger.key, forger.identity = signerOf(t, origin, 9), b.identity
	forger.put("password/anna", "known to the forger")
	forger.grow(8)
	var err error
	if forger.log, err = journal.Open(t.Context(), forger.store, journal.Options{Origin: origin, Signer: signerOf(t, origin, 7), Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	forger.round(forger.target(), "")
	b.write(forger.files("secrets-")[0], forger.read(forger.files("secrets-")[0]))
	c := b.same()
	secrets, skipped := c.Secrets(origin, b.key.Public())
	if len(skipped) != 1 || len(secrets) == 0 || string(secrets[0].Value) != "hash" {
		t.Errorf("credentials = %v, skipped %v", secrets, skipped)
	}
}

// A segment that grows without end, or holds more than its name says, is cut off where its name ends.
func TestRunStopsAndCatchesUp(t *testing.T) {
	b := newBench(t)
	b.now = time.Now()
	target := b.target()
	b.grow(1500)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	target.Run(ctx) // the last round of a stop writes what is new
	b.same()
	if s := target.State(); s.Entries != 1501 || s.Why != nil || !s.Since.IsZero() {
		t.Errorf("state = %+v", s)
	}
}
