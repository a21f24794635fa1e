package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
)

// mark is the tide mark beside the database: how far it has been acknowledged. SQLite takes the WAL up to the first frame that does not fit its checksum
// and drops the rest without a word, so one flipped bit in it, after a kill, would take acknowledged entries away and leave a journal that is whole in
// itself. The mark is written after each commit and never synced: a power cut may leave an older one, or none, and it never says more than is durable.
type mark struct {
	entries uint64 // the number of the last acknowledged entry
	signed  uint64 // the size of the last acknowledged checkpoint
}

// markFile is the mark as a file of one line that is written over in place.
type markFile interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
}

// markName is the mark of a database.
func markName(path string) string { return path + "-mark" }

// line is the file's content; the sum tells a line that was torn.
func (m mark) line() []byte {
	said := fmt.Sprintf("blackstart mark 1 entries %020d signed %020d", m.entries, m.signed)
	return fmt.Appendf(nil, "%s %08x\n", said, crc32.ChecksumIEEE([]byte(said)))
}

// parseMark reads a line. One that is not whole says nothing.
func parseMark(line []byte) (m mark) {
	if _, err := fmt.Sscanf(string(line), "blackstart mark 1 entries %d signed %d", &m.entries, &m.signed); err != nil || !bytes.Equal(m.line(), line) {
		return mark{}
	}
	return m
}

// readMark reads the mark beside a database; none, or one that cannot be read, says nothing.
func readMark(d disk, path string) (mark, error) {
	f, err := d.OpenMark(markName(path), false)
	if errors.Is(err, fs.ErrNotExist) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, err
	}
	defer f.Close()
	line := make([]byte, len(mark{}.line()))
	if _, err := f.ReadAt(line, 0); err != nil && err != io.EOF {
		return mark{}, fault.New(fault.Unavailable, "store.file", "could not read %s: %w", markName(path), err)
	}
	return parseMark(line), nil
}

// reached notes how far the commit that has just returned goes. The caller holds mu.
func (w *writer) reached(path string) error {
	if w.now == w.marked {
		return nil
	}
	if _, err := w.markFile.WriteAt(w.now.line(), 0); err != nil {
		return fmt.Errorf("%s: %w", markName(path), err)
	}
	w.marked = w.now
	return nil
}

// checkMark compares the mark, read before the tables since a hub may be writing, with what is there. Where the tables themselves show that something is
// missing, the verifier names it better.
func (m mark) check(path string, r *reader) error {
	var records, hashes, signed uint64
	if _, err := column(&binder{stmt: r.extentOf}, func(s *sqlite3.Stmt) error {
		records, hashes = uint64(s.ColumnInt64(0)), uint64(s.ColumnInt64(1))
		return nil
	}); err != nil {
		return err
	}
	last, err := column(&binder{stmt: r.checkpoint}, scanCheckpoint)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		signed = last[0].Size
	}
	if records != hashes || signed > records || records >= m.entries && (signed == 0 || signed >= m.signed) {
		return nil
	}
	return fault.New(fault.Invalid, "store.shorter", "could not find all of %s: it ends with entry %d and the checkpoint of %d entries, but entry %d and the checkpoint of %d were acknowledged",
		path, records, signed, m.entries, m.signed).
		Hinted("the disk lost or damaged what was written last, or an older copy was put in its place: keep the directory as it is and go on from a better copy; remove %s only if this state is the one you mean", markName(path))
}

// shorter compares the mark with the database at a start.
func (s *Store) shorter(ctx context.Context) (mark, error) {
	m, err := readMark(s.disk, s.path)
	if err == nil {
		err = s.query(ctx, func(r *reader) error { return m.check(s.path, r) })
	}
	return m, err
}
