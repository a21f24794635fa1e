// Package web shows the house to people: server-rendered pages in German and English, and the forms that become commands of the hub.
// It knows how things look and what they are called; it decides nothing and keeps nothing but a language cookie and a session cookie.
// Whether somebody may see a page is asked of the one table of rights (internal/subject/access), never decided here.
//
// Start at [New]: every route stands on that screen, one Go file and one template per page. docs/design.md says why pages look as they do.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
)

// Deps is what the pages need of the rest of the program.
type Deps struct {
	House   House
	Door    Door
	Log     *slog.Logger
	TLS     bool                             // served by TLS: cookies get the __Host- prefix and are Secure
	Origins func() []string                  // the addresses with names under which the hub is reached, the best first; nil: none, and no passkeys
	CA      func(ctx context.Context) string // fingerprint of the hub's own authority; nil or empty where it has none
}

// House is the hub as the pages see it, in parts of one to three methods.
type House interface {
	Doer
	Frames
	Boards
	Books
	Orders
	Publics
	Houses
	Keepers
}

// Doer takes commands and says who may do what.
type Doer interface {
	Do(ctx context.Context, r hub.Request) (hub.Result, error)
	May(a access.Actor, what string) error
	MayWith(a access.Actor, what string, t access.Thing) error
}

// Frames gives what stands around every page, and wakes the listeners.
type Frames interface {
	Frame(ctx context.Context) (hub.Frame, error)
	Wait(ctx context.Context, after uint64) (uint64, error) // returns when the record has an entry after the given one
}

// Boards answers what is off, and what would be.
type Boards interface {
	Board(ctx context.Context, f hub.BoardFilter) (hub.BoardView, error)
	Cell(ctx context.Context, service, env string) (hub.CellView, error)
	ImpactOf(ctx context.Context, off []string) (hub.ImpactView, error)
	Chosen(ctx context.Context, f hub.BoardFilter) (ids []catalogue.CellID, selection string, err error)
}

// Books answers what happened. Record leaves the private part out unless the reader may see it.
type Books interface {
	LogBook(ctx context.Context, incident string, before uint64, limit int) (hub.LogView, error)
	Journal(ctx context.Context, kind string, before uint64, limit int) (hub.JournalView, error)
	Record(ctx context.Context, seq uint64, reader access.Actor) (hub.RecordView, error)
	Report(ctx context.Context, incident string) (hub.ReportView, error)
}

// Orders answers what was ordered, and what comes back next.
type Orders interface {
	OrderList(ctx context.Context) (hub.OrdersView, error)
	Order(ctx context.Context, id string, reader access.Actor) (hub.OrderView, error)
	Restore(ctx context.Context, reader access.Actor) (hub.RestoreView, error)
	PlanBack(ctx context.Context, incident string, basis uint64) (hub.Command, error) // a first-in-first-out plan over what is off, ready to be adopted
}

// Publics gives what outsiders see.
type Publics interface {
	Status(ctx context.Context) (hub.StatusView, error)
	Customer(ctx context.Context, id string) (hub.CustomerView, error)
}

// Houses answers who works here, with which catalogue.
type Houses interface {
	People(ctx context.Context) (hub.PeopleView, error)
	Held(ctx context.Context, user string) (hub.HeldView, error)
	Catalogue(ctx context.Context) (hub.CatalogueView, error)
}

// Keepers change what no plain command may carry.
type Keepers interface {
	Inviters
	AdoptWaiting(ctx context.Context, by access.Actor, key, sha256 string) error // refused as stale when another revision waits by now
	OfferEnrolment(ctx context.Context, by access.Actor, host order.Host) (token string, err error)
}

// Inviters let people and their programs in by secrets that are shown once.
type Inviters interface {
	Invite(ctx context.Context, by access.Actor, c access.Invite) (token string, place access.Invited, err error)
	Invited(ctx context.Context, token string) (access.Invitation, bool)
	Accept(ctx context.Context, token, realName, password string) (user string, err error) // a password never goes with a command
	MakeToken(ctx context.Context, by access.Actor, user, label string, life time.Duration) (string, error)
	RevokeToken(ctx context.Context, by access.Actor, user string, seq uint64) error
}

// Visitor is the person behind a request. The zero value is somebody who is not signed in.
type Visitor struct {
	access.Person
	Name string      // the real name, as shown to the house
	stay hub.Session // by which the visitor is here
}

// Actor is who acts; empty for somebody who is not signed in.
func (v Visitor) Actor() access.Actor {
	if v.ID == "" {
		return ""
	}
	return v.Person.Actor()
}

// server holds what the handlers share.
type server struct {
	deps      Deps
	mux       *http.ServeMux
	routes    []Route
	listeners listeners
	waiting   heldForms // forms of grave acts, until their senders have proved who they are
}

// Route is a route of the pages, and what the table of rights is asked for it: the route itself, or the command that its form becomes.
type Route struct{ At, Right string }

