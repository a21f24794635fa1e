package access

import "slices"

// Right is one row of the table of rights: who may do a thing. A thing is a command by its name, or a route by its method and pattern.
// A route or command without a row fails the build (a test compares this table with the mux and with the commands).
type Right struct {
	What string
	Who  []Role
	Own  bool // also a customer's contact, for their own customer only
}

func (r Right) allows(roles []Role) bool {
	return slices.ContainsFunc(roles, func(have Role) bool { return slices.Contains(r.Who, have) })
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
	keys     = []Role{hub, Approver}
)

// Rights is who may do what, the whole of it. Order: commands by subject, then routes.
var Rights = []Right{
	{What: "access.add_user", Who: keepers},
	{What: "access.enrol_key", Who: keepers},
	{What: "access.remove_user", Who: keepers},
	{What: "incident.open", Who: staff}, // whoever sees it first opens it
	{What: "incident.log", Who: staff},
	{What: "incident.set_lead", Who: command},
	{What: "incident.set_anchor", Who: []Role{hub, Lead, Legal}},
	{What: "incident.close", Who: command},
}

// rows is Rights by what.
var rows = func() map[string]Right {
	m := make(map[string]Right, len(Rights))
	for _, r := range Rights {
		if _, twice := m[r.What]; twice {
			panic("two rows in the table of rights for " + r.What)
		}
		m[r.What] = r
	}
	return m
}()
