//go:build unix

package hub

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/statuspage"
)

// The promise about size is measured on a record of RECORD_SIZE entries (a million) that is played once, from one seed, by commands through the
// whole way of an entry, and kept in build/. Each benchmark wants a process of its own, since it reports the peak of memory:
//
//	go test ./internal/hub -run '^$' -bench MillionRecord -benchtime 1x -timeout 1h && go test ./internal/hub -run '^$' -bench MillionFold -benchtime 1x

// recordSeed makes every machine play the same crisis.
const recordSeed = 20261103

// exportName is the export of the record, beside its database.
const exportName = "export.jsonl"

func recordSize() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("RECORD_SIZE"), 10, 64); err == nil {
		return n
	}
	return 1_000_000
}

func recordDir() string {
	return filepath.Join("..", "..", "build", fmt.Sprintf("record-%d", recordSize()))
}

// BenchmarkMillionRecord plays the record, unless it is there.
func BenchmarkMillionRecord(b *testing.B) {
	if _, err := os.Stat(recordDir()); err == nil {
		return
	}
	if err := os.MkdirAll(filepath.Dir(recordDir()), 0o755); err != nil {
		b.Fatal(err)
	}
	work, err := os.MkdirTemp(filepath.Dir(recordDir()), "record-")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(work)
	playRecord(b, work, recordSize())
	store, err := sqlite.OpenReadOnly(b.Context(), work)
	if err != nil {
		b.Fatal(err)
	}
	exportRecord(b, store, filepath.Join(work, exportName))
	if err := errors.Join(store.Close(), os.Rename(work, recordDir())); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkMillionFold is what a start costs before the door opens: the end checked, the whole record folded into a state.
func BenchmarkMillionFold(b *testing.B) {
	store := openRecord(b)
	defer store.Close()
	b.ResetTimer()
	for range b.N {
		h, err := Open(b.Context(), Options{Store: store})
		if err != nil {
			b.Fatal(err)
		}
		if got := h.log.Head().Size; got < recordSize() {
			b.Fatalf("%d entries", got)
		}
	}
	reportPeak(b)
}

// BenchmarkMillionVerifyDir is `blackstart journal verify` on the data directory.
func BenchmarkMillionVerifyDir(b *testing.B) {
	store := openRecord(b)
	defer store.Close()
	benchmarkVerify(b, journal.Stored(store))
}

// BenchmarkMillionVerifyExport is the same on an export with its side files.
func BenchmarkMillionVerifyExport(b *testing.B) {
	openRecord(b).Close()
	benchmarkVerify(b, journal.Exported(filepath.Join(recordDir(), exportName)))
}

func benchmarkVerify(b *testing.B, source journal.Source) {
	b.ResetTimer()
	for range b.N {
		v, err := journal.Verify(b.Context(), source, "")
		if err != nil || !v.OK {
			b.Fatalf("%+v, %v", v, err)
		}
	}
	reportPeak(b)
}

func openRecord(b *testing.B) *sqlite.Store {
	b.Helper()
	if _, err := os.Stat(recordDir()); err != nil {
		b.Skip("there is no record yet: run the benchmark MillionRecord first")
	}
	store, err := sqlite.OpenReadOnly(b.Context(), recordDir())
	if err != nil {
		b.Fatal(err)
	}
	return store
}

func exportRecord(b *testing.B, store journal.Store, file string) {
	b.Helper()
	var to [3]*os.File
	for n, name := range []string{file, file + journal.PrivateSuffix, file + journal.BlobsSuffix} {
		f, err := os.Create(name)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		to[n] = f
	}
	if _, err := journal.Export(b.Context(), store, journal.ExportTo{Records: to[0], Private: to[1], Blobs: to[2]}, nil); err != nil {
		b.Fatal(err)
	}
}

// reportPeak reports the seconds of one round and the most memory that this process ever had resident; and the seconds of processor time of the
// whole process, which say more than the clock on a machine that others use too.
func reportPeak(b *testing.B) {
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s")
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		b.ReportMetric(float64(used.Utime.Nano()+used.Stime.Nano())/1e9, "cpu-s")
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return // not Linux
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(kb), " kB"), 64)
			b.ReportMetric(n/1024, "peak-MB")
		}
	}
}

