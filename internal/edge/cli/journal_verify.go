package cli

import (
	"fmt"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
)

// JournalVerifyCmd checks a journal.
type JournalVerifyCmd struct {
	Path string `arg:"" help:"Data directory, database or export; the side files of an export are checked where they stand beside it."`
	Key  string `placeholder:"FP" help:"Fingerprint of the hub's key, known from elsewhere: SHA256:…"`
	Head string `placeholder:"N:HEAD" help:"A head that the journal had, from paper or a page's footer: what was cut off since is missed."`
}

type verifyReport struct {
	Schema string `json:"schema"`
	journal.Verdict
	Short    string `json:"short"`
	Unsigned uint64 `json:"unsigned"` // entries after the last checkpoint
}

// Run verifies; a journal that is not in order is a negative verdict. With --strict, so is one whose key is not pinned or whose last entries are not signed.
func (c JournalVerifyCmd) Run(io *IO) error {
	source, done, err := openJournal(io, c.Path)
	if fault.CodeOf(err) == "store.corrupt" { // too damaged to be opened: that is what was asked
		return printVerdict(io, c.Path, "verify", journal.Verdict{Where: "database", Why: err.Error()})
	}
	if err != nil {
		return err
	}
	defer done()
	v, err := journal.VerifyKnown(io.Ctx, source, journal.Known{Key: c.Key, Head: c.Head})
	if err != nil {
		return err
	}
	return printVerdict(io, c.Path, "verify", v)
}

// printVerdict prints what a verification found, for the command that made it, and ends it accordingly.
func printVerdict(io *IO, path, command string, v journal.Verdict) error {
	r := verifyReport{Schema: "blackstart/journal-" + command + "/1", Verdict: v, Short: v.Head.Short(), Unsigned: v.Head.Size - min(v.Covered, v.Head.Size)}
	if io.JSON {
		if err := printJSON(io, r); err != nil {
			return err
		}
	} else {
		r.print(io, path)
	}
	if !v.OK || io.Strict && (!v.Pinned || r.Unsigned > 0) {
		return Exit(fault.ExitNegative)
	}
	return nil
}

func (r verifyReport) print(io *IO, path string) {
	if !r.OK {
		fmt.Fprintf(io.Out, "BAD      %s\n%s: %s\n", path, r.Where, r.Why)
		return
	}
	fmt.Fprintf(io.Out, "ok       %s\nhead     %s\n", path, r.Short)
	for _, k := range r.Custody {
		fmt.Fprintf(io.Out, "key      %s of %s, from entry %d on\n", k.Fingerprint, k.Origin, k.From)
	}
	if r.Drill {
		fmt.Fprintln(io.Out, "drill    this is the record of a drill")
	}
	if r.Shredded > 0 {
		fmt.Fprintf(io.Out, "private  %d private parts are erased; entries of kind %s say which, by whom and why\n", r.Shredded, journal.KindShredded)
	}
	if r.Withheld > 0 {
		fmt.Fprintf(io.Out, "private  %d private parts are not here: they were left out of an export\n", r.Withheld)
	}
	if r.Unsigned > 0 {
		fmt.Fprintf(io.Out, "warning: the last %d entries stand after the last checkpoint: nobody vouches for them yet\n", r.Unsigned)
	}
	if !r.Pinned {
		fmt.Fprintln(io.Out, "warning: key not pinned: whoever made up a whole journal would have signed it too; give the hub's fingerprint with --key")
	}
}
