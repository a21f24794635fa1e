package hub

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/store/sqlite"
	"blackstart/internal/subject/incident"
	"blackstart/internal/subject/probe"
)

// reopened plays a story on a disk, lets somebody who owns the disk do their work while the hub is down, and starts it again.
func reopened(t *testing.T, act string) *Hub {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	p := playOn(t, store)
	p.staff()
	p.adopt(smallHouse)
	p.agent(webHost)
	p.cutOff()
	if _, err := p.log.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	conn, err := sqlite3.Open(filepath.Join(dir, sqlite.FileName))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"record", "node"} {
		act = fmt.Sprintf("DROP TRIGGER %s_update; DROP TRIGGER %s_delete; %s", table, table, act)
	}
	if err := conn.Exec(act); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if store, err = sqlite.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	h, err := Open(t.Context(), Options{Store: store, Clock: p.clock})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// keepRunning runs a hub until the test is over.
func keepRunning(t *testing.T, h *Hub) {
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- h.Run(ctx, Effects{Probe: func(context.Context, probe.Spec) probe.Result { return probe.Result{} }})
	}()
	t.Cleanup(func() { stop(); <-done })
}

const edit = `UPDATE record SET raw = cast(replace(cast(raw AS TEXT), '%s', '%s') AS BLOB) WHERE kind='%s';`

// An old entry was tampered with while the hub was down: whatever was done to it, the start finds it or the verification behind it does. From then on
// nothing is written, every page says why, and everything that can still be read is shown.
func TestTamperedWhileDown(t *testing.T) {
	for name, c := range map[string]struct {
		act     string
		kind    string // of the entry that is to be named
		behind  bool   // only the verification of the whole finds it
		unknown bool   // the incident cannot be read any more
	}{
		"a body":              {fmt.Sprintf(edit, "srv-77 beacons", "srv-77 sleeps!", "incident.opened"), "incident.opened", false, false},
		"a body, no JSON now": {fmt.Sprintf(edit, `"lead"`, `"lead`, "incident.opened"), "incident.opened", false, true},
		"an entry is gone":    {`DELETE FROM record WHERE kind='incident.opened'; `, "incident.opened", false, true},
		"an index column":     {`UPDATE record SET actor='user:benno' WHERE kind='incident.opened'; `, "incident.opened", false, false},
		"an inner hash":       {`UPDATE node SET hashes=cast(substr(hashes, 1, 32)||zeroblob(length(hashes)-32) AS BLOB) WHERE seq=8; `, "", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			h := reopened(t, c.act)
			if found := h.ReadOnly() != nil; found == c.behind {
				t.Errorf("found at the start: %v", found)
			}
			keepRunning(t, h)
			for h.ReadOnly() == nil {
				if h.log.Audited().Done {
					t.Fatal("the verification found everything in order")
				}
				time.Sleep(time.Millisecond)
			}
			frame, err := h.Frame(t.Context())
			if err != nil || frame.Damage == nil {
				t.Fatalf("frame %+v, %v", frame, err)
			}
			if e, ok := firstOf(t, h, c.kind); ok && (frame.Damage.First != e || frame.Damage.Where != fmt.Sprintf("entry %d", e)) {
				t.Errorf("%+v is named, want entry %d", *frame.Damage, e)
			}
			_, err = h.Do(t.Context(), Request{Actor: "user:anna", Command: incident.Log{Incident: "inc-1", Text: "too late"}})
			if fault.CodeOf(err) != "journal.damaged" || !strings.Contains(err.Error(), frame.Damage.Where) || !strings.Contains(err.Error(), "takeover") {
				t.Errorf("a command was answered with %v", err)
			}
			if shown := frame.Incident != nil; shown == c.unknown {
				t.Errorf("the incident is shown: %v", shown)
			}
			pagesStand(t, h)
		})
	}
}

// firstOf gives the number of the first entry of a kind, by the entries around it when it is gone.
func firstOf(t *testing.T, h *Hub, kind string) (uint64, bool) {
	t.Helper()
	last := uint64(0)
	for e, err := range h.log.Entries(t.Context(), 1, h.log.Next()-1) {
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Kind == kind:
			return e.Seq, true
		case e.Seq > last+1:
			return last + 1, true
		}
		last = e.Seq
	}
	return 0, false
}

// pagesStand builds the pages that people need most.
func pagesStand(t *testing.T, h *Hub) {
	t.Helper()
	_, board := h.Board(t.Context(), BoardFilter{})
	_, book := h.Journal(t.Context(), "", 0, 0)
	_, people := h.People(t.Context())
	_, status := h.Status(t.Context())
	for name, err := range map[string]error{"board": board, "journal": book, "people": people, "status": status} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The verification of the whole says how far it is, ends, and finds a good record good; also one that is written to meanwhile.
func TestVerifiedBehindTheWork(t *testing.T) {
	p := ready(t)
	keepRunning(t, p.Hub)
	for n := 0; !p.log.Audited().Done; n++ {
		if n == 0 {
			p.as("user:anna", incident.Open{Title: "meanwhile"})
		}
		if err := p.ReadOnly(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	if a := p.log.Audited(); a.Verified == 0 || a.Verified != a.Of {
		t.Errorf("audited %+v", a)
	}
}
