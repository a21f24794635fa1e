package access

import (
	"slices"
	"strings"
)

// Right is one row of the table of rights: who may do a thing. A thing is a command by its name, or a route by its method and pattern.
// A route or command without a row fails the build (a test compares this table with the mux and with the commands).
type Right struct {
	What string
	Who  []Role
	// Of says what the thing is that this is done to, as a [Thing] with one wildcard: whoever has that very thing may do it too, whatever their roles
	// are. A customer's contact has their customer, everybody themselves, a guest what they were given.
	Of string

	// Grave acts can do much harm, or open a way to it: whoever gives one on a page has proved within the last minutes who they are. Programs with
	// a token are not asked: a token is no session, and there is nobody to ask.
	Grave bool
}

// Of gives the thing that a route or a command is about; value gives what stands in the place of a wildcard. Empty where the row names none.
func Of(what string, value func(wildcard string) string) Thing {
	kind, wildcard, ok := strings.Cut(rows[what].Of, ":")
	if !ok {
		return ""
	}
	return thing(kind, value(strings.Trim(wildcard, "{}")))
}

func (r Right) allows(roles []Role) bool {
	return slices.ContainsFunc(roles, func(have Role) bool { return slices.Contains(r.Who, have) })
}

// isOf says whether the thing is of the kind that the row is about.
func (r Right) isOf(t Thing) bool {
	want, _ := Thing(r.Of).Cut()
	kind, id := t.Cut()
	return want != "" && kind == want && id != ""
}

// Groups of roles that stand in many rows.
var (
	anybody  = []Role{public}
	programs = []Role{hub}
	agents   = []Role{agent, hub}
	house    = []Role{Lead, IT, Forensics, Communication, Legal, Customers, Approver, Auditor, Admin} // everybody who works here, and the auditor
	staff    = []Role{hub, Lead, IT, Forensics, Communication, Legal, Customers, Approver, Admin}     // everybody who works here
	command  = []Role{hub, Lead}
	hands    = []Role{hub, Lead, IT}
	findings = []Role{hub, Lead, IT, Forensics}
	voice    = []Role{hub, Lead, Communication}
	keepers  = []Role{hub, Admin, Lead}
	members  = []Role{Lead, IT, Forensics, Communication, Legal, Customers, Approver, Auditor, Admin, Contact, Guest} // everybody who can sign in
)

