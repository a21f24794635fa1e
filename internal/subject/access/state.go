package access

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"blackstart/internal/fault"
)

// State is everybody who may act here. The zero value is a house that nobody has entered yet.
type State struct {
	people map[string]*Person // by ID in lower case
	used   map[string]bool    // every ID ever given, in lower case: a removed person's deeds must never look like another's
	keys   map[string]string  // whose they are, by material: one key in two kinds is one key

	ending  map[string]time.Time  // when accounts end by themselves, by ID in lower case
	invited map[string]Invitation // places that are kept, by ID in lower case
}

// Apply makes the fact true in the state.
func Apply(s State, e Event, at Stamp) State {
	if s.people == nil {
		s.people, s.used, s.keys = map[string]*Person{}, map[string]bool{}, map[string]string{}
		s.ending, s.invited = map[string]time.Time{}, map[string]Invitation{}
	}
	switch e := e.(type) {
	case UserAdded:
		delete(s.invited, strings.ToLower(e.ID))
		s.people[strings.ToLower(e.ID)] = &Person{ID: e.ID, Roles: e.Roles, Customer: e.Customer, Organisation: e.Organisation, Seq: at.Seq}
		s.used[strings.ToLower(e.ID)] = true
	case KeyEnrolled:
		p := s.people[strings.ToLower(e.User)]
		p.Keys = append(p.Keys, Key{PersonKey: e.Key(), Credential: e.Credential, Seq: at.Seq})
		s.keys[e.Key().Material()] = e.User
	case KeyRemoved:
		p := s.people[strings.ToLower(e.User)]
		p.Keys = slices.DeleteFunc(p.Keys, func(k Key) bool { return k.Fingerprint() == e.Fingerprint })
	case UserRemoved:
		s.drop(e.ID)
	case Limited:
		s.ends(e)
	case Given:
		s.people[strings.ToLower(e.ID)].Given = e.Things
	case Expired:
		s.drop(e.ID)
	case TokenMade:
		s.people[strings.ToLower(e.User)].keep(e, at)
	case TokenRevoked:
		s.people[strings.ToLower(e.User)].revoke(e)
	case Invited:
		s.invited[strings.ToLower(e.ID)] = Invitation{Invited: e, By: at.By, Seq: at.Seq}
	case Uninvited:
		delete(s.invited, strings.ToLower(e.ID))
	case Shredded: // what was erased is nowhere in this state
	case PasswordChanged:
		s.endBefore(e.User, at)
	case SessionsEnded:
		s.endBefore(e.User, at)
	case CredentialsReset:
		s.endBefore(e.User, at)
	case CredentialAdded, CredentialRemoved, SignedIn, RecoveryUsed, SessionEnded, SignInsFailed: // told; what follows is kept with the secrets
	default:
		panic(fmt.Sprintf("access cannot apply %T", e))
	}
	return s
}

// endBefore makes all sessions void that began before the entry.
func (s State) endBefore(user string, at Stamp) {
	if p, ok := s.people[strings.ToLower(user)]; ok {
		p.Ended = at.Seq
	}
}

// Empty says whether nobody has ever been added, so that the set-up link is open.
func (s State) Empty() bool { return len(s.used) == 0 }

// Find gives the person with that user ID.
func (s State) Find(id string) (Person, bool) {
	p, ok := s.people[strings.ToLower(id)]
	if !ok {
		return Person{}, false
	}
	c := *p
	c.Roles, c.Keys, c.Given = slices.Clone(p.Roles), slices.Clone(p.Keys), slices.Clone(p.Given)
	c.Tokens = slices.Clone(p.Tokens)
	return c, true
}

// All gives everybody, sorted by ID.
func (s State) All() []Person {
	all := make([]Person, 0, len(s.people))
	for id := range s.people {
		p, _ := s.Find(id)
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// May says whether the actor's roles allow what the table names, whatever it is done to: a command such as `incident.open`, or a route such as
// `GET /board`. What has no row is forbidden to everybody.
func (s State) May(a Actor, what string) error { return s.MayWith(a, what, "") }

// MayWith says whether the actor may do what the table names to that very thing: because of a role, or because the thing is theirs or was given to
// them and the row says that this is enough.
func (s State) MayWith(a Actor, what string, t Thing) error {
	row, ok := rows[what]
	if ok && (row.allows(s.rolesOf(a)) || row.isOf(t) && s.has(a, t)) {
		return nil
	}
	return fault.New(fault.Forbidden, "access.forbidden", "could not let %s do %s: none of their roles allows it", a, what)
}

// has says whether the thing is the actor's, or was given to them.
func (s State) has(a Actor, t Thing) bool {
	id, user := a.User()
	p, ok := s.Find(id)
	return user && ok && slices.ContainsFunc(p.Things(), t.Same)
}

// rolesOf are the roles an actor acts in. A removed or unknown user has only the public's.
func (s State) rolesOf(a Actor) []Role {
	switch {
	case strings.HasPrefix(string(a), hubPrefix):
		return []Role{public, hub}
	case strings.HasPrefix(string(a), agentPrefix):
		return []Role{public, agent}
	}
	id, user := a.User()
	if !user {
		return []Role{public}
	}
	p, _ := s.Find(id)
	return append(p.Roles, public)
}

func (s State) find(id string) (Person, error) {
	if p, ok := s.Find(id); ok {
		return p, nil
	}
	return Person{}, fault.New(fault.NotFound, "access.unknown_user", "could not find user %q", id).Hinted("'blackstart user list' shows all")
}
