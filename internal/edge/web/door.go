package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// Door lets people in, keeps them in, and changes by what they come in, in parts of one to three methods. [hub.Hub] has it all.
type Door interface {
	Stays
	StayList
	Entrance
	Passkeys
	PasskeyMaker
	Codes
	Means
	FirstDoor
	Resetter
}

// Stays knows who is behind a cookie.
type Stays interface {
	Session(ctx context.Context, token string) (hub.Session, bool)
	SignOut(ctx context.Context, token string) error
	Fresh(s hub.Session) bool
}

// StayList shows somebody's own sessions and ends them.
type StayList interface {
	Sessions(user string) []hub.Session
	EndSession(ctx context.Context, token string, seq uint64) error
	EndOthers(ctx context.Context, token string) error
}

// Entrance takes passwords and codes.
type Entrance interface {
	SignIn(ctx context.Context, c hub.Caller, user, password string) (hub.Entered, error) // takes as long for a wrong name as for a wrong password
	Complete(ctx context.Context, c hub.Caller, token, code string) (hub.Entered, error)
	ProveAgain(ctx context.Context, c hub.Caller, token, password, code string) error
}

// Passkeys asks for passkeys and takes them; PasskeyMaker adds new ones.
type Passkeys interface {
	AskPasskey(ctx context.Context, token string, at hub.Site, user string) (options []byte, err error)
	EnterByPasskey(ctx context.Context, c hub.Caller, token string, at hub.Site, answer []byte) (hub.Entered, error)
}

// PasskeyMaker adds passkeys.
type PasskeyMaker interface {
	OfferPasskey(ctx context.Context, token string, at hub.Site) (options []byte, err error)
	AddPasskey(ctx context.Context, token string, at hub.Site, label string, answer []byte) error
}

// Codes sets up what makes codes.
type Codes interface {
	OfferTOTP(ctx context.Context, token string) (otpauth string, err error)
	AddTOTP(ctx context.Context, token, code string) error
	PrintRecovery(ctx context.Context, token string) (codes []string, err error)
}

// Means is what somebody signs in with.
type Means interface {
	Factors(user string) hub.Factors
	RemoveCredential(ctx context.Context, token string, kind access.Credential, id string) error
	ChangePassword(ctx context.Context, c hub.Caller, token, password string) (hub.Entered, error)
}

// FirstDoor lets the first person in by the one-time link.
type FirstDoor interface {
	SetUpFresh(ctx context.Context, link string) bool
	SetUp(ctx context.Context, c hub.Caller, link, password string, u access.AddUser) (hub.Entered, error)
}

// Resetter helps somebody who lost everything.
type Resetter interface {
	ResetCredentials(ctx context.Context, by access.Actor, user string) error
}

// Names of the cookies. The __Host- prefix is put before them wherever there is TLS (RFC 6265bis, 4.1.3.2): no other host and no other path can set
// them then.
const (
	sessionCookie = "session"
	deviceCookie  = "device"
)

func (s *server) cookieNamed(name string) string {
	if s.deps.TLS {
		return "__Host-" + name
	}
	return name
}

// cookie gives what a request carries, "" for nothing.
func (s *server) cookie(r *http.Request, name string) string {
	if c, err := r.Cookie(s.cookieNamed(name)); err == nil {
		return c.Value
	}
	return ""
}

func (s *server) setCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieNamed(name), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.deps.TLS, SameSite: http.SameSiteLaxMode})
}

// tokenOf is the token of the session that a request belongs to.
func (s *server) tokenOf(r *http.Request) string { return s.cookie(r, sessionCookie) }

// letIn gives the browser what somebody carries who came in. The token is new at every step: one that was planted before is worth nothing after.
func (s *server) letIn(w http.ResponseWriter, e hub.Entered) {
	if e.Token != "" {
		s.setCookie(w, sessionCookie, e.Token, sessionDays*24*3600)
	}
	if e.Device != "" {
		s.setCookie(w, deviceCookie, e.Device, deviceDays*24*3600)
	}
}

