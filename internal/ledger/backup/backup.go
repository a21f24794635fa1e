// Package backup knows how a record is copied while it grows, so that another machine can go on within a minute: segments encrypted with age, each a
// stretch of the journal with a signed checkpoint at its end, beside them blobs, the credentials with which people sign in, and a small signed head in
// the clear. It does not know what a record says, nor whether a hub may go on: that is [journal.Import]'s and people's.
//
// A target is a directory that somebody else made, on a stick or a share:
//
//	head.json                          whose copy this is and how far it goes; signed, in the clear
//	seg-FROM-TO.jsonl.gz.age           entries, private parts, checkpoint
//	blob-SHA256.age                    evidence, catalogues
//	secrets-SIZE.json.gz.age           credentials, signed
//	taken-over.json                    the claim of the hub that goes on from here
//
// The hub can write all this and read nothing of it back: it holds only the recipients' public keys. Start at [Target.Round]; [Open] is the other end.
package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/durable"
)

const (
	headFile  = "head.json"
	claimFile = "taken-over.json"
)

// segment is the entries from number from up to number to, in one file.
type segment struct{ from, to uint64 }

// name has twelve digits, so that names sort like numbers.
func (s segment) name() string { return fmt.Sprintf("seg-%012d-%012d.jsonl.gz.age", s.from, s.to) }

func blobFile(sha256 string) string     { return "blob-" + sha256 + ".age" }
func secretsFile(size uint64) string    { return fmt.Sprintf("secrets-%012d.json.gz.age", size) }
func (s segment) within(o segment) bool { return o.from <= s.from && s.to <= o.to }

var (
	segmentForm = regexp.MustCompile(`^seg-([0-9]{12})-([0-9]{12})\.jsonl\.gz\.age$`)
	blobForm    = regexp.MustCompile(`^blob-([0-9a-f]{64})\.age$`)
	secretsForm = regexp.MustCompile(`^secrets-([0-9]{12})\.json\.gz\.age$`)
)

// listing is what stands in a directory, by the names alone. Nothing of it is believed.
type listing struct {
	segments []segment // by beginning, of two with the same one the longer first
	blobs    []string  // hashes, ascending
	secrets  []uint64  // sizes, the largest first
}

// list reads the names of a directory and leaves out every name that is none of ours.
func list(root *os.Root) (l listing, err error) {
	dir, err := root.Open(".")
	if err != nil {
		return l, fault.New(fault.Unavailable, "copy.list", "could not look into %s: %w", root.Name(), err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(maxFiles + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return l, fault.New(fault.Unavailable, "copy.list", "could not look into %s: %w", root.Name(), err)
	}
	if len(names) > maxFiles {
		return l, fault.New(fault.Invalid, "copy.list", "could not use %s: it holds more than %d files", root.Name(), maxFiles).Hinted("name a directory of its own")
	}
	for _, name := range names {
		if m := segmentForm.FindStringSubmatch(name); m != nil {
			if s := (segment{number(m[1]), number(m[2])}); s.from >= 1 && s.from <= s.to && s.to-s.from < MaxEntries {
				l.segments = append(l.segments, s)
			}
		} else if m := blobForm.FindStringSubmatch(name); m != nil {
			l.blobs = append(l.blobs, m[1])
		} else if m := secretsForm.FindStringSubmatch(name); m != nil {
			l.secrets = append(l.secrets, number(m[1]))
		}
	}
	slices.SortFunc(l.segments, func(a, b segment) int {
		if a.from != b.from {
			return compare(a.from, b.from)
		}
		return compare(b.to, a.to)
	})
	slices.Sort(l.blobs)
	slices.SortFunc(l.secrets, func(a, b uint64) int { return compare(b, a) })
	return l, nil
}

func compare(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// number reads twelve digits, which a regular expression has seen.
func number(digits string) uint64 {
	n, _ := strconv.ParseUint(digits, 10, 64)
	return n
}

// cover gives the segments that follow on each other without a gap from entry 1 on, and where the first gap begins: one after the end if there is none.
// A segment that stands wholly within the one before it is left over from before these were joined.
func (l listing) cover() (row []segment, gap uint64) {
	gap = 1
	for _, s := range l.segments {
		if s.to < gap {
			continue
		}
		if s.from != gap {
			break
		}
		row, gap = append(row, s), s.to+1
	}
	return row, gap
}

// ParseRecipients reads public keys of age, one a line (age1…); lines that begin with # are remarks.
func ParseRecipients(text string) ([]age.Recipient, error) {
	all, err := age.ParseRecipients(strings.NewReader(text))
	switch {
	case err != nil:
		return nil, fault.New(fault.Invalid, "copy.recipient", "could not read the recipients: %w", err).Hinted("a recipient begins with age1 and is printed by 'blackstart copy key'")
	case len(all) > MaxRecipients:
		return nil, fault.New(fault.Invalid, "copy.recipient", "could not take %d recipients: at most %d", len(all), MaxRecipients)
	}
	return all, nil
}

// ParseIdentities reads a file of secret keys of age (AGE-SECRET-KEY-1…), as 'blackstart copy key' and age-keygen write it.
func ParseIdentities(r io.Reader) ([]age.Identity, error) {
	all, err := age.ParseIdentities(io.LimitReader(r, maxSmall))
	if err != nil {
		return nil, fault.New(fault.Invalid, "copy.identity", "could not read the identity: %w", err).Hinted("the file holds a line that begins with AGE-SECRET-KEY-1")
	}
	return all, nil
}

// openFile opens a regular file of at most this many bytes; a directory, a pipe or a link out of the directory is refused.
func openFile(root *os.Root, name string, most int64) (*os.File, error) {
	info, err := root.Lstat(name)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > most) {
		return nil, fault.New(fault.Invalid, "copy.file", "could not read %s: it is no file of at most %d bytes", name, most)
	}
	var f *os.File
	if err == nil {
		f, err = root.Open(name)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.New(fault.NotFound, "copy.missing", "could not find %s in %s", name, root.Name())
	case err != nil:
		return nil, fault.New(fault.Unavailable, "copy.file", "could not read %s: %w", name, err)
	}
	return f, nil
}

// readSmall reads head or claim.
func readSmall(root *os.Root, name string) ([]byte, error) {
	f, err := openFile(root, name, maxSmall)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSmall))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "copy.file", "could not read %s: %w", name, err)
	}
	return data, nil
}

// writeSmall writes head or claim.
func writeSmall(root *os.Root, name string, data []byte) error {
	return durable.Write(root, name, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
