package web

import (
	"net/http"
	"net/url"
	"strings"

	"blackstart/internal/fault"
)

var (
	wName          = phrase{"Name", "Name"}
	wPassword      = phrase{"Passwort", "Password"}
	wLoginText     = phrase{"Für alle, die an der Krise arbeiten, und für die Ansprechpersonen der Kunden.", "For everybody who works on the crisis, and for the customers' contacts."}
	wLoginPublic   = phrase{"Für den öffentlichen Stand brauchen Sie keine Anmeldung.", "You need no login for the public state."}
	wSetupTitle    = phrase{"Erster Start", "First start"}
	wSetupText     = phrase{"Dieser Link gilt einmal. Wer ihn nutzt, leitet das Haus, bis die Leitung übergeben wird.", "This link works once. Whoever uses it leads the house until the lead is handed over."}
	wSetupID       = phrase{"Kurzname", "Short name"}
	wSetupIDX      = phrase{"Buchstaben und Ziffern, zum Beispiel anna. Er steht im Journal und wird nie neu vergeben.", "Letters and digits, for example anna. It stands in the journal and is never given out again."}
	wRealName      = phrase{"Voller Name", "Full name"}
	wRealNameX     = phrase{"So sehen die anderen Sie. Er steht im geschützten Teil und kann gelöscht werden.", "This is how others see you. It stands in the private part and can be erased."}
	wPasswordX     = phrase{"Mindestens 12 Zeichen. Ein langer Satz ist besser als ein kurzes Rätsel.", "At least 12 characters. A long sentence is better than a short riddle."}
	wPasswordAgain = phrase{"Passwort noch einmal", "Password once more"}
	wSetupDo       = phrase{"Haus eröffnen", "Open the house"}
	wSetupNext     = phrase{"Danach: einen Vorfall eröffnen oder den Katalog übernehmen, dann Menschen und Freigabeschlüssel eintragen.", "Then: open an incident or adopt the catalogue, then add people and approver keys."}
)

// cookieName carries the __Host- prefix wherever there is TLS (RFC 6265bis, 4.1.3.2): no other host and no other path can set it then.
func (s *server) cookieName() string {
	if s.deps.TLS {
		return "__Host-session"
	}
	return "session"
}

// home sends everybody to where their work is.
func (s *server) home(w http.ResponseWriter, r *http.Request, p *page) error {
	http.Redirect(w, r, p.homePath(), http.StatusSeeOther)
	return nil
}

func (p *page) homePath() string {
	switch {
	case p.may("GET /board"):
		return "/board"
	case p.who.Customer != "":
		return local("c", p.who.Customer)
	case len(p.who.Given) > 0:
		if e, ok := givenEntry(p.who.Given[0]); ok {
			return e.path
		}
	}
	return "/status"
}

// loginPath asks who it is and remembers where they wanted to go.
func loginPath(r *http.Request) string {
	if r.URL.Path == "/" || isFragment(r) {
		return "/login"
	}
	return "/login?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

// ownPath keeps redirects inside: a path of this site and nothing else, for browsers read //host and /\host as another site.
func ownPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

func (s *server) login(w http.ResponseWriter, r *http.Request, p *page) error {
	if p.in && p.wrong == nil {
		return s.home(w, r, p)
	}
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.title = p.t(wSignIn)
	return s.draw(w, r, loginPage(p, ownPath(r.FormValue("next"))))
}

func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	token, err := s.deps.Sessions.Login(r.Context(), strings.TrimSpace(r.PostForm.Get("id")), r.PostForm.Get("password"))
	if err != nil {
		return s.again(w, r, err, s.login)
	}
	s.letIn(w, token)
	http.Redirect(w, r, ownPath(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

func (s *server) letIn(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", MaxAge: sessionDays * 24 * 3600, HttpOnly: true, Secure: s.deps.TLS, SameSite: http.SameSiteLaxMode})
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if cookie, err := r.Cookie(s.cookieName()); err == nil {
		s.deps.Sessions.Logout(r.Context(), cookie.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.deps.TLS, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, "/status", http.StatusSeeOther)
	return nil
}

// setup is the first page anybody ever sees. A link that is used up looks like any page that does not exist.
func (s *server) setup(w http.ResponseWriter, r *http.Request, p *page) error {
	door, ok := s.deps.Sessions.(Beginner)
	if !ok || !door.Fresh(r.Context(), r.PathValue("token")) {
		return errNoDoor
	}
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.title = p.t(wSetupTitle)
	return s.draw(w, r, setupPage(p, r.PathValue("token")))
}

func (s *server) begin(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	if err := newPassword(f.Get("password"), f.Get("again")); err != nil {
		return s.again(w, r, err, s.setup)
	}
	door, ok := s.deps.Sessions.(Beginner)
	if !ok {
		return errNoDoor
	}
	token, err := door.Begin(r.Context(), r.PathValue("token"), strings.TrimSpace(f.Get("id")), strings.TrimSpace(f.Get("real_name")), f.Get("password"))
	if err != nil {
		return s.again(w, r, err, s.setup)
	}
	s.letIn(w, token)
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

var errNoDoor = fault.New(fault.NotFound, "web.not_found", "could not find the page")

// newPassword catches slips of the finger; how long a password must be is the hub's to say.
func newPassword(password, again string) error {
	if password != again {
		return fault.New(fault.Invalid, "web.password_differs", "could not take the password: the two differ")
	}
	return nil
}
