package journal

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"strconv"

	"github.com/go-json-experiment/json"

	"blackstart/internal/fault"
)

// Names of the side files of an export F: the private parts and the blobs stand apart, so that either can be given away without the other.
const (
	PrivateSuffix = ".private"
	BlobsSuffix   = ".blobs"
)

// checkpointPrefix begins the last line of an export; no record begins like it.
const checkpointPrefix = `{"checkpoint":`

// A line of the side file with the private parts is the number of an entry between these, then the part and a closing brace.
const (
	privatePrefix = `{"seq":`
	privateInfix  = `,"private":`
)

// The lines of an export other than records. Each has one form only; reading compares with it.
func checkpointLine(note []byte) []byte {
	return append(appendQuoted([]byte(checkpointPrefix), string(note)), '}')
}

func privateLine(seq uint64, part []byte) []byte {
	b := strconv.AppendUint([]byte(privatePrefix), seq, 10)
	return append(append(append(b, privateInfix...), part...), '}')
}

func blobLine(b blob) []byte {
	line := appendQuoted([]byte(`{"sha256":`), b.name)
	line = base64.StdEncoding.AppendEncode(append(line, `,"data":"`...), b.data)
	return append(line, `"}`...)
}

// Exported is an export as a source: the file at path, with its side files where they stand beside it.
func Exported(path string) Source { return exportSource{path} }

type exportSource struct{ path string }

func (exportSource) bare() bool { return true }

func (s exportSource) items(ctx context.Context) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		file, err := os.Open(s.path)
		if err != nil {
			yield(item{}, fault.New(fault.NotFound, "export.file", "could not open the export: %w", err))
			return
		}
		defer file.Close()
		private, err := openSide(s.path+PrivateSuffix, len(privateLine(maxSize, nil))+MaxPrivate)
		if err == nil {
			defer private.Close()
			var blobs *side
			if blobs, err = openSide(s.path+BlobsSuffix, len(blobLine(blob{name: SHA256(nil)}))+base64.StdEncoding.EncodedLen(MaxBlob)); err == nil {
				defer blobs.Close()
				give := func(i item, err error) bool { return yield(i, err) && err == nil }
				if readRecords(ctx, newLines(file, MaxRecord), &parts{lines: private.lines}, give) {
					readBlobs(ctx, blobs.lines, give)
				}
				return
			}
		}
		yield(item{}, err)
	}
}

// readRecords gives the records with their private parts, then the checkpoint, behind which nothing may stand.
func readRecords(ctx context.Context, in *lines, private *parts, give func(item, error) bool) bool {
	for seq := uint64(1); ; seq++ {
		if err := ctx.Err(); err != nil {
			return give(item{}, fault.New(fault.Unavailable, "export.cancelled", "could not read the export: %w", err))
		}
		line, err := in.next()
		switch {
		case err == io.EOF:
			return give(item{}, flawOf("checkpoint", "there is none at the end of the export: it has been cut off"))
		case err != nil:
			return give(item{}, atEntry(seq, err))
		case bytes.HasPrefix(line, []byte(checkpointPrefix)):
			c, err := readCheckpoint(line, in)
			if !give(item{checkpoint: &c}, err) {
				return false
			}
			err = private.end()
			return err == nil || give(item{}, err)
		}
		row := Row{Columns: Columns{Seq: seq}, Raw: line}
		row.Private, err = private.of(seq, line)
		if !give(item{row: &row}, err) {
			return false
		}
	}
}

// readCheckpoint reads the last line.
func readCheckpoint(line []byte, in *lines) (Checkpoint, error) {
	var c struct {
		Checkpoint string `json:"checkpoint"`
	}
	if err := json.Unmarshal(line, &c, json.RejectUnknownMembers(true)); err != nil {
		return Checkpoint{}, flawOf("checkpoint", "%s", err)
	}
	if !bytes.Equal(checkpointLine([]byte(c.Checkpoint)), line) {
		return Checkpoint{}, flawOf("checkpoint", "it is not in the one form that the journal writes")
	}
	if _, err := in.next(); err != io.EOF {
		return Checkpoint{}, flawOf("checkpoint", "something stands behind it")
	}
	return Checkpoint{Note: []byte(c.Checkpoint)}, nil
}

// parts gives out the lines of the side file with the private parts, whose numbers rise, to the records they belong to.
type parts struct {
	lines *lines
	seq   uint64 // of the line read ahead; 0 if none is
	part  []byte
	err   error
}

