package contain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
)

var (
	ten    = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)
	anna   = access.Stamp{By: "user:anna", At: ten.Add(time.Minute), HappenedAt: ten}
	cells  = []catalogue.CellID{"S1@bkk-ahornwerk", "S2@bkk-ahornwerk"}
	silent = []Probed{{Kind: "tcp", Target: "10.1.2.3:443", Detail: "timeout"}, {Kind: "http", Target: "http://10.1.2.3/", Detail: "timeout"}}
	leaky  = []Probed{silent[0], {Kind: "http", Target: "http://10.1.2.3/", Passed: true, Detail: "200"}}
	fine   = []Probed{{Kind: "tcp", Target: "10.1.2.3:443", Passed: true}, {Kind: "http", Target: "http://10.1.2.3/", Passed: true}}
	half   = []Probed{fine[0], silent[1]}

	propose  = Propose{Incident: "inc-1", Host: "host:web-01", Reason: "beacons", Cells: []catalogue.CellID{cells[1], cells[0], cells[1]}, Lost: 2, Degraded: 3, Customers: 1, Known: true, IncidentOpen: true}
	proposed = Proposed{ID: "m-1", Incident: "inc-1", Host: "host:web-01", Cells: cells, Lost: 2, Degraded: 3, Customers: 1, Private: ProposedPrivate{Reason: "beacons"}}
	toCut    = Ordered{ID: "m-1", Order: "m-1-cut", Direction: ToCut}
	enforced = Enforced{ID: "m-1", Order: "m-1-cut"}
	verified = Verified{ID: "m-1", Probes: silent}
	leaks    = Contradicted{ID: "m-1", Direction: ToCut, Probes: leaky, Detail: "http http://10.1.2.3/ still answers"}
	opening  = Opening{ID: "m-1", Private: OpeningPrivate{Reason: "clean"}}
	toOpen   = Ordered{ID: "m-1", Order: "m-1-open", Direction: ToOpen}
	lifted   = Lifted{ID: "m-1", Order: "m-1-open"}
	dead     = Contradicted{ID: "m-1", Direction: ToOpen, Probes: half, Detail: "http http://10.1.2.3/ does not answer"}
	reopened = Reopened{ID: "m-1", Probes: fine}
	refused  = Failed{ID: "m-1", Order: "m-1-cut", Direction: ToCut, Code: "expired"}
	closed   = Failed{ID: "m-1", Order: "m-1-open", Direction: ToOpen, Code: "overtaken"}
	taken    = Withdrawn{ID: "m-1", Direction: ToCut, Order: "m-1-cut", Private: WithdrawnPrivate{Reason: "false alarm"}}
	kept     = Withdrawn{ID: "m-1", Direction: ToOpen, Private: WithdrawnPrivate{Reason: "false alarm"}}

	whole = []Event{proposed, toCut, enforced, verified, opening, toOpen, lifted, reopened}
	cut   = whole[:4]
)

func after(events []Event, more ...Event) []Event { return slices.Concat(events, more) }

func with(change func(*Propose)) Propose {
	c := propose
	change(&c)
	return c
}

// fold is the state after the events, numbered from 1 as the record would.
func fold(events ...Event) State {
	var s State
	for n, e := range events {
		at := anna
		at.Seq = uint64(n + 1)
		s = Apply(s, e, at)
	}
	return s
}

