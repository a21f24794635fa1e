package order

import (
	"slices"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
)

// Root is the trust root: whom the agents of one hub obey. An agent gets it at enrolment and keeps it; afterwards only an order of class [ChangeTrust] changes it.
type Root struct {
	Version   uint64     `json:"version"` // rises with each change, so that an older root cannot be put back
	Origin    string     `json:"origin"`  // of the hub's journal
	Hub       []seal.Key `json:"hub"`     // more than one only while a key is being replaced
	Approvers []Approver `json:"approvers"`
	Threshold int        `json:"threshold"` // people who must approve an order of class trust
}

// Approver binds a key to a person. A person may have several keys, a file and a passkey say, and still counts once.
type Approver struct {
	seal.PersonKey
	Person       access.Actor `json:"person"`       // user:anna
	Organisation string       `json:"organisation"` // some orders will want two of them
}

// Check says what is wrong with a root in itself. A key that both speaks for the hub and for a person would let the hub approve its own orders.
func (r Root) Check() error {
	switch {
	case r.Version == 0:
		return badRoot("its version is 0")
	case r.Origin == "" || len(r.Origin) > MaxHead:
		return badRoot("its origin has %d bytes, want 1 to %d", len(r.Origin), MaxHead)
	case len(r.Hub) == 0 || len(r.Hub) > maxKeys || len(r.Approvers) > maxKeys:
		return badRoot("it names %d hub keys and %d approvers, want 1 to %d and at most %d", len(r.Hub), len(r.Approvers), maxKeys, maxKeys)
	case r.Threshold < 2:
		return badRoot("its threshold is %d, want at least 2", r.Threshold) // changing trust needs two people
	}
	seen := map[string]bool{}
	for _, k := range r.materials() {
		if seen[k] {
			return badRoot("a key stands there twice")
		}
		seen[k] = true
	}
	for _, a := range r.Approvers {
		if id, ok := strings.CutPrefix(string(a.Person), "user:"); !ok || !validID(id) {
			return badRoot("approver %q is not of the form user:ID", a.Person)
		}
		if err := a.Check(); err != nil {
			return badRoot("the key of approver %s: %w", a.Person, err)
		}
	}
	return nil
}

// materials are all keys in it, whatever they are wrapped in.
func (r Root) materials() []string {
	var all []string
	for _, k := range r.Hub {
		all = append(all, string(k))
	}
	for _, a := range r.Approvers {
		all = append(all, a.Material())
	}
	return all
}

// People is how many different people can approve.
func (r Root) People() int {
	persons := map[string]bool{}
	for _, a := range r.Approvers {
		persons[fold(a.Person)] = true
	}
	return len(persons)
}

// Approver finds whose approval this is for these bytes. The key id is only a hint: it tells apart a stranger's approval from one that was given for other bytes.
func (r Root) Approver(given seal.Approval, payload []byte) (Approver, error) {
	var named Approver
	why := error(refuse(UnknownKey, "could not count an approval: the trust root names no key %.60s", given.KeyID))
	for _, a := range r.Approvers {
		err := given.Check(a.PersonKey, PayloadType, payload)
		switch {
		case err == nil:
			return a, nil
		case !given.By(a.PersonKey):
		case fault.CodeOf(err) == seal.CodeUnverified:
			named, why = a, refuse(Unverified, "could not count the approval of %s: %w", a.Person, err)
		default:
			named, why = a, refuse(OtherBytes, "could not count the approval of %s: it was given for other bytes, or otherwise than its key must: %w", a.Person, err).
				Hinted("fetch the order again and approve what it says now")
		}
	}
	return named, why
}

// Approved says whether enough different people approved exactly this payload. One bad approval spoils the order: nobody adds one by mistake.
func (r Root) Approved(class Class, payload []byte, given []seal.Approval) error {
	need, ok := r.Quorum(class)
	if !ok {
		return malformed("there is no class %q", class)
	}
	if len(given) > MaxApproval {
		return malformed("%d approvals, at most %d", len(given), MaxApproval)
	}
	persons := map[string]bool{}
	for _, g := range given {
		a, err := r.Approver(g, payload)
		if err != nil {
			return err
		}
		persons[fold(a.Person)] = true
	}
	switch {
	case len(persons) >= need:
		return nil
	case len(given) >= need:
		return refuse(SamePerson, "could not obey the order: class %s needs %d people, the %d approvals are by %d", class, need, len(given), len(persons))
	default:
		return refuse(Unapproved, "could not obey the order: class %s needs %d people, %d approved", class, need, len(persons))
	}
}

// Signed says whether a key of the hub signed the envelope: an order, or an answer on the wire.
func (r Root) Signed(e seal.Envelope) bool {
	return slices.ContainsFunc(r.Hub, e.SignedBy)
}

func badRoot(format string, args ...any) error {
	return fault.New(fault.Invalid, "order.root", "could not take the trust root: "+format, args...)
}
