package journal_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
)

var update = flag.Bool("update", false, "write the golden files anew; a change of these bytes breaks every journal there is")

// opened is the draft of entry 1.
func opened(t testing.TB) journal.Draft {
	return journal.Draft{At: start, Actor: "hub:console", Kind: journal.KindOpened, Schema: 1,
		Body: fmt.Appendf(nil, `{"origin":%q,"key":%q,"drill":false}`, origin, signerOf(t, origin, 7).Public())}
}

// small is a journal of five entries, two private parts and two blobs, all of whose bytes are fixed.
func small(t testing.TB) (*journaltest.Memory, *journal.Log) {
	t.Helper()
	s := new(journaltest.Memory)
	o := options(t)
	o.Random = bytes.NewReader(bytes.Repeat([]byte{0x5a}, 64))
	l, err := journal.Open(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	known := journal.Draft{At: start.Add(time.Second), HappenedAt: start.Add(-time.Hour), Actor: "user:anna", Kind: "incident.opened", Schema: 1, Incident: "I1",
		Body: []byte(`{"title":"Frühwarnsystem schlägt an"}`), Private: []byte(`{"caller":"Anna Ahorn"}`)}
	called := draft(3)
	called.Private, called.Cause = []byte(`{}`), "seq:2"
	if err := l.Append(t.Context(), []journal.Draft{opened(t)}, []journal.Draft{known, draft(2), called}, []journal.Draft{draft(4)}); err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{"evidence", "catalogue"} {
		if _, err := s.PutBlob(t.Context(), []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, l
}

// export writes a store into files in a new directory and gives the path of the first.
func export(t testing.TB, s journal.Store, private bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "e.jsonl")
	var records, parts, blobs bytes.Buffer
	to := journal.ExportTo{Records: &records, Private: &parts, Blobs: &blobs}
	if !private {
		to.Private = nil
	}
	if _, err := journal.Export(t.Context(), s, to, nil); err != nil {
		t.Fatal(err)
	}
	write(t, path, records.Bytes())
	write(t, path+journal.BlobsSuffix, blobs.Bytes())
	if private {
		write(t, path+journal.PrivateSuffix, parts.Bytes())
	}
	return path
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func verify(t testing.TB, s journal.Source, pin string) journal.Verdict {
	t.Helper()
	v, err := journal.Verify(t.Context(), s, pin)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// These bytes are for ever: journals out there consist of them. docs/journal-format.md shows them, so that whoever writes a verifier has something to try it on.
func TestGoldenExport(t *testing.T) {
	s, _ := small(t)
	path := export(t, s, true)
	doc := string(read(t, "../../../docs/journal-format.md"))
	for _, suffix := range []string{"", journal.PrivateSuffix, journal.BlobsSuffix} {
		got, golden := read(t, path+suffix), "testdata/golden.jsonl"+suffix
		if *update {
			write(t, golden, got)
		}
		if want := read(t, golden); !bytes.Equal(got, want) {
			t.Errorf("the export%s is\n%s\nwant\n%s", suffix, got, want)
		}
		if !strings.Contains(doc, string(got)) {
			t.Errorf("docs/journal-format.md does not show golden.jsonl%s as it is", suffix)
		}
	}
}

func TestVerifyGood(t *testing.T) {
	s, l := small(t)
	key := signerOf(t, origin, 7).Public().Fingerprint()
	for name, c := range map[string]struct {
		source   journal.Source
		withheld uint64
	}{
		"store":                        {journal.Stored(s), 0},
		"export":                       {journal.Exported(export(t, s, true)), 0},
		"export without private parts": {journal.Exported(export(t, s, false)), 2},
	} {
		v := verify(t, c.source, key)
		if !v.OK || v.Head != l.Head() || v.Covered != 5 || v.Blobs != 2 || v.Withheld != c.withheld || !v.Pinned || v.Drill {
			t.Errorf("%s: %+v", name, v)
		}
		if v := verify(t, c.source, ""); !v.OK || v.Pinned {
			t.Errorf("%s, not pinned: %+v", name, v)
		}
		if v := verify(t, c.source, signerOf(t, origin, 8).Public().Fingerprint()); v.OK || v.Where != "key" {
			t.Errorf("%s, pinned to another key: %+v", name, v)
		}
	}
}

// Every single byte of an export and of its side files counts. All eight single-bit changes of a byte would be found as well; one keeps the test short.
func TestEveryFlippedByteIsFound(t *testing.T) {
	s, _ := small(t)
	path := export(t, s, true)
	for _, suffix := range []string{"", journal.PrivateSuffix, journal.BlobsSuffix} {
		good := read(t, path+suffix)
		for i := range good {
			for _, bit := range []byte{1, 0x20} { // the next character, and the other case
				flipped := bytes.Clone(good)
				flipped[i] ^= bit
				write(t, path+suffix, flipped)
				v := verify(t, journal.Exported(path), "")
				if v.OK || v.Where == "" || v.Why == "" {
					t.Fatalf("%s byte %d (%q) flipped by %#x was not found", suffix, i, good[i], bit)
				}
				if suffix != journal.BlobsSuffix && v.First == 0 && v.Where != "checkpoint" {
					t.Fatalf("%s byte %d (%q) flipped by %#x: %s: %s, want an entry or checkpoint", suffix, i, good[i], bit, v.Where, v.Why)
				}
			}
		}
		write(t, path+suffix, good)
	}
}

// Lines cut off, repeated, added or exchanged are found as well.
func TestExportLinesCount(t *testing.T) {
	s, _ := small(t)
	path := export(t, s, true)
	good := read(t, path)
	lines := bytes.SplitAfter(good, []byte("\n"))
	lines = lines[:len(lines)-1]
	join := func(order ...int) []byte {
		var b []byte
		for _, i := range order {
			b = append(b, lines[i]...)
		}
		return b
	}
	for name, c := range map[string]struct {
		data  []byte
		where string
	}{
		"empty":                  {nil, "checkpoint"},
		"no checkpoint":          {join(0, 1, 2, 3, 4), "checkpoint"},
		"only a checkpoint":      {join(5), "checkpoint"},
		"last entry cut off":     {join(0, 1, 2, 3, 5), "entry 5"},
		"middle entry left out":  {join(0, 1, 3, 4, 5), "entry 3"},
		"entry repeated":         {join(0, 1, 2, 2, 3, 4, 5), "entry 4"},
		"entries exchanged":      {join(0, 2, 1, 3, 4, 5), "entry 2"},
		"something behind":       {append(join(0, 1, 2, 3, 4, 5), "{}\n"...), "checkpoint"},
		"two checkpoints":        {join(0, 1, 2, 3, 4, 5, 5), "checkpoint"},
		"no newline at the end":  {good[:len(good)-1], "entry 6"},
		"a line beyond measure":  {append(join(0), bytes.Repeat([]byte("x"), journal.MaxRecord+2)...), "entry 2"},
		"an empty line":          {append(join(0), '\n'), "entry 2"},
		"not opened at entry 1":  {bytes.Replace(good, []byte(journal.KindOpened), []byte("journal.openee"), 1), "entry 1"},
		"carriage returns":       {bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), "entry 1"},
		"unknown member":         {bytes.Replace(good, []byte(`,"private":""}`), []byte(`,"private":"","x":1}`), 1), "entry 1"},
		"number spelt otherwise": {bytes.Replace(good, []byte(`{"seq":2,`), []byte(`{"seq":2.0,`), 1), "entry 2"},
	} {
		write(t, path, c.data)
		if v := verify(t, journal.Exported(path), ""); v.OK || v.Where != c.where {
			t.Errorf("%s: found %q (%s), want %q", name, v.Where, v.Why, c.where)
		}
	}
}

func TestVerifyMissingFile(t *testing.T) {
	if _, err := journal.Verify(t.Context(), journal.Exported(filepath.Join(t.TempDir(), "none")), ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an export that is not there: %v", err)
	}
}

// stopped is a store that somebody stops reading.
type stopped struct {
	journal.Store
	now bool
}

func (s *stopped) Page(ctx context.Context, from, to uint64) ([]journal.Row, error) {
	if s.now {
		return nil, fault.New(fault.Unavailable, "store.read", "could not read: interrupted")
	}
	return s.Store.Page(ctx, from, to)
}

// Whoever stops looking has found nothing: neither a verdict nor a log that takes no more, though there is a checkpoint of entries that could not be read.
func TestStoppedIsNotDamaged(t *testing.T) {
	inner, _ := small(t)
	s := &stopped{Store: inner}
	l := open(t, s)
	s.now = true
	if _, err := l.Audit(t.Context(), nil); fault.KindOf(err) != fault.Unavailable || l.ReadOnly() != nil {
		t.Errorf("an audit that was stopped: %v, %v", err, l.ReadOnly())
	}
	if v, err := journal.Verify(t.Context(), journal.Stored(s), ""); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a verification that was stopped: %+v, %v", v, err)
	}
}

// Whatever is written verifies, in the store and exported; the export imports, and goes on under another key.
func TestWhatIsWrittenVerifies(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := new(journaltest.Memory)
		l := open(t, s)
		if err := l.Append(t.Context(), []journal.Draft{opened(t)}); err != nil {
			r.Fatal(err)
		}
		text := rapid.StringN(0, 20, -1)
		for i := range rapid.IntRange(0, 20).Draw(r, "batches") {
			d := draft(i)
			d.Incident, d.Cause = text.Draw(r, "incident"), text.Draw(r, "cause")
			if rapid.Bool().Draw(r, "private") {
				d.Private = fmt.Appendf(nil, `{"n":%d}`, i)
			}
			if err := l.Append(t.Context(), []journal.Draft{d, d}); err != nil {
				r.Fatal(err)
			}
			if rapid.IntRange(0, 4).Draw(r, "checkpoint") == 0 {
				if _, err := l.Checkpoint(t.Context()); err != nil {
					r.Fatal(err)
				}
			}
		}
		if _, err := l.Checkpoint(t.Context()); err != nil {
			r.Fatal(err)
		}
		if v := verify(t, journal.Stored(s), ""); !v.OK || v.Head != l.Head() || v.Covered != v.Head.Size {
			r.Fatalf("the store: %+v", v)
		}
		path := export(t, s, true)
		if v := verify(t, journal.Exported(path), ""); !v.OK || v.Head != l.Head() {
			r.Fatalf("the export: %+v", v)
		}
		for seq := uint64(1); seq < l.Next(); seq++ {
			p, err := l.Prove(t.Context(), seq)
			if err != nil {
				r.Fatal(err)
			}
			if rec, err := p.Check(signerOf(t, origin, 7).Public()); err != nil || rec.Seq != seq {
				r.Fatalf("proof of %d: %v", seq, err)
			}
		}
	})
}

