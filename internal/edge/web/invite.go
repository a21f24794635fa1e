package web

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"blackstart/internal/subject/access"
)

var (
	wInvite       = phrase{"Person einladen", "Invite a person"}
	wInviteDo     = phrase{"Einladung machen", "Make the invitation"}
	wInviteFor    = phrase{"Einladung für %s", "Invitation for %s"}
	wInviteText   = phrase{"Dieser Link gilt 24 Stunden und einmal. Er wird nicht noch einmal gezeigt: drucken Sie die Seite, oder lassen Sie den Code jetzt scannen. Wer ihn hat, kommt hinein.", "This link works for 24 hours and once. It is not shown again: print this page, or let the code be scanned now. Whoever has it gets in."}
	wInviteLink   = phrase{"Link", "Link"}
	wInviteCode   = phrase{"Derselbe Link als Code", "The same link as a code"}
	wInviteAddr   = phrase{"Der Link führt zu der Adresse, unter der Sie diese Seite geöffnet haben. Erreicht das andere Gerät sie nicht, öffnen Sie die Seite unter einer Adresse, die es erreicht, und laden Sie noch einmal ein.", "The link leads to the address under which you opened this page. If the other device cannot reach it, open the page under an address that it reaches, and invite again."}
	wInviteCA     = phrase{"So prüft die eingeladene Person, dass sie wirklich hier ist", "How the invited person checks that they are really here"}
	wInviteCAText = phrase{"Dieses Haus hat eine eigene Zertifizierungsstelle, die kein Browser kennt; er warnt deshalb beim ersten Mal. Vor dem Weitergehen: Zertifikat ansehen, das der ausstellenden Stelle wählen und dessen SHA-256-Fingerabdruck mit diesem Papier vergleichen, ganz. Stimmt ein Zeichen nicht: abbrechen und anrufen.", "This house has a certificate authority of its own that no browser knows; so it warns the first time. Before going on: look at the certificate, choose that of the issuer, and compare its SHA-256 fingerprint with this paper, all of it. If one character differs: stop and call."}
	wInviteHex    = phrase{"So schreiben ihn Browser", "As browsers write it"}
	wInviteSSH    = phrase{"So schreiben ihn wir (--ca)", "As we write it (--ca)"}
	wInviteThen   = phrase{"Danach wählt die Person ihren Namen und ihr Passwort selbst und ist angemeldet.", "Then the person chooses their name and their password themselves, and is signed in."}
	wInvitedList  = phrase{"Eingeladen, noch nicht hier", "Invited, not here yet"}
	wInviteBack   = phrase{"Einladung zurücknehmen", "Take the invitation back"}
	wInviteEnds   = phrase{"gilt bis", "good until"}
	wAccountEnds  = phrase{"Zugang endet", "Account ends"}
	wAccountEndsX = phrase{"Leer: nie von selbst. Für Gäste nötig, höchstens 90 Tage; verlängern geht.", "Empty: never by itself. Needed for guests, 90 days at most; it can be extended."}
	wGiven        = phrase{"Was ein Gast sieht", "What a guest sees"}
	wGivenX       = phrase{"Nur für Gäste, mit Leerzeichen getrennt: incident:inc-1 (Logbuch lesen und schreiben), report:inc-1 (Bericht), order:… (Anordnung).", "For guests only, separated by spaces: incident:inc-1 (read and write the log book), report:inc-1 (report), order:… (order)."}
	wJoinTitle    = phrase{"Willkommen", "Welcome"}
	wJoinText     = phrase{"Sie sind hier eingeladen als %s, mit dem Kurznamen %s.", "You are invited here as %s, under the short name %s."}
	wJoinDo       = phrase{"Annehmen und anmelden", "Accept and sign in"}
	wJoinHeld     = phrase{"Was Sie hier tun und schreiben, steht im Journal. Ihr Name steht in einem geschützten Teil. Auskunft und Löschung: auf der Seite „Was wir über diese Person speichern“.", "What you do and write here stands in the journal. Your name stands in a private part. Access and erasure: on the page “What we hold about this person”."}
)

// inviteOf reads the form of an invitation.
func inviteOf(r *http.Request) (access.Invite, error) {
	f := r.PostForm
	c := access.Invite{ID: strings.TrimSpace(f.Get("id")), Customer: strings.TrimSpace(f.Get("customer")), Organisation: strings.TrimSpace(f.Get("organisation")), Given: thingsIn(f.Get("given"))}
	for _, role := range f["role"] {
		c.Roles = append(c.Roles, access.Role(role))
	}
	var err error
	c.Until, err = happenedAt(f.Get("until"))
	return c, err
}

// thingsIn reads the things that a guest is given from a line.
func thingsIn(line string) []access.Thing {
	var all []access.Thing
	for _, t := range strings.Fields(line) {
		all = append(all, access.Thing(t))
	}
	return all
}

// invite makes an invitation and shows its link, once.
func (s *server) invite(w http.ResponseWriter, r *http.Request) error {
	c, err := inviteOf(r)
	if err != nil {
		return s.again(w, r, err, s.people)
	}
	who, _ := visitorOf(r)
	token, place, err := s.deps.House.Invite(r.Context(), who.Actor(), c)
	if err != nil {
		return s.again(w, r, err, s.people)
	}
	p := s.newPage(r)
	if err := s.framed(r, p); err != nil {
		return err
	}
	v := letter{Place: place, CA: s.authority(r)}
	v.Link = s.address(r) + local("invite", token)
	if v.CA != "" {
		v.Link += "#ca=" + v.CA // behind the hash: it is sent to nobody, and a client that knows what it is can pin it
	}
	if v.Code, v.Size, err = qrPath(v.Link); err != nil {
		return err
	}
	p.section, p.title = wPeople, p.t(wInviteFor, place.ID)
	return s.draw(w, r, invitePage(p, v))
}

