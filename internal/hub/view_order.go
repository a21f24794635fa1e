package hub

import "time"

// OrdersView lists the orders, those that wait for a person first.
type OrdersView struct {
	Frame   Frame
	Trust   TrustState
	Waiting []OrderLine
	Running []OrderLine
	Done    []OrderLine
}

// OrderLine is an order in one line.
type OrderLine struct {
	ID       string
	N        uint64
	Class    string
	Verb     string
	Targets  []string
	Reason   string
	State    string // drafted, ready, issued, accepted, executed, refused, unknown, released, expired, withdrawn
	Got      int    // approvals given by different persons
	Needed   int
	By       string
	Drafted  time.Time
	Expires  time.Time
	Incident string
	Seq      uint64
}

// OrderView is one order with all that is needed to approve it, or to check later that it was approved.
type OrderView struct {
	Frame Frame
	OrderLine
	Measure      string // the containment measure it carries out, m-1; empty when none
	LeaseSeconds int
	Impact       ImpactTotals
	Customers    []ImpactCustomer
	PayloadType  string
	Payload      []byte       // exactly the bytes that are signed, wrapped in PAE
	Hash         string       // SHA-256 of the payload, hex: what `order approve --hash` compares and receipts name
	Words        []string     // the same hash as words, to be compared by voice
	Trust        *TrustChange // whom agents shall obey, for an order of class trust
	Passkeys     []PasskeyRef // with which the reader can approve here, in the browser
	Approvals    []ApprovalLine
	Receipts     []ReceiptLine
	Probes       []ProbeLine
	History      []Fact
	MayApprove   bool   // the reader has an approver key and has not approved yet
	Releasable   bool   // a cut in force for which no release is under way
	Release      string // the order that undoes this one, if any
}

// ApprovalLine is one person's consent.
type ApprovalLine struct {
	Person       string
	Organisation string
	Key          string // fingerprint
	At           time.Time
	Seq          uint64
}

// ReceiptLine is one report of an agent.
type ReceiptLine struct {
	Host     string
	Status   string
	Code     string
	Evidence string
	At       time.Time // the agent's time
	Seq      uint64
}

// ProbeLine is one look from outside.
type ProbeLine struct {
	Target  string
	Vantage string
	Want    bool // should it answer?
	OK      bool // did it answer?
	Detail  string
	At      time.Time
}
