package order

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Verb is what an agent shall do. The list is closed and has no shell in it.
type Verb string

const (
	Isolate Verb = "isolate" // cut the host off from everything but the hub
	Release Verb = "release" // open the host again
	Report  Verb = "report"  // say how the host stands
	Trust   Verb = "trust"   // obey another trust root from now on
)

// IsolateParams is empty: which addresses stay open is fixed at enrolment, not by the order, so that nobody can be brought to approve an attacker's address.
type IsolateParams struct{}

// ReleaseParams is empty: a release opens whatever cuts the host off; that it is newer than the cut is ensured by n.
type ReleaseParams struct{}

// ReportParams says what is asked for.
type ReportParams struct {
	Of string `json:"of"` // only "state"
}

// OfState asks for the isolation, the time and the version of the agent.
const OfState = "state"

// rule is what holds for one verb.
type rule struct {
	class      func(targets int) Class
	params     func(jsontext.Value) error
	leased     bool // needs lease_s, confirm_s and end
	everybody  bool // is for every host of the house, and names none
	idempotent bool // may run again when a crash left its result open
}

var rules = map[Verb]rule{
	Isolate: {class: cutClass, params: read[IsolateParams], leased: true, idempotent: true},
	Release: {class: always(Loosen), params: read[ReleaseParams], idempotent: true},
	Report:  {class: always(Read), params: readReport, idempotent: true},
	Trust:   {class: always(ChangeTrust), params: readTrust, everybody: true, idempotent: true},
}

// ClassOf is the class of a verb on so many targets, and false when there is no such verb. An order that states another class is malformed: effects cannot be talked down.
func ClassOf(v Verb, targets int) (Class, bool) {
	r, ok := rules[v]
	if !ok {
		return "", false
	}
	return r.class(targets), true
}

// Idempotent says whether the verb may run again after a crash; an unknown verb may not.
func (v Verb) Idempotent() bool { return rules[v].idempotent }

func (o Order) checkVerb() error {
	r, ok := rules[o.Verb]
	if !ok {
		return refuse(UnknownVerb, "could not read the order: this program knows no verb %q", o.Verb)
	}
	if want := r.class(len(o.Targets)); o.Class != want {
		return malformed("%s on %d targets is of class %s, not %q", o.Verb, len(o.Targets), want, o.Class)
	}
	if err := r.params(o.Params); err != nil {
		return malformed("params of %s: %w", o.Verb, err)
	}
	if p, ok := o.NewTrust(); ok && p.Root.Version != o.N {
		return malformed("n is %d, the root in it has version %d", o.N, p.Root.Version)
	}
	return o.checkLease(r.leased)
}

func (o Order) checkLease(leased bool) error {
	if !leased {
		if o.LeaseS != 0 || o.ConfirmS != 0 || o.End != EndNone {
			return malformed("%s has no lease", o.Verb)
		}
		return nil
	}
	switch {
	case o.LeaseS < 1 || o.LeaseS > MaxLease:
		return malformed("lease_s is %d, want 1 to %d", o.LeaseS, MaxLease)
	case o.ConfirmS < 1 || o.ConfirmS > MaxConfirm || o.ConfirmS > o.LeaseS:
		return malformed("confirm_s is %d, want 1 to %d and at most lease_s", o.ConfirmS, MaxConfirm)
	case o.End != EndRelease && o.End != EndHold:
		return malformed("end is %q, want %q or %q", o.End, EndRelease, EndHold)
	}
	return nil
}

func cutClass(targets int) Class {
	if targets > 1 {
		return CutMany
	}
	return Cut
}

func always(c Class) func(int) Class { return func(int) Class { return c } }

// read checks that the value is an object of exactly that form.
func read[P any](value jsontext.Value) error {
	_, err := parse[P](value)
	return err
}

func parse[P any](value jsontext.Value) (p P, err error) {
	return p, json.Unmarshal(value, &p, json.RejectUnknownMembers(true))
}

func readReport(value jsontext.Value) error {
	p, err := parse[ReportParams](value)
	if err == nil && p.Of != OfState {
		return malformed("of is %q, want %q", p.Of, OfState)
	}
	return err
}
