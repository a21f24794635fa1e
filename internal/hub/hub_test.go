package hub_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// frozen is a clock that stands until it is set.
type frozen struct {
	mu  sync.Mutex
	now time.Time
}

func (f *frozen) Now() time.Time  { f.mu.Lock(); defer f.mu.Unlock(); return f.now }
func (f *frozen) set(t time.Time) { f.mu.Lock(); defer f.mu.Unlock(); f.now = t }
func (f *frozen) Until(ctx context.Context, _ time.Time) error {
	<-ctx.Done()
	return ctx.Err()
}

var ten = time.Date(2026, 11, 3, 22, 0, 0, 0, time.UTC)

func open(t testing.TB, store journal.Store, clock hub.Clock) *hub.Hub {
	t.Helper()
	h, err := hub.Open(t.Context(), hub.Options{Store: store, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func entries(t testing.TB, h *hub.Hub) []journal.Entry {
	t.Helper()
	var all []journal.Entry
	for e, err := range h.Log().Entries(t.Context(), 1, h.Log().Next()-1) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func kinds(all []journal.Entry) []string {
	var list []string
	for _, e := range all {
		list = append(list, e.Kind)
	}
	return list
}

// Cause and effect are one append: the entries of one request share its batch, and the cause of each is named.
func TestOneRequestIsOneBatch(t *testing.T) {
	h := open(t, new(journaltest.Memory), &frozen{now: ten})
	r, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Key: "k", HappenedAt: ten.Add(-time.Hour), Command: incident.Open{Title: "rejects"}})
	if err != nil {
		t.Fatal(err)
	}
	all := entries(t, h)
	if diff := cmp.Diff([]string{"journal.opened", "incident.opened", "incident.anchored"}, kinds(all)); diff != "" {
		t.Fatalf("kinds (-want +got):\n%s", diff)
	}
	if r.First != 2 || r.Last != 3 {
		t.Errorf("result = %d to %d, want 2 to 3", r.First, r.Last)
	}
	for _, e := range all[1:] {
		if e.Batch != 2 || e.Incident != "inc-1" || e.Cause != "key:k" || !e.HappenedAt.Equal(ten.Add(-time.Hour)) || !e.At.Equal(ten) {
			t.Errorf("entry %d: batch %d, incident %q, cause %q, happened %s, at %s", e.Seq, e.Batch, e.Incident, e.Cause, e.HappenedAt, e.At)
		}
	}
}

// A request with a key that was used does nothing, also after a restart.
func TestKeyCountsOnce(t *testing.T) {
	store, clock := new(journaltest.Memory), &frozen{now: ten}
	h := open(t, store, clock)
	r := hub.Request{Actor: access.ByConsole, Key: "once", Command: incident.Open{Title: "x"}}
	first, err := h.Do(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		again, err := h.Do(t.Context(), r)
		if err != nil || !again.Repeated || again.First != first.First {
			t.Fatalf("again = %+v, %v; want a repetition of entry %d", again, err, first.First)
		}
		h = open(t, store, clock)
	}
	for name, other := range map[string]hub.Request{
		"something else": {Actor: access.ByConsole, Key: "once", Command: incident.Log{Incident: "inc-1", Text: "y"}},
		"somebody else":  {Actor: access.ByTimer, Key: "once", Command: incident.Open{Title: "x"}},
	} {
		if result, err := h.Do(t.Context(), other); fault.CodeOf(err) != "hub.key_used" || len(result.Events) > 0 {
			t.Errorf("%s under the same key: %+v, %v; want hub.key_used", name, result, err)
		}
	}
	if n := len(entries(t, h)); n != 3 {
		t.Errorf("%d entries, want 3", n)
	}
}

func TestRefusals(t *testing.T) {
	h := open(t, new(journaltest.Memory), &frozen{now: ten})
	for name, row := range map[string]struct {
		r    hub.Request
		code string
	}{
		"nobody":      {hub.Request{Command: incident.Open{Title: "x"}}, "access.forbidden"},
		"stranger":    {hub.Request{Actor: "user:eve", Command: incident.Open{Title: "x"}}, "access.forbidden"},
		"an agent":    {hub.Request{Actor: "agent:h", Command: incident.Open{Title: "x"}}, "access.forbidden"},
		"the future":  {hub.Request{Actor: access.ByConsole, HappenedAt: ten.Add(time.Second), Command: incident.Open{Title: "x"}}, "hub.future"},
		"another age": {hub.Request{Actor: access.ByConsole, HappenedAt: ten.AddDate(-200, 0, 0), Command: incident.Open{Title: "x"}}, "hub.past"},
		"the subject": {hub.Request{Actor: access.ByConsole, Command: incident.Open{}}, "text.empty"},
	} {
		if _, err := h.Do(t.Context(), row.r); fault.CodeOf(err) != row.code {
			t.Errorf("%s: %v, want %s", name, err, row.code)
		}
	}
	if n := len(entries(t, h)); n != 1 {
		t.Errorf("refusals left %d entries, want only the first", n)
	}
}

// Entry time never runs backwards, whatever the machine's clock does.
func TestClockBackwards(t *testing.T) {
	clock := &frozen{now: ten}
	h := open(t, new(journaltest.Memory), clock)
	clock.set(ten.Add(-24 * time.Hour))
	if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: "x"}}); err != nil {
		t.Fatal(err)
	}
	all := entries(t, h)
	if last := all[len(all)-1]; !last.At.Equal(ten) {
		t.Errorf("entered at %s, want %s", last.At, ten)
	}
}