// Every row is a decision: what was, what is asked, and the facts or the code of the fault that answer.
func TestDecide(t *testing.T) {
	second := proposed
	second.ID = "m-2"
	for name, row := range map[string]struct {
		given []Event
		when  Command
		then  []Event
		fault string
	}{
		"propose":                            {nil, propose, []Event{proposed}, ""},
		"propose again after a failure":      {[]Event{proposed, toCut, refused}, propose, []Event{second}, ""},
		"propose again after a withdrawal":   {[]Event{proposed, toCut, taken}, propose, []Event{second}, ""},
		"propose again when it is open":      {whole, propose, []Event{second}, ""},
		"propose again before it is seen":    {whole[:7], propose, []Event{second}, ""},
		"propose again when it stays silent": {after(whole[:7], dead), propose, []Event{second}, ""},
		"propose a host twice":               {whole[:1], propose, nil, "contain.live"},
		"propose a host that is cut":         {cut, propose, nil, "contain.live"},
		"propose a host that leaks":          {after(whole[:3], leaks), propose, nil, "contain.live"},
		"propose a host that is opening":     {whole[:5], propose, nil, "contain.live"},
		"propose it in another case":         {cut, with(func(c *Propose) { c.Host = "host:WEB-01" }), nil, "contain.live"},
		"propose another host":               {cut, with(func(c *Propose) { c.Host = "host:db-01" }), []Event{Proposed{ID: "m-2", Incident: "inc-1", Host: "host:db-01", Cells: cells, Lost: 2, Degraded: 3, Customers: 1, Private: proposed.Private}}, ""},
		"propose under a used id":            {whole, with(func(c *Propose) { c.ID = "M-1" }), nil, "contain.exists"},
		"propose under a bad id":             {nil, with(func(c *Propose) { c.ID = "a b" }), nil, "id.form"},
		"propose a site":                     {nil, with(func(c *Propose) { c.Host = "site:rz-sued" }), nil, "contain.no_host"},
		"propose what is no reference":       {nil, with(func(c *Propose) { c.Host = "web-01" }), nil, "contain.no_host"},
		"propose what nobody knows":          {nil, with(func(c *Propose) { c.Known = false }), nil, "contain.unknown_host"},
		"propose after the incident":         {nil, with(func(c *Propose) { c.IncidentOpen = false }), nil, "contain.incident_closed"},
		"propose without a reason":           {nil, with(func(c *Propose) { c.Reason = " " }), nil, "text.empty"},
		"propose with a novel":               {nil, with(func(c *Propose) { c.Reason = strings.Repeat("x", MaxReason+1) }), nil, "text.too_long"},
		"propose in Latin-1":                 {nil, with(func(c *Propose) { c.Reason = "\xf6" }), nil, "text.encoding"},
		"propose too much at once":           {nil, with(func(c *Propose) { c.Cells = make([]catalogue.CellID, MaxCells+1) }), nil, "contain.too_many_cells"},

		"bind a cut":                     {whole[:1], Bind{"m-1", "m-1-cut", ToCut}, []Event{toCut}, ""},
		"bind a release":                 {whole[:5], Bind{"M-1", "m-1-open", ToOpen}, []Event{toOpen}, ""},
		"bind twice":                     {whole[:2], Bind{"m-1", "other", ToCut}, nil, "contain.ordered"},
		"bind the wrong way":             {whole[:1], Bind{"m-1", "m-1-open", ToOpen}, nil, "contain.stage"},
		"bind when nothing is proposed":  {cut, Bind{"m-1", "m-1-open", ToOpen}, nil, "contain.stage"},
		"bind an order of the first cut": {whole[:5], Bind{"m-1", "M-1-CUT", ToOpen}, nil, "contain.order_taken"},
		"bind under a bad id":            {whole[:1], Bind{"m-1", "", ToCut}, nil, "id.form"},
		"bind where nothing is":          {nil, Bind{"m-1", "x", ToCut}, nil, "contain.unknown"},

		"enforce":                          {whole[:2], Enforce{"m-1", "m-1-cut"}, []Event{enforced}, ""},
		"enforce, receipt after expiry":    {[]Event{proposed, toCut, refused}, Enforce{"m-1", "m-1-cut"}, []Event{enforced}, ""},
		"enforce, receipt after a change":  {[]Event{proposed, toCut, taken}, Enforce{"M-1", "m-1-cut"}, []Event{enforced}, ""},
		"enforce by another order":         {whole[:2], Enforce{"m-1", "m-9-cut"}, nil, "contain.other_order"},
		"enforce by no order":              {whole[:1], Enforce{"m-1", ""}, nil, "contain.other_order"},
		"enforce by the order to open":     {whole[:6], Enforce{"m-1", "m-1-open"}, nil, "contain.other_order"},
		"enforce twice":                    {cut, Enforce{"m-1", "m-1-cut"}, nil, "contain.stage"},
		"enforce where nothing is":         {nil, Enforce{"m-1", "m-1-cut"}, nil, "contain.unknown"},
		"verify":                           {whole[:3], Check{ID: "m-1", Probes: silent}, []Event{verified}, ""},
		"verify what leaked before":        {after(whole[:3], leaks), Check{ID: "m-1", Probes: silent}, []Event{verified}, ""},
		"a look that came too late":        {cut, Check{ID: "m-1", Direction: ToOpen, Probes: silent}, nil, ""},
		"verify twice":                     {cut, Check{ID: "m-1", Probes: silent}, nil, "contain.no_news"},
		"one probe still passes":           {whole[:3], Check{ID: "m-1", Probes: leaky}, []Event{leaks}, ""},
		"one probe passes later":           {cut, Check{ID: "m-1", Probes: leaky}, []Event{leaks}, ""},
		"it leaks as before":               {after(whole[:3], leaks), Check{ID: "m-1", Probes: leaky}, nil, "contain.no_news"},
		"nobody looked at the cut":         {whole[:3], Check{ID: "m-1", Probes: nil}, []Event{Contradicted{ID: "m-1", Direction: ToCut, Detail: "no probes"}}, ""},
		"nobody looked at the opening":     {whole[:7], Check{ID: "m-1", Probes: nil}, []Event{Contradicted{ID: "m-1", Direction: ToOpen, Detail: "no probes"}}, ""},
		"reopen":                           {whole[:7], Check{ID: "m-1", Probes: fine}, []Event{reopened}, ""},
		"reopen what was silent":           {after(whole[:7], dead), Check{ID: "m-1", Probes: fine}, []Event{reopened}, ""},
		"one probe still fails":            {whole[:7], Check{ID: "m-1", Probes: half}, []Event{dead}, ""},
		"check a proposal":                 {whole[:2], Check{ID: "m-1", Probes: silent}, nil, "contain.stage"},
		"check while it opens":             {whole[:6], Check{ID: "m-1", Probes: silent}, nil, "contain.stage"},
		"check what is over":               {whole, Check{ID: "m-1", Probes: fine}, nil, "contain.stage"},
		"check where nothing is":           {nil, Check{ID: "m-1", Probes: fine}, nil, "contain.unknown"},
		"check with a flood":               {whole[:3], Check{ID: "m-1", Probes: make([]Probed, MaxProbes+1)}, nil, "contain.too_many_probes"},
		"check with a probe of no kind":    {whole[:3], Check{ID: "m-1", Probes: []Probed{{Target: "x"}}}, nil, "text.empty"},
		"check with a probe of nothing":    {whole[:3], Check{ID: "m-1", Probes: []Probed{{Kind: "tcp"}}}, nil, "text.empty"},
		"check with a page for a detail":   {whole[:3], Check{ID: "m-1", Probes: []Probed{{"tcp", "x", false, strings.Repeat("x", MaxProbe+1)}}}, nil, "text.too_long"},
		"open":                             {cut, Open{ID: "m-1", Reason: "clean"}, []Event{opening}, ""},
		"open what leaks":                  {after(whole[:3], leaks), Open{ID: "m-1", Reason: "clean"}, []Event{opening}, ""},
		"open what nobody looked at":       {whole[:3], Open{ID: "m-1", Reason: "clean"}, []Event{opening}, ""},
		"open what stayed silent, again":   {after(whole[:7], dead), Open{ID: "m-1", Reason: "clean"}, []Event{opening}, ""},
		"open before the gate":             {cut, Open{ID: "m-1", Reason: "clean", GateOpen: "clearance"}, nil, "contain.gate_open"},
		"open without a reason":            {cut, Open{ID: "m-1"}, nil, "text.empty"},
		"open twice":                       {whole[:5], Open{ID: "m-1", Reason: "clean"}, nil, "contain.stage"},
		"open a mere proposal":             {whole[:2], Open{ID: "m-1", Reason: "clean"}, nil, "contain.stage"},
		"open where nothing is":            {nil, Open{ID: "m-1", Reason: "clean"}, nil, "contain.unknown"},
		"lift":                             {whole[:6], Lift{"m-1", "m-1-open"}, []Event{lifted}, ""},
		"lift, receipt after expiry":       {after(whole[:6], closed), Lift{"m-1", "m-1-open"}, []Event{lifted}, ""},
		"lift by the order to cut":         {whole[:6], Lift{"m-1", "m-1-cut"}, nil, "contain.other_order"},
		"lift twice":                       {whole[:7], Lift{"m-1", "m-1-open"}, nil, "contain.stage"},
		"lift where nothing is":            {nil, Lift{"m-1", "m-1-open"}, nil, "contain.unknown"},
		"fail a cut":                       {whole[:2], Fail{"m-1", "m-1-cut", "expired"}, []Event{refused}, ""},
		"fail a release":                   {whole[:6], Fail{"m-1", "m-1-open", "overtaken"}, []Event{closed}, ""},
		"fail by the order of before":      {whole[:6], Fail{"m-1", "m-1-cut", "expired"}, nil, "contain.other_order"},
		"fail without an order":            {whole[:1], Fail{"m-1", "", "expired"}, nil, "contain.other_order"},
		"fail without a code":              {whole[:2], Fail{"m-1", "m-1-cut", ""}, nil, "id.form"},
		"fail what is done":                {cut, Fail{"m-1", "m-1-cut", "expired"}, nil, "contain.stage"},
		"fail where nothing is":            {nil, Fail{"m-1", "m-1-cut", "expired"}, nil, "contain.unknown"},
		"withdraw a cut":                   {whole[:2], Withdraw{"m-1", "false alarm"}, []Event{taken}, ""},
		"withdraw a release":               {whole[:5], Withdraw{"m-1", "false alarm"}, []Event{kept}, ""},
		"withdraw without a reason":        {whole[:2], Withdraw{"m-1", ""}, nil, "text.empty"},
		"withdraw what is cut":             {cut, Withdraw{"m-1", "false alarm"}, nil, "contain.stage"},
		"withdraw where nothing is":        {nil, Withdraw{"m-1", "false alarm"}, nil, "contain.unknown"},
		"release what a later cut holds":   {slices.Concat(whole[:7], recut("m-2")), Open{ID: "m-1", Reason: "clean"}, nil, "contain.stage"},
		"late receipt of the earlier open": {slices.Concat(whole[:6], []Event{closed}, recut("m-2")), Lift{"m-1", "m-1-open"}, nil, "contain.stage"},
	} {
		t.Run(name, func(t *testing.T) {
			events, err := Decide(fold(row.given...), row.when, anna)
			if diff := cmp.Diff(row.then, events, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
			var f *fault.Fault
			if errors.As(err, &f); (f == nil) != (row.fault == "") || f != nil && f.Code != row.fault {
				t.Errorf("fault = %v, want code %q", err, row.fault)
			}
			for _, e := range events {
				if !slices.Contains(Emits[row.when.Name()], e.Kind()) {
					t.Errorf("%s led to %s, which Emits does not say", row.when.Name(), e.Kind())
				}
			}
		})
	}
}

// recut is a second measure on the host of the first, up to the agent's word.
func recut(id ID) []Event {
	again := proposed
	again.ID = id
	order := string(id) + "-cut"
	return []Event{again, Ordered{id, order, ToCut}, Enforced{id, order}}
}

// Every event moves the measure to the stage that the drawing in contain.go shows.
func TestStages(t *testing.T) {
	for name, row := range map[string]struct {
		events   []Event
		stage    Stage
		executed Direction
		live     bool
	}{
		"proposed":                             {whole[:1], StageProposed, "", true},
		"ordered":                              {whole[:2], StageProposed, "", true},
		"enforced":                             {whole[:3], StageEnforced, ToCut, true},
		"verified":                             {whole[:4], StageVerified, ToCut, true},
		"leaks":                                {after(whole[:3], leaks), StageContradicted, ToCut, true},
		"opening":                              {whole[:5], StageOpening, ToCut, true},
		"lifted":                               {whole[:7], StageLifted, ToOpen, false},
		"reopened":                             {whole, StageReopened, ToOpen, false},
		"silent":                               {after(whole[:7], dead), StageContradicted, ToOpen, false},
		"cut failed":                           {after(whole[:2], refused), StageFailed, "", false},
		"cut withdrawn":                        {after(whole[:2], taken), StageWithdrawn, "", false},
		"release failed: still cut":            {after(whole[:6], closed), StageVerified, ToCut, true},
		"release withdrawn: still cut":         {after(whole[:5], kept), StageVerified, ToCut, true},
		"release of a leak failed":             {after(whole[:3], leaks, opening, toOpen, closed), StageContradicted, ToCut, true},
		"superseded while opened":              {slices.Concat(whole[:7], recut("m-2")), StageSuperseded, ToOpen, false},
		"superseded by a receipt that is late": {slices.Concat(whole[:2], []Event{refused}, recut("m-2"), []Event{enforced}), StageEnforced, ToCut, true},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := fold(row.events...).Find("m-1")
			if m.Stage != row.stage || m.Executed != row.executed || m.Live() != row.live {
				t.Errorf("stage %s, executed %q, live %v; want %s, %q, %v", m.Stage, m.Executed, m.Live(), row.stage, row.executed, row.live)
			}
		})
	}
}

