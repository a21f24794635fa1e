package hub

import (
	"fmt"

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
	Command string `json:"command"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (Opened) Kind() string         { return journal.KindOpened }
func (Continued) Kind() string      { return journal.KindContinued }
func (ReactionFailed) Kind() string { return "hub.reaction_failed" }

func (Opened) houseEvent()         {}
func (Continued) houseEvent()      {}
func (ReactionFailed) houseEvent() {}

func (s *State) applyHouse(e houseEvent, at access.Stamp) {
	switch e := e.(type) {
	case Opened:
		s.House = House{Drill: e.Drill, Origin: e.Origin, Key: e.Key}
	case Continued:
		s.House.Origin, s.House.Key = e.Origin, e.Key
	case ReactionFailed:
		s.failed = append(s.failed, at.Seq)
	default:
		panic(fmt.Sprintf("the house cannot apply %T", e))
	}
}
