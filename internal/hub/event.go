package hub

import (
	"fmt"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/subject/access"
)

// houseEvent is an event about the record itself; no subject decides it.
//
//sumtype:decl
type houseEvent interface {
	Kind() string
	houseEvent()
}

// Opened is the first entry of every record: which it is, under which key, and whether it is a drill, for life.
type Opened struct{ journal.Opened }

// Continued says that the record was carried to another machine and goes on there under another key.
type Continued struct{ journal.Continued }

// ReactionFailed says that a consequence was due and could not be decided. Its cause stands all the same; somebody must look.
type ReactionFailed struct {
	Command string                `json:"command"`
	Code    string                `json:"code"`
	Private ReactionFailedPrivate `json:"-"`
}

// ReactionFailedPrivate is the fault in words, which may quote what somebody typed.
type ReactionFailedPrivate struct {
	Message string `json:"message"`
}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (r *ReactionFailed) PrivatePart() any { return &r.Private }

// failed says what was to follow, the name of a command or of a follower, and why it did not.
func failed(what string, why error) ReactionFailed {
	return ReactionFailed{Command: what, Code: fault.CodeOf(why), Private: ReactionFailedPrivate{Message: clip(why.Error())}}
}

// clip keeps a message readable in a list and below what a record may hold.
func clip(text string) string {
	if len(text) > maxMessage {
		text = text[:maxMessage] + "…"
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// ClockJumped says that somebody set the machine's clock: it shows another time than it should after what has really passed. Entry times do not run
// backwards for that; after a jump forwards they stand still when the clock is set right, until it has caught up.
type ClockJumped struct {
	From time.Time `json:"from"` // what it should have shown
	To   time.Time `json:"to"`   // what it showed
	By   int64     `json:"by_s"` // seconds from one to the other; negative is backwards
}

func (Opened) Kind() string         { return journal.KindOpened }
func (Continued) Kind() string      { return journal.KindContinued }
func (ReactionFailed) Kind() string { return "hub.reaction_failed" }
func (ClockJumped) Kind() string    { return "hub.clock_jumped" }

func (Opened) houseEvent()         {}
func (Continued) houseEvent()      {}
func (ReactionFailed) houseEvent() {}
func (ClockJumped) houseEvent()    {}

func (s *State) applyHouse(e houseEvent, at access.Stamp) {
	switch e := e.(type) {
	case Opened:
		s.House = House{Drill: e.Drill, Origin: e.Origin, Key: e.Key, Since: at.Seq}
	case Continued:
		s.House.Origin, s.House.Key, s.House.Since = e.Origin, e.Key, at.Seq
	case ReactionFailed:
		s.failed = append(s.failed, at.Seq)
	case ClockJumped: // for people to read: nothing rests on it
	default:
		panic(fmt.Sprintf("the house cannot apply %T", e))
	}
}
