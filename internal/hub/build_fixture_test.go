package hub

import (
	"context"
	"fmt"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/order"
	"blackstart/internal/subject/restore"
	"blackstart/internal/subject/statuspage"
)

// A small provider: two customers with an environment of their own, one foundation that both use, and one host that carries the web service of alpha.
var smallHouse = fstest.MapFS{
	"provider.yaml":     {Data: []byte("id: provider-x\nname: Provider X\nnote: {de: Klein, en: Small}\n")},
	"sites.yaml":        {Data: []byte("- id: rz\n  name: {de: Rechenzentrum, en: Data centre}\n  zones: [inner]\n")},
	"profiles.yaml":     {Data: []byte("- id: P\n  name: {de: Eigene Umgebung, en: Own environment}\n  site: rz\n  zone: inner\n")},
	"environments.yaml": {Data: []byte("- id: base\n  name: {de: Fundament, en: Foundation}\n  kind: shared\n  site: rz\n  zone: inner\n")},
	"teams.yaml":        {Data: []byte("- id: net\n  name: {de: Netz, en: Network}\n  day: 2\n  night: 1\n  weekend: 1\n")},
	"hosts.yaml": {Data: []byte("- id: srv-77\n  name: {de: Webrechner, en: Web machine}\n  env: alpha\n  services: [WEB]\n  addresses: [10.0.0.7]\n" +
		"  probes:\n    - {id: up, service: WEB, kind: tcp, target: \"10.0.0.7:443\", depth: 1, from: hub}\n")},
	"services.yaml": {Data: []byte("" +
		"- id: NET\n  name: {de: Netz, en: Network}\n  class: infrastructure\n  priority: 1\n  rto: 4h\n  mtpd: 8h\n  runs_in: {kind: shared}\n" +
		"- id: WEB\n  name: {de: Webdienst, en: Web service}\n  class: business\n  priority: 2\n  rto: 1h\n  mtpd: 8h\n  runs_in: {kind: customer}\n  needs: [NET]\n" +
		"  restore:\n    - {id: reinstall, name: {de: Neu aufsetzen, en: Reinstall}, team: net, heads: 1, hours: {low: 1, high: 2}}\n" +
		"- id: MAIL\n  name: {de: Post, en: Mail}\n  class: business\n  priority: 3\n  rto: 8h\n  mtpd: 16h\n  runs_in: {kind: customer}\n  needs: {soft: [WEB]}\n")},
	"customers.csv": {Data: []byte("id,name,class,weight,lang,profile,authority,order\nalpha,Alpha Kasse,federal,2000000,de,P,,\nbravo,Bravo Kasse,federal,1000000,de,P,,\n")},
}

var begin = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)

// stepClock goes one minute forward whenever it is told to, and never by itself.
type stepClock struct{ now time.Time }

func (c *stepClock) Now() time.Time { return c.now }
func (c *stepClock) Until(ctx context.Context, _ time.Time) error {
	<-ctx.Done()
	return ctx.Err()
}

// played is a hub on which a story is played by commands.
type played struct {
	testing.TB
	*Hub
	clock *stepClock
	keys  map[string]*seal.Signer
	count uint64
}

// play opens an empty hub.
func play(t testing.TB) *played {
	t.Helper()
	return playOn(t, new(journaltest.Memory))
}