// playRecord plays a long crisis at the example provider: six people write, machines report, hosts are cut off and opened again.
func playRecord(b *testing.B, dir string, size uint64) {
	b.Helper()
	store, err := sqlite.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}()
	p := playOn(b, store)
	p.adoptInsurers()
	p.approver("benno", "Ben Buche")
	p.approver("cleo", "Cleo Clausen")
	p.as("user:anna", incident.Open{Title: "Verschlüsselung im Rechenzentrum Süd"})
	w := writer{played: p, random: rand.New(rand.NewPCG(recordSeed, 1))}
	for x := range p.state.Cell.All() {
		w.cells = append(w.cells, x.ID)
	}
	for host := range p.state.Catalogue.Current.Hosts {
		w.hosts = append(w.hosts, order.Host(catalogue.NewRef(catalogue.RefHost, p.state.Catalogue.Current.Hosts[host].ID)))
	}
	for p.log.Next() <= size {
		w.group()
		if w.random.IntN(20) == 0 {
			w.containment()
		}
		if due := p.log.Due(); !due.IsZero() && !due.After(p.clock.now) {
			if _, err := p.log.Checkpoint(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if _, err := p.log.Checkpoint(b.Context()); err != nil {
		b.Fatal(err)
	}
}

// writer plays what happens all day long.
type writer struct {
	*played
	random *rand.Rand
	cells  []cell.ID
	hosts  []order.Host
	count  int
	cut    int // measures so far
}

// group lets a group of requests queue up in a fixed order behind the pen, and then serves them all: the same record on every machine, and one
// commit for all, as under load.
func (w *writer) group() {
	w.clock.now = w.clock.now.Add(time.Duration(30+w.random.IntN(60)) * time.Second)
	w.writers.mu.Lock()
	w.writers.busy = true
	w.writers.mu.Unlock()
	done := make(chan error, maxGroup)
	for n := range maxGroup {
		r := w.request()
		go func() {
			_, err := w.Do(context.WithoutCancel(w.Context()), r)
			done <- err
		}()
		for w.Waiting() <= n {
			runtime.Gosched()
		}
	}
	w.serve(w.Context())
	for range maxGroup {
		if err := <-done; err != nil {
			w.Fatal(err)
		}
	}
}

// request is one of the things that fill a record: what people say, what probes and people see, what is switched.
func (w *writer) request() Request {
	w.count++
	r := Request{Actor: "user:anna", HappenedAt: w.clock.now.Add(-time.Duration(w.random.IntN(3600)) * time.Second)}
	if w.random.IntN(2) == 0 {
		r.Key = fmt.Sprintf("form/%08x-%012d", w.random.Uint32(), w.count)
	}
	switch n := w.random.IntN(1000); {
	case n < 500:
		r.Command = incident.Log{Incident: "inc-1", Text: w.sentence(60 + w.random.IntN(400))}
	case n < 994:
		id := w.cells[w.count%len(w.cells)]
		now, _ := w.state.Cell.Find(id)
		c := cell.Normal
		if now.Condition == cell.Normal {
			c = []cell.Condition{cell.Degraded, cell.Failed}[w.random.IntN(2)]
		}
		r.Command = cell.Observe{Cells: []cell.ID{id}, Condition: c, Source: "person"}
	default:
		r.Command = statuspage.Publish{Incident: "inc-1", DE: w.sentence(300), EN: w.sentence(280)}
	}
	return r
}

var vocabulary = strings.Fields("Forensik bestätigt den Einstieg über das alte VPN der Zugang ist geschlossen und die Kasse arbeitet mit Papier Sicherung von Dienstag ist sauber " +
	"Telefonat mit der Leitung Rückruf um zehn Uhr Server wird neu aufgesetzt Netzbereich getrennt Lage unverändert Meldung an die Behörde vorbereitet")

func (w *writer) sentence(length int) string {
	var s strings.Builder
	for s.Len() < length {
		s.WriteString(vocabulary[w.random.IntN(len(vocabulary))])
		s.WriteByte(' ')
	}
	return strings.TrimSpace(s.String())
}

// containment cuts a host off: proposal, order, approval, receipt, look from outside.
func (w *writer) containment() {
	if w.cut == len(w.hosts) {
		return
	}
	host := w.hosts[w.cut]
	w.cut++
	w.agent(host)
	w.as("user:anna", contain.Propose{Incident: "inc-1", Host: catalogue.Ref(host), Reason: w.sentence(80)})
	id := order.ID(fmt.Sprintf("m-%d-cut", w.cut))
	w.approve(id, "benno")
	w.carry(id, host)
	w.look(contain.ID(fmt.Sprintf("m-%d", w.cut)), false)
}
