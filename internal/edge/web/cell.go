package web

import (
	"net/http"

	"blackstart/internal/hub"
)

var (
	wCondition  = phrase{"Beobachtet", "Observed"}
	wMode       = phrase{"Betriebsart", "Mode"}
	wProgress   = phrase{"Letzter Freigabepunkt", "Last gate passed"}
	wHolds      = phrase{"Festgehalten durch", "Held by"}
	wNeeds      = phrase{"Braucht", "Needs"}
	wNeededBy   = phrase{"Wird gebraucht von", "Needed by"}
	wCustomersL = phrase{"Betroffene Kunden", "Customers concerned"}
	wHistory    = phrase{"Verlauf", "History"}
	wUnchanged  = phrase{"Seit Beginn des Journals unverändert.", "Unchanged since the journal began."}
	wIfOff      = phrase{"Was fällt aus, wenn das ausfällt?", "What is lost if this goes off?"}
)

var conditionWords = map[string]phrase{
	"normal":   {"normal", "normal"},
	"degraded": {"eingeschränkt", "degraded"},
	"failed":   {"ausgefallen", "failed"},
	"unknown":  {"unbekannt", "unknown"},
}

var modeWords = map[string]phrase{
	"regular":     {"Regelbetrieb", "regular"},
	"limited":     {"teilweise offen", "limited"},
	"off":         {"vorsorglich abgeschaltet", "switched off by us"},
	"blocked":     {"gesperrt durch Dritte", "blocked by a third party"},
	"interim":     {"Ersatzbetrieb", "interim operation"},
	"basic":       {"Notbetrieb", "emergency operation"},
	"returning":   {"im Wiederanlauf", "returning"},
	"maintenance": {"Wartung", "maintenance"},
	"replaced":    {"abgelöst", "replaced"},
}

var holdWords = map[string]phrase{
	"incident":  {"Vorfall", "incident"},
	"clearance": {"fehlende forensische Freigabe", "missing forensic clearance"},
	"authority": {"Auflage einer Behörde", "condition of an authority"},
}

var needWords = map[string]phrase{
	"hard": {"unbedingt", "hard"},
	"soft": {"verzichtbar", "soft"},
	"any":  {"eines von mehreren", "any of several"},
}

func (s *server) cell(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Cell(r.Context(), r.PathValue("service"), r.PathValue("env"))
	if err != nil {
		return err
	}
	p.frame, p.section, p.title, p.live = v.Frame, wSituation, v.Cell, true
	if isFragment(r) {
		return s.draw(w, r, cellLive(p, v))
	}
	return s.draw(w, r, cellPage(p, v))
}

// cellFacts are the changes of a cell as facts, each with the state it led to.
func (p *page) cellFacts(v hub.CellView) []hub.Fact {
	list := make([]hub.Fact, len(v.History))
	for i, c := range v.History {
		list[i] = c.Fact
		list[i].Refs = []string{p.state(c.State)}
		if c.Cause != "" {
			list[i].Refs = append(list[i].Refs, p.word(causeWords, c.Cause))
		}
	}
	return list
}
