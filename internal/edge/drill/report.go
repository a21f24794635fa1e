package drill

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
)

// Report is what a drill leaves behind: the hub's after-action report with what makes it a drill. Times are the drill's own.
type Report struct {
	Schema    string         `json:"schema"` // blackstart/drill-report/1
	Scenario  string         `json:"scenario"`
	Title     string         `json:"title"`
	Simulated bool           `json:"simulated"` // no host was really cut off
	Incident  ReportIncident `json:"incident"`
	Cells     int            `json:"cells"`     // that were touched
	Customers int            `json:"customers"` // that were touched
	Timeline  []ReportFact   `json:"timeline"`
	Outages   []ReportOutage `json:"outages"`
	Orders    []ReportOrder  `json:"orders"`
	Open      []string       `json:"open_points"`
	Head      string         `json:"head"`
	Entries   uint64         `json:"entries"`
	Verified  bool           `json:"verified"`
}

// ReportIncident is the incident in one line.
type ReportIncident struct {
	ID     string    `json:"id"`
	Title  string    `json:"title"`
	Opened time.Time `json:"opened"`
	Closed time.Time `json:"closed,omitzero"`
	Lead   string    `json:"lead"`
}

// ReportFact is one thing that happened.
type ReportFact struct {
	Seq        uint64    `json:"seq"`
	At         time.Time `json:"at"`
	HappenedAt time.Time `json:"happened_at"`
	By         string    `json:"by"`
	Kind       string    `json:"kind"`
	Refs       []string  `json:"refs"`
	Text       string    `json:"text,omitempty"`
}

// ReportOutage says how long one customer was without one service. The three end points are never mixed; each is absent while it is not reached.
type ReportOutage struct {
	Customer string    `json:"customer"`
	Service  string    `json:"service"`
	Cell     string    `json:"cell"`
	Cause    string    `json:"cause"`
	From     time.Time `json:"from"`
	Usable   time.Time `json:"usable,omitzero"`
	Restored time.Time `json:"restored,omitzero"`
	Closed   time.Time `json:"closed,omitzero"`
	RTOHours float64   `json:"rto_h,omitzero"`
}

// ReportOrder is an order with what proves it.
type ReportOrder struct {
	ID        string        `json:"id"`
	Class     string        `json:"class"`
	Verb      string        `json:"verb"`
	Targets   []string      `json:"targets"`
	State     string        `json:"state"`
	Hash      string        `json:"hash"` // of the bytes that were signed
	Approvals []string      `json:"approvals"`
	Receipts  []string      `json:"receipts"`
	Probes    []ReportProbe `json:"probes"`
}

// ReportProbe is one look from outside.
type ReportProbe struct {
	Target   string `json:"target"`
	Wanted   bool   `json:"wanted"`
	Answered bool   `json:"answered"`
}

// report makes the report of the drill that was just played.
func (d *Drill) report(ctx context.Context, simulated bool) (Report, error) {
	v, err := d.app.Hub.Report(ctx, string(d.scenario.Incident))
	if err != nil {
		return Report{}, err
	}
	r := Report{
		Schema: "blackstart/drill-report/1", Scenario: d.scenario.Name, Title: d.scenario.Title.De + " / " + d.scenario.Title.En, Simulated: simulated || v.Frame.Simulated,
		Incident: ReportIncident{v.Incident.ID, v.Incident.Title, v.Incident.Opened, v.Incident.Closed, v.Incident.Lead},
		Cells:    v.Cells, Customers: v.Clients, Open: slices.Concat([]string{}, v.Open),
		Head: d.Summary.Head.Short(), Entries: d.Summary.Head.Size, Verified: d.Summary.Verdict.OK,
	}
	for _, f := range v.Timeline {
		r.Timeline = append(r.Timeline, ReportFact{f.Seq, f.At, f.HappenedAt, f.By, f.Kind, slices.Concat([]string{}, f.Refs), f.Text})
	}
	for _, o := range v.Outages {
		r.Outages = append(r.Outages, ReportOutage{o.Customer.ID, o.Service.ID, o.Cell, o.Cause, o.From, o.Usable, o.Restored, o.Closed, o.RTO.Hours()})
	}
	for _, o := range v.Orders {
		r.Orders = append(r.Orders, orderOf(o))
	}
	return r, nil
}

