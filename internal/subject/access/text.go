package access

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"blackstart/internal/fault"
)

// CheckText refuses what a person typed and nobody can read: nothing, too many bytes, bytes that are no text, characters that only steer a
// terminal or turn the direction of reading. What names the text in the fault.
func CheckText(what, text string, limit int) error {
	switch {
	case strings.TrimSpace(text) == "":
		return fault.New(fault.Invalid, "text.empty", "could not take the %s: it is empty", what)
	case len(text) > limit:
		return fault.New(fault.Invalid, "text.too_long", "could not take the %s: %d bytes, at most %d", what, len(text), limit)
	case !utf8.ValidString(text):
		return fault.New(fault.Invalid, "text.encoding", "could not take the %s: it is not UTF-8", what)
	case strings.ContainsFunc(text, Steers):
		return fault.New(fault.Invalid, "text.control", "could not take the %s: it holds control characters", what).Hinted("only line feeds and tabs are allowed")
	}
	return nil
}

// Steers says whether the character is no text: a control character, or one that overrides the direction of what follows (UAX #9, section 2), so that
// a reader sees something else than what was approved.
func Steers(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}
