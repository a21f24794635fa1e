package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/store/sqlite"
)

// JournalCmd looks at a journal without a hub, and without a network: where it lies, and what it proves.
type JournalCmd struct {
	Verify  JournalVerifyCmd  `cmd:"" help:"Check a data directory, a database or an export, and name the first bad entry."`
	Prove   JournalProveCmd   `cmd:"" help:"Write one entry and the proof that it stands in the journal, for tools that are not ours."`
	Export  JournalExportCmd  `cmd:"" help:"Write the journal of a data directory into a file that others can verify."`
	Import  JournalImportCmd  `cmd:"" help:"Go on from an export in a new data directory, under a new key."`
	Head    JournalHeadCmd    `cmd:"" help:"Say what the last checkpoint signs."`
	Compare JournalCompareCmd `cmd:"" help:"Say whether two journals are the same, one continues the other, or they part, and where."`
}

// sqliteMagic begins every SQLite file (sqlite.org/fileformat.html, section 1.3).
var sqliteMagic = []byte("SQLite format 3\x00")

// openJournal opens what lies at path: a data directory, a database file, or else an export. The second result closes it.
func openJournal(io *IO, path string) (journal.Source, func() error, error) {
	nothing := func() error { return nil }
	info, err := os.Stat(path)
	if err != nil {
		return nil, nothing, fault.New(fault.NotFound, "journal.path", "could not open the journal: %w", err)
	}
	if !info.IsDir() && filepath.Base(path) != sqlite.FileName { // whose bytes say nothing when it is sealed
		if isDatabase, err := beginsWith(path, sqliteMagic); err != nil || !isDatabase {
			return journal.Exported(path), nothing, err
		}
	}
	store, err := io.openReadOnly(path)
	if err != nil {
		return nil, nothing, err
	}
	return journal.Stored(store), store.Close, nil
}

// beginsWith says whether a file begins with these bytes.
func beginsWith(path string, magic []byte) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, fault.New(fault.Unavailable, "journal.path", "could not open the journal: %w", err)
	}
	defer f.Close()
	head := make([]byte, len(magic))
	n, _ := f.Read(head) // a file too short to begin so does not
	return bytes.Equal(head[:n], magic), nil
}

// JournalHeadCmd says what the last checkpoint signs.
type JournalHeadCmd struct {
	Path string `arg:"" help:"Data directory, database or export."`
}

type headReport struct {
	Schema     string `json:"schema"`
	Entries    uint64 `json:"entries"`
	Size       uint64 `json:"size"`
	Root       string `json:"root"`
	Short      string `json:"short"`
	Origin     string `json:"origin"`
	Checkpoint string `json:"checkpoint"`
}

// Run prints the last checkpoint as it stands, unverified.
func (c JournalHeadCmd) Run(io *IO) error {
	source, done, err := openJournal(io, c.Path)
	if err != nil {
		return err
	}
	defer done()
	end, err := journal.End(io.Ctx, source)
	if err != nil {
		return err
	}
	if end.Note == "" {
		return fault.New(fault.Unavailable, "journal.unsigned", "could not find a checkpoint in %s", c.Path)
	}
	if io.JSON {
		return printJSON(io, headReport{"blackstart/journal-head/1", end.Entries, end.Head.Size, end.Head.Root.String(), end.Head.Short(), end.Origin, end.Note})
	}
	fmt.Fprintf(io.Out, "head     %s\norigin   %s\nentries  %d, %d of them signed\n\n%s", end.Head.Short(), end.Origin, end.Entries, end.Head.Size, end.Note)
	return nil
}

// JournalCompareCmd says how two journals stand to each other.
type JournalCompareCmd struct {
	A string `arg:"" help:"Data directory, database or export."`
	B string `arg:"" help:"Another one."`
}

type compareReport struct {
	Schema string `json:"schema"`
	journal.Comparison
}

// Run compares; a fork is a negative verdict, and with --strict everything is but the same.
func (c JournalCompareCmd) Run(io *IO) error {
	a, doneA, err := openJournal(io, c.A)
	if err != nil {
		return err
	}
	defer doneA()
	b, doneB, err := openJournal(io, c.B)
	if err != nil {
		return err
	}
	defer doneB()
	r, err := journal.Compare(io.Ctx, a, b)
	if err != nil {
		return fault.New(fault.Unavailable, "journal.compare", "could not compare the journals: %w", err).Hinted("run 'blackstart journal verify' on each")
	}
	if io.JSON {
		if err := printJSON(io, compareReport{"blackstart/journal-compare/1", r}); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(io.Out, c.sentence(r))
	}
	if r.Relation == journal.Fork || io.Strict && r.Relation != journal.Same {
		return Exit(fault.ExitNegative)
	}
	return nil
}

func (c JournalCompareCmd) sentence(r journal.Comparison) string {
	switch r.Relation {
	case journal.Same:
		return fmt.Sprintf("same: %d entries, byte for byte", r.Common)
	case journal.Prefix:
		return fmt.Sprintf("prefix: %s has the first %d of the %d entries of %s", c.A, r.Common, r.B.Size, c.B)
	case journal.Beyond:
		return fmt.Sprintf("beyond: %s has %d entries, %s the first %d of them", c.A, r.A.Size, c.B, r.Common)
	}
	return fmt.Sprintf("fork at entry %d: %s there has %s of %s, %s has %s of %s", r.Fork, c.A, r.A.Kind, r.A.At, c.B, r.B.Kind, r.B.At)
}
