package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/durable"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

// JournalExportCmd writes a journal into a file that others can verify. The hub may be running.
type JournalExportCmd struct {
	Dir            string `arg:"" help:"Data directory."`
	Out            string `required:"" placeholder:"F" help:"File to write; private parts go to F.private, blobs to F.blobs."`
	WithoutPrivate bool   `help:"Leave the private parts out; the export verifies all the same."`
}

// Run exports, then reads the export back and verifies it: that is what its receiver will do.
func (c JournalExportCmd) Run(io *IO) error {
	store, err := io.openReadOnly(c.Dir)
	if err != nil {
		return err
	}
	defer store.Close()
	key, err := hubKey(io, store)
	if err != nil {
		return err
	}
	if err := c.write(io, store, key); err != nil {
		return err
	}
	v, err := journal.Verify(io.Ctx, journal.Exported(c.Out), "")
	if err != nil {
		return err
	}
	if key != nil { // the directory itself vouches for its own key
		v.Pinned = len(v.Custody) > 0 && v.Custody[len(v.Custody)-1].Fingerprint == key.Public().Fingerprint()
	}
	return printVerdict(io, c.Out, "export", v)
}

// hubKey gives the hub's key, with which the head is signed if entries stand after the last checkpoint; nil if the directory has none.
func hubKey(io *IO, store *sqlite.Store) (*seal.Signer, error) {
	file, err := store.Secret(io.Ctx, journal.HubKey)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return seal.ParseSigner(file)
}

// write writes the files of the export, none of which may be there: a side file left from another export would be taken for this one's.
func (c JournalExportCmd) write(io *IO, store *sqlite.Store, key *seal.Signer) (err error) {
	var files []*os.File
	defer func() {
		for _, f := range files {
			err = errors.Join(err, f.Sync(), f.Close())
			if err != nil {
				os.Remove(f.Name())
			}
		}
	}()
	for _, name := range []string{c.Out, c.Out + journal.BlobsSuffix, c.Out + journal.PrivateSuffix} {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			return fault.New(fault.Conflict, "cli.exists", "could not write %s: it is already there", name).Hinted("name a new file")
		}
		if err != nil {
			return fault.New(fault.Unavailable, "cli.write", "could not write the export: %w", err)
		}
		files = append(files, f)
	}
	to := journal.ExportTo{Records: files[0], Blobs: files[1], Private: files[2]}
	if c.WithoutPrivate {
		to.Private = nil
	}
	_, err = journal.Export(io.Ctx, store, to, key)
	if c.WithoutPrivate && err == nil {
		files[2].Close()
		files, err = files[:2], os.Remove(c.Out+journal.PrivateSuffix)
	}
	return err
}

// JournalImportCmd goes on from an export in a new data directory.
type JournalImportCmd struct {
	File string `arg:"" help:"Export, with its side files beside it."`
	Data string `required:"" type:"path" placeholder:"DIR" help:"Data directory to make; it must not hold anything."`
	Key  string `placeholder:"FP" help:"Fingerprint of the key of the old hub, known from elsewhere: SHA256:…"`
}

// Run imports into a new directory and prints the verdict.
func (c JournalImportCmd) Run(io *IO) error {
	var v journal.Verdict
	var key *seal.Signer
	err := newDirectory(c.Data, func(work string) (bool, error) {
		var err error
		if v, key, err = c.into(io, work); err == nil && v.OK {
			err = wholeHouse(io.Ctx, work, c.File)
		}
		return v.OK, err
	})
	if err != nil {
		return err
	}
	if v.OK && !io.JSON {
		fmt.Fprintf(io.Out, "from now on this journal is %s, its key %s\n", key.Name(), key.Public().Fingerprint())
		fmt.Fprintln(io.Out, "what does not travel: passwords ('blackstart user password'), tokens, the authority of TLS, and the trust of agents: bring them over by an order of class trust, or enrol them anew")
	}
	return printVerdict(io, c.File, "import", v)
}

