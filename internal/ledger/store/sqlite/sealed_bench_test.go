package sqlite

import (
	"crypto/rand"
	"testing"

	"blackstart/internal/ledger/journal"
)

// What sealing costs: the same durable appends as in the clear, through the cipher.
func BenchmarkSealedAppendSingle(b *testing.B) {
	key := make(Key, KeyBytes)
	rand.Read(key)
	s, err := OpenSealed(b.Context(), b.TempDir(), key)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	l := openLog(b, s)
	b.ResetTimer()
	for range b.N {
		if err := l.Append(b.Context(), []journal.Draft{draft()}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
