package statuspage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

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
	if err := access.CheckText("German text", c.DE, MaxText); err != nil {
		return nil, err
	}
	if err := access.CheckText("English text", c.EN, MaxText); err != nil {
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
