package journal

import (
	"context"
	"math/bits"
	"slices"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
)

// KindShredded is the kind of record that says that private parts were erased, and whose. The journal itself must read it: it is what tells an
// erased private part from one that somebody took away.
const KindShredded = "journal.shredded"

// Shredded is what the journal reads of the body of such a record. It has further members, which say for what reason.
type Shredded struct {
	Entries []uint64 `json:"entries"` // the entries whose private parts were erased: ascending, all before this one
}

// shreds gives the numbers that a record erases the private parts of; none unless it is of [KindShredded].
func (r Record) shreds() ([]uint64, error) {
	if r.Kind != KindShredded {
		return nil, nil
	}
	var s Shredded
	if err := json.Unmarshal(r.Body, &s); err != nil {
		return nil, bad("%w", err)
	}
	if len(s.Entries) == 0 {
		return nil, fault.New(fault.Invalid, "journal.shredded", "it says that private parts were erased, and names none")
	}
	last := uint64(0)
	for _, n := range s.Entries {
		if n <= last || n >= r.Seq {
			return nil, fault.New(fault.Invalid, "journal.shredded", "the entries whose private parts it erased are not in ascending order before it (%d)", n)
		}
		last = n
	}
	return s.Entries, nil
}

// ShreddedBy gives the numbers whose private parts are erased by entries from number from up to number to, ascending and each once: whoever keeps a
// copy of earlier entries must erase them there too.
func ShreddedBy(ctx context.Context, s Store, from, to uint64) (all []uint64, err error) {
	for row, err := range rows(ctx, s, from, to) {
		if err != nil {
			return nil, err
		}
		if row.Kind != KindShredded {
			continue
		}
		r, err := ParseRecord(row.Raw)
		if err != nil {
			return nil, err
		}
		gone, err := r.shreds()
		if err != nil {
			return nil, err
		}
		all = append(all, gone...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// parting is what a verification knows of private parts: which entries have theirs, and which should and do not. A bit each per entry, since an
// erasure may name an entry from the very beginning.
type parting struct {
	here, missing numbers
	shredded      uint64 // how many are missing because an entry says so
	carried       uint64 // the last entry at which the journal went on from an export, which may have left private parts out
}

// note takes an entry into account that was found in order. An erased part that is there all the same is a flaw; but a late entry, written after
// the reading had begun, may erase what was rightly there when it was read.
func (p *parting) note(e Entry, late bool) error {
	gone, err := e.shreds()
	if err != nil {
		return flawAt(e.Seq, "%s", err)
	}
	for _, n := range gone {
		if p.here.has(n) && !late {
			return flawAt(n, "entry %d erased its private part, and it is here: it was put back, or never erased", e.Seq)
		}
		if p.missing.has(n) {
			p.missing.clear(n)
			p.shredded++
		}
	}
	switch {
	case e.Private != "" && e.Salted != nil:
		p.here.set(e.Seq)
	case e.Private != "":
		p.missing.set(e.Seq)
	}
	if e.Kind == KindContinued {
		p.carried = e.Seq
	}
	return nil
}

// robbed looks for an entry whose private part is missing though no entry erased it and no export can have left it out.
func (p *parting) robbed() error {
	if n, ok := p.missing.after(p.carried); ok {
		return flawAt(n, "its private part is missing, and no entry says that it was erased")
	}
	return nil
}

// numbers is a set of entry numbers.
type numbers []uint64

func (b numbers) has(n uint64) bool { return n/64 < uint64(len(b)) && b[n/64]&(1<<(n%64)) != 0 }

func (b *numbers) set(n uint64) {
	for n/64 >= uint64(len(*b)) {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b numbers) clear(n uint64) { b[n/64] &^= 1 << (n % 64) }

func (b numbers) count() (n uint64) {
	for _, word := range b {
		n += uint64(bits.OnesCount64(word))
	}
	return n
}

// after gives the smallest number in the set that is greater than n.
func (b numbers) after(n uint64) (uint64, bool) {
	for n++; n/64 < uint64(len(b)); n = (n/64 + 1) * 64 {
		if word := b[n/64] >> (n % 64); word != 0 {
			return n + uint64(bits.TrailingZeros64(word)), true
		}
	}
	return 0, false
}
