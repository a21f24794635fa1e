package web

import (
	"net/http"
	"slices"
	"strings"

	"blackstart/internal/hub"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
)

var (
	wImpactAsk     = phrase{"Was fällt aus, wenn das abgeschaltet wird?", "What is lost if this goes off?"}
	wImpactText    = phrase{"Nur gerechnet: Es wird nichts abgeschaltet.", "Only reckoned: nothing is switched off."}
	wNotChosen     = phrase{"–", "–"}
	wHost          = phrase{"Rechner", "Host"}
	wOrRefs        = phrase{"Oder als Verweise", "Or as references"}
	wOrRefsX       = phrase{"zum Beispiel site:rz-sued cell:S1@bkk-ahornwerk", "for example site:rz-sued cell:S1@bkk-ahornwerk"}
	wReckon        = phrase{"Berechnen", "Reckon"}
	wLostN         = plural{phrase{"%s Zelle fällt aus", "%s cell is lost"}, phrase{"%s Zellen fallen aus", "%s cells are lost"}}
	wDegradedN     = plural{phrase{"%s eingeschränkt", "%s degraded"}, phrase{"%s eingeschränkt", "%s degraded"}}
	wCustomersN    = plural{phrase{"%s Kunde betroffen", "%s customer concerned"}, phrase{"%s Kunden betroffen", "%s customers concerned"}}
	wPeopleBehind  = phrase{"Versicherte", "insured persons"}
	wNothingLost   = phrase{"Das trifft niemanden.", "This concerns nobody."}
	wIfOffLine     = phrase{"Wenn %s abgeschaltet wird", "If %s goes off"}
	wWhoLoses      = phrase{"Wer verliert was", "Who loses what"}
	wWhy           = phrase{"Warum", "Why"}
	wLoses         = phrase{"fällt aus", "lost"}
	wSuffers       = phrase{"eingeschränkt", "degraded"}
	wDirectly      = phrase{"selbst abgeschaltet", "switched off itself"}
	wHiddenN       = plural{phrase{"… und %s weitere Zelle", "… and %s more cell"}, phrase{"… und %s weitere Zellen", "… and %s more cells"}}
	wProposeCut    = phrase{"Abschaltung vorschlagen", "Propose the cut"}
	wProposeText   = phrase{"Der Vorschlag schaltet nichts ab. Er wird eine Anordnung, die erst nach der Freigabe gilt.", "The proposal switches nothing off. It becomes an order that holds only after its approval."}
	wReason        = phrase{"Grund", "Reason"}
	wReasonX       = phrase{"Steht im geschützten Teil des Journals.", "Stands in the private part of the journal."}
	wNoAgent       = phrase{"Auf %s ist kein Agent angemeldet: dort muss ein Mensch abschalten.", "No agent is enrolled on %s: a person must cut it off."}
	wNeedsIncident = phrase{"Abschalten lässt sich nur innerhalb eines Vorfalls. Eröffnen Sie zuerst einen.", "Cuts are made only within an incident. Open one first."}
)

func (s *server) impact(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.ImpactOf(r.Context(), wanted(r))
	if err != nil && p.wrong == nil && len(wanted(r)) > 0 {
		p.wrong = err // the reference is wrong: say so beside the form
		v, err = s.deps.House.ImpactOf(r.Context(), nil)
	}
	if err != nil {
		return err
	}
	p.frame, p.section, p.title = v.Frame, wImpact, p.t(wImpact)
	return s.draw(w, r, impactPage(p, v))
}

// wanted are the references asked about: ?off=a&off=b, or several in one field.
func wanted(r *http.Request) []string {
	var refs []string
	for _, value := range append(r.URL.Query()["off"], r.PostForm["off"]...) {
		refs = append(refs, strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == ',' || c == '\n' || c == '\r' })...)
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func (s *server) propose(w http.ResponseWriter, r *http.Request) error {
	f := r.PostForm
	done, err := s.act(r, contain.Propose{Incident: incident.ID(f.Get("incident")), Host: catalogue.Ref(f.Get("host")), Reason: strings.TrimSpace(f.Get("reason"))})
	return s.after(w, r, err, drafted(done), s.impact)
}

// drafted leads to the order that followed from what was done; to the list of all when a form was sent twice and nothing new came of it.
func drafted(done hub.Result) string {
	for _, e := range done.Events {
		if o, ok := e.(order.Drafted); ok {
			return local("order", string(o.ID))
		}
	}
	return "/approvals"
}
