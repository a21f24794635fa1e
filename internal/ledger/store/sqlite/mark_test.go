package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// A database that ends before what was acknowledged, though whole in itself, is noticed: it can be read, takes nothing more, and says why.
func TestShorterThanAcknowledged(t *testing.T) {
	dir := twenty(t)
	path := filepath.Join(dir, FileName)
	older, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, openLog(t, s), 21, 25)
	s.Close()
	if err := os.WriteFile(path, older, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	l := openLog(t, s)
	if err := l.Append(t.Context(), []journal.Draft{numbered(26)}); fault.CodeOf(err) != "journal.readonly" || l.Next() != 21 {
		t.Errorf("an entry was taken: %v, the next is %d", err, l.Next())
	}
	if err := s.PutSecret(t.Context(), "a", nil); fault.CodeOf(err) != "store.shorter" {
		t.Errorf("a secret was taken: %v", err)
	}
	s.Close()
	if v := verifyDir(t, dir, ""); v.OK || v.Where != "database" {
		t.Errorf("verified: %+v", v)
	}
	if err := os.Remove(markName(path)); err != nil {
		t.Fatal(err)
	}
	if v := verifyDir(t, dir, ""); !v.OK || v.Head.Size != 20 {
		t.Errorf("without the mark: %+v", v)
	}
}

// A mark that is not whole says nothing: it is written over in place and never synced.
func TestTornMark(t *testing.T) {
	whole := mark{entries: 25, signed: 20}
	if got := parseMark(whole.line()); got != whole {
		t.Errorf("read back as %+v", got)
	}
	for at := range whole.line() {
		line := whole.line()
		line[at] ^= 1
		if got := parseMark(line); got != (mark{}) {
			t.Errorf("byte %d changed: %+v", at, got)
		}
		if got := parseMark(line[:at]); got != (mark{}) {
			t.Errorf("cut to %d bytes: %+v", at, got)
		}
	}
}
