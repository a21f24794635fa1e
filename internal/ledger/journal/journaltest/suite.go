package journaltest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// Run holds a store to the contract of journal.Store. Each part gets an empty store of its own from open.
func Run(t *testing.T, open func(t *testing.T) journal.Store) {
	for _, part := range []struct {
		name string
		test func(*testing.T, journal.Store)
	}{
		{"rows come back as they went in", rowsComeBack},
		{"a gap or a repetition stores nothing", gaps},
		{"what is shredded is gone, and nothing else", shredded},
		{"pages are bounded", pages},
		{"checkpoints", checkpoints},
		{"blobs", blobs},
		{"secrets", secrets},
		{"a cancelled write does nothing", cancelled},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, open(t)) })
	}
}

// row makes a row as a store sees it: bytes without meaning. Every third has a private part.
func row(seq uint64) journal.Row {
	r := journal.Row{
		Columns: journal.Columns{Seq: seq, At: time.Unix(1_700_000_000, int64(seq)).UTC(), Actor: "user:ä\x00", Kind: "k", Incident: "", Batch: 1},
		Raw:     bytes.Repeat([]byte{byte(seq), 0, 0xff}, 10),
		Hashes:  []tlog.Hash{{byte(seq)}, {0xff}},
	}
	if seq%3 == 0 {
		r.Private = []byte{0, byte(seq)}
	}
	return r
}

func rowRange(from, to uint64) (rows []journal.Row) {
	for seq := from; seq <= to; seq++ {
		rows = append(rows, row(seq))
	}
	return rows
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func isKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want a fault of kind %d", what, err, kind)
	}
}

func extent(t *testing.T, s journal.Store, want uint64) {
	t.Helper()
	records, hashes, err := s.Extent(t.Context())
	ok(t, err)
	if records != want || hashes != want {
		t.Errorf("the extent is %d records and hashes of %d, want %d", records, hashes, want)
	}
}

func rowsComeBack(t *testing.T, s journal.Store) {
	ctx := t.Context()
	extent(t, s, 0)
	ok(t, s.Append(ctx, rowRange(1, 2)))
	ok(t, s.Append(ctx, rowRange(3, 10)))
	extent(t, s, 10)
	page, err := s.Page(ctx, 2, 9)
	ok(t, err)
	same(t, "page", page, rowRange(2, 9))
	page, err = s.Page(ctx, 11, 20)
	ok(t, err)
	same(t, "page beyond the end", len(page), 0)
	hashes, err := s.Hashes(ctx, 7)
	ok(t, err)
	same(t, "hashes", hashes, row(7).Hashes)
	_, err = s.Hashes(ctx, 11)
	isKind(t, "hashes beyond the end", err, fault.NotFound)
}

func gaps(t *testing.T, s journal.Store) {
	ctx := t.Context()
	isKind(t, "begin with 2", s.Append(ctx, rowRange(2, 3)), fault.Conflict)
	ok(t, s.Append(ctx, rowRange(1, 3)))
	isKind(t, "repeat 3", s.Append(ctx, rowRange(3, 4)), fault.Conflict)
	isKind(t, "leave 5 out", s.Append(ctx, []journal.Row{row(4), row(6)}), fault.Conflict)
	extent(t, s, 3)
	ok(t, s.Append(ctx, rowRange(4, 4)))
	extent(t, s, 4)
}

func shredded(t *testing.T, s journal.Store) {
	ctx := t.Context()
	ok(t, s.Append(ctx, rowRange(1, 9)))
	eraser := row(10)
	eraser.Shreds = []uint64{3, 4, 9} // 4 has no private part: there is nothing to erase, and no fault
	gap := row(12)
	gap.Shreds = []uint64{6}
	ok(t, s.Append(ctx, []journal.Row{eraser}))
	isKind(t, "an erasure that cannot be stored", s.Append(ctx, []journal.Row{gap}), fault.Conflict)
	want := rowRange(1, 10)
	want[2].Private, want[8].Private = nil, nil
	page, err := s.Page(ctx, 1, 10)
	ok(t, err)
	same(t, "what is left", page, want)
	again := row(11)
	again.Shreds = []uint64{3}
	ok(t, s.Append(ctx, []journal.Row{again})) // gone already
}

