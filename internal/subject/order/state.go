package order

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
)

// Phase is how far an order has come on its way to the hosts; what the hosts made of it stands beside, per host.
type Phase string

const (
	PhaseDrafted   Phase = "drafted"
	PhaseReady     Phase = "ready"
	PhaseIssued    Phase = "issued"
	PhaseWithdrawn Phase = "withdrawn"
	PhaseExpired   Phase = "expired"
)

// State is every order, every enrolled agent and the trust root. The zero value is a hub without a root.
// It has one owner, who guards it; [Apply] changes it in place.
type State struct {
	Root    Root
	RootSeq uint64 // number of the entry since which the root is in force
	Last    Last   // numbers allotted

	orders map[string]*Standing // by folded id
	agents map[string]*Agent    // by folded host

	proposed uint64   // highest version of a trust root that was ever drafted
	origins  []string // of the trust roots that were in force, newest first
	offers   map[string]EnrolmentOffered
	open     map[string]*Standing // those that time or a host can still move; what Tick and For look at
}

// Standing is one order as it stands.
type Standing struct {
	Order     Order
	Envelope  seal.Envelope // the drafted bytes, with what signatures and approvals there are
	Incident  string
	Measure   string
	By        access.Actor
	Drafted   time.Time
	Phase     Phase
	Approvals []Consent
	Words     map[Host]Word   // the last word of each target
	Statuses  map[Host]Status // and what it amounts to
	Receipts  []seal.Envelope // all of them, in the order in which they came
	words     map[string]int  // how many there are of each host, by folded name
}

// Consent is an approval with the person it is by.
type Consent struct {
	Person access.Actor
	At     time.Time
}

// Agent is a host that is enrolled.
type Agent struct {
	Host   Host
	Key    seal.Key
	Since  time.Time
	Heard  bool      // it has called since it enrolled
	Silent time.Time // since when it has not called; zero while it does
	Root   uint64    // version of the trust root that it obeys, by its own word
	Strays []Word    // its receipts for orders that this hub never drafted
	taken  map[uint64]string
}

// Order gives the order with the id, ignoring case. The result is the state's own: read it under the owner's lock.
func (s State) Order(id ID) (*Standing, bool) {
	o, ok := s.orders[fold(id)]
	return o, ok
}

// Orders gives all orders in the order of their drafts.
func (s State) Orders() []*Standing {
	return slices.SortedFunc(maps.Values(s.orders), func(a, b *Standing) int {
		return cmp.Or(a.Drafted.Compare(b.Drafted), cmp.Compare(a.Order.N, b.Order.N), cmp.Compare(a.Order.ID, b.Order.ID))
	})
}

// Agent gives the enrolled agent of the host.
func (s State) Agent(h Host) (*Agent, bool) {
	a, ok := s.agents[fold(h)]
	return a, ok
}

// RootProposed gives the order of class trust that is on its way: the one that waits for approval, else the newest that agents still have to take.
func (s State) RootProposed() (*Standing, bool) {
	var found *Standing
	for _, o := range s.Orders() {
		if _, open := s.open[fold(o.Order.ID)]; open && o.Order.Verb == Trust && o.runs() {
			found = o
		}
	}
	return found, found != nil
}

// Agents gives all enrolled agents by name of host.
func (s State) Agents() []*Agent {
	return slices.SortedFunc(maps.Values(s.agents), func(a, b *Agent) int { return cmp.Compare(a.Host, b.Host) })
}

// For gives the issued orders that the host has not finished, in the order of their numbers: what its next exchange brings.
func (s State) For(h Host) []seal.Envelope {
	var due []*Standing
	for _, o := range s.open {
		if o.Phase == PhaseIssued && o.Order.For(h) && !o.status(h).Final() && !s.obeys(h, o) {
			due = append(due, o)
		}
	}
	slices.SortFunc(due, func(a, b *Standing) int { // whom to obey comes before what
		return cmp.Or(cmp.Compare(rank(a.Order.Verb), rank(b.Order.Verb)), cmp.Compare(a.Order.N, b.Order.N))
	})
	envelopes := make([]seal.Envelope, len(due))
	for i, o := range due {
		envelopes[i] = o.Envelope
	}
	return envelopes
}

// NextWake is when the next order runs out; zero when none does.
func (s State) NextWake() time.Time {
	var next time.Time
	for _, o := range s.open {
		if o.runs() && (next.IsZero() || o.Order.Expires.Before(next)) {
			next = o.Order.Expires
		}
	}
	return next
}

// runs says whether time can still run out for the order.
func (o *Standing) runs() bool {
	return o.Phase == PhaseDrafted || o.Phase == PhaseReady || o.Phase == PhaseIssued
}

// status is the last status of the host, matched ignoring case.
func (o *Standing) status(h Host) Status {
	for host, status := range o.Statuses {
		if fold(host) == fold(h) {
			return status
		}
	}
	return ""
}

func rank(v Verb) int {
	if v == Trust {
		return 0
	}
	return 1
}

