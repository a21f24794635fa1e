package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

var (
	wName          = phrase{"Name", "Name"}
	wPassword      = phrase{"Passwort", "Password"}
	wLoginText     = phrase{"Für alle, die an der Krise arbeiten, und für die Ansprechpersonen der Kunden.", "For everybody who works on the crisis, and for the customers' contacts."}
	wLoginPublic   = phrase{"Für den öffentlichen Stand brauchen Sie keine Anmeldung.", "You need no login for the public state."}
	wPasskeyDo     = phrase{"Mit Passkey anmelden", "Sign in with a passkey"}
	wPasskeyStop   = phrase{"Das Gerät hat nicht geantwortet, oder Sie haben abgebrochen. Versuchen Sie es noch einmal.", "The device did not answer, or you stopped it. Try again."}
	wPasskeyTwice  = phrase{"Auf diesem Gerät gibt es schon einen Passkey für Sie.", "There is a passkey for you on this device already."}
	wPasskeyElse   = phrase{"Passkeys brauchen einen Namen in der Adresszeile, keine Zahlen. Öffnen Sie stattdessen", "Passkeys need a name in the address bar, not numbers. Open instead"}
	wCodeTitle     = phrase{"Zweiter Schritt", "Second step"}
	wCodeText      = phrase{"Das Passwort stimmt. Jetzt der Code Ihrer App, oder einer der Ersatzcodes vom Papier.", "The password is right. Now the code of your app, or one of the recovery codes on paper."}
	wCodeKeyText   = phrase{"Das Passwort stimmt. Jetzt Ihr Passkey, oder einer der Ersatzcodes vom Papier.", "The password is right. Now your passkey, or one of the recovery codes on paper."}
	wCode          = phrase{"Code", "Code"}
	wCodeDo        = phrase{"Weiter", "Go on"}
	wCodeKeyDo     = phrase{"Passkey benutzen", "Use the passkey"}
	wStartOver     = phrase{"Von vorn beginnen", "Start over"}
	wHubClock      = phrase{"Uhr des Servers: %s. Codes passen nur, wenn Ihr Gerät bis auf eine halbe Minute dieselbe Zeit hat.", "The hub's clock: %s. Codes fit only if your device has the same time to half a minute."}
	wClockAhead    = phrase{"Die Uhr dieses Rechners geht {} vor gegenüber der des Servers: Ein Code, den er macht, passt nicht.", "This computer's clock is {} ahead of the hub's: a code that it makes will not fit."}
	wClockBehind   = phrase{"Die Uhr dieses Rechners geht {} nach gegenüber der des Servers: Ein Code, den er macht, passt nicht.", "This computer's clock is {} behind the hub's: a code that it makes will not fit."}
	wSetupTitle    = phrase{"Erster Start", "First start"}
	wSetupText     = phrase{"Dieser Link gilt einmal. Wer ihn nutzt, leitet das Haus, bis die Leitung übergeben wird.", "This link works once. Whoever uses it leads the house until the lead is handed over."}
	wSetupID       = phrase{"Kurzname", "Short name"}
	wSetupIDX      = phrase{"Buchstaben und Ziffern, zum Beispiel anna. Er steht im Journal und wird nie neu vergeben.", "Letters and digits, for example anna. It stands in the journal and is never given out again."}
	wRealName      = phrase{"Voller Name", "Full name"}
	wRealNameX     = phrase{"So sehen die anderen Sie. Er steht im geschützten Teil und kann gelöscht werden.", "This is how others see you. It stands in the private part and can be erased."}
	wPasswordX     = phrase{"Mindestens 12 Zeichen. Ein langer Satz ist besser als ein kurzes Rätsel.", "At least 12 characters. A long sentence is better than a short riddle."}
	wPasswordAgain = phrase{"Passwort noch einmal", "Password once more"}
	wSetupDo       = phrase{"Haus eröffnen", "Open the house"}
	wSetupNext     = phrase{"Danach: Ihren zweiten Faktor einrichten, dann einen Vorfall eröffnen oder den Katalog übernehmen, dann Menschen und Freigabeschlüssel eintragen.", "Then: set up your second factor, open an incident or adopt the catalogue, then add people and approver keys."}
)

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

// login asks for name and password, or for the second factor of somebody whose password was right.
func (s *server) login(w http.ResponseWriter, r *http.Request, p *page) error {
	if p.in && p.wrong == nil {
		return s.home(w, r, p)
	}
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.title, p.scripts = p.t(wSignIn), accessScripts
	d := doorstep{next: ownPath(r.FormValue("next")), site: s.site(r), instead: s.instead(r), now: time.Now()}
	if half, ok := s.deps.Door.Session(r.Context(), s.tokenOf(r)); ok && half.Stage == hub.StageCode {
		d.means = s.deps.Door.Factors(half.ID)
		return s.draw(w, r, codePage(p, d))
	}
	return s.draw(w, r, loginPage(p, d))
}

// accessScripts are the scripts of pages on which people show who they are.
var accessScripts = []string{"passkey.js", "access.js"}

// doorstep is what a page of the door knows.
type doorstep struct {
	next    string // where to go on
	site    hub.Site
	instead string // the address to open for passkeys, where this one has none
	now     time.Time
	means   hub.Factors
	held    string // the form that waits for a proof
}

// millis is the machine's time as scripts count it.
func (d doorstep) millis() string { return strconv.FormatInt(d.now.UnixMilli(), 10) }

func (s *server) signIn(w http.ResponseWriter, r *http.Request) error {
	e, err := s.deps.Door.SignIn(r.Context(), s.callerOf(r), strings.TrimSpace(r.PostForm.Get("id")), r.PostForm.Get("password"))
	if err != nil {
		return s.again(w, r, err, s.login)
	}
	s.letIn(w, e)
	http.Redirect(w, r, afterEntry(e, r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

// complete takes the second factor. When the half-open session has ended, it begins with the password again.
func (s *server) complete(w http.ResponseWriter, r *http.Request) error {
	e, err := s.deps.Door.Complete(r.Context(), s.callerOf(r), s.tokenOf(r), r.PostForm.Get("code"))
	if err != nil {
		return s.again(w, r, err, s.login)
	}
	s.letIn(w, e)
	next := afterEntry(e, r.PostForm.Get("next"))
	if e.Stage == hub.StageIn && e.How == access.ByPasswordRecovery {
		next = "/account" // how many codes are left is seen there
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (s *server) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.deps.Door.SignOut(r.Context(), s.tokenOf(r)); err != nil {
		return err
	}
	s.setCookie(w, sessionCookie, "", -1)
	http.Redirect(w, r, "/status", http.StatusSeeOther)
	return nil
}

// setup is the first page anybody ever sees. A link that is used up looks like any page that does not exist.
func (s *server) setup(w http.ResponseWriter, r *http.Request, p *page) error {
	if !s.deps.Door.SetUpFresh(r.Context(), r.PathValue("token")) {
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
	u := access.AddUser{ID: strings.TrimSpace(f.Get("id")), RealName: strings.TrimSpace(f.Get("real_name"))}
	e, err := s.deps.Door.SetUp(r.Context(), s.callerOf(r), r.PathValue("token"), f.Get("password"), u)
	if err != nil {
		return s.again(w, r, err, s.setup)
	}
	s.letIn(w, e)
	http.Redirect(w, r, afterEntry(e, "/"), http.StatusSeeOther)
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
