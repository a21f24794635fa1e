package web

import (
	"context"
	"crypto/rand"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
)

var (
	wAgain     = phrase{"Sind Sie es?", "Is it you?"}
	wAgainText = phrase{"Das ist ein schwerwiegender Schritt, und Ihre letzte Anmeldung ist länger als fünf Minuten her. Zeigen Sie noch einmal, wer Sie sind.", "This is a grave act, and you signed in more than five minutes ago. Show once more who you are."}
	wAgainHeld = phrase{"Was Sie eingegeben haben, ist aufgehoben und wird danach ausgeführt.", "What you entered is kept and will be carried out then."}
	wAgainDo   = phrase{"Ich bin es", "It is me"}
	wAgainKey  = phrase{"Mit Passkey zeigen", "Show it with a passkey"}
	wAgainNo   = phrase{"Doch nicht", "Never mind"}
)

// held is a form that waits until its sender has proved who they are. It stays in this program's memory and never goes back to the browser: it may
// hold a password. A restart forgets it, and the page says that nothing was entered.
type held struct {
	to    url.URL
	form  url.Values
	owner uint64 // the session, by its entry
	until time.Time
}

// heldForms are the forms that wait, few of each session and bounded in all.
type heldForms struct {
	mu  sync.Mutex // guards all
	all map[string]held
}

// keep takes a form in and gives its name.
func (h *heldForms) keep(now time.Time, f held) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.all, func(_ string, old held) bool { return now.After(old.until) })
	var own []string
	for name, old := range h.all {
		if old.owner == f.owner {
			own = append(own, name)
		}
	}
	slices.SortFunc(own, func(a, b string) int { return h.all[a].until.Compare(h.all[b].until) })
	if len(own) >= maxHeldOwn {
		delete(h.all, own[0])
	}
	if len(h.all) >= maxHeld {
		return "", fault.New(fault.Unavailable, "web.too_many_held", "could not keep the form: too many wait already").Hinted("show who you are under My access first, then send it again")
	}
	if h.all == nil {
		h.all = map[string]held{}
	}
	name := rand.Text()
	f.until = now.Add(heldFor)
	h.all[name] = f
	return name, nil
}

// take gives a form back to the session that sent it, once.
func (h *heldForms) take(now time.Time, name string, owner uint64) (held, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, ok := h.all[name]
	if !ok || f.owner != owner || now.After(f.until) {
		return held{}, false
	}
	delete(h.all, name)
	return f, true
}

// holdUp keeps the form of a grave act and asks for a proof; it says whether it did.
func (s *server) holdUp(w http.ResponseWriter, r *http.Request) (bool, error) {
	who, in := visitorOf(r)
	if !in || s.deps.Door.Fresh(who.stay) {
		return false, nil
	}
	name, err := s.waiting.keep(time.Now(), held{to: *r.URL, form: r.PostForm, owner: who.stay.Seq})
	if err != nil {
		return true, err
	}
	return true, s.askAgain(&statusWriter{ResponseWriter: w, status: http.StatusUnauthorized}, r, s.newPage(r), name, "/")
}

// prove shows the question by itself, before a page that needs a proof.
func (s *server) prove(w http.ResponseWriter, r *http.Request, p *page) error {
	return s.askAgain(w, r, p, r.FormValue("held"), ownPath(r.FormValue("next")))
}

func (s *server) askAgain(w http.ResponseWriter, r *http.Request, p *page, held, next string) error {
	if err := s.framed(r, p); err != nil {
		return err
	}
	p.title, p.scripts = p.t(wAgain), accessScripts
	d := doorstep{next: next, held: held, site: s.site(r), instead: s.instead(r), now: time.Now(), means: s.deps.Door.Factors(p.who.ID)}
	return s.draw(w, r, againPage(p, d))
}

// proved takes the proof and carries out what waited for it. A passkey has proved it already when it comes here.
func (s *server) proved(w http.ResponseWriter, r *http.Request) error {
	who, _ := visitorOf(r)
	f := r.PostForm
	if !s.deps.Door.Fresh(who.stay) {
		if err := s.deps.Door.ProveAgain(r.Context(), s.callerOf(r), s.tokenOf(r), f.Get("password"), f.Get("code")); err != nil {
			return s.again(w, r, err, s.prove)
		}
	}
	if f.Get("held") == "" {
		http.Redirect(w, r, ownPath(f.Get("next")), http.StatusSeeOther)
		return nil
	}
	form, ok := s.waiting.take(time.Now(), f.Get("held"), who.stay.Seq)
	if !ok {
		return fault.New(fault.Stale, "web.held_gone", "could not carry it out: the form waited too long, or was sent already").Hinted("look whether it was entered, else send it again")
	}
	s.carryOut(w, r, form)
	return nil
}

// carryOut sends the form that waited through its own route, as if it came now: all that is checked there is checked anew.
func (s *server) carryOut(w http.ResponseWriter, r *http.Request, f held) {
	body := f.form.Encode()
	again := r.Clone(context.WithoutCancel(r.Context()))
	again.URL, again.RequestURI, again.Form, again.PostForm = &f.to, f.to.RequestURI(), nil, nil
	again.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	again.Body, again.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	s.mux.ServeHTTP(w, s.recognise(again))
}

// thenHeld names the form to send when a passkey has proved who it is: the one that waits, where there is one.
func thenHeld(d doorstep) string {
	if d.held != "" {
		return "again"
	}
	return ""
}

// thenPaper names the form to send after the first passkey: the one that makes recovery codes.
func thenPaper(v means) string {
	if v.Printed.IsZero() {
		return "newpasskey"
	}
	return ""
}

// asksCode says whether a proof needs a code beside the password.
func asksCode(p *page, d doorstep) bool {
	return !p.frame.Drill && (d.means.TOTP || len(d.means.Passkeys) > 0)
}

// unfinished says whether a stage keeps somebody to their own access.
func unfinished(who Visitor, in bool) bool { return in && who.stay.Stage == hub.StageEnrol }
