package journal

import (
	"bytes"
	"encoding/hex"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// scanner reads the members of a record in their one order. It may take spellings that the format refuses: [ParseRecord] writes what was read
// again and compares. A million records are read at every start, and a reader for any JSON takes three times as long.
type scanner struct {
	rest []byte
	size int   // of the whole
	err  error // the first thing that was not as it must be; from then on nothing is read
}

// scanRecord takes a line apart.
func scanRecord(raw []byte) (Record, error) {
	s := scanner{rest: raw, size: len(raw)}
	r := Record{
		Seq:        s.number(`{"seq":`),
		At:         s.time(`,"at":`),
		HappenedAt: s.time(`,"happened_at":`),
		Actor:      s.text(`,"actor":`),
		Kind:       s.text(`,"kind":`),
		Schema:     int(s.number(`,"schema":`)),
		Incident:   s.text(`,"incident":`),
		Cause:      s.text(`,"cause":`),
		Batch:      s.number(`,"batch":`),
	}
	s.literal(`,"body":`)
	r.Body, r.Private = s.tail()
	return r, s.err
}

// fail keeps the first complaint, with its place.
func (s *scanner) fail(want string) {
	if s.err == nil {
		s.err = bad("at byte %d it has no %s", s.size-len(s.rest)+1, want)
	}
}

func (s *scanner) literal(want string) {
	rest, found := bytes.CutPrefix(s.rest, []byte(want))
	if !found {
		s.fail(want)
	}
	s.rest = rest
}

// number reads digits; one too large for its place is refused here, everything else about it by whoever compares.
func (s *scanner) number(name string) uint64 {
	s.literal(name)
	n := 0
	for n < len(s.rest) && s.rest[n] >= '0' && s.rest[n] <= '9' {
		n++
	}
	v, err := strconv.ParseUint(string(s.rest[:n]), 10, 64)
	if err != nil || v > math.MaxInt64 {
		s.fail("number")
		return 0
	}
	s.rest = s.rest[n:]
	return v
}

func (s *scanner) time(name string) time.Time {
	text := s.text(name)
	if s.err != nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		s.fail("time before it")
	}
	return t
}

// text reads a string up to the quote that ends it.
func (s *scanner) text(name string) string {
	s.literal(name)
	if len(s.rest) == 0 || s.rest[0] != '"' {
		s.fail("string")
		return ""
	}
	n, escaped := 1, false
	for n < len(s.rest) && s.rest[n] != '"' {
		if s.rest[n] == '\\' {
			escaped = true
			n++
		}
		n++
	}
	if n >= len(s.rest) {
		s.fail("end of a string")
		return ""
	}
	quoted := s.rest[:n+1]
	if !escaped {
		s.rest = s.rest[n+1:]
		return string(quoted[1:n])
	}
	text, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil {
		s.fail("string")
		return ""
	}
	s.rest = s.rest[n+1:]
	return string(text)
}

// tail parts the body from the last member, whose two lengths are known; that the body is one object is for others to say.
func (s *scanner) tail() (body jsontext.Value, private string) {
	const open, end = `,"private":"`, `"}`
	for _, digits := range []int{0, hex.EncodedLen(hashBytes)} {
		n := len(s.rest) - len(open) - digits - len(end)
		if n < 0 {
			break
		}
		if last := s.rest[n:]; bytes.HasPrefix(last, []byte(open)) && bytes.HasSuffix(last, []byte(end)) {
			return jsontext.Value(s.rest[:n]), string(last[len(open) : len(open)+digits])
		}
	}
	s.fail(`body followed by "private" with a SHA-256 in hex or nothing`)
	return nil, ""
}
