package journal

import (
	"context"
	"errors"
	"slices"

	"blackstart/internal/fault"
)

// Verdict is what a verification found.
type Verdict struct {
	OK      bool   `json:"ok"`
	Where   string `json:"where,omitempty"` // the first bad thing: "entry 7", "entries 5 to 8", "checkpoint", "key", "blob …", "database"
	First   uint64 `json:"first,omitempty"` // the entries among which the first bad one is
	Last    uint64 `json:"last,omitempty"`
	Why     string `json:"why,omitempty"`
	Head    Head   `json:"head"`    // of what was read and found in order
	Covered uint64 `json:"covered"` // entries under a checkpoint that verified; the rest is signed by nobody yet
	// Withheld counts the private parts that a record knows of, that are not here, and that no entry erased: they were left out of an export.
	Withheld uint64    `json:"withheld"`
	Shredded uint64    `json:"shredded"` // private parts that are not here because an entry says that they were erased
	Blobs    uint64    `json:"blobs"`
	Drill    bool      `json:"drill"`
	Pinned   bool      `json:"pinned"`  // whether the key was held against one given from outside
	Custody  []Custody `json:"custody"` // who kept the journal, from which entry on
}

// Verify checks a journal and believes nothing that it says of itself but the name of its key, which pin, a fingerprint, holds
// against what is known from elsewhere; without a pin the verdict says so. It streams: memory does not grow with the journal.
// The error is for a source that could not be read; what is wrong with the journal stands in the verdict.
//
// What no verification can find: entries and checkpoints cut off together at the end (compare with an export or a printed head), and
// a journal made up from the start by whoever holds the key.
func Verify(ctx context.Context, s Source, pin string) (Verdict, error) {
	v := verifier{walk: walk{next: 1, bare: s.bare()}}
	for i, err := range s.items(ctx) {
		if err == nil {
			err = v.check(i)
		}
		if err != nil {
			return v.fail(err)
		}
	}
	if err := v.complete(); err != nil {
		return v.fail(err)
	}
	if err := v.end(pin); err != nil {
		return v.fail(err)
	}
	v.verdict.OK = true
	return v.verdict, nil
}

// Audit verifies the whole log as it is stored, under its own key, and makes it read-only if that fails.
func (l *Log) Audit(ctx context.Context) (Verdict, error) {
	v, err := Verify(ctx, Stored(l.store), l.signer.Public().Fingerprint())
	if err == nil && !v.OK {
		l.halt(readOnly("%s: %s", v.Where, v.Why))
	}
	return v, err
}

// verifier is a verification under way.
type verifier struct {
	walk
	tree    frontier
	parts   parting
	keeper  Custody
	verdict Verdict
}

// fail puts a flaw into the verdict; another error is passed on.
func (v *verifier) fail(err error) (Verdict, error) {
	var f *flaw
	if !errors.As(err, &f) {
		return v.verdict, err
	}
	v.verdict.Where, v.verdict.First, v.verdict.Last, v.verdict.Why = f.where, f.first, f.last, f.why
	return v.verdict, nil
}

func (v *verifier) check(i item) error {
	switch {
	case i.row != nil:
		return v.row(*i.row)
	case i.checkpoint != nil:
		return v.checkpoint(*i.checkpoint)
	}
	v.verdict.Blobs++
	if i.blob.name != SHA256(i.blob.data) {
		return flawOf("blob "+i.blob.name, "its data has another SHA-256")
	}
	return nil
}

// row checks one entry: for itself, against the stored tree, and for who keeps the journal from here on.
func (v *verifier) row(row Row) error {
	seq := v.next
	e, err := v.entry(row)
	if err != nil {
		return flawAt(seq, "%s", err)
	}
	keeper, drill, err := custody(e, v.tree.head, v.keeper)
	if err != nil {
		return flawAt(seq, "%s", err)
	}
	if keeper != v.keeper {
		v.keeper = keeper
		v.verdict.Custody = append(v.verdict.Custody, keeper)
	}
	if err := v.grow(row); err != nil {
		return err
	}
	if err := v.parts.note(e); err != nil {
		return err
	}
	v.verdict.Drill = v.verdict.Drill || drill
	return nil
}

// grow adds the row to the tree and compares what the source has stored of the tree.
func (v *verifier) grow(row Row) error {
	tree := v.tree
	hashes := tree.push(row.Raw)
	if !v.bare {
		if err := checkLeaf(row); err != nil {
			return flawAt(row.Seq, "%s", err)
		}
		// The node at a level covers 2^level entries that end here: one of them, or the node, is not what it was.
		for level, h := range hashes {
			if level >= len(row.Hashes) || row.Hashes[level] != h {
				return flawAmong(row.Seq-1<<level+1, row.Seq, "the hash stored over them does not follow from them")
			}
		}
		if len(row.Hashes) > len(hashes) {
			return flawAt(row.Seq, "more hashes are stored with it than it completes")
		}
	}
	v.tree = tree
	return nil
}

// checkpoint checks a signed head when the tree has its size.
func (v *verifier) checkpoint(c Checkpoint) error {
	n := uint64(v.tree.size)
	if n == 0 {
		return flawOf("checkpoint", "there is one, but no entry")
	}
	signed, err := openNote(c.Note, v.keeper.key)
	if err != nil {
		return flawOf("checkpoint", "%s", err)
	}
	switch {
	case signed.origin != v.keeper.Origin:
		return flawOf("checkpoint", "it is of %q, the journal is of %q", signed.origin, v.keeper.Origin)
	case c.Size != 0 && c.Size != signed.head.Size:
		return flawOf("checkpoint", "it signs %d entries and stands under %d", signed.head.Size, c.Size)
	case signed.head.Size > n:
		return flawAmong(n+1, signed.head.Size, "missing; a checkpoint covers %d entries, %d are there", signed.head.Size, n)
	case signed.head != v.tree.head():
		f := flawAmong(v.verdict.Covered+1, n, "one of them is not what the checkpoint of %d entries signs; 'journal compare' with another copy names it", signed.head.Size)
		f.where = "checkpoint"
		return f
	}
	v.verdict.Covered = n
	return nil
}

// complete counts the private parts that are not here. In a database each of them must have a reason.
func (v *verifier) complete() error {
	v.verdict.Withheld, v.verdict.Shredded = v.parts.missing.count(), v.parts.shredded
	if v.bare {
		return nil
	}
	return v.parts.robbed()
}

// end checks what can only be said at the end.
func (v *verifier) end(pin string) error {
	v.verdict.Head = v.tree.head()
	if v.verdict.Covered == 0 {
		return flawOf("checkpoint", "there is none, so that nobody vouches for the entries")
	}
	if pin == "" {
		return nil
	}
	v.verdict.Pinned = true
	if v.keeper.Fingerprint == pin {
		return nil
	}
	if i := slices.IndexFunc(v.verdict.Custody, func(c Custody) bool { return c.Fingerprint == pin }); i >= 0 {
		next := v.verdict.Custody[i+1]
		return flawOf("key", "the given key vouches up to entry %d; from entry %d on it is %s of %s: pin that if you know of the takeover", next.From-1, next.From, next.Fingerprint, next.Origin)
	}
	return flawOf("key", "the journal is signed with %s, not with the given key", v.keeper.Fingerprint)
}

// ErrBad is the fault for a caller that needs a journal to be good.
func (v Verdict) ErrBad() error {
	if v.OK {
		return nil
	}
	return fault.New(fault.Invalid, "journal.bad", "could not verify the journal: %s: %s", v.Where, v.Why)
}
