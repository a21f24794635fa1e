package access

import (
	"cmp"

	"blackstart/internal/ledger/seal"
)

// Event is what can be a fact about people and their rights.
//
//sumtype:decl
type Event interface {
	Kind() string
	event()
}

// UserAdded says that a person may act here, and as what.
type UserAdded struct {
	ID           string           `json:"id"`
	Roles        []Role           `json:"roles"`
	Customer     string           `json:"customer,omitzero"`
	Organisation string           `json:"organisation,omitzero"`
	Private      UserAddedPrivate `json:"-"`
}

// UserAddedPrivate is who the person is outside this record.
type UserAddedPrivate struct {
	RealName string `json:"real_name"`
}

// KeyEnrolled says that approvals by this key are this person's. Entries from before there were kinds name none: they hold a key file's.
type KeyEnrolled struct {
	User         string            `json:"user"`
	Public       []byte            `json:"public"`
	Organisation string            `json:"organisation,omitzero"`
	Type         seal.ApprovalKind `json:"kind,omitzero"`
	MustVerify   bool              `json:"verify_required,omitzero"`
	RP           string            `json:"rp_id,omitzero"`
	Origins      []string          `json:"origins,omitempty"`
	Credential   []byte            `json:"credential,omitempty"`
}

// Key is the key itself.
func (e KeyEnrolled) Key() seal.PersonKey {
	return seal.PersonKey{Public: e.Public, Kind: cmp.Or(e.Type, seal.Ed25519File), MustVerify: e.MustVerify, RP: e.RP, Origins: e.Origins}
}

// KeyRemoved says that a key was taken back from its person. It stays taken: nobody else can enrol it.
type KeyRemoved struct {
	User        string `json:"user"`
	Fingerprint string `json:"fingerprint"`
}

// UserRemoved says that the person's rights ended.
type UserRemoved struct {
	ID string `json:"id"`
}

// Shredded says that the private parts of these entries were erased, in the same stroke as this was written. The journal itself reads `entries`.
type Shredded struct {
	Entries []uint64 `json:"entries"`
	Basis   Basis    `json:"basis"`
	User    string   `json:"user,omitzero"`
	Despite bool     `json:"despite,omitzero"`
}

func (UserAdded) Kind() string   { return "access.user_added" }
func (KeyEnrolled) Kind() string { return "access.key_enrolled" }
func (KeyRemoved) Kind() string  { return "access.key_removed" }
func (UserRemoved) Kind() string { return "access.user_removed" }

func (Shredded) Kind() string { return "journal.shredded" }
func (UserAdded) event()      {}
func (KeyEnrolled) event()    {}
func (UserRemoved) event()    {}
func (Shredded) event()       {}
func (KeyRemoved) event()     {}

// PrivatePart is what the record keeps apart, so that it can be shredded and the record still verifies.
func (u *UserAdded) PrivatePart() any { return &u.Private }
