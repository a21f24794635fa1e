package journal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	formats "github.com/transparency-dev/formats/log"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/seal"
)

const origin = "blackstart/test"

var start = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// signerOf makes a fixed key of a name; different seeds are different keys.
func signerOf(t testing.TB, name string, seed byte) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom(name, bytes.NewReader(bytes.Repeat([]byte{seed}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func options(t testing.TB) journal.Options {
	return journal.Options{Origin: origin, Signer: signerOf(t, origin, 7), Now: func() time.Time { return start }}
}

func open(t testing.TB, s journal.Store) *journal.Log {
	t.Helper()
	l, err := journal.Open(t.Context(), s, options(t))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// draft is the n-th of a series of drafts, a second apart.
func draft(n int) journal.Draft {
	return journal.Draft{At: start.Add(time.Duration(n) * time.Second), Actor: "user:anna", Kind: "incident.logged", Schema: 1, Incident: "I1", Body: fmt.Appendf(nil, `{"n":%d}`, n)}
}

// filled is a JSON object of n bytes and a few.
func filled(n int) []byte { return []byte(`{"a":"` + strings.Repeat("x", n) + `"}`) }

func entries(t testing.TB, l *journal.Log) (all []journal.Entry) {
	t.Helper()
	for e, err := range l.Entries(t.Context(), 1, ^uint64(0)) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func TestAppendIsReadBack(t *testing.T) {
	l := open(t, new(journaltest.Memory))
	if l.Next() != 1 || !l.Last().IsZero() {
		t.Errorf("an empty log has next %d, last %s", l.Next(), l.Last())
	}
	d := draft(2)
	d.Private = []byte(` {"name": "Anna"} `)
	d.HappenedAt = start.Add(-time.Hour)
	if err := l.Append(t.Context(), []journal.Draft{draft(1), d}, []journal.Draft{draft(3)}); err != nil {
		t.Fatal(err)
	}
	all := entries(t, l)
	if len(all) != 3 || l.Next() != 4 || !l.Last().Equal(draft(3).At) {
		t.Fatalf("%d entries, next %d, last %s", len(all), l.Next(), l.Last())
	}
	for i, batch := range []uint64{1, 1, 3} {
		if e := all[i]; e.Seq != uint64(i+1) || e.Batch != batch || string(e.Body) != fmt.Sprintf(`{"n":%d}`, i+1) {
			t.Errorf("entry %d is %+v, want batch %d", i+1, e.Record, batch)
		}
	}
	if e := all[1]; string(e.Unsalted()) != `{"name":"Anna"}` || e.Private != journal.SHA256(e.Salted) || !e.HappenedAt.Equal(d.HappenedAt) {
		t.Errorf("the private part came back as %s, happened at %s", e.Unsalted(), e.HappenedAt)
	}
	if e, err := l.Entry(t.Context(), 2); err != nil || e.Seq != 2 {
		t.Errorf("Entry(2) = %d, %v", e.Seq, err)
	}
	if _, err := l.Entry(t.Context(), 4); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Entry(4): %v", err)
	}
}

func TestRefusedDraftsChangeNothing(t *testing.T) {
	l := open(t, new(journaltest.Memory))
	if err := l.Append(t.Context(), []journal.Draft{draft(5)}); err != nil {
		t.Fatal(err)
	}
	head := l.Head()
	for name, change := range map[string]func(*journal.Draft){
		"time runs backwards":        func(d *journal.Draft) { d.At = start },
		"no time":                    func(d *journal.Draft) { d.At = time.Time{} },
		"no kind":                    func(d *journal.Draft) { d.Kind = "" },
		"kind in capitals":           func(d *journal.Draft) { d.Kind = "Incident.Opened" },
		"no actor":                   func(d *journal.Draft) { d.Actor = "" },
		"actor is no UTF-8":          func(d *journal.Draft) { d.Actor = "\xff" },
		"no schema":                  func(d *journal.Draft) { d.Schema = 0 },
		"body is a list":             func(d *journal.Draft) { d.Body = []byte(`[]`) },
		"body has a name twice":      func(d *journal.Draft) { d.Body = []byte(`{"a":1,"a":2}`) },
		"body goes on":               func(d *journal.Draft) { d.Body = []byte(`{}{}`) },
		"body is too large":          func(d *journal.Draft) { d.Body = filled(journal.MaxRecord) },
		"private part has a salt":    func(d *journal.Draft) { d.Private = []byte(`{"salt":"x"}`) },
		"private part is no object":  func(d *journal.Draft) { d.Private = []byte(`"Anna"`) },
		"private part is too large":  func(d *journal.Draft) { d.Private = filled(journal.MaxPrivate) },
		"incident is longer than ok": func(d *journal.Draft) { d.Incident = string(bytes.Repeat([]byte("i"), journal.MaxField+1)) },
	} {
		d := draft(7)
		change(&d)
		if err := l.Append(t.Context(), []journal.Draft{draft(6), d}); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
	if err := l.Append(t.Context(), make([]journal.Draft, journal.MaxGroup+1)); fault.CodeOf(err) != "journal.group" {
		t.Errorf("a group above the bound: %v", err)
	}
	if l.Head() != head || l.ReadOnly() != nil {
		t.Errorf("head moved from %s to %s, read-only: %v", head.Short(), l.Head().Short(), l.ReadOnly())
	}
}

func TestBrokenStoreMakesReadOnly(t *testing.T) {
	s := new(journaltest.Memory)
	l := open(t, s)
	if err := l.Append(t.Context(), []journal.Draft{draft(1)}); err != nil {
		t.Fatal(err)
	}
	gone := errors.New("the disk is gone")
	s.Break(gone)
	if err := l.Append(t.Context(), []journal.Draft{draft(2)}); !errors.Is(err, gone) {
		t.Errorf("append on a broken store: %v", err)
	}
	s.Break(nil)
	if err := l.Append(t.Context(), []journal.Draft{draft(2)}); fault.CodeOf(err) != "journal.readonly" || l.ReadOnly() == nil {
		t.Errorf("append after the break: %v", err)
	}
	if _, err := l.Checkpoint(t.Context()); err == nil {
		t.Error("a checkpoint was signed while read-only")
	}
	if l.Next() != 2 || len(entries(t, l)) != 1 {
		t.Errorf("next is %d", l.Next())
	}
}

func TestCancelledAppendHarmsNothing(t *testing.T) {
	l := open(t, new(journaltest.Memory))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Append(ctx, []journal.Draft{draft(1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("append with a cancelled context: %v", err)
	}
	if err := l.Append(t.Context(), []journal.Draft{draft(1)}); err != nil {
		t.Error(err)
	}
}

// An independent implementation reads our checkpoints.
func TestCheckpointIsReadByOthers(t *testing.T) {
	l := open(t, new(journaltest.Memory))
	if _, err := l.Checkpoint(t.Context()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("checkpoint of nothing: %v", err)
	}
	if err := l.Append(t.Context(), []journal.Draft{draft(1), draft(2), draft(3)}); err != nil {
		t.Fatal(err)
	}
	data, err := l.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, rest, _, err := formats.ParseCheckpoint(data, origin, signerOf(t, origin, 7).Public().NoteVerifier(origin))
	if err != nil {
		t.Fatal(err)
	}
	if root := l.Head().Root; c.Size != 3 || !bytes.Equal(c.Hash, root[:]) || len(rest) != 0 {
		t.Errorf("others read size %d, root %x, rest %q", c.Size, c.Hash, rest)
	}
	if again, err := l.Checkpoint(t.Context()); err != nil || !bytes.Equal(again, data) || !bytes.Equal(l.LastCheckpoint(), data) {
		t.Errorf("the same checkpoint again: %v", err)
	}
}

func TestDue(t *testing.T) {
	now := start
	o := options(t)
	o.Now = func() time.Time { return now }
	l, err := journal.Open(t.Context(), new(journaltest.Memory), o)
	if err != nil {
		t.Fatal(err)
	}
	if !l.Due().IsZero() {
		t.Error("an empty log is due")
	}
	add := func(n int) {
		t.Helper()
		for range n {
			if err := l.Append(t.Context(), []journal.Draft{draft(1)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(1)
	if l.Due().After(now) {
		t.Error("the first entry is not due at once")
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	add(1)
	if want := now.Add(journal.CheckpointEvery); !l.Due().Equal(want) {
		t.Errorf("due %s, want %s", l.Due(), want)
	}
	add(journal.CheckpointEntries - 1)
	if l.Due().After(now) {
		t.Errorf("%d entries are not due at once", journal.CheckpointEntries)
	}
}

func TestOpenWithAnotherKey(t *testing.T) {
	s := new(journaltest.Memory)
	l := open(t, s)
	if err := l.Append(t.Context(), []journal.Draft{draft(1)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := options(t)
	o.Signer = signerOf(t, origin, 8)
	l, err := journal.Open(t.Context(), s, o)
	if err != nil || l.ReadOnly() == nil {
		t.Errorf("opened with another key: %v, read-only: %v", err, l.ReadOnly())
	}
	o.Signer = signerOf(t, "other", 7)
	if _, err := journal.Open(t.Context(), s, o); fault.CodeOf(err) != "journal.signer" {
		t.Errorf("a key of another name: %v", err)
	}
}

// Whatever is appended in whatever groups, with a restart after each: the log goes on where it was, and its root is that of the tree over its bytes.
func TestReopenGoesOn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := new(journaltest.Memory)
		n := 0
		for range rapid.IntRange(1, 6).Draw(r, "sessions") {
			l := open(t, s)
			for range rapid.IntRange(0, 4).Draw(r, "groups") {
				var group [][]journal.Draft
				for range rapid.IntRange(0, 3).Draw(r, "batches") {
					var batch []journal.Draft
					for range rapid.IntRange(0, 5).Draw(r, "drafts") {
						n++
						batch = append(batch, draft(n))
					}
					group = append(group, batch)
				}
				if err := l.Append(t.Context(), group...); err != nil {
					r.Fatal(err)
				}
			}
			if rapid.Bool().Draw(r, "checkpoint") && n > 0 {
				if _, err := l.Checkpoint(t.Context()); err != nil {
					r.Fatal(err)
				}
			}
			again := open(t, s)
			if again.ReadOnly() != nil || again.Head() != l.Head() || again.Last() != l.Last() || again.Next() != uint64(n+1) {
				r.Fatalf("reopened at %s, was %s: %v", again.Head().Short(), l.Head().Short(), again.ReadOnly())
			}
		}
	})
}
