package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

var (
	wLogEmpty     = phrase{"Das Logbuch ist leer", "The log book is empty"}
	wLogEmptyText = phrase{"Es beginnt mit dem ersten Vorfall. Auch was am Telefon geschah, gehört hinein, mit seiner Zeit.", "It begins with the first incident. What happened by phone belongs here too, with its time."}
	wLogWrite     = phrase{"Was ist geschehen?", "What happened?"}
	wLogWriteX    = phrase{"Steht sofort und für immer im Journal. Berichtigen geht, löschen nicht.", "Stands in the journal at once and for ever. It can be corrected, not deleted."}
	wLogDo        = phrase{"Eintragen", "Enter"}
	wLogHead      = phrase{"Logbuch zu %s", "Log book of %s"}
	wHandOver     = phrase{"Leitung übergeben", "Hand over the lead"}
	wNewLead      = phrase{"Neue Leitung", "New lead"}
	wNameLead     = phrase{"Leitung benennen", "Name a lead"}
	wHandOverDo   = phrase{"Übergeben", "Hand over"}
	wCloseFold    = phrase{"Vorfall schließen", "Close the incident"}
	wCloseSummary = phrase{"Wie ging es aus?", "How did it end?"}
	wClosePoints  = phrase{"Offene Punkte, je Zeile einer", "Open points, one a line"}
	wCloseDo      = phrase{"Endgültig schließen", "Close it for good"}
	wClosedAt     = phrase{"Geschlossen", "Closed"}
)

func (s *server) logBook(w http.ResponseWriter, r *http.Request, p *page) error {
	q := r.URL.Query()
	before, _ := strconv.ParseUint(q.Get("before"), 10, 64) // unreadable: from the newest
	v, err := s.deps.House.LogBook(r.Context(), q.Get("incident"), before, perPage)
	if err != nil {
		return err
	}
	p.frame, p.section, p.title, p.live = v.Frame, wLog, p.t(wLog), before == 0
	if isFragment(r) {
		return s.draw(w, r, logLive(p, v))
	}
	leads, err := s.leads(r, p, v)
	if err != nil {
		return err
	}
	return s.draw(w, r, logPage(p, v, leads))
}

// leads are the people to whom the lead can be given: everybody who works here and does not have it. Who may not hand it over needs no list.
func (s *server) leads(r *http.Request, p *page, v hub.LogView) ([]hub.UserLine, error) {
	if v.Incident == nil || !v.Incident.Closed.IsZero() || !p.may("incident.set_lead") {
		return nil, nil
	}
	all, err := s.deps.House.People(r.Context())
	return slices.DeleteFunc(all.Users, func(u hub.UserLine) bool { return u.Customer != "" || idOf(u.Actor) == v.Incident.LeadID }), err
}

func (s *server) openIncident(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, incident.Open{Title: strings.TrimSpace(r.PostForm.Get("title"))})
	return s.after(w, r, err, "/board", s.board)
}

func (s *server) writeLog(w http.ResponseWriter, r *http.Request) error {
	id := r.PostForm.Get("incident")
	corrects, _ := strconv.ParseUint(r.PostForm.Get("corrects"), 10, 64) // unreadable: corrects nothing
	_, err := s.act(r, incident.Log{Incident: incident.ID(id), Text: strings.TrimSpace(r.PostForm.Get("text")), Corrects: corrects})
	return s.after(w, r, err, logPath(id), s.logBook)
}

// logPath is the log book of an incident; its form goes there too, so that the address says what it is about.
func logPath(incident string) string { return "/log?" + url.Values{"incident": {incident}}.Encode() }

func (s *server) handOver(w http.ResponseWriter, r *http.Request) error {
	_, err := s.act(r, incident.SetLead{Incident: incident.ID(r.PathValue("id")), Lead: access.UserActor(strings.TrimSpace(r.PostForm.Get("lead")))})
	return s.after(w, r, err, "/log", s.logBook)
}

func (s *server) closeIncident(w http.ResponseWriter, r *http.Request) error {
	id, f := r.PathValue("id"), r.PostForm
	points := slices.DeleteFunc(strings.Split(f.Get("points"), "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
	for i := range points {
		points[i] = strings.TrimSpace(points[i])
	}
	_, err := s.act(r, incident.Close{Incident: incident.ID(id), Summary: strings.TrimSpace(f.Get("summary")), OpenPoints: points})
	return s.after(w, r, err, local("report", id), s.logBook)
}

// after leads on from a form: to the page that shows the result, or back to the form with what went wrong and what was typed.
func (s *server) after(w http.ResponseWriter, r *http.Request, err error, next string, form pageHandler) error {
	if err != nil {
		return s.again(w, r, err, form)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// happenedAt reads a local time as browsers send it; empty is now, which the hub fills in.
func happenedAt(field string) (time.Time, error) {
	if field == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, field, berlin); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.New(fault.Invalid, "web.time", "could not read the time %q", field).Hinted("2026-11-21 14:03")
}

// formKey makes a form that is sent twice count once. The person is part of it, so that nobody can use up another's.
func formKey(who Visitor, r *http.Request) string {
	key := r.PostForm.Get("key")
	if key == "" {
		return ""
	}
	return "web/" + who.ID + "/" + key
}
