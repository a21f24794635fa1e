package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
)

func open(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) journal.Store { return open(t, t.TempDir()) })
}

func TestSecondProcessIsLockedOut(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	if _, err := Open(t.Context(), dir); fault.CodeOf(err) != "store.locked" {
		t.Fatalf("opened twice: %v", err)
	}
	if _, err := OpenReadOnly(t.Context(), dir); err != nil {
		t.Errorf("reading beside the writer: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := twenty(t)
	conn, err := sqlite3.Open(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if _, err := Open(t.Context(), dir); fault.CodeOf(err) != "store.newer" {
		t.Errorf("opened: %v", err)
	}
	if _, err := OpenReadOnly(t.Context(), dir); fault.CodeOf(err) != "store.newer" {
		t.Errorf("opened for reading: %v", err)
	}
}

func TestWhatIsNoJournal(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenReadOnly(t.Context(), dir); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an empty directory: %v", err)
	}
	path := filepath.Join(dir, FileName)
	if err := os.WriteFile(path, []byte("this is a text file, however long it may be made"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReadOnly(t.Context(), path); err == nil {
		t.Error("a text file was opened")
	}
	if _, err := Open(t.Context(), dir); err == nil {
		t.Error("a text file was opened for writing")
	}
}

// The schema itself refuses what the program never does.
func TestTriggersRefuseChange(t *testing.T) {
	dir := twenty(t)
	conn, err := sqlite3.Open(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, sql := range []string{
		`UPDATE record SET actor='x'`, `DELETE FROM record`, `UPDATE node SET hashes=zeroblob(32)`, `DELETE FROM node`,
		`UPDATE record SET private=x'00' WHERE seq=9`, `UPDATE record SET private=x'00' WHERE seq=7`, `UPDATE record SET private=NULL WHERE seq=7`,
		`UPDATE record SET private=NULL, raw=x'00' WHERE seq=9`, `UPDATE record SET private=NULL, kind='x' WHERE seq=9`, `UPDATE record SET private=NULL, seq=99 WHERE seq=9`,
		`UPDATE checkpoint SET size=1`, `DELETE FROM checkpoint`, `UPDATE blob SET data=zeroblob(1)`, `DELETE FROM blob`,
	} {
		if err := conn.Exec(sql); !errors.Is(err, sqlite3.CONSTRAINT_TRIGGER) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: Windows has access lists instead of modes")
	}
	dir := t.TempDir()
	open(t, dir)
	for _, name := range []string{FileName, FileName + "-wal"} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}

// The settings that durability rests on are those that are in force, not only those that were asked for.
func TestSettings(t *testing.T) {
	s := open(t, t.TempDir())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "mmap_size": "0", "trusted_schema": "0", "cell_size_check": "1", "foreign_keys": "1", "secure_delete": "1"} {
		stmt, _, err := s.writer.conn.Prepare("PRAGMA " + pragma)
		if err != nil {
			t.Fatal(err)
		}
		if got := ""; stmt.Step() {
			if got = stmt.ColumnText(0); got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		} else if pragma != "mmap_size" || want != "0" { // SQLite gives no row where it has no memory mapping at all
			t.Errorf("%s is not known", pragma)
		}
		stmt.Close()
	}
}

func TestClosedStore(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := s.LastCheckpoint(t.Context()); fault.CodeOf(err) != "store.closed" {
		t.Errorf("read from a closed store: %v", err)
	}
	if err := s.PutSecret(t.Context(), "a", nil); fault.CodeOf(err) != "store.closed" {
		t.Errorf("written to a closed store: %v", err)
	}
}
