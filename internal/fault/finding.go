package fault

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level says how much a finding weighs.
type Level string

const (
	Error   Level = "error"   // the input is refused
	Warning Level = "warning" // the input is taken; someone should look
)

// Finding is one thing that is wrong at one place of an input file. Line and Col count from 1; 0 means the whole file.
// It is the only form in which any command reports on files, in text and in JSON.
type Finding struct {
	Level   Level  `json:"level"`
	File    string `json:"file"`
	Line    int    `json:"line"`
	Col     int    `json:"col"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// String is the text form FILE:LINE:COL: level: message, the way compilers say it, with the hint in brackets.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s: %s", f.File, f.Line, f.Col, f.Level, f.Message)
	if f.Hint != "" {
		fmt.Fprintf(&b, " (%s)", f.Hint)
	}
	return b.String()
}

// SortFindings puts findings into reading order: file, line, column, code.
func SortFindings(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
}

// HasErrors says whether any finding is an error, so that the input must be refused.
func HasErrors(fs []Finding) bool {
	return slices.ContainsFunc(fs, func(f Finding) bool { return f.Level == Error })
}
