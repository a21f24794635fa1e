// Package agent knows how a host obeys: it calls the hub, checks each order for itself, writes down that it will do it, does it, writes down what came of it, and tells.
// It trusts the people of its trust root, whose approvals it checks, not the hub that passes their orders on. It knows no shell.
//
// Three things run: [Agent.talk] exchanges with the hub, [Agent.tend] keeps a standing cut alive and ends it in time, and between them stands the memory,
// which is on disk before anything is done. Start at [Run], then take.go.
package agent

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"blackstart/internal/edge/wire"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// Config is what an agent runs on. Only Dir and Isolation are needed.
type Config struct {
	Dir       string // what enrolment made
	Isolation Isolation
	Simulated bool         // the isolation cuts nothing; people are told so
	Version   string       // of the program
	Clock     Clock        // nil for the host's
	Hub       Hub          // nil for the hub that the agent enrolled with
	Log       *slog.Logger // nil for none
}

// Hub is the other end of the line; [wire.Client] is one. Exchange returns without an error only an answer that has been checked; with [wire.CodeUnknownHub] it
// gives orders that nobody has checked.
type Hub interface {
	Exchange(ctx context.Context, x wire.Exchange) (wire.Answer, error)
}

// Agent is a running agent.
type Agent struct {
	Config
	signer *seal.Signer
	dials  bool // the hub is ours to dial anew; a test brings its own
	barren int  // answers in a row that brought only what was refused or known; talk's own

	mu      sync.Mutex // guards Config.Hub and what follows, and makes one change of the host after the other
	self    identity
	root    order.Root
	memory  memory
	applied int                // how often rules were applied: tells whether an exchange began after them
	counter uint64             // of the last exchange
	saved   time.Duration      // uptime when the memory was last written
	hangUp  context.CancelFunc // ends the exchange that is waiting, when there is something to say
}

// Run is the agent's life: it returns when ctx ends, or when it could not start. The rules of a standing cut are left in place: they end with their lease,
// and a restart within it takes them up again.
func Run(ctx context.Context, c Config) error {
	a, unlock, err := open(c)
	if err != nil {
		return err
	}
	defer unlock()
	a.resume(ctx)
	ctx, cancel := context.WithCancel(ctx)
	var tending sync.WaitGroup
	tending.Go(func() { a.tend(ctx) })
	a.talk(ctx)
	cancel()
	tending.Wait()
	a.farewell()
	return nil
}

// open reads the directory and locks it against a second agent.
func open(c Config) (*Agent, func(), error) {
	if c.Clock == nil {
		c.Clock = hostClock{}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	unlock, err := lock(c.Dir)
	if err != nil {
		return nil, nil, err
	}
	a := &Agent{Config: c, counter: rand.Uint64N(order.MaxN / 2)} // a random start: a new run must not repeat the questions of an older one
	if err := a.load(); err != nil {
		unlock()
		return nil, nil, err
	}
	a.dials = a.Hub == nil
	a.dial()
	return a, unlock, nil
}

// dial makes the line anew, to the hub that the agent obeys now.
func (a *Agent) dial() {
	if !a.dials {
		return
	}
	if old, ok := a.Hub.(*wire.Client); ok {
		old.Close()
	}
	a.Hub = wire.NewClient(a.self.Hubs, a.self.Pin, a.self.Host, a.signer, a.root, a.Now)
}

// Now is agent time, under the lock that the caller does not hold.
func (a *Agent) Now() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now()
}

// talk exchanges with the hub until ctx ends. It alone takes orders off the wire.
func (a *Agent) talk(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		err := a.exchange(ctx)
		if err == nil {
			pause = firstPause
			continue
		}
		if ctx.Err() != nil {
			return
		}
		a.Log.Warn("the hub does not answer", "err", err, "again_in", pause)
		spread := time.Duration(float64(pause) * (0.8 + 0.4*rand.Float64())) // so that 2,000 agents do not come back in the same moment
		_ = a.Clock.Sleep(ctx, spread)
		pause = min(2*pause, lastPause)
	}
}

