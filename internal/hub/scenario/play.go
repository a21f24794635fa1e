package scenario

import (
	"context"
	"fmt"
	"strings"
	"time"

	"blackstart/internal/fault"
	"blackstart/internal/hub"
	"blackstart/internal/ledger/journal"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/access"
	"blackstart/internal/subject/catalogue"
	"blackstart/internal/subject/order"
)

// House is the hub as a scenario sees it; *hub.Hub is one.
type House interface {
	Doer
	Pages
	Records
}

// Doer takes what people do.
type Doer interface {
	Do(ctx context.Context, r hub.Request) (hub.Result, error)
	AddUser(ctx context.Context, by access.Actor, password string, u access.AddUser) error
	AdoptCatalogue(ctx context.Context, by access.Actor, key string, bundle []byte) (hub.Result, []fault.Finding, error)
}

// Pages are what people would look at.
type Pages interface {
	Cell(ctx context.Context, service, env string) (hub.CellView, error)
	Status(ctx context.Context) (hub.StatusView, error)
	Customer(ctx context.Context, id string) (hub.CustomerView, error)
}

// Records is the record, and whether anything is still in flight.
type Records interface {
	Log() *journal.Log
	OrderList(ctx context.Context) (hub.OrdersView, error)
	Frame(ctx context.Context) (hub.Frame, error)
	Settled(ctx context.Context) error
}

// Stage is what stands in for the world: hosts with a service and an agent each.
type Stage interface {
	// Raise brings the hosts up and enrols their agents; people and keys are known to the hub by then. Raised twice on one record, it finds what it made.
	Raise(ctx context.Context) error
	// Still returns when no agent has anything to say or to do.
	Still(ctx context.Context) error
	// Agent ends or starts the agent of a host; to ask for what is the case already changes nothing.
	Agent(ctx context.Context, host string, run bool) error
	// Look looks at a host from outside, in every way that the stage knows; passes says for each look whether it was answered.
	Look(ctx context.Context, host string) (passes map[string]bool, err error)
}

// Config is what a scenario is played with.
type Config struct {
	Scenario *Scenario
	Bundle   []byte // of the catalogue
	Clock    *Clock // the hub's
	House    House
	Stage    Stage
	Key      func(person string) (*seal.Signer, error) // the approver key of a person, the same at every start
	Password func(person string) (string, error)       // likewise
	Tell     func(Progress)                            // nil: nobody listens
}

// Progress is one step that was done.
type Progress struct {
	Step    Step
	Number  int // from 1
	Of      int
	At      time.Time // virtual
	Who     Person
	Skipped bool // it was done before the restart
}

// Summary is what a drill came to.
type Summary struct {
	Steps   int
	Skipped int
	From    time.Time // virtual
	To      time.Time
	Head    journal.Head
	Verdict journal.Verdict
}

// Failed says that a step did not lead to what was expected. It is a verdict on what was drilled, not on the program.
type Failed struct {
	Step     string
	At       time.Time
	Expected string
	Found    string
}

// Error says the whole of it in one sentence.
func (f *Failed) Error() string {
	return fmt.Sprintf("the drill failed at step %s (%s): expected %s, found %s", f.Step, f.At.Format(time.RFC3339), f.Expected, f.Found)
}

// player is a drill being played.
type player struct {
	Config
	cat   *catalogue.Catalogue
	done  map[string]place // steps that stand in the record
	keys  map[string]*seal.Signer
	draft map[string]order.Drafted // by the step that led to it
}

// place is where a step stands in the record.
type place struct {
	seq uint64 // of its first entry
	at  time.Time
}

// outcome is what an act led to.
type outcome struct {
	first   uint64 // number of the first entry; 0 when there is none
	refused error
}

// Run plays the scenario to its end. The error is a [Failed] when an expectation was not met.
func Run(ctx context.Context, c Config) (Summary, error) {
	p := &player{Config: c, done: map[string]place{}, keys: map[string]*seal.Signer{}, draft: map[string]order.Drafted{}}
	if p.Tell == nil {
		p.Tell = func(Progress) {}
	}
	if err := p.prepare(ctx); err != nil {
		return Summary{}, err
	}
	if err := p.resume(ctx); err != nil {
		return Summary{}, err
	}
	if err := p.Stage.Raise(ctx); err != nil {
		return Summary{}, err
	}
	last := p.lastDone()
	for n, s := range c.Scenario.Steps {
		if err := p.play(ctx, s, n, last); err != nil {
			return Summary{}, err
		}
		p.tell(s, n, n <= last)
	}
	return p.summary(ctx, last+1)
}

// prepare gives the hub its catalogue and its people. All of it counts once.
func (p *player) prepare(ctx context.Context) error {
	cat, findings := catalogue.Open(p.Bundle)
	if cat == nil {
		return fault.New(fault.Invalid, "drill.catalogue", "could not use the catalogue of the scenario: %s", findings[0])
	}
	p.cat = cat
	if _, _, err := p.House.AdoptCatalogue(ctx, access.ByConsole, "drill-catalogue", p.Bundle); err != nil {
		return err
	}
	for _, x := range p.Scenario.People {
		if err := p.introduce(ctx, x); err != nil {
			return err
		}
	}
	return nil
}

