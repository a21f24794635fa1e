package access

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
)

// Command is what may be asked about people and their rights.
//
//sumtype:decl
type Command interface {
	Name() string
	command()
}

// AddUser adds a person. The first one comes by the set-up link or by the console; from then on an admin adds.
type AddUser struct {
	ID           string    `json:"id"`
	RealName     string    `json:"real_name"`
	Roles        []Role    `json:"roles"`
	Customer     string    `json:"customer,omitempty"` // required for a contact, forbidden for others
	Organisation string    `json:"organisation,omitempty"`
	Until        time.Time `json:"until,omitzero"`  // when the account ends by itself; required for a guest
	Given        []Thing   `json:"given,omitempty"` // for a guest: what they see
	Unknown      []Thing   `json:"-"`               // filled in by the hub: those that do not exist
}

// EnrolKey gives a person a key to approve orders with. Agents believe it once the trust root names it.
type EnrolKey struct {
	User       string     `json:"user"`
	Public     string     `json:"public"`               // base64 or PEM of a key file, an SSH public key line, or base64 of a passkey's SubjectPublicKeyInfo
	RP         string     `json:"rp_id,omitempty"`      // of a passkey: the name it belongs to
	Origin     string     `json:"origin,omitempty"`     // of a passkey: the page it was made on, and on which it will approve
	Credential []byte     `json:"credential,omitempty"` // of a passkey: its id
	Taken      []seal.Key `json:"-"`                    // filled in by the hub: keys that speak for machines, its own and the agents'
}

// RemoveKey takes a key back: a stick was lost, a passkey's device sold. It is nobody else's ever after.
type RemoveKey struct {
	User        string `json:"user"`
	Fingerprint string `json:"fingerprint"`
}

// RemoveUser ends a person's rights. What they did stays in the record under their ID, which nobody gets again.
type RemoveUser struct {
	ID string `json:"id"`
}

func (AddUser) Name() string    { return "access.add_user" }
func (EnrolKey) Name() string   { return "access.enrol_key" }
func (RemoveKey) Name() string  { return "access.remove_key" }
func (RemoveUser) Name() string { return "access.remove_user" }

func (AddUser) command()    {}
func (EnrolKey) command()   {}
func (RemoveKey) command()  {}
func (RemoveUser) command() {}

// Emits says which events each command can lead to.
var Emits = map[string][]string{
	"access.add_user":     {"access.user_added", "access.limited", "access.given"},
	"access.invite":       {"access.invited"},
	"access.uninvite":     {"access.uninvited"},
	"access.join":         {"access.user_added", "access.limited", "access.given"},
	"access.limit":        {"access.limited"},
	"access.make_token":   {"access.token_made"},
	"access.revoke_token": {"access.token_revoked"},
	"access.give":         {"access.given"},
	"access.expire":       {"access.expired"},
	"access.enrol_key":    {"access.key_enrolled"},
	"access.remove_key":   {"access.key_removed"},
	"access.remove_user":  {"access.user_removed"},
	"access.shred":        {"journal.shredded"},

	"access.add_credential":    {"access.credential_added"},
	"access.remove_credential": {"access.credential_removed"},
	"access.change_password":   {"access.password_changed"},
	"access.sign_in":           {"access.signed_in", "access.recovery_used"},
	"access.end_session":       {"access.session_ended"},
	"access.count_failures":    {"access.sign_ins_failed"},
	"access.end_sessions":      {"access.sessions_ended"},
	"access.reset_credentials": {"access.credentials_reset"},
}

// Decide answers a command with the facts it makes, or with the reason why not.
func Decide(s State, c Command, at Stamp) ([]Event, error) {
	switch c := c.(type) {
	case AddUser:
		return s.addUser(c, at)
	case Invite:
		return s.invite(c, at)
	case Uninvite:
		return s.uninvite(c, at)
	case Join:
		return s.join(c, at)
	case MakeToken:
		return s.makeToken(c, at)
	case RevokeToken:
		return s.revokeToken(c)
	case Limit:
		return s.limit(c, at)
	case Give:
		return s.give(c)
	case Expire:
		return s.expire(at)
	case EnrolKey:
		return s.enrolKey(c, at)
	case RemoveKey:
		return s.removeKey(c)
	case RemoveUser:
		return s.removeUser(c, at)
	case Shred:
		return s.shred(c)
	case AddCredential:
		return s.addCredential(c)
	case RemoveCredential:
		return s.removeCredential(c)
	case ChangePassword:
		return s.changePassword(c)
	case SignIn:
		return s.signIn(c)
	case EndSession:
		return s.endSession(c)
	case CountFailures:
		return s.countFailures(c)
	case EndSessions:
		return s.endSessions(c)
	case ResetCredentials:
		return s.resetCredentials(c, at)
	}
	panic(fmt.Sprintf("access cannot decide %T", c))
}

