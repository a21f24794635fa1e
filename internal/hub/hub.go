// Package hub is the loop: a command comes in, the subjects decide, consequences follow in the same pass, and all of it goes to the journal as
// one batch. It is the only place that knows all subjects, and the only writer of the record.
//
// Start at [Hub.Do] (do.go): it is the architecture on one screen. Then reaction.go, the table of all consequences; follow.go, how effects outside
// are caused and come back; view_*.go, what pages and reports are made from. The hub knows nothing of HTTP, of files, or of how an effect is done.
package hub

import (
	"context"
	"sync"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/backup"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/catalogue"
)

// Hub runs one record. Make one with [Open]; [Hub.Run] keeps its timer and followers going until its context ends.
type Hub struct {
	log   *journal.Log
	store journal.Store
	key   *seal.Signer
	clock Clock

	// mu guards everything below it. Writers hold it from the first decision through COMMIT, so that no reader ever sees what might not last.
	mu      sync.RWMutex
	state   State
	index   index
	dial    dial       // what the machine's clock should show
	broken  error      // the state could not be folded anew after a failure: nothing is written any more
	stale   *TakenOver // another hub goes on with this record; nil while none does
	copies  func() []backup.State
	changed chan struct{} // closed and replaced after every commit

	writers   group
	calls     calls
	setUp     sync.Mutex                      // held while the set-up link is used
	adding    sync.Mutex                      // held while a person is added; taken after setUp
	bundles   map[string]*catalogue.Catalogue // parsed catalogues by SHA-256; guarded by mu
	followers []*follower                     // those that run; guarded by mu
	stir      bell                            // rung when a follower has dealt with an entry
	door      door                            // who may come in, with a lock of its own
	views     views                           // what the builders of views keep; derived, with locks of its own (build_sight.go)
	started   time.Time                       // by the machine's clock
}

// Options are what a hub is opened with.
type Options struct {
	Store journal.Store
	Clock Clock        // nil: the machine's
	Drill bool         // a new record becomes a drill, for life; an existing one must agree
	Key   *seal.Signer // used only for a new record: its signing key; nil makes one
}

// Open opens the record in the store, or begins a new one, and folds it into a state. It refuses a record with entries of a kind that this
// build does not know, and one that is a drill when Options says otherwise, or the other way round.
func Open(ctx context.Context, o Options) (*Hub, error) {
	if o.Clock == nil {
		o.Clock = wallClock{}
	}
	key, err := hubKey(ctx, o)
	if err != nil {
		return nil, err
	}
	log, err := journal.Open(ctx, o.Store, journal.Options{Origin: key.Name(), Signer: key, Now: o.Clock.Now})
	if err != nil {
		return nil, err
	}
	h := &Hub{log: log, store: o.Store, key: key, clock: o.Clock, copies: func() []backup.State { return nil }, changed: make(chan struct{}), started: time.Now()}
	h.dial = dialAt(h.clock, log.Last())
	if err := h.recall(ctx); err != nil {
		return nil, err
	}
	if log.Next() == 1 {
		err = h.begin(ctx, o.Drill)
	} else {
		err = h.refold(ctx)
	}
	if err != nil {
		return nil, err
	}
	if h.state.House.Drill != o.Drill && h.state.House.Origin != "" { // where the first entry is damaged, nobody knows
		return nil, fault.New(fault.Conflict, "hub.drill", "could not open the record as %s: it is %s for life", drillWord(o.Drill), drillWord(h.state.House.Drill)).
			Hinted("use another data directory")
	}
	return h, h.openDoor(ctx)
}

func drillWord(drill bool) string {
	if drill {
		return "a drill"
	}
	return "no drill"
}

// Key is the hub's public key, under which its orders and checkpoints are signed.
func (h *Hub) Key() seal.Key { return h.key.Public() }

// Origin is the name of the record, which its checkpoints carry.
func (h *Hub) Origin() string { return h.key.Name() }

// Log gives read access to the record itself.
func (h *Hub) Log() *journal.Log { return h.log }

// Now is the time as this hub counts it; in a drill it is the drill's.
func (h *Hub) Now() time.Time { return h.clock.Now() }

// read runs f under the read lock. f must not keep what it is given, and must not wait for anything.
func (h *Hub) read(f func(s *State)) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	f(&h.state)
}

// Wait returns as soon as the record has an entry after the given one, with the number of the last entry; or when ctx ends.
func (h *Hub) Wait(ctx context.Context, after uint64) (uint64, error) {
	for {
		h.mu.RLock()
		last, changed := h.log.Next()-1, h.changed
		h.mu.RUnlock()
		if last > after {
			return last, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return last, ctx.Err()
		}
	}
}

// announce wakes everybody who waits for a change. The caller holds mu.
func (h *Hub) announce() {
	close(h.changed)
	h.changed = make(chan struct{})
}