// obeys says whether the order brings a trust root that the host's agent obeys already, or a newer one: it enrolled with it.
func (s State) obeys(h Host, o *Standing) bool {
	a, ok := s.Agent(h)
	return ok && o.Order.Verb == Trust && a.Root >= o.Order.N
}

// waiting is the targets that have not said a word yet; for a trust root, the agents that do not obey it yet.
func (s State) waiting(o *Standing) []Host {
	if o.Order.Verb == Trust {
		return s.Behind(o.Order.N)
	}
	var hosts []Host
	for _, h := range o.Order.Targets {
		if o.status(h) == "" {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// finished says whether every target has said its last word.
func (s State) finished(o *Standing) bool {
	if o.Order.Verb == Trust {
		return len(s.Behind(o.Order.N)) == 0
	}
	return !slices.ContainsFunc(o.Order.Targets, func(h Host) bool { return !o.status(h).Final() })
}

// Apply takes a fact in. It never refuses: what stands in the record has happened.
func Apply(s State, e Event, at access.Stamp) State {
	switch e := e.(type) {
	case Drafted:
		s.drafted(e, at)
	case Approved:
		o := s.orders[fold(e.ID)]
		o.Envelope.Approvals = append(o.Envelope.Approvals, e.Approval)
		o.Approvals = append(o.Approvals, Consent{e.Person, at.At})
	case Ready:
		s.orders[fold(e.ID)].Phase = PhaseReady
	case Issued:
		o := s.orders[fold(e.ID)]
		o.Envelope.Signatures = append(o.Envelope.Signatures, e.Signature)
		o.Phase = PhaseIssued
	case HostAccepted:
		s.heard(e.Word, Accepted)
	case HostExecuted:
		s.heard(e.Word, Executed)
	case HostRefused:
		s.heard(e.Word, Refused)
	case HostUnsure:
		s.heard(e.Word, Unknown)
	case HostReleased:
		s.heard(e.Word, Released)
	case Withdrawn:
		s.close(e.ID, PhaseWithdrawn)
	case RanOut:
		s.close(e.ID, PhaseExpired)
	case RootChanged:
		s.Root, s.RootSeq = e.Root, at.Seq
		s.origins = slices.DeleteFunc(s.origins, func(o string) bool { return o == e.Root.Origin })
		s.origins = slices.Insert(s.origins, 0, e.Root.Origin)
		s.origins = s.origins[:min(len(s.origins), maxOrigins)]
	case EnrolmentOffered:
		put(&s.offers, fold(e.Host), e)
	case AgentEnrolled:
		delete(s.offers, fold(e.Host))
		put(&s.agents, fold(e.Host), &Agent{Host: e.Host, Key: e.Key, Since: at.At, Root: s.Root.Version, taken: map[uint64]string{}})
	case AgentSilent:
		s.agents[fold(e.Host)].Silent = e.Since
	case AgentHeard:
		a := s.agents[fold(e.Host)]
		a.Heard, a.Silent = true, time.Time{}
	}
	return s
}

func (s *State) drafted(e Drafted, at access.Stamp) {
	o, err := Parse([]byte(e.Payload))
	if err != nil {
		panic("the record holds an order that does not parse: " + err.Error()) // Decide parsed the same bytes; only a changed parser can come here
	}
	st := &Standing{
		Order: o, Envelope: seal.Envelope{PayloadType: PayloadType, Payload: []byte(e.Payload)}, Incident: e.Incident, Measure: e.Measure,
		By: at.By, Drafted: at.At, Phase: PhaseDrafted, Words: map[Host]Word{}, Statuses: map[Host]Status{}, words: map[string]int{},
	}
	put(&s.orders, fold(e.ID), st)
	put(&s.open, fold(e.ID), st)
	s.Last = s.Last.Raised(o.Class, o.N)
	if o.Verb == Trust {
		s.proposed = max(s.proposed, o.N)
	}
}

// heard files a receipt with its order, or as a stray of the agent.
func (s *State) heard(w Word, status Status) {
	if a, ok := s.agents[fold(w.Host)]; ok {
		a.taken[w.Counter] = Hash(w.Envelope.Payload)
		if w.ID == "" {
			a.Strays = append(a.Strays, w)
		}
	}
	o, ok := s.target(w.ID, w.Host)
	if !ok {
		return
	}
	o.Words[w.Host], o.Statuses[w.Host] = w, status
	o.Receipts = append(o.Receipts, w.Envelope)
	o.words[fold(w.Host)]++
	if a := s.agents[fold(w.Host)]; a != nil && o.Order.Verb == Trust && status == Executed {
		a.Root = max(a.Root, o.Order.N)
	}
	if s.finished(o) {
		delete(s.open, fold(w.ID))
	}
}

// target gives the order if it exists and the host is among its targets.
func (s *State) target(id ID, h Host) (*Standing, bool) {
	o, ok := s.orders[fold(id)]
	return o, ok && o.Order.For(h)
}

func (s *State) close(id ID, phase Phase) {
	s.orders[fold(id)].Phase = phase
	delete(s.open, fold(id))
}

// put writes to a map that the zero State does not have yet.
func put[V any](m *map[string]V, key string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = v
}
