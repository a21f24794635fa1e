package web

import (
	"net/http"
	"slices"
	"strings"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

var (
	wUsers        = phrase{"Wer hier arbeitet", "Who works here"}
	wRoles        = phrase{"Rollen", "Roles"}
	wOrganisation = phrase{"Organisation", "Organisation"}
	wOrgX         = phrase{"Nur bei Externen, zum Beispiel der Forensik.", "Only for externals, for example forensics."}
	wOfCustomer   = phrase{"Kunde (nur für Ansprechpersonen)", "Customer (contacts only)"}
	wKeys         = phrase{"Freigabeschlüssel", "Approver keys"}
	wKeysText     = phrase{"Zwei Freigaben zählen nur von zwei Personen. Agenten prüfen das selbst, mit der Vertrauensliste unten.", "Two approvals count only from two people. Agents check that themselves, by the trust root below."}
	wKeyMissing   = phrase{"Noch ohne Schlüssel", "No key yet"}
	wKeyMake      = phrase{"So entsteht einer, auf dem eigenen Gerät der Person:", "How to make one, on the person's own device:"}
	wKeyAdd       = phrase{"Schlüssel hinterlegen", "Enrol a key"}
	wKeyPublic    = phrase{"Öffentlicher Schlüssel", "Public key"}
	wKeyPublicX   = phrase{"Der Inhalt der Datei, die auf .pub endet: von „order key“ oder von SSH. Steht verify-required davor, muss der Sicherheitsschlüssel nach PIN oder Finger fragen. Die andere Datei bleibt bei der Person; sie unterschreibt damit.", "What stands in the file that ends in .pub: of 'order key' or of SSH. With verify-required before it the security key must ask for PIN or finger. The other file stays with the person, who signs with it."}
	wKeyDo        = phrase{"Hinterlegen", "Enrol"}
	wNoKeys       = phrase{"Noch keiner. Ohne Schlüssel kann niemand eine Anordnung freigeben.", "None yet. Without keys nobody can approve an order."}
	wRemoveDo     = phrase{"Entfernen", "Remove"}
	wRemove       = phrase{"Person entfernen", "Remove this person"}
	wRemoveX      = phrase{"Endet sofort, mit allen Schlüsseln. Der Kurzname wird nie wieder vergeben.", "Ends at once, with all keys. The short name is never given out again."}
	wAgents       = phrase{"Agenten", "Agents"}
	wNoAgents     = phrase{"Noch keiner angemeldet. Ohne Agenten lässt sich von hier nichts abschalten.", "None enrolled yet. Without agents nothing can be cut off from here."}
	wAgentAdd     = phrase{"Agenten anmelden", "Enrol an agent"}
	wAgentHostX   = phrase{"Kennung des Rechners im Katalog.", "The host's id in the catalogue."}
	wAgentDo      = phrase{"Einmalzeichen machen", "Make a one-time token"}
	wAgentNoKeys  = phrase{"Hinterlegen Sie zuerst Freigabeschlüssel: Ein Agent ohne sie gehorcht niemandem.", "Enrol approver keys first: an agent without them obeys nobody."}
	wAgentTitle   = phrase{"Agent für %s", "Agent for %s"}
	wAgentText    = phrase{"Auf dem Rechner selbst, als root. Das Zeichen gilt 15 Minuten, einmal, und nur für diesen Rechner; es wird nicht noch einmal gezeigt.", "On the host itself, as root. The token is good for 15 minutes, once, and for this host only; it is not shown again."}
	wAgentFill    = phrase{"Ersetzen Sie IP:PORT durch die Adresse, unter der der Rechner diesen Server erreicht, und FINGERABDRUCK durch die Zeile „ca“, die beim Start gedruckt wurde.", "Replace IP:PORT by the address under which the host reaches this server, and FINGERPRINT by the line “ca” that was printed at the start."}
	wFingerprint  = phrase{"FINGERABDRUCK", "FINGERPRINT"}
	wAgentThen    = phrase{"Danach laufen lassen:", "Then let it run:"}
	wHeard        = phrase{"gehört", "heard"}
	wObeys        = phrase{"gehorcht noch Liste %d", "still obeys root %d"}
	wQuiet        = phrase{"schweigt", "silent"}
)

var roleWords = map[string]phrase{
	"lead":          {"Stabsleitung", "Crisis team lead"},
	"it":            {"IT und Wiederanlauf", "IT and restore"},
	"forensics":     {"Forensik", "Forensics"},
	"communication": {"Kommunikation", "Communication"},
	"legal":         {"Recht und Datenschutz", "Legal and data protection"},
	"customers":     {"Kundenbetreuung", "Customer managers"},
	"approver":      {"Freigabe von Anordnungen", "Approver of orders"},
	"auditor":       {"Prüfung, nur lesend", "Auditor, reads only"},
	"contact":       {"Ansprechperson eines Kunden", "Customer's contact"},
	"admin":         {"Verwaltung", "Administration"},
	"guest":         {"Gast auf Zeit, von außen", "Guest for a time, from outside"},
}

func (s *server) people(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.People(r.Context())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title, p.signs = v.Frame, wPeople, p.t(wPeople), true
	return s.draw(w, r, peoplePage(p, v))
}

// offerAgent makes a one-time token and shows it, once, in the command line to type on the host.
func (s *server) offerAgent(w http.ResponseWriter, r *http.Request) error {
	host := order.Host("host:" + order.Host(strings.TrimSpace(r.PostForm.Get("host"))).ID())
	who, _ := visitorOf(r)
	token, err := s.deps.House.OfferEnrolment(r.Context(), who.Actor(), host)
	if err != nil {
		return s.again(w, r, err, s.people)
	}
	p := s.newPage(r)
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.section, p.title = wPeople, p.t(wAgentTitle, host.ID())
	return s.draw(w, r, offerPage(p, host.ID(), token))
}

// enrolsFor says whether the reader may enrol a key for the person: an approver their own, who manages people everybody's.
func (p *page) enrolsFor(u hub.UserLine) bool {
	return approves(u) && (p.may("access.add_user") || u.Actor == string(p.who.Actor()))
}

func approves(u hub.UserLine) bool {
	return slices.Contains(strings.Split(u.Role, ", "), string(access.Approver))
}

// keyless says whether somebody approves orders but has no key to do it with.
func keyless(u hub.UserLine, v hub.PeopleView) bool {
	return approves(u) && !slices.ContainsFunc(v.Keys, func(k hub.KeyLine) bool { return k.Person == u.Name })
}

func (s *server) enrolKey(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, keyOf(r))
	return s.after(w, r, err, "/people", s.people)
}

func (s *server) removePerson(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, access.RemoveUser{ID: r.PathValue("id")})
	return s.after(w, r, err, "/people", s.people)
}

// roleNames says a person's roles in words.
func (p *page) roleNames(roles string) string {
	parts := strings.Split(roles, ", ")
	for i, r := range parts {
		parts[i] = p.word(roleWords, r)
	}
	return strings.Join(parts, ", ")
}

// rolesChosen says whether a role was ticked in a form that came back.
func (p *page) rolesChosen(role string) bool { return slices.Contains(p.form["role"], role) }
