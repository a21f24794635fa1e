package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// openedBy is the draft of entry 1.
func openedBy(key *seal.Signer) journal.Draft {
	return journal.Draft{At: start, Actor: "hub:console", Kind: journal.KindOpened, Schema: 1, Body: fmt.Appendf(nil, `{"origin":%q,"key":%q,"drill":false}`, origin, key.Public())}
}

// numbered is the n-th of a series of drafts; every third has a private part.
func numbered(n int) journal.Draft {
	d := journal.Draft{At: start.Add(time.Duration(n) * time.Second), Actor: "user:anna", Kind: "incident.logged", Schema: 1, Incident: "I1", Body: fmt.Appendf(nil, `{"n":%d}`, n)}
	if n%3 == 0 {
		d.Private = fmt.Appendf(nil, `{"name":"person %d"}`, n)
	}
	return d
}

// twenty makes a data directory with a journal of twenty entries, checkpoints at ten and twenty, and a blob.
func twenty(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fill(t, openLog(t, s), 1, 20)
	if _, err := s.PutBlob(t.Context(), []byte("evidence")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func fill(t testing.TB, l *journal.Log, from, to int) {
	t.Helper()
	for n := from; n <= to; n++ {
		d := numbered(n)
		if n == 1 {
			d = openedBy(signer(t))
		}
		if err := l.Append(t.Context(), []journal.Draft{d}); err != nil {
			t.Fatal(err)
		}
		if n%10 == 0 {
			if _, err := l.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// verifyDir verifies a data directory as the command does.
func verifyDir(t testing.TB, dir, pin string) journal.Verdict {
	t.Helper()
	s, err := OpenReadOnly(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	v, err := journal.Verify(t.Context(), journal.Stored(s), pin)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// tampered runs SQL on the file as somebody does who owns the disk: without triggers, and without the mark of how far was acknowledged.
func tampered(t testing.TB, dir, sql string) {
	t.Helper()
	for _, table := range []string{"record", "node", "checkpoint", "blob"} {
		for _, act := range []string{"update", "delete"} {
			sql = fmt.Sprintf("DROP TRIGGER %s_%s;", table, act) + sql
		}
	}
	changed(t, dir, sql)
}

// changed runs SQL on the file.
func changed(t testing.TB, dir, sql string) {
	t.Helper()
	conn, err := sqlite3.Open(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := os.Remove(markName(filepath.Join(dir, FileName))); err != nil {
		t.Fatal(err)
	}
	if err := conn.Exec(sql); err != nil {
		t.Fatal(err)
	}
}

func TestTamperingIsNamed(t *testing.T) {
	edit := func(from, to string, where string) string {
		return fmt.Sprintf(`UPDATE record SET raw = cast(replace(cast(raw AS TEXT), '%s', '%s') AS BLOB) WHERE %s;`, from, to, where)
	}
	for name, c := range map[string]struct{ sql, where string }{
		"body edited":              {edit(`"n":7`, `"n":8`, "seq=7"), "entry 7"},
		"body made no JSON":        {edit(`"n":7`, `"n":`, "seq=7"), "entry 7"},
		"actor edited everywhere":  {edit("user:anna", "user:otto", "seq=7") + "UPDATE record SET actor='user:otto' WHERE seq=7", "entry 7"},
		"time edited":              {edit("08:00:07Z", "08:00:06Z", "seq=7"), "entry 7"},
		"number edited":            {edit(`"seq":7`, `"seq":8`, "seq=7"), "entry 7"},
		"row deleted":              {"DELETE FROM record WHERE seq=7; DELETE FROM node WHERE seq=7", "entry 7"},
		"first row deleted":        {"DELETE FROM record WHERE seq=1", "entry 1"},
		"rows exchanged":           {"UPDATE record SET seq=99 WHERE seq=7; UPDATE record SET seq=7 WHERE seq=8; UPDATE record SET seq=8 WHERE seq=99", "entry 7"},
		"two bodies swapped":       {edit(`"n":7`, `"n":x`, "seq=7") + edit(`"n":8`, `"n":7`, "seq=8") + edit(`"n":x`, `"n":8`, "seq=7"), "entry 7"},
		"end cut off":              {"DELETE FROM record WHERE seq>15; DELETE FROM node WHERE seq>15", "entries 16 to 20"},
		"end of records cut off":   {"DELETE FROM record WHERE seq>15; DELETE FROM checkpoint WHERE size=20", "entry 16"},
		"hashes of the end cut":    {"DELETE FROM node WHERE seq>15", "entry 16"},
		"row added without hashes": {"INSERT INTO record SELECT 21, at, actor, kind, incident, 21, raw, private FROM record WHERE seq=20", "entry 21"},
		"leaf hash edited":         {"UPDATE node SET hashes=zeroblob(32) WHERE seq=7", "entry 7"},
		"inner hash edited":        {"UPDATE node SET hashes=cast(substr(hashes,1,32)||zeroblob(32)||substr(hashes,65) AS BLOB) WHERE seq=8", "entries 7 to 8"},
		"too many hashes":          {"UPDATE node SET hashes=cast(hashes||hashes AS BLOB) WHERE seq=7", "entry 7"},
		"column at":                {"UPDATE record SET at=at+1 WHERE seq=7", "entry 7"},
		"column actor":             {"UPDATE record SET actor='user:otto' WHERE seq=7", "entry 7"},
		"column kind":              {"UPDATE record SET kind='incident.closed' WHERE seq=7", "entry 7"},
		"column incident":          {"UPDATE record SET incident='I2' WHERE seq=7", "entry 7"},
		"column batch":             {"UPDATE record SET batch=1 WHERE seq=7", "entry 7"},
		"private part edited":      {"UPDATE record SET private=cast(replace(cast(private AS TEXT),'person','Person') AS BLOB) WHERE seq=9", "entry 9"},
		"private part moved":       {"UPDATE record SET private=(SELECT private FROM record WHERE seq=6) WHERE seq=9", "entry 9"},
		"private part added":       {"UPDATE record SET private=(SELECT private FROM record WHERE seq=6) WHERE seq=7", "entry 7"},
		"checkpoint edited":        {"UPDATE checkpoint SET note=cast(replace(cast(note AS TEXT),char(10)||'10'||char(10),char(10)||'11'||char(10)) AS BLOB) WHERE size=10", "checkpoint"},
		"checkpoint moved":         {"UPDATE checkpoint SET size=11 WHERE size=10", "checkpoint"},
		"no checkpoint left":       {"DELETE FROM checkpoint", "checkpoint"},
		"blob edited":              {"UPDATE blob SET data=cast('other' AS BLOB)", "blob " + journal.SHA256([]byte("evidence"))},
	} {
		t.Run(name, func(t *testing.T) {
			dir := twenty(t)
			if v := verifyDir(t, dir, signer(t).Public().Fingerprint()); !v.OK {
				t.Fatalf("before: %+v", v)
			}
			tampered(t, dir, c.sql)
			if v := verifyDir(t, dir, ""); v.OK || v.Where != c.where {
				t.Errorf("found %q (%s), want %q", v.Where, v.Why, c.where)
			}
		})
	}
}

// Somebody who writes the whole journal anew has to sign it with a key of their own: only the pin tells.
func TestSignedAnewWithAnotherKey(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	other, err := seal.Generate(origin)
	if err != nil {
		t.Fatal(err)
	}
	l, err := journal.Open(t.Context(), s, journal.Options{Origin: origin, Signer: other, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), []journal.Draft{openedBy(other), numbered(2)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := verifyDir(t, dir, signer(t).Public().Fingerprint()); v.OK || v.Where != "key" {
		t.Errorf("found %+v", v)
	}
	if v := verifyDir(t, dir, ""); !v.OK || v.Pinned {
		t.Errorf("without a pin: %+v", v)
	}
}

// A journal put back to an older state is whole in itself; only another copy can tell, and then says how much is gone.
func TestRolledBack(t *testing.T) {
	dir := twenty(t)
	older, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	fill(t, openLog(t, s), 21, 30)
	back := t.TempDir()
	if err := os.WriteFile(filepath.Join(back, FileName), older, 0o600); err != nil {
		t.Fatal(err)
	}
	if v := verifyDir(t, back, ""); !v.OK || v.Head.Size != 20 {
		t.Errorf("the older state: %+v", v)
	}
	c, err := journal.Compare(t.Context(), journal.Stored(s), journal.Stored(readOnly(t, back)))
	if err != nil || c.Relation != journal.Beyond || c.Common != 20 || c.A.Size != 30 {
		t.Errorf("compared: %+v, %v", c, err)
	}
	s.Close()
}

func readOnly(t testing.TB, path string) *Store {
	t.Helper()
	s, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A hub that starts on a damaged journal shows what is good and takes nothing more.
func TestOpenOnDamage(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		next uint64
	}{
		"after the checkpoint": {`UPDATE record SET kind='x' WHERE seq=23`, 23},
		"the checkpoint":       {`UPDATE checkpoint SET note=zeroblob(9) WHERE size=20`, 26},
		"the tree":             {`UPDATE node SET hashes=zeroblob(length(hashes)) WHERE seq=16`, 26},
	} {
		dir := twenty(t)
		s, err := Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		fill(t, openLog(t, s), 21, 25)
		s.Close()
		tampered(t, dir, c.sql)
		l := openLog(t, open(t, dir))
		if l.ReadOnly() == nil {
			t.Errorf("%s: not read-only", name)
		}
		if c.next == 23 && l.Next() != c.next {
			t.Errorf("%s: next is %d, want %d", name, l.Next(), c.next)
		}
	}
}

// Damage before the last checkpoint is found by the audit, or when the entry is read, and stops the writing.
func TestAuditStopsTheWriting(t *testing.T) {
	dir := twenty(t)
	tampered(t, dir, `UPDATE record SET raw = cast(replace(cast(raw AS TEXT), '"n":7', '"n":8') AS BLOB) WHERE seq=7`)
	l := openLog(t, open(t, dir))
	if l.ReadOnly() != nil {
		t.Fatal(l.ReadOnly())
	}
	if v, err := l.Audit(t.Context(), nil); err != nil || v.Where != "entry 7" || l.ReadOnly() == nil {
		t.Errorf("audit: %+v, %v, read-only: %v", v, err, l.ReadOnly())
	}
	if err := l.Append(t.Context(), []journal.Draft{numbered(30)}); err == nil {
		t.Error("an entry was taken")
	}
}

// A schema that makes no sense is damage like any other: it is said, and brings nobody down. What is in the tables can still be read.
func TestSchemaOfNoSense(t *testing.T) {
	dir := twenty(t)
	changed(t, dir, `PRAGMA writable_schema=1; UPDATE sqlite_schema SET sql = replace(sql, 'length(hashes) >=', 'lengph(hashes) >=') WHERE name = 'node'`)
	s, err := Open(t.Context(), dir)
	if err == nil {
		s.Close()
	}
	if fault.CodeOf(err) != "store.corrupt" {
		t.Errorf("it opens for writing: %v", err)
	}
}
