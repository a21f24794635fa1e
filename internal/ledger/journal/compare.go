package journal

import (
	"bytes"
	"context"
	"fmt"
	"iter"
)

// Relation says how two journals stand to each other.
type Relation string

const (
	Same   Relation = "same"   // the same entries, byte for byte
	Prefix Relation = "prefix" // the first one is an earlier state of the second
	Beyond Relation = "beyond" // the second one is an earlier state of the first
	Fork   Relation = "fork"   // they part: both go on differently from the same beginning
)

// Comparison is how two journals stand to each other, and where they part.
type Comparison struct {
	Relation Relation `json:"relation"`
	Common   uint64   `json:"common"`         // entries that both have
	Fork     uint64   `json:"fork,omitempty"` // the first entry that differs
	A        Side     `json:"a"`
	B        Side     `json:"b"`
}

// Side is one of two journals that are compared.
type Side struct {
	Size uint64 `json:"size"`           // entries read: all, or up to the fork
	Kind string `json:"kind,omitempty"` // of the entry at the fork
	At   string `json:"at,omitempty"`   // its time
}

// Compare reads two journals side by side up to the first record that differs. It compares bytes and checks no signature: that is [Verify]'s.
func Compare(ctx context.Context, a, b Source) (Comparison, error) {
	nextA, stopA := iter.Pull2(records(ctx, a))
	defer stopA()
	nextB, stopB := iter.Pull2(records(ctx, b))
	defer stopB()
	var c Comparison
	for {
		rowA, errA, moreA := nextA()
		rowB, errB, moreB := nextB()
		if errA != nil {
			return c, fmt.Errorf("the first journal: %w", errA)
		}
		if errB != nil {
			return c, fmt.Errorf("the second journal: %w", errB)
		}
		switch {
		case !moreA && !moreB:
			c.Relation = Same
			return c, nil
		case !moreA || !moreB:
			if moreA {
				c.Relation = Beyond
				return c, c.A.count(nextA)
			}
			c.Relation = Prefix
			return c, c.B.count(nextB)
		}
		c.A.Size++
		c.B.Size++
		if !bytes.Equal(rowA.Raw, rowB.Raw) {
			c.Relation, c.Fork = Fork, c.Common+1
			c.A.describe(rowA)
			c.B.describe(rowB)
			return c, nil
		}
		c.Common++
	}
}

// count counts how far the longer journal goes on; its first entry beyond the other has been read already.
func (s *Side) count(next func() (Row, error, bool)) error {
	for more := true; more; {
		s.Size++
		var err error
		if _, err, more = next(); err != nil {
			return fmt.Errorf("behind the end of the other journal: %w", err)
		}
	}
	return nil
}

// describe says what stands at the fork, as far as it can be read.
func (s *Side) describe(row Row) {
	if r, err := ParseRecord(row.Raw); err == nil {
		s.Kind, s.At = r.Kind, r.At.Format("2006-01-02T15:04:05Z")
	}
}

// records gives the rows of a source alone; a flaw in anything else does not end them.
func records(ctx context.Context, s Source) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i, err := range s.items(ctx) {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if i.blob != nil {
				return
			}
			if i.row != nil && !yield(*i.row, nil) {
				return
			}
		}
	}
}
