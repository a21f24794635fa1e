package hub_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/journal/journaltest"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/incident"
)

// gated is a store whose next append waits, so that others queue up behind it, and then fails if told to.
type gated struct {
	journal.Store
	gate    chan error // what the gated append returns; nil lets it through
	entered chan struct{}
	armed   atomic.Bool
}

func (g *gated) Append(ctx context.Context, rows []journal.Row) error {
	if g.armed.Load() {
		g.entered <- struct{}{}
		if err := <-g.gate; err != nil {
			return err
		}
	}
	return g.Store.Append(ctx, rows)
}

// A group that fails tells everybody in it, also a request that wrote nothing because a neighbour had done the same under the same key: what it
// was told rests on what never became durable.
func TestFailedGroupTellsEverybody(t *testing.T) {
	store := &gated{Store: new(journaltest.Memory), gate: make(chan error), entered: make(chan struct{})}
	h := open(t, store, &frozen{now: ten})
	store.armed.Store(true)
	ask := func(key string) chan error {
		done := make(chan error, 1)
		go func() {
			_, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Key: key, Command: incident.Open{Title: key}})
			done <- err
		}()
		return done
	}
	first := ask("first")
	<-store.entered // the first is on the disk's doorstep; the next three wait for the pen and will form one group
	waiting := []chan error{ask("same"), ask("same"), ask("other")}
	for h.Waiting() < 3 {
		time.Sleep(time.Millisecond)
	}
	store.gate <- nil
	if err := <-first; err != nil {
		t.Fatal(err)
	}
	<-store.entered
	store.gate <- errors.New("disk on fire")
	store.armed.Store(false)
	for n, done := range waiting {
		if err := <-done; err == nil {
			t.Errorf("request %d of a failed group was acknowledged", n)
		}
	}
}

// What cannot become a record is refused alone: its neighbours in the group are not touched.
func TestOversizedRequestIsRefusedAlone(t *testing.T) {
	store := &gated{Store: new(journaltest.Memory), gate: make(chan error), entered: make(chan struct{})}
	h := open(t, store, &frozen{now: ten})
	store.armed.Store(true)
	do := func(r hub.Request) chan error {
		done := make(chan error, 1)
		go func() {
			r.Actor = access.ByConsole
			_, err := h.Do(t.Context(), r)
			done <- err
		}()
		return done
	}
	first := do(hub.Request{Command: incident.Open{Title: "first"}})
	<-store.entered
	bad := do(hub.Request{Key: strings.Repeat("k", 500), Command: incident.Open{Title: "bad"}})
	worse := do(hub.Request{Incident: "nowhere", Command: incident.Open{Title: "worse"}})
	good := do(hub.Request{Command: incident.Open{Title: "good"}})
	for h.Waiting() < 3 {
		time.Sleep(time.Millisecond)
	}
	store.armed.Store(false)
	store.gate <- nil
	if err := errors.Join(<-first, <-good); err != nil {
		t.Errorf("a good request failed with its neighbour: %v", err)
	}
	if fault.CodeOf(<-bad) != "hub.key" || fault.CodeOf(<-worse) != "incident.unknown" {
		t.Error("a bad request was taken")
	}
}

// A client whose answer was lost asks again and learns all that it would have learned the first time.
func TestRepeatedTellsAgain(t *testing.T) {
	h := open(t, new(journaltest.Memory), &frozen{now: ten})
	r := hub.Request{Actor: access.ByConsole, Key: "k", Command: incident.Open{Title: "x"}}
	first, err := h.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := h.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	first.Repeated = true
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("a repetition tells something else (-first +again):\n%s", diff)
	}
}

// Live and folded are the same house: after any sequence of commands, a hub that folds the record knows what the running one knows.
func TestFoldEqualsLive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		store, clock := new(journaltest.Memory), &frozen{now: ten}
		h := open(t, store, clock)
		for n := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			clock.set(ten.Add(time.Duration(n) * time.Minute))
			id := incident.ID(rapid.SampledFrom([]string{"inc-1", "INC-1", "inc-2"}).Draw(rt, "id"))
			c := rapid.SampledFrom([]hub.Command{
				incident.Open{Title: "t"}, incident.Log{Incident: id, Text: "x"}, incident.SetLead{Incident: id, Lead: "user:ben"},
				incident.SetAnchor{Incident: id, Anchor: incident.Major, Moment: ten}, incident.Close{Incident: id, Summary: "s"},
				access.AddUser{ID: "anna", Roles: []access.Role{access.Lead}, RealName: "Anna"}, access.RemoveUser{ID: "anna"},
			}).Draw(rt, "command")
			_, _ = h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: c}) // refusals are part of the game
		}
		folded := open(t, store, clock)
		for _, look := range []func(*hub.Hub) any{
			func(h *hub.Hub) any { return h.AllPeople() },
			func(h *hub.Hub) any {
				v, err := h.LogBook(t.Context(), "inc-1", 0, 50)
				return fmt.Sprintf("%+v %v", v.Entries, err)
			},
			func(h *hub.Hub) any {
				v, err := h.Report(t.Context(), "inc-1")
				return fmt.Sprintf("%+v %v", v.Timeline, err)
			},
		} {
			if diff := cmp.Diff(look(h), look(folded)); diff != "" {
				rt.Fatalf("folded differs (-live +folded):\n%s", diff)
			}
		}
	})
}

// Many callers, one pen: everybody is served, nobody works for ever.
func TestPenIsPassedOn(t *testing.T) {
	h := open(t, new(journaltest.Memory), &frozen{now: ten})
	var all sync.WaitGroup
	for n := range 500 {
		all.Go(func() {
			if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: fmt.Sprint(n)}}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := h.Waiting(); n != 0 {
		t.Errorf("%d still wait", n)
	}
}
