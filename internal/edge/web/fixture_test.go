package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
)

// house is a fixture: views as a hub would give them in the second day of a crisis, without a hub.
type house struct {
	passkeys           []hub.PasskeyRef // with which the reader approves
	peace, drill, bare bool
	cheerful           bool        // says operational everywhere, whatever is open
	damaged            *hub.Damage // the record is not what was written
	copied             bool        // another hub goes on with the record, and two copies of it are behind
	evil               string      // put into every text field, to see it escaped
	mu                 sync.Mutex  // guards did
	did                []hub.Request
	refusal            error // what Do answers
}

var (
	dayOne = time.Date(2026, 11, 21, 13, 3, 0, 0, time.UTC)
	now    = dayOne.Add(26 * time.Hour)
)

func label(de, en string) hub.Label { return hub.Label{DE: de, EN: en} }

func (h *house) text(t string) string { return t + h.evil }

func (h *house) frame() hub.Frame {
	f := hub.Frame{
		Provider: label(h.text("Rechenzentrum der Kassen"), ""), Drill: h.drill, Simulated: h.drill,
		Head: hub.HeadView{Short: "k7Qp-3fWz", Root: "k7Qp3fWzv0eJ8mGfE2Jj8yQ0b3Hq8m3oT9o2m1c4r5s=", Size: 1204, Signed: now.Add(-40 * time.Second)},
		Now:  now, Version: 1204,
	}
	if h.damaged != nil {
		f.Damage, f.ReadOnly = h.damaged, "journal.damaged"
	}
	if h.copied {
		f.TakenOver = &hub.TakenOver{At: now.Add(-time.Minute), Key: "SHA256:m3oT9o2m1c4r5sk7Qp3fWzv0q0ZpXy3h5qUe0w7mHq2", Dir: "/media/stick"}
		f.Copies = []hub.CopyLag{{Dir: h.text("/media/stick/blackstart"), Behind: 20 * time.Second}, {Dir: h.text("/srv/zweites-notebook/blackstart-kopie"), Behind: 3 * time.Hour}}
	}
	if !h.peace {
		i := h.incident()
		f.Incident = &i
	}
	return f
}

func (h *house) incident() hub.IncidentLine {
	return hub.IncidentLine{ID: "inc-1", Title: h.text("Verschlüsselung auf Dateiservern im RZ Süd"), HappenedAt: dayOne, Opened: dayOne.Add(9 * time.Minute), Lead: h.text("Anna Berger"), LeadID: "user:anna", Updated: now.Add(-7 * time.Minute)}
}

func (h *house) facts() []hub.Fact {
	return []hub.Fact{
		{Seq: 1204, At: now.Add(-7 * time.Minute), HappenedAt: now.Add(-7 * time.Minute), By: h.text("Anna Berger"), Kind: "incident.logged", Text: h.text("Forensik bestätigt: Einstieg über das alte VPN. Zugang ist geschlossen.")},
		{Seq: 1198, At: now.Add(-20 * time.Minute), HappenedAt: now.Add(-95 * time.Minute), By: h.text("Jonas Weidt"), Kind: "incident.logged", Text: h.text("Telefonat mit BKK Ahornwerk: Notbetrieb mit Papier läuft.")},
		{Seq: 1191, At: now.Add(-31 * time.Minute), HappenedAt: now.Add(-31 * time.Minute), By: "agent:fs-01", Kind: "order.executed", Refs: []string{h.text("o-17"), "host:fs-01"}},
		{Seq: 1180, At: now.Add(-33 * time.Minute), HappenedAt: now.Add(-33 * time.Minute), By: h.text("Anna Berger"), Kind: "order.approved", Refs: []string{"o-17"}},
		{Seq: 1, At: dayOne, HappenedAt: dayOne, By: "hub:console", Kind: "journal.opened"},
	}
}

var services = []hub.Choice{
	{ID: "F1", Name: label("Netz, Perimeter, Segmentierung", "Network, perimeter, segmentation")}, {ID: "F2", Name: label("Identitäten", "Identities")},
	{ID: "F3", Name: label("DNS, Zeit, interne PKI", "DNS, time, internal PKI")}, {ID: "F4", Name: label("Virtualisierung und Speicher", "Virtualisation and storage")},
	{ID: "F5", Name: label("Sicherung und Rückspielung", "Backup and restore")}, {ID: "F6", Name: label("Administrationszugang", "Administrative access")},
	{ID: "S1", Name: label("Zahlläufe", "Payment runs")}, {ID: "S2", Name: label("Kassenkernsystem", "Core system")}, {ID: "S3", Name: label("Datenaustausch", "Data exchange")},
	{ID: "S4", Name: label("eAU-Verarbeitung", "Electronic sick notes")}, {ID: "S5", Name: label("KIM-Fachdienst", "KIM mail")}, {ID: "S6", Name: label("ePA-Aktensystem", "Patient record (ePA)")},
	{ID: "S7", Name: label("VSDM-Fachdienste", "VSDM services")}, {ID: "S8", Name: label("Kartenmanagement eGK", "Card management")}, {ID: "S9", Name: label("Lichtbild-Upload", "Photo upload")},
	{ID: "S10", Name: label("Zuzahlungsbefreiung", "Co-payment exemption")}, {ID: "S11", Name: label("DiGA-Freischaltcodes", "DiGA codes")}, {ID: "S12", Name: label("E-Mail der Kassen", "Insurers' mail")},
	{ID: "S13", Name: label("Telefonie, Kontaktcenter", "Telephony")}, {ID: "S14", Name: label("App, Online-Geschäftsstelle", "App")}, {ID: "S15", Name: label("Dokumentenarchiv", "Document archive")},
	{ID: "S16", Name: label("Monatsstatistik", "Monthly statistics")}, {ID: "S17", Name: label("Meldungen RSA", "Risk adjustment reports")}, {ID: "S18", Name: label("Beitragswesen", "Contributions")},
	{ID: "S19", Name: label("Digitale Identität", "Digital identity")}, {ID: "S20", Name: label("Auswertungen", "Analytics")}, {ID: "S21", Name: label("Website, Kundenportal", "Website, portal")},
}

