// Package contain knows every measure by which one host was cut off the net and opened again: what it was meant to cost whom, which orders carried it out,
// and what a look from outside said about it afterwards. It refuses to know how an order is approved or travels, how a probe is run, and what becomes of the cells:
// orders are named here by their id only, and the results of probes come in with a command.
//
// An agent's word is never enough: a cut counts as [StageVerified] only when probes from outside fail, an opening as [StageReopened] only when they pass.
// Start at [Measure]; the way through its stages is drawn beside [Stage].
package contain

import (
	"slices"
	"time"

	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/incident"
)

// ID names a measure, `m-1` when nobody chose a better one.
type ID string

// Stage says how far a measure has come.
//
//	proposed ──► enforced ──► verified ──┐        opening ──► lifted ──► reopened
//	   │  ╲          ╲──► contradicted ──┴──────►    │           ╲──► contradicted
//	   │   ╲──► failed          (back to verified    ▼
//	   ╰──► withdrawn            or contradicted: the release failed or was withdrawn)
//
// A contradicted measure can be looked at again and then becomes verified or reopened; a verified one can become contradicted.
// When a later measure on the same host is enforced, the one before it is superseded, wherever it stood.
type Stage string

const (
	StageProposed     Stage = "proposed"     // the impact was shown, an order waits for approvals or is on its way
	StageEnforced     Stage = "enforced"     // the agent says that the host is cut off
	StageVerified     Stage = "verified"     // every probe from outside fails: it is really cut off
	StageContradicted Stage = "contradicted" // what is seen from outside is not what the agent says
	StageOpening      Stage = "opening"      // a release is proposed, waits for approvals or is on its way; the host is still cut off
	StageLifted       Stage = "lifted"       // the agent says that the host is open
	StageReopened     Stage = "reopened"     // every probe from outside passes
	StageWithdrawn    Stage = "withdrawn"    // taken back before an agent acted
	StageFailed       Stage = "failed"       // the order to cut was refused or expired
	StageSuperseded   Stage = "superseded"   // a later measure cut the same host off; what comes next is decided there
)

// Stages are all stages, in the order in which they usually come.
var Stages = []Stage{StageProposed, StageEnforced, StageVerified, StageContradicted, StageOpening, StageLifted, StageReopened, StageWithdrawn, StageFailed, StageSuperseded}

// Direction says which way an order moves the host.
type Direction string

const (
	ToCut  Direction = "cut"
	ToOpen Direction = "open"
)

// Directions are both directions.
var Directions = []Direction{ToCut, ToOpen}

// Probed is the result of one look from outside. Passed means that the host answered as it should when it is open.
type Probed struct {
	Kind   string `json:"kind"`   // `tcp`, `http`
	Target string `json:"target"` // `10.1.2.3:443`
	Passed bool   `json:"passed"`
	Detail string `json:"detail,omitempty"`
}

// Measure is one host's way off the net and back, as it stands. All times are when it happened; zero means not yet.
type Measure struct {
	ID        ID
	Incident  incident.ID
	Host      catalogue.Ref // `host:web-01`
	Stage     Stage
	Executed  Direction          // what an agent did last; empty before the first order was carried out
	Cells     []catalogue.CellID // the cells that the host carries, sorted
	Lost      int                // cells that were shown as lost at the proposal
	Degraded  int                // cells that were shown as degraded
	Customers int                // customers who were shown as concerned

	CutOrder  string // the order to cut; empty until it was drafted
	OpenOrder string // the newest order to open; empty until it was drafted
	Code      string // why the newest order failed; empty when it did not
	Probes    []Probed
	Detail    string // why the measure is contradicted; empty when it is not

	By         access.Actor // who proposed the cut
	ProposedAt time.Time
	EnforcedAt time.Time
	VerifiedAt time.Time
	LiftedAt   time.Time
	ReopenedAt time.Time

	First uint64 // number of the entry that proposed it; the reason is read from its private part
	Seq   uint64 // number of the entry that changed it last

	before Stage // the stage to which a failed or withdrawn release falls back
}

// Over says whether the measure is history: nothing more is to be done about it.
func (m Measure) Over() bool {
	return m.in(StageReopened, StageWithdrawn, StageFailed, StageSuperseded)
}

// Live says whether the measure keeps its host off the net, or asks for that, so that a second one on the host would be a mistake.
// A host that was opened can be cut off again at once, before anybody looked at it from outside: what comes back infected must not wait for a probe.
func (m Measure) Live() bool {
	return m.in(StageProposed, StageEnforced, StageVerified, StageOpening) || m.Stage == StageContradicted && m.Executed == ToCut
}

// Awaits says whether the measure waits for this order to be carried out. An order's end is news for its measure only then.
func (m Measure) Awaits(order string) bool {
	d, waits := m.pending()
	return waits && same(m.ordered(d), order)
}

func (m Measure) in(stages ...Stage) bool { return slices.Contains(stages, m.Stage) }

// pending is the direction of the proposal that no agent has carried out yet.
func (m Measure) pending() (Direction, bool) {
	switch m.Stage {
	case StageProposed:
		return ToCut, true
	case StageOpening:
		return ToOpen, true
	}
	return "", false
}

// ordered is the order of the pending proposal, empty before it was drafted.
func (m Measure) ordered(d Direction) string {
	if d == ToCut {
		return m.CutOrder
	}
	return m.OpenOrder
}