// playOn opens a hub over a store that is empty.
func playOn(t testing.TB, store journal.Store) *played {
	t.Helper()
	clock := &stepClock{begin}
	h, err := Open(t.Context(), Options{Store: store, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return &played{TB: t, Hub: h, clock: clock, keys: map[string]*seal.Signer{}}
}

// as gives a command in somebody's name, a minute after the one before.
func (p *played) as(by access.Actor, c Command) Result {
	p.Helper()
	p.clock.now = p.clock.now.Add(time.Minute)
	r, err := p.Do(p.Context(), Request{Actor: by, Command: c})
	if err != nil {
		p.Fatalf("%s by %s: %v", c.Name(), by, err)
	}
	for _, e := range r.Events {
		if f, ok := e.(ReactionFailed); ok {
			p.Fatalf("%s by %s: consequence %s failed: %s", c.Name(), by, f.Command, f.Private.Message)
		}
	}
	return r
}

// staff adds the people: anna leads, benno and cleo approve, kim is alpha's contact.
func (p *played) staff() {
	p.Helper()
	p.as(access.ByConsole, access.AddUser{ID: "anna", RealName: "Anna Adler", Roles: []access.Role{access.Lead, access.Admin, access.IT}})
	p.approver("benno", "Ben Buche")
	p.approver("cleo", "Cleo Clausen")
	p.as("user:anna", access.AddUser{ID: "kim", RealName: "Kim Kranich", Roles: []access.Role{access.Contact}, Customer: "alpha"})
}

func (p *played) approver(id, name string) {
	p.Helper()
	key, err := seal.Generate(id)
	if err != nil {
		p.Fatal(err)
	}
	p.keys[id] = key
	p.as("user:anna", access.AddUser{ID: id, RealName: name, Roles: []access.Role{access.Approver, access.Forensics}, Organisation: "House of " + id})
	p.as("user:anna", access.EnrolKey{User: id, Public: key.Public().String()})
}

func (p *played) adopt(fsys fstest.MapFS) {
	p.Helper()
	bundle, err := catalogue.Pack(fsys)
	if err != nil {
		p.Fatal(err)
	}
	if _, findings, err := p.AdoptCatalogue(p.Context(), "user:anna", "", bundle); err != nil {
		p.Fatal(err, findings)
	}
}

// agent enrols one for the host.
func (p *played) agent(host order.Host) {
	p.Helper()
	key, err := seal.Generate(host.ID())
	if err != nil {
		p.Fatal(err)
	}
	p.keys[string(host)] = key
	token, err := p.OfferEnrolment(p.Context(), "user:anna", host)
	if err != nil {
		p.Fatal(err)
	}
	p.as(access.ByReaction, order.Enrol{Host: host, Key: key.Public(), Token: token})
}

// approve lets people approve an order with their keys.
func (p *played) approve(id order.ID, people ...string) {
	p.Helper()
	e, err := p.OrderEnvelope(id)
	if err != nil {
		p.Fatal(err)
	}
	for _, who := range people {
		p.as(access.UserActor(who), order.Approve{ID: id, Approval: seal.Approve(p.keys[who], e.PayloadType, e.Payload)})
	}
}

// carry lets the hub sign an order and its host carry it out.
func (p *played) carry(id order.ID, host order.Host) {
	p.Helper()
	e, err := p.OrderEnvelope(id)
	if err != nil {
		p.Fatal(err)
	}
	e.Signatures = nil
	e.Sign(p.key)
	p.as(access.ByFollower, order.Issue{ID: id, Signature: e.Signatures[0]})
	p.count++
	r := order.Receipt{V: order.Version, Host: host, Counter: p.count, Order: id, OrderHash: order.Hash(e.Payload), Status: order.Executed, Before: "open", After: "isolated", Rules: "drop all", At: p.clock.now}
	p.as(access.AgentActor(host.ID()), order.Receive{Receipt: r.Seal(p.keys[string(host)])})
}

// look records what was seen from outside.
func (p *played) look(id contain.ID, answers bool) {
	p.Helper()
	p.as(access.ByFollower, contain.Check{ID: id, Probes: []contain.Probed{{Kind: "tcp", Target: "10.0.0.7:443", Passed: answers, Detail: "timeout"}}})
}

const webHost order.Host = "host:srv-77"

// ready is a small house with people, catalogue and agent, before anything happened.
func ready(t testing.TB) *played {
	p := play(t)
	p.staff()
	p.adopt(smallHouse)
	p.agent(webHost)
	return p
}

// cutOff plays on until alpha's web host is cut off and proved.
func (p *played) cutOff() {
	p.Helper()
	p.as("user:anna", incident.Open{Title: "Secret title: srv-77 beacons"})
	p.as("user:anna", incident.Log{Incident: "inc-1", Text: "Ben Buche saw it on srv-77"})
	p.as("user:anna", contain.Propose{Incident: "inc-1", Host: "host:srv-77", Reason: "beacons to bravo"})
	p.approve("m-1-cut", "benno")
	p.carry("m-1-cut", webHost)
	p.look("m-1", false)
}

// broughtBack plays on until the incident is closed.
func (p *played) broughtBack() {
	p.Helper()
	p.as("user:anna", statuspage.Publish{Incident: "inc-1", DE: "Wir haben Dienste abgeschaltet. Mehr folgt.", EN: "We have switched services off. More follows."})
	plan, err := p.PlanBack(p.Context(), "inc-1", p.Hub.Log().Next()-1)
	if err != nil {
		p.Fatal(err)
	}
	p.as("user:anna", plan)
	p.as("user:anna", restore.Start{Plan: "p-1", Step: "WEB-reinstall"})
	p.as("user:anna", restore.Finish{Plan: "p-1", Step: "WEB-reinstall"})
	p.as("user:benno", restore.Grant{Plan: "p-1", Step: "release"})
	p.as("user:cleo", restore.Grant{Plan: "p-1", Step: "release"})
	p.as("user:anna", restore.Start{Plan: "p-1", Step: "connect"})
	opening := p.as("user:anna", contain.Open{ID: "m-1", Reason: "clean"})
	release := order.ID(fmt.Sprintf("m-1-open-%d", opening.First))
	p.approve(release, "benno", "cleo")
	p.carry(release, webHost)
	p.look("m-1", true)
	p.as("user:anna", restore.Finish{Plan: "p-1", Step: "connect"})
	p.as("user:anna", incident.Close{Incident: "inc-1", Summary: "over", OpenPoints: []string{"logs of srv-77 go to the police"}})
}

// insurers is a hub on the large example.
func insurers(t testing.TB) *played {
	t.Helper()
	p := play(t)
	p.adoptInsurers()
	return p
}

// adoptInsurers adds anna, who adopts the large example.
func (p *played) adoptInsurers() {
	p.Helper()
	p.as(access.ByConsole, access.AddUser{ID: "anna", RealName: "Anna Adler", Roles: []access.Role{access.Lead, access.Admin, access.IT}})
	bundle, err := catalogue.Pack(os.DirFS("../../examples/insurers"))
	if err != nil {
		p.Fatal(err)
	}
	if _, findings, err := p.AdoptCatalogue(p.Context(), "user:anna", "", bundle); err != nil {
		p.Fatal(err, findings)
	}
}

// switchOff takes cells off by hand, as somebody did who was on the phone.
func (p *played) switchOff(ref catalogue.Ref) {
	p.Helper()
	ids, err := p.state.Catalogue.Current.CellIDs(ref)
	if err != nil {
		p.Fatal(err)
	}
	p.as("user:anna", cell.Change{Cells: ids, Mode: cell.Off, Cause: cell.Precaution, Selection: string(ref), Reason: "by phone"})
}

// change changes one cell's mode by hand.
func (p *played) change(id cell.ID, m cell.Mode) {
	p.Helper()
	p.as("user:anna", cell.Change{Cells: []cell.ID{id}, Mode: m, Cause: cell.Precaution})
}
