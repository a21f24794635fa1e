package access

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/ledger/seal/sealtest"
)

var (
	ten    = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	anna   = Stamp{By: "user:anna", At: ten, HappenedAt: ten}
	key1   = seal.Key(strings.Repeat("\x01", 32))
	key2   = seal.Key(strings.Repeat("\x02", 32))
	sshKey = sealtest.NewSSH("sk-ssh-ed25519@openssh.com", 3)
	pass   = sealtest.NewPasskey(4, true).Key()
	admin  = UserAdded{ID: "anna", Roles: []Role{Admin, Lead}, Organisation: "provider", Private: UserAddedPrivate{RealName: "Anna Beispiel"}}
	ben    = UserAdded{ID: "ben", Roles: []Role{Approver}, Organisation: "forensics"}
	client = UserAdded{ID: "cleo", Roles: []Role{Contact}, Customer: "bkk-ahornwerk"}
	bens   = KeyEnrolled{User: "ben", Public: []byte(key1), Organisation: "forensics"}
	gone   = UserRemoved{ID: "ben"}
	guest  = UserAdded{ID: "gast", Roles: []Role{Guest}}
	limit  = Limited{ID: "gast", Until: ten.Add(48 * time.Hour)}
	given  = Given{ID: "gast", Things: []Thing{"incident:inc-1"}}
	staffs = []Event{admin, ben, client}
)

func after(events []Event, more ...Event) []Event { return slices.Concat(events, more) }

// fold is the state after the events, numbered from 1 as the record would.
func fold(events ...Event) State {
	var s State
	for n, e := range events {
		at := anna
		at.Seq = uint64(n + 1)
		s = Apply(s, e, at)
	}
	return s
}

// crowd is a house in which no more people fit.
func crowd() []Event {
	var all []Event
	for n := range MaxUsers {
		all = append(all, UserAdded{ID: fmt.Sprintf("u%d", n), Roles: []Role{Auditor}})
	}
	return all
}

