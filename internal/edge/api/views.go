package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// maxBundle bounds a catalogue bundle in bytes: a house of 21,000 practices with three contacts each has about 15 MB.
const maxBundle = 32 << 20

// views are the operations that are no plain commands.
func (s *server) views() {
	register(s, huma.Operation{OperationID: "head", Method: http.MethodGet, Path: "/head", Summary: "The head of the record"},
		func(context.Context, *struct{}) (*struct{ Body hub.HeadView }, error) {
			return &struct{ Body hub.HeadView }{s.hub.Head()}, nil
		})
	register(s, huma.Operation{OperationID: "order", Method: http.MethodGet, Path: "/order/{id}", Summary: "An order as it is signed, with its approvals"},
		func(_ context.Context, in *struct {
			ID string `path:"id"`
		}) (*struct{ Body seal.Envelope }, error) {
			e, err := s.hub.OrderEnvelope(order.ID(in.ID))
			return &struct{ Body seal.Envelope }{e}, err
		})
	register(s, huma.Operation{OperationID: "root", Method: http.MethodGet, Path: "/root", Summary: "Whom agents obey, and what is due about it"},
		func(context.Context, *struct{}) (*struct{ Body root }, error) {
			r := root{Schema: "blackstart/order-root/1"}
			r.Root, r.Since, r.State, r.Waiting = s.hub.Trust()
			return &struct{ Body root }{r}, nil
		})
	register(s, huma.Operation{OperationID: "held", Method: http.MethodGet, Path: "/person/{id}", Summary: "What is held about a person (GDPR, Art. 15)"},
		func(ctx context.Context, in *struct {
			ID string `path:"id"`
		}) (*struct{ Body held }, error) {
			v, err := s.hub.Held(ctx, in.ID)
			return &struct{ Body held }{held{Schema: "blackstart/person-show/1", HeldView: v}}, err
		})
	register(s, huma.Operation{OperationID: "make-token", Method: http.MethodPost, Path: "/person/{id}/token", Summary: "An API token for a person, shown once"},
		func(ctx context.Context, in *struct {
			ID   string `path:"id"`
			Body struct {
				Label string `json:"label"`
				Hours int    `json:"hours"`
			}
		}) (*struct{ Body made }, error) {
			token, err := s.hub.MakeToken(ctx, who(ctx).Actor(), in.ID, in.Body.Label, time.Duration(in.Body.Hours)*time.Hour)
			return &struct{ Body made }{made{Schema: "blackstart/user-token/1", ID: in.ID, Token: token}}, err
		})
	register(s, huma.Operation{OperationID: "offer-enrolment", Method: http.MethodPost, Path: "/agent/{host}/offer", Summary: "A one-time token with which an agent can enrol for the host"},
		func(ctx context.Context, in *struct {
			Host string `path:"host"`
		}) (*struct{ Body offer }, error) {
			token, err := s.hub.OfferEnrolment(ctx, who(ctx).Actor(), order.Host("host:"+in.Host))
			o := offer{Schema: "blackstart/agent-offer/1", Host: in.Host, Token: token}
			if err == nil && !s.hub.HasHost(in.Host) {
				o.Warning = "the adopted catalogue has no host of that name: nobody can propose to cut it off"
			}
			return &struct{ Body offer }{o}, err
		})
	register(s, huma.Operation{OperationID: "catalogue", Method: http.MethodGet, Path: "/catalogue", Summary: "The bundle of the adopted catalogue"},
		func(ctx context.Context, _ *struct{}) (*struct{ Body bundle }, error) {
			b, err := s.hub.AdoptedBundle(ctx)
			return &struct{ Body bundle }{bundle{Bundle: base64.StdEncoding.EncodeToString(b)}}, err
		})
	register(s, huma.Operation{OperationID: "adopt-catalogue", Method: http.MethodPut, Path: "/catalogue", Summary: "Adopt a catalogue", MaxBodyBytes: maxBundle},
		func(ctx context.Context, in *struct{ Body bundle }) (*struct{ Body adopted }, error) {
			b, err := base64.StdEncoding.DecodeString(in.Body.Bundle)
			if err != nil {
				return nil, fault.New(fault.Invalid, "catalogue.base64", "could not read the bundle: %w", err)
			}
			r, findings, err := s.hub.AdoptCatalogue(ctx, who(ctx).Actor(), "", b)
			return &struct{ Body adopted }{adopted{Schema: "blackstart/catalogue-adopt/1", Seq: r.First, Findings: findings}}, err
		})
}

type held struct {
	Schema string `json:"schema"`
	hub.HeldView
}

type made struct {
	Schema string `json:"schema"`
	ID     string `json:"id"`
	Token  string `json:"token"`
}

type offer struct {
	Schema string `json:"schema"`
	Host   string `json:"host"`
	Token  string `json:"token"`

	Warning string `json:"warning,omitempty" doc:"What will not work with this host as it is"`
}

type root struct {
	Schema  string         `json:"schema"`
	Root    order.Root     `json:"root"`
	Since   uint64         `json:"since" doc:"Number of the entry since which it is in force; 0 when there is none"`
	State   hub.TrustState `json:"state"`
	Waiting []order.Host   `json:"waiting" doc:"Hosts whose agents obey an older one"`
}

type bundle struct {
	Bundle string `json:"bundle" doc:"base64 of the bundle"`
}

type adopted struct {
	Schema   string          `json:"schema"`
	Seq      uint64          `json:"seq" doc:"Number of the entry"`
	Findings []fault.Finding `json:"findings" doc:"Warnings"`
}
