package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
)

// policy is the content security policy of every page, with framing and base address shut as well.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

type (
	pageHandler func(w http.ResponseWriter, r *http.Request, p *page) error
	formHandler func(w http.ResponseWriter, r *http.Request) error
	visitorKey  struct{}
)

// register is the one way to a route: without a row in the table of rights there is none. What is the row: the route itself, or the command it gives.
func (s *server) register(pattern, what string, h http.HandlerFunc) {
	i := slices.IndexFunc(access.Rights, func(row access.Right) bool { return row.What == what })
	if i < 0 {
		panic(fmt.Sprintf("route %q: %q has no row in access.Rights", pattern, what))
	}
	row := access.Rights[i]
	s.routes = append(s.routes, Route{pattern, what})
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := s.admit(row, r); err != nil {
			s.refuse(w, r, err)
			return
		}
		if who, in := visitorOf(r); unfinished(who, in) && !waitsForNothing(pattern) && s.deps.House.May("", what) != nil {
			s.finishFirst(w, r)
			return
		}
		h(w, r)
	})
}

// waitsForNothing says whether a route is open to somebody who must still add a second factor: what leads to one.
func waitsForNothing(pattern string) bool {
	_, path, _ := strings.Cut(pattern, " ")
	return strings.HasPrefix(path, "/account") || strings.HasPrefix(path, "/again")
}

// finishFirst leads to what is missing; a form is refused, since it would be lost on the way.
func (s *server) finishFirst(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		http.Redirect(w, r, "/account", http.StatusSeeOther)
		return
	}
	s.refuse(w, r, fault.New(fault.Conflict, "access.unfinished", "could not do this yet: a second factor is missing").Hinted("add one under My access"))
}

// errSignIn says that somebody must say who they are first.
var errSignIn = errors.New("could not show the page: nobody is signed in")

// admit asks the table of rights, for the very thing that the address names; who may not, learns no more than who looks for what does not exist.
func (s *server) admit(row access.Right, r *http.Request) error {
	who, in := visitorOf(r)
	if s.deps.House.MayWith(who.Actor(), row.What, thingOf(row, r)) == nil {
		return nil
	}
	if !in {
		return errSignIn
	}
	return fault.New(fault.NotFound, "web.not_found", "could not find the page")
}

// thingOf is the thing that an address names, in its path or its query. A form names it in its address too: what it carries is read later, and the
// hub asks again for that.
func thingOf(row access.Right, r *http.Request) access.Thing {
	return access.Of(row.What, func(wildcard string) string { return cmp.Or(r.PathValue(wildcard), r.URL.Query().Get(wildcard)) })
}

// page registers a page; its handler draws or returns a fault.
func (s *server) page(pattern string, h pageHandler) {
	s.register(pattern, pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r, s.newPage(r)); err != nil {
			s.refuse(w, r, err)
		}
	})
}

// post registers the target of a form that is no command.
func (s *server) post(pattern string, h formHandler) { s.form(pattern, pattern, h) }

// form registers the target of a form; the body is bounded before it is read.
func (s *server) form(pattern, what string, h formHandler) {
	s.register(pattern, what, func(w http.ResponseWriter, r *http.Request) {
		if err := readForm(w, r); err != nil {
			s.refuse(w, r, err)
			return
		}
		plainLines(r.PostForm)
		if isGrave(what) {
			if held, err := s.holdUp(w, r); held {
				if err != nil {
					s.refuse(w, r, err)
				}
				return
			}
		}
		if err := h(w, r); err != nil {
			s.refuse(w, r, err)
		}
	})
}

// readForm takes a form as browsers send it from our pages. None of them sends a file: multipart, whose parts would go to disk, is no form here.
func readForm(w http.ResponseWriter, r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && kind != "application/x-www-form-urlencoded" {
		return fault.New(fault.Invalid, "web.form", "could not read the form: it is of type %.100q", kind)
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fault.New(fault.Invalid, "web.form", "could not read the form: %w", err)
	}
	fields := 0
	for name, values := range r.PostForm {
		if fields += len(values); len(name) > maxFieldName {
			return fault.New(fault.Invalid, "web.form", "could not read the form: a field's name has %d bytes, at most %d", len(name), maxFieldName)
		}
		for _, v := range values {
			if len(v) > maxField {
				return fault.New(fault.Invalid, "web.form", "could not read the form: the field %s has %d bytes, at most %d", name, len(v), maxField)
			}
		}
	}
	if fields > maxFields {
		return fault.New(fault.Invalid, "web.form", "could not read the form: it has %d fields, at most %d", fields, maxFields)
	}
	return nil
}

func isGrave(what string) bool {
	return slices.ContainsFunc(access.Rights, func(row access.Right) bool { return row.What == what && row.Grave })
}

