package backup

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
)

// Copy is what lies in a target, opened by somebody who can read it. Every byte of it is foreign until it is verified.
type Copy struct {
	root     *os.Root
	identity []age.Identity
	listing  listing
	row      []segment // that follow on each other from entry 1 on
	head     *Head     // nil if it cannot be read
}

// Open opens the copy in a directory, up to an entry at which a segment ends, or wholly for upTo 0. It fails when a segment is missing among the
// others, or at the end when the signed head knows of more.
func Open(dir string, identity []age.Identity, upTo uint64) (_ *Copy, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fault.New(fault.NotFound, "copy.dir", "could not open the copy: %w", err)
	}
	c := &Copy{root: root, identity: identity}
	defer func() {
		if err != nil {
			root.Close()
		}
	}()
	if c.listing, err = list(root); err != nil {
		return nil, err
	}
	h, _, err := readHead(root)
	if err == nil {
		c.head = &h
	} else if fault.KindOf(err) == fault.Unavailable {
		return nil, err
	}
	if upTo > 0 {
		c.listing.segments = slices.DeleteFunc(c.listing.segments, func(s segment) bool { return s.to > upTo })
	}
	return c, c.whole(upTo)
}

// Close lets the directory go.
func (c *Copy) Close() error { return c.root.Close() }

// whole makes sure that no segment is missing.
func (c *Copy) whole(upTo uint64) error {
	row, gap := c.listing.cover()
	c.row = row
	missing := func(last uint64, knows string) error {
		f := fault.New(fault.Invalid, "copy.gap", "could not read the copy in %s: the segment with the entries %d to %d is missing, %s knows of it", c.root.Name(), gap, last, knows)
		if gap == 1 {
			return f.Hinted("look for another copy")
		}
		return f.Hinted("look for another copy, or go on from what is whole with --up-to %d and lose what came after", gap-1)
	}
	for _, s := range c.listing.segments {
		if s.from > gap {
			return missing(s.from-1, s.name())
		}
	}
	switch {
	case c.head != nil && upTo == 0 && gap <= c.head.Size:
		return missing(c.head.Size, headFile)
	case len(row) == 0:
		return fault.New(fault.NotFound, "copy.empty", "could not find a copy in %s: there is no segment", c.root.Name()).Hinted("name the directory that was given to --copy-to")
	case upTo > 0 && gap != upTo+1:
		return fault.New(fault.Invalid, "copy.up_to", "could not stop at entry %d: no segment ends there, the one before ends at %d", upTo, gap-1)
	}
	return nil
}

// Size is the number of entries there, as the names say.
func (c *Copy) Size() uint64 { return c.row[len(c.row)-1].to }

// Source is the copy as a journal, to be verified. Segments and blobs are read one after the other.
func (c *Copy) Source() journal.Source { return journal.Carried(c.pieces) }

func (c *Copy) pieces(ctx context.Context) iter.Seq2[journal.Piece, error] {
	return func(yield func(journal.Piece, error) bool) {
		for _, s := range c.row {
			for p, err := range c.segment(ctx, s) {
				if err != nil {
					err = c.torn(s, err)
				}
				if !yield(p, err) || err != nil {
					return
				}
			}
		}
		for _, name := range c.listing.blobs {
			data, err := c.blob(name)
			if !yield(journal.Piece{Name: name, Blob: data}, err) || err != nil {
				return
			}
		}
	}
}

// torn names the segment that cannot be read, and what can be done without it.
func (c *Copy) torn(s segment, err error) error {
	if kind := fault.KindOf(err); kind == fault.Forbidden || kind == fault.Unavailable {
		return err
	}
	f := fault.New(fault.Invalid, "copy.torn", "could not read %s: %v", s.name(), err)
	if s.from == 1 {
		return f.Hinted("take another copy")
	}
	return f.Hinted("take another copy, or go on from what is whole with --up-to %d and lose what came after", s.from-1)
}