// Every row is a decision: what was, what is asked, and the facts or the code of the fault that answer.
func TestDecide(t *testing.T) {
	for name, row := range map[string]struct {
		given []Event
		when  Command
		then  []Event
		fault string
	}{
		"shred":                           {staffs, Shred{Basis: AtRequest, User: "BEN", Entries: []uint64{2, 9, 7}, Parts: []Part{{Entry: 7}, {Entry: 2}, {Entry: 7}}}, []Event{Shredded{Entries: []uint64{2, 7}, Basis: AtRequest, User: "BEN"}}, ""},
		"shred about one who has left":    {after(staffs, gone), Shred{Basis: NotNeeded, User: "ben", Entries: []uint64{2}, Parts: []Part{{Entry: 2}}}, []Event{Shredded{Entries: []uint64{2}, Basis: NotNeeded, User: "ben"}}, ""},
		"shred about nobody":              {staffs, Shred{Basis: AtRequest, User: "eve", Entries: []uint64{2}, Parts: []Part{{Entry: 2}}}, nil, "access.unknown_user"},
		"shred for no reason":             {staffs, Shred{Basis: "mood", Entries: []uint64{2}, Parts: []Part{{Entry: 2}}}, nil, "access.basis"},
		"shred nothing":                   {staffs, Shred{Basis: AtRequest}, nil, "access.shred_count"},
		"shred everything":                {staffs, Shred{Basis: AtRequest, Entries: make([]uint64, MaxShred+1)}, nil, "access.shred_count"},
		"shred what has nothing private":  {staffs, Shred{Basis: AtRequest, Entries: []uint64{3}}, nil, "access.shred_nothing"},
		"shred of an open incident":       {staffs, Shred{Basis: AtRequest, Entries: []uint64{2, 3}, Parts: []Part{{Entry: 2}, {Entry: 3, Open: true}}}, nil, "access.shred_held"},
		"shred of an open one, knowingly": {staffs, Shred{Basis: AtRequest, Despite: true, Entries: []uint64{3}, Parts: []Part{{Entry: 3, Open: true}}}, []Event{Shredded{Entries: []uint64{3}, Basis: AtRequest, Despite: true}}, ""},
		"add the first":                   {nil, AddUser{ID: "anna", RealName: "Anna Beispiel", Roles: []Role{Admin, Lead}, Organisation: "provider"}, []Event{admin}, ""},
		"add a contact":                   {staffs[:2], AddUser{ID: "cleo", Roles: []Role{Contact}, Customer: "bkk-ahornwerk"}, []Event{client}, ""},
		"add twice, other case":           {staffs, AddUser{ID: "ANNA", Roles: []Role{Lead}}, nil, "access.user_exists"},
		"add under a removed one's id":    {after(staffs, gone), AddUser{ID: "Ben", Roles: []Role{Lead}}, nil, "access.user_exists"},
		"add under a bad id":              {nil, AddUser{ID: "anna maria", Roles: []Role{Lead}}, nil, "id.form"},
		"add under the name of a program": {nil, AddUser{ID: "hub:timer", Roles: []Role{Lead}}, nil, "id.form"},
		"add one too many":                {crowd(), AddUser{ID: "anna", Roles: []Role{Lead}}, nil, "access.too_many"},
		"add a novel of a name":           {nil, AddUser{ID: "anna", Roles: []Role{Lead}, RealName: strings.Repeat("x", MaxName+1)}, nil, "text.too_long"},
		"add a novel of a house":          {nil, AddUser{ID: "anna", Roles: []Role{Lead}, Organisation: strings.Repeat("x", MaxName+1)}, nil, "text.too_long"},
		"add a name in Latin-1":           {nil, AddUser{ID: "anna", Roles: []Role{Lead}, RealName: "J\xf6rg"}, nil, "text.encoding"},
		"add for nothing":                 {nil, AddUser{ID: "anna"}, nil, "access.no_role"},
		"add as what nobody is":           {nil, AddUser{ID: "anna", Roles: []Role{Lead, "king"}}, nil, "access.no_such_role"},
		"add as a program":                {nil, AddUser{ID: "anna", Roles: []Role{hub}}, nil, "access.no_such_role"},
		"add as an agent":                 {nil, AddUser{ID: "anna", Roles: []Role{agent}}, nil, "access.no_such_role"},
		"add as the public":               {nil, AddUser{ID: "anna", Roles: []Role{public}}, nil, "access.no_such_role"},
		"add a contact who also leads":    {nil, AddUser{ID: "cleo", Roles: []Role{Contact, Lead}, Customer: "bkk-ahornwerk"}, nil, "access.contact_alone"},
		"add a contact of nobody":         {nil, AddUser{ID: "cleo", Roles: []Role{Contact}}, nil, "access.contact_customer"},
		"add a contact of no id":          {nil, AddUser{ID: "cleo", Roles: []Role{Contact}, Customer: "a b"}, nil, "access.contact_customer"},
		"add a lead of a customer":        {nil, AddUser{ID: "dora", Roles: []Role{Lead}, Customer: "bkk-ahornwerk"}, nil, "access.customer_contact"},
		"enrol a key":                     {staffs, EnrolKey{User: "BEN", Public: key1.String()}, []Event{bens}, ""},
		"enrol a second key":              {after(staffs, bens), EnrolKey{User: "ben", Public: key2.String()}, []Event{KeyEnrolled{User: "ben", Public: []byte(key2), Organisation: "forensics"}}, ""},
		"enrol a key twice":               {after(staffs, bens), EnrolKey{User: "ben", Public: key1.String()}, nil, "access.key_taken"},
		"enrol another's key":             {after(staffs, bens, UserAdded{ID: "dora", Roles: []Role{Approver}}), EnrolKey{User: "dora", Public: key1.String()}, nil, "access.key_taken"},
		"enrol a removed one's key":       {after(staffs, bens, gone, UserAdded{ID: "dora", Roles: []Role{Approver}}), EnrolKey{User: "dora", Public: key1.String()}, nil, "access.key_taken"},
		"enrol for one who approves not":  {staffs, EnrolKey{User: "anna", Public: key1.String()}, nil, "access.not_approver"},
		"enrol for nobody":                {staffs, EnrolKey{User: "eve", Public: key1.String()}, nil, "access.unknown_user"},
		"enrol a machine's key":           {staffs, EnrolKey{User: "ben", Public: key1.String(), Taken: []seal.Key{key1}}, nil, "access.key_taken"},
		"enrol an SSH key":                {staffs, EnrolKey{User: "ben", Public: sshKey.Line()}, []Event{KeyEnrolled{User: "ben", Public: sshKey.Blob(), Organisation: "forensics", Type: seal.SSHKey}}, ""},
		"enrol a machine's key over SSH":  {staffs, EnrolKey{User: "ben", Public: sshKey.Line(), Taken: []seal.Key{seal.Key(sshKey.Key().Material())}}, nil, "access.key_taken"},
		"enrol a key again by SSH":        {after(staffs, KeyEnrolled{User: "ben", Public: []byte(sshKey.Key().Material())}), EnrolKey{User: "ben", Public: sshKey.Line()}, nil, "access.key_taken"},
		"enrol a passkey":                 {staffs, passkey("hub.example"), []Event{KeyEnrolled{User: "ben", Public: pass.Public, Organisation: "forensics", Type: seal.Passkey, RP: "hub.example", Origins: pass.Origins, Credential: []byte("id")}}, ""},
		"enrol a passkey of an address":   {staffs, passkey("192.0.2.1"), nil, "key.rp"},
		"enrol a passkey without an id":   {staffs, EnrolKey{User: "ben", Public: "AAAA", RP: "hub.example"}, nil, "key.form"},
		"enrol half a key":                {staffs, EnrolKey{User: "ben", Public: base64.StdEncoding.EncodeToString([]byte("short"))}, nil, "key.form"},
		"take a key back":                 {after(staffs, bens), RemoveKey{"BEN", seal.FileKey(key1).Fingerprint()}, []Event{KeyRemoved{"ben", seal.FileKey(key1).Fingerprint()}}, ""},
		"take a key back twice":           {after(staffs, bens, KeyRemoved{"ben", seal.FileKey(key1).Fingerprint()}), RemoveKey{"ben", seal.FileKey(key1).Fingerprint()}, nil, "access.unknown_key"},
		"enrol a key that was taken back": {after(staffs, bens, KeyRemoved{"ben", seal.FileKey(key1).Fingerprint()}), EnrolKey{User: "ben", Public: key1.String()}, nil, "access.key_taken"},
		"remove":                          {staffs, RemoveUser{"BEN"}, []Event{gone}, ""},
		"remove twice":                    {after(staffs, gone), RemoveUser{"ben"}, nil, "access.unknown_user"},
		"remove oneself":                  {staffs, RemoveUser{"Anna"}, nil, "access.self"},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := Decide(fold(row.given...), row.when, anna)
			if diff := cmp.Diff(row.then, events); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			var f *fault.Fault
			if errors.As(err, &f); (f == nil) != (row.fault == "") || f != nil && f.Code != row.fault {
				t.Errorf("fault = %v, want code %q", err, row.fault)
			}
			for _, e := range events {
				if !slices.Contains(Emits[row.when.Name()], e.Kind()) {
					t.Errorf("%s led to %s, which Emits does not say", row.when.Name(), e.Kind())
				}
			}
		})
	}
}

