package agent

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"blackstart/internal/fault"
	"blackstart/internal/ledger/seal"
	"blackstart/internal/subject/order"
)

// codeRunning says that another agent works in the directory.
const codeRunning = "agent.running"

// Apply executes an order that was carried to the host as a file, and gives the agent's receipt, to be carried back. Where an agent is running it does the work;
// otherwise it is done here and now, and a cut lasts no longer than its trial unless an agent is started within it. The receipt also goes to the hub with the next exchange.
func Apply(ctx context.Context, c Config, file []byte) (seal.Envelope, error) {
	e, err := seal.ParseEnvelope(file, order.PayloadType)
	if err != nil {
		return seal.Envelope{}, err
	}
	a, unlock, err := open(c)
	if fault.CodeOf(err) == codeRunning {
		return handOver(ctx, c, e)
	}
	if err != nil {
		return seal.Envelope{}, err
	}
	defer unlock()
	a.resume(ctx)
	if receipt, _ := a.take(ctx, e, true); receipt != nil {
		return *receipt, nil
	}
	return seal.Envelope{}, fault.New(fault.Unavailable, "agent.not_taken", "could not take the order: it could not be written down")
}

// handOver lays an order into the inbox of a running agent and waits for the receipt.
func handOver(ctx context.Context, c Config, e seal.Envelope) (seal.Envelope, error) {
	clock := c.Clock
	if clock == nil {
		clock = hostClock{}
	}
	name := order.Hash(e.Marshal()) + ".json"
	for _, dir := range []string{inbox, outbox} {
		if err := os.MkdirAll(filepath.Join(c.Dir, dir), 0o700); err != nil {
			return seal.Envelope{}, fault.New(fault.Unavailable, "agent.disk", "could not hand the order over: %w", err)
		}
	}
	answer := filepath.Join(c.Dir, outbox, name)
	os.Remove(answer) // of an earlier try
	if err := durable(filepath.Join(c.Dir, inbox), name, e.Marshal()); err != nil {
		return seal.Envelope{}, err
	}
	for end := clock.Uptime() + handWait; clock.Uptime() < end; {
		if data, err := os.ReadFile(answer); err == nil {
			os.Remove(answer)
			return seal.ParseEnvelope(data, order.ReceiptType)
		}
		if err := clock.Sleep(ctx, handEvery); err != nil {
			return seal.Envelope{}, err
		}
	}
	return seal.Envelope{}, fault.New(fault.Unavailable, "agent.not_taken", "could not hand the order over: the running agent did not take it within %s", handWait)
}

// openInbox takes the orders that people laid there.
func (a *Agent) openInbox(ctx context.Context) {
	files, err := os.ReadDir(filepath.Join(a.Dir, inbox))
	if err != nil {
		return // there is none until someone hands an order over
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".json") {
			continue // still being written
		}
		var e seal.Envelope
		if err := read(filepath.Join(a.Dir, inbox), f.Name(), &e); err == nil {
			if receipt, _ := a.take(ctx, e, true); receipt != nil {
				a.note("could not answer an order carried by hand", durable(filepath.Join(a.Dir, outbox), f.Name(), receipt.Marshal()))
			}
		}
		a.note("could not clear the inbox", os.Remove(filepath.Join(a.Dir, inbox, f.Name())))
	}
}
