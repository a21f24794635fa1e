package order

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
)

// desk is a subject with a clock: events in, events out, as the hub does it.
type desk struct {
	state State
	now   time.Time
	facts []Event
}

func (d *desk) do(c Command) error {
	at := access.Stamp{By: "user:anna", At: d.now, HappenedAt: d.now}
	events, err := Decide(d.state, c, at)
	for _, e := range events {
		d.state = Apply(d.state, e, at)
	}
	d.facts = append(d.facts, events...)
	return err
}

const token = "a-token-of-20-bytes!"

// open is a desk with a root and one enrolled agent.
func open(t testing.TB) *desk {
	t.Helper()
	d := &desk{now: start}
	for _, c := range []Command{SetRoot{testRoot(t)}, OfferEnrolment{Host: self, TokenHash: TokenHash(token)}, Enrol{self, signer(t, agentSeed).Public(), token}} {
		if err := d.do(c); err != nil {
			t.Fatal(err)
		}
	}
	d.facts = nil
	return d
}

func (d *desk) kinds() string {
	var kinds []string
	for _, e := range d.facts {
		kinds = append(kinds, strings.TrimPrefix(e.Kind(), "order."))
	}
	return strings.Join(kinds, " ")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		t.Errorf("%s: %v (code %s), want code %s", what, err, fault.CodeOf(err), code)
	}
}

func (d *desk) approveBy(t testing.TB, id ID, seed byte) error {
	o, ok := d.state.Order(id)
	if !ok {
		t.Fatalf("there is no order %s", id)
	}
	return d.do(Approve{ID: id, Approval: seal.Approve(signer(t, seed), PayloadType, o.Envelope.Payload)})
}

func (d *desk) issue(t testing.TB, id ID) error {
	o, _ := d.state.Order(id)
	e := seal.Envelope{PayloadType: PayloadType, Payload: o.Envelope.Payload}
	e.Sign(signer(t, hubSeed))
	return d.do(Issue{id, e.Signatures[0]})
}

// receipt fills in what a test does not care about.
func receipt(t testing.TB, r Receipt) seal.Envelope {
	r.V, r.At = Version, start
	r.Host = cmp.Or(r.Host, self)
	r.OrderHash = cmp.Or(r.OrderHash, Hash([]byte("other")))
	return r.Seal(signer(t, agentSeed))
}

func (d *desk) hash(id ID) string {
	o, _ := d.state.Order(id)
	return Hash(o.Envelope.Payload)
}

var draftCut = Draft{ID: "o-1", Verb: Isolate, Targets: []Host{self}, Reason: "encrypts the file share", Incident: "i-1"}
var draftRelease = Draft{ID: "o-2", Verb: Release, Targets: []Host{self}, Reason: "cleared"}

// The whole way of a cut, and what the agent gets is what the agent obeys.
func TestLifeOfAnOrder(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	if got := d.state.For(self); len(got) != 0 {
		t.Fatal("an order without approval is handed out")
	}
	must(t, d.approveBy(t, "o-1", annaSeed)) // the one who drafted approves
	must(t, d.issue(t, "o-1"))
	handed := d.state.For(self)
	if len(handed) != 1 {
		t.Fatalf("%d orders are handed out, want 1", len(handed))
	}
	o, err := Verify(handed[0], d.state.Root, self, Last{}, d.now)
	if err != nil || o.N != 1 || o.Class != Cut || o.ConfirmS != DefaultConfirm || o.End != EndHold {
		t.Fatalf("the agent reads %+v, %v", o, err)
	}
	must(t, d.do(Receive{receipt(t, Receipt{Counter: 1, Order: "o-1", OrderHash: d.hash("o-1"), Status: Accepted})}))
	if len(d.state.For(self)) != 1 {
		t.Error("an order that was only accepted is no longer handed out: a lost result would stay lost")
	}
	done := Receive{receipt(t, Receipt{Counter: 2, Order: "o-1", OrderHash: d.hash("o-1"), Status: Executed, After: "trial"})}
	must(t, d.do(done))
	must(t, d.do(done)) // agents repeat themselves
	must(t, d.do(Receive{receipt(t, Receipt{Counter: 3, Order: "o-1", OrderHash: d.hash("o-1"), Status: Released, Code: Ordered})}))
	if want := "drafted approved ready issued accepted executed released"; d.kinds() != want {
		t.Errorf("facts are %s, want %s", d.kinds(), want)
	}
	if len(d.state.For(self)) != 0 {
		t.Error("a finished order is still handed out")
	}
}

