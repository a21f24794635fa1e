package access

import (
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// MakeToken lets a person act by programs. The token itself is the hub's secret; this says whose it is, what it is for, and until when.
type MakeToken struct {
	User    string    `json:"user"`
	Label   string    `json:"label"`   // what it is for, as its owner will recognise it; nothing about persons
	Expires time.Time `json:"expires"` // at most [MaxTokenLife] from now
}

// RevokeToken ends a token before its time.
type RevokeToken struct {
	User  string `json:"user"`
	Token uint64 `json:"token"` // number of the entry that made it
}

func (MakeToken) Name() string   { return "access.make_token" }
func (RevokeToken) Name() string { return "access.revoke_token" }

func (MakeToken) command()   {}
func (RevokeToken) command() {}

// Token is a token that holds, as far as others may know it.
type Token struct {
	Label   string
	Expires time.Time
	Seq     uint64 // number of the entry that made it
}

func (s State) makeToken(c MakeToken, at Stamp) ([]Event, error) {
	p, err := s.find(c.User)
	if err != nil {
		return nil, err
	}
	if by, user := at.By.User(); user && !strings.EqualFold(by, p.ID) {
		// Whoever could make one for others would be two people at a gate that wants two.
		return nil, fault.New(fault.Forbidden, "access.other_token", "could not make a token for %s: whoever has it acts in their name, so everybody makes their own", p.ID).
			Hinted("for a program with an account of its own: 'blackstart user token' on the hub's machine")
	}
	if err := CheckText("label", c.Label, MaxName); err != nil {
		return nil, err
	}
	switch {
	case !c.Expires.After(at.At) || c.Expires.Sub(at.At) > MaxTokenLife:
		return nil, fault.New(fault.Invalid, "access.token_life", "could not make a token until %s: it must end within %d days", c.Expires.Format(time.RFC3339), MaxTokenLife/(24*time.Hour))
	case len(slices.DeleteFunc(p.Tokens, func(t Token) bool { return !at.At.Before(t.Expires) })) >= MaxTokens:
		return nil, fault.New(fault.Conflict, "access.too_many_tokens", "could not make a token for %s: there are %d already", p.ID, MaxTokens).Hinted("revoke those that nobody uses")
	}
	return []Event{TokenMade{User: p.ID, Label: c.Label, Expires: c.Expires.UTC()}}, nil
}

func (s State) revokeToken(c RevokeToken) ([]Event, error) {
	p, err := s.find(c.User)
	if err != nil {
		return nil, err
	}
	if _, ok := p.Token(c.Token); !ok {
		return nil, fault.New(fault.NotFound, "access.no_token", "could not revoke token #%d of %s: there is none", c.Token, p.ID)
	}
	return []Event{TokenRevoked{User: p.ID, Token: c.Token}}, nil
}

// Token gives the token that the entry of that number made.
func (p Person) Token(seq uint64) (Token, bool) {
	i := slices.IndexFunc(p.Tokens, func(t Token) bool { return t.Seq == seq })
	if i < 0 {
		return Token{}, false
	}
	return p.Tokens[i], true
}

// keep notes a token; what has run out is forgotten when the next is made.
func (p *Person) keep(e TokenMade, at Stamp) {
	p.Tokens = slices.DeleteFunc(p.Tokens, func(t Token) bool { return !at.At.Before(t.Expires) })
	p.Tokens = append(p.Tokens, Token{Label: e.Label, Expires: e.Expires, Seq: at.Seq})
}

func (p *Person) revoke(e TokenRevoked) {
	p.Tokens = slices.DeleteFunc(p.Tokens, func(t Token) bool { return t.Seq == e.Token })
}
