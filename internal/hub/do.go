package hub

import (
	"context"
	"time"

	"blackstart/internal/subject/access"
)

// Command is any subject's command; Event is any subject's event. The subjects seal them, house.go lists them.
type (
	Command interface{ Name() string }
	Event   interface{ Kind() string }
)

// Request is a command with the one who gives it.
type Request struct {
	Actor      access.Actor
	HappenedAt time.Time // zero: now. What was done by phone is entered afterwards, with its time
	Incident   string    // empty: the running incident, if there is one
	Key        string    // the same request once more under the same key does nothing and gives the first one's result; empty: no such protection
	Command    Command
}

// Result says what a request led to: the entries First to Last of the record, and the events in them. Repeated means that it had been done before.
type Result struct {
	First, Last uint64
	Events      []Event
	Repeated    bool
}

// Do is Blackstart on one screen. A command comes in: may this person do this? Its subject decides. Each event is applied and shown to the
// reactions, whose commands are decided in the same pass. All events go to the record as ONE batch; the answer is given after COMMIT.
// So an incident can never exist without its clocks, nor an order without the reason for it: cause and effect are one append.
func (h *Hub) Do(ctx context.Context, r Request) (Result, error) {
	return h.together(ctx, func(p *pass) (Result, error) { // group.go: under the write lock, with all who wait, committed once
		at, err := p.stamp(r)
		if err == nil {
			err = h.state.Access.MayWith(r.Actor, r.Command.Name(), h.state.thingOf(r.Command))
		}
		if err != nil {
			return Result{}, err
		}
		if again, done, err := h.repeated(ctx, r); done {
			return again, err
		}
		todo := []consequence{{command: r.Command, at: at, cause: keyCause(r.Key), incident: r.Incident}}
		for n := 0; n < len(todo); n++ {
			c := todo[n]
			events, err := h.state.decide(h.fill(c.command, c.at), c.at)
			if err != nil && n == 0 {
				return Result{}, err // nothing has happened
			}
			if err != nil {
				events = []Event{failed(c.command.Name(), err)} // never a veto: shown in red
			}
			for _, e := range events {
				entry, err := p.write(e, c)
				if err != nil {
					return Result{}, err
				}
				todo = append(todo, h.state.react(e, entry, c.incident)...)
			}
		}
		return p.result(), nil
	})
}
