package hub

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"blackstart/internal/fault"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
)

func TestOrder(t *testing.T) {
	p := ready(t)
	p.as("user:anna", incident.Open{Title: "x"})
	p.as("user:anna", proposal)
	v, err := p.Order(t.Context(), "m-1-cut", "user:benno")
	if err != nil {
		t.Fatal(err)
	}
	if v.Hash != order.Hash(v.Payload) || // as the command line shows it: the two are compared
		v.State != "drafted" || v.Got != 0 || v.Needed != 1 || !v.MayApprove || v.By != "Anna Adler" || v.Reason != "beacons" || v.Measure != "m-1" {
		t.Errorf("drafted: %+v", v.OrderLine)
	}
	if diff := cmp.Diff(ImpactTotals{Lost: 1, Degraded: 1, Customers: 1, Weight: 2000}, v.Impact); diff != "" {
		t.Errorf("price (-want +got):\n%s", diff)
	}
	if v, _ := p.Order(t.Context(), "m-1-cut", "user:anna"); v.MayApprove {
		t.Error("someone without a key may approve")
	}
	p.approve("m-1-cut", "benno")
	p.carry("m-1-cut", webHost)
	p.look("m-1", false)
	if v, err = p.Order(t.Context(), "m-1-cut", "user:benno"); err != nil {
		t.Fatal(err)
	}
	ignore := cmpopts.IgnoreFields(ReceiptLine{}, "At", "Seq")
	if diff := cmp.Diff([]ReceiptLine{{Host: "host:srv-77", Status: "executed", Evidence: "drop all"}}, v.Receipts, ignore); diff != "" {
		t.Errorf("receipts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ApprovalLine{{Person: "Ben Buche", Organisation: "House of benno", Key: p.keys["benno"].Public().Fingerprint()}}, v.Approvals, cmpopts.IgnoreFields(ApprovalLine{}, "At", "Seq")); diff != "" {
		t.Errorf("approvals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]ProbeLine{{Target: "tcp 10.0.0.7:443", Vantage: "hub", Detail: "timeout"}}, v.Probes, cmpopts.IgnoreFields(ProbeLine{}, "At")); diff != "" {
		t.Errorf("probes (-want +got):\n%s", diff)
	}
	if v.State != "executed" || !v.Releasable || v.Release != "" || v.MayApprove {
		t.Errorf("executed: state %s, releasable %v by %q", v.State, v.Releasable, v.Release)
	}
	if _, err := p.Order(t.Context(), "m-9", "user:benno"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown order: %v", err)
	}
	list, err := p.OrderList(t.Context())
	if err != nil || len(list.Waiting) != 0 || len(list.Running) != 1 || len(list.Done) != 0 {
		t.Errorf("list %+v, %v", list, err)
	}
}

func TestRestore(t *testing.T) {
	p := ready(t)
	p.cutOff()
	v, err := p.Restore(t.Context(), "user:benno")
	if err != nil || v.Plan != "" || len(v.Off) != 1 || v.Off[0].Cell != "WEB@alpha" {
		t.Fatalf("before the plan: %+v, %v", v, err)
	}
	plan, err := p.PlanBack(t.Context(), "inc-1", v.Frame.Version)
	if err != nil {
		t.Fatal(err)
	}
	p.as("user:anna", plan)
	p.as("user:anna", restore.Start{Plan: "p-1", Step: "WEB-reinstall"})
	p.as("user:anna", restore.Finish{Plan: "p-1", Step: "WEB-reinstall"})
	p.as("user:cleo", restore.Deny{Plan: "p-1", Step: "release", Reason: "not yet"})
	p.as("user:benno", restore.Grant{Plan: "p-1", Step: "release"})
	for reader, want := range map[string]bool{"user:benno": false, "user:cleo": true, "user:kim": false} {
		if v, err = p.Restore(t.Context(), access.Actor(reader)); err != nil || len(v.Steps) != 3 {
			t.Fatalf("%+v, %v", v, err)
		}
		gate := v.Steps[1]
		if gate.Gate == nil || gate.State != "running" || gate.Gate.MayDecide != want || len(gate.Gate.Decisions) != 2 || gate.Gate.Decisions[0].Why != "not yet" {
			t.Errorf("%s sees the gate as %+v %+v", reader, gate, gate.Gate)
		}
	}
	if v.Stale || v.By != "Anna Adler" || v.Steps[0].State != "done" || v.Steps[2].State != "waiting" || !v.Steps[2].Expect.Known() {
		t.Errorf("plan %+v", v)
	}
	p.switchOff("cell:MAIL@bravo")
	if v, err = p.Restore(t.Context(), "user:benno"); err != nil || !v.Stale {
		t.Errorf("something else went off, and the plan is not stale: %v", err)
	}
	if _, err := p.PlanBack(t.Context(), "inc-1", v.Frame.Version); fault.CodeOf(err) != "restore.nothing_off" {
		t.Errorf("a plan over nothing the incident holds: %v", err)
	}
}

func TestImpactOf(t *testing.T) {
	p := ready(t)
	v, err := p.ImpactOf(t.Context(), []string{"host:srv-77"})
	if err != nil {
		t.Fatal(err)
	}
	want := []ImpactCell{
		{Cell: "WEB@alpha", Service: Label{"Webdienst", "Web service"}, Env: v.Cells[0].Env, Lost: true},
		{Cell: "MAIL@alpha", Service: Label{"Post", "Mail"}, Env: v.Cells[0].Env, Via: []string{"WEB@alpha"}},
	}
	if diff := cmp.Diff(want, v.Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if len(v.Cuttable) != 1 || len(v.Unmanned) != 0 || len(v.Customers) != 1 || v.Customers[0].Customer.ID != "alpha" || v.Totals.Weight != 2000 {
		t.Errorf("cuttable %v, customers %+v, totals %+v", v.Cuttable, v.Customers, v.Totals)
	}
	for _, bad := range []string{"host:nowhere", "nonsense"} {
		if _, err := p.ImpactOf(t.Context(), []string{bad}); err == nil {
			t.Errorf("%s was answered", bad)
		}
	}
}

func TestPeople(t *testing.T) {
	p := ready(t)
	v, err := p.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var users []string
	for _, u := range v.Users {
		users = append(users, u.Actor+" "+u.Name+" "+u.Role+" "+u.Customer)
	}
	want := []string{"user:anna Anna Adler lead, admin, it ", "user:benno Ben Buche approver, forensics ", "user:cleo Cleo Clausen approver, forensics ", "user:kim Kim Kranich contact alpha"}
	if diff := cmp.Diff(want, users); diff != "" {
		t.Errorf("users (-want +got):\n%s", diff)
	}
	if len(v.Keys) != 2 || v.Keys[0].Person != "Ben Buche" || len(v.Hosts) != 1 || v.Hosts[0].Host != "host:srv-77" || !v.Hosts[0].Silent {
		t.Errorf("keys %+v, agents %+v", v.Keys, v.Hosts)
	}
}