func TestApply(t *testing.T) {
	s := fold(whole...)
	got, ok := s.Find("M-1")
	want := Measure{ID: "m-1", Incident: "inc-1", Host: "host:web-01", Stage: StageReopened, Executed: ToOpen, Cells: cells, Lost: 2, Degraded: 3, Customers: 1,
		CutOrder: "m-1-cut", OpenOrder: "m-1-open", Probes: fine, By: "user:anna", ProposedAt: ten, EnforcedAt: ten, VerifiedAt: ten, LiftedAt: ten, ReopenedAt: ten,
		First: 1, Seq: 8, before: StageVerified}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Measure{})); !ok || diff != "" {
		t.Errorf("measure (-want +got):\n%s", diff)
	}
	if m, d, ok := s.OfOrder("M-1-OPEN"); !ok || m.ID != "m-1" || d != ToOpen {
		t.Errorf("order m-1-open belongs to %s, %s, %v", m.ID, d, ok)
	}
	if _, _, ok := s.OfOrder("m-9-cut"); ok {
		t.Error("an order that nobody drafted belongs to a measure")
	}
	if m, ok := s.On("host:web-01"); ok {
		t.Errorf("a reopened host has the live measure %s", m.ID)
	}
	if m, ok := fold(cut...).On("host:WEB-01"); !ok || m.ID != "m-1" {
		t.Errorf("a cut host has the live measure %q, %v", m.ID, ok)
	}
}