var insurers = []string{
	"EK Morgenrot", "IKK Werkbank", "BKK Turbinenhof", "BKK Fahrensmann", "EK Hafenlicht", "BKK Vier Kolben", "BKK Gleisdreieck", "BIK Direktweg", "BKK Spindelwerk", "IKK Zwickelhof",
	"BKK Glasofen", "BKK Kranichtal", "BKK Ankerplatz", "BKK Ahornwerk", "BKK Silberpappel", "BKK Lichtbogen", "IKK Eichenmark", "BKK Roter Faden", "BKK Hochfeld", "BKK Neue Mühle",
	"BKK Rosenspeicher", "BKK Uferwerk", "BKK Birkenbruch", "BKK Zinnober", "BKK Sternwarte", "BKK Falkensteig", "BKK Kupferhammer", "BKK Wolkenburg", "BKK Nordkai", "IKK Meisterbrief",
	"BKK Rheinschleife", "BKK Isarbogen", "BKK Klinkerhof", "BKK Pergament", "BKK Zehnthaus", "BKK Lodenwerk", "BKK Drei Lilien", "BKK Stahlfeder", "BKK Heidekrug", "BKK Wacholder",
	"BKK Salzspeicher", "BKK Bergfried", "BKK Kardan", "BKK Malzhaus", "BKK Feinblech", "BKK Tannenzapfen", "BKK Webstuhl", "BKK Windrose", "BKK Federwerk", "BKK Ziegelei",
	"BKK Mondsee", "BKK Papierturm", "BKK Bernstein Süd", "BKK Quellhof", "BKK Nadelwald", "BKK Torhaus", "BKK Schmelztiegel", "BKK Gerbergasse", "BKK Apfelkamp", "BKK Messinghof",
	"BKK Hopfengarten", "BKK Treidelpfad", "BKK Kugellager", "BKK Seilerbahn", "BKK Sieben Linden", "BKK Wetzstein", "BKK Flussmeister", "BKK Eisvogel",
}

func envID(name string) string {
	return strings.ToLower(strings.NewReplacer(" ", "-", "ü", "ue", "ö", "oe", "ä", "ae").Replace(name))
}

// stateAt spreads the states over the matrix as a crisis would: the south is off, the west mostly runs.
func stateAt(south bool, row, col int) hub.Shown {
	n := row*31 + col*17
	switch {
	case south && n%11 == 0:
		return hub.ShownReturning
	case south && n%7 == 0:
		return hub.ShownOutage
	case south:
		return hub.ShownOff
	case n%29 == 0:
		return hub.ShownDegraded
	case n%53 == 0:
		return hub.ShownUnknown
	case n%61 == 0:
		return hub.ShownInterim
	}
	return hub.ShownOperational
}

func (h *house) Board(_ context.Context, f hub.BoardFilter) (hub.BoardView, error) {
	v := hub.BoardView{Frame: h.frame(), Worst: hub.ShownOff, Filter: f, All: services, Services: services,
		Next:  hub.NextStep{Kind: hub.NextApprove, Ref: "o-18", Verb: "isolate", Hosts: []string{h.text("fs-02")}, Count: 1},
		Sites: []hub.Choice{{ID: "rz-sued", Name: label("RZ Süd", "South")}, {ID: "rz-west", Name: label("RZ West", "West")}}}
	if h.bare {
		v.Empty = true
		return v, nil
	}
	if h.cheerful {
		v.Worst = hub.ShownOperational
	}
	if h.peace {
		v.Worst, v.Next = hub.ShownOperational, hub.NextStep{Kind: hub.NextPeace}
	}
	counts := map[hub.Shown]int{}
	for g, site := range v.Sites {
		group := hub.BoardGroup{Site: site}
		shared := hub.BoardRow{Env: hub.Choice{ID: site.ID, Name: label("gemeinsam "+site.Name.DE, "shared "+site.Name.EN)}, Kind: "shared"}
		for c := range services {
			slot := hub.Slot{}
			if c < 6 {
				slot = hub.Slot{Kind: hub.SlotOwn, State: h.stateOf(g == 0, 0, c), Seq: 1100}
				counts[slot.State]++
			}
			shared.Slots = append(shared.Slots, slot)
		}
		group.Rows = append(group.Rows, shared)
		for i, name := range insurers {
			if (i%5 < 3) != (g == 0) {
				continue
			}
			group.Rows = append(group.Rows, h.row(name, site.ID, g == 0, i, counts))
		}
		v.Groups = append(v.Groups, group)
	}
	for _, s := range []hub.Shown{hub.ShownOutage, hub.ShownOff, hub.ShownReturning, hub.ShownDegraded, hub.ShownInterim, hub.ShownUnknown, hub.ShownOperational} {
		if counts[s] > 0 {
			v.Counts = append(v.Counts, hub.StateCount{State: s, Cells: counts[s]})
		}
	}
	return v, nil
}