func pages(t *testing.T, s journal.Store) {
	ctx := t.Context()
	ok(t, s.Append(ctx, rowRange(1, journal.PageRows+5)))
	page, err := s.Page(ctx, 1, journal.PageRows+5)
	ok(t, err)
	if len(page) == 0 || len(page) > journal.PageRows {
		t.Errorf("a page has %d rows, want 1 to %d", len(page), journal.PageRows)
	}
	big := row(journal.PageRows + 6)
	big.Raw = make([]byte, journal.PageBytes+1)
	ok(t, s.Append(ctx, []journal.Row{big, row(journal.PageRows + 7)}))
	page, err = s.Page(ctx, big.Seq, big.Seq+1)
	ok(t, err)
	if len(page) != 1 || len(page[0].Raw) != len(big.Raw) {
		t.Errorf("a page of one large row has %d rows", len(page))
	}
}

func checkpoints(t *testing.T, s journal.Store) {
	ctx := t.Context()
	none, err := s.LastCheckpoint(ctx)
	ok(t, err)
	same(t, "no checkpoint", none, journal.Checkpoint{})
	first, second := journal.Checkpoint{Size: 3, Note: []byte("three")}, journal.Checkpoint{Size: 20, Note: []byte("twenty")}
	ok(t, s.PutCheckpoint(ctx, first))
	ok(t, s.PutCheckpoint(ctx, second))
	ok(t, s.PutCheckpoint(ctx, first)) // again: nothing changes
	isKind(t, "another one of the same size", s.PutCheckpoint(ctx, journal.Checkpoint{Size: 3, Note: []byte("other")}), fault.Conflict)
	last, err := s.LastCheckpoint(ctx)
	ok(t, err)
	same(t, "last", last, second)
	all, err := s.Checkpoints(ctx, 0)
	ok(t, err)
	same(t, "all", all, []journal.Checkpoint{first, second})
	all, err = s.Checkpoints(ctx, 3)
	ok(t, err)
	same(t, "after 3", all, []journal.Checkpoint{second})
}

func blobs(t *testing.T, s journal.Store) {
	ctx := t.Context()
	_, err := s.Blob(ctx, journal.SHA256([]byte("x")))
	isKind(t, "no such blob", err, fault.NotFound)
	var names []string
	for _, data := range []string{"", "a\x00b", "a\x00b"} {
		name, err := s.PutBlob(ctx, []byte(data))
		ok(t, err)
		same(t, "name", name, journal.SHA256([]byte(data)))
		back, err := s.Blob(ctx, name)
		ok(t, err)
		same(t, "blob", string(back), data)
		names = append(names, name)
	}
	all, err := s.Blobs(ctx, "")
	ok(t, err)
	same(t, "names", all, []string{min(names[0], names[1]), max(names[0], names[1])})
	all, err = s.Blobs(ctx, all[0])
	ok(t, err)
	same(t, "names after the first", all, []string{max(names[0], names[1])})
	_, err = s.PutBlob(ctx, make([]byte, journal.MaxBlob+1))
	isKind(t, "too large", err, fault.Invalid)
}

func secrets(t *testing.T, s journal.Store) {
	ctx := t.Context()
	_, err := s.Secret(ctx, "a")
	isKind(t, "no such secret", err, fault.NotFound)
	for _, v := range []journal.Secret{{Name: "user/b", Value: []byte{0}}, {Name: "user/a", Value: []byte("1")}, {Name: "userx", Value: []byte{}}, {Name: "user/a", Value: []byte("2")}} {
		ok(t, s.PutSecret(ctx, v.Name, v.Value))
		back, err := s.Secret(ctx, v.Name)
		ok(t, err)
		same(t, "secret", back, v.Value)
	}
	all, err := s.Secrets(ctx, "user/")
	ok(t, err)
	same(t, "by prefix", all, []journal.Secret{{Name: "user/a", Value: []byte("2")}, {Name: "user/b", Value: []byte{0}}})
	ok(t, s.DeleteSecret(ctx, "user/a"))
	ok(t, s.DeleteSecret(ctx, "user/a"))
	_, err = s.Secret(ctx, "user/a")
	isKind(t, "removed", err, fault.NotFound)
}

func cancelled(t *testing.T, s journal.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Append(ctx, rowRange(1, 1)); err == nil {
		t.Error("a cancelled append succeeded")
	}
	extent(t, s, 0)
	ok(t, s.Append(t.Context(), rowRange(1, 1))) // and harms nothing
}
