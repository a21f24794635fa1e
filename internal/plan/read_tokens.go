package plan

import (
	"bytes"
	"strconv"
)

// tokens are the words of a text with their places. The old formats are tables for Fortran: numbers in an order, white space between, lines where people liked them.
type tokens struct {
	rest      []byte
	line, col int                     // of the next byte
	at        struct{ line, col int } // of the word that came last
}

func newTokens(data []byte) *tokens { return &tokens{rest: unmarked(data), line: 1, col: 1} }

// word gives the next word, empty at the end.
func (t *tokens) word() string {
	for len(t.rest) > 0 && t.rest[0] <= ' ' {
		t.step()
	}
	t.at.line, t.at.col = t.line, t.col
	n := bytes.IndexFunc(t.rest, func(r rune) bool { return r <= ' ' })
	if n < 0 {
		n = len(t.rest)
	}
	word := string(t.rest[:n])
	t.rest, t.col = t.rest[n:], t.col+n
	return word
}

func (t *tokens) step() {
	if t.col++; t.rest[0] == '\n' {
		t.line, t.col = t.line+1, 1
	}
	t.rest = t.rest[1:]
}

// skipLine drops what is left of the line.
func (t *tokens) skipLine() {
	n := bytes.IndexByte(t.rest, '\n')
	if n < 0 {
		n = len(t.rest) - 1
	}
	t.rest, t.line, t.col = t.rest[n+1:], t.line+1, 1
}

// number reads a whole number from lo to hi; what names it in errors.
func (t *tokens) number(what string, lo, hi int64) (int64, *Error) {
	word := t.word()
	n, err := strconv.ParseInt(word, 10, 64)
	switch {
	case word == "":
		return 0, failed("plan.short", t.at.line, t.at.col, "the file ends where %s should stand", what)
	case err != nil:
		return 0, failed("plan.number", t.at.line, t.at.col, "%s is %.20q, want a whole number", what, word)
	case n != lo && lo == hi:
		return 0, failed("plan.number", t.at.line, t.at.col, "%s is %d, want %d", what, n, lo)
	case n < lo || n > hi:
		return 0, failed("plan.number", t.at.line, t.at.col, "%s is %d, want %d to %d", what, n, lo, hi)
	}
	return n, nil
}

// find skips to the line that begins with the word, and past it; the error says what is missing.
func (t *tokens) find(header string) *Error {
	for {
		word := t.word()
		if word == header {
			return nil
		}
		if word == "" {
			return failed("plan.header", t.at.line, t.at.col, "the file has no line that begins with %q", header)
		}
		t.skipLine()
	}
}
