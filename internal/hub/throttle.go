package hub

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"blackstart/internal/fault"
)

// throttle slows guessing down without ever locking an account: what is held up is an address at one account, an address at all accounts, or one
// browser; never an account for everybody. (But for codes: whoever tries those has the password, and browsers that were let in before, passkeys
// and recovery codes go past it.) Its memory is bounded: when a generation is full the one before is forgotten.
type throttle struct {
	mu            sync.Mutex // guards the rest; held for map look-ups only
	young, former map[string]*bucket
}

// bucket counts failures in a row. Below the free ones nothing happens; from there on each doubles the wait.
type bucket struct {
	fails int
	last  time.Time
	next  time.Time // no try before
}

// hold is how one kind of bucket holds up.
type hold struct {
	free int
	wait time.Duration // at most
}

var (
	holdPair    = hold{free: 5, wait: 5 * time.Minute}   // an address at one account
	holdAddress = hold{free: 50, wait: 10 * time.Second} // an address at all accounts: a whole office behind one address must get in on a bad night
	holdDevice  = hold{free: 10, wait: time.Minute}      // a browser at the account that signed in from it before
	holdCodes   = hold{free: 30, wait: time.Minute}      // codes of one account, from browsers that were never let in
)

type charge struct {
	key  string
	hold hold
}

// charges are the buckets that a try is counted in. A known browser has one of its own, whatever strangers do.
func charges(c Caller, user, device string, what failure) []charge {
	user = strings.ToLower(user[:min(len(user), maxTyped)])
	if device != "" {
		return []charge{{"device/" + device + "/" + user, holdDevice}}
	}
	from := network(c.Address)
	all := []charge{{"pair/" + from + "/" + user, holdPair}, {"address/" + from, holdAddress}}
	if what == failedCode {
		all = append(all, charge{"codes/" + user, holdCodes})
	}
	return all
}

// network is what counts as one address: of IPv6 a /64, which one customer has all of (RFC 6177).
func network(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64) // never fails for 64 bits of an IPv6 address
		return p.String()
	}
	return a.String()
}

// take counts a try as failed before it is looked at, so that many at once are not one; giveBack takes that back. It refuses while a bucket says wait.
func (t *throttle) take(now time.Time, c Caller, user, device string, what failure) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := charges(c, user, device, what)
	for _, ch := range all { // who is refused leaves nothing behind, or one address could push all others out of the memory for nothing
		if b := t.seen(ch.key); b != nil && now.Before(b.next) {
			wait := b.next.Sub(now).Round(time.Second) + time.Second
			return fault.New(fault.Unavailable, "access.throttled", "could not try this: too many tries failed from here").Hinted("try again in %s, or use a passkey", wait)
		}
	}
	for _, ch := range all {
		b := t.bucket(ch.key, now)
		b.fails++
		b.last = now
		if over := b.fails - ch.hold.free; over >= 0 {
			b.next = now.Add(min(time.Second<<min(over, 20), ch.hold.wait))
		}
	}
	return nil
}

// giveBack uncounts a try that did not fail.
func (t *throttle) giveBack(c Caller, user, device string, what failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, ch := range charges(c, user, device, what) {
		if b := t.seen(ch.key); b != nil {
			b.fails, b.next = max(0, b.fails-1), time.Time{}
			if b.fails == 0 {
				t.forget(ch.key)
			}
		}
	}
}

// forgive forgets the failures of somebody who then came in, where theirs were counted: an owner's known browser clears nothing for a stranger beside
// it, and the failures of the address at other accounts stay.
func (t *throttle) forgive(c Caller, user, device string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(charges(c, user, device, failedPassword)[0].key)
}

func (t *throttle) forget(key string) {
	delete(t.young, key)
	delete(t.former, key)
}

// rank says who is heard first when many wait: a known browser, then addresses from which nothing failed lately, then the rest.
func (t *throttle) rank(c Caller, device string) int {
	if device != "" {
		return rankKnown
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := t.seen("address/" + network(c.Address)); b != nil && b.fails > 1 { // the try itself is counted
		return rankFailing
	}
	return rankFresh
}

func (t *throttle) seen(key string) *bucket {
	if b, ok := t.young[key]; ok {
		return b
	}
	return t.former[key]
}

// bucket gives the bucket of a key, emptied when it was quiet for long. It is moved to the young generation; a full one becomes the former.
func (t *throttle) bucket(key string, now time.Time) *bucket {
	b := t.seen(key)
	if b == nil || now.Sub(b.last) > throttleQuiet {
		b = &bucket{last: now}
	}
	if t.young == nil || len(t.young) >= maxBuckets {
		t.young, t.former = map[string]*bucket{}, t.young
	}
	t.young[key] = b
	return b
}