func TestApply(t *testing.T) {
	if !fold().Empty() || fold(staffs...).Empty() || fold(ben, gone).Empty() {
		t.Error("the set-up link must be open before the first user, and never again")
	}
	s := fold(after(staffs, bens)...)
	got, ok := s.Find("BEN")
	want := Person{ID: "ben", Roles: []Role{Approver}, Organisation: "forensics", Keys: []Key{{PersonKey: seal.FileKey(key1), Seq: 4}}, Seq: 2}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("person (-want +got):\n%s", diff)
	}
	var ids []string
	for _, p := range s.All() {
		ids = append(ids, p.ID)
	}
	if !slices.Equal(ids, []string{"anna", "ben", "cleo"}) {
		t.Errorf("all = %v", ids)
	}
	got.Roles[0], got.Keys[0].Seq = Admin, 99
	if again, _ := s.Find("ben"); !again.Is(Approver) || again.Keys[0].Seq != 4 {
		t.Errorf("the state changed through a copy: %+v", again)
	}
}

// Who may do what, one row of the table for each kind of actor.
func TestMay(t *testing.T) {
	s := fold(staffs...)
	for name, row := range map[string]struct {
		actor Actor
		what  string
		may   bool
	}{
		"a lead closes":                             {"user:anna", "incident.close", true},
		"in another case":                           {"user:ANNA", "incident.close", true},
		"an approver does not close":                {"user:ben", "incident.close", false},
		"an approver opens":                         {"user:ben", "incident.open", true},
		"a contact does not open":                   {"user:cleo", "incident.open", false},
		"a contact does not see the board":          {"user:cleo", "GET /board", false},
		"a contact sees what is public":             {"user:cleo", "GET /status", true},
		"anybody sees what is public":               {"", "GET /status", true},
		"anybody does not see the board":            {"", "GET /board", false},
		"an unknown user is anybody":                {"user:eve", "GET /board", false},
		"an unknown user sees what is public":       {"user:eve", "GET /status", true},
		"a name without a prefix is nobody":         {"anna", "incident.close", false},
		"a reaction enforces":                       {ByReaction, "contain.enforce", true},
		"a lead does not enforce":                   {"user:anna", "contain.enforce", false},
		"an agent reports":                          {AgentActor("web-01"), "order.receive", true},
		"an agent does not propose":                 {AgentActor("web-01"), "contain.propose", false},
		"a host of the name of a user is an agent":  {AgentActor("anna"), "incident.close", false},
		"a user of the name of a program is a user": {"user:hub:timer", "contain.enforce", false},
		"by the route of the command":               {"user:anna", "POST /api/v1/do/incident.close", true},
		"not by the route either":                   {"user:ben", "POST /api/v1/do/incident.close", false},
	} {
		t.Run(name, func(t *testing.T) {
			err := s.May(row.actor, row.what)
			if (err == nil) != row.may {
				t.Errorf("%q doing %s: %v", row.actor, row.what, err)
			}
			if err != nil && fault.KindOf(err) != fault.Forbidden {
				t.Errorf("the fault is of kind %v", fault.KindOf(err))
			}
		})
	}
}

