package journal

import (
	"context"
	"errors"
	"iter"
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

// Known is what a verifier knows of a journal from elsewhere. Each may be empty; the verdict is worth as much as what is known.
type Known struct {
	Key  string // fingerprint of the hub's last key
	Head string // short head as it stands in page footers and on paper; the journal must have had it, so that what was cut off since is missed
}

// Verify checks a journal as [VerifyKnown] does, with nothing known but the fingerprint of a key, or not even that.
func Verify(ctx context.Context, s Source, pin string) (Verdict, error) {
	return VerifyKnown(ctx, s, Known{Key: pin})
}

// VerifyKnown checks a journal and believes nothing that it says of itself but what known holds against what is known from elsewhere: without a
// key the verdict says so. It streams: memory does not grow with the journal.
// The error is for a source that could not be read; what is wrong with the journal stands in the verdict.
//
// What no verification can find: entries and checkpoints cut off together at the end, unless a later head is known (or compare with an export), and
// a journal made up from the start by whoever holds the key.
func VerifyKnown(ctx context.Context, s Source, known Known) (Verdict, error) {
	v, err := newVerifier(s, known)
	if err != nil {
		return Verdict{}, err
	}
	return v.run(ahead(together(s.items(ctx)), v.look))
}

// verifier is a verification under way.
type verifier struct {
	walk
	bare    bool // there are only records: no columns, no stored tree
	known   Known
	head    Short // parsed from known; its size is 0 if none is
	tree    frontier
	parts   parting
	keeper  Custody
	verdict Verdict
	pause   func(verified uint64) error // called between pages, if set; its error ends the verification
}

func newVerifier(s Source, known Known) (*verifier, error) {
	v := &verifier{walk: walk{next: 1}, bare: s.bare(), known: known}
	if known.Head == "" {
		return v, nil
	}
	var err error
	v.head, err = ParseShort(known.Head)
	return v, err
}

// seen is an item with what can be said of it alone.
type seen struct {
	item
	entry examined
	named bool // the blob has the hash that it is named by
}

// look examines a page of items; it touches nothing of the verifier, so that pages can be looked at in parallel.
func (v *verifier) look(page []item) []seen {
	all := make([]seen, len(page))
	for n, i := range page {
		all[n].item = i
		switch {
		case i.row != nil:
			all[n].entry = examine(*i.row, v.bare)
		case i.blob != nil:
			all[n].named = i.blob.name == SHA256(i.blob.data)
		}
	}
	return all
}

// run takes the pages in order and gives the verdict.
func (v *verifier) run(pages iter.Seq2[[]seen, error]) (Verdict, error) {
	for page, err := range pages {
		if err != nil {
			return v.fail(err)
		}
		for _, i := range page {
			if err := v.check(i); err != nil {
				return v.fail(err)
			}
		}
		if v.pause == nil {
			continue
		}
		if err := v.pause(v.next - 1); err != nil {
			return v.fail(err)
		}
	}
	if err := v.complete(); err != nil {
		return v.fail(err)
	}
	if err := v.end(); err != nil {
		return v.fail(err)
	}
	v.verdict.OK = true
	return v.verdict, nil
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

func (v *verifier) check(i seen) error {
	switch {
	case i.row != nil:
		return v.row(i.entry, i.late)
	case i.checkpoint != nil:
		return v.checkpoint(*i.checkpoint)
	}
	v.verdict.Blobs++
	if !i.named {
		return flawOf("blob "+i.blob.name, "its data has another SHA-256")
	}
	return nil
}

// row checks one entry: for itself, against the stored tree, and for who keeps the journal from here on.
func (v *verifier) row(x examined, late bool) error {
	seq := v.next
	if err := v.step(x); err != nil {
		return flawAt(seq, "%s", err)
	}
	keeper, drill, err := custody(x.Entry, v.tree.head, v.keeper)
	if err != nil {
		return flawAt(seq, "%s", err)
	}
	if keeper != v.keeper {
		v.keeper = keeper
		v.verdict.Custody = append(v.verdict.Custody, keeper)
	}
	if err := v.grow(x); err != nil {
		return err
	}
	if err := v.parts.note(x.Entry, late); err != nil {
		return err
	}
	v.verdict.Drill = v.verdict.Drill || drill
	return nil
}

// grow adds the entry to the tree and compares what the source has stored of the tree, and what is known of its head.
func (v *verifier) grow(x examined) error {
	hashes := v.tree.push(x.leaf)
	if !v.bare {
		if err := x.checkLeaf(); err != nil {
			return flawAt(x.Seq, "%s", err)
		}
		// The node at a level covers 2^level entries that end here: one of them, or the node, is not what it was.
		for level, h := range hashes {
			if level >= len(x.row.Hashes) || x.row.Hashes[level] != h {
				return flawAmong(x.Seq-1<<level+1, x.Seq, "the hash stored over them does not follow from them")
			}
		}
		if len(x.row.Hashes) > len(hashes) {
			return flawAt(x.Seq, "more hashes are stored with it than it completes")
		}
	}
	if x.Seq == v.head.Size && !v.head.Names(v.tree.head()) {
		f := flawAmong(1, x.Seq, "one of the first %d entries is not what the known head %s names", x.Seq, v.known.Head)
		f.where = "head"
		return f
	}
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
func (v *verifier) end() error {
	v.verdict.Head = v.tree.head()
	if n := v.verdict.Head.Size; n < v.head.Size {
		return flawAmong(n+1, v.head.Size, "missing; the known head covers %d entries, %d are there", v.head.Size, n)
	}
	if v.verdict.Covered == 0 {
		return flawOf("checkpoint", "there is none, so that nobody vouches for the entries")
	}
	if v.known.Key == "" {
		return nil
	}
	v.verdict.Pinned = true
	if v.keeper.Fingerprint == v.known.Key {
		return nil
	}
	if i := slices.IndexFunc(v.verdict.Custody, func(c Custody) bool { return c.Fingerprint == v.known.Key }); i >= 0 {
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
