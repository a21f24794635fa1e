package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// placeError is what is wrong in a file, and where.
type placeError struct {
	text   string
	offset int64
}

// Error is what is wrong.
func (p *placeError) Error() string { return p.text }

// object is one that is being read: the names seen so far; or a list, without such.
type object struct {
	seen map[string]bool
	ids  bool   // its names are ids, written in any way
	last string // name, whose value comes next
	at   bool   // a value comes next, not a name
}

// reader goes through a file, token by token. It refuses what [json.Unmarshal] would take: that merges doubled names, reads "Start", or one with a long s, as "start", and null as 0 or nothing, and puts a
// sign of its own in the place of what is no letter. What is no JSON at all is for others to refuse.
type reader struct {
	data  []byte
	open  []object // the whole is like a list of one
	words []word
}

// word is a string where a moment may stand: from its first quotation mark to behind its last.
type word struct {
	field       string // whose value it is, or part of
	depth       int    // objects and lists around it
	from, until int64
}

// readNames goes through a whole file.
func readNames(data []byte) ([]word, error) {
	if at := notUTF8(data); at >= 0 {
		return nil, &placeError{"it is no UTF-8", int64(at + 1)}
	}
	r := &reader{data: data, open: []object{{}}}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for len(r.open) <= deepest { // a value that is deeper no field of ours has
		from := d.InputOffset()
		token, err := d.Token()
		if err != nil {
			break
		}
		if text, is := token.(string); is {
			from += int64(bytes.IndexByte(data[from:], '"'))
			err = r.text(text, from, d.InputOffset())
		} else {
			err = r.other(token, d.InputOffset())
		}
		if err != nil {
			return nil, err
		}
	}
	return r.words, nil
}

// deepest is more than any file of ours is deep; millions of brackets in each other would take a gigabyte.
const deepest = 16

// text is a name or a string.
func (r *reader) text(text string, from, until int64) error {
	if half(r.data[from:until]) {
		return &placeError{fmt.Sprintf("%.40q is half a letter", text), until} // RFC 7493, 2.1
	}
	in := &r.open[len(r.open)-1]
	switch {
	case in.seen == nil:
	case in.at:
		in.at = false
		field := in.last
		if field == "min" || field == "likely" || field == "max" {
			field = r.around()
		}
		if field == "begin" || timed[field] {
			r.words = append(r.words, word{field, len(r.open) - 1, from, until})
		}
	case in.seen[text]:
		return &placeError{fmt.Sprintf("the name %.40q stands there twice", text), until}
	case !in.ids && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz_") != "":
		return &placeError{fmt.Sprintf("there is no field %.40q: names are written in small letters", text), until}
	default:
		in.seen[text], in.last, in.at = true, text, true
	}
	return nil
}

// around is the name of the field in whose object, or list, the reader stands.
func (r *reader) around() string { return r.open[max(0, len(r.open)-2)].last }

// other is a value that is no string, or a bracket.
func (r *reader) other(token json.Token, until int64) error {
	in := &r.open[len(r.open)-1]
	in.at = false
	switch token {
	case nil:
		if in.seen == nil {
			return &placeError{fmt.Sprintf("there is a null in the list %.40q", r.around()), until}
		} else if in.ids || !optional[in.last] {
			return &placeError{fmt.Sprintf("the field %.40q is null", in.last), until}
		}
	case json.Delim('{'):
		r.open = append(r.open, object{seen: map[string]bool{}, ids: len(r.open) == 2 && keyed[in.last]})
	case json.Delim('['):
		r.open = append(r.open, object{})
	case json.Delim('}'), json.Delim(']'):
		r.open = r.open[:len(r.open)-1]
	}
	return nil
}

// optional are the fields whose null says the same as if they were not there. Elsewhere [json.Unmarshal] would take it for 0.
var optional = map[string]bool{"earliest": true, "at": true, "opens": true, "factors": true, "assumed": true}

// keyed are the fields of a plan whose names are ids of tasks and services.
var keyed = map[string]bool{"start": true, "pieces": true, "back": true, "behind": true, "services_behind": true}

// notUTF8 is the place of the first byte that is none; -1 if all are.
func notUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; ; {
		letter, size := utf8.DecodeRune(data[at:])
		if letter == utf8.RuneError && size < 2 {
			return at
		}
		at += size
	}
}

// half says whether a string has one half of a pair of \u escapes (RFC 8259, section 7) without the other.
func half(raw []byte) bool {
	for {
		k := bytes.IndexByte(raw, '\\')
		if k < 0 {
			return false
		}
		first, second := escaped(raw[k:]), uint64(0)
		if raw = raw[k+2:]; first >= 0xD800 && first < 0xDC00 {
			if second = escaped(raw[4:]); second < 0xDC00 || second > 0xDFFF {
				return true
			}
			raw = raw[6:]
		} else if first >= 0xDC00 && first <= 0xDFFF {
			return true
		}
	}
}

// escaped is the number behind \u; 0 where there is none.
func escaped(raw []byte) uint64 {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0
	}
	n, err := strconv.ParseUint(string(raw[2:6]), 16, 16)
	if err != nil {
		return 0
	}
	return n
}
