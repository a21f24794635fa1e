package access

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
)

var (
	soon    = ten.Add(24 * time.Hour)
	gasts   = []Thing{"incident:inc-1"}
	invited = Invited{ID: "gast", Roles: []Role{Guest}, Until: limit.Until, Given: gasts, Expires: soon}
	house5  = after(staffs, guest, limit, given)
)

// How people come in, how long they stay, and what a guest is given.
func TestDecideGuests(t *testing.T) {
	asked := Invite{ID: "gast", Roles: []Role{Guest}, Until: limit.Until, Given: gasts, Expires: soon}
	with := func(change func(*Invite)) Invite { c := asked; change(&c); return c }
	for name, row := range map[string]struct {
		given []Event
		at    time.Time
		when  Command
		then  []Event
		fault string
	}{
		"invite a guest":                  {staffs, ten, asked, []Event{invited}, ""},
		"invite a colleague for good":     {staffs, ten, Invite{ID: "dora", Roles: []Role{Lead}, Expires: soon}, []Event{Invited{ID: "dora", Roles: []Role{Lead}, Expires: soon}}, ""},
		"invite again, with other rights": {after(staffs, invited), ten, with(func(c *Invite) { c.Given = nil }), []Event{Invited{ID: "gast", Roles: []Role{Guest}, Until: limit.Until, Expires: soon}}, ""},
		"invite who is here":              {staffs, ten, with(func(c *Invite) { c.ID = "Ben" }), nil, "access.user_exists"},
		"invite a guest for ever":         {staffs, ten, with(func(c *Invite) { c.Until = time.Time{} }), nil, "access.no_end"},
		"invite a guest for too long":     {staffs, ten, with(func(c *Invite) { c.Until = ten.Add(MaxStay + time.Hour) }), nil, "access.end_far"},
		"invite a guest for yesterday":    {staffs, ten, with(func(c *Invite) { c.Until = ten }), nil, "access.end_past"},
		"invite a guest who leads":        {staffs, ten, with(func(c *Invite) { c.Roles = []Role{Guest, Lead} }), nil, "access.guest_alone"},
		"give a lead more":                {staffs, ten, Give{ID: "anna", Things: gasts}, nil, "access.not_guest"},
		"give what is not":                {house5, ten, Give{ID: "gast", Things: []Thing{"incident:x"}, Unknown: []Thing{"incident:x"}}, nil, "access.no_such_thing"},
		"give the board":                  {house5, ten, Give{ID: "gast", Things: []Thing{"board:"}}, nil, "access.no_such_thing"},
		"give another person":             {house5, ten, Give{ID: "gast", Things: []Thing{"user:anna"}}, nil, "access.no_such_thing"},
		"give a customer":                 {house5, ten, Give{ID: "gast", Things: []Thing{"customer:bkk-ahornwerk"}}, nil, "access.no_such_thing"},
		"give everything":                 {house5, ten, Give{ID: "gast", Things: make([]Thing, MaxThings+1)}, nil, "access.too_many_things"},
		"give something else":             {house5, ten, Give{ID: "GAST", Things: []Thing{"report:inc-1"}}, []Event{Given{ID: "gast", Things: []Thing{"report:inc-1"}}}, ""},
		"give nobody":                     {staffs, ten, Give{ID: "eve"}, nil, "access.unknown_user"},
		"join":                            {after(staffs, invited), ten, Join{ID: "GAST", RealName: "Gustav Gast"}, []Event{UserAdded{ID: "gast", Roles: []Role{Guest}, Private: UserAddedPrivate{RealName: "Gustav Gast"}}, limit, given}, ""},
		"join without a name":             {after(staffs, invited), ten, Join{ID: "gast"}, nil, "text.empty"},
		"join too late":                   {after(staffs, invited), soon, Join{ID: "gast", RealName: "x"}, nil, "access.no_invitation"},
		"join twice":                      {after(staffs, invited, guest), ten, Join{ID: "gast", RealName: "x"}, nil, "access.no_invitation"},
		"join what was taken back":        {after(staffs, invited, Uninvited{ID: "gast"}), ten, Join{ID: "gast", RealName: "x"}, nil, "access.no_invitation"},
		"join uninvited":                  {staffs, ten, Join{ID: "gast", RealName: "x"}, nil, "access.no_invitation"},
		"join when others left no place":  {after(staffs, invited, UserAdded{ID: "GAST", Roles: []Role{Lead}}), ten, Join{ID: "gast", RealName: "x"}, nil, "access.no_invitation"},
		"take an invitation back":         {after(staffs, invited), ten, Uninvite{ID: "Gast"}, []Event{Uninvited{ID: "gast"}}, ""},
		"take back what has run out":      {after(staffs, invited), soon, Uninvite{ID: "gast"}, nil, "access.no_invitation"},
		"extend":                          {house5, ten, Limit{ID: "gast", Until: limit.Until.Add(time.Hour)}, []Event{Limited{ID: "gast", Until: limit.Until.Add(time.Hour)}}, ""},
		"limit a lead":                    {staffs, ten, Limit{ID: "ben", Until: soon}, []Event{Limited{ID: "ben", Until: soon}}, ""},
		"limit oneself":                   {staffs, ten, Limit{ID: "anna", Until: soon}, nil, "access.self_limit"},
		"nobody's time has come":          {house5, limit.Until.Add(-time.Second), Expire{}, nil, "access.nothing_over"},
		"the time has come":               {house5, limit.Until, Expire{}, []Event{Expired{ID: "gast"}}, ""},
		"extended in time":                {after(house5, Limited{ID: "gast", Until: limit.Until.Add(time.Hour)}), limit.Until, Expire{}, nil, "access.nothing_over"},
		"over once":                       {after(house5, Expired{ID: "gast"}), limit.Until, Expire{}, nil, "access.nothing_over"},
		"the place of one who is over":    {after(house5, Expired{ID: "gast"}), limit.Until, asked, nil, "access.user_exists"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Decide(fold(row.given...), row.when, Stamp{By: "user:anna", At: row.at, HappenedAt: row.at})
			if (err == nil) != (row.fault == "") || err != nil && fault.CodeOf(err) != row.fault {
				t.Fatalf("fault %v, want %q", err, row.fault)
			}
			if diff := cmp.Diff(row.then, got); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

// A thing that is somebody's own opens exactly the rows that name things of its kind, for exactly that thing; and nothing once the account is over.
func TestMayWith(t *testing.T) {
	s := fold(after(house5, Given{ID: "gast", Things: []Thing{"incident:inc-1", "report:inc-2", "order:ord-3"}})...)
	for name, row := range map[string]struct {
		actor Actor
		what  string
		of    Thing
		may   bool
	}{
		"a guest reads the given log book":        {"user:gast", "GET /log", "incident:INC-1", true},
		"a guest writes into it":                  {"user:gast", "incident.log", "incident:inc-1", true},
		"a guest does not read another":           {"user:gast", "GET /log", "incident:inc-2", false},
		"a guest does not read any":               {"user:gast", "GET /log", "", false},
		"a guest reads the given report":          {"user:gast", "GET /report/{incident}", "report:inc-2", true},
		"a report is no log book":                 {"user:gast", "GET /log", "report:inc-2", false},
		"a guest sees the given order":            {"user:gast", "GET /order/{id}", "order:ord-3", true},
		"a guest approves nothing":                {"user:gast", "order.approve", "order:ord-3", false},
		"a guest closes nothing":                  {"user:gast", "incident.close", "incident:inc-1", false},
		"a guest sees no board, whatever is said": {"user:gast", "GET /board", "incident:inc-1", false},
		"a contact sees their customer":           {"user:cleo", "GET /c/{id}", "customer:bkk-ahornwerk", true},
		"a contact does not see another":          {"user:cleo", "GET /c/{id}", "customer:bkk-spindelwerk", false},
		"nobody sees a customer":                  {"", "GET /c/{id}", "customer:bkk-ahornwerk", false},
		"a lead sees them all":                    {"user:anna", "GET /c/{id}", "customer:bkk-ahornwerk", true},
		"who was given nothing sees nothing":      {"user:cleo", "GET /log", "incident:inc-1", false},
	} {
		if err := s.MayWith(row.actor, row.what, row.of); (err == nil) != row.may {
			t.Errorf("%s: %v", name, err)
		}
	}
	over := Apply(s, Expired{ID: "gast"}, Stamp{})
	if over.MayWith("user:gast", "GET /log", "incident:inc-1") == nil {
		t.Error("after its end the account still opens the log book")
	}
}

// What a row is about is found in the route, and rows about nothing are about nothing.
func TestOf(t *testing.T) {
	value := func(name string) string { return map[string]string{"id": "7", "incident": "inc-1"}[name] }
	for what, want := range map[string]Thing{"GET /c/{id}": "customer:7", "GET /log": "incident:inc-1", "GET /board": "", "GET /nowhere": ""} {
		if got := Of(what, value); got != want {
			t.Errorf("%s is about %q, want %q", what, got, want)
		}
	}
	for _, row := range Rights {
		if kind, _ := Thing(row.Of).Cut(); row.Of != "" && !slices.Contains([]string{ofIncident, ofReport, ofOrder, ofUser, ofCustomer}, kind) {
			t.Errorf("%s is about %s, which nobody has", row.What, row.Of)
		}
	}
}

// A token for somebody else would be a second person at every gate for two; only the console makes one.
func TestTokensOfOneself(t *testing.T) {
	now := time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	var s State
	for n, id := range []string{"anna", "ben"} {
		s = Apply(s, UserAdded{ID: id, Roles: []Role{Admin}}, Stamp{By: ByConsole, At: now, Seq: uint64(n + 1)})
	}
	for by, want := range map[Actor]string{UserActor("anna"): "access.other_token", UserActor("BEN"): "", ByConsole: ""} {
		_, err := Decide(s, MakeToken{User: "ben", Label: "backup", Expires: now.Add(time.Hour)}, Stamp{By: by, At: now})
		if err == nil && want != "" || err != nil && fault.CodeOf(err) != want {
			t.Errorf("%s makes ben's token: %v, want %q", by, err, want)
		}
	}
}
