package access

import (
	"slices"
	"time"

	"blackstart/internal/fault"
)

// Credential is a kind of thing by which a person proves who they are.
type Credential string

const (
	Passkey  Credential = "passkey"  // WebAuthn, with user verification: it stands for both factors
	TOTP     Credential = "totp"     // RFC 6238, beside a password
	Recovery Credential = "recovery" // codes on paper, each good once, beside a password
)

// How says by what somebody signed in.
type How string

const (
	ByPassword         How = "password" // in a drill, and where the second factor is still to be added
	ByPasswordTOTP     How = "password+totp"
	ByPasswordPasskey  How = "password+passkey"
	ByPasswordRecovery How = "password+recovery"
	ByPasskey          How = "passkey"
)

var (
	credentials = []Credential{Passkey, TOTP, Recovery}
	hows        = []How{ByPassword, ByPasswordTOTP, ByPasswordPasskey, ByPasswordRecovery, ByPasskey}
)

// Commands of the door. All but the last two are given by the part of the program that holds the secrets; it has checked them, this subject checks
// that the person exists.
type (
	// AddCredential enters that a person can prove by something new who they are.
	AddCredential struct {
		User       string
		Credential Credential
		ID         string // tells several of one kind apart; says nothing about the secret
	}
	// RemoveCredential enters that a person gave one up.
	RemoveCredential struct {
		User       string
		Credential Credential
		ID         string
	}
	// ChangePassword enters that a person has another password. It ends all their sessions.
	ChangePassword struct{ User string }
	// SignIn enters that somebody came in, or proved once more who they are.
	SignIn struct {
		User          string
		How           How
		Credential    string // ID of the passkey
		Left          int    // recovery codes that are left; only after one was used
		Again         bool   // the session existed; the proof was asked for before a grave act
		From, Browser string // where from, as the connection and the browser tell; for the private part
	}
	// EndSession enters that one session was ended before its time.
	EndSession struct {
		User    string
		Session uint64 // number of the entry that began it
	}
	// CountFailures enters how often people failed to sign in during a minute. Nothing that was typed is in it.
	CountFailures struct {
		Minute                          time.Time
		Password, Code, Passkey, Turned int
		Names, Strangers, Addresses     int
	}
	// EndSessions ends all sessions of a person at once.
	EndSessions struct {
		User string `json:"user"`
	}
	// ResetCredentials takes away all a person's passkeys, authenticator and recovery codes, for somebody who lost them. They sign in with the
	// password then and add new ones before anything else.
	ResetCredentials struct {
		User string `json:"user"`
	}
)

func (AddCredential) Name() string    { return "access.add_credential" }
func (RemoveCredential) Name() string { return "access.remove_credential" }
func (ChangePassword) Name() string   { return "access.change_password" }
func (SignIn) Name() string           { return "access.sign_in" }
func (EndSession) Name() string       { return "access.end_session" }
func (CountFailures) Name() string    { return "access.count_failures" }
func (EndSessions) Name() string      { return "access.end_sessions" }
func (ResetCredentials) Name() string { return "access.reset_credentials" }

func (AddCredential) command()    {}
func (RemoveCredential) command() {}
func (ChangePassword) command()   {}
func (SignIn) command()           {}
func (EndSession) command()       {}
func (CountFailures) command()    {}
func (EndSessions) command()      {}
func (ResetCredentials) command() {}

func (s State) addCredential(c AddCredential) ([]Event, error) {
	p, err := s.findWith(c.User, c.Credential)
	return []Event{CredentialAdded{User: p.ID, Credential: c.Credential, ID: c.ID}}, err
}

func (s State) removeCredential(c RemoveCredential) ([]Event, error) {
	p, err := s.findWith(c.User, c.Credential)
	return []Event{CredentialRemoved{User: p.ID, Credential: c.Credential, ID: c.ID}}, err
}

func (s State) findWith(user string, c Credential) (Person, error) {
	if !slices.Contains(credentials, c) {
		return Person{}, fault.New(fault.Invalid, "access.no_such_credential", "could not enter a credential of %s: there is no kind %q", user, c)
	}
	return s.find(user)
}

func (s State) changePassword(c ChangePassword) ([]Event, error) {
	p, err := s.find(c.User)
	return []Event{PasswordChanged{User: p.ID}}, err
}

func (s State) signIn(c SignIn) ([]Event, error) {
	if !slices.Contains(hows, c.How) {
		return nil, fault.New(fault.Invalid, "access.no_such_way", "could not enter a sign-in of %s: there is no way %q", c.User, c.How)
	}
	p, err := s.find(c.User)
	if err != nil {
		return nil, err
	}
	in := SignedIn{User: p.ID, How: c.How, Credential: c.Credential, Again: c.Again, Private: SignedInPrivate{From: c.From, Browser: c.Browser}}
	if c.How == ByPasswordRecovery {
		return []Event{in, RecoveryUsed{User: p.ID, Left: c.Left}}, nil
	}
	return []Event{in}, nil
}

func (s State) endSession(c EndSession) ([]Event, error) {
	p, err := s.find(c.User)
	return []Event{SessionEnded{User: p.ID, Session: c.Session}}, err
}

func (s State) countFailures(c CountFailures) ([]Event, error) {
	f := SignInsFailed{Minute: c.Minute, Count: c.Password + c.Code + c.Passkey, Password: c.Password, Code: c.Code, Passkey: c.Passkey,
		Turned: c.Turned, Names: c.Names, Strangers: c.Strangers, Addresses: c.Addresses}
	if f.Count+f.Turned == 0 {
		return nil, fault.New(fault.Invalid, "access.no_failures", "could not enter failed sign-ins: there were none")
	}
	return []Event{f}, nil
}

func (s State) endSessions(c EndSessions) ([]Event, error) {
	p, err := s.find(c.User)
	return []Event{SessionsEnded{User: p.ID}}, err
}

func (s State) resetCredentials(c ResetCredentials, at Stamp) ([]Event, error) {
	p, err := s.find(c.User)
	if err == nil && at.By == p.Actor() {
		err = fault.New(fault.Conflict, "access.self_reset", "could not reset the credentials of user %s: nobody resets their own", c.User).Hinted("remove them one by one, or ask another admin")
	}
	return []Event{CredentialsReset{User: p.ID}}, err
}
