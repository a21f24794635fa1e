package cli

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/sqlite"
)

const (
	evidenceOrigin = "blackstart/evidence"
	evidenceSize   = 20
)

var evidenceStart = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// evidenceKey is a fixed key; another seed is another key.
func evidenceKey(t *testing.T, seed byte) *seal.Signer {
	t.Helper()
	key, err := seal.GenerateFrom(evidenceOrigin, bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// evidence writes a journal through the door: twenty entries, a batch of two (5 and 6), a cause (7), an entry made late (8), private parts at every
// third, that of 3 erased by 12, a blob, checkpoints at 10 and 20. What somebody kept from before, the directory at 10 entries, is the second result.
func evidence(t *testing.T) (dir, older string) {
	t.Helper()
	dir, older = filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "older")
	grow(t, dir, 7, 1, 10)
	if err := os.CopyFS(older, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	grow(t, dir, 7, 11, evidenceSize)
	return dir, older
}

// grow appends the entries from one number to another, and signs the head.
func grow(t *testing.T, dir string, seed byte, from, to int) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	key := evidenceKey(t, seed)
	l, err := journal.Open(t.Context(), s, journal.Options{Origin: evidenceOrigin, Signer: key, Now: func() time.Time { return evidenceStart }})
	if err != nil {
		t.Fatal(err)
	}
	for n := from; n <= to; n++ {
		batch := []journal.Draft{evidenceDraft(key, n)}
		if n == 5 {
			n++
			batch = append(batch, evidenceDraft(key, n))
		}
		if err := l.Append(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PutBlob(t.Context(), []byte("evidence")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func evidenceDraft(key *seal.Signer, n int) journal.Draft {
	d := journal.Draft{At: evidenceStart.Add(time.Duration(n) * time.Second), Actor: "user:anna", Kind: "incident.logged", Schema: 1, Incident: "inc-1", Body: fmt.Appendf(nil, `{"n":%d}`, n)}
	switch {
	case n == 1:
		d.Kind, d.Incident, d.Body = journal.KindOpened, "", fmt.Appendf(nil, `{"origin":%q,"key":%q,"drill":false}`, evidenceOrigin, key.Public())
	case n == 7:
		d.Cause = "seq:4"
	case n == 8:
		d.HappenedAt = evidenceStart.Add(-time.Hour)
	case n == 12:
		d.Kind, d.Body = journal.KindShredded, []byte(`{"entries":[3]}`)
	case n%3 == 0:
		d.Private = fmt.Appendf(nil, `{"name":"person %d"}`, n)
	}
	return d
}

// forgery is what somebody does to a data directory, who may have kept an older copy of it.
type forgery func(t *testing.T, dir, older string)

// owner opens the database as somebody does who owns the disk: triggers are no obstacle.
func owner(t *testing.T, dir string, act func(db *sql.DB)) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"record", "node", "checkpoint", "blob"} {
		for _, what := range []string{"update", "delete"} {
			mustExec(t, db, fmt.Sprintf("DROP TRIGGER IF EXISTS %s_%s", table, what))
		}
	}
	act(db)
}

func mustExec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

// forged is a record with its private part, as a forger handles it.
type forged struct {
	raw     string
	private []byte
}

// rewrite is the forger who knows the program: the records are changed, and everything that is computed from them is computed anew and stored, columns,
// leaf hashes, inner hashes; only signatures they cannot make.
func rewrite(change func([]forged) []forged) forgery {
	return func(t *testing.T, dir, _ string) {
		owner(t, dir, func(db *sql.DB) {
			store(t, db, change(forgedLines(t, db)))
		})
	}
}

func forgedLines(t *testing.T, db *sql.DB) (all []forged) {
	t.Helper()
	rows, err := db.Query("SELECT cast(raw AS TEXT), private FROM record ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var l forged
		if err := rows.Scan(&l.raw, &l.private); err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

func store(t *testing.T, db *sql.DB, all []forged) {
	t.Helper()
	mustExec(t, db, "DELETE FROM record")
	mustExec(t, db, "DELETE FROM node")
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) (list []tlog.Hash, err error) {
		for _, i := range indexes {
			list = append(list, hashes[i])
		}
		return list, nil
	})
	for n, l := range all {
		r, err := journal.ParseRecord([]byte(l.raw))
		if err != nil {
			t.Fatal(err)
		}
		own, err := tlog.StoredHashes(int64(n), []byte(l.raw), read)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, own...)
		var node []byte
		for _, h := range own {
			node = append(node, h[:]...)
		}
		var private any // NULL where there is none
		if l.private != nil {
			private = l.private
		}
		mustExec(t, db, "INSERT INTO record (seq, at, actor, kind, incident, batch, raw, private) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", n+1, r.At.UnixNano(), r.Actor, r.Kind, r.Incident, r.Batch, []byte(l.raw), private)
		mustExec(t, db, "INSERT INTO node (seq, hashes) VALUES (?, ?)", n+1, node)
	}
}

// numbered gives every record the number of its place.
func numbered(all []forged) []forged {
	for n := range all {
		_, rest, _ := strings.Cut(all[n].raw, ",")
		all[n].raw = fmt.Sprintf(`{"seq":%d,%s`, n+1, rest)
		if old := n + 1; !strings.Contains(all[n].raw, `"batch":5,`) {
			head, tail, _ := strings.Cut(all[n].raw, `"batch":`)
			_, tail, _ = strings.Cut(tail, ",")
			all[n].raw = fmt.Sprintf(`%s"batch":%d,%s`, head, old, tail)
		}
	}
	return all
}

// raw changes the bytes of one record and nothing else.
func raw(seq int, from, to string) forgery {
	return statement(`UPDATE record SET raw = cast(replace(cast(raw AS TEXT), ?, ?) AS BLOB) WHERE seq = ?`, from, to, seq)
}

// whole changes one record and everything computed from it.
func whole(seq int, from, to string) forgery {
	return rewrite(func(all []forged) []forged {
		all[seq-1].raw = strings.Replace(all[seq-1].raw, from, to, 1)
		return all
	})
}

func statement(query string, args ...any) forgery {
	return func(t *testing.T, dir, _ string) {
		owner(t, dir, func(db *sql.DB) { mustExec(t, db, query, args...) })
	}
}

func both(acts ...forgery) forgery {
	return func(t *testing.T, dir, older string) {
		for _, act := range acts {
			act(t, dir, older)
		}
	}
}

// signedAnew signs the head with a key of the forger's own, under the name of the hub's.
func signedAnew(t *testing.T, dir, _ string) {
	owner(t, dir, func(db *sql.DB) {
		all := forgedLines(t, db)
		mustExec(t, db, "DELETE FROM record")
		mustExec(t, db, "DELETE FROM node")
		mustExec(t, db, "DELETE FROM checkpoint")
		all[0].raw = strings.Replace(all[0].raw, evidenceKey(t, 7).Public().String(), evidenceKey(t, 8).Public().String(), 1)
		store(t, db, all)
	})
	grow(t, dir, 8, evidenceSize+1, evidenceSize+1)
}

// forgedTakeover goes on under another key with a last head of the old hub's that the forger made up.
func forgedTakeover(t *testing.T, dir, older string) {
	old := fmt.Sprintf("%s\n20\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— %s %s\n", evidenceOrigin, evidenceOrigin, strings.Repeat("A", 92))
	rewrite(func(all []forged) []forged {
		return append(all, forged{raw: fmt.Sprintf(`{"seq":21,"at":"2026-11-21T09:00:00Z","happened_at":"2026-11-21T09:00:00Z","actor":"hub:console","kind":"journal.continued","schema":1,"incident":"","cause":"","batch":21,"body":{"old_head":%q,"origin":"blackstart/forger","key":%q},"private":""}`,
			old, evidenceKey(t, 8).Public())})
	})(t, dir, older)
}

const leafFlaw = "its bytes do not have the hash that is stored for it"

// The tamperings that a verifier is for, each through the command line: on the data directory, as somebody who owns the disk, and where it can be done to
// an export, on an export. The verdict names what was done: the entry, or as closely as what is signed allows.
func TestTamperings(t *testing.T) {
	swap := func(text, a, b string) string { return strings.NewReplacer(a, b, b, a).Replace(text) }
	for name, c := range map[string]struct {
		act      forgery
		want     string              // on the data directory
		export   func(string) string // the same on the text of an export; nil where it cannot be
		exported string              // what is said of it
	}{
		"a body is edited":                    {raw(7, `"n":7`, `"n":8`), "entry 7: " + leafFlaw, func(x string) string { return strings.Replace(x, `"n":7}`, `"n":8}`, 1) }, "checkpoint: one of them is not what the checkpoint of 20 entries signs"},
		"a body and all that follows from it": {whole(7, `"n":7`, `"n":8`), "checkpoint: one of them is not what the checkpoint of 10 entries signs", nil, ""},
		"an actor, with its column":           {both(raw(7, "user:anna", "user:otto"), statement(`UPDATE record SET actor='user:otto' WHERE seq=7`)), "entry 7: " + leafFlaw, func(x string) string { return strings.Replace(x, "user:anna", "user:otto", 1) }, "checkpoint: "},
		"an actor, in its column only":        {statement(`UPDATE record SET actor='user:otto' WHERE seq=7`), "entry 7: the columns beside it", nil, ""},
		"a time": {raw(7, `"at":"2026-11-21T08:00:07Z"`, `"at":"2026-11-21T08:00:01Z"`), "entry 7: its time 2026-11-21T08:00:01Z is before that of the entry before it", func(x string) string {
			return strings.Replace(x, `"at":"2026-11-21T08:00:07Z"`, `"at":"2026-11-21T08:00:01Z"`, 1)
		}, "entry 7: its time"},
		"when it happened":          {raw(8, `"happened_at":"2026-11-21T07:00:00Z"`, `"happened_at":"2026-11-21T07:30:00Z"`), "entry 8: " + leafFlaw, func(x string) string { return strings.Replace(x, "T07:00:00Z", "T07:30:00Z", 1) }, "checkpoint: "},
		"a cause":                   {raw(7, `"cause":"seq:4"`, `"cause":"seq:2"`), "entry 7: " + leafFlaw, func(x string) string { return strings.Replace(x, "seq:4", "seq:2", 1) }, "checkpoint: "},
		"a batch":                   {raw(7, `"batch":7`, `"batch":6`), "entry 7: its batch 6 is neither itself nor the batch 5", func(x string) string { return strings.Replace(x, `"batch":7`, `"batch":6`, 1) }, "entry 7: its batch 6"},
		"an entry is deleted":       {statement(`DELETE FROM record WHERE seq=7; DELETE FROM node WHERE seq=7`), "entry 7: it is missing; the next one there is 8", func(x string) string { return without(x, 7) }, "entry 7: "},
		"the last entry is deleted": {statement(`DELETE FROM record WHERE seq=20; DELETE FROM node WHERE seq=20`), "entry 20: missing; a checkpoint covers 20 entries, 19 are there", func(x string) string { return without(x, 20) }, "entry 20: missing"},
		"two entries change places": {statement(`UPDATE record SET seq=99 WHERE seq=7; UPDATE record SET seq=7 WHERE seq=8; UPDATE record SET seq=8 WHERE seq=99`), "entry 7: the record that stands there has number 8", func(x string) string { return reordered(x, 7) }, "entry 7: "},
		"two bodies are swapped":    {both(raw(7, `"n":7`, `"n":0`), raw(10, `"n":10`, `"n":7`), raw(7, `"n":0`, `"n":10`)), "entry 7: " + leafFlaw, func(x string) string { return swap(x, `{"n":7}`, `{"n":10}`) }, "checkpoint: "},
		"an entry is inserted": {rewrite(func(all []forged) []forged {
			return numbered(append(all[:7:7], append([]forged{all[6]}, all[7:]...)...))
		}), "checkpoint: one of them is not what the checkpoint of 10 entries signs", func(x string) string { return strings.Replace(x, "\n", "\n"+strings.SplitN(x, "\n", 2)[0]+"\n", 1) }, "entry 2: "},
		"cut back to an old checkpoint":         {statement(`DELETE FROM record WHERE seq>10; DELETE FROM node WHERE seq>10; DELETE FROM checkpoint WHERE size>10`), "it ends with entry 10 and the checkpoint of 10 entries, but entry 20 and the checkpoint of 20 were acknowledged", nil, ""},
		"cut back, and the mark with it":        {both(statement(`DELETE FROM record WHERE seq>10; DELETE FROM node WHERE seq>10; DELETE FROM checkpoint WHERE size>10`), unmarked), "entry 3: its private part is missing, and no entry says that it was erased" /* the entry that did was cut off */, nil, ""},
		"the last checkpoint is removed":        {statement(`DELETE FROM checkpoint WHERE size=20`), "it ends with entry 20 and the checkpoint of 10 entries, but entry 20 and the checkpoint of 20 were acknowledged", func(x string) string { return x[:strings.Index(x, `{"checkpoint"`)] }, "checkpoint: there is none at the end of the export: it has been cut off"},
		"it is, and the mark with it":           {both(statement(`DELETE FROM checkpoint WHERE size=20`), unmarked), "the last 10 entries stand after the last checkpoint", nil, ""},
		"all checkpoints are removed":           {statement(`DELETE FROM checkpoint`), "checkpoint: there is none, so that nobody vouches for the entries", nil, ""},
		"a checkpoint under another size":       {statement(`UPDATE checkpoint SET size=11 WHERE size=10`), "checkpoint: it signs 10 entries and stands under 11", nil, ""},
		"signed anew with another key":          {signedAnew, "key: the journal is signed with ", nil, ""},
		"signed anew, the key left as it was":   {statement(`UPDATE checkpoint SET note = cast(replace(cast(note AS TEXT), 'blackstart/evidence ', 'blackstart/evidence A') AS BLOB) WHERE size=20`), "checkpoint: ", nil, ""},
		"a made-up takeover":                    {forgedTakeover, "entry 21: could not ", nil, ""},
		"a stored inner hash":                   {statement(`UPDATE node SET hashes=cast(substr(hashes,1,32)||zeroblob(32)||substr(hashes,65) AS BLOB) WHERE seq=8`), "entries 7 to 8: the hash stored over them does not follow from them", nil, ""},
		"a stored leaf hash":                    {statement(`UPDATE node SET hashes=zeroblob(32) WHERE seq=7`), "entry 7: " + leafFlaw, nil, ""},
		"a private part is edited":              {statement(`UPDATE record SET private=cast(replace(cast(private AS TEXT),'person','Person') AS BLOB) WHERE seq=9`), "entry 9: its private part does not have the hash that stands in its record", nil, ""},
		"two private parts are swapped":         {statement(`UPDATE record SET private = CASE seq WHEN 6 THEN (SELECT private FROM record WHERE seq=9) ELSE (SELECT private FROM record WHERE seq=6) END WHERE seq IN (6, 9)`), "entry 6: its private part does not have the hash", nil, ""},
		"a private part is taken away":          {statement(`UPDATE record SET private=NULL WHERE seq=9`), "entry 9: its private part is missing, and no entry says that it was erased", nil, ""},
		"an erased private part is put back":    {putBack, "entry 3: entry 12 erased its private part, and it is here", nil, ""},
		"a drill is passed off as no drill":     {raw(1, `"drill":false`, `"drill":true`), "entry 1: " + leafFlaw, func(x string) string { return strings.Replace(x, `"drill":false`, `"drill":true`, 1) }, "checkpoint: "},
		"a blob is exchanged":                   {statement(`UPDATE blob SET data=cast('other' AS BLOB)`), "blob " + journal.SHA256([]byte("evidence")), nil, ""},
		"the whole is exchanged for an old one": {nil, "entries 11 to 20: missing; the known head covers 20 entries", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, older := evidence(t)
			fp, cli := evidenceKey(t, 7).Public().Fingerprint(), shell{t, nil}
			head := headOf(cli.run(fault.ExitOK, "journal", "head", dir))
			known := []string{"--strict", "journal", "verify", "--key", fp, "--head", head}
			file := filepath.Join(t.TempDir(), "x.jsonl")
			cli.run(fault.ExitOK, append(known[:7:7], dir)...) // the negative control: without the act all is well
			cli.run(fault.ExitOK, "journal", "export", dir, "--out", file)
			cli.run(fault.ExitOK, append(known[:7:7], file)...)
			pinned := known[:5:5] // the head from paper is given only where nothing else tells
			if c.act == nil {
				dir = older
			} else {
				c.act(t, dir, older)
			}
			if !strings.Contains(c.want, "known head") {
				known = pinned
			}
			if out := cli.run(fault.ExitNegative, append(known[:len(known):len(known)], dir)...); !strings.Contains(out, c.want) {
				t.Errorf("of the directory it says\n%swant %q", out, c.want)
			}
			if c.export == nil {
				return
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(c.export(string(text))), 0o600); err != nil {
				t.Fatal(err)
			}
			if out := cli.run(fault.ExitNegative, append(pinned, file)...); !strings.Contains(out, c.exported) {
				t.Errorf("of the export it says\n%swant %q", out, c.exported)
			}
		})
	}
}

// unmarked removes what the directory says of its own end.
func unmarked(t *testing.T, dir, _ string) {
	if err := os.Remove(filepath.Join(dir, sqlite.FileName+"-mark")); err != nil {
		t.Fatal(err)
	}
}

// putBack puts the private part that was erased back, out of an older copy of the directory.
func putBack(t *testing.T, dir, older string) {
	var erased []byte
	owner(t, older, func(db *sql.DB) {
		if err := db.QueryRow("SELECT private FROM record WHERE seq=3").Scan(&erased); err != nil || erased == nil {
			t.Fatal(err)
		}
	})
	statement(`UPDATE record SET private=? WHERE seq=3`, erased)(t, dir, older)
}

func headOf(printed string) string {
	_, rest, _ := strings.Cut(printed, "head ")
	first, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	return first
}

// without leaves a line of an export out.
func without(text string, n int) string {
	all := strings.SplitAfter(text, "\n")
	return strings.Join(append(all[:n-1:n-1], all[n:]...), "")
}

// reordered exchanges a line of an export and the next.
func reordered(text string, n int) string {
	all := strings.SplitAfter(text, "\n")
	all[n-1], all[n] = all[n], all[n-1]
	return strings.Join(all, "")
}
