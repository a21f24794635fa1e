package sqlite

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"pgregory.net/rapid"

	"blackstart/internal/ledger/journal"
)

// erasing is the draft of an entry that erases private parts.
func erasing(n int, entries ...uint64) journal.Draft {
	d := numbered(n)
	d.Kind, d.Private = journal.KindShredded, nil
	d.Body = fmt.Appendf(nil, `{"entries":%s}`, strings.ReplaceAll(fmt.Sprint(entries), " ", ","))
	return d
}

// inFiles says whether any file of the directory holds these bytes.
func inFiles(t rapid.TB, dir, text string) bool {
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

// Whatever is shredded is in none of the files any more, WAL and free pages included, while the store is still open; whatever is not, still is.
func TestShreddedBytesAreGone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir := t.TempDir()
		s := open(t, dir)
		l := openLog(t, s)
		n := rapid.IntRange(3, 60).Draw(r, "entries")
		var drafts []journal.Draft
		for i := 1; i <= n; i++ {
			d := numbered(i)
			if i == 1 {
				d = openedBy(signer(t))
			}
			// From a word to several pages: what overflows a page is freed in another way than what fits.
			d.Private = fmt.Appendf(nil, `{"text":"%s"}`, strings.Repeat(marked(i), rapid.SampledFrom([]int{1, 10, 200, 2000}).Draw(r, "length")))
			drafts = append(drafts, d)
		}
		for part := range splitAt(drafts, rapid.IntRange(1, n).Draw(r, "cut")) {
			if err := l.Append(t.Context(), part); err != nil {
				r.Fatal(err)
			}
		}
		var gone []uint64
		for i := 1; i <= n; i++ {
			if rapid.Bool().Draw(r, "shred") {
				gone = append(gone, uint64(i))
			}
		}
		if len(gone) == 0 {
			return
		}
		if err := l.Append(t.Context(), []journal.Draft{erasing(n+1, gone...)}); err != nil {
			r.Fatal(err)
		}
		erased := map[int]bool{}
		for _, g := range gone {
			erased[int(g)] = true
		}
		for i := 1; i <= n; i++ {
			if inFiles(r, dir, marked(i)) == erased[i] {
				r.Errorf("entry %d: shredded %v, bytes in the files %v", i, erased[i], !erased[i])
			}
		}
		if _, err := l.Checkpoint(t.Context()); err != nil {
			r.Fatal(err)
		}
		if v := verifyDir(t, dir, ""); !v.OK || v.Shredded != uint64(len(gone)) || v.Withheld != 0 {
			r.Errorf("verdict %+v, want %d shredded", v, len(gone))
		}
		s.Close()
	})
}

func marked(n int) string { return fmt.Sprintf("<mark of entry %d>", n) }

func splitAt(all []journal.Draft, n int) func(func([]journal.Draft) bool) {
	return func(yield func([]journal.Draft) bool) { _ = yield(all[:n]) && yield(all[n:]) }
}

// A reader that looks at an older state keeps its pages in the WAL. As soon as it lets go, the next write sweeps; and so does a start after a crash.
func TestSweepIsMadeUpFor(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	l := openLog(t, s)
	fill(t, l, 1, 9)
	reader, err := sqlite3.OpenFlags(s.path, sqlite3.OPEN_READONLY)
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Exec(`BEGIN; SELECT count(*) FROM record`); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), []journal.Draft{erasing(10, 9)}); err != nil {
		t.Fatal(err)
	}
	if !inFiles(t, dir, "person 9") {
		t.Fatal("the reader does not hold the WAL: this test shows nothing")
	}
	copied := t.TempDir() // as a crash would leave it
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(s.path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, FileName+suffix), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), []journal.Draft{numbered(11)}); err != nil {
		t.Fatal(err)
	}
	if inFiles(t, dir, "person 9") {
		t.Error("the next write left the bytes where they were")
	}
	open(t, copied)
	if inFiles(t, copied, "person 9") {
		t.Error("the start after a crash left the bytes where they were")
	}
}

// What a verification says of private parts that are not as they should be.
func TestPrivatePartsOutOfOrder(t *testing.T) {
	for name, c := range map[string]struct{ sql, where, why string }{
		"taken away":             {"UPDATE record SET private=NULL WHERE seq=6", "entry 6", "no entry says that it was erased"},
		"put back":               {"UPDATE record SET private=(SELECT private FROM kept) WHERE seq=9", "entry 9", "entry 21 erased its private part, and it is here"},
		"erasure made undone":    {"DELETE FROM record WHERE seq=21; DELETE FROM node WHERE seq=21; DELETE FROM checkpoint WHERE size=21", "entry 3", "no entry says that it was erased"},
		"the column's other way": {"UPDATE record SET private=x'' WHERE seq=9", "entry 9", "hash"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := twenty(t)
			tampered(t, dir, "CREATE TABLE kept AS SELECT private FROM record WHERE seq=9;")
			s, err := Open(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			l := openLog(t, s)
			if err := l.Append(t.Context(), []journal.Draft{erasing(21, 3, 9)}); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.Close()
			if v := verifyDir(t, dir, ""); !v.OK || v.Shredded != 2 {
				t.Fatalf("before: %+v", v)
			}
			changed(t, dir, c.sql)
			if v := verifyDir(t, dir, ""); v.OK || v.Where != c.where || !strings.Contains(v.Why, c.why) {
				t.Errorf("found %q (%s), want %q (%s)", v.Where, v.Why, c.where, c.why)
			}
		})
	}
}
