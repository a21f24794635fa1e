package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"blackstart/internal/hub"
)

var (
	wPeaceTitle     = phrase{"Kein Vorfall offen", "No incident is open"}
	wPeaceText      = phrase{"Alles bleibt bereit: Katalog, Menschen, Schlüssel. Üben Sie, solange Ruhe ist.", "Everything stays ready: catalogue, people, keys. Drill while it is quiet."}
	wOpenIncident   = phrase{"Vorfall eröffnen", "Open an incident"}
	wOpenIncidentDo = phrase{"Jetzt eröffnen", "Open it now"}
	wIncidentTitle  = phrase{"Was ist los, in einem Satz?", "What is going on, in one sentence?"}
	wIncidentTitleX = phrase{"Ohne Namen von Personen. Der Satz steht im Journal und auf jeder Seite.", "Without names of persons. The sentence stands in the journal and on every page."}
	wFirstHour      = phrase{"Ein Vorfall lässt sich sofort eröffnen, auch ohne Katalog.", "An incident can be opened at once, also without a catalogue."}
	wBoardEmpty     = phrase{"Noch ist kein Katalog übernommen", "No catalogue is adopted yet"}
	wBoardEmptyText = phrase{
		"Führen Sie bis dahin das Logbuch. Die Zellen erscheinen hier, sobald ein Katalog übernommen ist.",
		"Keep the log book until then. The cells appear here as soon as a catalogue is adopted.",
	}
	wCounts     = phrase{"Zellen nach Zustand", "Cells by state"}
	wSite       = phrase{"Standort", "Site"}
	wCustomer   = phrase{"Kunde", "Customer"}
	wService    = phrase{"Dienst", "Service"}
	wState      = phrase{"Zustand", "State"}
	wAll        = phrase{"alle", "all"}
	wFilter     = phrase{"Anwenden", "Apply"}
	wLegend     = phrase{"Zeichen und Dienste", "Signs and services"}
	wSharedSlot = phrase{"gestrichelt: läuft einmal für mehrere, in der gemeinsamen Umgebung", "dashed: runs once for several, in the shared environment"}
	wEmptySlot  = phrase{"gibt es hier nicht", "does not exist here"}
	wMatrix     = phrase{"Dienste je Umgebung", "Services by environment"}
	wEnv        = phrase{"Umgebung", "Environment"}
	wNoRows     = phrase{"Keine Zelle passt auf diese Auswahl.", "No cell matches this selection."}
)

// nextAct is what the "what now" line says and where its button leads.
type nextAct struct {
	one, many phrase // many is used when Count is not 1; %s is the name, %d the count
	button    phrase
	path      func(hub.NextStep) string
}

func toRef(first string) func(hub.NextStep) string {
	return func(n hub.NextStep) string { return local(first, n.Ref) }
}

func to(path string) func(hub.NextStep) string { return func(hub.NextStep) string { return path } }

func same(text phrase) (one, many phrase) { return text, text }