func (h *house) stateOf(south bool, row, col int) hub.Shown {
	if h.peace {
		return hub.ShownOperational
	}
	return stateAt(south, row, col)
}

func (h *house) row(name, site string, south bool, i int, counts map[hub.Shown]int) hub.BoardRow {
	row := hub.BoardRow{Env: hub.Choice{ID: envID(name), Name: label(h.text(name), "")}, Kind: "customer"}
	for c := range services {
		slot := hub.Slot{Kind: hub.SlotOwn, State: h.stateOf(south, i, c), Seq: uint64(1000 + i + c)}
		switch {
		case c < 6:
			slot = hub.Slot{Kind: hub.SlotShared, State: h.stateOf(south, 0, c), Env: site}
		case (i+c)%31 == 0:
			slot = hub.Slot{}
		default:
			counts[slot.State]++
		}
		row.Slots = append(row.Slots, slot)
	}
	return row
}

func (h *house) Cell(_ context.Context, service, env string) (hub.CellView, error) {
	if service != "S2" {
		return hub.CellView{}, fault.New(fault.NotFound, "cell.unknown", "could not find cell %s@%s", service, env)
	}
	v := hub.CellView{Frame: h.frame(), Cell: service + "@" + env, Service: hub.Choice{ID: "S2", Name: label(h.text("Kassenkernsystem"), "Core system")}, Env: hub.Choice{ID: env, Name: label(h.text("BKK Ahornwerk"), "")},
		Site: hub.Choice{ID: "rz-sued", Name: label("RZ Süd", "South")}, State: hub.ShownOff, Condition: "failed", Mode: "off", Progress: h.text("vereinbarte Reihenfolge"), Cause: "precaution", Since: now.Add(-31 * time.Minute), Seq: 1192,
		Holds: []hub.HoldLine{{Kind: "incident", Ref: h.text("inc-1"), Since: now, By: "hub:reaction", Seq: 1193}}, Customers: []hub.Choice{{ID: "bkk-ahornwerk", Name: label(h.text("BKK Ahornwerk"), "")}},
		Needs:    []hub.NeedLine{{Cell: "F1@rz-sued", Name: label("Netz", "Network"), Kind: "hard", State: hub.ShownOff}, {Cell: "F2@rz-sued", Name: label("Identitäten", "Identities"), Kind: "hard", State: hub.ShownReturning}},
		NeededBy: []hub.NeedLine{{Cell: "S1@bkk-ahornwerk", Name: label("Zahlläufe", "Payment runs"), Kind: "hard", State: hub.ShownOutage}}}
	for _, f := range h.facts()[1:4] {
		v.History = append(v.History, hub.CellChange{Fact: hub.Fact{Seq: f.Seq, At: f.At, HappenedAt: f.HappenedAt, By: f.By, Kind: "cell.changed", Text: f.Text}, State: hub.ShownOff, Cause: "precaution"})
	}
	return v, nil
}

func (h *house) customers() []hub.ImpactCustomer {
	return []hub.ImpactCustomer{
		{Customer: hub.Choice{ID: "bkk-ahornwerk", Name: label(h.text("BKK Ahornwerk"), "")}, Weight: 310, Lost: []hub.Choice{services[6], services[7], services[13]}, Degraded: []hub.Choice{services[8]}},
		{Customer: hub.Choice{ID: "bkk-glasofen", Name: label("BKK Glasofen", "")}, Weight: 395, Degraded: []hub.Choice{services[14], services[19]}},
	}
}

// Chosen gives the cells that the fixture's board shows.
func (h *house) Chosen(ctx context.Context, f hub.BoardFilter) (ids []catalogue.CellID, selection string, err error) {
	v, err := h.Board(ctx, f)
	for range shownCells(v) {
		ids = append(ids, "S1@bkk-ahornwerk")
	}
	return ids, "all", err
}

