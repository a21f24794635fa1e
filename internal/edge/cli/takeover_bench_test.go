package cli

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/sqlite"
)

// copying is a record in a directory with one copy of it.
type copying struct {
	log    *journal.Log
	target *backup.Target
	stick  string
	paper  string // file with the identity
}

func newCopying(b *testing.B) *copying {
	b.Helper()
	dir := b.TempDir()
	c := &copying{stick: filepath.Join(dir, "stick"), paper: filepath.Join(dir, "paper")}
	store, err := sqlite.Open(b.Context(), filepath.Join(dir, "old"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { store.Close() })
	key, err := seal.Generate("blackstart/bench")
	if err != nil {
		b.Fatal(err)
	}
	if c.log, err = journal.Open(b.Context(), store, journal.Options{Origin: key.Name(), Signer: key, Now: time.Now}); err != nil {
		b.Fatal(err)
	}
	c.append(b, journal.Draft{Kind: journal.KindOpened, Body: fmt.Appendf(nil, `{"origin":%q,"key":%q,"drill":false}`, key.Name(), key.Public())})
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(c.paper, []byte(identity.String()+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.Mkdir(c.stick, 0o700); err != nil {
		b.Fatal(err)
	}
	c.target = backup.NewTarget(c.stick, backup.Record{Store: store, Log: c.log, Key: key, Since: 1, To: []age.Recipient{identity.Recipient()}, Token: backup.NewToken(),
		Now: time.Now, Addresses: func() []netip.AddrPort { return nil }, Claimed: func(backup.Claim, string) {}})
	return c
}

func (c *copying) append(b *testing.B, drafts ...journal.Draft) {
	b.Helper()
	for n := range drafts {
		drafts[n].At, drafts[n].Actor, drafts[n].Schema = time.Now(), "user:anna", 1
	}
	if err := c.log.Append(b.Context(), drafts); err != nil {
		b.Fatal(err)
	}
}

// lines are n entries of a log book, of the usual length, each third by a person who is named.
func lines(n int) []journal.Draft {
	drafts := make([]journal.Draft, n)
	for i := range drafts {
		drafts[i] = journal.Draft{Kind: "incident.logged", Body: fmt.Appendf(nil, `{"incident":"inc-1","text":%q}`, strings.Repeat("x", 300))}
		if i%3 == 0 {
			drafts[i].Private = []byte(`{"caller":"Anna Ahorn"}`)
		}
	}
	return drafts
}

// From a copy of 100,000 entries to a verified record in a new directory under a new key, as the command does it.
func BenchmarkTakeover100k(b *testing.B) {
	c := newCopying(b)
	for range 100 {
		c.append(b, lines(1000)...)
	}
	if err := c.target.Round(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for n := range b.N {
		var out strings.Builder
		if code := Main([]string{"takeover", c.stick, "--data", filepath.Join(b.TempDir(), fmt.Sprint(n)), "--identity", c.paper, "--even-though-taken-over"},
			IO{Ctx: b.Context(), Out: &out, Err: &out}); code != fault.ExitOK {
			b.Fatalf("exit %d: %s", code, &out)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "takeover-s")
}

// How long an entry is at most in the record and in no copy, while ten a second are written: what is lost with the hub.
func BenchmarkCopyBehind(b *testing.B) {
	c := newCopying(b)
	ctx, stop := context.WithCancel(b.Context())
	var copier sync.WaitGroup
	copier.Go(func() { c.target.Run(ctx) })
	written := []time.Time{time.Now()} // entry n stands at n-1
	var worst time.Duration
	arrived := uint64(0)
	for range 300 {
		c.append(b, lines(1)...)
		written = append(written, time.Now())
		time.Sleep(100 * time.Millisecond)
		for to := c.target.State().Entries; arrived < to; arrived++ {
			worst = max(worst, time.Since(written[arrived]))
		}
	}
	stop()
	copier.Wait()
	b.ReportMetric(worst.Seconds(), "behind-s")
}