func orderOf(o hub.OrderView) ReportOrder {
	r := ReportOrder{ID: o.ID, Class: o.Class, Verb: o.Verb, Targets: o.Targets, State: o.State, Hash: o.Hash, Approvals: []string{}, Receipts: []string{}}
	for _, a := range o.Approvals {
		r.Approvals = append(r.Approvals, a.Person)
	}
	for _, x := range o.Receipts {
		r.Receipts = append(r.Receipts, strings.TrimSpace(x.Host+" "+x.Status+" "+x.Code))
	}
	for _, p := range o.Probes {
		r.Probes = append(r.Probes, ReportProbe{p.Target, p.Want, p.OK})
	}
	return r
}

// JSON is the report as one object.
func (r Report) JSON() ([]byte, error) {
	data, err := json.Marshal(r, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return nil, fault.New(fault.Internal, "drill.report", "could not write the report: %w", err)
	}
	return append(data, '\n'), nil
}

// Markdown is the report for people, in both languages where it has words of its own.
func (r Report) Markdown() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# ÜBUNG / DRILL: %s\n\n", r.Title)
	if r.Simulated {
		b.WriteString("**Simuliert: kein Host wurde wirklich getrennt. / Simulated: no host was really cut off.**\n\n")
	}
	fmt.Fprintf(&b, "%s: %s  \n%s – %s, Leitung / lead: %s  \nZellen / cells: %d, Kunden / customers: %d\n", r.Incident.ID, line(r.Incident.Title), moment(r.Incident.Opened), moment(r.Incident.Closed),
		line(r.Incident.Lead), r.Cells, r.Customers)
	r.outages(&b)
	r.orders(&b)
	b.WriteString("\n## Offene Punkte / Open points\n\n")
	for _, p := range r.Open {
		fmt.Fprintf(&b, "- %s\n", line(p))
	}
	b.WriteString("\n## Verlauf / Timeline\n\n| Nr. | Zeit / time | wer / who | was / what |\n|---|---|---|---|\n")
	for _, f := range r.Timeline {
		fmt.Fprintf(&b, "| %d | %s | %s | %s %s %s |\n", f.Seq, moment(f.HappenedAt), cell(f.By), f.Kind, cell(strings.Join(f.Refs, ", ")), cell(f.Text))
	}
	fmt.Fprintf(&b, "\nJournal: %d entries, head `%s`, verified: %v\n", r.Entries, r.Head, r.Verified)
	return []byte(b.String())
}

func (r Report) outages(b *strings.Builder) {
	b.WriteString("\n## Ausfälle / Outages\n\n| Kunde / customer | Dienst / service | Ursache / cause | von / from | nutzbar / usable | wiederhergestellt / restored | abgeschlossen / closed |\n|---|---|---|---|---|---|---|\n")
	for _, o := range r.Outages {
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s |\n", o.Customer, o.Service, o.Cause, moment(o.From), moment(o.Usable), moment(o.Restored), moment(o.Closed))
	}
}

func (r Report) orders(b *strings.Builder) {
	b.WriteString("\n## Anordnungen / Orders\n\n")
	for _, o := range r.Orders {
		fmt.Fprintf(b, "- **%s** (%s, %s) %s: %s; SHA-256 `%s`\n", o.ID, o.Verb, o.Class, strings.Join(o.Targets, ", "), o.State, o.Hash)
		fmt.Fprintf(b, "  - Freigaben / approvals: %s\n  - Quittungen / receipts: %s\n", strings.Join(o.Approvals, ", "), strings.Join(o.Receipts, "; "))
		for _, p := range o.Probes {
			fmt.Fprintf(b, "  - %s: %s\n", p.Target, map[bool]string{true: "antwortet / answers", false: "antwortet nicht / does not answer"}[p.Answered])
		}
	}
}

// moment is a time for a table; a dash while it has not come.
func moment(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// line keeps a foreign text on one line, so that it cannot become a heading.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// cell keeps a foreign text inside its column.
func cell(s string) string { return strings.ReplaceAll(line(s), "|", "\\|") }