// Routes are all routes of the pages, in the order of [New].
func Routes() []Route { return New(Deps{}).(guarded).routes }

// New is the web side of the program as one handler. It panics when a route has no row in the table of rights.
func New(deps Deps) http.Handler {
	s := &server{deps: deps, mux: http.NewServeMux()}

	s.page("GET /{$}", s.home)
	s.page("GET /status", s.status)
	s.page("GET /c/{id}", s.customer)
	s.page("GET /login", s.login)
	s.page("GET /setup/{token}", s.setup)
	s.page("GET /invite/{token}", s.invited)

	s.page("GET /board", s.board)
	s.page("GET /cell/{service}/{env}", s.cell)
	s.page("GET /log", s.logBook)
	s.page("GET /impact", s.impact)
	s.page("GET /approvals", s.approvals)
	s.page("GET /order/{id}", s.order)
	s.page("GET /restore", s.restore)
	s.page("GET /journal", s.journal)
	s.page("GET /journal/{seq}", s.record)
	s.page("GET /report/{incident}", s.report)
	s.page("GET /people", s.people)
	s.page("GET /people/{id}/held", s.held)
	s.page("GET /people/{id}/shred", s.shredPreview)
	s.page("GET /catalogue", s.catalogue)

	s.page("GET /account", s.account)
	s.page("GET /account/totp", s.offerTOTP)
	s.page("GET /again", s.prove)

	s.post("POST /login", s.signIn)
	s.post("POST /login/code", s.complete)
	s.post("POST /again", s.proved)
	s.post("POST /account/totp", s.addTOTP)
	s.post("POST /account/recovery", s.printRecovery)
	s.post("POST /account/password", s.changePassword)
	s.post("POST /account/credential/{kind}/{id}/remove", s.removeCredential)
	s.post("POST /account/session/{seq}/end", s.endStay)
	s.post("POST /account/sessions/end", s.endOthers)
	s.script("POST /passkey/options", s.askPasskey)
	s.script("POST /passkey", s.enterByPasskey)
	s.script("POST /account/passkey/options", s.offerPasskey)
	s.script("POST /account/passkey", s.addPasskey)
	s.post("POST /logout", s.signOut)
	s.post("POST /setup/{token}", s.begin)
	s.post("POST /invite/{token}", s.join)

	// A form has the right of the command that it becomes.
	s.form("POST /incident", "incident.open", s.openIncident)
	s.form("POST /incident/{id}/lead", "incident.set_lead", s.handOver)
	s.form("POST /incident/{id}/close", "incident.close", s.closeIncident)
	s.form("POST /log", "incident.log", s.writeLog)
	s.form("POST /board/observe", "cell.observe", s.observe)
	s.form("POST /board/change", "cell.change", s.change)
	s.form("POST /impact/propose", "contain.propose", s.propose)
	s.form("POST /order/{id}/approve", "order.approve", s.approve)
	s.form("POST /measure/{id}/open", "contain.open", s.reopen)
	s.form("POST /measure/{id}/withdraw", "contain.withdraw", s.withdraw)
	s.form("POST /restore/plan", "restore.adopt", s.planBack)
	s.form("POST /restore/{plan}/{step}/start", "restore.start", s.startStep)
	s.form("POST /restore/{plan}/{step}/finish", "restore.finish", s.finishStep)
	s.form("POST /restore/{plan}/{step}/grant", "restore.grant", s.grant)
	s.form("POST /restore/{plan}/{step}/deny", "restore.deny", s.deny)
	s.form("POST /status/say", "statuspage.publish", s.say)
	s.form("POST /people", "access.invite", s.invite)
	s.form("POST /people/{id}/uninvite", "access.uninvite", s.uninvite)
	s.form("POST /people/{id}/limit", "access.limit", s.limitPerson)
	s.form("POST /people/{id}/give", "access.give", s.giveGuest)
	s.form("POST /people/{id}/token", "access.make_token", s.makeToken)
	s.form("POST /people/{id}/token/{seq}/revoke", "access.revoke_token", s.revokeToken)
	s.form("POST /people/{id}/shred", "access.shred", s.shred)
	s.form("POST /people/{id}/key", "access.enrol_key", s.enrolKey)
	s.form("POST /people/{id}/key/remove", "access.remove_key", s.removeKey)
	s.form("POST /people/trust", "order.propose_root", s.proposeRoot)
	s.form("POST /people/{id}/remove", "access.remove_user", s.removePerson)
	s.form("POST /people/{id}/sessions/end", "access.end_sessions", s.endStaysOf)
	s.form("POST /people/{id}/reset", "access.reset_credentials", s.resetMeans)
	s.form("POST /agents/offer", "order.offer_enrolment", s.offerAgent)
	s.form("POST /catalogue/adopt", "catalogue.adopt", s.adopt)

	s.raw("GET /live", s.news)
	s.raw("GET /static/{file}", s.static)
	return s.guarded()
}
