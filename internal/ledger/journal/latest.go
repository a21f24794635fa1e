package journal

import "context"

// Latest is what a journal says of its own end; nothing of it is verified.
type Latest struct {
	Entries uint64 // how many there are, signed or not
	Head    Head   // of the last checkpoint
	Origin  string
	Note    string // the last checkpoint; empty if there is none
}

// End gives what a source says of its own end. It does not verify anything: [Verify] does.
func End(ctx context.Context, s Source) (Latest, error) {
	var c Checkpoint
	var l Latest
	var err error
	if stored, ok := s.(storeSource); ok {
		if l.Entries, _, err = stored.store.Extent(ctx); err != nil {
			return l, err
		}
		if c, err = stored.store.LastCheckpoint(ctx); err != nil {
			return l, err
		}
	} else if c, l.Entries, err = scanEnd(ctx, s); err != nil {
		return l, err
	}
	if len(c.Note) == 0 {
		return l, nil
	}
	signed, err := parseNote(c.Note)
	l.Head, l.Origin, l.Note = signed.head, signed.origin, string(c.Note)
	return l, err
}

// scanEnd reads a source up to its last checkpoint.
func scanEnd(ctx context.Context, s Source) (c Checkpoint, entries uint64, err error) {
	for i, err := range s.items(ctx) {
		switch {
		case err != nil:
			return c, entries, err
		case i.row != nil:
			entries++
		case i.checkpoint != nil:
			return *i.checkpoint, entries, nil
		}
	}
	return c, entries, nil
}
