package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// commands are all commands that a person may give by a program: POST /api/v1/do/NAME. Those that only parts of the program give are not here.
func (s *server) commands() {
	command[access.EnrolKey](s, "Give a person a key to approve orders with")
	command[access.RemoveKey](s, "Take a key back from a person")
	command[access.RemoveUser](s, "End a person's rights")
	command[access.Limit](s, "Say until when an account lasts")
	command[access.Give](s, "Say what a guest may see")
	command[access.RevokeToken](s, "End a token before its time")
	command[access.Uninvite](s, "Take an invitation back")
	command[access.EndSessions](s, "End all sessions of a person")
	command[access.Shred](s, "Erase the private parts of entries for good")
	command[incident.Open](s, "Open an incident")
	command[incident.Log](s, "Add a line to the log book, or correct one")
	command[incident.SetLead](s, "Hand over the lead")
	command[incident.SetAnchor](s, "Say when a moment was from which clocks are counted")
	command[incident.Close](s, "Close an incident, with its open points")
	command[cell.Observe](s, "Record the condition of cells")
	command[cell.Change](s, "Record how cells are run")
	command[cell.Place](s, "Put a hold on cells")
	command[cell.Release](s, "Take a hold off cells")
	command[cell.Pass](s, "Record a gate passed")
	command[contain.Propose](s, "Propose to cut a host off")
	command[contain.Open](s, "Propose to open a host again")
	command[contain.Withdraw](s, "Take a proposal back")
	command[order.Approve](s, "Add an approval to an order")
	command[order.ProposeRoot](s, "Propose to the people of the trust root whom agents shall obey")
	command[restore.Adopt](s, "Adopt a plan back")
	command[restore.Start](s, "Start a step")
	command[restore.Finish](s, "Finish a step")
	command[restore.Grant](s, "Say yes at a gate")
	command[restore.Deny](s, "Say no at a gate")
	command[statuspage.Publish](s, "Publish a statement")
}

// asked is a command with what goes around it.
type asked[C hub.Command] struct {
	Key        string    `header:"Idempotency-Key" doc:"A second request with the same key does nothing and gives the first one's result"`
	HappenedAt time.Time `query:"happened_at" doc:"When it happened, if it is entered afterwards"`
	Incident   string    `query:"incident" doc:"The incident it belongs to; empty: the running one"`
	Body       C
}

// done says what a request led to.
type done struct {
	Body struct {
		Schema   string   `json:"schema"`
		First    uint64   `json:"first" doc:"Number of the first entry that it made"`
		Last     uint64   `json:"last"`
		Kinds    []string `json:"kinds" doc:"Kinds of the entries, in order; empty when it had been done before"`
		IDs      []string `json:"ids" doc:"What was given an id"`
		Repeated bool     `json:"repeated"`
	}
}

func command[C hub.Command](s *server, summary string) {
	var zero C
	op := huma.Operation{OperationID: zero.Name(), Method: http.MethodPost, Path: "/do/" + zero.Name(), Summary: summary}
	register(s, op, func(ctx context.Context, in *asked[C]) (*done, error) {
		r := hub.Request{Actor: who(ctx).Actor(), HappenedAt: in.HappenedAt, Incident: in.Incident, Command: in.Body}
		if in.Key != "" {
			r.Key = "api/" + who(ctx).ID + "/" + in.Key // one client's keys never meet another's
		}
		result, err := s.hub.Do(ctx, r)
		return answer(result), err
	})
}

func answer(r hub.Result) *done {
	var d done
	d.Body.Schema, d.Body.First, d.Body.Last, d.Body.Repeated = "blackstart/done/1", r.First, r.Last, r.Repeated
	d.Body.Kinds, d.Body.IDs = []string{}, []string{}
	for _, e := range r.Events {
		d.Body.Kinds = append(d.Body.Kinds, e.Kind())
		switch e := e.(type) {
		case incident.Opened:
			d.Body.IDs = append(d.Body.IDs, string(e.ID))
		case contain.Proposed:
			d.Body.IDs = append(d.Body.IDs, string(e.ID))
		case order.Drafted: // after the measure that it carries out
			d.Body.IDs = append(d.Body.IDs, string(e.ID))
		case restore.Adopted:
			d.Body.IDs = append(d.Body.IDs, string(e.ID))
		}
	}
	return &d
}