// Rights is who may do what, the whole of it. Order: commands by subject, then routes.
var Rights = []Right{
	{What: "access.add_user", Who: keepers, Grave: true},
	{What: "access.enrol_key", Who: []Role{hub, Admin, Lead, Approver}, Grave: true}, // an approver their own only
	{What: "access.remove_key", Who: keepers, Grave: true},
	{What: "access.remove_user", Who: keepers, Grave: true},
	{What: "access.invite", Who: keepers, Grave: true},
	{What: "access.uninvite", Who: keepers},
	{What: "access.join", Who: programs}, // the one-time link is the right
	{What: "access.limit", Who: keepers, Grave: true},
	{What: "access.give", Who: keepers, Grave: true},
	{What: "access.expire", Who: programs},
	{What: "access.make_token", Who: keepers, Grave: true},
	{What: "access.revoke_token", Who: keepers, Of: "user:{id}"},       // everybody their own
	{What: "access.shred", Who: []Role{hub, Lead, Legal}, Grave: true}, // the controller's decision, with whoever speaks for data protection
	{What: "access.end_sessions", Who: keepers},
	{What: "access.reset_credentials", Who: keepers, Grave: true},
	{What: "access.add_credential", Who: programs}, // the door, which holds the secrets and has checked them
	{What: "access.remove_credential", Who: programs},
	{What: "access.change_password", Who: programs},
	{What: "access.sign_in", Who: programs},
	{What: "access.end_session", Who: programs},
	{What: "access.count_failures", Who: programs},
	{What: "incident.open", Who: staff}, // whoever sees it first opens it
	{What: "incident.log", Who: staff, Of: "incident:{incident}"},
	{What: "incident.set_lead", Who: command},
	{What: "incident.set_anchor", Who: []Role{hub, Lead, Legal}},
	{What: "incident.close", Who: command, Grave: true},
	{What: "catalogue.adopt", Who: keepers, Grave: true},
	{What: "cell.observe", Who: hands},
	{What: "cell.change", Who: hands},
	{What: "cell.place_hold", Who: findings},
	{What: "cell.release_hold", Who: findings},
	{What: "cell.pass_gate", Who: findings},
	{What: "contain.propose", Who: findings},
	{What: "contain.open", Who: findings, Grave: true},
	{What: "contain.withdraw", Who: findings},
	{What: "contain.bind", Who: programs},
	{What: "contain.enforce", Who: programs},
	{What: "contain.lift", Who: programs},
	{What: "contain.fail", Who: programs},
	{What: "contain.check", Who: programs},
	{What: "order.draft", Who: programs},             // only a measure leads to an order, so that none goes past its gate
	{What: "order.approve", Who: staff, Grave: true}, // whose approval it is follows from the key, not from who brings it
	{What: "order.withdraw", Who: programs},          // by taking the measure back
	{What: "order.issue", Who: programs},
	{What: "order.tick", Who: programs},
	{What: "order.trust", Who: programs},
	{What: "order.propose_root", Who: keepers}, // it is only words until the people of the root in force approve
	{What: "order.silence", Who: programs},
	{What: "order.offer_enrolment", Who: []Role{hub, Lead, IT, Admin}, Grave: true},
	{What: "order.enrol", Who: agents}, // by the one-time token
	{What: "order.receive", Who: agents},
	{What: "order.hear", Who: agents},
	{What: "restore.adopt", Who: command},
	{What: "restore.start", Who: hands},
	{What: "restore.finish", Who: hands},
	{What: "restore.grant", Who: findings, Grave: true},
	{What: "restore.deny", Who: findings},
	{What: "statuspage.publish", Who: voice},

	{What: "GET /{$}", Who: anybody},
	{What: "GET /status", Who: anybody},
	{What: "GET /login", Who: anybody},
	{What: "POST /login", Who: anybody},
	{What: "POST /login/code", Who: anybody}, // the password was right: the half-open session is the right
	{What: "POST /passkey/options", Who: anybody},
	{What: "POST /passkey", Who: anybody},
	{What: "POST /logout", Who: anybody},
	{What: "GET /again", Who: members},
	{What: "POST /again", Who: members},
	{What: "GET /account", Who: members},
	{What: "GET /account/totp", Who: members},
	{What: "POST /account/totp", Who: members, Grave: true},
	{What: "POST /account/passkey/options", Who: members},
	{What: "POST /account/passkey", Who: members},
	{What: "POST /account/recovery", Who: members, Grave: true},
	{What: "POST /account/password", Who: members, Grave: true},
	{What: "POST /account/credential/{kind}/{id}/remove", Who: members, Grave: true},
	{What: "POST /account/session/{seq}/end", Who: members},
	{What: "POST /account/sessions/end", Who: members},
	{What: "GET /setup/{token}", Who: anybody}, // the token is the right
	{What: "POST /setup/{token}", Who: anybody},
	{What: "GET /static/{file}", Who: anybody},
	{What: "GET /healthz", Who: anybody},
	{What: "POST /agent/v1/enrol", Who: anybody},    // the one-time token is the right
	{What: "POST /agent/v1/exchange", Who: anybody}, // the enrolled key is the right
	{What: "GET /c/{id}", Who: house, Of: "customer:{id}"},
	{What: "GET /board", Who: house},
	{What: "GET /cell/{service}/{env}", Who: house},
	{What: "GET /log", Who: house, Of: "incident:{incident}"},
	{What: "GET /impact", Who: house},
	{What: "GET /approvals", Who: house},
	{What: "GET /order/{id}", Who: house, Of: "order:{id}"},
	{What: "GET /restore", Who: house},
	{What: "GET /journal", Who: house},
	{What: "GET /journal/{seq}", Who: house},
	{What: "GET /report/{incident}", Who: house, Of: "report:{incident}"},
	{What: "GET /people", Who: house},
	{What: "GET /people/{id}/held", Who: []Role{Lead, Legal, Admin, Auditor}, Of: "user:{id}"}, // GDPR, Art. 15: everybody their own
	{What: "GET /people/{id}/shred", Who: []Role{Lead, Legal}},
	{What: "GET /invite/{token}", Who: anybody}, // the token is the right
	{What: "POST /invite/{token}", Who: anybody},
	{What: "GET /catalogue", Who: house},
	{What: "GET /live", Who: house},

	{What: "GET /api/v1/head", Who: house},
	{What: "GET /api/v1/person/{id}", Who: []Role{Lead, Legal, Admin, Auditor}, Of: "user:{id}"},
	{What: "POST /api/v1/person/{id}/token", Who: keepers},
	{What: "GET /api/v1/order/{id}", Who: house},
	{What: "GET /api/v1/root", Who: house},
	{What: "POST /api/v1/agent/{host}/offer", Who: []Role{Lead, IT, Admin}},
	{What: "GET /api/v1/catalogue", Who: house},
	{What: "PUT /api/v1/catalogue", Who: keepers},
}

// apiRoute is the route by which a program gives a command. Whoever may give the command may take that route.
const apiRoute = "POST /api/v1/do/"

// rows is Rights by what, with the routes of the commands.
var rows = func() map[string]Right {
	m := make(map[string]Right, 2*len(Rights))
	for _, r := range Rights {
		if _, twice := m[r.What]; twice {
			panic("two rows in the table of rights for " + r.What)
		}
		m[r.What] = r
		if !strings.Contains(r.What, " ") {
			m[apiRoute+r.What] = r
		}
	}
	return m
}()

// HasRow says whether the table knows the command or route at all.
func HasRow(what string) bool {
	_, ok := rows[what]
	return ok
}
