package cli

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// plainText makes foreign text harmless for a terminal: whatever could move the cursor, change colours or turn the direction of reading is shown
// as its code point. A captured hub must not be able to draw what an approver reads.
func plainText(text string) string { return coded(text, access.Steers) }

// oneLine is foreign text where a line ends a row or a finding: besides, nothing in it begins a line or a column, or is there without being seen.
func oneLine(text string) string {
	return coded(text, func(r rune) bool {
		return access.Steers(r) || r == '\n' || r == '\t' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
	})
}

// coded shows some characters as their code points.
func coded(text string, which func(rune) bool) string {
	var b strings.Builder
	for _, r := range text {
		if which(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// printJSON writes the one object of a command in --json form.
func printJSON(io *IO, v any) error {
	data, err := json.Marshal(v, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return fault.New(fault.Internal, "cli.json", "could not print the answer: %w", err)
	}
	_, err = io.Out.Write(append(data, '\n'))
	return err
}