// failing is a store whose appends fail when told to.
type failing struct {
	journal.Store
	fail error
}

func (f *failing) Append(ctx context.Context, rows []journal.Row) error {
	if f.fail != nil {
		return f.fail
	}
	return f.Store.Append(ctx, rows)
}

// What could not be made durable has not happened: nobody sees it, and the house goes read-only and says so.
func TestFailedAppendHasNotHappened(t *testing.T) {
	store := &failing{Store: new(journaltest.Memory)}
	h := open(t, store, &frozen{now: ten})
	store.fail = errors.New("disk on fire")
	_, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Key: "a", Command: incident.Open{Title: "x"}})
	if err == nil {
		t.Fatal("a failed append was acknowledged")
	}
	store.fail = nil
	if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Key: "b", Command: incident.Open{Title: "y"}}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("after an I/O error the house still writes: %v", err)
	}
	if n := h.Log().Next(); n != 2 {
		t.Errorf("next entry is %d, want 2", n)
	}
}

// An existing record is a drill or it is not, for life.
func TestDrillForLife(t *testing.T) {
	store := new(journaltest.Memory)
	if _, err := hub.Open(t.Context(), hub.Options{Store: store, Drill: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := hub.Open(t.Context(), hub.Options{Store: store}); fault.CodeOf(err) != "hub.drill" {
		t.Errorf("a drill was opened as the real thing: %v", err)
	}
}

// However many write at once: every acknowledged request is in the record exactly once, in one unbroken batch, and a hub that folds the record
// anew knows the same.
func TestConcurrentWriters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		writers, each := rapid.IntRange(1, 20).Draw(rt, "writers"), rapid.IntRange(1, 10).Draw(rt, "each")
		store := new(journaltest.Memory)
		h := open(t, store, &frozen{now: ten})
		if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Command: incident.Open{Title: "x"}}); err != nil {
			rt.Fatal(err)
		}
		var all sync.WaitGroup
		for w := range writers {
			all.Go(func() {
				for n := range each {
					key := fmt.Sprintf("%d/%d", w, n)
					if _, err := h.Do(t.Context(), hub.Request{Actor: access.ByConsole, Key: key, Command: incident.Log{Incident: "inc-1", Text: key}}); err != nil {
						t.Errorf("%s: %v", key, err)
					}
				}
			})
		}
		all.Wait()
		seen := map[string]bool{}
		for _, e := range entries(t, open(t, store, &frozen{now: ten})) {
			if e.Kind != "incident.logged" {
				continue
			}
			if seen[e.Cause] {
				rt.Fatalf("%s stands twice", e.Cause)
			}
			seen[e.Cause] = true
		}
		if len(seen) != writers*each {
			rt.Fatalf("%d lines, want %d", len(seen), writers*each)
		}
	})
}