func TestApprovals(t *testing.T) {
	d := open(t)
	must(t, d.do(draftRelease))
	must(t, d.approveBy(t, "o-2", annaSeed))
	wantCode(t, "same key twice", d.approveBy(t, "o-2", annaSeed), "order.same_person")
	wantCode(t, "second key of one person", d.approveBy(t, "o-2", annaSecondSeed), "order.same_person")
	wantCode(t, "stranger", d.approveBy(t, "o-2", strangerSeed), string(UnknownKey))
	wantCode(t, "other bytes", d.do(Approve{ID: "o-2", Approval: seal.Approve(signer(t, benSeed), PayloadType, []byte("x"))}), string(OtherBytes))
	wantCode(t, "not ready", d.issue(t, "o-2"), "order.phase")
	wantCode(t, "no such order", d.do(Approve{ID: "o-9"}), "order.not_found")
	must(t, d.approveBy(t, "o-2", benSeed))
	if want := "drafted approved approved ready"; d.kinds() != want {
		t.Errorf("facts are %s, want %s", d.kinds(), want)
	}
	wantCode(t, "signature of a person", d.do(Issue{"o-2", seal.Signature{Sig: seal.Approve(signer(t, benSeed), PayloadType, []byte("x")).Sig}}), string(NotHub))
	must(t, d.issue(t, "o-2"))
}

func TestDraftRefusals(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	for name, c := range map[string]struct {
		draft Draft
		code  string
	}{
		"same id in other case":   {Draft{ID: "O-1", Verb: Isolate, Targets: []Host{self}, Reason: "r"}, "order.exists"},
		"host without agent":      {Draft{ID: "a", Verb: Isolate, Targets: []Host{"host:x"}, Reason: "r"}, "order.not_enrolled"},
		"class talked down":       {Draft{ID: "a", Class: Read, Verb: Isolate, Targets: []Host{self}, Reason: "r"}, string(Malformed)},
		"unknown verb":            {Draft{ID: "a", Verb: "run", Targets: []Host{self}, Reason: "r"}, string(UnknownVerb)},
		"no reason":               {Draft{ID: "a", Verb: Isolate, Targets: []Host{self}}, string(Malformed)},
		"reason is not UTF-8":     {Draft{ID: "a", Verb: Isolate, Targets: []Host{self}, Reason: "\xff"}, string(Malformed)},
		"reason steers":           {Draft{ID: "a", Verb: Isolate, Targets: []Host{self}, Reason: "r\x1b[2J"}, string(Malformed)},
		"params are not JSON":     {Draft{ID: "a", Verb: Isolate, Targets: []Host{self}, Reason: "r", Params: []byte("{")}, string(Malformed)},
		"over before it began":    {Draft{ID: "a", Verb: Isolate, Targets: []Host{self}, Reason: "r", NotBefore: start.Add(-time.Hour), Expires: start}, "order.expired"},
		"not a reference to host": {Draft{ID: "a", Verb: Isolate, Targets: []Host{"fs-01"}, Reason: "r"}, string(Malformed)},
	} {
		wantCode(t, name, d.do(c.draft), c.code)
	}
	empty := &desk{now: start}
	wantCode(t, "no root", empty.do(draftCut), "order.no_root")
}

func TestTimeRunsOut(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	must(t, d.do(Draft{ID: "r-1", Verb: Report, Params: []byte(`{"of":"state"}`), Targets: []Host{self}, Reason: "look", Expires: start.Add(time.Minute)}))
	if wake := d.state.NextWake(); !wake.Equal(start.Add(time.Minute)) {
		t.Errorf("next wake-up is %s", wake)
	}
	must(t, d.do(Tick{}))
	d.now, d.facts = start.Add(DefaultLife), nil
	wantCode(t, "approval too late", d.approveBy(t, "o-1", annaSeed), "order.expired")
	must(t, d.do(Tick{}))
	must(t, d.do(Tick{}))
	if d.kinds() != "expired expired" || !d.state.NextWake().IsZero() {
		t.Errorf("facts are %q, next wake-up %s", d.kinds(), d.state.NextWake())
	}
}