func (h *house) ImpactOf(_ context.Context, off []string) (hub.ImpactView, error) {
	v := hub.ImpactView{Frame: h.frame(), Sites: []hub.Choice{{ID: "site:rz-sued", Name: label("RZ Süd", "South")}}, Hosts: []hub.Choice{{ID: "host:fs-01", Name: label("fs-01", "")}, {ID: "host:fs-02", Name: label("fs-02", "")}}, Services: []hub.Choice{{ID: "service:S1", Name: services[6].Name}}, Clients: []hub.Choice{{ID: "customer:bkk-ahornwerk", Name: label(h.text("BKK Ahornwerk"), "")}}}
	if len(off) == 0 {
		return v, nil
	}
	if off[0] == "host:none" {
		return hub.ImpactView{}, fault.New(fault.Invalid, "catalogue.unknown_ref", "could not reckon: there is no host:none")
	}
	for _, o := range off {
		v.Off = append(v.Off, hub.Choice{ID: o, Name: label(h.text("fs-02"), "")})
	}
	v.Cells = []hub.ImpactCell{{Cell: "S2@bkk-ahornwerk", Lost: true}, {Cell: "S1@bkk-ahornwerk", Lost: true, Via: []string{h.text("S2@bkk-ahornwerk")}}, {Cell: "S3@bkk-ahornwerk", Via: []string{"S2@bkk-ahornwerk"}}}
	v.Customers, v.Totals, v.Hidden = h.customers(), hub.ImpactTotals{Lost: 3, Degraded: 3, Customers: 2, Weight: 705}, 12
	v.Cuttable, v.Unmanned = []hub.Choice{{ID: "host:fs-02", Name: label(h.text("fs-02"), "")}}, []hub.Choice{{ID: "host:old-01", Name: label("old-01", "")}}
	return v, nil
}

func (h *house) LogBook(context.Context, string, uint64, int) (hub.LogView, error) {
	v := hub.LogView{Frame: h.frame()}
	if !h.peace {
		i := h.incident()
		v.Incident, v.Entries, v.Older = &i, h.facts(), 900
	}
	return v, nil
}

func (h *house) Journal(context.Context, string, uint64, int) (hub.JournalView, error) {
	return hub.JournalView{Frame: h.frame(), Entries: h.facts(), Kinds: []string{"incident.logged", "order.approved", h.text("strange.kind")}, Older: 1104}, nil
}

func (h *house) Record(_ context.Context, seq uint64, _ access.Actor) (hub.RecordView, error) {
	if seq > 1204 {
		return hub.RecordView{}, fault.New(fault.NotFound, "journal.unknown", "could not find entry %d", seq)
	}
	return hub.RecordView{Frame: h.frame(), Fact: h.facts()[0], Raw: []byte(`{"seq":1204,"at":"2026-11-22T14:56:00Z","happened_at":"2026-11-22T14:56:00Z","actor":"user:anna","kind":"incident.logged","schema":1,"incident":"inc-1","cause":"","batch":1204,"body":{"incident":"inc-1"},"private":"Yk3…"}` + h.evil),
		Private: []hub.PrivateField{{Name: "text", Value: h.text("Forensik bestätigt: Einstieg über das alte VPN.")}}, Leaf: "9f2bq0ZpXy3h5qUe0w7mHq2m3oT9o2m1c4r5sk7Qp3f=", Path: []string{"Wzv0eJ8mGfE2Jj8yQ0b3Hq8m3oT9o2m1c4r5sk7Qp3f=", "m3oT9o2m1c4r5sk7Qp3fWzv0eJ8mGfE2Jj8yQ0b3Hq8="},
		Size: 1204, Root: "k7Qp3fWzv0eJ8mGfE2Jj8yQ0b3Hq8m3oT9o2m1c4r5s=", Note: "blackstart/q7f3\n1204\nk7Qp3fWzv0eJ8mGfE2Jj8yQ0b3Hq8m3oT9o2m1c4r5s=\n\n— blackstart/q7f3 l5Yk…\n", Signed: now, Batch: h.facts()[:2]}, nil
}

func (h *house) Report(context.Context, string) (hub.ReportView, error) {
	v := hub.ReportView{Frame: h.frame(), Incident: h.incident(), Timeline: h.facts(), Cells: 412, Clients: 43, Open: []string{h.text("Ersatz für fs-02 beschaffen")}}
	v.Incident.Closed = now
	v.Outages = []hub.OutageLine{
		{Customer: hub.Choice{ID: "bkk-ahornwerk", Name: label(h.text("BKK Ahornwerk"), "")}, Service: services[7], Cell: "S2@bkk-ahornwerk", Cause: "precaution", From: dayOne.Add(time.Hour), Usable: dayOne.Add(20 * time.Hour), Restored: dayOne.Add(25 * time.Hour), RTO: 96 * time.Hour, Seq: 1001},
		{Customer: hub.Choice{ID: "bkk-glasofen", Name: label("BKK Glasofen", "")}, Service: services[6], Cell: "S1@bkk-glasofen", Cause: "consequence", From: dayOne, RTO: 12 * time.Hour, Seq: 1002},
	}
	o, _ := h.Order(context.Background(), "o-17", "")
	v.Orders = []hub.OrderView{o}
	return v, nil
}

func (h *house) line(id, state string) hub.OrderLine {
	return hub.OrderLine{ID: id, N: 17, Class: "cut", Verb: "isolate", Targets: []string{h.text("fs-02")}, Reason: h.text("Schadsoftware gefunden, breitet sich über SMB aus"), State: state, Needed: 1, By: h.text("Anna Berger"), Drafted: now.Add(-3 * time.Minute), Expires: now.Add(12 * time.Hour), Incident: "inc-1", Seq: 1200}
}