// What is handed out is a copy: a page that sorts or cuts it must not change the state.
func TestFindGivesCopies(t *testing.T) {
	s := fold(cut...)
	m := s.All()[0]
	m.Cells[0], m.Probes[0].Passed = "X@y", true
	again, _ := s.Find("m-1")
	if again.Cells[0] != "S1@bkk-ahornwerk" || again.Probes[0].Passed {
		t.Errorf("the state changed through a copy: %+v", again)
	}
}

// A live measure is never hidden: whatever is asked in whatever order, a decision never panics and names what it emits, no host has two measures that
// were carried out and are live, and verified or reopened are only said after a look from outside that fits.
func TestAnySequenceOfCommands(t *testing.T) {
	ids := []ID{"m-1", "M-1", "m-2", "m-3"}
	orders := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		var s State
		for n := range rapid.IntRange(1, 60).Draw(t, "steps") {
			id, order := rapid.SampledFrom(ids).Draw(t, "id"), rapid.SampledFrom(orders).Draw(t, "order")
			c := rapid.SampledFrom([]Command{
				propose, Bind{id, order, ToCut}, Bind{id, order, ToOpen}, Enforce{id, order}, Lift{id, order}, Fail{id, order, "expired"},
				Check{ID: id, Probes: silent}, Check{ID: id, Probes: leaky}, Check{ID: id, Probes: fine}, Check{ID: id, Probes: nil}, Open{ID: id, Reason: "clean"}, Withdraw{id, "x"},
			}).Draw(t, "command")
			at := anna
			at.Seq = uint64(n + 1)
			events, err := Decide(s, c, at)
			if (err == nil) != (len(events) > 0) {
				t.Fatalf("%#v gave %d events and the error %v", c, len(events), err)
			}
			for _, e := range events {
				if !slices.Contains(Emits[c.Name()], e.Kind()) {
					t.Fatalf("%s led to %s, which Emits does not say", c.Name(), e.Kind())
				}
				s = Apply(s, e, at)
			}
			checkState(t, s)
		}
	})
}

