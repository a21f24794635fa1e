package access

import "time"

// What can be a fact about how people come in and how long they stay.
type (
	// Invited says that a place is kept for somebody, until Expires.
	Invited struct {
		ID           string    `json:"id"`
		Roles        []Role    `json:"roles"`
		Customer     string    `json:"customer,omitzero"`
		Organisation string    `json:"organisation,omitzero"`
		Until        time.Time `json:"until,omitzero"`
		Given        []Thing   `json:"given,omitempty"`
		Expires      time.Time `json:"expires"`
	}
	// Uninvited says that the invitation was taken back. That one is taken up is a UserAdded.
	Uninvited struct {
		ID string `json:"id"`
	}
	// Limited says until when the account lasts.
	Limited struct {
		ID    string    `json:"id"`
		Until time.Time `json:"until"`
	}
	// Given says which things a guest may see: these, and no others any more.
	Given struct {
		ID     string  `json:"id"`
		Things []Thing `json:"things,omitempty"`
	}
	// Expired says that the account's time had come: the person's rights ended.
	Expired struct {
		ID string `json:"id"`
	}
)

func (Invited) Kind() string   { return "access.invited" }
func (Uninvited) Kind() string { return "access.uninvited" }
func (Limited) Kind() string   { return "access.limited" }
func (Given) Kind() string     { return "access.given" }
func (Expired) Kind() string   { return "access.expired" }

func (Invited) event()   {}
func (Uninvited) event() {}
func (Limited) event()   {}
func (Given) event()     {}
func (Expired) event()   {}