func (h *house) OrderList(context.Context) (hub.OrdersView, error) {
	if h.peace {
		return hub.OrdersView{Frame: h.frame()}, nil
	}
	state, _ := h.trust()
	return hub.OrdersView{Frame: h.frame(), Trust: state, Waiting: []hub.OrderLine{h.line("o-18", "drafted")}, Running: []hub.OrderLine{h.line("o-17", "executed")}, Done: []hub.OrderLine{h.line("o-9", "withdrawn")}}, nil
}

func (h *house) Order(_ context.Context, id string, _ access.Actor) (hub.OrderView, error) {
	v := hub.OrderView{Frame: h.frame(), OrderLine: h.line(id, "drafted"), Measure: "m-3", LeaseSeconds: 43200, Impact: hub.ImpactTotals{Lost: 3, Degraded: 3, Customers: 2, Weight: 705}, Customers: h.customers(),
		PayloadType: "application/vnd.blackstart.order.v1+json", Payload: []byte(`{"v":1,"id":"o-18","n":18,"class":"cut","verb":"isolate","params":{},"targets":["fs-02"]}`), Hash: "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de", Words: strings.Fields("anker birne dachs eule falke garten hafen insel"), MayApprove: true, History: h.facts()[2:4]}
	if id == "trust-5" {
		_, root := h.trust()
		v.Class, v.Verb, v.Targets, v.Measure, v.LeaseSeconds = "trust", "trust", nil, "", 0
		next := root
		next.Version, next.Keys = 5, h.keys()
		v.Trust = &hub.TrustChange{From: root, To: next, Added: h.keys()[1:], Removed: h.keys()[:1], NewHub: true, Addresses: []string{"192.0.2.7:8443"}, CA: "SHA256:ca", Behind: 3}
		v.Passkeys = []hub.PasskeyRef{{Credential: []byte(h.text("id")), Fingerprint: "SHA256:m3oT9o2m1c4r5sk7Qp3fWzv0q0ZpXy3h5qUe0w7mHq2", RP: "hub.example"}}
	}
	v.Passkeys = append(v.Passkeys, h.passkeys...)
	if id == "o-17" {
		v.State, v.Got, v.MayApprove, v.Releasable = "executed", 1, false, true
		v.Approvals = []hub.ApprovalLine{{Person: h.text("Anna Berger"), Organisation: h.text("Haus"), Key: "SHA256:q0ZpXy3h5qUe0w7mHq2m3oT9o2m1c4r5sk7Qp3fWzv0", At: now.Add(-33 * time.Minute), Seq: 1180}}
		v.Receipts = []hub.ReceiptLine{{Host: "fs-02", Status: "executed", Evidence: h.text("table inet blackstart { chain in { type filter hook input priority -300; policy drop; } }"), At: now.Add(-31 * time.Minute), Seq: 1191}}
		v.Probes = []hub.ProbeLine{{Target: h.text("tcp 10.1.2.3:445"), Vantage: "hub", Detail: "timeout", At: now.Add(-30 * time.Minute)}, {Target: "http 10.1.2.3:80", Vantage: "hub", OK: true, At: now.Add(-30 * time.Minute)}}
	}
	return v, nil
}

func (h *house) Restore(context.Context, access.Actor) (hub.RestoreView, error) {
	v := hub.RestoreView{Frame: h.frame()}
	if h.peace {
		return v, nil
	}
	if h.bare {
		v.Off = []hub.NeedLine{{Cell: "S2@bkk-ahornwerk", Name: label("Kassenkernsystem", "Core system"), State: hub.ShownOff}}
		return v, nil
	}
	v.Plan, v.Since, v.By, v.Stale = "p-1", now.Add(-time.Hour), h.text("Jonas Weidt"), true
	v.Steps = []hub.StepLine{
		{ID: "reinstall", Name: label(h.text("fs-02 neu aufsetzen"), "Reinstall fs-02"), Kind: "work", Team: h.text("Plattform"), State: "done", Cells: []string{"S2@bkk-ahornwerk"}, Seq: 1195},
		{ID: "clear", Name: label("Forensische Freigabe", "Forensic clearance"), Kind: "gate", State: "ready", Gate: &hub.GateLine{Needed: 2, MayDecide: true, Decisions: []hub.GateDecision{{By: h.text("Mira Lang"), Yes: true, At: now.Add(-5 * time.Minute), Seq: 1203}}}},
		{ID: "connect", Name: label("Wieder verbinden", "Connect again"), Kind: "connect", State: "waiting", Expect: hub.Expected{From: now.Add(2 * time.Hour), To: now.Add(5 * time.Hour), Confidence: 70, Earlier: []hub.Expected{{From: now.Add(time.Hour), To: now.Add(2 * time.Hour)}}}},
	}
	return v, nil
}

func (h *house) PlanBack(context.Context, string, uint64) (hub.Command, error) {
	return nil, fault.New(fault.Stale, "restore.stale", "could not plan: the state has changed")
}