func (s State) addUser(c AddUser, at Stamp) ([]Event, error) {
	if err := CheckID("user", c.ID); err != nil {
		return nil, err
	}
	if s.used[strings.ToLower(c.ID)] {
		return nil, fault.New(fault.Conflict, "access.user_exists", "could not add user %s: the id was given before", c.ID)
	}
	if len(s.people) >= MaxUsers {
		return nil, fault.New(fault.Conflict, "access.too_many", "could not add user %s: there are %d already", c.ID, len(s.people))
	}
	if len(c.RealName) > MaxName || len(c.Organisation) > MaxName {
		return nil, fault.New(fault.Invalid, "text.too_long", "could not add user %s: name or organisation is longer than %d bytes", c.ID, MaxName)
	}
	if !utf8.ValidString(c.RealName) || !utf8.ValidString(c.Organisation) {
		return nil, fault.New(fault.Invalid, "text.encoding", "could not add user %s: name or organisation is not UTF-8", c.ID)
	}
	if err := checkRoles(c); err != nil {
		return nil, err
	}
	if err := checkStay(c, at); err != nil {
		return nil, err
	}
	all := []Event{UserAdded{ID: c.ID, Roles: c.Roles, Customer: c.Customer, Organisation: c.Organisation, Private: UserAddedPrivate{RealName: c.RealName}}}
	if !c.Until.IsZero() {
		all = append(all, Limited{ID: c.ID, Until: c.Until.UTC()})
	}
	if len(c.Given) > 0 {
		all = append(all, Given{ID: c.ID, Things: c.Given})
	}
	return all, nil
}

func checkRoles(c AddUser) error {
	if len(c.Roles) == 0 {
		return fault.New(fault.Invalid, "access.no_role", "could not add user %s: no role is given", c.ID).Hinted("one or more of %v", Roles)
	}
	for _, r := range c.Roles {
		if !slices.Contains(Roles, r) {
			return fault.New(fault.Invalid, "access.no_such_role", "could not add user %s: there is no role %q", c.ID, r).Hinted("one or more of %v", Roles)
		}
	}
	contact := slices.Contains(c.Roles, Contact)
	switch {
	case contact && len(c.Roles) > 1:
		return fault.New(fault.Invalid, "access.contact_alone", "could not add user %s: a customer's contact can have no other role", c.ID)
	case contact && CheckID("customer", c.Customer) != nil:
		return fault.New(fault.Invalid, "access.contact_customer", "could not add user %s: a contact belongs to one customer", c.ID).Hinted("name it with --customer")
	case !contact && c.Customer != "":
		return fault.New(fault.Invalid, "access.customer_contact", "could not add user %s: only a contact belongs to a customer", c.ID)
	}
	return nil
}

func (s State) enrolKey(c EnrolKey, at Stamp) ([]Event, error) {
	p, err := s.find(c.User)
	if err != nil {
		return nil, err
	}
	if by, user := at.By.User(); user && !strings.EqualFold(by, p.ID) && s.May(at.By, "access.add_user") != nil {
		return nil, fault.New(fault.Forbidden, "access.other_key", "could not enrol a key for %s: an approver enrols their own", c.User)
	}
	if !p.Is(Approver) {
		return nil, fault.New(fault.Conflict, "access.not_approver", "could not enrol a key for %s: the role %q is missing", c.User, Approver)
	}
	k, err := c.key()
	if err != nil {
		return nil, err
	}
	if owner, taken := s.keys[k.Material()]; taken {
		return nil, fault.New(fault.Conflict, "access.key_taken", "could not enrol the key %s for %s: it belongs to %s", k.Fingerprint(), c.User, owner).
			Hinted("every person needs a key of their own, or two approvals could be one person's")
	}
	if slices.Contains(c.Taken, seal.Key(k.Material())) {
		return nil, fault.New(fault.Conflict, "access.key_taken", "could not enrol the key %s for %s: it speaks for a machine", k.Fingerprint(), c.User)
	}
	if len(s.keys) >= MaxKeys {
		return nil, fault.New(fault.Conflict, "access.too_many_keys", "could not enrol a key for %s: there are %d already", c.User, len(s.keys)).Hinted("remove approvers who have left")
	}
	e := KeyEnrolled{User: p.ID, Public: k.Public, Organisation: p.Organisation, MustVerify: k.MustVerify, RP: k.RP, Origins: k.Origins, Credential: c.Credential}
	if k.Kind != seal.Ed25519File {
		e.Type = k.Kind
	}
	return []Event{e}, nil
}

// key reads the key of whichever kind it is.
func (c EnrolKey) key() (seal.PersonKey, error) {
	if c.RP == "" && len(c.Credential) == 0 && c.Origin == "" {
		return seal.ParsePersonKey(c.Public)
	}
	spki, err := base64.StdEncoding.Strict().DecodeString(c.Public)
	if err != nil || len(c.Credential) == 0 || len(c.Credential) > MaxCredential {
		return seal.PersonKey{}, fault.New(fault.Invalid, "key.form", "could not read the passkey of %s: want its public key in base64 and an id of at most %d bytes", c.User, MaxCredential)
	}
	return seal.NewPasskey(spki, c.RP, c.Origin)
}

func (s State) removeKey(c RemoveKey) ([]Event, error) {
	p, err := s.find(c.User)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(p.Keys, func(k Key) bool { return k.Fingerprint() == c.Fingerprint }) {
		return nil, fault.New(fault.NotFound, "access.unknown_key", "could not take a key back from %s: they have none with the fingerprint %.60q", p.ID, c.Fingerprint)
	}
	return []Event{KeyRemoved{User: p.ID, Fingerprint: c.Fingerprint}}, nil
}

func (s State) removeUser(c RemoveUser, at Stamp) ([]Event, error) {
	p, err := s.find(c.ID)
	if err != nil {
		return nil, err
	}
	if at.By == p.Actor() {
		return nil, fault.New(fault.Conflict, "access.self", "could not remove user %s: nobody removes themselves", c.ID).Hinted("ask another admin")
	}
	return []Event{UserRemoved{ID: p.ID}}, nil
}