func importInto(t testing.TB, path string, name string, seed byte) (*journaltest.Memory, journal.Verdict) {
	t.Helper()
	to := new(journaltest.Memory)
	o := journal.Options{Origin: name, Signer: signerOf(t, name, seed), Now: func() time.Time { return start.Add(time.Hour) }}
	v, err := journal.Import(t.Context(), journal.Exported(path), "", to, func(journal.Verdict) (journal.Options, error) { return o, nil }, "hub:console")
	if err != nil {
		t.Fatal(err)
	}
	return to, v
}

func TestImportGoesOnUnderAnotherKey(t *testing.T) {
	s, l := small(t)
	path := export(t, s, true)
	to, v := importInto(t, path, "blackstart/two", 9)
	if !v.OK {
		t.Fatalf("%+v", v)
	}
	if c, err := journal.Compare(t.Context(), journal.Stored(s), journal.Stored(to)); err != nil || c.Relation != journal.Prefix || c.Common != l.Head().Size || c.B.Size != c.Common+1 {
		t.Errorf("the copy against the original: %+v, %v", c, err)
	}
	old, now := signerOf(t, origin, 7).Public().Fingerprint(), signerOf(t, "blackstart/two", 9).Public().Fingerprint()
	for _, source := range []journal.Source{journal.Stored(to), journal.Exported(export(t, to, true))} {
		v := verify(t, source, now)
		if !v.OK || len(v.Custody) != 2 || v.Custody[0].Fingerprint != old || v.Custody[1].From != 6 || v.Withheld != 0 || v.Blobs != 2 {
			t.Errorf("the copy: %+v", v)
		}
		if v := verify(t, source, old); v.OK || v.Where != "key" || !strings.Contains(v.Why, "from entry 6 on") {
			t.Errorf("the copy under the old key: %+v", v)
		}
	}
	o := journal.Options{Origin: "blackstart/two", Signer: signerOf(t, "blackstart/two", 9), Now: time.Now}
	again, err := journal.Open(t.Context(), to, o)
	if err != nil || again.ReadOnly() != nil || again.Next() != 7 {
		t.Errorf("the copy opened: %v, %v, next %d", err, again.ReadOnly(), again.Next())
	}
	if _, err := journal.Import(t.Context(), journal.Exported(path), "", to, func(journal.Verdict) (journal.Options, error) { return o, nil }, "hub:console"); fault.CodeOf(err) != "import.target" {
		t.Errorf("import onto a journal: %v", err)
	}
}