// What the table does not know is forbidden to everybody, the program's own parts included.
func TestUnknownIsForbidden(t *testing.T) {
	s := fold(staffs...)
	actors := []Actor{"", "user:anna", "user:ben", "user:cleo", "user:eve", AgentActor("web-01"), ByReaction, ByTimer, ByFollower, ByConsole}
	rapid.Check(t, func(t *rapid.T) {
		what := rapid.OneOf(rapid.String(), rapid.StringMatching(`(GET|POST) /[a-z]{0,6}`), rapid.StringMatching(`[a-z]{1,8}\.[a-z_]{1,8}`),
			rapid.Map(rapid.SampledFrom(Rights), func(r Right) string { return r.What + "x" })).Draw(t, "what")
		a := rapid.SampledFrom(actors).Draw(t, "actor")
		if !HasRow(what) && s.May(a, what) == nil {
			t.Fatalf("%q may do %q, which has no row", a, what)
		}
	})
}

// oneself says whether a route is about nobody but who asks.
func oneself(r Right) bool {
	_, path, _ := strings.Cut(r.What, " ")
	return path == "/again" || path == "/account" || strings.HasPrefix(path, "/account/")
}

// Whoever was removed may do no more than somebody nobody knows, whatever they were; and a contact or a guest never more than the public, but for
// what is theirs.
func TestRightsEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOfNDistinct(rapid.SampledFrom(Roles), 1, -1, rapid.ID).Draw(t, "roles")
		roles = slices.DeleteFunc(roles, func(r Role) bool { return r == Contact })
		s := fold(admin, client, guest, given, UserAdded{ID: "ben", Roles: roles}, gone)
		for _, row := range Rights {
			stranger := s.May("user:eve", row.What)
			for _, a := range []Actor{"user:ben", "user:cleo", "user:gast"} {
				if a != "user:ben" && oneself(row) {
					continue
				}
				if may := s.May(a, row.What); (may == nil) != (stranger == nil) {
					t.Fatalf("%s, who was %v: %s gives %v, a stranger gets %v", a, roles, row.What, may, stranger)
				}
			}
		}
	})
}

// Roles add up: one more never takes a right away.
func TestRolesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SliceOfNDistinct(rapid.SampledFrom(Roles), 1, 4, rapid.ID).Draw(t, "roles")
		more := append(slices.Clone(some), rapid.SampledFrom(Roles).Draw(t, "one more"))
		s := fold(UserAdded{ID: "a", Roles: some}, UserAdded{ID: "b", Roles: more})
		what := rapid.SampledFrom(Rights).Draw(t, "what").What
		if s.May("user:a", what) == nil && s.May("user:b", what) != nil {
			t.Fatalf("%v may do %s, %v may not", some, what, more)
		}
	})
}