// advance reads one line ahead.
func (p *parts) advance() {
	if p.seq != 0 || p.err != nil || p.lines == nil {
		return
	}
	line, err := p.lines.next()
	if p.err = err; err != nil {
		return
	}
	number, part, found := bytes.Cut(bytes.TrimPrefix(line, []byte(privatePrefix)), []byte(privateInfix))
	seq, err := strconv.ParseUint(string(number), 10, 64)
	if !found || err != nil || seq == 0 || !bytes.HasSuffix(part, []byte("}")) || !bytes.Equal(privateLine(seq, part[:len(part)-1]), line) {
		p.err = errors.New("it is not in the one form that the journal writes")
		return
	}
	p.seq, p.part = seq, part[:len(part)-1] // what the part itself looks like is checked with its hash
}

// of gives the private part of a record, nil if the side file has none for it. A line that cannot be read is laid to the next record that has a private part.
func (p *parts) of(seq uint64, record []byte) ([]byte, error) {
	p.advance()
	switch {
	case p.err != nil && p.err != io.EOF && !bytes.HasSuffix(record, []byte(`,"private":""}`)):
		return nil, flawAt(seq, "its private part cannot be read: %s", p.err)
	case p.seq != 0 && p.seq < seq:
		return nil, flawAt(p.seq, "its private part stands behind that of entry %d", seq-1)
	case p.seq != seq:
		return nil, nil
	}
	p.seq = 0
	return p.part, nil
}

// end makes sure that no part is left over.
func (p *parts) end() error {
	p.advance()
	if p.seq != 0 {
		return flawAt(p.seq, "there is a private part for it, but no record")
	}
	if p.err != nil && p.err != io.EOF {
		return flawOf("private parts", "line %d of the side file: %s", p.lines.n, p.err)
	}
	return nil
}

// readBlobs gives the blobs, whose names rise.
func readBlobs(ctx context.Context, in *lines, give func(item, error) bool) {
	for last := ""; in != nil && ctx.Err() == nil; {
		line, err := in.next()
		if err == io.EOF {
			return
		}
		var b blob
		if err == nil {
			b, err = parseBlob(line)
		}
		if err == nil && b.name <= last {
			err = errors.New("its name does not come after the one before it")
		}
		if err != nil {
			give(item{}, flawOf("blob "+strconv.Itoa(in.n), "line %d of the side file: %s", in.n, err))
			return
		}
		if last = b.name; !give(item{blob: &b}, nil) {
			return
		}
	}
	if err := ctx.Err(); err != nil {
		give(item{}, fault.New(fault.Unavailable, "export.cancelled", "could not read the export: %w", err))
	}
}

func parseBlob(line []byte) (blob, error) {
	var l struct {
		SHA256 string `json:"sha256"`
		Data   []byte `json:"data"`
	}
	if err := json.Unmarshal(line, &l, json.RejectUnknownMembers(true)); err != nil {
		return blob{}, err
	}
	b := blob{l.SHA256, l.Data}
	if !isHash(b.name) || !bytes.Equal(blobLine(b), line) {
		return blob{}, errors.New("it is not in the one form that the journal writes")
	}
	return b, nil
}

// side is a side file that may not be there; then lines is nil.
type side struct {
	file  *os.File
	lines *lines
}

func openSide(path string, longest int) (*side, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &side{}, nil
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, "export.file", "could not open the side file of the export: %w", err)
	}
	return &side{file: file, lines: newLines(file, longest)}, nil
}

func (s *side) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// lines reads lines of bounded length, each ended by one newline; a last line without one has been cut off.
type lines struct {
	in      *bufio.Reader
	longest int
	n       int // lines read
}

func newLines(r io.Reader, longest int) *lines {
	return &lines{in: bufio.NewReaderSize(r, 64<<10), longest: longest}
}

// next gives a line without its newline, in memory of its own; io.EOF after the last one.
func (l *lines) next() ([]byte, error) {
	var line []byte
	for l.n++; ; {
		piece, err := l.in.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > l.longest+1:
			return nil, flawOf("line "+strconv.Itoa(l.n), "it is longer than %d bytes", l.longest)
		case err == nil:
			return line[:len(line)-1], nil
		case err == io.EOF && len(line) == 0:
			return nil, io.EOF
		case err == io.EOF:
			return nil, flawOf("line "+strconv.Itoa(l.n), "it does not end with a newline")
		case err != bufio.ErrBufferFull:
			return nil, fault.New(fault.Unavailable, "export.read", "could not read the export: %w", err)
		}
	}
}

// atEntry lays a flaw of a line to an entry; an error of reading stays one.
func atEntry(seq uint64, err error) error {
	if f, ok := err.(*flaw); ok {
		return flawAt(seq, "%s", f.why)
	}
	return err
}