func TestImportRefusesWhatDoesNotVerify(t *testing.T) {
	s, _ := small(t)
	path := export(t, s, true)
	write(t, path, bytes.Replace(read(t, path), []byte("I1"), []byte("I2"), 1))
	to, v := importInto(t, path, "blackstart/two", 9)
	if n, _, _ := to.Extent(t.Context()); v.OK || n != 0 {
		t.Errorf("%d entries were imported: %+v", n, v)
	}
}

// A go-bag that is unpacked twice: the two journals part, and the comparison says where.
func TestCompareNamesTheFork(t *testing.T) {
	s, _ := small(t)
	path := export(t, s, true)
	a, _ := importInto(t, path, "blackstart/a", 1)
	b, _ := importInto(t, path, "blackstart/b", 2)
	for _, c := range []struct {
		a, b journal.Source
		want journal.Relation
		fork uint64
	}{
		{journal.Stored(a), journal.Stored(b), journal.Fork, 6},
		{journal.Stored(a), journal.Exported(export(t, a, false)), journal.Same, 0},
		{journal.Stored(a), journal.Exported(path), journal.Beyond, 0},
		{journal.Exported(path), journal.Stored(b), journal.Prefix, 0},
	} {
		got, err := journal.Compare(t.Context(), c.a, c.b)
		if err != nil || got.Relation != c.want || got.Fork != c.fork {
			t.Errorf("%+v, %v; want %s at %d", got, err, c.want, c.fork)
		}
	}
}

