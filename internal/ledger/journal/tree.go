package journal

import (
	"context"
	"encoding/hex"
	"fmt"
	"math/bits"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"blackstart/internal/fault"
)

// Head names a state of the journal: how many entries it has, and the RFC 6962 root over them. Two journals with the same head hold the same bytes.
type Head struct {
	Size uint64    `json:"size"`
	Root tlog.Hash `json:"root"`
}

// Short is the head as it stands in page footers and on paper: the size and the first 80 bits of the root, which nobody can forge by trying.
func (h Head) Short() string {
	x := hex.EncodeToString(h.Root[:10])
	return fmt.Sprintf("%d:%s-%s-%s-%s", h.Size, x[0:5], x[5:10], x[10:15], x[15:20])
}

// Short is a short head that somebody has on paper.
type Short struct {
	Size uint64
	text string
}

// ParseShort reads a short head; letters may be capitals, as they are read out.
func ParseShort(text string) (Short, error) {
	s := Short{text: strings.ToLower(strings.TrimSpace(text))}
	size, rest, _ := strings.Cut(s.text, ":")
	var err error
	if s.Size, err = strconv.ParseUint(size, 10, 64); err != nil || s.Size == 0 || s.Size > maxSize || !shortForm.MatchString(rest) {
		return Short{}, fault.New(fault.Invalid, "journal.head", "could not read %.80q as a short head: want one like 5:31e46-3bd04-8ec4d-06c0b", text)
	}
	return s, nil
}

var shortForm = regexp.MustCompile(`^[0-9a-f]{5}(-[0-9a-f]{5}){3}$`)

// Names says whether the head is the one on paper.
func (s Short) Names(h Head) bool { return s.text == h.Short() }

// frontier is the right edge of the tree, all that is needed to make it grow: for each bit of its size, the root of the complete subtree that this bit stands for.
// It is a tlog.HashReader for exactly the nodes that [tlog.StoredHashesForRecordHash] and [tlog.TreeHash] ask for at this size.
type frontier struct {
	size int64
	edge [64]tlog.Hash
}

// ReadHashes implements tlog.HashReader.
func (f *frontier) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		level, _ := tlog.SplitStoredHashIndex(x)
		hashes[i] = f.edge[level]
	}
	return hashes, nil
}

// push adds the hash of a leaf and gives the hashes that are stored with it: its own, then those of the subtrees that it completes, upwards.
func (f *frontier) push(leaf tlog.Hash) []tlog.Hash {
	hashes, err := tlog.StoredHashesForRecordHash(f.size, leaf, f)
	if err != nil {
		panic("the edge of the tree could not be read: " + err.Error()) // impossible: it is memory
	}
	f.size++
	f.edge[len(hashes)-1] = hashes[len(hashes)-1]
	return hashes
}

// head is the head of the tree as it stands.
func (f *frontier) head() Head {
	root, err := tlog.TreeHash(f.size, f)
	if err != nil {
		panic("the edge of the tree could not be read: " + err.Error()) // impossible: it is memory
	}
	return Head{Size: uint64(f.size), Root: root}
}

// loadFrontier reads the right edge of the tree of the given size from a store.
func loadFrontier(ctx context.Context, s Store, size uint64) (frontier, error) {
	f := frontier{size: int64(size)}
	r := stored{ctx, s}
	for level := range bits.Len64(size) {
		if size>>level&1 == 0 {
			continue
		}
		h, err := r.ReadHashes([]int64{tlog.StoredHashIndex(level, int64(size>>level)-1)})
		if err != nil {
			return frontier{}, err
		}
		f.edge[level] = h[0]
	}
	return f, nil
}

// stored reads single nodes of the tree from a store, as a tlog.HashReader.
type stored struct {
	ctx   context.Context
	store Store
}

// ReadHashes implements tlog.HashReader: the node at a level is stored with the entry that completes it.
func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		level, n := tlog.SplitStoredHashIndex(x)
		seq := uint64(n+1) << level
		row, err := s.store.Hashes(s.ctx, seq)
		if err != nil {
			return nil, err
		}
		if level >= len(row) {
			return nil, fault.New(fault.Internal, "journal.node", "could not read the tree: %d hashes are stored with entry %d, none for level %d", len(row), seq, level)
		}
		hashes[i] = row[level]
	}
	return hashes, nil
}
