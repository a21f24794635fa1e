package journal_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// erasing is the draft of an entry that erases private parts; entries is a JSON array.
func erasing(entries string) journal.Draft {
	return journal.Draft{At: start.Add(time.Hour), Actor: "user:lea", Kind: journal.KindShredded, Schema: 1, Body: fmt.Appendf(nil, `{"entries":%s,"basis":"request"}`, entries)}
}

// An erased private part, one that was left out of an export, and one that never was: the verdict keeps them apart, and so does every copy.
func TestErasedLeftOutAndNever(t *testing.T) {
	s, l := small(t)
	if err := l.Append(t.Context(), []journal.Draft{erasing(`[2]`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	e, err := l.Entry(t.Context(), 2)
	if err != nil || e.Salted != nil || e.Private == "" {
		t.Fatalf("entry 2 after its erasure: %q, hash %q, %v", e.Salted, e.Private, err)
	}
	for name, c := range map[string]struct {
		source             journal.Source
		shredded, withheld uint64
	}{
		"the database":                 {journal.Stored(s), 1, 0},
		"an export":                    {journal.Exported(export(t, s, true)), 1, 0},
		"an export without private":    {journal.Exported(export(t, s, false)), 1, 1},
		"one from before, without any": {journal.Exported(before(t)), 0, 2},
	} {
		if v := verify(t, c.source, ""); !v.OK || v.Shredded != c.shredded || v.Withheld != c.withheld {
			t.Errorf("%s: %+v, want %d erased and %d left out", name, v, c.shredded, c.withheld)
		}
	}
}

// before is an export without private parts of the journal before anything was erased.
func before(t *testing.T) string {
	s, _ := small(t)
	return export(t, s, false)
}

// Somebody who kept the side file of an older export cannot put an erased part back unseen.
func TestPutBackIntoAnExport(t *testing.T) {
	old, _ := small(t)
	kept := read(t, export(t, old, true)+journal.PrivateSuffix)
	s, l := small(t)
	if err := l.Append(t.Context(), []journal.Draft{erasing(`[2,4]`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	path := export(t, s, true)
	write(t, path+journal.PrivateSuffix, kept)
	if v := verify(t, journal.Exported(path), ""); v.OK || v.Where != "entry 2" || !strings.Contains(v.Why, "entry 6 erased its private part, and it is here") {
		t.Errorf("verdict %+v", v)
	}
}

// An entry that names what it cannot have erased is none: neither written nor, where somebody wrote it, believed.
func TestErasuresThatAreNone(t *testing.T) {
	for _, entries := range []string{`[]`, `[0]`, `[2,2]`, `[4,2]`, `[6]`, `[7]`, `"2"`, `null`} {
		_, l := small(t)
		if err := l.Append(t.Context(), []journal.Draft{erasing(entries)}); fault.CodeOf(err) != "journal.draft" {
			t.Errorf("%s: %v", entries, err)
		}
		if l.ReadOnly() != nil || l.Next() != 6 {
			t.Errorf("%s: the log did not go on", entries)
		}
	}
}