// letter is what is handed to the invited person.
type letter struct {
	Place access.Invited
	Link  string
	CA    string // fingerprint of the hub's own authority; empty where there is none
	Code  string // the dark modules of the QR code, as an SVG path
	Size  int    // its width in modules, quiet zone included
}

// address is where this request came to; whoever answers has checked before that it is one of the hub's names.
func (s *server) address(r *http.Request) string {
	if s.deps.TLS {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// authority is the fingerprint of the hub's own authority, empty where another one vouches for it or nobody does.
func (s *server) authority(r *http.Request) string {
	if s.deps.CA == nil {
		return ""
	}
	return s.deps.CA(r.Context())
}

// colons writes a fingerprint as browsers do: bytes in hex, with colons.
func colons(fingerprint string) string {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(fingerprint, "SHA256:"))
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(strings.ToUpper(fmt.Sprintf("% x", raw)), " ", ":")
}

func (s *server) uninvite(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, access.Uninvite{ID: r.PathValue("id")})
	return s.after(w, r, err, "/people", s.people)
}

// invited is the first page that an invited person sees. A link that is void looks like any page that does not exist.
func (s *server) invited(w http.ResponseWriter, r *http.Request, p *page) error {
	i, ok := s.deps.House.Invited(r.Context(), r.PathValue("token"))
	if !ok {
		return errNoDoor
	}
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.title = p.t(wJoinTitle)
	roles := make([]string, len(i.Invited.Roles))
	for n, role := range i.Invited.Roles {
		roles[n] = p.word(roleWords, string(role))
	}
	return s.draw(w, r, joinPage(p, r.PathValue("token"), i.Invited.ID, strings.Join(roles, ", "), i.Invited.Until))
}

// join takes an invitation up and signs the person in.
func (s *server) join(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	if err := newPassword(f.Get("password"), f.Get("again")); err != nil {
		return s.again(w, r, err, s.invited)
	}
	id, err := s.deps.House.Accept(r.Context(), r.PathValue("token"), strings.TrimSpace(f.Get("real_name")), f.Get("password"))
	if err != nil {
		return s.again(w, r, err, s.invited)
	}
	e, err := s.deps.Door.SignIn(r.Context(), s.callerOf(r), id, f.Get("password"))
	if err != nil {
		return err
	}
	s.letIn(w, e)
	http.Redirect(w, r, afterEntry(e, "/"), http.StatusSeeOther) // by way of the second factor, where one is required
	return nil
}

func (s *server) limitPerson(w http.ResponseWriter, r *http.Request) error {
	until, err := happenedAt(r.PostForm.Get("until"))
	if err == nil {
		_, err = s.act(r, access.Limit{ID: r.PathValue("id"), Until: until})
	}
	return s.after(w, r, err, "/people", s.people)
}

func (s *server) giveGuest(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, access.Give{ID: r.PathValue("id"), Things: thingsIn(r.PostForm.Get("given"))})
	return s.after(w, r, err, "/people", s.people)
}

var (
	wTokens     = phrase{"Zugangszeichen für Programme", "Tokens for programs"}
	wTokenNew   = phrase{"Zugangszeichen machen", "Make a token"}
	wTokenLabel = phrase{"Wofür", "What for"}
	wTokenDays  = phrase{"Tage, höchstens 90", "Days, 90 at most"}
	wTokenFor   = phrase{"Zugangszeichen für %s", "Token for %s"}
	wTokenOnce  = phrase{"Es wird nur jetzt gezeigt. Wer es hat, handelt in diesem Namen.", "It is shown only now. Whoever has it acts in this name."}
	wTokenUsed  = phrase{"zuletzt benutzt", "last used"}
	wTokenNever = phrase{"nie benutzt", "never used"}
	wTokenBack  = phrase{"Zurücknehmen", "Revoke"}
	wStay       = phrase{"Frist und Einblick", "Term and insight"}
	wStayDo     = phrase{"Bis dahin", "Until then"}
	wGiveDo     = phrase{"Das zeigen", "Show this"}
)

// maxDays keeps a mistyped number of days from running over; how many are allowed is the subject's to say.
const maxDays = 10_000

// makeToken makes a token for programs and shows it, once.
func (s *server) makeToken(w http.ResponseWriter, r *http.Request) error {
	days := number64(r.PostForm.Get("days"))
	who, _ := visitorOf(r)
	token, err := s.deps.House.MakeToken(r.Context(), who.Actor(), r.PathValue("id"), strings.TrimSpace(r.PostForm.Get("label")), time.Duration(min(days, maxDays))*24*time.Hour)
	if err != nil {
		return s.again(w, r, err, s.people)
	}
	p := s.newPage(r)
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.section, p.title = wPeople, p.t(wTokenFor, r.PathValue("id"))
	return s.draw(w, r, tokenPage(p, r.PathValue("id"), token))
}

func (s *server) revokeToken(w http.ResponseWriter, r *http.Request) error {
	who, _ := visitorOf(r)
	err := s.deps.House.RevokeToken(r.Context(), who.Actor(), r.PathValue("id"), number64(r.PathValue("seq")))
	return s.after(w, r, err, local("people", r.PathValue("id"), "held"), s.held)
}