// exchange asks the hub once and does what it says.
func (a *Agent) exchange(ctx context.Context) error {
	line, hangUp := context.WithCancel(ctx)
	defer hangUp()
	hub, x, applied := a.question(ctx, hangUp)
	begun := a.Clock.Uptime()
	answer, err := hub.Exchange(line, x)
	if err != nil {
		if line.Err() != nil && ctx.Err() == nil {
			return nil // we hung up ourselves, having something to say
		}
		if a.takeTrust(ctx, answer.Orders) {
			return nil // and ask the hub that we obey now
		}
		return err
	}
	a.answered(ctx, x, answer, applied)
	if a.takeAll(ctx, answer.Orders) {
		a.barren = 0
		return nil
	}
	if len(answer.Orders) > 0 {
		a.barren = min(a.barren+1, maxBarren)
		return a.Clock.Sleep(ctx, min(repeatPause<<(a.barren-1), lastPause)) // an endless supply of what is refused must not keep us busy
	}
	a.barren = 0
	if len(x.Receipts) == 0 && a.Clock.Uptime()-begun < repeatPause {
		return a.Clock.Sleep(ctx, repeatPause) // a hub that answers at once with nothing must not make us spin
	}
	return nil
}

// takeAll takes the orders of one answer and says whether one was accepted.
func (a *Agent) takeAll(ctx context.Context, orders []seal.Envelope) bool {
	news := false
	for _, e := range orders[:min(len(orders), maxTaken)] {
		_, accepted := a.take(ctx, e, false)
		news = accepted || news
	}
	return news
}

// question is the line as it is now, the next exchange, and how often rules had been applied when it was put. hangUp is called when there is something to say before the answer comes.
func (a *Agent) question(ctx context.Context, hangUp context.CancelFunc) (Hub, wire.Exchange, int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.counter++
	a.hangUp = hangUp
	x := wire.Exchange{Counter: a.counter, WaitS: int(wire.MaxWait / time.Second), Receipts: wire.Fit(a.memory.Spool), State: a.state(ctx)}
	if len(x.Receipts) > 0 || a.memory.Cut != nil && !a.memory.Cut.Confirmed {
		x.WaitS = 0
	}
	return a.Hub, x, a.applied
}

// answered takes in what the mere coming of an answer means: what time it is, that the receipts have arrived, and that the hub can be reached through rules
// that were applied before the question was put.
func (a *Agent) answered(ctx context.Context, x wire.Exchange, answer wire.Answer, applied int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.hangUp = nil
	a.raise(answer.Time)
	if len(x.Receipts) > 0 {
		a.memory.Spool = without(a.memory.Spool, x.Receipts)
		a.note("could not empty the spool", a.save())
	}
	if applied == a.applied {
		a.confirm(ctx)
	}
}

// without is the spool less what has arrived.
func without(spool, arrived []seal.Envelope) []seal.Envelope {
	gone := map[string]bool{}
	for _, e := range arrived {
		gone[string(e.Payload)] = true
	}
	return slices.DeleteFunc(spool, func(e seal.Envelope) bool { return gone[string(e.Payload)] })
}

// speak ends a waiting exchange, so that what is in the spool goes out now.
func (a *Agent) speak() {
	if a.hangUp != nil {
		a.hangUp()
		a.hangUp = nil
	}
}

// state is how the host stands, for people.
func (a *Agent) state(ctx context.Context) wire.State {
	s := wire.State{Isolation: a.posture(ctx), Reapplied: a.memory.Reapplied, Simulated: a.Simulated, Version: a.Version, At: a.now(), Ahead: a.ahead()}
	if cut := a.memory.Cut; cut != nil {
		s.Order = cut.Order
		if now, err := a.Isolation.Current(ctx); err == nil {
			s.Left = int(now.Left / time.Second)
		}
	}
	return s
}

// farewell says what is left behind.
func (a *Agent) farewell() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if cut := a.memory.Cut; cut != nil {
		a.Log.Info("the agent stops; the host stays cut off until its lease ends, at most", "seconds", cut.LeaseS, "order", cut.Order)
	}
	a.note("could not write the memory", a.save())
}
