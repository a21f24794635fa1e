package hub_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// do gives a command as the console.
func do(t testing.TB, h *hub.Hub, c hub.Command) hub.Result {
	t.Helper()
	r, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: c})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is erased is gone from the record, the pages and the names; that it was there, who erased it and why stays, and the record verifies.
func TestShred(t *testing.T) {
	store := new(journaltest.Memory)
	h := open(t, store, &frozen{now: ten})
	added := do(t, h, access.AddUser{ID: "anna", RealName: "Anna Ahorn", Roles: []access.Role{access.Lead}}).First
	opened := do(t, h, incident.Open{Title: "rejects"}).First
	logged := do(t, h, incident.Log{Incident: "inc-1", Text: "Anna Ahorn called"}).First
	c := access.Shred{Entries: []uint64{logged, added, opened}, Basis: access.AtRequest, User: "anna"}
	if _, err := h.Do(t.Context(), hub.Request{Actor: "user:anna", Command: c}); fault.CodeOf(err) != "access.shred_held" {
		t.Fatalf("of an open incident: %v", err)
	}
	do(t, h, incident.Close{Incident: "inc-1", Summary: "done"})
	r, err := h.Do(t.Context(), hub.Request{Actor: "user:anna", Command: c})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]hub.Event{access.Shredded{Entries: []uint64{added, logged}, Basis: access.AtRequest, User: "anna"}}, r.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	for _, seq := range []uint64{added, logged} {
		v, err := h.Record(t.Context(), seq, "user:anna")
		if err != nil || !v.Gone || v.GoneBy != r.First || v.Private != nil || v.Fact.Text != "" {
			t.Errorf("entry %d: gone %v by %d, private %v, text %q, %v", seq, v.Gone, v.GoneBy, v.Private, v.Fact.Text, err)
		}
	}
	people, err := h.People(t.Context())
	if err != nil || people.Users[0].Name != "anna" {
		t.Errorf("the name on the page: %q, %v", people.Users[0].Name, err)
	}
	if _, err := h.Log().Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v, err := h.Log().Audit(t.Context(), nil); err != nil || !v.OK || v.Shredded != 2 {
		t.Errorf("audit: %+v, %v", v, err)
	}
	if _, err := h.Do(t.Context(), hub.Request{Actor: "user:anna", Command: c}); fault.CodeOf(err) != "access.shred_nothing" {
		t.Errorf("again: %v", err)
	}
	open(t, store, &frozen{now: ten}) // and it folds
}

// Entry and erasure are one: when the entry cannot be stored, nothing is erased.
func TestShredFails(t *testing.T) {
	store := &failing{Store: new(journaltest.Memory)}
	h := open(t, store, &frozen{now: ten})
	added := do(t, h, access.AddUser{ID: "anna", RealName: "Anna Ahorn", Roles: []access.Role{access.Lead}}).First
	store.fail = errors.New("disk gone")
	if _, err := h.Do(context.Background(), hub.Request{Actor: access.ByConsole, Command: access.Shred{Entries: []uint64{added}, Basis: access.TooMuch}}); err == nil {
		t.Fatal("it was acknowledged")
	}
	p, _ := h.People(t.Context())
	if len(p.Users) != 1 || p.Users[0].Name != "Anna Ahorn" {
		t.Errorf("people: %+v", p.Users)
	}
}

// Two who erase the same at the same time: one does, the other is told, or both name it; the record verifies either way.
func TestShredTogether(t *testing.T) {
	h := open(t, new(journaltest.Memory), &frozen{now: ten})
	added := do(t, h, access.AddUser{ID: "anna", RealName: "Anna Ahorn", Roles: []access.Role{access.Lead}}).First
	done := make(chan error)
	for range 8 {
		go func() {
			_, err := h.Do(context.Background(), hub.Request{Actor: access.ByConsole, Command: access.Shred{Entries: []uint64{added}, Basis: access.TooMuch}})
			done <- err
		}()
	}
	won := 0
	for range 8 {
		if err := <-done; err == nil {
			won++
		} else if fault.CodeOf(err) != "access.shred_nothing" {
			t.Error(err)
		}
	}
	if won == 0 {
		t.Error("nobody erased it")
	}
	if _, err := h.Log().Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v, err := h.Log().Audit(t.Context(), nil); err != nil || !v.OK || v.Shredded != 1 {
		t.Errorf("audit: %+v, %v", v, err)
	}
}