func (h *house) Status(context.Context) (hub.StatusView, error) {
	v := hub.StatusView{Frame: h.frame(), Worst: hub.ShownOff, Updated: now.Add(-12 * time.Minute), Digest: "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de"}
	v.Frame.Incident = nil
	if h.cheerful {
		v.Worst = hub.ShownOperational
	}
	if h.peace {
		v.Worst, v.Groups, v.Updated = hub.ShownOperational, []hub.StatusGroup{{Class: "ti", Worst: hub.ShownOperational, Services: []hub.StatusService{{Service: services[10], State: hub.ShownOperational, Of: 80}}}}, time.Time{}
		v.Past = []hub.StatusIncident{{ID: "inc-0", Title: label("Störung KIM", "KIM disruption"), Opened: dayOne.Add(-900 * time.Hour), Closed: dayOne.Add(-890 * time.Hour)}}
		return v, nil
	}
	i := h.incident()
	v.Frame.Incident = &i
	v.Incidents = []hub.StatusIncident{{ID: "inc-1", Title: label(h.text("IT-Sicherheitsvorfall"), "IT security incident"), Opened: dayOne, Updates: []hub.StatusUpdate{
		{At: now.Add(-12 * time.Minute), Step: "identified", Text: label(h.text("Wir haben ein Rechenzentrum vorsorglich vom Netz genommen. Ein Abfluss von Daten ist nach heutigem Stand nicht bekannt; das kann sich ändern."), "We have taken one data centre off the net as a precaution. As of today we know of no outflow of data; this may change."), Seq: 1190},
		{At: dayOne.Add(time.Hour), Step: "investigating", Text: label("Wir untersuchen Auffälligkeiten.", ""), Seq: 1010}}}}
	v.Groups = []hub.StatusGroup{
		{Class: "ti", Worst: hub.ShownReturning, Services: []hub.StatusService{{Service: services[10], State: hub.ShownReturning, Affected: 12, Of: 80, Since: dayOne, Expect: hub.Expected{From: now.Add(2 * time.Hour), To: now.Add(5 * time.Hour), Confidence: 70}, Seq: 1100}, {Service: services[11], State: hub.ShownOperational, Of: 80}}},
		{Class: "business", Worst: hub.ShownOff, Services: []hub.StatusService{{Service: hub.Choice{ID: "S2", Name: label(h.text("Kassenkernsystem"), "Core system")}, State: hub.ShownOff, Affected: 42, Of: 68, Since: dayOne, Seq: 1101}, {Service: services[6], State: hub.ShownInterim, Affected: 40, Of: 68, Since: dayOne, Seq: 1102}, {Service: services[9], State: hub.ShownDegraded, Affected: 3, Of: 68}}},
	}
	return v, nil
}

func (h *house) Customer(ctx context.Context, id string) (hub.CustomerView, error) {
	if id != "bkk-ahornwerk" {
		return hub.CustomerView{}, fault.New(fault.NotFound, "catalogue.unknown", "could not find customer %q", id)
	}
	public, _ := h.Status(ctx)
	v := hub.CustomerView{Public: public, Customer: hub.Choice{ID: id, Name: label(h.text("BKK Ahornwerk"), "")}, Weight: 310, Worst: public.Worst, Facts: h.facts()[2:3]}
	v.Cells = []hub.CustomerCell{
		{Cell: "S2@bkk-ahornwerk", Service: hub.Choice{ID: "S2", Name: label(h.text("Kassenkernsystem"), "Core system")}, State: hub.ShownOff, Cause: "precaution", Since: now.Add(-31 * time.Minute), Expect: hub.Expected{From: now.Add(20 * time.Hour), To: now.Add(40 * time.Hour), Confidence: 60, Earlier: []hub.Expected{{From: now.Add(10 * time.Hour), To: now.Add(20 * time.Hour)}}}, Seq: 1192},
		{Cell: "S1@bkk-ahornwerk", Service: services[6], State: hub.ShownOutage, Cause: "consequence", Since: now.Add(-31 * time.Minute), Seq: 1193},
		{Cell: "S5@rz-sued", Service: services[10], State: hub.ShownOperational, Shared: true},
	}
	return v, nil
}

// keys is an approver with a key in the root, and one with a passkey that is not in it yet.
func (h *house) keys() []hub.KeyLine {
	return []hub.KeyLine{
		{Person: h.text("Anna Berger"), Actor: "user:anna", Organisation: h.text("Haus"), Kind: "ed25519", Fingerprint: "SHA256:q0ZpXy3h5qUe0w7mHq2m3oT9o2m1c4r5sk7Qp3fWzv0", InRoot: true, Since: dayOne, Seq: 5},
		{Person: "Mira Lang", Actor: "user:mira", Organisation: "Nordlicht", Kind: "webauthn", RP: h.text("hub.example"), Fingerprint: "SHA256:m3oT9o2m1c4r5sk7Qp3fWzv0q0ZpXy3h5qUe0w7mHq2", Since: now, Seq: 1201},
	}
}

func (h *house) trust() (hub.TrustState, hub.RootView) {
	return hub.TrustState{Version: 4, Ruled: true, Known: !h.drill, Differs: true, People: 2, Missing: 1, Order: "trust-5", Waits: true, Behind: 3, Agents: 5},
		hub.RootView{Version: 4, Origin: h.text("blackstart/q7f3"), Hubs: []string{"SHA256:hub"}, Threshold: 2, People: 2, Keys: h.keys()[:1], Since: dayOne, Seq: 6}
}