func TestWithdraw(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	wantCode(t, "without reason", d.do(Withdraw{ID: "o-1"}), "order.reason")
	must(t, d.do(Withdraw{"o-1", "wrong host"}))
	wantCode(t, "twice", d.do(Withdraw{"o-1", "again"}), "order.phase")
	wantCode(t, "approve afterwards", d.approveBy(t, "o-1", annaSeed), "order.phase")
}

// A receipt is worth what its signature and its order's bytes are worth.
func TestReceipts(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	must(t, d.approveBy(t, "o-1", annaSeed))
	must(t, d.issue(t, "o-1"))
	forged := Receipt{V: 1, Host: self, Counter: 1, Order: "o-1", OrderHash: d.hash("o-1"), Status: Executed, At: start}.Seal(signer(t, strangerSeed))
	wantCode(t, "signed by another", d.do(Receive{forged}), "order.receipt_key")
	wantCode(t, "of a host unknown", d.do(Receive{receipt(t, Receipt{Host: "host:x", Counter: 1, Status: Executed})}), "order.receipt_key")
	wantCode(t, "code not on the list", d.do(Receive{receipt(t, Receipt{Counter: 1, Status: Refused, Code: "because"})}), "order.receipt")

	must(t, d.do(Receive{receipt(t, Receipt{Counter: 1, Order: "o-1", Status: Refused, Code: Unapproved})}))
	if len(d.state.For(self)) != 1 {
		t.Error("the refusal of forged bytes finished the real order")
	}
	if a, _ := d.state.Agent(self); len(a.Strays) != 1 || a.Strays[0].Code != Unapproved {
		t.Errorf("the refusal is not on file: %+v", a.Strays)
	}
	wantCode(t, "number used twice", d.do(Receive{receipt(t, Receipt{Counter: 1, Status: Unknown})}), "order.counter")
}

// A captured host can sign what it likes: it cannot unsay what it said, and not fill the record.
func TestReceiptsGoForward(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	must(t, d.approveBy(t, "o-1", annaSeed))
	must(t, d.issue(t, "o-1"))
	counter := uint64(0)
	say := func(s Status) error {
		counter++
		return d.do(Receive{receipt(t, Receipt{Counter: counter, Order: "o-1", OrderHash: d.hash("o-1"), Status: s})})
	}
	must(t, say(Refused)) // the envelope lacked an approval
	for _, s := range []Status{Accepted, Executed, Released} {
		must(t, say(s)) // it was brought by hand
		for _, back := range []Status{Accepted, Refused, Unknown, Executed} {
			if s != Accepted || back == Accepted {
				wantCode(t, string(s+" to "+back), say(back), "order.backward")
			}
		}
	}
	if o, _ := d.state.Order("o-1"); o.status("host:FS-01") != Released || len(o.Receipts) != 4 {
		t.Errorf("it stands at %s after %d receipts", o.status(self), len(o.Receipts))
	}

	must(t, d.do(Draft{ID: "o-3", Verb: Isolate, Targets: []Host{"host:FS-01"}, Reason: "r"}))
	var err error
	for counter = 100; counter < 200 && err == nil; counter++ {
		err = d.do(Receive{receipt(t, Receipt{Counter: counter, Order: "o-3", OrderHash: d.hash("o-3"), Status: Refused})})
	}
	wantCode(t, "one refusal after the other", err, "order.words")
	if o, _ := d.state.Order("o-3"); len(o.Receipts) != maxWords {
		t.Errorf("%d receipts were taken", len(o.Receipts))
	}
}