// plainLines turns the line ends that browsers send (CRLF, HTML 4.10.22.7) into line feeds, the only ones that the record takes.
func plainLines(form url.Values) {
	for _, values := range form {
		for n := range values {
			values[n] = strings.ReplaceAll(values[n], "\r\n", "\n")
		}
	}
}

// raw registers what is no page.
func (s *server) raw(pattern string, h http.HandlerFunc) { s.register(pattern, pattern, h) }

// guarded puts around the routes what pages need beyond what the program puts around every answer (hub/app/guard.go): who asks, in which language,
// and what a browser may load for the page.
func (s *server) guarded() http.Handler {
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, fault.New(fault.NotFound, "web.not_found", "could not find the page"))
	})
	return guarded{s}
}

type guarded struct{ *server }

func (g guarded) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	keepLanguage(w, r, g.deps.TLS)
	g.mux.ServeHTTP(w, g.recognise(r))
}

// recognise puts the visitor into the request. Who has given the password only is nobody yet.
func (s *server) recognise(r *http.Request) *http.Request {
	var found any // stays nil for nobody, also where somebody was recognised before
	if token := s.tokenOf(r); token != "" {
		if stay, ok := s.deps.Door.Session(r.Context(), token); ok && stay.Stage != hub.StageCode {
			found = Visitor{Person: stay.Person, Name: cmp.Or(stay.RealName, stay.ID), stay: stay}
		}
	}
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, found))
}

func visitorOf(r *http.Request) (Visitor, bool) {
	who, in := r.Context().Value(visitorKey{}).(Visitor)
	return who, in
}

// refuse answers a fault as a page. Forbidden and not found look alike from outside.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, errSignIn) && r.Method == http.MethodGet {
		http.Redirect(w, r, loginPath(r), http.StatusSeeOther)
		return
	}
	p := s.newPage(r)
	p.frame, _ = s.deps.House.Frame(r.Context()) // a page about a fault is drawn with whatever frame there is
	status := fault.HTTPStatus(err)
	switch {
	case errors.Is(err, errSignIn):
		status = http.StatusUnauthorized // a form sent after the session ended: what was typed must not be lost by a redirect
	case status == http.StatusForbidden:
		status = http.StatusNotFound
	}
	if status == http.StatusInternalServerError && r.Context().Err() == nil {
		s.deps.Log.Error("page failed", "path", r.URL.Path, "err", err)
	}
	if err := s.write(w, r, status, errorPage(p, err, status)); err != nil {
		http.Error(w, "could not draw the page", http.StatusInternalServerError)
	}
}

// again shows a page once more with what went wrong and what was typed.
func (s *server) again(w http.ResponseWriter, r *http.Request, err error, h pageHandler) error {
	p := s.newPage(r)
	p.wrong, p.form = err, r.PostForm
	if fault.KindOf(err) == fault.Internal {
		s.deps.Log.Error("act failed", "path", r.URL.Path, "err", err)
	}
	return h(&statusWriter{ResponseWriter: w, status: fault.HTTPStatus(err)}, r, p)
}

// statusWriter answers with the fault's status whatever the page says.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(int) { s.ResponseWriter.WriteHeader(s.status) }

// pageVary is what the look of a page hangs on beside its address.
const pageVary = "Accept-Encoding, Accept-Language, Cookie, HX-Request"

// draw answers with a page.
func (s *server) draw(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	return s.write(w, r, http.StatusOK, c)
}

// write renders into memory first, so that a page that fails half way is an error and not half a page.
func (s *server) write(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var body bytes.Buffer
	if err := c.Render(r.Context(), &body); err != nil {
		return fault.New(fault.Internal, "web.render", "could not draw the page: %w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", pageVary)
	send(w, r, status, body.Bytes())
	return nil
}

// send writes a body, compressed where the browser takes it. Pages carry no secret that an attacker could guess by length (BREACH):
// sessions are in cookies, and forms need no tokens.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, _ = w.Write(body) // the visitor went away
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(w)
	_, _ = z.Write(body)
	_ = z.Close()
}

// packers are kept, since each holds most of a megabyte.
var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// isFragment says that htmx asks for the living part of a page only.
func isFragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// framed gives a page that has no view of its own the frame around it.
func (s *server) framed(r *http.Request, p *page) error {
	var err error
	p.frame, err = s.deps.House.Frame(r.Context())
	return err
}

// act gives a command to the hub for the visitor, with the time it happened and the key of the form.
func (s *server) act(r *http.Request, c hub.Command) (hub.Result, error) {
	at, err := happenedAt(r.PostForm.Get("happened_at"))
	if err != nil {
		return hub.Result{}, err
	}
	who, _ := visitorOf(r)
	return s.deps.House.Do(r.Context(), hub.Request{Actor: who.Actor(), HappenedAt: at, Incident: r.PostForm.Get("incident"), Key: formKey(who, r), Command: c})
}
