package journal_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
)

// Whatever is appended, signed, exported, imported under another key and appended again verifies, everywhere and under the key in force; and an export of
// it in which any one byte is another does not.
func TestWhateverIsDoneVerifies(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := new(journaltest.Memory)
		l, n := open(t, s), 0
		add := func(d journal.Draft) {
			if err := l.Append(t.Context(), []journal.Draft{d}); err != nil {
				r.Fatal(err)
			}
		}
		add(opened(t))
		sign := func() {
			if _, err := l.Checkpoint(t.Context()); err != nil {
				r.Fatal(err)
			}
		}
		keeper := signerOf(t, origin, 7)
		for range rapid.IntRange(1, 12).Draw(r, "deeds") {
			switch rapid.SampledFrom([]string{"append", "append", "private", "blob", "sign", "carry over"}).Draw(r, "deed") {
			case "append", "private":
				n++
				d := draft(n)
				d.At = l.Last().Add(time.Second)
				if d.Cause = rapid.StringN(0, 12, 40).Draw(r, "cause"); len(d.Cause)%2 == 1 {
					d.Private = fmt.Appendf(nil, `{"n":%d}`, n)
				}
				add(d)
			case "blob":
				if _, err := s.PutBlob(t.Context(), rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(r, "blob")); err != nil {
					r.Fatal(err)
				}
			case "sign":
				sign()
			case "carry over":
				sign()
				name := fmt.Sprintf("blackstart/%d", l.Next())
				keeper = signerOf(t, name, byte(l.Next()))
				last := l.Last()
				o := journal.Options{Origin: name, Signer: keeper, Now: func() time.Time { return last }}
				to := new(journaltest.Memory)
				v, err := journal.Import(t.Context(), journal.Exported(export(t, s, true)), "", to, func(journal.Verdict) (journal.Options, error) { return o, nil }, "hub:console")
				if err != nil || !v.OK {
					r.Fatalf("%+v, %v", v, err)
				}
				s = to
				if l, err = journal.Open(t.Context(), s, o); err != nil || l.ReadOnly() != nil {
					r.Fatal(err, l.ReadOnly())
				}
			}
		}
		sign()
		path, pin := export(t, s, true), keeper.Public().Fingerprint()
		for _, source := range []journal.Source{journal.Stored(s), journal.Exported(path)} {
			if v := verify(t, source, pin); !v.OK || v.Head != l.Head() || v.Covered != v.Head.Size {
				r.Fatalf("%+v", v)
			}
		}
		seq := rapid.Uint64Range(1, l.Next()-1).Draw(r, "entry")
		if p, err := journal.ProveFrom(t.Context(), journal.Exported(path), seq); err != nil {
			r.Fatal(err)
		} else if e, err := p.Check(keeper.Public()); err != nil || e.Seq != seq {
			r.Fatal(err)
		}
		oneByteOther(t, r, path, pin)
	})
}

func oneByteOther(t *testing.T, r *rapid.T, path, pin string) {
	suffix := rapid.SampledFrom([]string{"", "", journal.PrivateSuffix, journal.BlobsSuffix}).Draw(r, "file")
	data := bytes.Clone(read(t, path+suffix))
	if len(data) == 0 {
		return
	}
	i := rapid.IntRange(0, len(data)-1).Draw(r, "byte")
	data[i] ^= byte(rapid.IntRange(1, 255).Draw(r, "change"))
	write(t, path+suffix, data)
	if v := verify(t, journal.Exported(path), pin); v.OK {
		r.Fatalf("byte %d of the export%s is another, and nobody noticed", i, suffix)
	}
}
