package access

import "time"

// What can be a fact about tokens.
type (
	// TokenMade says that a program may act as the person until then. The token is not in it; its number is that of this entry.
	TokenMade struct {
		User    string    `json:"user"`
		Label   string    `json:"label"`
		Expires time.Time `json:"expires"`
	}
	// TokenRevoked says that the token of that number ended before its time.
	TokenRevoked struct {
		User  string `json:"user"`
		Token uint64 `json:"token"`
	}
)

func (TokenMade) Kind() string    { return "access.token_made" }
func (TokenRevoked) Kind() string { return "access.token_revoked" }

func (TokenMade) event()    {}
func (TokenRevoked) event() {}
