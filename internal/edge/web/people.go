package web

import (
	"net/http"
	"slices"
	"strings"

	"blackstart/internal/subject/access"
)

var (
	wUsers        = phrase{"Wer hier arbeitet", "Who works here"}
	wAddPerson    = phrase{"Person aufnehmen", "Add a person"}
	wRoles        = phrase{"Rollen", "Roles"}
	wOrganisation = phrase{"Organisation", "Organisation"}
	wOrgX         = phrase{"Nur bei Externen, zum Beispiel der Forensik.", "Only for externals, for example forensics."}
	wOfCustomer   = phrase{"Kunde (nur für Ansprechpersonen)", "Customer (contacts only)"}
	wAddDo        = phrase{"Aufnehmen", "Add"}
	wKeys         = phrase{"Freigabeschlüssel", "Approver keys"}
	wKeysText     = phrase{"Zwei Freigaben zählen nur von zwei Personen. Agenten prüfen das selbst.", "Two approvals count only from two people. Agents check that themselves."}
	wKeyAdd       = phrase{"Schlüssel hinterlegen", "Enrol a key"}
	wKeyPublic    = phrase{"Öffentlicher Schlüssel (PEM oder Base64)", "Public key (PEM or base64)"}
	wKeyDo        = phrase{"Hinterlegen", "Enrol"}
	wNoKeys       = phrase{"Noch keiner. Ohne Schlüssel kann niemand eine Anordnung freigeben.", "None yet. Without keys nobody can approve an order."}
	wRemoveDo     = phrase{"Entfernen", "Remove"}
	wAgents       = phrase{"Agenten", "Agents"}
	wNoAgents     = phrase{"Noch keiner angemeldet.", "None enrolled yet."}
	wHeard        = phrase{"gehört", "heard"}
	wQuiet        = phrase{"schweigt", "silent"}
	wFirstPass    = phrase{"Erstes Passwort", "First password"}
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
}

func (s *server) people(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.People(r.Context())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wPeople, p.t(wPeople)
	return s.draw(w, r, peoplePage(p, v))
}

// addPerson goes past act, since a password comes with it that must never be part of a command.
func (s *server) addPerson(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	err := newPassword(f.Get("password"), f.Get("again"))
	if err == nil {
		who, _ := visitorOf(r)
		err = s.deps.House.AddUser(r.Context(), who.Actor(), f.Get("password"), userOf(r))
	}
	return s.after(w, r, err, "/people", s.people)
}

func userOf(r *http.Request) access.AddUser {
	f := r.PostForm
	u := access.AddUser{
		ID: strings.TrimSpace(f.Get("id")), RealName: strings.TrimSpace(f.Get("real_name")),
		Customer: strings.TrimSpace(f.Get("customer")), Organisation: strings.TrimSpace(f.Get("organisation")),
	}
	for _, role := range f["role"] {
		u.Roles = append(u.Roles, access.Role(role))
	}
	return u
}

func (s *server) enrolKey(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, access.EnrolKey{User: r.PathValue("id"), Public: strings.TrimSpace(r.PostForm.Get("public"))})
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
