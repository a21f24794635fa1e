package web

import (
	"net/http"
	"strings"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

var (
	wHeld        = phrase{"Was wir über diese Person speichern", "What we hold about this person"}
	wHeldLaw     = phrase{"Auskunft nach Art. 15 DSGVO. Alles, was dieses Haus über die Person führt, zum Stand in der Fußzeile.", "Access under GDPR, Art. 15. Everything that this house keeps about the person, as of the state in the footer."}
	wHeldWhy     = phrase{"Zweck: Bewältigung eines Cyber-Vorfalls und ihr Nachweis (Art. 6 Abs. 1 lit. c und f DSGVO). Empfänger: wer hier arbeitet; Behörden und Gäste nur, was ihnen gegeben wurde. Dauer: bis der Nachweis nicht mehr gebraucht wird.", "Purpose: handling a cyber incident, and proving how (GDPR, Art. 6(1)(c) and (f)). Recipients: those who work here; authorities and guests only what they were given. Duration: until the proof is no longer needed."}
	wHeldAccount = phrase{"Zugang", "Account"}
	wHeldGone    = phrase{"Diese Person hat keinen Zugang mehr.", "This person has no account any more."}
	wHeldErased  = phrase{"gelöscht", "erased"}
	wHeldSince   = phrase{"Seit", "Since"}
	wHeldProofs  = phrase{"Anmeldung mit", "Signs in with"}
	wHeldStays   = phrase{"Offene Anmeldungen", "Open sessions"}
	wHeldLines   = phrase{"Einträge", "Entries"}
	wHeldNone    = phrase{"Keine.", "None."}
	wHeldMore    = plural{phrase{"… und %s weiterer Eintrag", "… and %s more entry"}, phrase{"… und %s weitere Einträge", "… and %s more entries"}}
	wHeldWrote   = phrase{"von ihr", "by them"}
	wHeldAbout   = phrase{"nennt den Kurznamen", "has the short name"}
	wHeldNamed   = phrase{"nennt den Namen", "has the name"}
	wHeldShred   = phrase{"Löschen vorbereiten", "Prepare an erasure"}

	wShred       = phrase{"Was gelöscht würde", "What would be erased"}
	wShredText   = phrase{"Angekreuzt ist, was über die Person ist: ihr Name, und Texte, die ihn nennen. Was sie nur schrieb, ist über andere oder die Sache. Gelöschtes kommt nicht zurück, auch nicht aus den Kopien, die dieser Hub führt.", "Ticked is what is about the person: their name, and texts that mention it. What they merely wrote is about others or the matter. What is erased does not come back, nor from the copies that this hub keeps."}
	wShredStays  = phrase{"Was bleibt: dass es den Eintrag gab, wann, welcher Art, und der Kurzname %s als Pseudonym. Ohne das wäre das Journal kein Beweis mehr (Art. 17 Abs. 3 lit. b und e DSGVO).", "What stays: that the entry was there, when, of what kind, and the short name %s as a pseudonym. Without that the journal would prove nothing any more (GDPR, Art. 17(3)(b) and (e))."}
	wShredOld    = phrase{"Was sich von hier nicht löschen lässt: Ausfuhren, Ausdrucke und Sicherungen, die schon weitergegeben sind. Sagen Sie denen Bescheid, die sie haben (Art. 19 DSGVO).", "What cannot be erased from here: exports, prints and backups that were given away already. Tell those who have them (GDPR, Art. 19)."}
	wShredNone   = phrase{"Kein Eintrag über diese Person hat noch einen geschützten Teil.", "No entry about this person has a private part any more."}
	wShredOpen   = phrase{"Der Vorfall ist noch offen: Das kann Beweis sein.", "The incident is still open: this may be evidence."}
	wShredOver   = phrase{"Auch Einträge offener Vorfälle löschen, wenn angekreuzt", "Also erase entries of open incidents, if ticked"}
	wShredBasis  = phrase{"Grund", "Reason"}
	wShredDo     = phrase{"Unwiderruflich löschen", "Erase for good"}
	wShredRefuse = phrase{"Nichts tun, zurück", "Do nothing, go back"}
)

var basisWords = map[string]phrase{
	"request":  {"Die Person verlangt es oder widerspricht (Art. 17 Abs. 1 lit. b, c)", "The person asks for it, or objects (Art. 17(1)(b), (c))"},
	"over":     {"Wird nicht mehr gebraucht (Art. 17 Abs. 1 lit. a)", "No longer needed (Art. 17(1)(a))"},
	"too-much": {"Versehentlich oder mehr als nötig eingetragen (Art. 5 Abs. 1 lit. c)", "Entered by mistake, or more than needed (Art. 5(1)(c))"},
	"unlawful": {"Durfte nie gespeichert werden (Art. 17 Abs. 1 lit. d)", "Must never have been kept (Art. 17(1)(d))"},
}

var proofWords = map[string]phrase{
	"password": {"Passwort", "password"},
	"passkey":  {"Passkey", "passkey"},
	"totp":     {"Einmalcode", "one-time code"},
	"recovery": {"Notfallcodes auf Papier", "recovery codes on paper"},
}

func (s *server) held(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Held(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wPeople, p.t(wHeld)
	return s.draw(w, r, heldPage(p, v))
}

// shredPreview shows every entry that could lose its private part, before anything is decided.
func (s *server) shredPreview(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Held(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wPeople, p.t(wShred)
	return s.draw(w, r, shredPage(p, v))
}

func (s *server) shred(w http.ResponseWriter, r *http.Request) error {
	c := access.Shred{User: r.PathValue("id"), Basis: access.Basis(r.PostForm.Get("basis")), Despite: r.PostForm.Get("despite") != ""}
	for _, n := range r.PostForm["entry"] {
		c.Entries = append(c.Entries, number64(n))
	}
	_, err := s.act(r, c)
	return s.after(w, r, err, local("people", r.PathValue("id"), "held"), s.shredPreview)
}

// why says what an entry has to do with the person.
func (p *page) why(l hub.HeldLine) string {
	var all []string
	for _, w := range []struct {
		so   bool
		word phrase
	}{{l.Wrote, wHeldWrote}, {l.About, wHeldAbout}, {l.Named, wHeldNamed}} {
		if w.so {
			all = append(all, p.t(w.word))
		}
	}
	return strings.Join(all, ", ")
}

// words says codes in words, in one line.
func (p *page) words(of map[string]phrase, codes []string) string {
	all := make([]string, len(codes))
	for n, c := range codes {
		all[n] = p.word(of, c)
	}
	return strings.Join(all, ", ")
}

// ticked says whether an entry was chosen, or is chosen unless somebody decides otherwise.
func (p *page) ticked(l hub.HeldLine, entry string) bool {
	if p.wrong == nil {
		return l.Chosen()
	}
	for _, e := range p.form["entry"] {
		if e == entry {
			return true
		}
	}
	return false
}

// spaced writes words into one line.
func spaced(words []string) string { return strings.Join(words, " ") }