func (h *house) People(context.Context) (hub.PeopleView, error) {
	state, root := h.trust()
	return hub.PeopleView{Frame: h.frame(), Users: []hub.UserLine{{Actor: "user:anna", Name: h.text("Anna Berger"), Role: "lead, approver", Since: dayOne, Seq: 3}, {Actor: "user:kurt", Name: "Kurt Adler", Role: "contact", Customer: h.text("bkk-ahornwerk"), Seq: 9}},
		Keys: h.keys(), Trust: state, Root: root,
		Roles: []string{"lead", "it", "forensics", "communication", "legal", "customers", "approver", "auditor", "contact", "admin", "guest"}, Invited: []hub.InviteLine{{ID: h.text("gast"), Role: "guest", By: h.text("Anna Berger"), Expires: now.Add(24 * time.Hour), Seq: 1190}}, Hosts: []hub.AgentLine{{Host: h.text("fs-01"), Fingerprint: "SHA256:aaa", Root: 4, Heard: now}, {Host: "fs-02", Silent: true, Root: 3, Heard: now.Add(-time.Hour), Simulated: h.drill}}}, nil
}

func (h *house) Catalogue(context.Context) (hub.CatalogueView, error) {
	v := hub.CatalogueView{Frame: h.frame()}
	if h.bare {
		return v, nil
	}
	v.SHA256, v.At, v.By, v.Seq, v.Services, v.Envs, v.Clients, v.Cells = "9b74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de", dayOne.Add(-100*time.Hour), h.text("Anna Berger"), 7, 27, 72, 80, 1404
	v.Waiting = &hub.CatalogueDiff{SHA256: "aa74c9897bac770ffc029102a200c5de9b74c9897bac770ffc029102a200c5de", Changes: []hub.CatalogueChange{{Op: "changed", Ref: h.text("service:S1"), Fields: []string{"rto"}}, {Op: "added", Ref: "host:fs-03"}},
		Findings: []fault.Finding{{Level: fault.Warning, File: "services.yaml", Line: 88, Col: 5, Code: "catalogue.rto", Message: h.text("S1 is due after 48 h but needs S2, due after 96 h"), Hint: "plan an interim service"}}}
	return v, nil
}

func (h *house) OfferEnrolment(context.Context, access.Actor, order.Host) (string, error) {
	return "kQ3fWz0p7rTq0ZpXy3h5qUe0w7mHq2m3oT9o2m1c4r5", h.refusal
}

func (h *house) AdoptWaiting(context.Context, access.Actor, string, string) error { return h.refusal }
func (h *house) Frame(context.Context) (hub.Frame, error)                         { return h.frame(), nil }

func (h *house) Wait(ctx context.Context, after uint64) (uint64, error) {
	if after < 1204 {
		return 1204, nil
	}
	<-ctx.Done()
	return 1204, ctx.Err()
}

func (h *house) Do(_ context.Context, r hub.Request) (hub.Result, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.did = append(h.did, r)
	return hub.Result{First: 1205, Last: 1205}, h.refusal
}

// commands are what was asked of the house so far.
func (h *house) commands() []hub.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.did
}

// May asks the real table of rights.
func (h *house) MayWith(a access.Actor, what string, t access.Thing) error {
	return rights.MayWith(a, what, t)
}
func (h *house) May(a access.Actor, what string) error { return rights.May(a, what) }

// rights is the state of access in which the people of the fixture exist.
var rights = func() (s access.State) {
	for _, p := range people {
		s = access.Apply(s, access.UserAdded{ID: p.ID, Roles: p.Roles, Customer: p.Customer}, access.Stamp{})
	}
	return s
}()

var people = map[string]access.Person{
	"anna": {ID: "anna", Roles: []access.Role{access.Lead, access.Approver, access.Admin, access.Communication}},
	"kurt": {ID: "kurt", Roles: []access.Role{access.Contact}, Customer: "bkk-ahornwerk"},
	"rita": {ID: "rita", Roles: []access.Role{access.Auditor}},
}

// doorman is the door of the fixture: the token is the user's name. Whoever is called late must prove again who they are, whoever is called half has
// given the password only, and whoever is called new has no second factor.
type doorman struct {
	Door  // what no test of a page asks for
	house *house
}

