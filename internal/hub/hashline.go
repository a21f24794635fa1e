package hub

import (
	"context"
	"net/netip"
	"slices"
	"sync"

	"blackstart/internal/fault"
)

// Ranks in the line before the hashing of passwords, best first.
const (
	rankKnown   = iota // a browser from which this account signed in before, or somebody inside
	rankFresh          // an address from which nothing failed lately
	rankFailing        // the rest
	ranks
)

// lane is where somebody stands in line.
type lane struct {
	address netip.Addr // zero: inside the house
	rank    int
}

// hashLine is the line before argon2id, which takes 64 MiB and two cores for a tenth of a second: a flood of guesses must neither take the machine
// down nor keep everybody else waiting. Few are computed at once, few wait; better ranks go first and push the worst out of a full line, and no
// address holds more than its share.
type hashLine struct {
	mu      sync.Mutex // guards the rest
	running int
	waiting [ranks][]*waiter
	held    map[string]int // places by network, running and waiting
}

type waiter struct {
	lane lane
	turn chan error // gets nil when it is this one's turn, a fault when it was pushed out
}

var hashes hashLine // one for the program: the memory is the machine's

var errBusy = fault.New(fault.Unavailable, "access.busy", "could not check the password: too many are being checked").Hinted("try again in a few seconds, or use a passkey")

// enter waits for a turn. Whoever gets one calls leave.
func (l *hashLine) enter(ctx context.Context, at lane) error {
	w, err := l.queue(at)
	if err != nil || w == nil {
		return err
	}
	select {
	case err := <-w.turn:
		return err
	case <-ctx.Done():
		if l.abandon(w) {
			return fault.New(fault.Unavailable, "access.busy", "could not check the password: %w", ctx.Err())
		}
		if err := <-w.turn; err != nil { // it was decided in the same moment
			return err
		}
		return nil
	}
}

// queue gives a place in line, or nil for a turn at once.
func (l *hashLine) queue(at lane) (*waiter, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = map[string]int{}
	}
	if at.rank != rankKnown && l.held[network(at.address)] >= maxHashShare {
		return nil, errBusy
	}
	if l.running < maxHashing {
		l.running++
		l.held[network(at.address)]++
		return nil, nil
	}
	if l.length() >= maxHashQueue && !l.pushOut(at.rank) {
		return nil, errBusy
	}
	w := &waiter{lane: at, turn: make(chan error, 1)}
	l.waiting[at.rank] = append(l.waiting[at.rank], w)
	l.held[network(at.address)]++
	return w, nil
}

func (l *hashLine) length() (n int) {
	for _, ws := range l.waiting {
		n += len(ws)
	}
	return n
}

// pushOut turns away the last of the worst rank, if that is worse than the given one. The caller holds mu.
func (l *hashLine) pushOut(rank int) bool {
	for r := ranks - 1; r > rank; r-- {
		if n := len(l.waiting[r]); n > 0 {
			l.remove(l.waiting[r][n-1]).turn <- errBusy
			return true
		}
	}
	return false
}

// remove takes a waiter out of the line. The caller holds mu.
func (l *hashLine) remove(w *waiter) *waiter {
	l.waiting[w.lane.rank] = slices.DeleteFunc(l.waiting[w.lane.rank], func(x *waiter) bool { return x == w })
	l.free(w.lane)
	return w
}

func (l *hashLine) free(at lane) {
	if n := network(at.address); l.held[n] > 1 {
		l.held[n]--
	} else {
		delete(l.held, n)
	}
}

// abandon leaves the line; false when the turn has come meanwhile.
func (l *hashLine) abandon(w *waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Contains(l.waiting[w.lane.rank], w) {
		return false
	}
	l.remove(w)
	return true
}

// leave gives the turn to the first of the best rank.
func (l *hashLine) leave(at lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free(at)
	for r := range l.waiting {
		if len(l.waiting[r]) > 0 {
			w := l.waiting[r][0]
			l.waiting[r] = l.waiting[r][1:]
			w.turn <- nil
			return
		}
	}
	l.running--
}