// introduce adds a person, and enrols the key of an approver.
func (p *player) introduce(ctx context.Context, x Person) error {
	password, err := p.Password(x.ID)
	if err != nil {
		return err
	}
	u := access.AddUser{ID: x.ID, RealName: x.Name, Roles: x.Roles, Organisation: x.Organisation, Customer: x.Customer}
	if err := p.House.AddUser(ctx, access.ByConsole, password, u); err != nil && fault.CodeOf(err) != "access.user_exists" {
		return err
	}
	key, err := p.Key(x.ID)
	if err != nil {
		return err
	}
	p.keys[x.ID] = key
	if !x.is(access.Approver) {
		return nil
	}
	_, err = p.House.Do(ctx, hub.Request{Actor: access.ByConsole, Key: "drill-key/" + x.ID, Command: access.EnrolKey{User: x.ID, Public: key.Public().String()}})
	return err
}

func (x Person) is(r access.Role) bool {
	for _, have := range x.Roles {
		if have == r {
			return true
		}
	}
	return false
}

// resume reads from the record which steps are done and where the clock must stand.
func (p *player) resume(ctx context.Context) error {
	log := p.House.Log()
	for e, err := range log.Entries(ctx, 1, log.Next()-1) {
		if err != nil {
			return err
		}
		if key, ok := strings.CutPrefix(e.Cause, "key:"+keyPrefix); ok && e.Seq == e.Batch {
			p.done[key] = place{e.Seq, e.At}
			if err := p.remember(ctx, key, e.Seq); err != nil {
				return err
			}
		}
	}
	for p.Clock.JumpTowards(log.Last()).Before(log.Last()) { // whoever waits for a moment on the way had its turn before the restart
	}
	return nil
}

// lastDone is the index of the last step that stands in the record, -1 when none does. Steps before it are done too, even those that left no
// entry because they were refused.
func (p *player) lastDone() int {
	for n := len(p.Scenario.Steps) - 1; n >= 0; n-- {
		if _, ok := p.done[p.Scenario.Steps[n].ID]; ok {
			return n
		}
	}
	return -1
}

// play brings the clock to the step, does it, waits until nothing is in flight, and looks whether all is as expected. Of the steps that were done
// before a restart only the last is looked at again: what followed from it may not have been seen.
func (p *player) play(ctx context.Context, s Step, n, last int) error {
	if n < last {
		return p.again(ctx, s)
	}
	if err := p.until(ctx, p.Scenario.Start.Add(s.Due)); err != nil {
		return err
	}
	o, err := p.act(ctx, s)
	if err != nil {
		return err
	}
	if err := p.quiet(ctx); err != nil {
		return err
	}
	return p.check(ctx, s, o)
}

// again repeats what a step did to the stage, which a restart has built anew.
func (p *player) again(ctx context.Context, s Step) error {
	switch d := s.Do.(type) {
	case KillAgent:
		return p.Stage.Agent(ctx, d.Host, false)
	case StartAgent:
		return p.Stage.Agent(ctx, d.Host, true)
	default:
		return nil // nothing else is done to the stage
	}
}

// check looks whether all is as the step expects.
func (p *player) check(ctx context.Context, s Step, o outcome) error {
	if o.refused != nil && !s.refusable() {
		return &Failed{s.ID, p.Clock.Now(), "that it is done", fmt.Sprintf("it was refused with %s: %v", fault.CodeOf(o.refused), o.refused)}
	}
	for _, e := range s.Expect {
		found, err := e.found(ctx, p, o)
		if err != nil {
			return fault.New(fault.KindOf(err), fault.CodeOf(err), "could not check step %s: %w", s.ID, err)
		}
		if found != "" {
			return &Failed{s.ID, p.Clock.Now(), e.String(), found}
		}
	}
	return nil
}

// refusable says whether the step expects to be refused.
func (s Step) refusable() bool {
	for _, e := range s.Expect {
		if _, ok := e.(Refused); ok {
			return true
		}
	}
	return false
}

func (p *player) tell(s Step, n int, skipped bool) {
	who, _ := p.Scenario.Person(s.Who)
	p.Tell(Progress{Step: s, Number: n + 1, Of: len(p.Scenario.Steps), At: p.Scenario.Start.Add(s.Due), Who: who, Skipped: skipped})
}

func (p *player) summary(ctx context.Context, skipped int) (Summary, error) {
	if _, err := p.House.Log().Checkpoint(ctx); err != nil {
		return Summary{}, err
	}
	v, err := p.House.Log().Audit(ctx, nil)
	if err != nil {
		return Summary{}, err
	}
	return Summary{Steps: len(p.Scenario.Steps), Skipped: skipped, From: p.Scenario.Start, To: p.Clock.Now(), Head: p.House.Log().Head(), Verdict: v}, nil
}