func TestProofHoldsOnlyForItsRecord(t *testing.T) {
	_, l := small(t)
	key := signerOf(t, origin, 7).Public()
	p, err := l.Prove(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*journal.Proof){
		"other record":   func(p *journal.Proof) { p.Record = strings.Replace(p.Record, "I1", "I2", 1) },
		"other number":   func(p *journal.Proof) { p.Seq = 4 },
		"no path":        func(p *journal.Proof) { p.Path = nil },
		"longer path":    func(p *journal.Proof) { p.Path = append(p.Path[:len(p.Path):len(p.Path)], p.Path...) },
		"other root":     func(p *journal.Proof) { p.Checkpoint = strings.Replace(p.Checkpoint, "\n5\n", "\n6\n", 1) },
		"no checkpoint":  func(p *journal.Proof) { p.Checkpoint = "" },
		"record garbage": func(p *journal.Proof) { p.Record = "{}" },
	} {
		q := p
		change(&q)
		if _, err := q.Check(key); err == nil {
			t.Errorf("%s: the proof holds", name)
		}
	}
	if _, err := p.Check(signerOf(t, origin, 8).Public()); err == nil {
		t.Error("the proof holds under another key")
	}
	if err := l.Append(t.Context(), []journal.Draft{draft(9)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Prove(t.Context(), 6); fault.CodeOf(err) != "journal.unsigned" {
		t.Errorf("proof of an entry without checkpoint: %v", err)
	}
}

func FuzzParseRecord(f *testing.F) {
	for _, line := range bytes.Split(read(f, "testdata/golden.jsonl"), []byte("\n")) {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := journal.ParseRecord(data)
		if err == nil && (r.Seq == 0 || r.Kind == "" || r.At.IsZero()) {
			t.Fatalf("%q was taken as %+v", data, r)
		}
	})
}

// A fuzzed export never verifies unless it is the golden one, never panics, and is always given a verdict.
func FuzzExport(f *testing.F) {
	golden := read(f, "testdata/golden.jsonl")
	f.Add(golden, read(f, "testdata/golden.jsonl.private"), read(f, "testdata/golden.jsonl.blobs"))
	path := filepath.Join(f.TempDir(), "e.jsonl")
	key := signerOf(f, origin, 7).Public().Fingerprint()
	f.Fuzz(func(t *testing.T, records, private, blobs []byte) {
		write(t, path, records)
		write(t, path+journal.PrivateSuffix, private)
		write(t, path+journal.BlobsSuffix, blobs)
		if v := verify(t, journal.Exported(path), key); v.OK && !bytes.Equal(records, golden) {
			t.Fatalf("verified: %q", records)
		}
	})
}