// No customer's contact, no agent and nobody from outside gives a command that people give; only pages of one's own are marked so.
func TestTable(t *testing.T) {
	for _, row := range Rights {
		if len(row.Who) == 0 {
			t.Errorf("%s is in the table for nobody", row.What)
		}
		if (slices.Contains(row.Who, Contact) || slices.Contains(row.Who, Guest)) && !oneself(row) {
			t.Errorf("%s is for every contact of every customer, or for every guest; use Of", row.What)
		}
		command := !strings.Contains(row.What, " ")
		if command && slices.Contains(row.Who, public) {
			t.Errorf("the command %s is for anybody", row.What)
		}
		if command && !slices.Contains(row.Who, hub) {
			t.Errorf("the command %s is not for the program's own parts, so neither the console nor a scenario can give it", row.What)
		}
	}
}

func passkey(rp string) EnrolKey {
	return EnrolKey{User: "ben", Public: base64.StdEncoding.EncodeToString(pass.Public), RP: rp, Origin: pass.Origins[0], Credential: []byte("id")}
}

// An approver enrols a key of their own and nobody else's; who may add people enrols for all.
func TestWhoEnrolsKeys(t *testing.T) {
	s := fold(after(staffs, UserAdded{ID: "dora", Roles: []Role{Approver}})...)
	for _, row := range []struct {
		by   Actor
		of   string
		code string
	}{{"user:ben", "BEN", ""}, {"user:ben", "dora", "access.other_key"}, {"user:anna", "dora", ""}, {ByConsole, "dora", ""}} {
		_, err := Decide(s, EnrolKey{User: row.of, Public: key2.String()}, Stamp{By: row.by, At: ten, HappenedAt: ten})
		if (err == nil) != (row.code == "") || err != nil && fault.CodeOf(err) != row.code {
			t.Errorf("%s enrols for %s: %v", row.by, row.of, err)
		}
	}
}

// Whatever is asked in whatever order: a decision never panics, an id is given once, and a key belongs to one person for ever.
func TestAnySequenceOfCommands(t *testing.T) {
	ids := []string{"anna", "ANNA", "ben", "cleo", "a b", ""}
	rapid.Check(t, func(t *rapid.T) {
		var s State
		given, owner := map[string]bool{}, map[string]string{}
		for n := range rapid.IntRange(1, 40).Draw(t, "steps") {
			id := rapid.SampledFrom(ids).Draw(t, "id")
			c := rapid.SampledFrom([]Command{
				AddUser{ID: id, Roles: []Role{Approver, Lead}}, AddUser{ID: id, Roles: []Role{Contact}, Customer: "k"}, AddUser{ID: id},
				Invite{ID: id, Roles: []Role{Guest}, Until: ten.Add(time.Hour), Expires: ten.Add(time.Hour)}, Join{ID: id, RealName: "x"}, Uninvite{id}, Expire{}, Limit{id, ten.Add(time.Minute)},
				EnrolKey{User: id, Public: key1.String()}, EnrolKey{User: id, Public: key2.String()}, RemoveUser{id},
			}).Draw(t, "command")
			at := Stamp{By: rapid.SampledFrom([]Actor{"user:anna", ByConsole}).Draw(t, "by"), At: ten, HappenedAt: ten, Seq: uint64(n + 1)}
			events, err := Decide(s, c, at)
			if (err == nil) != (len(events) > 0) {
				t.Fatalf("%#v gave %d events and the error %v", c, len(events), err)
			}
			for _, e := range events {
				s = Apply(s, e, at)
				switch e := e.(type) {
				case UserAdded:
					if given[strings.ToLower(e.ID)] {
						t.Fatalf("the id %s was given twice", e.ID)
					}
					given[strings.ToLower(e.ID)] = true
				case KeyEnrolled:
					if owner[string(e.Public)] != "" {
						t.Fatalf("the key of %s was given to %s", owner[string(e.Public)], e.User)
					}
					owner[string(e.Public)] = e.User
				}
			}
		}
	})
}
