// Package api is the house for programs: every command as one JSON operation, the views that programs need, and the door for agents. Its
// OpenAPI 3.1 description at /api/v1/openapi.json is made from the same Go types that are decoded. It decides nothing.
//
// Start at [New]; the list of commands stands in commands.go.
package api

import (
	"context"
	"errors"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/order"
)

// Hub is what the interface needs of the hub: [hub.Hub] has it all.
type Hub interface {
	Do(ctx context.Context, r hub.Request) (hub.Result, error)
	MayWith(a access.Actor, what string, t access.Thing) error
	Held(ctx context.Context, user string) (hub.HeldView, error)
	MakeToken(ctx context.Context, by access.Actor, user, label string, life time.Duration) (string, error)
	Token(ctx context.Context, token string) (access.Person, bool)
	AdoptCatalogue(ctx context.Context, by access.Actor, key string, bundle []byte) (hub.Result, []fault.Finding, error)
	OfferEnrolment(ctx context.Context, by access.Actor, host order.Host) (token string, err error)
	OrderEnvelope(id order.ID) (seal.Envelope, error)
	AdoptedBundle(ctx context.Context) ([]byte, error)
	Trust() (root order.Root, since uint64, state hub.TrustState, behind []order.Host)
	HasHost(id string) bool
	Head() hub.HeadView
}

// New is the interface as one handler, to be mounted at /api/v1/. It panics when an operation has no row in the table of rights.
func New(h Hub) http.Handler {
	mux := http.NewServeMux()
	config := huma.DefaultConfig("Blackstart", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = base+"/openapi", "", "" // the pages for people are elsewhere, and load nothing from outside
	config.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	config.CreateHooks = nil // no $schema members in answers: their form is in the description
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	a := &server{hub: h, api: humago.New(mux, config)}
	a.commands()
	a.views()
	return mux
}

const base = "/api/v1"

// schemaName names a type's schema after its subject too: several subjects have an Open.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if t.PkgPath() == "" || t.Name() == "" {
		return name
	}
	subject := path.Base(t.PkgPath())
	return strings.ToUpper(subject[:1]) + subject[1:] + name
}

type server struct {
	hub Hub
	api huma.API
}

// personKey is where the guard leaves who asks.
type personKey struct{}

// guard lets a request through when the bearer's roles allow the route. Who is not allowed gets the answer that a missing thing would give.
func (s *server) guard(route string) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		token, _ := strings.CutPrefix(c.Header("Authorization"), "Bearer ")
		p, ok := s.hub.Token(c.Context(), token)
		switch {
		case !ok:
			c.SetHeader("WWW-Authenticate", "Bearer")
			_ = huma.WriteErr(s.api, c, http.StatusUnauthorized, "no such token: 'blackstart user token NAME' makes one")
		case s.hub.MayWith(p.Actor(), route, access.Of(route, c.Param)) != nil:
			_ = huma.WriteErr(s.api, c, http.StatusNotFound, "there is no such thing")
		default:
			next(huma.WithValue(c, personKey{}, p))
		}
	}
}

func who(ctx context.Context) access.Person {
	p, _ := ctx.Value(personKey{}).(access.Person)
	return p
}

// register adds an operation; without a row in the table of rights there is none.
func register[I, O any](s *server, op huma.Operation, f func(context.Context, *I) (*O, error)) {
	op.Path = base + op.Path
	route := op.Method + " " + op.Path
	if !access.HasRow(route) {
		panic("operation " + route + " has no row in access.Rights")
	}
	op.Security = []map[string][]string{{"token": {}}}
	op.Middlewares = huma.Middlewares{s.guard(route)}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := f(ctx, in)
		return out, problem(err)
	})
}

// problem turns a fault into RFC 9457 form: its code as the title, so that programs need not read sentences.
func problem(err error) error {
	if err == nil {
		return nil
	}
	m := &huma.ErrorModel{Status: fault.HTTPStatus(err), Title: fault.CodeOf(err), Detail: err.Error()}
	var f *fault.Fault
	if errors.As(err, &f) && f.Kind == fault.Stale {
		m.Type = "about:blank#stale"
	}
	return m
}
