package hub

import (
	"encoding/base64"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/cell"
	"blackstart/internal/subject/contain"
	"blackstart/internal/subject/incident"
)

var proposal = contain.Propose{Incident: "inc-1", Host: "host:srv-77", Reason: "beacons"}

func TestLogBook(t *testing.T) {
	p := ready(t)
	if v, err := p.LogBook(t.Context(), "", 0, 0); err != nil || v.Incident != nil || len(v.Entries) != 0 {
		t.Errorf("in peace: %+v, %v", v, err)
	}
	p.cutOff()
	v, err := p.LogBook(t.Context(), "", 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	last := v.Entries[len(v.Entries)-1]
	if v.Incident.ID != "inc-1" || last.Kind != "incident.opened" || last.By != "Anna Adler" || last.Text != "Secret title: srv-77 beacons" {
		t.Errorf("the book of %s begins with %+v", v.Incident.ID, last)
	}
	for _, f := range v.Entries {
		if f.Kind == "incident.logged" && f.Text != "Ben Buche saw it on srv-77" {
			t.Errorf("the line says %q", f.Text)
		}
	}
	if _, err := p.LogBook(t.Context(), "inc-9", 0, 0); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an unknown incident: %v", err)
	}
}

// Turning pages shows every entry once, newest first, and leads back again.
func TestPages(t *testing.T) {
	p := ready(t)
	p.cutOff()
	for _, kind := range []string{"", "access.user_added"} {
		whole, err := p.Journal(t.Context(), kind, 0, maxPage)
		if err != nil {
			t.Fatal(err)
		}
		var got []Fact
		var back uint64
		for before, more := uint64(0), true; more; {
			v, err := p.Journal(t.Context(), kind, before, 3)
			if err != nil {
				t.Fatal(err)
			}
			got, back = append(got, v.Entries...), v.Newer
			before, more = v.Older, v.Older > 0
		}
		if diff := cmp.Diff(whole.Entries, got); diff != "" {
			t.Errorf("pages of %q (-want +got):\n%s", kind, diff)
		}
		v, err := p.Journal(t.Context(), kind, back, 3)
		if err != nil || len(v.Entries) != 3 || v.Entries[2].Seq <= got[len(got)-1].Seq {
			t.Errorf("back from the oldest page of %q: %+v, %v", kind, v.Entries, err)
		}
	}
}

// Turning pages over the whole record is turning pages over a list of all its numbers.
func TestWholePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last, limit := rapid.Uint64Range(1, 30).Draw(t, "last"), rapid.IntRange(1, 12).Draw(t, "limit")
		before := rapid.Uint64Range(0, last+3).Draw(t, "before")
		all := make([]uint64, last)
		for n := range all {
			all[n] = uint64(n + 1)
		}
		cut, older, newer := page(all, before, limit)
		cut2, older2, newer2 := wholePage(last, before, limit)
		if diff := cmp.Diff([]any{cut, older, newer}, []any{cut2, older2, newer2}, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("list against whole record:\n%s", diff)
		}
	})
}

// What is left out of the story is a kind that exists: a misspelt one would leave nothing out.
func TestChatterIsKnown(t *testing.T) {
	for kind := range chatter {
		if _, ok := kinds[kind]; !ok {
			t.Errorf("%s is no kind", kind)
		}
	}
}

// Readers and writers at the same time: every view is of one sequence number, and its sum is right.
func TestViewsWhileWriting(t *testing.T) {
	p := ready(t)
	p.as("user:anna", incident.Open{Title: "x"})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 20 {
				v, err := p.Board(t.Context(), BoardFilter{})
				sum := 0
				for _, n := range v.Counts {
					sum += n.Cells
				}
				if err != nil || sum != 5 {
					t.Errorf("%d cells, %v", sum, err)
				}
				if _, err := p.Customer(t.Context(), "alpha"); err != nil {
					t.Error(err)
				}
				if _, err := p.LogBook(t.Context(), "inc-1", 0, 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for n := range 20 {
		mode := []cell.Mode{cell.Off, cell.Returning}[n%2]
		if _, err := p.Do(t.Context(), Request{Actor: "user:anna", Command: cell.Change{Cells: []cell.ID{"NET@base"}, Mode: mode, Cause: cell.Planned}}); err != nil {
			t.Error(err)
		}
	}
	readers.Wait()
}

func TestRecord(t *testing.T) {
	p := ready(t)
	p.as("user:anna", incident.Open{Title: "x"})
	r := p.as("user:anna", incident.Log{Incident: "inc-1", Text: "said"})
	v, err := p.Record(t.Context(), r.First, "user:benno")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]PrivateField{{"text", "said"}}, v.Private); diff != "" || v.Hidden || v.Gone || v.Note != "" {
		t.Errorf("private (-want +got):\n%s; hidden %v, gone %v, note %q", diff, v.Hidden, v.Gone, v.Note)
	}
	if v, err = p.Record(t.Context(), r.First, "user:kim"); err != nil || !v.Hidden || v.Private != nil || v.Fact.Text != "" || strings.Contains(string(v.Raw), "said") {
		t.Errorf("a contact reads %+v, %v", v.Private, err)
	}
	if _, err := p.Hub.Log().Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v, err = p.Record(t.Context(), r.First, "user:benno"); err != nil || v.Note == "" {
		t.Fatalf("no proof after a checkpoint: %v", err)
	}
	var path tlog.RecordProof
	for _, text := range v.Path {
		path = append(path, hash(t, text))
	}
	if err := tlog.CheckRecord(path, int64(v.Size), hash(t, v.Root), int64(r.First-1), hash(t, v.Leaf)); err != nil {
		t.Errorf("the proof on the page does not hold: %v", err)
	}
	if head := p.Head(); head.Root != v.Root || head.Size != v.Size || head.Short == "" {
		t.Errorf("head %+v, proof for %d %s", head, v.Size, v.Root)
	}
	if batch, err := p.Record(t.Context(), r.First-1, "user:benno"); err != nil || len(batch.Batch) != 2 {
		t.Errorf("the opening was written with %d others: %v", len(batch.Batch), err)
	}
}

