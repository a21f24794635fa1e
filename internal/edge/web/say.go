package web

import (
	"net/http"
	"strings"

	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/statuspage"
)

var (
	wSay     = phrase{"Mitteilung veröffentlichen", "Publish a statement"}
	wSayDE   = phrase{"Auf Deutsch", "In German"}
	wSayEN   = phrase{"Auf Englisch", "In English"}
	wSayX    = phrase{"Beide Sprachen sind nötig. Sofort für alle sichtbar; berichtigen heißt: eine neue Mitteilung.", "Both languages are needed. Visible to everybody at once; to correct means to publish a new one."}
	wSayDo   = phrase{"Jetzt veröffentlichen", "Publish now"}
	wSayHead = phrase{"Was alle wissen sollen", "What everybody should know"}
)

func (s *server) say(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	_, err := s.act(r, statuspage.Publish{Incident: incident.ID(f.Get("incident")), DE: strings.TrimSpace(f.Get("de")), EN: strings.TrimSpace(f.Get("en"))})
	return s.after(w, r, err, "/status", s.status)
}
