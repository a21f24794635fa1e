package web

import (
	"net/http"
	"time"

	"blackstart/internal/hub"
)

var (
	wReportTitle   = phrase{"Bericht zu %s", "Report on %s"}
	wReportRunning = phrase{"Der Vorfall ist noch offen. Dieser Bericht zeigt den Stand von jetzt.", "The incident is still open. This report shows the state of now."}
	wDuration      = phrase{"Dauer", "Duration"}
	wTouchedCells  = plural{phrase{"%s Zelle berührt", "%s cell touched"}, phrase{"%s Zellen berührt", "%s cells touched"}}
	wTouched       = plural{phrase{"%s Kunde betroffen", "%s customer concerned"}, phrase{"%s Kunden betroffen", "%s customers concerned"}}
	wWhoOff        = phrase{"Wer war wie lange ohne was", "Who was without what, for how long"}
	wNobodyOff     = phrase{"Niemand.", "Nobody."}
	wFrom          = phrase{"Von", "From"}
	wUsable        = phrase{"Nutzbar", "Usable"}
	wRestoredAt    = phrase{"Wiederhergestellt", "Restored"}
	wAgreed        = phrase{"Vereinbart (RTO)", "Agreed (RTO)"}
	wNotYet        = phrase{"noch nicht", "not yet"}
	wKept          = phrase{"eingehalten", "kept"}
	wMissed        = phrase{"überschritten", "exceeded"}
	wTimeline      = phrase{"Verlauf", "Timeline"}
	wOrdersProofs  = phrase{"Anordnungen mit Beweisen", "Orders with proofs"}
	wOpenPoints    = phrase{"Offene Punkte", "Open points"}
	wNoPoints      = phrase{"Keine.", "None."}
	wHeadTitle     = phrase{"Journalkopf zu diesem Bericht", "Journal head of this report"}
	wHeadText      = phrase{"Mit dem Export prüft jede Stelle diesen Bericht selbst: blackstart journal verify EXPORT. Es braucht kein Netz und kein Vertrauen in uns.", "With the export anybody can check this report: blackstart journal verify EXPORT. It needs no network and no trust in us."}
	wHeadFull      = phrase{"Wurzelhash", "Root hash"}
	wEndsOpen      = phrase{"offen", "open"}
	wPrint         = phrase{"Zum Drucken genügt der Druckbefehl Ihres Browsers.", "To print, use your browser's print command."}
)

func (s *server) report(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Report(r.Context(), r.PathValue("incident"))
	if err != nil {
		return err
	}
	p.frame, p.title = v.Frame, p.t(wReportTitle, v.Incident.Title)
	return s.draw(w, r, reportPage(p, v))
}

// took is how long an incident or an outage lasted, or has lasted until now.
func (p *page) took(from, until time.Time) string {
	if until.IsZero() {
		until = p.frame.Now
	}
	return p.long(until.Sub(from))
}

// kept says whether the agreed time was held; an outage that still runs has missed it as soon as the time is over.
func (p *page) kept(o hub.OutageLine) bool {
	until := o.Usable
	if until.IsZero() {
		until = p.frame.Now
	}
	return until.Sub(o.From) <= o.RTO
}
