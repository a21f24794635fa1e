package hub_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"blackstart/internal/hub"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// The whole way of a durable entry: rights, decision, encoding, Merkle tree, COMMIT with fsync. One writer, and 128 at once.
func BenchmarkDurableSingle(b *testing.B) { benchmarkDo(b, 1) }
func BenchmarkDurable128(b *testing.B)    { benchmarkDo(b, 128) }

func benchmarkDo(b *testing.B, writers int) {
	store, err := sqlite.Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	h := open(b, store, nil)
	do := func(c hub.Command) {
		if _, err := h.Do(b.Context(), hub.Request{Actor: access.ByConsole, Command: c}); err != nil {
			b.Error(err)
		}
	}
	do(incident.Open{Title: "bench"})
	line := incident.Log{Incident: "inc-1", Text: strings.Repeat("x", 300)}
	b.ResetTimer()
	start := time.Now()
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := w; n < b.N; n += writers {
				do(line)
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "entries/s")
}
