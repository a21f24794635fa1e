package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
)

var (
	wStatusTitle    = phrase{"Stand der Dienste", "State of services"}
	wStatusFine     = phrase{"Alle Dienste sind in Betrieb", "All services are operational"}
	wStatusOpen     = phrase{"Ein Vorfall wird bearbeitet", "An incident is being worked on"}
	wStatusDegraded = phrase{"Einige Dienste sind eingeschränkt", "Some services are degraded"}
	wStatusMajor    = phrase{"Einige Dienste fallen aus", "Some services are down"}
	wStatusOff      = phrase{"Wir haben Dienste vorsorglich abgeschaltet", "We have switched services off as a precaution"}
	wStatusRestore  = phrase{"Dienste laufen wieder an und werden geprüft", "Services are coming back and are being checked"}
	wStatusUnknown  = phrase{"Der Stand einiger Dienste ist noch unbekannt", "The state of some services is not known yet"}
	wUpdated        = phrase{"Letzte Mitteilung", "Last update"}
	wNoUpdate       = phrase{"Noch keine Mitteilung. Wir sagen, was wir wissen, sobald wir es wissen.", "No update yet. We say what we know as soon as we know it."}
	wServices       = phrase{"Dienste", "Services"}
	wAffected       = phrase{"betrifft %s von %s Kunden", "affects %s of %s customers"}
	wExpected       = phrase{"Erwartet", "Expected"}
	wExpectUnknown  = phrase{"noch unbekannt", "not known yet"}
	wExpectRange    = phrase{"zwischen %s und %s", "between %s and %s"}
	wExpectSure     = phrase{"zu %d %% sicher", "%d %% confident"}
	wExpectBefore   = phrase{"früher genannt", "said earlier"}
	wPast           = phrase{"Frühere Vorfälle", "Earlier incidents"}
	wNoPast         = phrase{"Keine.", "None."}
	wUntil          = phrase{"bis", "until"}
	wDigest         = phrase{"Prüfsumme dieser Veröffentlichung", "Digest of this publication"}
	wOneTongue      = phrase{"Nur auf Deutsch verfügbar", "Available in German only"}
	wContactHint    = phrase{"Kunden sehen nach der Anmeldung, was sie selbst betrifft.", "After signing in, customers see what concerns themselves."}
)

var classWords = map[string]phrase{
	"infrastructure": {"Grundlagen", "Foundations"},
	"ti":             {"Telematikinfrastruktur", "Telematics infrastructure"},
	"business":       {"Fachverfahren", "Business services"},
	"internal":       {"Eigener Betrieb", "Internal services"},
}

var stepWords = map[string]phrase{
	"investigating": {"Wird untersucht", "Investigating"},
	"identified":    {"Ursache bekannt", "Identified"},
	"monitoring":    {"Unter Beobachtung", "Monitoring"},
	"resolved":      {"Behoben", "Resolved"},
	"postmortem":    {"Nachbericht", "Postmortem"},
}

// sentences say the worst state of a view in one sentence.
var sentences = map[hub.Shown]phrase{
	hub.ShownOperational: wStatusFine,
	hub.ShownMaintenance: wStatusDegraded,
	hub.ShownDegraded:    wStatusDegraded,
	hub.ShownPartial:     wStatusMajor,
	hub.ShownOutage:      wStatusMajor,
	hub.ShownOff:         wStatusOff,
	hub.ShownBlocked:     wStatusMajor,
	hub.ShownReturning:   wStatusRestore,
	hub.ShownInterim:     wStatusRestore,
	hub.ShownLimited:     wStatusDegraded,
	hub.ShownBasic:       wStatusDegraded,
	hub.ShownUnknown:     wStatusUnknown,
}

// neverGreen is the last guard of a rule that users of other tools miss: no page is green while an incident is open, whatever the view says.
func neverGreen(worst hub.Shown, open bool) hub.Shown {
	if open && (worst == hub.ShownOperational || worst == "") {
		return hub.ShownUnknown
	}
	return worst
}

// sentence is the banner's text.
func (p *page) sentence(worst hub.Shown, open bool) string {
	if open && worst == hub.ShownUnknown {
		return p.t(wStatusOpen)
	}
	if f, ok := sentences[worst]; ok {
		return p.t(f)
	}
	return p.t(wStatusUnknown)
}

// word looks a code up and shows the code itself where there is no word for it.
func (p *page) word(words map[string]phrase, code string) string {
	if f, ok := words[code]; ok {
		return f.in(p.lang)
	}
	return code
}

func (s *server) status(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Status(r.Context())
	if err != nil {
		return err
	}
	v.Worst = neverGreen(v.Worst, len(v.Incidents) > 0)
	p.frame, p.section, p.title, p.back = v.Frame, wPublicPage, p.t(wStatusTitle), statusReload
	if p.may("statuspage.publish") { // the public view knows no incident; who publishes must, and sees it here as the house does
		if err := s.framed(r, p); err != nil {
			return err
		}
	}
	if p.in {
		return s.draw(w, r, statusPage(p, v))
	}
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(int(statusCache.Seconds())))
	if tag := publicTag(p); unchanged(w, r, tag) {
		return nil
	}
	return s.draw(w, r, statusPage(p, v))
}

// publicTag names what a stranger sees: it changes with the record, the signed head, the language, the build's look, and in any case after statusFresh.
// It is weak, since the bytes differ by compression (RFC 9110, 8.8.1).
func publicTag(p *page) string {
	f := p.frame
	return fmt.Sprintf(`W/"%d-%d-%s-%t-%s-%d"`, f.Version, f.Head.Size, p.lang, f.Simulated, files["blackstart.css"].hash, f.Now.Unix()/int64(statusFresh.Seconds()))
}

// unchanged answers 304 to whoever has the page of that tag already.
func unchanged(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	for have := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if strings.TrimSpace(have) == tag {
			w.Header().Set("Vary", pageVary)
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

func (s *server) customer(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Customer(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if v.Customer.ID == "" {
		return fault.New(fault.NotFound, "web.not_found", "could not find the customer")
	}
	open := len(v.Public.Incidents) > 0
	v.Public.Worst, v.Worst = neverGreen(v.Public.Worst, open), neverGreen(v.Worst, open)
	v.Facts = p.ownNames(v)
	p.frame, p.section, p.title, p.back = v.Public.Frame, wMyPage, p.called(v.Customer), statusReload
	return s.draw(w, r, customerPage(p, v))
}