// nextActs has a row for every kind; a test holds it against the list in hub.
var nextActs = map[hub.NextKind]nextAct{
	hub.NextPeace: act(phrase{"Nichts. Wenn etwas geschieht, beginnt hier der Vorfall.", "Nothing. If something happens, the incident starts here."},
		wOpenIncident, to("/board")),
	hub.NextCatalogue: act(phrase{"Noch ist kein Katalog übernommen. Ohne ihn kann niemand sagen, wen was trifft.", "No catalogue is adopted yet. Without one nobody can say who is concerned by what."},
		phrase{"Katalog ansehen", "Look at the catalogue"}, to("/catalogue")),
	hub.NextLead: act(phrase{"Niemand leitet diesen Vorfall.", "Nobody leads this incident."},
		phrase{"Leitung benennen", "Name a lead"}, to("/log#lead")),
	hub.NextCut: act(phrase{"Noch ist nichts abgetrennt. Prüfen Sie, was eine Abschaltung kosten würde.", "Nothing is cut off yet. See what a cut would cost."},
		phrase{"Auswirkung prüfen", "Check the impact"}, to("/impact")),
	hub.NextApprove: {
		one:    phrase{"%[1]s wartet auf eine Freigabe.", "%[1]s waits for one approval."},
		many:   phrase{"%[1]s wartet auf %[2]d Freigaben.", "%[1]s waits for %[2]d approvals."},
		button: phrase{"Lesen und freigeben", "Read and approve"}, path: toRef("order"),
	},
	hub.NextWait: act(phrase{"%[1]s ist unterwegs zum Agenten.", "%[1]s is on its way to the agent."},
		phrase{"Anordnung ansehen", "Look at the order"}, toRef("order")),
	hub.NextVerify: act(phrase{"%[1]s ist ausgeführt. Der Beweis von außen fehlt noch.", "%[1]s is carried out. The proof from outside is missing."},
		phrase{"Prüfung ansehen", "Look at the check"}, toRef("order")),
	hub.NextRefused: act(phrase{"%[1]s ist gescheitert. Lesen Sie den Grund und entscheiden Sie neu.", "%[1]s failed. Read the reason and decide again."},
		phrase{"Grund lesen", "Read the reason"}, toRef("order")),
	hub.NextRelease: {
		one:    phrase{"Ein Rechner ist abgetrennt. Planen Sie seinen Weg zurück.", "One host is cut off. Plan its way back."},
		many:   phrase{"%[2]d Rechner sind abgetrennt. Planen Sie ihren Weg zurück.", "%[2]d hosts are cut off. Plan their way back."},
		button: phrase{"Wiederanlauf planen", "Plan the restore"}, path: to("/restore"),
	},
	hub.NextGate: {
		one:    phrase{"Der Freigabepunkt vor „%[1]s“ wartet auf eine Person.", "The gate before “%[1]s” waits for one person."},
		many:   phrase{"Der Freigabepunkt vor „%[1]s“ wartet auf %[2]d Personen.", "The gate before “%[1]s” waits for %[2]d people."},
		button: phrase{"Entscheiden", "Decide"}, path: to("/restore"),
	},
	hub.NextStepDue: act(phrase{"„%[1]s“ ist an der Reihe.", "“%[1]s” is next."},
		phrase{"Zum Schritt", "To the step"}, to("/restore")),
	hub.NextClose: act(phrase{"Alles ist zurück. Schließen Sie den Vorfall und lesen Sie den Bericht.", "Everything is back. Close the incident and read the report."},
		phrase{"Bericht und Schluss", "Report and close"}, toRef("report")),
}

func act(text, button phrase, path func(hub.NextStep) string) nextAct {
	one, many := same(text)
	return nextAct{one: one, many: many, button: button, path: path}
}

// nextSentence is the "what now" line in words.
func (p *page) nextSentence(n hub.NextStep) string {
	a := nextActs[n.Kind]
	text := a.many
	if n.Count == 1 {
		text = a.one
	}
	return fill(text.in(p.lang), p.nextName(n), n.Count)
}

// nextName is what the next step is about: an order is called by what it does to whom.
func (p *page) nextName(n hub.NextStep) string {
	if n.Verb == "" {
		return cmp.Or(p.name(n.Name), n.Ref)
	}
	return p.word(verbWords, n.Verb) + ": " + strings.Join(n.Hosts, ", ")
}

// legendStates are the eight shapes, in the order of the palette.
var legendStates = []hub.Shown{
	hub.ShownOperational, hub.ShownDegraded, hub.ShownPartial, hub.ShownOutage,
	hub.ShownOff, hub.ShownReturning, hub.ShownMaintenance, hub.ShownUnknown,
}

func withState(f hub.BoardFilter, s hub.Shown) hub.BoardFilter {
	f.State = s
	return f
}

// boardPath is the board with a filter; the same filter always has the same address.
func boardPath(f hub.BoardFilter) string {
	q := url.Values{}
	for field, value := range map[string]string{"site": f.Site, "customer": f.Customer, "service": f.Service, "state": string(f.State)} {
		if value != "" {
			q.Set(field, value)
		}
	}
	if len(q) == 0 {
		return "/board"
	}
	return "/board?" + q.Encode()
}

func filterOf(q url.Values) hub.BoardFilter {
	return hub.BoardFilter{Site: q.Get("site"), Customer: q.Get("customer"), Service: q.Get("service"), State: hub.Shown(q.Get("state"))}
}

func (s *server) board(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Board(r.Context(), filterOf(r.URL.Query()))
	if err != nil {
		return err
	}
	v.Worst = neverGreen(v.Worst, v.Frame.Incident != nil)
	p.frame, p.section, p.title, p.live = v.Frame, wSituation, p.t(wSituation), true
	if isFragment(r) {
		return s.draw(w, r, boardLive(p, v))
	}
	return s.draw(w, r, boardPage(p, v))
}
