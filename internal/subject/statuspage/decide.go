package statuspage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// Command is what may be asked of the status page.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// Publish tells the public something about an incident. Both languages are required: a page that is empty in one of them tells half of its readers that nothing happened.
type Publish struct {
	Incident incident.ID `json:"incident"`
	DE       string      `json:"de"`
	EN       string      `json:"en"`
	Known    bool        `json:"-"` // filled in by the hub: there is such an incident
}

func (Publish) Name() string { return "statuspage.publish" }

func (Publish) command() {}

// Emits says which events each command can lead to; the diagram of consequences is drawn from it.
var Emits = map[string][]string{
	"statuspage.publish": {"statuspage.published"},
}

// Decide answers a command with the facts it makes, or with the reason why not.
func Decide(s State, c Command, _ access.Stamp) ([]Event, error) {
	switch c := c.(type) {
	case Publish:
		return s.publish(c)
	}
	panic(fmt.Sprintf("statuspage cannot decide %T", c))
}

func (s State) publish(c Publish) ([]Event, error) {
	if err := access.CheckID("incident", string(c.Incident)); err != nil {
		return nil, err
	}
	if !c.Known {
		return nil, fault.New(fault.NotFound, "statuspage.unknown_incident", "could not publish: there is no incident %s", c.Incident)
	}
	if err := checkText("German text", c.DE); err != nil {
		return nil, err
	}
	if err := checkText("English text", c.EN); err != nil {
		return nil, err
	}
	if len(s.all) >= MaxPublications {
		return nil, fault.New(fault.Conflict, "statuspage.too_many", "could not publish on incident %s: there are %d publications already", c.Incident, len(s.all))
	}
	digest := Digest(c.DE, c.EN)
	if last, ok := s.Latest(c.Incident); ok && last.Digest == digest {
		return nil, fault.New(fault.Conflict, "statuspage.same", "could not publish on incident %s: entry %d says the same", c.Incident, last.Seq)
	}
	return []Event{Published{Incident: c.Incident, DE: c.DE, EN: c.EN, Digest: digest}}, nil
}

// Digest is SHA-256, in lower-case hex, of the German and the English text, each followed by a zero byte: `printf '%s\0%s\0' "$de" "$en" | sha256sum`.
// Texts hold no zero byte, so two different pairs never look the same.
func Digest(de, en string) string {
	sum := sha256.Sum256([]byte(de + "\x00" + en + "\x00"))
	return hex.EncodeToString(sum[:])
}

// checkText refuses what cannot stand on a page: nothing, too much, bytes that are no text, characters that only steer a terminal or turn the direction of reading.
func checkText(what, text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return fault.New(fault.Invalid, "text.empty", "could not take the %s: it is empty", what).Hinted("both languages are required")
	case len(text) > MaxText:
		return fault.New(fault.Invalid, "text.too_long", "could not take the %s: %d bytes, at most %d", what, len(text), MaxText)
	case !utf8.ValidString(text):
		return fault.New(fault.Invalid, "text.encoding", "could not take the %s: it is not UTF-8", what)
	case strings.ContainsFunc(text, steers):
		return fault.New(fault.Invalid, "text.control", "could not take the %s: it holds control characters", what).Hinted("only line feeds and tabs are allowed")
	}
	return nil
}

// steers says whether the character is no text: a control character, or one that overrides the direction of what follows (UAX #9, section 2), so that
// a reader sees something else than what was approved.
func steers(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}