func (c *Copy) segment(ctx context.Context, s segment) iter.Seq2[journal.Piece, error] {
	return func(yield func(journal.Piece, error) bool) {
		err := c.unseal(s.name(), maxSegment, func(r io.Reader) error {
			for p, err := range journal.ReadStretch(r, s.from, s.to) {
				if err == nil && ctx.Err() != nil {
					err = fault.New(fault.Unavailable, "copy.cancelled", "could not read the copy: %w", ctx.Err())
				}
				if err != nil {
					return err
				}
				if !yield(p, nil) {
					return errEnough
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(journal.Piece{}, err)
		}
	}
}

// errEnough ends the reading of a segment that nobody wants to read further.
var errEnough = errors.New("enough")

// unseal decrypts and decompresses a file for read, which must read it to the end: only there age and gzip have seen that nothing is missing.
func (c *Copy) unseal(name string, most int64, read func(io.Reader) error) error {
	return c.decrypt(name, most, func(r io.Reader) error {
		z, err := gzip.NewReader(r)
		if err != nil {
			return err
		}
		return read(z)
	})
}

func (c *Copy) decrypt(name string, most int64, read func(io.Reader) error) error {
	f, err := openFile(c.root, name, most)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := age.Decrypt(f, c.identity...)
	if errors.As(err, new(*age.NoIdentityMatchError)) {
		return fault.New(fault.Forbidden, "copy.identity", "could not open %s: it is encrypted for somebody else", name).Hinted("bring the identity of another recipient")
	}
	if err != nil {
		return err
	}
	return read(r)
}

func (c *Copy) blob(name string) (data []byte, err error) {
	err = c.decrypt(blobFile(name), maxBlobFile, func(r io.Reader) error {
		data, err = io.ReadAll(io.LimitReader(r, journal.MaxBlob+1))
		return err
	})
	switch {
	case err != nil && fault.CodeOf(err) == "internal":
		return nil, fault.New(fault.Invalid, "copy.torn", "could not read %s: %v", blobFile(name), err).Hinted("take it from another copy")
	case err == nil && len(data) > journal.MaxBlob:
		return nil, fault.New(fault.Invalid, "copy.torn", "could not read %s: it holds more than %d bytes", blobFile(name), journal.MaxBlob)
	}
	return data, err
}

// Head is what the copy says of itself; false when that cannot be read. It may be believed when its key is one that the record knows: see [Copy.HeadBy].
func (c *Copy) Head() (Head, bool) {
	if c.head == nil {
		return Head{}, false
	}
	return *c.head, true
}

// HeadBy says whether the head is by the last keeper of the verified record.
func (c *Copy) HeadBy(v journal.Verdict) bool {
	last := v.Custody[len(v.Custody)-1]
	return c.head != nil && c.head.Key.Fingerprint() == last.Fingerprint && c.head.Origin == last.Origin
}

// Secrets gives the credentials that the last keeper of the verified record has signed: the newest that can be read. skipped says what could not be.
func (c *Copy) Secrets(origin string, key seal.Key) (all []journal.Secret, skipped []error) {
	for _, size := range c.listing.secrets {
		name := secretsFile(size)
		err := c.unseal(name, maxSecrets, func(r io.Reader) (err error) {
			all, err = parseSecrets(r, origin, key)
			return err
		})
		if err == nil {
			return all, skipped
		}
		skipped = append(skipped, fault.New(fault.Invalid, "copy.secrets", "could not use %s: %v", name, err))
	}
	return nil, skipped
}

// Claim is the claim that stands in the copy already; false if there is none. Whether it is true cannot be told from here.
func (c *Copy) Claim() (Claim, bool, error) {
	claim, _, err := readClaim(c.root, nil)
	if fault.KindOf(err) == fault.NotFound {
		return claim, false, nil
	}
	return claim, err == nil, err
}

func carried(name string) bool {
	return slices.ContainsFunc(Carried, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
