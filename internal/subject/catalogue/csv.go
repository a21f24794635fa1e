package catalogue

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// row is one line of a long list with the place of each field.
type row struct {
	r      *reading
	at     pos
	fields map[string]string
	places map[string]pos
}

// readRows reads a CSV file (RFC 4180; comma, or semicolon as German spreadsheets write it) whose first line names the columns.
// Columns may stand in any order; unknown ones and missing needed ones are reported, and rows go on after a faulty one.
// It says whether every row could be read.
func readRows(r *reading, f File, needed, optional []string, each func(row)) bool {
	c := csv.NewReader(bytes.NewReader(f.Bytes))
	c.Comma, c.FieldsPerRecord = separator(f.Bytes), -1
	lines := bytes.Split(f.Bytes, []byte("\n"))
	head, err := c.Read()
	if err != nil {
		r.fail(csvPos(f.Path, err), "syntax", "the first line names the columns: "+strings.Join(needed, ","), "has no header line: %s", csvMessage(err))
		return false
	}
	if !checkHeader(r, f.Path, lines, c, head, needed, optional) {
		return false
	}
	whole := true
	for n := 0; ; n++ {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return whole
		}
		if n == maxRows {
			r.fail(place(f.Path, lines, c, 0), "too_many", "", "has more than %d rows", maxRows)
			return false
		}
		if err != nil {
			r.fail(csvPos(f.Path, err), "syntax", "put the field into double quotes, and double a quote inside", "is not CSV: %s", csvMessage(err))
			return false // after a stray quote the reader no longer knows where a row begins
		}
		if len(fields) != len(head) {
			r.fail(place(f.Path, lines, c, 0), "columns", "", "has %d fields, the header has %d", len(fields), len(head))
			whole = false
			continue
		}
		each(newRow(r, f.Path, lines, c, head, fields))
	}
}

func newRow(r *reading, file string, lines [][]byte, c *csv.Reader, head, fields []string) row {
	w := row{r: r, at: place(file, lines, c, 0), fields: map[string]string{}, places: map[string]pos{}}
	for i, name := range head {
		w.fields[name], w.places[name] = fields[i], place(file, lines, c, i)
	}
	return w
}

func checkHeader(r *reading, file string, lines [][]byte, c *csv.Reader, head, needed, optional []string) bool {
	ok := true
	known := slices.Concat(needed, optional)
	for i, name := range head {
		at := place(file, lines, c, i)
		switch {
		case !slices.Contains(known, name):
			r.fail(at, "key_unknown", suggest(name, known), "column %s is not known here", clip(name))
			ok = false
		case slices.Contains(head[:i], name):
			r.fail(at, "key_duplicate", "remove one", "column %s stands here twice", name)
			ok = false
		}
	}
	for _, name := range needed {
		if !slices.Contains(head, name) {
			r.fail(pos{file, 1, 1}, "key_missing", "add it to the first line", "column %s is missing", name)
			ok = false
		}
	}
	return ok
}

// separator is the semicolon when the header has one and no comma.
func separator(b []byte) rune {
	head, _, _ := bytes.Cut(b, []byte("\n"))
	if bytes.ContainsRune(head, ';') && !bytes.ContainsRune(head, ',') {
		return ';'
	}
	return ','
}

// place turns the reader's byte column into a column in characters.
func place(file string, lines [][]byte, c *csv.Reader, field int) pos {
	line, col := c.FieldPos(field)
	if line < 1 || line > len(lines) {
		return pos{file, max(1, line), max(1, col)}
	}
	upTo := min(max(0, col-1), len(lines[line-1]))
	return pos{file, line, utf8.RuneCount(lines[line-1][:upTo]) + 1}
}

func csvPos(file string, err error) pos {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return pos{file, max(1, e.Line), max(1, e.Column)}
	}
	return pos{file, 1, 1}
}

func csvMessage(err error) string {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return e.Err.Error()
	}
	return "it is empty"
}

// str reads a field as it stands; a needed one that is empty is reported.
func (w row) str(col string, needed bool) string {
	s := w.fields[col]
	switch {
	case s == "" && needed:
		w.r.fail(w.place(col), "empty", "", "column %s is empty", col)
	case !tidy(s) || strings.ContainsAny(s, "\n\r\t"):
		w.r.fail(w.place(col), "value", "one line, no space at its ends", "column %s takes at most %d characters", col, maxText)
		return ""
	}
	return s
}

func (w row) place(col string) pos {
	if p, ok := w.places[col]; ok {
		return p
	}
	return w.at
}

func (w row) word(col string, known []string) string {
	s := w.str(col, true)
	if s != "" && !slices.Contains(known, s) {
		w.r.fail(w.place(col), "value", suggest(s, known), "column %s does not take %q", col, clip(s))
		return ""
	}
	return s
}

func (w row) number(col string, high int) int {
	s := w.str(col, true)
	n, ok := number(s)
	if s != "" && (!ok || n > high) {
		w.r.fail(w.place(col), "value", "", "column %s takes a whole number up to %d, not %q", col, high, clip(s))
		return 0
	}
	return n
}

func (w row) ref(col string, kind RefKind) string {
	s := w.str(col, false)
	w.r.refer(w.place(col), kind, s)
	return s
}