// callerOf says who is at the door: the address of the connection, whatever headers claim.
func (s *server) callerOf(r *http.Request) hub.Caller {
	c := hub.Caller{Browser: r.UserAgent(), Device: s.cookie(r, deviceCookie)}
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		c.Address = at.Addr()
	}
	return c
}

// site is where the visitor sees the hub from. Only under one of the hub's own names are there passkeys, never under a literal address
// (WebAuthn 3, section 5.1.2: the RP id is a domain; w3c/webauthn issue 1204).
func (s *server) site(r *http.Request) hub.Site {
	scheme := "http"
	if s.deps.TLS {
		scheme = "https"
	}
	origin := scheme + "://" + r.Host
	if !slices.Contains(s.origins(), origin) {
		return hub.Site{}
	}
	u, err := url.Parse(origin)
	if err != nil {
		return hub.Site{}
	}
	return hub.Site{RP: u.Hostname(), Origin: origin}
}

// origins are the addresses with names under which the hub is reached, the best first.
func (s *server) origins() []string {
	if s.deps.Origins == nil {
		return nil
	}
	return s.deps.Origins()
}

// instead is the address to open for passkeys when the page is open under one that has none; "" when there is none, or no need.
func (s *server) instead(r *http.Request) string {
	if all := s.origins(); s.site(r) == (hub.Site{}) && len(all) > 0 {
		return all[0]
	}
	return ""
}

// said is what a script gets to hear.
type said struct {
	Next  string `json:"next,omitempty"`
	Error string `json:"error,omitempty"`
	Again string `json:"again,omitempty"` // where to prove who one is, then try again
}

// script registers a route that takes and gives JSON. Forms of other sites cannot send that type without asking first.
func (s *server) script(pattern string, h func(w http.ResponseWriter, r *http.Request, body []byte) (any, error)) {
	s.register(pattern, pattern, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
		var answer any
		if err != nil || r.Header.Get("Content-Type") != "application/json" {
			err = fault.New(fault.Invalid, "web.json", "could not read the request: it is no JSON, or too large")
		} else {
			answer, err = h(w, r, body)
		}
		status := http.StatusOK
		if err != nil {
			status, answer = fault.HTTPStatus(err), s.newPage(r).refusal(err)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer) // the visitor went away
	})
}

// refusal says a fault to a script.
func (p *page) refusal(err error) said {
	a := said{Error: p.explain(err)}
	if fault.CodeOf(err) == "access.prove_again" {
		a.Again = againPath("/account")
	}
	return a
}

func againPath(next string) string { return "/again?" + url.Values{"next": {next}}.Encode() }

// asked is what a script sends.
type asked struct {
	ID     string          `json:"id"`
	Label  string          `json:"label"`
	Next   string          `json:"next"`
	Answer json.RawMessage `json:"answer"`
}

func readAsked(body []byte) (a asked, err error) {
	if json.Unmarshal(body, &a) != nil {
		err = fault.New(fault.Invalid, "web.json", "could not read the request: it is no JSON, or too large")
	}
	return a, err
}

func (s *server) askPasskey(_ http.ResponseWriter, r *http.Request, body []byte) (any, error) {
	a, err := readAsked(body)
	if err != nil {
		return nil, err
	}
	options, err := s.deps.Door.AskPasskey(r.Context(), s.tokenOf(r), s.site(r), a.ID)
	return json.RawMessage(options), err
}

func (s *server) enterByPasskey(w http.ResponseWriter, r *http.Request, body []byte) (any, error) {
	a, err := readAsked(body)
	if err != nil {
		return nil, err
	}
	e, err := s.deps.Door.EnterByPasskey(r.Context(), s.callerOf(r), s.tokenOf(r), s.site(r), a.Answer)
	if err != nil {
		return nil, err
	}
	s.letIn(w, e)
	return said{Next: afterEntry(e, a.Next)}, nil
}

// afterEntry is where somebody goes who came in.
func afterEntry(e hub.Entered, next string) string {
	switch e.Stage {
	case hub.StageCode:
		return "/login?" + url.Values{"next": {ownPath(next)}}.Encode()
	case hub.StageEnrol:
		return "/account"
	}
	return ownPath(next)
}