func checkState(t *rapid.T, s State) {
	t.Helper()
	carried := 0
	for _, m := range s.All() {
		passed := slices.ContainsFunc(m.Probes, func(p Probed) bool { return p.Passed })
		failed := slices.ContainsFunc(m.Probes, func(p Probed) bool { return !p.Passed })
		if m.Stage == StageVerified && (passed || !failed) || m.Stage == StageReopened && (failed || !passed) {
			t.Fatalf("measure %s is %s after the probes %v", m.ID, m.Stage, m.Probes)
		}
		if m.Live() && m.Executed != "" {
			carried++
		}
	}
	if carried > 1 {
		t.Fatalf("%d measures on one host are live", carried)
	}
}

// An order's end is news only while the measure waits for it: not before it is bound, not after it is carried out, withdrawn or followed by another.
func TestAwaits(t *testing.T) {
	for n, want := range map[int][2]bool{1: {}, 2: {true, false}, 3: {}, 5: {}, 6: {false, true}, 7: {}} {
		m, _ := fold(whole[:n]...).Find("m-1")
		if got := [2]bool{m.Awaits("M-1-cut"), m.Awaits("m-1-open")}; got != want || m.Awaits("") {
			t.Errorf("after %s the measure awaits (cut, open) %v, want %v", whole[n-1].Kind(), got, want)
		}
	}
	if m, _ := fold(proposed, toCut, taken).Find("m-1"); m.Awaits("m-1-cut") {
		t.Error("a withdrawn measure still awaits its order")
	}
}
