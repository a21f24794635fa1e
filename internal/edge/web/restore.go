package web

import (
	"net/http"
	"slices"
	"strings"

	"blackstart/internal/hub"
	"blackstart/internal/subject/restore"
)

var (
	wNoPlan      = phrase{"Noch kein Wiederanlaufplan", "No recovery plan yet"}
	wNoPlanText  = phrase{"Ein Plan bringt zurück, was abgeschaltet ist: Schritt für Schritt, mit einem Freigabepunkt für zwei Personen.", "A plan brings back what is off: step by step, with a gate for two people."}
	wNothingOff  = phrase{"Nichts ist abgeschaltet. Es gibt nichts zurückzubringen.", "Nothing is switched off. There is nothing to bring back."}
	wPlanDo      = phrase{"Plan aufstellen", "Make a plan"}
	wPlanTitle   = phrase{"Wiederanlaufplan %s", "Recovery plan %s"}
	wPlanStale   = phrase{"Der Stand hat sich seit diesem Plan geändert. Prüfen Sie, ob er noch passt.", "The state has changed since this plan was made. Check whether it still fits."}
	wTeam        = phrase{"Team", "Team"}
	wBegin       = phrase{"Beginnen", "Begin"}
	wFinish      = phrase{"Fertig melden", "Report as done"}
	wGrant       = phrase{"Zustimmen", "Agree"}
	wDeny        = phrase{"Ablehnen", "Refuse"}
	wGateOf      = phrase{"%d von %d Personen haben zugestimmt", "%d of %d people have agreed"}
	wGatePassed  = phrase{"Freigabepunkt passiert", "Gate passed"}
	wGateDecided = phrase{"Sie haben zugestimmt. Es braucht noch eine andere Person.", "You have agreed. Another person is needed."}
	wSaidYes     = phrase{"stimmt zu", "agrees"}
	wSaidNo      = phrase{"lehnt ab", "refuses"}
	wFirstOpen   = phrase{"Erst wieder ans Netz lassen und von außen prüfen; dann lässt sich der Schritt fertig melden.", "First let it back on the net and check it from outside; then the step can be reported as done."}
	wGateTogo    = phrase{"Wer hier zustimmen darf, sind andere Rollen: Leitung, IT oder Forensik.", "Other roles may agree here: lead, IT or forensics."}
	wSwitchedOff = phrase{"Abgeschaltet", "Switched off"}
)

var stepStateWords = map[string]phrase{
	"waiting": {"wartet", "waiting"},
	"ready":   {"kann beginnen", "can begin"},
	"running": {"läuft", "running"},
	"done":    {"fertig", "done"},
}

// stepLooks draws a step with the shapes people know from the board.
var stepLooks = map[string]look{
	"waiting": {"·", "e"},
	"ready":   {"◇", "w"},
	"running": {"◐", "r"},
	"done":    {"●", "o"},
}

var stepKindWords = map[string]phrase{
	"work":    {"Arbeit", "work"},
	"gate":    {"Freigabepunkt", "gate"},
	"connect": {"Verbinden", "connect"},
}

func (s *server) restore(w http.ResponseWriter, r *http.Request, p *page) error {
	v, err := s.deps.House.Restore(r.Context(), p.who.Actor())
	if err != nil {
		return err
	}
	p.frame, p.section, p.title, p.live = v.Frame, wRestore, p.t(wRestore), true
	cut, err := s.stillCut(r, v)
	if err != nil {
		return err
	}
	if isFragment(r) {
		return s.draw(w, r, restoreLive(p, v, cut))
	}
	return s.draw(w, r, restorePage(p, v, cut))
}

// stillCut are the orders that keep hosts off the net while the plan wants to connect them: they must be undone before that step can be done.
func (s *server) stillCut(r *http.Request, v hub.RestoreView) ([]hub.OrderLine, error) {
	connecting := slices.ContainsFunc(v.Steps, func(s hub.StepLine) bool { return s.Kind == "connect" && s.State == "running" })
	if !connecting {
		return nil, nil
	}
	all, err := s.deps.House.OrderList(r.Context())
	return slices.DeleteFunc(all.Running, func(o hub.OrderLine) bool { return o.Verb != "isolate" || o.State != "executed" }), err
}

// planBack asks the hub for a plan over what is off, and adopts it; the basis that the page was drawn from goes with it, so that a stale plan is refused.
func (s *server) planBack(w http.ResponseWriter, r *http.Request) error {
	command, err := s.deps.House.PlanBack(r.Context(), r.PostForm.Get("incident"), number64(r.PostForm.Get("basis")))
	if err == nil {
		_, err = s.act(r, command)
	}
	return s.after(w, r, err, "/restore", s.restore)
}

func (s *server) startStep(w http.ResponseWriter, r *http.Request) error {
	return s.step(w, r, restore.Start{Plan: planOf(r), Step: stepOf(r)})
}

func (s *server) finishStep(w http.ResponseWriter, r *http.Request) error {
	return s.step(w, r, restore.Finish{Plan: planOf(r), Step: stepOf(r)})
}

func (s *server) grant(w http.ResponseWriter, r *http.Request) error {
	return s.step(w, r, restore.Grant{Plan: planOf(r), Step: stepOf(r)})
}

func (s *server) deny(w http.ResponseWriter, r *http.Request) error {
	return s.step(w, r, restore.Deny{Plan: planOf(r), Step: stepOf(r), Reason: strings.TrimSpace(r.PostForm.Get("reason"))})
}

func planOf(r *http.Request) restore.ID     { return restore.ID(r.PathValue("plan")) }
func stepOf(r *http.Request) restore.StepID { return restore.StepID(r.PathValue("step")) }

func (s *server) step(w http.ResponseWriter, r *http.Request, c hub.Command) error {
	_, err := s.act(r, c)
	return s.after(w, r, err, "/restore", s.restore)
}

// primaryStep is the one step whose button is the page's primary one: the first that waits for somebody.
func primaryStep(v hub.RestoreView) string {
	for _, s := range v.Steps {
		if s.State == "running" || s.State == "ready" {
			return s.ID
		}
	}
	return ""
}
