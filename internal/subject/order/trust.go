package order

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
)

// TrustParams is what an order of class trust says: the whole new root, so that those who approve see what they sign, and nothing has to be fetched beside it.
type TrustParams struct {
	Root Root             `json:"root"`
	Of   []string         `json:"of"`             // origins of the roots that it may replace: approved in a drill, it means nothing to real agents
	Hubs []netip.AddrPort `json:"hubs,omitempty"` // where agents call from now on; none for where they do
	CA   string           `json:"ca,omitempty"`   // SHA-256 fingerprint of the certificate that they find there; empty for the one they know
}

// NewTrust is the new trust that the order brings, and false for orders that bring none. The order must have been parsed.
func (o Order) NewTrust() (p TrustParams, ok bool) {
	if o.Verb != Trust {
		return p, false
	}
	p, err := parse[TrustParams](o.Params)
	return p, err == nil
}

// succeeds says why the new root cannot come after the one that is obeyed; nil when it can.
func (p TrustParams) succeeds(root Root, id ID) error {
	switch {
	case !slices.Contains(p.Of, root.Origin):
		return refuse(OtherHost, "could not obey order %s: it is not for those who obey %s", id, root.Origin)
	case p.Root.Version <= root.Version:
		return refuse(Overtaken, "could not obey order %s: trust root %d is not above %d, which is obeyed", id, p.Root.Version, root.Version).Hinted("propose it anew")
	}
	return nil
}

func readTrust(value jsontext.Value) error {
	p, err := parse[TrustParams](value)
	if err != nil {
		return err
	}
	return p.check()
}

func (p TrustParams) check() error {
	if err := p.Root.Check(); err != nil {
		return err
	}
	if p.Root.People() < p.Root.Threshold {
		return malformed("it names %d people, and %d must approve the next change: nobody could ever make it", p.Root.People(), p.Root.Threshold)
	}
	if len(p.Of) == 0 || len(p.Of) > maxOrigins || len(p.Hubs) > maxHubs {
		return malformed("it names %d origins and %d addresses, want 1 to %d and at most %d", len(p.Of), len(p.Hubs), maxOrigins, maxHubs)
	}
	for _, h := range p.Hubs {
		if a := h.Addr(); !a.IsValid() || a.IsUnspecified() || a.IsMulticast() || a.Zone() != "" || h.Port() == 0 {
			return malformed("%s is no address that a hub can be reached at", h)
		}
	}
	if err := p.checkTexts(); err != nil {
		return err
	}
	if p.CA == "" {
		return nil
	}
	raw, err := base64.RawStdEncoding.Strict().DecodeString(strings.TrimPrefix(p.CA, "SHA256:"))
	if err != nil || len(raw) != sha256.Size || !strings.HasPrefix(p.CA, "SHA256:") {
		return malformed("the fingerprint %q is not SHA256: and 43 characters", p.CA)
	}
	return nil
}

// checkTexts refuses what would draw on the terminal of the one who reads the root before signing it.
func (p TrustParams) checkTexts() error {
	texts := append([]string{p.Root.Origin}, p.Of...)
	for _, a := range p.Root.Approvers {
		if a.Organisation != "" {
			texts = append(texts, a.Organisation)
		}
	}
	for _, t := range texts {
		if err := access.CheckText("name", t, MaxHead); err != nil {
			return err
		}
	}
	return nil
}

// Ruled says whether the trust root is bound: somebody obeys it, and enough people stand in it to change it. From then on only they do, for the agents of today and
// for those that enrol tomorrow. Before, whoever manages this house sets it, since there is nobody who could approve and nobody who obeys.
func (s State) Ruled() bool { return len(s.agents) > 0 && s.Root.People() >= s.Root.Threshold }

