package journal

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
)

// Draft is one entry as its author hands it over; the journal adds its number, its batch and the hash of its private part.
type Draft struct {
	At         time.Time // when it is entered; never before the entry before it
	HappenedAt time.Time // when it happened, which may lie before; zero means At
	Actor      string    // who acts: user:anna, agent:fs-01, hub:timer; never a person's real name
	Kind       string    // what happened: incident.opened; for ever
	Schema     int       // version of the body, from 1
	Incident   string    // the incident it belongs to; may be empty
	Cause      string    // what it follows from; may be empty
	Body       []byte    // JSON object; nil is {}
	Private    []byte    // JSON object with what is about persons, without a member "salt"; nil if there is none
}

// Record is one entry as it is hashed. The fields stand in the JSON line in this order, every one of them always present.
type Record struct {
	Seq        uint64 // from 1, without gaps
	At         time.Time
	HappenedAt time.Time
	Actor      string
	Kind       string
	Schema     int
	Incident   string
	Cause      string
	Batch      uint64         // number of the first entry of the batch: what stands in one batch was decided together
	Body       jsontext.Value // JSON object without insignificant white space
	Private    string         // SHA-256 of the salted private part in hex, empty if there is none
}

// Entry is a record with the bytes that stand for it.
type Entry struct {
	Record
	// Raw is the stored line, without the newline: exactly the leaf of the tree.
	Raw []byte
	// Salted is the private part with its salt, as its hash covers it; nil if there is none, or if it was left out or shredded: then Record.Private is set.
	Salted []byte
}

// Unsalted is the private part as its author handed it over, nil where Salted is nil.
func (e Entry) Unsalted() []byte { return unsalt(e.Salted) }

// encode writes the one and only form of a record (docs/journal-format.md, "Record"). Its fields have been checked.
func (r Record) encode() []byte {
	b := make([]byte, 0, 256+len(r.Body))
	b = strconv.AppendUint(append(b, `{"seq":`...), r.Seq, 10)
	b = r.At.AppendFormat(append(b, `,"at":"`...), time.RFC3339Nano)
	b = r.HappenedAt.AppendFormat(append(b, `","happened_at":"`...), time.RFC3339Nano)
	b = appendQuoted(append(b, `","actor":`...), r.Actor)
	b = appendQuoted(append(b, `,"kind":`...), r.Kind)
	b = strconv.AppendInt(append(b, `,"schema":`...), int64(r.Schema), 10)
	b = appendQuoted(append(b, `,"incident":`...), r.Incident)
	b = appendQuoted(append(b, `,"cause":`...), r.Cause)
	b = strconv.AppendUint(append(b, `,"batch":`...), r.Batch, 10)
	b = append(append(b, `,"body":`...), r.Body...)
	b = appendQuoted(append(b, `,"private":`...), r.Private)
	return append(b, '}')
}

// appendQuoted adds a JSON string in its shortest form (RFC 8785, section 3.2.2.2).
func appendQuoted(b []byte, s string) []byte {
	b, err := jsontext.AppendQuote(b, s)
	if err != nil {
		panic("a checked string did not quote: " + err.Error()) // impossible: it is valid UTF-8
	}
	return b
}

// ParseRecord reads a record from foreign bytes and refuses every form but the one that the journal writes: what has two spellings could be two records.
func ParseRecord(raw []byte) (Record, error) {
	if len(raw) > MaxRecord {
		return Record{}, bad("it has %d bytes, at most %d", len(raw), MaxRecord)
	}
	r, err := scanRecord(raw)
	if err != nil {
		return Record{}, err
	}
	body, err := compactObject(r.Body)
	if err != nil {
		return Record{}, err
	}
	if !bytes.Equal(body, r.Body) {
		return Record{}, bad("its body holds white space")
	}
	if err := r.check(); err != nil {
		return Record{}, err
	}
	if !bytes.Equal(r.encode(), raw) {
		return Record{}, bad("it is not in the one form that the journal writes")
	}
	r.Body = body // of its own: who keeps a body must not keep the page that it was read from
	return r, nil
}

// bad says that a record is not one.
func bad(format string, args ...any) *fault.Fault {
	return fault.New(fault.Invalid, "journal.record", "could not read the record: "+format, args...)
}

// isKind says whether s is of the form of a kind: words of lower-case letters, digits and underscores that begin with a letter, joined by dots.
func isKind(s string) bool {
	begin := true
	for _, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z'
		if !letter && (begin || c != '.' && c != '_' && (c < '0' || c > '9')) {
			return false
		}
		begin = c == '.'
	}
	return !begin
}

// isHash says whether s is a SHA-256 in lower-case hex.
func isHash(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == hex.EncodedLen(hashBytes)
}

// check holds for every record, written or read.
func (r Record) check() error {
	switch {
	case r.Seq == 0 || r.Seq > maxSize:
		return bad("seq %d is out of range", r.Seq)
	case r.Batch == 0 || r.Batch > r.Seq:
		return bad("batch %d does not begin at or before entry %d", r.Batch, r.Seq)
	case r.Schema < 1:
		return bad("schema %d; versions count from 1", r.Schema)
	case len(r.Kind) > MaxField || !isKind(r.Kind):
		return bad("kind %.80q is not of the form subject.happened", r.Kind)
	case r.Actor == "":
		return bad("nobody is named as actor")
	case r.Private != "" && !isHash(r.Private):
		return bad("private %.80q is no SHA-256 in hex", r.Private)
	}
	for _, t := range []time.Time{r.At, r.HappenedAt} {
		if t.Location() != time.UTC || t.Year() < minYear || t.Year() > maxYear {
			return bad("time %s is not in UTC between %d and %d", t.Format(time.RFC3339Nano), minYear, maxYear)
		}
	}
	for _, s := range []string{r.Actor, r.Incident, r.Cause} {
		if len(s) > MaxField || !utf8.ValidString(s) {
			return bad("%.80q is longer than %d bytes or no UTF-8", s, MaxField)
		}
	}
	return nil
}

// compactObject checks that v is one JSON object without duplicate names and gives it without white space; numbers and strings stay as they are.
func compactObject(v []byte) (jsontext.Value, error) {
	c := jsontext.Value(bytes.Clone(v))
	if err := c.Compact(jsontext.AllowDuplicateNames(false), jsontext.AllowInvalidUTF8(false)); err != nil {
		return nil, bad("%w", err)
	}
	if c.Kind() != '{' {
		return nil, bad("its body is no JSON object")
	}
	return c, nil
}