// newDirectory fills a data directory beside the wanted name and puts it in place when fill says that it is good: after a crash there is no half of one
// that looks like a whole one. A directory that holds something is refused.
func newDirectory(dir string, fill func(work string) (good bool, err error)) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fault.New(fault.Conflict, "import.target", "could not make the data directory %s: it is not empty", dir).Hinted("name a new directory")
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fault.New(fault.Unavailable, "import.target", "could not make the data directory: %w", err)
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".importing-")
	if err != nil {
		return fault.New(fault.Unavailable, "import.target", "could not make the data directory: %w", err)
	}
	defer os.RemoveAll(work) // gone already when all went well
	if good, err := fill(work); err != nil || !good {
		return err
	}
	if err := errors.Join(removeEmpty(dir), os.Rename(work, dir)); err != nil {
		return fault.New(fault.Unavailable, "import.target", "could not put the journal in place: %w", err)
	}
	return durable.SyncDir(filepath.Dir(dir))
}

// wholeHouse refuses a journal whose adopted catalogues did not come along: it would verify, and no hub could run on it.
func wholeHouse(ctx context.Context, dir, file string) error {
	store, err := sqlite.OpenReadOnly(ctx, dir)
	if err != nil {
		return err
	}
	defer store.Close()
	last, _, err := store.Extent(ctx)
	if err != nil {
		return err
	}
	for next := uint64(1); next <= last; {
		rows, err := store.Page(ctx, next, last)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := broughtAlong(ctx, store, row, file); err != nil {
				return err
			}
			next = row.Seq + 1
		}
	}
	return nil
}

func broughtAlong(ctx context.Context, store *sqlite.Store, row journal.Row, file string) error {
	if row.Kind != (catalogue.Adopted{}).Kind() {
		return nil
	}
	r, err := journal.ParseRecord(row.Raw)
	if err != nil {
		return err
	}
	e, err := hub.Decode(journal.Entry{Record: r})
	if err != nil {
		return err
	}
	if _, err := store.Blob(ctx, e.(catalogue.Adopted).SHA256); err != nil {
		return fault.New(fault.Unavailable, "import.blobs", "could not import %s: the catalogue that entry %d adopted is missing", file, row.Seq).
			Hinted("bring the side file %s.blobs along", filepath.Base(file))
	}
	return nil
}

func removeEmpty(dir string) error {
	if err := os.Remove(dir); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// into imports into a directory and leaves the new key there.
func (c JournalImportCmd) into(io *IO, dir string) (v journal.Verdict, key *seal.Signer, err error) {
	store, err := sqlite.Open(io.Ctx, dir)
	if err != nil {
		return v, nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	v, err = journal.Import(io.Ctx, journal.Exported(c.File), c.Key, store, func(v journal.Verdict) (o journal.Options, err error) {
		if key, err = newKey(v); err != nil {
			return o, err
		}
		return journal.Options{Origin: key.Name(), Signer: key, Now: importClock(v)}, store.PutSecret(io.Ctx, journal.HubKey, key.PEM())
	}, string(access.ByConsole))
	return v, key, err
}

// importClock dates the entry by which a journal goes on here: by this machine, or in a drill, whose time is its own, right after the last entry.
func importClock(v journal.Verdict) func() time.Time {
	if v.Drill {
		return func() time.Time { return time.Time{} } // no entry is dated before the one before it
	}
	return time.Now
}

// newKey makes the key of the new hub, under a new name in the house of the old one: what was a drill stays one.
func newKey(v journal.Verdict) (*seal.Signer, error) {
	var id [6]byte
	rand.Read(id[:]) // never fails (crypto/rand, Go 1.24)
	house, _, _ := strings.Cut(v.Custody[len(v.Custody)-1].Origin, "/")
	return seal.Generate(house + "/" + hex.EncodeToString(id[:]))
}