func (s State) setRoot(c SetRoot) ([]Event, error) {
	if err := c.Root.Check(); err != nil {
		return nil, err
	}
	if s.Ruled() {
		return nil, fault.New(fault.Forbidden, "order.root_ruled", "could not take the trust root: agents obey root %d, and only the people in it change that", s.Root.Version).
			Hinted("propose the new root to them: an order of class trust")
	}
	if c.Root.Version != s.Root.Version+1 {
		return nil, fault.New(fault.Stale, "order.root_version", "could not take the trust root: it is version %d, want %d", c.Root.Version, s.Root.Version+1)
	}
	return []Event{RootChanged(c)}, nil
}

func (s State) proposeRoot(c ProposeRoot, at access.Stamp) ([]Event, error) {
	if !s.Ruled() {
		return nil, fault.New(fault.Conflict, "order.root_free", "could not propose a trust root: while no agent is enrolled, or fewer than %d people have approver keys, a change of keys takes effect at once", max(s.Root.Threshold, 2))
	}
	next := c.Root
	next.Version, next.Threshold = max(s.Root.Version, s.proposed)+1, s.Root.Threshold
	if c.Threshold != 0 {
		next.Threshold = c.Threshold
	}
	if next.People() < next.Threshold {
		return nil, fault.New(fault.Conflict, "order.root_dead", "could not propose the trust root: %d people have approver keys here, and %d must approve the next change", next.People(), next.Threshold).
			Hinted("enrol keys of more people first")
	}
	if next.Same(s.Root) && len(c.Hubs) == 0 && c.CA == "" && len(s.Behind(s.Root.Version)) == 0 {
		return nil, fault.New(fault.Conflict, "order.root_same", "could not propose a trust root: it says the same as root %d, and every agent obeys that", s.Root.Version)
	}
	params, err := json.Marshal(TrustParams{Root: next, Of: s.origins, Hubs: c.Hubs, CA: c.CA}, json.Deterministic(true))
	if err != nil {
		return nil, malformed("%w", err)
	}
	if len(params) > MaxOrder-rootRest {
		return nil, fault.New(fault.Conflict, "order.root_size", "could not propose the trust root: it has %d bytes, at most %d fit into an order", len(params), MaxOrder-rootRest).
			Hinted("remove keys that nobody uses")
	}
	if _, ok := s.Order(rootID(next.Version)); ok {
		return nil, fault.New(fault.Conflict, "order.exists", "could not propose the trust root: there is an order %s", rootID(next.Version))
	}
	draft := Draft{ID: rootID(next.Version), Verb: Trust, Params: params, Reason: c.Reason}
	o := draft.order(at.At)
	o.N, o.Expires = next.Version, o.NotBefore.Add(MaxLife) // hosts that are off shall still get it
	payload, err := o.Marshal()
	if err != nil {
		return nil, err
	}
	return append(s.withdrawRoots(next.Version), Drafted{ID: o.ID, Payload: string(payload)}), nil
}

// withdrawRoots takes back the proposals that wait: two that were approved side by side would divide the agents.
func (s State) withdrawRoots(next uint64) []Event {
	var events []Event
	for _, o := range s.Orders() {
		if o.Order.Verb == Trust && (o.Phase == PhaseDrafted || o.Phase == PhaseReady) {
			events = append(events, Withdrawn{o.Order.ID, "replaced by " + string(rootID(next))})
		}
	}
	return events
}

// rootID names the order that brings a root.
func rootID(version uint64) ID { return ID(fmt.Sprintf("trust-%d", version)) }

// Same tells whether two roots say the same, whatever their versions.
func (r Root) Same(other Root) bool {
	r.Version, other.Version = 0, 0
	a, errA := json.Marshal(r, json.Deterministic(true))
	b, errB := json.Marshal(other, json.Deterministic(true))
	return errA == nil && errB == nil && string(a) == string(b)
}

// Behind is the enrolled hosts whose agents have not said yet that they obey a root of that version or a higher one.
func (s State) Behind(version uint64) []Host {
	var hosts []Host
	for _, a := range s.Agents() {
		if a.Root < version {
			hosts = append(hosts, a.Host)
		}
	}
	return hosts
}