func (d doorman) Session(_ context.Context, token string) (hub.Session, bool) {
	name, how, _ := strings.Cut(token, "/")
	p, ok := people[name]
	stay := hub.Session{Person: p, RealName: d.house.text("Anna Berger"), Seq: 1100, How: access.ByPasskey, Begun: now.Add(-time.Hour), Used: now, Proved: now, From: "192.0.2.7", Browser: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
	switch how {
	case "late":
		stay.Proved = now.Add(-time.Hour)
	case "half":
		stay.Stage = hub.StageCode
	case "new":
		stay.Stage = hub.StageEnrol
	}
	return stay, ok
}

func (d doorman) Fresh(s hub.Session) bool { return s.Proved.Equal(now) }

func (d doorman) SignIn(_ context.Context, _ hub.Caller, user, password string) (hub.Entered, error) {
	if _, ok := people[user]; !ok || password != "correct horse battery" {
		return hub.Entered{}, fault.New(fault.Forbidden, "access.sign_in", "could not sign in: user or password is wrong")
	}
	return hub.Entered{Token: user}, nil
}

func (d doorman) ProveAgain(_ context.Context, _ hub.Caller, _, password, _ string) error {
	_, err := d.SignIn(context.Background(), hub.Caller{}, "anna", password)
	return err
}

func (d doorman) SignOut(context.Context, string) error { return nil }

func (d doorman) Factors(string) hub.Factors {
	if d.house.bare {
		return hub.Factors{}
	}
	return hub.Factors{TOTP: true, App: "K7Q2FMPX", Since: dayOne, Codes: 9, Printed: dayOne, Passkeys: []hub.PasskeyLine{
		{ID: "0a1b2c3d4e5f", Label: d.house.text("Laptop"), RP: "hub.example", Added: dayOne, Used: now}, {ID: "5f4e3d2c1b0a", Label: "USB-Stift", RP: "localhost", Added: now}}}
}

func (d doorman) Sessions(string) []hub.Session {
	mine, _ := d.Session(context.Background(), "anna")
	other := mine
	other.Seq, other.How, other.Browser = 1042, access.ByPasswordTOTP, d.house.text("Netscape Navigator 4.7")
	return []hub.Session{mine, other}
}

func (d doorman) OfferTOTP(context.Context, string) (string, error) {
	return "otpauth://totp/Blackstart:anna?algorithm=SHA1&digits=6&issuer=Blackstart&period=30&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", d.house.refusal
}

func (d doorman) PrintRecovery(context.Context, string) ([]string, error) {
	var codes []string
	for range 10 {
		codes = append(codes, "K7Q2-FMPX-W3D5-TRAB")
	}
	return codes, d.house.refusal
}

func (d doorman) SetUpFresh(_ context.Context, link string) bool { return link == "good" }

func (d doorman) SetUp(_ context.Context, _ hub.Caller, link, _ string, u access.AddUser) (hub.Entered, error) {
	if link != "good" {
		return hub.Entered{}, fault.New(fault.NotFound, "access.set_up", "could not use the set-up link")
	}
	return hub.Entered{Token: u.ID}, nil
}

func (h *house) Invite(_ context.Context, _ access.Actor, c access.Invite) (string, access.Invited, error) {
	return "uJ1x0Wm5bq2l9T7cV4e8pA3sD6fG0hK2nQ5rY8zX1vB", access.Invited{ID: h.text(c.ID), Roles: c.Roles, Expires: now.Add(24 * time.Hour)}, h.refusal
}

func (h *house) Invited(_ context.Context, token string) (access.Invitation, bool) {
	return access.Invitation{Invited: access.Invited{ID: h.text("gast"), Roles: []access.Role{access.Guest}, Until: now.Add(48 * time.Hour), Expires: now.Add(24 * time.Hour)}}, token != "void"
}

func (h *house) Accept(context.Context, string, string, string) (string, error) {
	return "gast", h.refusal
}

func (h *house) MakeToken(context.Context, access.Actor, string, string, time.Duration) (string, error) {
	return "uJ1x0Wm5bq2l9T7cV4e8pA3sD6fG0hK2nQ5rY8zX1vB", h.refusal
}

func (h *house) RevokeToken(context.Context, access.Actor, string, uint64) error { return h.refusal }

func (h *house) Held(_ context.Context, user string) (hub.HeldView, error) {
	line := func(seq uint64, kind, field, text string) hub.HeldLine {
		return hub.HeldLine{Fact: hub.Fact{Seq: seq, At: now, HappenedAt: now, Kind: kind, By: h.text("Anna Berger"), Refs: []string{user}}, Private: true, Fields: []hub.PrivateField{{Name: field, Value: h.text(text)}}}
	}
	added, wrote, named := line(3, "access.user_added", "real_name", "Kurt Adler"), line(1201, "incident.logged", "text", "Leitung steht."), line(1202, "incident.logged", "text", "Kurt Adler ruft zurück.")
	added.About, wrote.Wrote, named.Named, named.Open = true, true, true, true
	gone := hub.HeldLine{Fact: hub.Fact{Seq: 1203, At: now, HappenedAt: now, Kind: "incident.logged"}, Wrote: true, GoneBy: 1210}
	return hub.HeldView{Frame: h.frame(), ID: h.text("kurt"), Name: h.text("Kurt Adler"), Here: true, Since: dayOne, Roles: []string{"guest"}, Until: now.Add(48 * time.Hour), Given: []string{"incident:inc-1"},
		Credentials: []string{"password"}, Sessions: 1, Tokens: []hub.TokenLine{{Label: h.text("SIEM"), Expires: now.Add(720 * time.Hour), Seq: 77}}, Lines: []hub.HeldLine{added, wrote, named, gone}}, nil
}

// handler is the web over the fixture.
func (h *house) handler() http.Handler {
	return New(Deps{House: h, Door: doorman{house: h}, Log: slog.New(slog.DiscardHandler), Origins: func() []string { return []string{"http://hub.example"} }})
}
