package hub_test

import (
	"errors"
	"os"
	"path/filepath"
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

// The limit beside it: what this disk does with the smallest durable write there is, one page and one fsync, over a file of the WAL's usual size.
func BenchmarkDurableLimit(b *testing.B) {
	f, err := os.Create(filepath.Join(b.TempDir(), "limit"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page, pages := make([]byte, 4096), int64(1000)
	if err := errors.Join(f.Truncate(pages*int64(len(page))), f.Sync()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	start := time.Now()
	for n := range b.N {
		page[0]++
		if _, err := f.WriteAt(page, int64(n)%pages*int64(len(page))); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "entries/s")
}

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