func hash(t *testing.T, text string) (h tlog.Hash) {
	t.Helper()
	if n, err := base64.StdEncoding.Decode(h[:], []byte(text)); err != nil || n != len(h) {
		t.Fatalf("%q is no hash: %v", text, err)
	}
	return h
}

func TestReport(t *testing.T) {
	p := ready(t)
	p.cutOff()
	off, _ := p.state.Cell.Find("WEB@alpha")
	p.broughtBack()
	v, err := p.Report(t.Context(), "inc-1")
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Outages) != 1 {
		t.Fatalf("outages %+v, want one", v.Outages)
	}
	o := v.Outages[0]
	if o.Customer.ID != "alpha" || o.Cell != "WEB@alpha" || o.Cause != "precaution" || !o.From.Equal(off.Since) || o.RTO != time.Hour || !o.Closed.IsZero() {
		t.Errorf("outage %+v", o)
	}
	if !o.Usable.After(o.From) || o.Restored.Before(o.Usable) {
		t.Errorf("from %s usable %s restored %s", o.From, o.Usable, o.Restored)
	}
	if len(v.Orders) != 2 || len(v.Orders[0].Receipts) != 1 || len(v.Orders[1].Approvals) != 2 || v.Orders[0].Release != v.Orders[1].ID {
		t.Errorf("orders %+v", v.Orders)
	}
	if diff := cmp.Diff([]string{"logs of srv-77 go to the police"}, v.Open); diff != "" || v.Cells != 1 || v.Clients != 1 {
		t.Errorf("open points (-want +got):\n%s; %d cells, %d customers", diff, v.Cells, v.Clients)
	}
	for n := range v.Timeline[1:] {
		if v.Timeline[n+1].HappenedAt.Before(v.Timeline[n].HappenedAt) {
			t.Errorf("the timeline runs backwards at %d", v.Timeline[n+1].Seq)
		}
	}
}

// Going backwards is normal: a cell that goes off again after it was usable begins a second outage, and the first stays unrestored.
func TestOutageTwice(t *testing.T) {
	p := ready(t)
	p.as("user:anna", incident.Open{Title: "x"})
	p.switchOff("cell:NET@base")
	p.change("NET@base", "returning")
	p.change("NET@base", "off")
	v, err := p.Report(t.Context(), "inc-1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range v.Outages {
		got = append(got, o.Cell+" "+o.Cause+" "+map[bool]string{true: "usable", false: "away"}[!o.Usable.IsZero()])
	}
	want := []string{"WEB@alpha consequence usable", "WEB@bravo consequence usable", "WEB@alpha consequence away", "WEB@bravo consequence away"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outages (-want +got):\n%s", diff)
	}
}

// A revision that would drop a cell in use is shown with its changes, the reason, and no way to adopt it.
func TestCatalogueWaiting(t *testing.T) {
	p := ready(t)
	p.switchOff("cell:WEB@bravo")
	fewer := maps.Clone(smallHouse)
	fewer["customers.csv"] = &fstest.MapFile{Data: []byte("id,name,class,weight,lang,profile,authority,order\nalpha,Alpha Kasse,federal,2000000,de,P,,\n")}
	bundle, err := catalogue.Pack(fewer)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.OfferCatalogue(t.Context(), bundle); err != nil {
		t.Fatal(err)
	}
	v, err := p.Catalogue(t.Context())
	if err != nil || v.Waiting == nil || v.By != "Anna Adler" || v.Cells != 5 {
		t.Fatalf("catalogue %+v, %v", v, err)
	}
	if v.Waiting.Refused == "" || !strings.HasPrefix(v.Waiting.Changes[0].Ref, "env:bravo") {
		t.Errorf("waiting %+v", v.Waiting)
	}
	if err := p.AdoptWaiting(t.Context(), "user:anna", "", v.SHA256); fault.KindOf(err) != fault.Stale {
		t.Errorf("another revision than the waiting one: %v", err)
	}
	if err := p.AdoptWaiting(t.Context(), "user:anna", "", v.Waiting.SHA256); fault.CodeOf(err) != "catalogue.in_use" {
		t.Errorf("a revision that drops a cell in use: %v", err)
	}
	p.change("WEB@bravo", cell.Returning)
	p.change("WEB@bravo", cell.Regular)
	if err := p.AdoptWaiting(t.Context(), "user:anna", "", v.Waiting.SHA256); err != nil {
		t.Fatal(err)
	}
	if v, err = p.Catalogue(t.Context()); err != nil || v.Waiting != nil || v.Clients != 1 {
		t.Errorf("after the adoption: %+v, %v", v, err)
	}
}
