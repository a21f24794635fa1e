package cli

import (
	"errors"
	"fmt"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// tlogProofSuffix is what C2SP tlog-proof asks the name of a proof to end with.
const tlogProofSuffix = ".tlog-proof"

// JournalProveCmd writes what proves to somebody who has nothing but the hub's key that an entry stands in the journal.
type JournalProveCmd struct {
	Path string `arg:"" help:"Data directory, database or export."`
	Seq  uint64 `arg:"" help:"Number of the entry."`
	Out  string `required:"" placeholder:"F" help:"File for the entry, byte for byte as it was hashed; the proof goes to F.tlog-proof."`
}

type proveReport struct {
	Schema      string        `json:"schema"`
	Proof       journal.Proof `json:"proof"`
	Fingerprint string        `json:"fingerprint"`
}

// Run proves one entry in the tree of the last checkpoint.
func (c JournalProveCmd) Run(io *IO) error {
	source, done, err := openJournal(io, c.Path)
	if err != nil {
		return err
	}
	defer done()
	p, err := journal.ProveFrom(io.Ctx, source, c.Seq)
	if err != nil {
		return err
	}
	if _, err := p.Check(p.Key); err != nil {
		return fault.New(fault.Unavailable, "journal.proof", "could not prove entry %d: %w", c.Seq, err).Hinted("run 'blackstart journal verify %s'", c.Path)
	}
	if err := errors.Join(writeNew(c.Out, []byte(p.Record), 0o600), writeNew(c.Out+tlogProofSuffix, p.TLog(), 0o600)); err != nil {
		return err
	}
	if io.JSON {
		return printJSON(io, proveReport{"blackstart/journal-prove/1", p, p.Key.Fingerprint()})
	}
	fmt.Fprintf(io.Out, "entry    %s\nproof    %s\nkey      %s\n         %s\n", c.Out, c.Out+tlogProofSuffix, p.Key, p.Key.Fingerprint())
	return nil
}