func TestTrustAndEnrolment(t *testing.T) {
	d := open(t)
	wantCode(t, "an agent is bound", d.do(SetRoot{testRoot(t)}), "order.root_ruled")
	wantCode(t, "same version again", (&desk{now: start, state: State{Root: testRoot(t)}}).do(SetRoot{testRoot(t)}), "order.root_version")
	wantCode(t, "token used twice", d.do(Enrol{self, signer(t, 7).Public(), token}), "order.token")
	must(t, d.do(OfferEnrolment{Host: "host:b", TokenHash: TokenHash(token)}))
	wantCode(t, "wrong token", d.do(Enrol{"host:b", signer(t, 7).Public(), token + "x"}), "order.token")
	wantCode(t, "copied key", d.do(Enrol{"host:b", signer(t, agentSeed).Public(), token}), "order.key_taken")
	wantCode(t, "key of the hub", d.do(Enrol{"host:b", signer(t, hubSeed).Public(), token}), "order.key_taken")
	d.now = d.now.Add(OfferLife)
	wantCode(t, "token too old", d.do(Enrol{"host:b", signer(t, 7).Public(), token}), "order.token")
	wantCode(t, "token good for a day", d.do(OfferEnrolment{Host: self, TokenHash: TokenHash(token), Expires: d.now.Add(24 * time.Hour)}), "order.token")
}

func TestSilence(t *testing.T) {
	d := open(t)
	for range 2 {
		must(t, d.do(Hear{self}))
	}
	for range 2 {
		must(t, d.do(Silence{self, d.now}))
	}
	must(t, d.do(Hear{self}))
	if d.kinds() != "agent_heard agent_silent agent_heard" {
		t.Errorf("facts are %s", d.kinds())
	}
	wantCode(t, "nobody", d.do(Hear{"host:x"}), "order.not_enrolled")
}

// Whatever is asked in whatever order: an order that is handed out is one that its agent obeys; and the record alone gives the same state.
func TestHandedOutMeansObeyed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := open(t)
		id := rapid.SampledFrom([]ID{"a", "b", "c"})
		seed := rapid.SampledFrom([]byte{annaSeed, annaSecondSeed, benSeed, strangerSeed})
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			which := id.Draw(rt, "id")
			o, exists := d.state.Order(which)
			switch step := rapid.SampledFrom([]string{"draft", "approve", "approve", "issue", "withdraw", "wait", "receive"}).Draw(rt, "step"); {
			case step == "draft":
				draft := rapid.SampledFrom([]Draft{draftCut, draftRelease}).Draw(rt, "draft")
				draft.ID = which
				_ = d.do(draft)
			case step == "wait":
				d.now = d.now.Add(4 * time.Minute)
				_ = d.do(Tick{})
			case !exists:
			case step == "approve":
				_ = d.approveBy(t, which, seed.Draw(rt, "seed"))
			case step == "issue":
				_ = d.issue(t, which)
			case step == "withdraw":
				_ = d.do(Withdraw{which, "no"})
			case step == "receive" && o.Phase == PhaseIssued:
				_ = d.do(Receive{receipt(t, Receipt{Counter: rapid.Uint64Range(1, 5).Draw(rt, "counter"), Order: which, OrderHash: d.hash(which), Status: Executed})})
			}
			last := Last{}
			for _, e := range d.state.For(self) {
				got, err := Verify(e, d.state.Root, self, last, d.now)
				if err != nil {
					rt.Fatalf("handed out, but refused: %v", err)
				}
				last = last.Raised(got.Class, got.N)
			}
		}
	})
}

// Facts survive the journal: what is written down reads back the same.
func TestFactsRoundTrip(t *testing.T) {
	d := open(t)
	must(t, d.do(draftCut))
	must(t, d.approveBy(t, "o-1", annaSeed))
	must(t, d.do(Receive{receipt(t, Receipt{Counter: 2, Status: Refused, Code: Expired})}))
	roundTrip[Drafted](t, d.facts[0])
	roundTrip[Approved](t, d.facts[1])
	roundTrip[Ready](t, d.facts[2])
	roundTrip[HostRefused](t, d.facts[3])
	roundTrip[RootChanged](t, RootChanged{testRoot(t)})
}

func roundTrip[E Event](t *testing.T, fact Event) {
	t.Helper()
	data, err := json.Marshal(fact)
	must(t, err)
	var back E
	must(t, json.Unmarshal(data, &back, json.RejectUnknownMembers(true)))
	if diff := gocmp.Diff(fact, Event(back)); diff != "" {
		t.Errorf("%s changed: %s", fact.Kind(), diff)
	}
}
