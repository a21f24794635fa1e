package access

import "time"

// Events of the door.
type (
	// CredentialAdded says that a person can prove by something new who they are. The secret itself is no part of the record.
	CredentialAdded struct {
		User       string     `json:"user"`
		Credential Credential `json:"credential"`
		ID         string     `json:"id,omitzero"`
	}
	// CredentialRemoved says that a credential is good no more.
	CredentialRemoved struct {
		User       string     `json:"user"`
		Credential Credential `json:"credential"`
		ID         string     `json:"id,omitzero"`
	}
	// CredentialsReset says that all credentials of a person but the password are good no more, and all their sessions have ended.
	CredentialsReset struct {
		User string `json:"user"`
	}
	// PasswordChanged says that a person has another password, and all sessions begun before have ended.
	PasswordChanged struct {
		User string `json:"user"`
	}
	// SignedIn says that a person came in; its number names the session. Again: the session existed, and its owner proved once more who they are.
	SignedIn struct {
		User       string          `json:"user"`
		How        How             `json:"how"`
		Credential string          `json:"credential,omitzero"` // ID of the passkey
		Again      bool            `json:"again,omitzero"`
		Private    SignedInPrivate `json:"-"`
	}
	// SignedInPrivate is where from, as far as the connection tells.
	SignedInPrivate struct {
		From    string `json:"from"`
		Browser string `json:"browser"`
	}
	// RecoveryUsed says that a recovery code was used up, and how many are left.
	RecoveryUsed struct {
		User string `json:"user"`
		Left int    `json:"left"`
	}
	// SessionEnded says that the session that began with that entry was ended before its time.
	SessionEnded struct {
		User    string `json:"user"`
		Session uint64 `json:"session"`
	}
	// SessionsEnded says that all sessions begun before this entry have ended.
	SessionsEnded struct {
		User string `json:"user"`
	}
	// SignInsFailed says how often the door stayed shut during a minute: by what was wrong, and at how many existing names, strange names and
	// addresses. No name that was typed and no address is in it.
	SignInsFailed struct {
		Minute    time.Time `json:"minute"` // its beginning
		Count     int       `json:"count"`
		Password  int       `json:"password,omitzero"`
		Code      int       `json:"code,omitzero"`
		Passkey   int       `json:"passkey,omitzero"`
		Turned    int       `json:"turned,omitzero"` // turned away unheard, since too many were tried; not part of Count
		Names     int       `json:"names,omitzero"`
		Strangers int       `json:"strangers,omitzero"`
		Addresses int       `json:"addresses,omitzero"` // an IPv6 /64 counts once
	}
)

func (CredentialAdded) Kind() string   { return "access.credential_added" }
func (CredentialRemoved) Kind() string { return "access.credential_removed" }
func (CredentialsReset) Kind() string  { return "access.credentials_reset" }
func (PasswordChanged) Kind() string   { return "access.password_changed" }
func (SignedIn) Kind() string          { return "access.signed_in" }
func (RecoveryUsed) Kind() string      { return "access.recovery_used" }
func (SessionEnded) Kind() string      { return "access.session_ended" }
func (SessionsEnded) Kind() string     { return "access.sessions_ended" }
func (SignInsFailed) Kind() string     { return "access.sign_ins_failed" }

func (CredentialAdded) event()   {}
func (CredentialRemoved) event() {}
func (CredentialsReset) event()  {}
func (PasswordChanged) event()   {}
func (SignedIn) event()          {}
func (RecoveryUsed) event()      {}
func (SessionEnded) event()      {}
func (SessionsEnded) event()     {}
func (SignInsFailed) event()     {}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (s *SignedIn) PrivatePart() any { return &s.Private }
