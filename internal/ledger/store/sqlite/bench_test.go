package sqlite

import (
	"bytes"
	"testing"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

const origin = "blackstart/test"

var start = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

func signer(t testing.TB) *seal.Signer {
	t.Helper()
	s, err := seal.GenerateFrom(origin, bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func openLog(t testing.TB, s journal.Store) *journal.Log {
	t.Helper()
	l, err := journal.Open(t.Context(), s, journal.Options{Origin: origin, Signer: signer(t), Now: func() time.Time { return start }})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// draft is an entry of the size that the target speaks of: about 600 bytes.
func draft() journal.Draft {
	return journal.Draft{At: start, Actor: "user:anna", Kind: "incident.logged", Schema: 1, Incident: "I1", Body: []byte(`{"text":"` + string(bytes.Repeat([]byte("x"), 430)) + `"}`)}
}

func BenchmarkAppendSingle(b *testing.B) { benchmarkAppend(b, 1) }

func BenchmarkAppendGroup128(b *testing.B) { benchmarkAppend(b, 128) }

// benchmarkAppend writes batches of one draft, n of them in a group, onto a real disk, and reports durable entries per second.
func benchmarkAppend(b *testing.B, n int) {
	l := openLog(b, open(b, b.TempDir()))
	group := make([][]journal.Draft, n)
	for i := range group {
		group[i] = []journal.Draft{draft()}
	}
	b.ResetTimer()
	for range b.N {
		if err := l.Append(b.Context(), group...); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "entries/s")
}
