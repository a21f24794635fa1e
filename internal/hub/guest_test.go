package hub_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// A guest writes into the log book that they were given and into no other; at the minute their account ends by itself, as an entry, and they are out
// even before it is written.
func TestGuestForTwoDays(t *testing.T) {
	clock := &frozen{now: ten}
	h := open(t, new(journaltest.Memory), clock)
	do(t, h, incident.Open{Title: "rejects"})
	guest := access.AddUser{ID: "gast", RealName: "Gustav Gast", Roles: []access.Role{access.Guest}, Until: ten.Add(48 * time.Hour), Given: []access.Thing{"incident:inc-2"}}
	if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: guest}); fault.CodeOf(err) != "access.no_such_thing" {
		t.Fatalf("given what is not there: %v", err)
	}
	guest.Given[0] = "incident:INC-1"
	if err := h.AddUser(t.Context(), access.ByConsole, "correct horse battery", guest); err != nil {
		t.Fatal(err)
	}
	write := func(id incident.ID) error {
		_, err := h.Do(t.Context(), hub.Request{Actor: "user:gast", Command: incident.Log{Incident: id, Text: "a trace in the registry"}})
		return err
	}
	if err := write("inc-1"); err != nil {
		t.Errorf("into the given log book: %v", err)
	}
	do(t, h, incident.Close{Incident: "inc-1", Summary: "x"})
	do(t, h, incident.Open{Title: "another"})
	if err := write("inc-2"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("into another: %v", err)
	}
	token, err := h.NewToken(t.Context(), "gast")
	if _, in := h.Token(t.Context(), token); err != nil || !in {
		t.Fatalf("the token does not open: %v", err)
	}
	clock.set(ten.Add(48 * time.Hour))
	if _, in := h.Token(t.Context(), token); in {
		t.Error("they still get in")
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	before := h.Log().Next() - 1 // before it runs: the end of the account may be the first thing that it does
	go func() { done <- h.Run(ctx, hub.Effects{}) }()
	if _, err := h.Wait(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	all := entries(t, h)
	if i := slices.IndexFunc(all, func(e journal.Entry) bool { return e.Kind == "access.expired" && e.Actor == string(access.ByTimer) }); i < 0 {
		t.Errorf("no entry says that the account ended: %v", kinds(all))
	}
	if err := write("inc-1"); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("after the end: %v", err)
	}
}
